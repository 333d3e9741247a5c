"""Where a curve starts, how low it gets, and where it ends.

Levels are robust: a start, best or end held by a single wild point does not count (see `Curve`).
"""

import math

import numpy as np

from advisor.run import Role
from advisor.signals.curve import Curve
from advisor.signals.registry import CURVES, of_curve

_LOGGED = (*CURVES, Role.LEARNING_RATE, Role.GRAD_NORM)
_MOST = 1_000.0


@of_curve(
    "first",
    unit="as logged",
    subjects=_LOGGED,
    raw=True,
    en="First finite value of the {subject}.",
    zh="{subject}的第一个有限值。",
)
def first(curve: Curve) -> float:
    """As logged."""
    return float(curve.logged[0])


@of_curve(
    "last",
    unit="as logged",
    subjects=_LOGGED,
    raw=True,
    en="Last finite value of the {subject}.",
    zh="{subject}的最后一个有限值。",
)
def last(curve: Curve) -> float:
    """As logged."""
    return float(curve.logged[-1])


@of_curve(
    "best",
    unit="as logged",
    directed=True,
    raw=True,
    en="Best finite value of the {subject}.",
    zh="{subject}的最好值。",
)
def best(curve: Curve) -> float:
    """The single best point, as logged."""
    return float(curve.logged[curve.best_point])


@of_curve(
    "worst",
    unit="as logged",
    directed=True,
    raw=True,
    en="Worst finite value of the {subject}.",
    zh="{subject}的最差值。",
)
def worst(curve: Curve) -> float:
    """The single worst point, as logged."""
    return float(curve.logged[int(curve.values.argmax())])


@of_curve(
    "progress",
    unit="share of level",
    low=0,
    high=2,
    points=2,
    directed=True,
    en="How far the {subject} improved from its start to its best, as a share of the larger of "
    "the two levels.",
    zh="{subject}从起点到最好水平的改善幅度, 相对于两者中较大的水平。",
)
def progress(curve: Curve) -> float:
    """2.0 to 0.5 is 0.75; accuracy 0.1 to 0.9 is 0.89; above 1 where the sign changes; 0 if never better."""
    return curve.improvement / curve.level if curve.level else 0.0


@of_curve(
    "net_progress",
    unit="share of level",
    low=-2,
    high=2,
    points=2,
    directed=True,
    en="How much better the {subject} ends than it started, as a share of the larger of the two levels; "
    "negative where it ends worse.",
    zh="{subject}结束时比开始时好多少, 相对于两者中较大的水平; 变差时为负。",
)
def net_progress(curve: Curve) -> float:
    """Start to end; 0 where both are 0."""
    return _relative(curve.start - curve.end, curve.start, curve.end)


@of_curve(
    "log_progress",
    unit="decades",
    low=0,
    points=2,
    directed=True,
    en="By how many powers of ten the {subject} fell from its start to its best.",
    zh="{subject}从起点到最好水平下降了多少个数量级。",
)
def log_progress(curve: Curve) -> float | None:
    """Absent where the start or the best is not positive."""
    if curve.best <= 0 or curve.start <= 0:
        return None
    return max(0.0, math.log10(curve.start / curve.best))


@of_curve(
    "movement",
    unit="share of level",
    low=0,
    high=2,
    points=2,
    en="Range of the smoothed {subject} as a share of its largest level: near 0 where it never moved.",
    zh="平滑后的{subject}的变化范围, 相对于其最大水平; 接近 0 表示几乎没有动过。",
)
def movement(curve: Curve) -> float:
    """Does not need a direction."""
    return _relative(curve.worst - curve.best, curve.worst, curve.best)


@of_curve(
    "repeats",
    unit="share",
    low=0,
    high=1,
    points=2,
    en="Share of the points of the {subject} that equal the point before exactly: 1 where it is frozen.",
    zh="{subject}中与前一点完全相等的点的比例; 1 表示完全冻结。",
)
def repeats(curve: Curve) -> float:
    """Over finite points."""
    return np.count_nonzero(curve.logged[1:] == curve.logged[:-1]) / (curve.size - 1)


@of_curve(
    "final_position",
    unit="position in range",
    low=0,
    high=1,
    points=3,
    directed=True,
    en="Where the {subject} ends between its best (0) and its worst level (1).",
    zh="{subject}的最终水平在最好 (0) 与最差 (1) 之间的位置。",
)
def final_position(curve: Curve) -> float | None:
    """Absent where the curve never moved."""
    spread = curve.worst - curve.settled_best
    return (curve.end - curve.settled_best) / spread if spread > 0 else None


@of_curve(
    "rise",
    unit="share of level",
    low=0,
    high=2,
    points=3,
    directed=True,
    en="How much worse the {subject} ends than its best level, as a share of the larger of the two.",
    zh="{subject}最终比最好水平差多少, 相对于两者中较大的水平。",
)
def rise(curve: Curve) -> float:
    """0.40 best and 0.50 at the end is 0.20; known also where the curve never improved."""
    return _relative(curve.end - curve.settled_best, curve.end, curve.settled_best)


@of_curve(
    "rise_from_best",
    unit="share of improvement",
    low=0,
    high=_MOST,
    points=3,
    directed=True,
    en="How much worse the {subject} ends than its best level, as a share of what it had improved before.",
    zh="{subject}最终比最好水平差多少, 相对于此前取得的改善。",
)
def rise_from_best(curve: Curve) -> float | None:
    """1 means that all was lost again; capped at 1,000; absent where it never improved on its start."""
    if curve.improvement == 0:
        return None
    return min(_MOST, (curve.end - curve.settled_best) / curve.improvement)


def _relative(difference: float, a: float, b: float) -> float:
    size = max(abs(a), abs(b))
    return difference / size if size else 0.0
