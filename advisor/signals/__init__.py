"""Numbers read off the curves."""
