"""Reads a training log, says what is wrong with the run, and names the change most likely to help."""

__version__ = "0.1.0"
