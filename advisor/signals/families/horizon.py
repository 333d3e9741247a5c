"""How much longer a curve that still gets better would go on: a fit carried past its end, with an interval.

The best value so far is fitted by falling powers of time and by falling exponentials, each above a level of
its own: two of the families by which Domhan et al. (2015) carry learning curves on. It is fitted from a fifth
of the run on and again over its second half, and every member that fits about as well as the best one has a
say: the interval spans them all. Where they disagree by much, where the curve has turned, or where it has too
few points, nothing is said.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from advisor.run import Floats, Role
from advisor.signals.curve import Curve
from advisor.signals.registry import of_curve

_SUBJECTS = (Role.TRAIN_LOSS, Role.VAL_LOSS, Role.VAL_METRIC)
_FEWEST = 10
_FITTED = 48  # more points add nothing but time
_WINDOWS = (0.2, 0.5)  # where the fits begin; one alone is far too sure of itself
_STILL = 0.9  # the best value must stand behind this place
_FLAT = 0.01
_QUARTER = 1.25
_POWERS = np.geomspace(0.1, 4, 24)
_RATES = np.geomspace(0.3, 12, 30)
_ALIKE = 3.84  # twice the log likelihood by which a member of a 95 % region may fall short (Wilks, 1938)
_ONE_IN = 4  # neighbours of a best value so far are alike: so many of them count as one
_FARTHEST = 8.0
_WIDEST = 4.0
_AHEAD = np.geomspace(1, _FARTHEST, 60)
_STEP = float(_AHEAD[1])  # moments are known no better than by one step of the grid


@dataclass(frozen=True, slots=True)
class Horizon:
    """When a curve would be flat, in lengths of the run: the best fit, the shortest and the longest."""

    at: float
    low: float
    high: float


def horizon(curve: Curve) -> Horizon | None:
    """Where carrying the curve on would gain next to nothing more; None where the log does not tell.

    Flat is where a quarter more of training would gain less than a hundredth of all that was gained by then.
    """
    if curve.size < _FEWEST or curve.improvement == 0:
        return None
    best = np.minimum.accumulate(curve.smooth)
    if int(curve.smooth.argmin()) < _STILL * (best.size - 1):
        return None
    time = np.linspace(0, 1, best.size + 1)[1:]
    fits = []
    for window in _WINDOWS:
        first = int(best.size * window)
        chosen = np.linspace(first, best.size - 1, min(_FITTED, best.size - first)).astype(int)
        fits.append(_flat(best[chosen], time[chosen], curve.start))
    known = [fit for fit in fits if fit is not None]
    if len(known) < len(fits) or known[0].at <= 1:
        return None
    found = Horizon(known[0].at, min(fit.low for fit in known), max(fit.high for fit in known))
    return found if found.high <= _WIDEST * found.low else None


def _flat(y: Floats, t: Floats, start: float) -> Horizon | None:
    """The horizon of the members that fit about as well as the best one; None where one never flattens."""
    shapes = _shapes(t)
    mean, centre = y.mean(), shapes.mean(axis=1)
    centred = shapes - centre[:, None]
    size = centred @ (y - mean) / (centred**2).sum(axis=1)
    left = ((y - mean - size[:, None] * centred) ** 2).sum(axis=1)
    left[size <= 0] = np.inf
    best = int(left.argmin())
    if not np.isfinite(left[best]):
        return None
    bound = left[best] * np.exp(_ALIKE / max(2.0, y.size / _ONE_IN))
    members = np.flatnonzero(left <= bound)
    level = (mean - size * centre)[:, None]
    ahead, later = (level + size[:, None] * shape for shape in _shapes_ahead())
    flat = (ahead - later < _FLAT * (start - ahead))[members]
    if not flat.any(axis=1).all():
        return None
    when = _AHEAD[flat.argmax(axis=1)]
    at, low, high = float(when[members == best][0]), float(when.min()), float(when.max())
    return Horizon(at, max(1.0, low / _STEP), high * _STEP)


@cache
def _shapes_ahead() -> tuple[Floats, Floats]:
    """Each member at the moments ahead, and a quarter later."""
    return _shapes(_AHEAD), _shapes(_QUARTER * _AHEAD)


def _shapes(t: Floats) -> Floats:
    """Each member of both families over time, without its level and size; shape (members, times)."""
    return np.concatenate((t ** -_POWERS[:, None], np.exp(-_RATES[:, None] * t)))


@of_curve(
    "flat_after",
    unit="lengths of the run",
    low=1,
    high=_FARTHEST,
    subjects=_SUBJECTS,
    points=_FEWEST,
    directed=True,
    en="After how many lengths of this run the {subject} would be flat, if it went on as it fell: a quarter "
    "more would then gain less than a hundredth of all that was gained. Absent where it does not tell.",
    zh="若{subject}照此趋势继续, 训练到当前长度的多少倍时会变平: 届时再训练四分之一, "
    "收益不到已有改善的百分之一。曲线不足以判断时没有该值。",
)
def flat_after(curve: Curve) -> float | None:
    """Of the fit that leaves least."""
    found = curve.once(horizon)
    return None if found is None else found.at


@of_curve(
    "flat_x",
    unit="x",
    subjects=_SUBJECTS,
    points=_FEWEST,
    directed=True,
    raw=True,
    en="Step or epoch at which the {subject} would be flat, if it went on as it fell.",
    zh="若{subject}照此趋势继续, 变平时的步数或轮数。",
)
def flat_x(curve: Curve) -> float | None:
    """As logged."""
    found = curve.once(horizon)
    return None if found is None else _x(curve, found.at)


@of_curve(
    "flat_x_low",
    unit="x",
    subjects=_SUBJECTS,
    points=_FEWEST,
    directed=True,
    raw=True,
    en="The earliest likely step or epoch at which the {subject} would be flat.",
    zh="{subject}变平时步数或轮数的可能下限。",
)
def flat_x_low(curve: Curve) -> float | None:
    """As logged."""
    found = curve.once(horizon)
    return None if found is None else _x(curve, found.low)


@of_curve(
    "flat_x_high",
    unit="x",
    subjects=_SUBJECTS,
    points=_FEWEST,
    directed=True,
    raw=True,
    en="The latest likely step or epoch at which the {subject} would be flat.",
    zh="{subject}变平时步数或轮数的可能上限。",
)
def flat_x_high(curve: Curve) -> float | None:
    """As logged."""
    found = curve.once(horizon)
    return None if found is None else _x(curve, found.high)


def _x(curve: Curve, lengths: float) -> float:
    """The whole x that stands so many lengths of the run from its start."""
    first, last = curve.x(0), curve.x(curve.size - 1)
    return float(round(first + (lengths - 1 / curve.size) * (last - first) / (1 - 1 / curve.size)))
