"""How noisy a curve is beside its trend, and whether the noise has the rhythm of the epochs."""

import numpy as np

from advisor.run import Floats, Role
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import of_curve, of_run
from advisor.signals.view import View

_MOST = 1_000.0
_LEAST_IN_EPOCH = 4


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


def _epoch_folds(view: View) -> Floats | None:
    """The training loss folded at the epochs, shape (epochs, phases): each epoch less its own mean.

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
    chosen = robust.thin(np.arange(lengths.size, dtype=np.float64), 64).astype(np.int64)
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
    "place in every "
    "epoch: high where the data come in a fixed order or a running mean starts anew.",
    zh="训练损失在每轮内的波动中, 每轮相同位置重复出现的比例; 数据顺序固定或滑动平均每轮重置时较高。",
)
def epoch_sawtooth(view: View) -> float | None:
    """Share of variance explained by the phase, less what chance gives; first epoch and fall are out."""
    folds = view.once(_epoch_folds)
    if folds is None or folds.shape[0] < 4:
        return None
    detrended = _without_fall(folds[1:])
    total = float((detrended**2).sum())
    if total <= 1e-20:
        return None
    epochs = detrended.shape[0]
    explained = epochs * float((detrended.mean(axis=0) ** 2).sum()) / total
    return float(np.clip((explained - 1 / epochs) / (1 - 1 / epochs), 0, 1))


@of_run(
    "noise.within_epoch",
    unit="share of level",
    low=0,
    high=_MOST,
    en="Typical spread of the training loss within an epoch, as a share of its level: large "
    "where batches are "
    "small or sorted by class.",
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
