"""One curve with the quantities that many signals share, each computed once."""

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from advisor.run import Floats, Integers, Role, Series
from advisor.signals import robust

T = TypeVar("T")
_LOSSES = (Role.TRAIN_LOSS, Role.VAL_LOSS)
# A first value so far above all that follows says how the model was initialised, not how it learns.
_WILD_START = 1_000.0
_TINY = 1e-9
_LARGEST_POWER = 1_023
# Squares, products and sums of such values are far from both ends of float64: they are used as they are.
_HARMLESS_POWER = 32


class Curve:
    """A series, oriented so that lower is better, and scaled where a square of a value might overflow.

    A curve whose better direction is unknown is left as it is, with `directed` False; a loss is taken to be
    better when lower. Non-finite points take part in positions and counts only.

    Attributes:
        series: The curve as logged.
        directed: Whether it is known which direction is better.
    """

    def __init__(self, series: Series) -> None:
        self.series = series
        lower = series.lower_is_better
        if lower is None and series.role in _LOSSES:
            lower = True
        self.directed = lower is not None
        self._sign = -1.0 if lower is False else 1.0
        self._kept: dict[Callable[[Curve], Any], Any] = {}

    def once(self, function: "Callable[[Curve], T]") -> T:
        """What `function` makes of this curve, computed the first time only."""
        if function not in self._kept:
            self._kept[function] = function(self)
        kept: T = self._kept[function]
        return kept

    @property
    def n(self) -> int:
        """Number of points, non-finite ones included."""
        return len(self.series)

    @cached_property
    def finite(self) -> NDArray[np.bool_]:
        """Which points are finite, shape (n,)."""
        return np.isfinite(self.series.y)

    @cached_property
    def size(self) -> int:
        """Number of finite points, m."""
        # A point that is NaN or infinite shows in the lowest or the highest, which are needed anyway.
        if self.n and all(map(math.isfinite, self._ends)):
            return self.n
        return int(np.count_nonzero(self.finite))

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """The lowest and the highest of all points; NaN where a point is."""
        return float(self.series.y.min()), float(self.series.y.max())

    @cached_property
    def lowest(self) -> float:
        """The lowest of the finite values as logged."""
        return self._ends[0] if self.size == self.n else float(self.logged.min())

    @cached_property
    def highest(self) -> float:
        """The highest of the finite values as logged."""
        return self._ends[1] if self.size == self.n else float(self.logged.max())

    @cached_property
    def index(self) -> Integers:
        """Indices of the finite points, shape (m,)."""
        return np.flatnonzero(self.finite)

    def place(self, i: int) -> int:
        """Index, among all points, of the i-th finite one."""
        return i if self.size == self.n else int(self.index[i])

    @cached_property
    def logged(self) -> Floats:
        """The finite values as logged, shape (m,)."""
        return self.series.y if self.size == self.n else self.series.y[self.index]

    @cached_property
    def at(self) -> Integers | Floats:
        """Positions in the log of the finite points, shape (m,), not decreasing.

        Points of one line, such as a bar that is drawn over and over, share it: the last stands at its end.
        """
        at = _shared_out(self.series.at)
        return at if self.size == self.n else at[self.index]

    @cached_property
    def exponent(self) -> int:
        """The power of two by which the values are divided: 0 where no square of them overflows."""
        if self.size == 0:
            return 0
        power = math.frexp(max(abs(self.highest), abs(self.lowest)))[1]
        return 0 if abs(power) <= _HARMLESS_POWER else power

    @cached_property
    def values(self) -> Floats:
        """The finite values, lower is better, divided by two to the `exponent`; shape (m,), to be read only.

        Uncopied where nothing is to be done: on millions of points a copy takes longer than any signal.
        """
        if self.exponent == 0 and self._sign > 0:
            return self.logged
        if self.exponent < -_LARGEST_POWER:
            return np.asarray(self._sign * np.ldexp(self.logged, -self.exponent), dtype=np.float64)
        return self.logged * (self._sign * 2.0**-self.exponent)

    def as_logged(self, level: float) -> float:
        """A level of `values` in the units of the log."""
        return self._sign * math.ldexp(level, self.exponent)

    def position(self, i: int) -> float:
        """Where the i-th finite point stands among all points, 0 (first) to 1 (last)."""
        return self.place(i) / (self.n - 1) if self.n > 1 else 0.0

    def x(self, i: int) -> float:
        """The logged x of the i-th finite point."""
        return float(self.series.x[self.place(i)])

    @cached_property
    def best_point(self) -> int:
        """Which finite point is the first best one."""
        return int(self.values.argmin())

    @cached_property
    def binned(self) -> Floats:
        """Medians of at most 512 bins of `values`, shape (b,)."""
        return robust.bin_medians(self.values)

    def deviations(self, part: slice) -> Floats:
        """How far single points stand from the median of their bin, over the bins of `part`; flat.

        At most 128 points of a bin where there are more than 65,536 in all.
        """
        rows, rest = robust.split_bins(self.values)
        if self.size > robust.MAX_SAMPLE:
            rows, rest = (
                robust.spread_sample(points, robust.MAX_PER_BIN) for points in (rows, rest[None, :])
            )
            rest = rest[0]
        first, stop, _ = part.indices(self.binned.size)
        last = min(stop, rows.shape[0])
        found = (rows[first:last] - self.binned[first:last, None]).ravel()
        return found if stop == last else np.append(found, rest - self.binned[-1])

    @cached_property
    def points_per_bin(self) -> int:
        """How many finite points one bin holds."""
        return max(1, -(-self.size // robust.MAX_BINS))

    @cached_property
    def smooth(self) -> Floats:
        """`binned`, lightly smoothed: follows the curve, drops single points; shape (b,)."""
        size = self.binned.size
        half = 0 if size < 6 else 1 if size < 16 else 2 if size < 64 else min(10, size // 25)
        return robust.smooth(self.binned, half)

    @cached_property
    def trend(self) -> Floats:
        """`binned`, heavily smoothed: what is left beside it is noise, swings and spikes; shape (b,)."""
        size = self.binned.size
        return robust.smooth(self.binned, 0 if size < 4 else max(2, size // 10), keep_ends=False)

    @cached_property
    def residual(self) -> Floats:
        """`binned` less its trend, shape (b,)."""
        return self.binned - self.trend

    @cached_property
    def late(self) -> slice:
        """The bins of the last two thirds: the steep start is over."""
        return slice(self.binned.size // 3, None)

    @cached_property
    def last_third(self) -> slice:
        """The bins of the last third, four at least where there are four."""
        return slice(max(0, min(2 * self.binned.size // 3, self.binned.size - 4)), None)

    @cached_property
    def start(self) -> float:
        """The level it starts from, past at most three wild first values."""
        level = self.binned
        for i in range(min(3, level.size - 2)):
            rest = level[i + 1 :]
            if level[i] - level[i + 1] <= _WILD_START * float(rest.max() - rest.min()):
                return float(level[i])
            if rest.max() == rest.min():
                return float(level[i])
        return float(level[min(3, max(0, level.size - 2))])

    @property
    def _end_bins(self) -> int:
        """How many bins the level at the end rests on: one below 8, else an even number."""
        size = self.binned.size
        return 1 if size < 8 else 2 * max(1, size // 40)

    @cached_property
    def end(self) -> float:
        """The level it ends on: the median of the last bins."""
        return robust.median(self.binned[-self._end_bins :])

    @cached_property
    def settled_best(self) -> float:
        """The lowest median over as many bins as `end` rests on: what `end` is to be compared with."""
        return float(robust.row_medians(robust.windows(self.binned, self._end_bins)).min())

    @cached_property
    def best(self) -> float:
        """The lowest level it stayed on for more than a point."""
        return min(float(self.smooth.min()), self.start, self.end)

    @cached_property
    def worst(self) -> float:
        """The highest level it stayed on for more than a point."""
        return max(float(self.smooth.max()), self.start, self.end)

    @cached_property
    def level(self) -> float:
        """The larger of the levels at the start and at the best, as a positive number."""
        return max(abs(self.start), abs(self.best))

    @cached_property
    def improvement(self) -> float:
        """How far the best level lies below the start; 0 where it never got better."""
        gained = self.start - self.best
        return gained if gained > _TINY * self.level else 0.0

    @cached_property
    def noise(self) -> float:
        """Robust standard deviation of the residual over the last two thirds."""
        return robust.scale(self.residual[self.late])

    @cached_property
    def late_level(self) -> float:
        """Typical size of a value over the last two thirds, positive."""
        return robust.median(np.abs(self.binned[self.late]))


def _shared_out(at: Integers) -> Integers | Floats:
    """Positions of which no two are equal."""
    if at.size < 2 or bool((at[1:] > at[:-1]).all()):
        return at
    _, firsts, counts = np.unique(at, return_index=True, return_counts=True)
    ranks = np.arange(1, at.size + 1) - np.repeat(firsts, counts)
    shared: Floats = at - 1 + ranks / np.repeat(counts, counts)
    return shared
