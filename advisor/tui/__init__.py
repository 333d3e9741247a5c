"""The terminal program: screens and widgets, no logic of their own."""
