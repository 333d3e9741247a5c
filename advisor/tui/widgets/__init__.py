"""The widgets of the terminal program, one or a closely related few per file."""
