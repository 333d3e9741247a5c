"""Utterances in, grounded answers out."""
