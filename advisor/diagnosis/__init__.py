"""Signals in, findings out."""

from typing import TYPE_CHECKING

from advisor.lazily import offered

if TYPE_CHECKING:
    from advisor.diagnosis.compiled import change_applies, set_value
    from advisor.diagnosis.engine import Diagnosis, Rulebook
    from advisor.diagnosis.loader import load_rulebook
    from advisor.diagnosis.measured import Measured, helped_counts, raised_counts
else:
    __getattr__ = offered(
        __name__,
        {
            "Diagnosis": "engine",
            "Measured": "measured",
            "Rulebook": "engine",
            "change_applies": "compiled",
            "helped_counts": "measured",
            "raised_counts": "measured",
            "load_rulebook": "loader",
            "set_value": "compiled",
        },
    )

__all__ = [
    "Diagnosis",
    "Measured",
    "Rulebook",
    "change_applies",
    "helped_counts",
    "load_rulebook",
    "raised_counts",
    "set_value",
]
