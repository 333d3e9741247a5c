"""One file per chat intent."""
