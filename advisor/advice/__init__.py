"""Findings in, ranked concrete changes out."""
