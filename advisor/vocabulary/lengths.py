"""Hyperparameters that say how long a training is."""

LENGTHS = ("epochs", "max_steps", "rounds")
"""Roles to which the training time is proportional."""


def is_no_length(role: str | None, value: float) -> bool:
    """Whether a value states no length: frameworks take -1 or 0 epochs, steps or rounds as none."""
    return role in LENGTHS and value <= 0
