"""Training logs in, `Run`s out."""
