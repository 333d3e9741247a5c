"""How much of a difference between two curves is noise: the curve's own, and the luck of the seed."""

import math
from dataclasses import dataclass

import numpy as np

from advisor.arrays import distinct
from advisor.run import Floats
from advisor.signals.robust import bin_medians, median, row_medians, scale, windows

LOSS_SHARE = 0.06
"""Standard deviation between seeds of a loss that has not fallen yet, as a share of it."""
LOSS_DROP = 0.06
"""What comes to it (squares are added) for each time that the loss has fallen by a factor of e: small losses
differ more, in proportion. Both were chosen on the tuning tasks of `python -m tests.measure comparing`, as
the pair that tells most changes of the learning rate where at most 2 % of pairs that differ by seed alone
are told."""
METRIC_MOVE = 0.5
"""What comes to the binomial error of a metric, as a share of how far it has moved since the middle of the
run: a run that is still on its way is late or early by its seed. Chosen likewise."""
METRIC_SHARE = 0.04
"""Standard deviation between seeds of a metric that is no proportion, as a share of it."""
MOST_EXAMPLES = 10_000
"""A finer grain than of so many examples is that of an average over batches, and says nothing of their
number."""
FEWEST = 3
"""Values below which nothing is known of a curve's noise."""

_MEDIAN_ERROR = 1.2533  # standard error of a median of normal values, in units of that of their mean


TAIL = 5
"""Points that tell two curves apart by lying wholly apart: by chance once in 126 times."""


@dataclass(frozen=True, slots=True)
class Level:
    """Where a curve has come to.

    Attributes:
        value: The best running median of the stretch that counts.
        error: Its standard error by the curve's own noise.
        seed_error: Its standard deviation between seeds.
        tail: The values of that stretch, or the last five where it has fewer.
    """

    value: float
    error: float
    seed_error: float
    tail: Floats


def level_of(values: Floats, lower_is_better: bool, examples: float | None = None) -> Level | None:
    """Where a curve has come to; None below three values.

    The value is the best running median over the second half (window a fifth of that half, at least 3
    points), so that neither one lucky evaluation nor one spike decides. Its own error is that of such a
    median, from the larger of two robust estimates of the noise: from successive differences, which a trend
    does not disturb (von Neumann, 1941), and from the distances to the running median. For the seed's part
    see `seed_error`.

    Args:
        values: The curve, finite, shape (n,).
        lower_is_better: Its direction.
        examples: Size of the validation set, where it is known.
    """
    if values.size < FEWEST:
        return None
    late = bin_medians(values[values.size // 2 :] if values.size >= 6 else values[-3:])
    window = min(late.size, max(3, late.size // 5 | 1))
    medians = row_medians(windows(late, window))
    value = float(medians.min() if lower_is_better else medians.max())
    error = _MEDIAN_ERROR * _own_noise(late, medians, window) / math.sqrt(window)
    tail = late if late.size >= TAIL else values[-TAIL:]
    return Level(value, error, seed_error(values, value, lower_is_better, examples), tail)


def seed_error(values: Floats, value: float, lower_is_better: bool, examples: float | None = None) -> float:
    """Standard deviation of a curve's level between trainings that differ by their seed alone.

    No single curve shows it (Bouthillier et al., "Accounting for variance in machine learning benchmarks",
    MLSys 2021), but what it depends on can be seen: a loss varies by a share of itself that grows with how
    far it has fallen; a proportion, such as an accuracy, by the binomial error of the examples that it was
    counted on.
    """
    if lower_is_better:
        fallen = math.log(values[0] / value) if value > 0 and values[0] > value else 0.0
        return abs(value) * math.hypot(LOSS_SHARE, LOSS_DROP * fallen)
    middle = values.size // 2
    moved = METRIC_MOVE * abs(value - median(values[max(0, middle - 1) : middle + 2]))
    unit = _unit(values)
    if unit is None:
        return math.hypot(METRIC_SHARE * value, moved)
    n = min(examples or _grain(values / unit) or 1 / METRIC_SHARE, MOST_EXAMPLES)
    # Two successes and two failures are added, so that 'all right' is not taken for certain (Agresti and
    # Coull).
    share = (value / unit * n + 2) / (n + 4)
    return math.hypot(unit * math.sqrt(share * (1 - share) / n), moved)


def _unit(values: Floats) -> float | None:
    """What 'all' is in a curve of proportions: 1 or 100; None for a curve of anything else."""
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 100:
        return None
    return 1.0 if high <= 1 else 100.0


def _grain(shares: Floats) -> float | None:
    """The number of examples that a curve of proportions was counted on, from its smallest step."""
    steps = np.diff(distinct(np.round(shares, 6)))
    return None if steps.size == 0 else 1 / float(steps.min())


def _own_noise(late: Floats, medians: Floats, window: int) -> float:
    """Standard deviation of single values about their trend."""
    start = window // 2
    around = late[start : start + medians.size] - medians
    return max(scale(np.diff(late)) / math.sqrt(2), scale(around))
