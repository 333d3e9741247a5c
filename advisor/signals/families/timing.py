"""How fast the run went: the logged throughput, and the wall time between records."""

import numpy as np

from advisor.run import Floats, Role
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import CURVES, of_curve, of_run
from advisor.signals.view import View

_SUBJECTS = (Role.THROUGHPUT,)
_MOST = 1e6
_PAUSE = 10.0  # median intervals


@of_curve(
    "trend",
    unit="ratio",
    low=0,
    high=_MOST,
    points=6,
    subjects=_SUBJECTS,
    en="Median {subject} of the last third over that of the first third: below 1 where the run gets slower.",
    zh="{subject}最后三分之一的中位数与前三分之一之比; 小于 1 说明越来越慢。",
)
def trend(curve: Curve) -> float | None:
    """Capped at a million; absent unless both are positive."""
    third = curve.binned.size // 3
    level = np.abs(curve.binned)
    early, late = robust.median(level[:third]), robust.median(level[-third:])
    return min(_MOST, late / early) if late < _MOST * early else None


@of_curve(
    "slowest",
    unit="share",
    low=0,
    high=1,
    points=6,
    subjects=_SUBJECTS,
    en="Lowest {subject} as a share of its median, one point in a hundred left out.",
    zh="最低{subject}占中位数的比例, 去掉最低的百分之一。",
)
def slowest(curve: Curve) -> float | None:
    """First percentile over median of the bins; absent where the median is 0."""
    level = np.abs(curve.binned)
    median = robust.median(level)
    return min(1.0, float(np.quantile(level, 0.01)) / median) if median > 0 else None


@of_run(
    "time.pause_share",
    unit="share",
    low=0,
    high=1,
    en="Share of the wall time spent in pauses of more than ten typical intervals between records.",
    zh="超过典型记录间隔十倍的停顿所占的墙钟时间比例。",
)
def pause_share(view: View) -> float | None:
    """Clocks that go back count as no time; absent without wall times or below 10 intervals."""
    intervals = view.once(_intervals)
    if intervals is None:
        return None
    long = intervals[intervals > _PAUSE * robust.median(intervals)]
    return min(1.0, float(long.sum() / intervals.sum()))


@of_run(
    "time.slowdown",
    unit="ratio",
    low=0,
    high=_MOST,
    en="Typical time between records in the last third over that in the first third.",
    zh="最后三分之一的典型记录间隔与前三分之一之比。",
)
def slowdown(view: View) -> float | None:
    """Ratio of medians, capped at a million; absent without wall times or below 10 intervals."""
    intervals = view.once(_intervals)
    if intervals is None:
        return None
    third = intervals.size // 3
    early, late = robust.median(intervals[:third]), robust.median(intervals[-third:])
    return min(_MOST, late / early) if early > 0 and late < _MOST * early else None


def _intervals(view: View) -> Floats | None:
    """Seconds between the records of the longest timed curve; None where their median is 0."""
    curves = [curve for role in CURVES if (curve := view.curve(role)) and curve.series.wall_time is not None]
    if not curves:
        return None
    times = max(curves, key=lambda curve: curve.n).series.wall_time
    if times is None or not np.isfinite(times).all():
        return None
    intervals = np.clip(np.diff(times), 0, None)
    return intervals if intervals.size >= 10 and robust.median(intervals) > 0 else None
