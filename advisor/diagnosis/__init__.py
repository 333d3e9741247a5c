"""Signals in, findings out."""
