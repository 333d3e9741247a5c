"""A log of one short training per learning rate, read as a range test (Smith, 2017)."""

from dataclasses import dataclass

import numpy as np

from advisor.run import Role, Run, Series

_FEWEST = 6
_SPAN = 100.0
_BLOW_UP = 2.0


@dataclass(frozen=True, slots=True)
class RangeTest:
    """What a range test shows.

    Attributes:
        series: The training loss that was looked at.
        points: How many rates were tried.
        best: The rate with the lowest loss.
        edge: The first rate above it at which the loss is twice its lowest, or not finite.
    """

    series: Series
    points: int
    best: float
    edge: float


def range_test(run: Run) -> RangeTest | None:
    """The range test that a run amounts to; None where its rate does not rise throughout by a hundredfold."""
    rates, loss = run.main(Role.LEARNING_RATE), run.main(Role.TRAIN_LOSS)
    if rates is None or loss is None or len(rates) != len(loss) or len(loss) < _FEWEST:
        return None
    rate, value = rates.y, loss.y
    if not (np.isfinite(rate).all() and (rate > 0).all() and (np.diff(rate) > 0).all()):
        return None
    if rate[-1] < _SPAN * rate[0] or not np.isfinite(value).any():
        return None
    best = int(np.nanargmin(np.where(np.isfinite(value), value, np.inf)))
    beyond = np.flatnonzero(~(value[best:] < _BLOW_UP * value[best])) + best
    if best == 0 or not beyond.size:
        return None
    return RangeTest(loss, len(loss), float(rate[best]), float(rate[beyond[0]]))
