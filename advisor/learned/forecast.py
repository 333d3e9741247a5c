"""Where a curve will end and when it stops improving, from its first part.

Quantiles by boosted trees on the shape of the curve so far, widened by what trees missed on data sets that
they did not see (conformalised quantile regression: Romano, Patterson and Candes, 2019), each in proportion
to its own width: a calm curve is not made to pay for the misses on wild ones. `python -m advisor.corpus fit
--out FOLDER` makes `forecast.npz` anew from a corpus.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from advisor.arrays import distinct, shipped_arrays
from advisor.run import Floats
from advisor.signals.robust import median
from advisor.trees import Trees

FILE = "forecast.npz"
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Probabilities of the quantiles: 50, 80 and 90 % intervals about a median."""
PLACES = (0.1, 0.5, 0.9)
"""Those of the place where the curve is best."""
HEADS = (*(f"value_{q}" for q in LEVELS), *(f"best_{q}" for q in PLACES), "collapse", "takeoff")
FEWEST = 5
"""Points below which nothing is forecast."""
BINS = 40
"""Points to which a longer curve is thinned, by means."""
LONGEST = 20.0
"""How many times longer than what is known a run may become; beyond, nothing in the corpus is alike."""
NARROWEST = 0.01
"""Least width of the quantiles, in spreads, by which they are moved."""
NEAR_ZERO = 0.02
"""Up to this share of its spread above zero a curve counts as having come to it."""
TURNED = 0.1
"""A rise by this share of the spread is no mere scatter about a slope that goes on."""
BIG = 1.0
"""A move by the whole spread of the curve so far: downwards a late take-off, upwards a collapse."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """What a curve will come to at a later point.

    Attributes:
        at: The point, counted from 1.
        values: Its value at the probabilities `LEVELS`, rising, in the units of the curve, (7,).
        best_at: The point at which the curve is best, at the probabilities `PLACES`, (3,).
        collapse: Chance that it ends worse than it is by more than the whole spread of the curve so far.
        takeoff: Chance that it ends better than it is by more than that.
    """

    at: int
    values: Floats
    best_at: Floats
    collapse: float
    takeoff: float

    @property
    def median(self) -> float:
        """The value that it is as likely to pass as not."""
        return float(self.values[LEVELS.index(0.5)])

    def interval(self, share: float) -> tuple[float, float]:
        """The interval that holds the value with a probability of .5, .8 or .9.

        Raises:
            ValueError: another share.
        """
        low, high = round((1 - share) / 2, 3), round((1 + share) / 2, 3)
        return float(self.values[LEVELS.index(low)]), float(self.values[LEVELS.index(high)])

    def below(self, value: float) -> float:
        """The chance that it ends below a value; .02 and .98 stand for beyond the outermost quantiles."""
        rising = self.values + np.arange(len(LEVELS)) * 1e-12 * (1 + np.abs(self.values))
        return float(np.interp(value, rising, LEVELS, left=0.02, right=0.98))


@dataclass(frozen=True, eq=False)
class ForecastModel:
    """The fitted trees by head, and by how much each quantile is moved, in widths of what the trees say."""

    heads: Mapping[str, Trees]
    shift: Floats

    def quantiles(self, x: Floats) -> Floats:
        """Quantiles of the move from the last value, in spreads, (n, features) -> (n, 7), rising."""
        raw = np.stack([self.heads[f"value_{q}"].predict(x) for q in LEVELS], axis=1)
        rising: Floats = np.sort(raw + widths(raw)[:, None] * self.shift, axis=1)
        return rising


def widths(raw: Floats) -> Floats:
    """How far the outermost of some quantiles lie apart, in spreads, (n, 7) -> (n,)."""
    apart: Floats = np.maximum(np.ptp(raw, axis=1), NARROWEST)
    return apart


def forecast(y: Floats, length: int, *, lower_is_better: bool, at: int | None = None) -> Forecast | None:
    """What a curve will come to.

    Args:
        y: Its values so far, (n,).
        length: How many points the run is to have.
        lower_is_better: Whether small values are good.
        at: The point to look at, from 1; by default the last one.

    Returns:
        None where the curve has too few finite points, has none to come, or goes on for too long.
    """
    model, at = shipped_forecast_model(), length if at is None else at
    if model is None or not can_forecast(y, length) or not len(y) < at <= length:
        return None
    sign = 1.0 if lower_is_better else -1.0
    shape = shape_of(sign * np.asarray(y, np.float64))
    x = shape.row(at, length)[None, :]
    values = _in_units(shape, model.quantiles(x), sign, y)[0]
    places = np.sort([model.heads[f"best_{q}"].predict(x)[0] for q in PLACES])
    known = len(y) / length
    collapse, takeoff = (1 / (1 + np.exp(-model.heads[n].predict(x)[0])) for n in ("collapse", "takeoff"))
    best = np.clip(known + places * (1 - known), shape.best_at / length, 1.0) * length
    return Forecast(at, values, best, float(collapse), float(takeoff))


def fan(y: Floats, length: int, *, lower_is_better: bool, points: int = 12) -> tuple[Floats, Floats]:
    """Quantiles along the rest of a run, for a chart.

    Args:
        y: The values so far, (n,).
        length: How many points the run is to have.
        lower_is_better: Whether small values are good.
        points: How many places to look at.

    Returns:
        Places, counted in points from 1, (m,), and the values there at the probabilities `LEVELS`, (m, 7);
        both empty where nothing can be forecast.
    """
    model = shipped_forecast_model()
    if model is None or not can_forecast(y, length):
        return np.empty(0), np.empty((0, len(LEVELS)))
    sign = 1.0 if lower_is_better else -1.0
    shape = shape_of(sign * np.asarray(y, np.float64))
    places = distinct(np.linspace(len(y) + 1, length, points).round())
    moves = model.quantiles(np.stack([shape.row(int(at), length) for at in places]))
    return places, _in_units(shape, moves, sign, y)


def can_forecast(y: Floats, length: int) -> bool:
    """Whether a curve is long enough, finite at its end, and has an end that is near enough."""
    y = np.asarray(y, np.float64)
    enough = int(np.isfinite(y).sum()) >= FEWEST and bool(np.isfinite(y[-1:]).all())
    return enough and len(y) < length <= LONGEST * len(y)


@dataclass(frozen=True, eq=False)
class Shape:
    """A curve so far without its units; lower is better.

    Attributes:
        features: What the trees see of it.
        last: Its present level: the mean of its last points.
        spread: From its lowest to its highest value; what moves are counted in.
        known: Its number of points.
        best_at: The point of its best value, from 1.
    """

    features: Sequence[float]
    last: float
    spread: float
    known: int
    best_at: int

    def row(self, at: int, length: int) -> Floats:
        """What the trees see where the value at a point of a run of some length is asked for."""
        ahead = [np.log(at / self.known), np.log(length / self.known), (at - self.known) / self.known]
        return np.array([*self.features, *ahead])


def shape_of(y: Floats) -> Shape:
    """The shape of a curve so far, lower is better; at least `FEWEST` of its values are finite."""
    finite = y[np.isfinite(y)]
    z = finite
    if len(finite) > BINS:
        z = np.array([part.mean() for part in np.array_split(finite, BINS)])
    spread = float(np.ptp(z)) or max(1e-9, 1e-3 * abs(float(z[-1])))
    last = float(z[-max(1, len(z) // 10) :].mean())
    u = (z - last) / spread
    n, steps = len(u), np.diff(u)
    late = steps[-max(3, n // 3) :]
    best = int(z.argmin())
    back = [
        float(u[-1 - min(n - 1, max(1, round(share * (n - 1))))]) for share in (0.1, 0.25, 0.5, 0.75, 1.0)
    ]
    half = u[n // 2 :]
    slope = float(np.polyfit(np.log(np.arange(n // 2, n) + 1.0), half, 1)[0])
    features = (
        np.log(len(finite)), *back, float(u[-1]), float(u[best]), best / n, slope,
        float(late.mean()), float(late.std()), median(np.abs(steps)), float(steps[-1]),
        float((steps[1:] * steps[:-1] < 0).mean()), float((late > 0).mean()), float(u.max()),
        spread / (abs(last) + spread), float(len(y) > len(finite)),
    )  # fmt: skip
    return Shape(features, last, spread, len(y), int(np.nanargmin(y)) + 1)


@cache
def shipped_forecast_model() -> ForecastModel | None:
    """The model that travels with the program; None where none does."""
    arrays = shipped_arrays("advisor.learned", FILE)
    if arrays is None:
        return None
    return ForecastModel({h: Trees.of_arrays(h, arrays) for h in HEADS}, arrays["shift"].astype(np.float64))


def _in_units(shape: Shape, moves: Floats, sign: float, y: Floats) -> Floats:
    """Values of a curve by their moves in spreads, (n, 7); of one that was never negative, none below zero.

    A negative log-likelihood of a density may fall through zero: where its median does, all of it may, unless
    the curve has turned back from zero before.
    """
    values = sign * (shape.last + shape.spread * moves)[:, :: int(sign)]
    if np.nanmin(y) < 0:
        return values
    if sign > 0 and _turned_back(y, shape.spread):
        return np.maximum(values, 0.0)
    middle = values[:, [LEVELS.index(0.5)]]
    return np.where(middle > 0, np.maximum(values, 0.0), values)


def _turned_back(y: Floats, spread: float) -> bool:
    """Whether a curve came to zero, as beside its spread, and rose clearly from there: zero is its floor."""
    finite = y[np.isfinite(y)]
    lowest = int(finite.argmin())
    risen = float(finite[lowest:].max() - finite[lowest])
    return bool(finite[lowest] <= NEAR_ZERO * spread and risen > TURNED * spread)
