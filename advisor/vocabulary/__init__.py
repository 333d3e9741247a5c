"""Which spellings mean which role, as data."""
