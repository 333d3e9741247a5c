"""Training and validation side by side, read at the same moments of the log.

A framework that reports the mean over an epoch shows a training loss that is half an epoch old: a gap below
zero early in a run is that, and no more. All are absent without both curves, and without their direction.
"""

import numpy as np

from advisor.run import Floats, Role
from advisor.signals import robust
from advisor.signals.registry import of_run
from advisor.signals.view import Pair, View

_MOST = 1_000.0


def _losses(view: View, points: int = 1) -> Pair | None:
    return view.pair(Role.TRAIN_LOSS, Role.VAL_LOSS, points)


def _metrics(view: View, points: int = 1) -> Pair | None:
    return view.pair(Role.TRAIN_METRIC, Role.VAL_METRIC, points)


def _gap(pair: Pair) -> Floats:
    """How much worse validation is, as a share of the larger level, at each moment."""
    size = np.maximum(np.abs(pair.a), np.abs(pair.b))
    return np.divide(pair.b - pair.a, size, out=np.zeros(size.size), where=size > 0)


def _end(values: Floats) -> float:
    """Median of the last fifth, at most the last five."""
    return robust.median(values[-min(5, max(1, values.size // 5)) :])


@of_run(
    "gap.final",
    unit="share of level",
    low=-2,
    high=2,
    en="How much higher the validation loss is than the training loss at the end, as a share of the larger.",
    zh="结束时验证损失比训练损失高多少, 相对于较大者。",
)
def final(view: View) -> float | None:
    """0.5 means twice as high."""
    pair = _losses(view)
    return _end(_gap(pair)) if pair else None


@of_run(
    "gap.start",
    unit="share of level",
    low=-2,
    high=2,
    en="How much higher the validation loss is than the training loss at the first validation.",
    zh="第一次验证时验证损失比训练损失高多少, 相对于较大者。",
)
def start(view: View) -> float | None:
    """At the first moment at which both are known."""
    pair = _losses(view)
    return float(_gap(pair)[0]) if pair else None


@of_run(
    "gap.at_best",
    unit="share of level",
    low=-2,
    high=2,
    en="How much higher the validation loss is than the training loss where the validation loss was best.",
    zh="验证损失最好时, 它比训练损失高多少, 相对于较大者。",
)
def at_best(view: View) -> float | None:
    """At the moment of the lowest validation loss."""
    pair = _losses(view)
    return float(_gap(pair)[int(pair.b.argmin())]) if pair else None


@of_run(
    "gap.growth",
    unit="share of level",
    low=-4,
    high=4,
    en="By how much the gap between validation and training loss widened since the validation loss was best.",
    zh="自验证损失最好以来, 验证损失与训练损失的差距扩大了多少。",
)
def growth(view: View) -> float | None:
    """`gap.final` less `gap.at_best`; absent below 3 moments."""
    pair = _losses(view, 3)
    return _end(_gap(pair)) - float(_gap(pair)[int(pair.b.argmin())]) if pair else None


@of_run(
    "gap.ratio",
    unit="ratio",
    low=0,
    high=_MOST,
    en="Validation loss over training loss at the end.",
    zh="结束时验证损失与训练损失之比。",
)
def ratio(view: View) -> float | None:
    """Absent unless both are positive; capped at 1,000."""
    pair = _losses(view)
    if pair is None or _end(pair.a) <= 0 or _end(pair.b) <= 0:
        return None
    return min(_MOST, _end(pair.b) / _end(pair.a)) if _end(pair.a) * _MOST > _end(pair.b) else _MOST


@of_run(
    "gap.share_val_below",
    unit="share",
    low=0,
    high=1,
    en="Share of the validations at which the validation loss was below the training loss.",
    zh="验证损失低于训练损失的验证次数所占的比例。",
)
def share_val_below(view: View) -> float | None:
    """Absent below 3 moments."""
    pair = _losses(view, 3)
    return float((pair.b < pair.a).mean()) if pair else None


@of_run(
    "gap.widening",
    unit="correlation",
    low=-1,
    high=1,
    en="Rank correlation of the loss gap with time: 1 widens throughout, -1 narrows throughout.",
    zh="损失差距与时间的秩相关; 1 为一直扩大, -1 为一直缩小。",
)
def widening(view: View) -> float | None:
    """Kendall's tau (1938); absent below 3 moments."""
    pair = _losses(view, 3)
    return robust.kendall(_gap(pair)) if pair else None


@of_run(
    "gap.metric_final",
    unit="share of level",
    low=-2,
    high=2,
    en="How much worse the validation metric is than the training metric at the end, as a share "
    "of the larger.",
    zh="结束时验证指标比训练指标差多少, 相对于较大者。",
)
def metric_final(view: View) -> float | None:
    """Accuracy 0.9 in training and 0.6 in validation is 0.33."""
    pair = _metrics(view)
    return _end(_gap(pair)) if pair else None


@of_run(
    "gap.metric_start",
    unit="share of level",
    low=-2,
    high=2,
    en="How much worse the validation metric is than the training metric over the first fifth of the run; "
    "clearly negative where training labels are wrong more often than validation labels.",
    zh="前 20% 训练中验证指标比训练指标差多少; 训练标签错误多于验证标签时明显为负。",
)
def metric_start(view: View) -> float | None:
    """Median over the first fifth of the moments."""
    pair = _metrics(view, 3)
    return robust.median(_gap(pair)[: max(1, pair.a.size // 5)]) if pair else None


@of_run(
    "gap.metric_share_val_better",
    unit="share",
    low=0,
    high=1,
    en="Share of the validations at which the validation metric was better than the training metric.",
    zh="验证指标好于训练指标的验证次数所占的比例。",
)
def metric_share_val_better(view: View) -> float | None:
    """Absent below 3 moments."""
    pair = _metrics(view, 3)
    return float((pair.b < pair.a).mean()) if pair else None
