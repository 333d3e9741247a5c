"""Signals in, findings out."""

from advisor.diagnosis.compiled import change_applies, set_value
from advisor.diagnosis.engine import Diagnosis, Rulebook
from advisor.diagnosis.loader import load_rulebook
from advisor.diagnosis.measured import Measured, shipped_measurements

__all__ = [
    "Diagnosis",
    "Measured",
    "Rulebook",
    "change_applies",
    "helped_counts",
    "load_rulebook",
    "set_value",
]


def helped_counts(code: str, change: int) -> tuple[int, int] | None:
    """(helped, tried) of a rule's change by its index, in the measured reruns; None where never tried."""
    return shipped_measurements().helped(code, change)
