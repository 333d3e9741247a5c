"""Applying a change, running the command again, comparing what came of it."""
