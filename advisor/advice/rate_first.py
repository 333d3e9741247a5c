"""A learning rate far above what is usual is lowered before anything else is changed.

"The learning rate is perhaps the most important hyperparameter. If you have time to tune only one
hyperparameter, tune the learning rate" (Goodfellow, Bengio and Courville, Deep Learning, MIT Press 2016,
section 11.4). What else a run with far too long steps seems to lack, a better activation or a wider layer, is
judged on wreckage, and few trainings of the corpus are as far off.
"""

from collections.abc import Sequence
from dataclasses import replace

from advisor.advice.change import Change
from advisor.advice.recommendation import direction
from advisor.diagnosis.finding import Severity
from advisor.signals import Signals

LARGE, LARGE_ADAPTIVE = 1.0, 0.03
"""Rates that are large for any optimizer, and for one that scales its steps: the rules' `large_rate`."""


def rate_first(changes: Sequence[Change], signals: Signals) -> tuple[Change, ...]:
    """The changes, a lower rate for a problem first where the present one is far above what is usual.

    Args:
        changes: Best first, numbered from 1.
        signals: What was measured on the run.

    Returns:
        The same changes, numbered anew.
    """
    if not has_large_rate(signals):
        return tuple(changes)
    ordered = sorted(changes, key=lambda change: not _lowers_the_rate(change))
    return tuple(replace(change, number=number) for number, change in enumerate(ordered, start=1))


def has_large_rate(signals: Signals) -> bool:
    """Whether the stated rate, else the highest logged one, is large for its optimizer; never for trees."""
    rate = signals.get("hyper.learning_rate", signals.get("schedule.peak"))
    if rate is None or "run.boosting" in signals:
        return False
    return rate >= (LARGE_ADAPTIVE if signals.get("hyper.adaptive") else LARGE)


def _lowers_the_rate(change: Change) -> bool:
    """Whether it lowers the learning rate for a problem, not for a note."""
    lower = change.hyperparameter == "learning_rate" and direction(change) < 0
    return lower and change.finding.severity > Severity.INFO
