"""How a curve gets from its start to its best: when, how evenly, and whether it is still on its way.

Shares of the improvement are absent where the curve never improved on its start.
"""

import numpy as np

from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import of_curve

_MOST = 1_000.0


def _share_reached(curve: Curve, position: float) -> float | None:
    """Share of the improvement that the lowest smoothed level up to `position` had reached."""
    if curve.improvement == 0:
        return None
    last = int(position * (curve.smooth.size - 1))
    lowest = float(curve.smooth[: last + 1].min())
    return float(np.clip((curve.start - lowest) / curve.improvement, 0, 1))


def _reached(curve: Curve, share: float) -> float | None:
    """Position, 0 to 1, at which `share` of the improvement was first reached."""
    if curve.improvement == 0:
        return None
    reached = curve.smooth <= curve.start - share * curve.improvement
    return float(reached.argmax()) / (curve.smooth.size - 1) if reached.any() else 1.0


@of_curve(
    "drop_early",
    unit="share of improvement",
    low=0,
    high=1,
    points=10,
    directed=True,
    en="Share of its whole improvement that the {subject} had made after a tenth of the run.",
    zh="{subject}在前 10% 的训练中完成的改善占全部改善的比例。",
)
def drop_early(curve: Curve) -> float | None:
    """On the smoothed curve."""
    return _share_reached(curve, 0.1)


@of_curve(
    "drop_first_quarter",
    unit="share of improvement",
    low=0,
    high=1,
    points=5,
    directed=True,
    en="Share of its whole improvement that the {subject} had made after a quarter of the run.",
    zh="{subject}在前 25% 的训练中完成的改善占全部改善的比例。",
)
def drop_first_quarter(curve: Curve) -> float | None:
    """On the smoothed curve."""
    return _share_reached(curve, 0.25)


@of_curve(
    "take_off",
    unit="position",
    low=0,
    high=1,
    points=5,
    directed=True,
    en="Position at which the {subject} had made a tenth of its improvement: late where it was stuck first.",
    zh="{subject}完成十分之一改善时的位置; 若先停滞再下降, 该值较大。",
)
def take_off(curve: Curve) -> float | None:
    """On the smoothed curve."""
    return _reached(curve, 0.1)


@of_curve(
    "half_life",
    unit="position",
    low=0,
    high=1,
    points=5,
    directed=True,
    en="Position at which the {subject} had made half of its improvement.",
    zh="{subject}完成一半改善时的位置。",
)
def half_life(curve: Curve) -> float | None:
    """0.5 for a straight line, small for a curve that falls fast and flattens."""
    return _reached(curve, 0.5)


@of_curve(
    "area",
    unit="share",
    low=0,
    high=_MOST,
    points=3,
    directed=True,
    en="Mean height of the {subject} above its best, as a share of its improvement: 0.5 for a straight line, "
    "small where it falls fast, above 1 where it mostly stands above its start.",
    zh="{subject}高于最好水平的平均高度, 相对于其改善幅度; 直线为 0.5, "
    "快速下降时较小, 大多高于起点时大于 1。",
)
def area(curve: Curve) -> float | None:
    """Mean of the smoothed curve, capped at 1,000; absent where it never improved."""
    if curve.improvement == 0:
        return None
    return float(np.clip((float(curve.smooth.mean()) - curve.best) / curve.improvement, 0, _MOST))


@of_curve(
    "monotony",
    unit="correlation",
    low=-1,
    high=1,
    points=3,
    directed=True,
    en="Rank correlation of the {subject} with time: -1 improves throughout, 1 worsens throughout.",
    zh="{subject}与时间的秩相关; -1 为一直改善, 1 为一直变差。",
)
def monotony(curve: Curve) -> float:
    """Kendall's tau on at most 64 bins (Kendall, 1938)."""
    return robust.kendall(curve.binned)


@of_curve(
    "late_slope",
    unit="share of improvement",
    low=-_MOST,
    high=_MOST,
    points=5,
    directed=True,
    en="Change of the {subject} that its slope over the last third would make in a whole run, "
    "as a share of its improvement; negative where it still improves.",
    zh="按最后三分之一的斜率走完整个训练, {subject}会变化多少, 相对于其改善幅度; 仍在改善时为负。",
)
def late_slope(curve: Curve) -> float | None:
    """Theil-Sen slope; capped at 1,000."""
    if curve.improvement == 0:
        return None
    per_run = curve.once(_late_slope) * (curve.binned.size - 1)
    return float(np.clip(per_run / curve.improvement, -_MOST, _MOST))


@of_curve(
    "late_slope_t",
    unit="standard errors",
    low=-_MOST,
    high=_MOST,
    points=8,
    directed=True,
    en="Slope of the {subject} over the last third in standard errors: below -3 it surely still improves.",
    zh="{subject}最后三分之一的斜率是其标准误的多少倍; 低于 -3 说明确实仍在改善。",
)
def late_slope_t(curve: Curve) -> float:
    """Theil-Sen slope over the error that the robust residual scale gives; 0 for 0/0; capped at 1,000."""
    part = curve.binned[curve.last_third]
    slope = curve.once(_late_slope)
    if slope == 0:
        return 0.0
    centred = np.arange(part.size) - (part.size - 1) / 2
    error = robust.scale(part - slope * centred) / float(np.sqrt(centred @ centred))
    return (
        float(np.clip(slope / error, -_MOST, _MOST)) if error > abs(slope) / _MOST else _MOST * np.sign(slope)
    )


@of_curve(
    "late_gain",
    unit="share of level",
    low=-2,
    high=2,
    points=5,
    directed=True,
    en="How much the {subject} improved over the last third of the run, as a share of its level there; "
    "negative where it got worse.",
    zh="{subject}在最后三分之一训练中的改善, 相对于该处的水平; 变差时为负。",
)
def late_gain(curve: Curve) -> float:
    """Theil-Sen slope times the length of the last third, over the level there."""
    part = curve.binned[curve.last_third]
    level = robust.median(np.abs(part))
    if level == 0:
        return 0.0
    return float(np.clip(-curve.once(_late_slope) * (part.size - 1) / level, -2, 2))


@of_curve(
    "late_share",
    unit="share of improvement",
    low=0,
    high=1,
    points=6,
    directed=True,
    en="Share of its whole improvement that the {subject} made in the last fifth of the run.",
    zh="{subject}在最后 20% 的训练中完成的改善占全部改善的比例。",
)
def late_share(curve: Curve) -> float | None:
    """On the smoothed curve; 0.2 for a straight line."""
    reached = _share_reached(curve, 0.8)
    return None if reached is None else 1 - reached


@of_curve(
    "end_gain",
    unit="share of level",
    low=-2,
    high=2,
    points=10,
    directed=True,
    en="How much the {subject} improved from the last tenth but one to the last tenth of the run, as a "
    "share of the larger level; negative where it got worse.",
    zh="{subject}从倒数第二个十分之一到最后十分之一的改善, 相对于两者中较大的水平; 变差时为负。",
)
def end_gain(curve: Curve) -> float:
    """Between medians: what the run still gives at its very end, whatever came before."""
    before, after = _last_tenths(curve)
    size = max(abs(before), abs(after))
    return (before - after) / size if size else 0.0


@of_curve(
    "end_share",
    unit="share of improvement",
    low=-_MOST,
    high=_MOST,
    points=10,
    directed=True,
    en="How much the {subject} improved from the last tenth but one to the last tenth of the run, as a "
    "share of its improvement.",
    zh="{subject}从倒数第二个十分之一到最后十分之一的改善, 相对于其全部改善。",
)
def end_share(curve: Curve) -> float | None:
    """Between medians, capped at 1,000; absent where it never improved."""
    if curve.improvement == 0:
        return None
    before, after = _last_tenths(curve)
    return float(np.clip((before - after) / curve.improvement, -_MOST, _MOST))


def _last_tenths(curve: Curve) -> tuple[float, float]:
    """Median of the last tenth but one and of the last tenth of the bins."""
    bins, tenth = curve.binned, curve.binned.size // 10
    return robust.median(bins[-2 * tenth : -tenth]), robust.median(bins[-tenth:])


def _late_slope(curve: Curve) -> float:
    return robust.slope(curve.binned[curve.last_third])
