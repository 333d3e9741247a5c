"""One file per check; each is found by being here."""
