"""How closely the validation loss follows the training loss, and where it stands beside the start.

A validation stands at the end of an epoch, a training loss is the mean over the epoch before; the level of
training at that moment lies between the epoch before and the one after. A validation on unseen samples
differs from it by its own sampling noise and by the generalisation gap; one on the training samples does not.
"""

import math

import numpy as np

from advisor.run import Floats, Role
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import of_run
from advisor.signals.view import Pair, View

_MOST = 20.0
_LARGEST_LOG = 1_500.0  # beyond that of the ratio of any two positive numbers of float64
_FEWEST = 6


def _around(view: View) -> tuple[Floats, Floats] | None:
    """Training level at each validation but the last, and the validation loss there; both positive.

    None where the curves have no common moments, or fewer than six.
    """
    means = view.once(_means)
    if means is None or means.a.size < _FEWEST + 1:
        return None
    level, val = 0.5 * (means.a[:-1] + means.a[1:]), means.b[:-1]
    known = (level > 0) & (val > 0)
    return (level[known], val[known]) if known.sum() >= _FEWEST else None


def _means(view: View) -> Pair | None:
    """Mean training loss since the validation before, and validation loss, at each validation.

    A mean, as a validation loss is one too: the median of the batches lies below it.
    """
    train, val = view.directed(Role.TRAIN_LOSS), view.directed(Role.VAL_LOSS)
    if train is None or val is None:
        return None
    if train.size <= 1.5 * val.size:
        return view.pair(Role.TRAIN_LOSS, Role.VAL_LOSS)
    ends = np.searchsorted(train.at, val.at, side="right")
    counts = np.diff(ends, prepend=0)
    if counts.min() < 1:
        return None
    sums = np.add.reduceat(train.values[: ends[-1]], np.concatenate(([0], ends[:-1])))
    largest = max(train.exponent, val.exponent)
    means = np.ldexp(sums / counts, train.exponent - largest)
    return Pair(means, np.ldexp(val.values, val.exponent - largest))


def _log_ratio(losses: tuple[Floats, Floats]) -> Floats:
    """Logarithm of the second over the first, both positive; the same to the last digit in any unit."""
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        ratios = np.log(losses[1] / losses[0])
    return np.asarray(np.clip(ratios, -_LARGEST_LOG, _LARGEST_LOG), dtype=np.float64)


def _log_ratios(view: View) -> Floats | None:
    """Logarithm of validation over training level, at each moment of the last two thirds."""
    both = view.once(_around)
    if both is None:
        return None
    ratios = _log_ratio(both)
    return np.asarray(ratios[ratios.size // 3 :], dtype=np.float64)


@of_run(
    "tracking.distance",
    unit="log ratio",
    low=0,
    high=_MOST,
    en="Typical distance of the validation loss from the training loss at the same moment, over the last two "
    "thirds, as a logarithm of their ratio: 0.02 is two percent. Unseen samples are rarely so close.",
    zh="后三分之二中, 同一时刻验证损失与训练损失之比的对数的典型大小; 0.02 即百分之二。未见样本很少这样近。",
)
def distance(view: View) -> float | None:
    """Median absolute; absent below seven validations, or where a loss is not positive."""
    ratios = _log_ratios(view)
    return None if ratios is None else min(_MOST, robust.median(np.abs(ratios)))


@of_run(
    "tracking.bias",
    unit="log ratio",
    low=-_MOST,
    high=_MOST,
    en="Logarithm of the validation loss over the training loss at the same moment, over the last two "
    "thirds: positive where validation is worse.",
    zh="后三分之二中, 同一时刻验证损失与训练损失之比的对数; 验证更差时为正。",
)
def bias(view: View) -> float | None:
    """Median; absent as `tracking.distance` is."""
    ratios = _log_ratios(view)
    return None if ratios is None else float(np.clip(robust.median(ratios), -_MOST, _MOST))


@of_run(
    "tracking.bias_start",
    unit="log ratio",
    low=-_MOST,
    high=_MOST,
    en="Logarithm of the validation loss over the training loss at the same moment, over the first fifth of "
    "the run: far above 0 where the validation data differ from the training data from the start.",
    zh="前五分之一中, 同一时刻验证损失与训练损失之比的对数; 远大于 0 说明验证数据从一开始就与训练数据不同。",
)
def bias_start(view: View) -> float | None:
    """Median over the first fifth of the moments; absent as `tracking.distance` is."""
    both = view.once(_around)
    if both is None:
        return None
    early = max(1, both[0].size // 5)
    return float(np.clip(robust.median(_log_ratio((both[0][:early], both[1][:early]))), -_MOST, _MOST))


@of_run(
    "tracking.spread",
    unit="log ratio",
    low=0,
    high=_MOST,
    en="How much the ratio of validation to training loss changes from one validation to the next, over the "
    "last two thirds, as a logarithm.",
    zh="后三分之二中, 验证损失与训练损失之比在相邻两次验证之间的变化 (对数)。",
)
def spread(view: View) -> float | None:
    """Median absolute difference of neighbours; absent as `tracking.distance` is."""
    ratios = _log_ratios(view)
    if ratios is None or ratios.size < 4:
        return None
    return min(_MOST, robust.median(np.abs(np.diff(ratios))))


def _over_start(view: View, level: float) -> float | None:
    """Logarithm of a validation loss over the training loss at the start."""
    train, val = view.directed(Role.TRAIN_LOSS), view.directed(Role.VAL_LOSS)
    if train is None or val is None or level <= 0 or _first(train) <= 0:
        return None
    apart = float(_log_ratio((np.array([_first(train)]), np.array([level])))[0])
    ratio = apart + (val.exponent - train.exponent) * math.log(2)
    return min(_MOST, max(-_MOST, ratio))


def _first(curve: Curve) -> float:
    return robust.median(curve.values[:3]) if curve.values.size >= 30 else float(curve.values[0])


@of_run(
    "tracking.val_best_over_start",
    unit="log ratio",
    low=-_MOST,
    high=_MOST,
    en="Logarithm of the best validation loss over the training loss at the start: 0 or more where "
    "validation never profited from the training.",
    zh="最好的验证损失与开始时训练损失之比的对数; 不小于 0 说明验证从未因训练而改善。",
)
def val_best_over_start(view: View) -> float | None:
    """The start is the first point, or the median of three on a curve of 30 points and more."""
    val = view.directed(Role.VAL_LOSS)
    return None if val is None else _over_start(view, float(val.smooth.min()))


@of_run(
    "tracking.val_end_over_start",
    unit="log ratio",
    low=-_MOST,
    high=_MOST,
    en="Logarithm of the validation loss at the end over the training loss at the start.",
    zh="结束时的验证损失与开始时训练损失之比的对数。",
)
def val_end_over_start(view: View) -> float | None:
    """The start as in `tracking.val_best_over_start`."""
    val = view.directed(Role.VAL_LOSS)
    return None if val is None else _over_start(view, val.end)
