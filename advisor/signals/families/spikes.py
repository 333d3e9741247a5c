"""Single points far above their neighbours, and lasting jumps.

Spikes are looked for among all points, not among bins, so that one point in a million is found. Only
points worse than what stands before and after them count; the first two and the last one are never spikes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.run import Floats, Integers, Role
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import CURVES, of_curve

_SUBJECTS = (*CURVES, Role.GRAD_NORM)
_CLEAR = 8.0  # robust standard deviations
_CLEAR_LEVEL = 0.1  # and at least this share of the local level
_MOST = 1e6


class _Spikes(NamedTuple):
    """The points of all spikes: how far each stands above its surroundings, also in robust deviations.

    Attributes:
        places: Indices among the finite points, shape (k,).
        excess: Distances, shape (k,).
        height: The same in robust deviations, shape (k,).
        spikes: Number of spikes; neighbours are one.
    """

    places: Integers
    excess: Floats
    height: Floats
    spikes: int


def _spikes(curve: Curve) -> _Spikes:
    shoulders = _shoulders(curve.binned)
    nearby = robust.smooth(np.abs(curve.residual), min(25, curve.residual.size // 4))
    least = max(curve.noise, curve.once(_within), 1e-9 * curve.late_level)
    scales = np.maximum(1.4826 * nearby, least)
    # A bin whose highest point is no spike has none: only in the others is every point looked at.
    _, _, bins = _clear(_highest(curve), shoulders, scales)
    size = curve.points_per_bin
    points = (np.flatnonzero(bins)[:, None] * size + np.arange(size)).ravel()
    points = points[(points >= 2) & (points < curve.size)]
    excess, height, clear = _clear(curve.values[points], shoulders[points // size], scales[points // size])
    places = points[clear]
    count = int(np.count_nonzero(np.diff(places, prepend=-2) > 1))
    return _Spikes(places, excess[clear], height[clear], count)


def _clear(values: Floats, shoulders: Floats, scales: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """How far values stand above their shoulders, in how many of their scales, and whether clearly so."""
    excess = values - shoulders
    scales = np.maximum(scales, np.abs(excess) / _MOST)
    height = np.divide(excess, scales, out=np.zeros(excess.size), where=scales > 0)
    return excess, height, (height > _CLEAR) & (excess > _CLEAR_LEVEL * np.abs(shoulders))


def _highest(curve: Curve) -> Floats:
    """The highest point of each bin."""
    return np.maximum.reduceat(curve.values, robust.bin_edges(curve.size)[:-1])


def _shoulders(bins: Floats) -> Floats:
    """The higher of the medians of the five bins before and the five after: a step or a fall is no spike."""
    reach = 5
    padded = np.concatenate((np.repeat(bins[:1], reach), bins, np.repeat(bins[-1:], reach)))
    medians = robust.row_medians(robust.windows(padded, reach))
    return np.maximum(medians[: bins.size], medians[reach + 1 :])


def _within(curve: Curve) -> float:
    """Scale of single points about the median of their bin; 0 where a bin is a point."""
    if curve.points_per_bin == 1:
        return 0.0
    return robust.scale(curve.deviations(slice(None)))


def _largest(curve: Curve) -> int | None:
    """Which point of the spikes stands highest above its surroundings."""
    spikes = curve.once(_spikes)
    return int(spikes.excess.argmax()) if spikes.spikes else None


@of_curve(
    "spikes",
    unit="spikes",
    low=0,
    subjects=_SUBJECTS,
    points=8,
    en="Number of spikes of the {subject}: points more than 8 robust standard deviations, and a tenth of the "
    "level, above the level before and after; neighbours count once.",
    zh="{subject}的尖峰数: 高于前后水平 8 个稳健标准差且超过水平十分之一的点, 相邻的只计一次。",
)
def spikes(curve: Curve) -> float:
    """A direction that is unknown is taken as lower is better."""
    return curve.once(_spikes).spikes


@of_curve(
    "spike_height",
    unit="robust standard deviations",
    low=0,
    high=_MOST,
    subjects=_SUBJECTS,
    points=8,
    en="Height of the largest spike of the {subject} above its surroundings, in robust standard deviations.",
    zh="{subject}最大尖峰高出周围水平多少个稳健标准差。",
)
def spike_height(curve: Curve) -> float | None:
    """Capped at a million; absent where there is no spike."""
    largest = _largest(curve)
    return None if largest is None else min(_MOST, float(curve.once(_spikes).height[largest]))


@of_curve(
    "spike_size",
    unit="share of improvement",
    low=0,
    high=_MOST,
    points=8,
    directed=True,
    en="Height of the largest spike of the {subject} above its surroundings, as a share of its improvement.",
    zh="{subject}最大尖峰高出周围水平的幅度, 相对于其改善幅度。",
)
def spike_size(curve: Curve) -> float | None:
    """Capped at a million; absent where there is no spike or no improvement."""
    largest = _largest(curve)
    if largest is None or curve.improvement == 0:
        return None
    return min(_MOST, float(curve.once(_spikes).excess[largest]) / curve.improvement)


@of_curve(
    "spike_x",
    unit="x",
    subjects=_SUBJECTS,
    points=8,
    raw=True,
    en="Step or epoch of the largest spike of the {subject}.",
    zh="{subject}最大尖峰所在的步数或轮数。",
)
def spike_x(curve: Curve) -> float | None:
    """Absent where there is no spike."""
    largest = _largest(curve)
    return None if largest is None else curve.x(int(curve.once(_spikes).places[largest]))


@of_curve(
    "spike_recovery",
    unit="share of run",
    low=0,
    high=1,
    points=8,
    en="How long the {subject} took to come back to its level before the largest spike, as a "
    "share of the run; 1 where it never did.",
    zh="{subject}从最大尖峰恢复到之前水平所用的时间, 占整个训练的比例; 始终没有恢复时为 1。",
)
def spike_recovery(curve: Curve) -> float | None:
    """Back within two noise scales of the median of the ten points before; absent where there is no spike."""
    largest = _largest(curve)
    if largest is None:
        return None
    place = int(curve.once(_spikes).places[largest])
    before = robust.median(curve.values[max(0, place - 10) : place])
    allowed = before + 2 * max(curve.noise, curve.once(_within))
    back = curve.values[place + 1 :] <= allowed
    return (int(back.argmax()) + 1) / curve.values.size if back.any() else 1.0


@of_curve(
    "jump",
    unit="share of improvement",
    low=0,
    high=_MOST,
    points=8,
    directed=True,
    en="Largest lasting step of the {subject} for the worse, as a share of its improvement.",
    zh="{subject}最大的一次持续性变差, 相对于其改善幅度。",
)
def jump(curve: Curve) -> float | None:
    """Median of the four bins after less that of the four before; absent where it never improved."""
    if curve.improvement == 0:
        return None
    return min(_MOST, max(0.0, float(curve.once(_steps).max())) / curve.improvement)


@of_curve(
    "jump_x",
    unit="x",
    points=8,
    directed=True,
    raw=True,
    en="Step or epoch of the largest lasting step of the {subject} for the worse.",
    zh="{subject}最大的一次持续性变差所在的步数或轮数。",
)
def jump_x(curve: Curve) -> float | None:
    """Absent where there is no such step."""
    steps = curve.once(_steps)
    if float(steps.max()) <= 0:
        return None
    ties = np.flatnonzero(steps == steps.max())
    return curve.x(min(curve.values.size - 1, (int(ties[ties.size // 2]) + 4) * curve.points_per_bin))


def _steps(curve: Curve) -> Floats:
    """Median of bins i..i+3 less median of the four before, for every i from 4; at least 8 bins."""
    medians = robust.row_medians(robust.windows(curve.binned, 4))
    return np.asarray(medians[4:] - medians[:-4], dtype=np.float64)
