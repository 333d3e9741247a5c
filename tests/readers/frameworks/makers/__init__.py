"""One module per framework; each function of a case trains, and says what the log must read as."""
