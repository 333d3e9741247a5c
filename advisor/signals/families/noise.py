"""How noisy a curve is beside its trend, and whether the noise has the rhythm of the epochs."""

import numpy as np

from advisor.run import Floats, Integers, Role
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import of_curve, of_run
from advisor.signals.view import View

_MOST = 1_000.0
_LEAST_IN_EPOCH = 4
_MOST_STEPS = 1_024
_WIDENED = 1.5
"""Variance of the correlation of two independent series of differences of noise, times their length."""
_SMOOTH = 0.5
"""Correlation of neighbouring moves above which a curve is smooth; that of noise is -0.5."""


def _deviation(curve: Curve, part: slice) -> float:
    """Noise of single points over the bins of `part`."""
    if curve.points_per_bin == 1:
        return robust.scale(curve.residual[part])
    return robust.scale(curve.deviations(part))


@of_curve(
    "noise",
    unit="share of level",
    low=0,
    high=_MOST,
    points=6,
    en="Robust standard deviation of the {subject} beside its trend, over the last two thirds, as a share of "
    "its level there.",
    zh="{subject}后三分之二中相对趋势的稳健标准差, 相对于该处的水平。",
)
def noise(curve: Curve) -> float:
    """By the median absolute deviation of single points; capped at 1,000; 0 where the level is 0."""
    return min(_MOST, _deviation(curve, curve.late) / curve.late_level) if curve.late_level else 0.0


@of_curve(
    "noise_share",
    unit="share of improvement",
    low=0,
    high=_MOST,
    points=6,
    directed=True,
    en="Robust standard deviation of the {subject} beside its trend, over the last two thirds, as a share of "
    "its improvement.",
    zh="{subject}后三分之二中相对趋势的稳健标准差, 相对于其改善幅度。",
)
def noise_share(curve: Curve) -> float | None:
    """Capped at 1,000; absent where it never improved."""
    if curve.improvement == 0:
        return None
    return min(_MOST, _deviation(curve, curve.late) / curve.improvement)


@of_curve(
    "noise_growth",
    unit="ratio",
    low=0,
    high=_MOST,
    points=12,
    en="Noise of the {subject} in the last third over its noise in the middle third: above 1 it "
    "gets less stable.",
    zh="{subject}最后三分之一的噪声与中间三分之一之比; 大于 1 说明越来越不稳定。",
)
def noise_growth(curve: Curve) -> float | None:
    """Capped at 1,000; absent where the middle third has no noise."""
    size = curve.binned.size
    middle = _deviation(curve, slice(size // 3, 2 * size // 3))
    if middle <= 1e-9 * curve.late_level:
        return None
    return min(_MOST, _deviation(curve, slice(2 * size // 3, size)) / middle)


def _epoch_bounds(view: View) -> Integers | None:
    """Where in the training loss each full epoch begins and the last one ends, shape (epochs + 1,).

    An epoch ends where a validation stands in the log. None unless at least three full epochs of nearly
    equal length hold four training points each.
    """
    train, val = (
        view.directed(Role.TRAIN_LOSS),
        view.directed(Role.VAL_LOSS) or view.directed(Role.VAL_METRIC),
    )
    if train is None or val is None:
        return None
    ends = np.searchsorted(train.at, val.at, side="right")
    bounds = np.concatenate(([0], ends[np.diff(ends, prepend=0) > 0]))
    lengths = np.diff(bounds)
    if lengths.size < 3 or lengths.min() < _LEAST_IN_EPOCH or lengths.max() > 1.1 * lengths.min() + 1:
        return None
    return bounds


def _some(epochs: int) -> Integers:
    """Numbers of at most 64 epochs, spread over all."""
    return robust.thin(np.arange(epochs, dtype=np.float64), 64).astype(np.int64)


def _epoch_folds(view: View) -> Floats | None:
    """The training loss folded at the epochs, shape (epochs, phases): each epoch less its own mean."""
    train, bounds = view.directed(Role.TRAIN_LOSS), view.once(_epoch_bounds)
    if train is None or bounds is None:
        return None
    lengths = np.diff(bounds)
    chosen = _some(lengths.size)
    phases = min(16, int(lengths.min()))
    folds = np.empty((chosen.size, phases))
    for row, epoch in enumerate(chosen):
        part = train.values[bounds[epoch] : bounds[epoch + 1]]
        folds[row] = robust.segment_medians(part, np.linspace(0, part.size, phases + 1).astype(np.int64))
    return folds


@of_run(
    "noise.epoch_sawtooth",
    unit="share",
    low=0,
    high=1,
    en="Share of the variation of the training loss within the epochs that repeats at the same "
    "place in every epoch: high where the data come in a fixed order or a running mean starts anew.",
    zh="训练损失在每轮内的波动中, 每轮相同位置重复出现的比例; 数据顺序固定或滑动平均每轮重置时较高。",
)
def epoch_sawtooth(view: View) -> float | None:
    """Share of variance explained by the phase, less what chance gives; first epoch and fall are out."""
    folds = view.once(_epoch_folds)
    if folds is None or folds.shape[0] < 4:
        return None
    detrended = _without_fall(folds[1:])
    total = float((detrended**2).sum())
    if total <= 1e-20 * float(np.abs(folds).max()) ** 2:
        return None
    epochs = detrended.shape[0]
    explained = epochs * float((detrended.mean(axis=0) ** 2).sum()) / total
    return float(np.clip((explained - 1 / epochs) / (1 - 1 / epochs), 0, 1))


@of_run(
    "noise.epoch_repeat",
    unit="standard errors",
    low=-_MOST,
    high=_MOST,
    en="How far the moves of the training loss from step to step agree with those of the epoch before, in "
    "standard errors: within 3 where the batches are drawn anew, far above where they come in a fixed order.",
    zh="训练损失逐步的变化与上一轮同一位置相符的程度 (标准误); 批次重新抽取时不超过 3, 顺序固定时大得多。",
)
def epoch_repeat(view: View) -> float | None:
    """Mean correlation of neighbouring epochs over its standard error where they are independent.

    Of differences, as a slow fall within every epoch is no order of batches; they lean on one another at a
    distance of one step by -0.5, which widens the error (Bartlett, 1935). The first quarter is left out. 0
    where each move is much like the one before: a smooth curve bends alike in every epoch.
    """
    train, bounds = view.directed(Role.TRAIN_LOSS), view.once(_epoch_bounds)
    if train is None or bounds is None:
        return None
    starts = bounds[max(1, (bounds.size - 1) // 4) : -1]
    steps = min(_MOST_STEPS, int(np.diff(bounds).min()))
    first = _some(starts.size - 1)
    if steps < _LEAST_IN_EPOCH + 1 or not first.size:
        return None
    before, after = (
        _moves(train.values[at[:, None] + np.arange(steps)]) for at in (starts[first], starts[first + 1])
    )
    if (before[:, 1:] * before[:, :-1]).sum(axis=1).mean() > _SMOOTH:
        return 0.0
    correlations = (before * after).sum(axis=1)
    error = np.sqrt(_WIDENED / (correlations.size * (steps - 2)))
    return float(np.clip(correlations.mean() / error, -_MOST, _MOST))


def _moves(epochs: Floats) -> Floats:
    """The difference of each step from the one before, without wild ones, as unit vectors; shape of rows."""
    moves = np.diff(epochs, axis=1)
    moves -= moves.mean(axis=1, keepdims=True)
    typical = robust.row_medians(np.abs(moves))[:, None]
    moves = np.clip(moves, -4 * typical, 4 * typical)
    moves -= moves.mean(axis=1, keepdims=True)
    length = np.sqrt((moves**2).sum(axis=1, keepdims=True))
    return np.asarray(moves / np.where(length > 0, length, 1.0), dtype=np.float64)


@of_run(
    "noise.within_epoch",
    unit="share of level",
    low=0,
    high=_MOST,
    en="Typical spread of the training loss within an epoch, as a share of its level: large "
    "where batches are small or sorted by class.",
    zh="训练损失在一轮之内的典型离散程度, 相对于其水平; 批很小或按类别排序时较大。",
)
def within_epoch(view: View) -> float | None:
    """Median over the epochs after the first of the standard deviation beside a straight line."""
    folds = view.once(_epoch_folds)
    if folds is None:
        return None
    level = robust.median(np.abs(folds[1:]).ravel())
    return min(_MOST, robust.median(_without_fall(folds[1:]).std(axis=1)) / level) if level else None


@of_run(
    "noise.val_over_train",
    unit="ratio",
    low=0,
    high=_MOST,
    en="Noise of the validation loss over that of the training loss, read at the same moments.",
    zh="同一时刻验证损失的噪声与训练损失的噪声之比。",
)
def val_over_train(view: View) -> float | None:
    """Absent below 8 moments or where the training loss has no noise; capped at 1,000."""
    pair = view.pair(Role.TRAIN_LOSS, Role.VAL_LOSS, 8)
    if pair is None:
        return None
    half = max(2, pair.a.size // 10)
    late = slice(pair.a.size // 3, None)
    train = robust.scale((pair.a - robust.smooth(pair.a, half, keep_ends=False))[late])
    val = robust.scale((pair.b - robust.smooth(pair.b, half, keep_ends=False))[late])
    return min(_MOST, val / train) if train > 1e-9 * float(np.abs(pair.a).max()) else None


def _without_fall(folds: Floats) -> Floats:
    """Each row less its least-squares line."""
    place = np.arange(folds.shape[1]) - (folds.shape[1] - 1) / 2
    centred = folds - folds.mean(axis=1, keepdims=True)
    fall = centred @ place / (place @ place)
    return np.asarray(centred - np.outer(fall, place), dtype=np.float64)
