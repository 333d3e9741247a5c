"""What a healthy training of a task is: a good rate, a length that is enough, a result that is reached.

Until 29 November 2026 the rate was the middle one of those that were good, and every run at it counted as
healthy. It was changed after a look at the held-out half of that time: all healthy runs that were judged
wrongly there came from one task whose rate stood at the edge of stability, where one of six ended in NaN.
The held-out half was then made anew, with other data sets, nets and seeds, and its rates have a margin. The
tuning half keeps its rates, edge or not; in both a run counts as healthy only where it reaches its good
result.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tests.measure.planted_cases import CLOSE, EFFECT
from tests.measure.planted_trainer import guess_loss
from tests.measure.thirteen_data import data
from tests.measure.thirteen_situations import RATES, SEEDS
from tests.measure.thirteen_trainer import Curves, Shape, Training, Trainings

FEWEST_EPOCHS = 12


@dataclass(frozen=True)
class Good:
    """A task at its good rate and length, and the lowest mean validation loss of two seeds there."""

    training: Training
    result: float


def good(tasks: Sequence[Shape], first: int, trainings: Trainings, margin: bool) -> list[Good]:
    """The good training of each task.

    A rate is good where its lowest mean validation loss is within a hundredth of what can be learned of the
    best one. It has a margin where both trainings at the next rate tried, about three times higher, stay
    finite and pass within a twentieth of it. Of those left the middle one is taken, and the length after
    which the validation loss gains nothing more.

    Args:
        tasks: The tasks.
        first: The seed of the first training of each.
        trainings: The curves.
        margin: Whether a rate needs a margin; a task without such a rate is left out.
    """
    trainings.train(t for task in tasks for rate in RATES[task.optimizer] for t in _tried(task, rate, first))
    found = (_best(task, first, trainings, margin) for task in tasks)
    return [one for one in found if one is not None]


def reaches(training: Training, result: float, curves: Curves) -> bool:
    """Whether a training stays finite and ends within a twentieth of what can be learned of a good result."""
    return _finite(curves) and curves["val_loss"][-1] <= result + EFFECT * _to_learn(training.shape)


def _finite(curves: Curves) -> bool:
    return bool(np.isfinite(curves["step_loss"]).all() and np.isfinite(curves["val_loss"]).all())


def _to_learn(task: Shape) -> float:
    return guess_loss(data(task.data))


def _tried(task: Shape, rate: float, first: int) -> list[Training]:
    return [Training(task, rate, first + seed) for seed in SEEDS[:2]]


def _best(task: Shape, first: int, trainings: Trainings, margin: bool) -> Good | None:
    tried = {rate: [trainings[t] for t in _tried(task, rate, first)] for rate in RATES[task.optimizer]}
    means = {rate: np.mean([c["val_loss"] for c in both], axis=0) for rate, both in tried.items()}
    lowest = {rate: float(mean.min()) for rate, mean in means.items() if np.isfinite(mean).all()}
    fair = CLOSE * _to_learn(task)
    rates = sorted(rate for rate, low in lowest.items() if low <= min(lowest.values()) + fair)
    if margin:
        above = dict(itertools.pairwise(RATES[task.optimizer]))
        near = EFFECT * _to_learn(task)
        rates = [r for r in rates if r in above and _passes(tried[above[r]], lowest[r] + near)]
    if not rates:
        return None
    rate = rates[len(rates) // 2]
    close = np.flatnonzero(means[rate] <= lowest[rate] + fair)
    epochs = max(FEWEST_EPOCHS, int(np.median(close)) + 1)
    return Good(Training(replace(task, epochs=epochs), rate), lowest[rate])


def _passes(both: Sequence[Curves], level: float) -> bool:
    return all(_finite(curves) and curves["val_loss"].min() <= level for curves in both)
