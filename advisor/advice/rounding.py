"""Values as a person would choose them."""

import math

from advisor.run import Scalar

# Roles that only make sense as whole numbers, at least one.
WHOLE = frozenset(
    {
        "batch_size",
        "gradient_accumulation",
        "epochs",
        "max_steps",
        "warmup_steps",
        "patience",
        "hidden_units",
        "layers",
        "scheduler_step",
        "workers",
        "max_depth",
        "rounds",
        "train_size",
        "val_size",
        "classes",
        "seed",
    }
)
# Roles that are shares: a change never leaves the interval.
SHARES = {
    "dropout": (0.0, 0.9),
    "label_smoothing": (0.0, 0.5),
    "momentum": (0.0, 0.999),
    "beta1": (0.0, 0.999),
    "beta2": (0.0, 0.9999),
    "warmup_ratio": (0.0, 1.0),
    "validation_fraction": (0.0, 0.9),
    "subsample": (0.01, 1.0),
}


def as_number(value: Scalar) -> float | None:
    """A hyperparameter's value as a finite number, or None where it is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def tidy(value: float, role: str | None, like: Scalar = None) -> int | float:
    """`value` to two significant digits, whole where the role or the old value is whole, inside its interval.

    Args:
        value: The exact new value.
        role: The hyperparameter's role.
        like: The old value: a whole number stays whole for roles that are not known.
    """
    if role in WHOLE or (role is None and isinstance(like, int)):
        return max(1, _two_digits_whole(value))
    rounded = float(f"{value:.2g}")
    low, high = SHARES.get(role or "", (-math.inf, math.inf))
    return min(max(rounded, low), high)


def _two_digits_whole(value: float) -> int:
    nearest_power = 2 ** round(math.log2(value)) if value >= 1 else 1
    if math.isclose(value, nearest_power, rel_tol=1e-9):
        return nearest_power
    return round(float(f"{value:.2g}"))
