"""Axes of a chart: where a value stands, and the round figures written beside it."""

import math
from dataclasses import dataclass

import numpy as np

from advisor.run import Floats

WIDE = 100.0
"""A positive curve whose largest value is this many times its smallest is drawn on a log axis."""

# Beyond these, differences and the next tick would be infinite, and halves zero.
LARGEST = 1e307
_SMALLEST = 1e-300
_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_TIME_UNITS = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "m"), (1.0, "s"))
_TIME_STEPS = (
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1_800,
    3_600,
    7_200,
    14_400,
    21_600,
    43_200,
    86_400,
)
_MOST_DECADES = 6


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Attributes:
        low: Value at the start of the axis.
        high: Value at its end, larger than `low`.
        log: Whether equal distances are equal factors; then `low` is positive.
        bend: Above 0 for a symmetric log axis (symlog): about linear within this distance of 0, logarithmic
            beyond it on both sides.
        only: The single value that stands on it, which is its tick; None where there are several.
    """

    low: float
    high: float
    log: bool = False
    bend: float = 0.0
    only: float | None = None

    def place(self, values: Floats) -> Floats:
        """Positions of values along the axis, 0 at `low` and 1 at `high`; same shape, NaN stays NaN.

        What lies beyond an end stands at that end.
        """
        inside = np.clip(values, self.low, self.high)
        if self.log:
            start, end = math.log(self.low), math.log(self.high)
            return np.asarray((np.log(inside) - start) / (end - start))
        if self.bend:
            start, end = (math.copysign(math.log1p(abs(v) / self.bend), v) for v in (self.low, self.high))
            return np.asarray(
                (np.sign(inside) * np.log1p(np.abs(inside) / self.bend) - start) / (end - start)
            )
        return np.asarray((inside - self.low) / (self.high - self.low))

    def ticks(self, count: int, *, whole: bool = False) -> list[tuple[float, str]]:
        """About `count` round values on the axis with their labels, smallest first.

        Args:
            count: How many are wanted; there may be up to twice as many, or fewer.
            whole: Whether only whole numbers make sense.
        """
        if self.only is not None:
            size = abs(self.only)
            return [(self.only, number_label(self.only, size / 100 or 1.0, size))]
        values = _log_ticks(self.low, self.high, count) if self.log else []
        if self.bend:
            values = _symlog_ticks(self, count)
        if len(values) >= 2:
            return [(value, number_label(value, abs(value) or 1.0)) for value in values]
        values, step = _linear_ticks(self.low, self.high, count, 1.0 if whole else 0.0)
        largest = max((abs(value) for value in values), default=0.0)
        return [(value, number_label(value, step, largest)) for value in values]


def value_axis(low: float, high: float, *, log: bool = False) -> Axis:
    """An axis over the values `low` to `high`; a single value stands in the middle."""
    least = _SMALLEST if log else -LARGEST
    low, high = (min(max(value, least), LARGEST) for value in (low, high))
    if not low < high or math.isclose(low, high, rel_tol=1e-12, abs_tol=_SMALLEST):
        if log:
            return Axis(low / 2, low * 2, log=True, only=low)
        margin = abs(low) * 0.1 or 1.0
        return Axis(low - margin, low + margin, only=low)
    return Axis(low, high, log)


def symlog_axis(low: float, high: float, values: Floats) -> Axis:
    """A symmetric log axis over `low` to `high`, bent where the smallest twentieth of the values lies.

    Args:
        low: Smallest value to show.
        high: Largest.
        values: A sample of what is drawn, any shape; values not finite are left out.
    """
    axis = value_axis(low, high)
    largest = max(abs(axis.low), abs(axis.high))
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    small = float(np.quantile(sizes, 0.05)) if sizes.size else largest
    bend = 10.0 ** math.floor(math.log10(min(max(small, largest / 10.0**_MOST_DECADES), largest / 10)))
    return Axis(axis.low, axis.high, bend=bend)


def time_ticks(low: float, high: float, count: int) -> list[tuple[float, str]]:
    """About `count` round lengths of time, in seconds, with their labels: `30s`, `5m`, `2h`, `3d`."""
    rough = max((high - low) / max(count, 1), 1e-3)
    if rough < 1:
        values, step = _linear_ticks(low, high, count, 0.0)
        return [(value, number_label(value, step) + "s") for value in values]
    days = math.ceil(rough / 86_400)
    step = next((float(s) for s in _TIME_STEPS if s >= rough), days * 86_400.0)
    unit, suffix = next((unit, suffix) for unit, suffix in _TIME_UNITS if step >= unit)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    places = [index * step for index in range(first, min(last, first + 50) + 1)]
    return [(place, "0" if place == 0 else f"{place / unit:g}{suffix}") for place in places]


def wants_log(low: float, high: float) -> bool:
    """Whether values from `low` to `high` span more than two decades, all above zero."""
    return low > 0 and high / low > WIDE


def number_label(value: float, step: float, largest: float = math.inf) -> str:
    """`value` as a tick label, precise enough for ticks `step` apart: `250`, `1.5k`, `0.02`, `3e-4`.

    Args:
        value: The value to write.
        step: Distance to the next tick, above zero; it sets the number of decimals.
        largest: Largest tick of the axis; where it is small, all ticks are written with an exponent.
    """
    size = abs(value)
    if size < step * 1e-6:
        return "0"
    if size >= 1e15 or size < 1e-3 or largest < 1e-2:
        exponent = math.floor(math.log10(size) + 1e-9)
        return f"{_fixed(value / 10.0**exponent, step / 10.0**exponent)}e{exponent}"
    for unit, suffix in _UNITS:
        if size >= unit * (1 - 1e-9):
            return _fixed(value / unit, step / unit) + suffix
    return _fixed(value, step)


def _fixed(value: float, step: float) -> str:
    """`value` with the decimals that `step` needs, zeros at the end left out."""
    decimals = min(max(0, -math.floor(math.log10(step) + 1e-9)), 9)
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _linear_ticks(low: float, high: float, count: int, least: float) -> tuple[list[float], float]:
    """Multiples of 1, 2 or 5 times a power of ten inside [low, high], and their distance."""
    rough = max((high - low) / max(count, 1), least)
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * min((1, 2, 5, 10), key=lambda m: abs(math.log(m * power / rough)))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, min(last, first + 50) + 1)], step


def _log_ticks(low: float, high: float, count: int) -> list[float]:
    """Powers of ten inside [low, high], thinned to about `count`; 1, 2, 5 times them where there are few."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for multiples in ((1,), (1, 2, 5)):
        values = [m * 10.0**e for e in exponents for m in multiples]
        inside = [v for v in values if low * (1 - 1e-9) <= v <= high * (1 + 1e-9)]
        if 2 * len(inside) > count:
            break
    return inside[:: max(1, round(len(inside) / max(count, 1)))]


def _symlog_ticks(axis: Axis, count: int) -> list[float]:
    """Zero and powers of ten on both sides of it, so far apart that their labels stand clear."""
    largest = max(abs(axis.low), abs(axis.high))
    exponents = range(math.floor(math.log10(axis.bend)), math.floor(math.log10(largest)) + 1)
    sides = [s for s, end in ((1.0, axis.high), (-1.0, -axis.low)) if end > 0]
    step = max(1, math.ceil(len(exponents) * len(sides) / max(count - 1, 1)))
    sizes = [10.0**e for e in list(exponents)[::-1][::step]]
    values = [0.0, *(side * size for side in sides for size in sizes)]
    return sorted(v for v in values if axis.low <= v <= axis.high)
