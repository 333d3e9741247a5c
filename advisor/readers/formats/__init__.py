"""One file per log format; see `advisor.readers.base.Reader` for the contract."""
