"""A curve reduced to the columns of dots that a chart has: nothing that happened in between is lost."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from advisor.run import Floats

Bools = NDArray[np.bool_]

_KERNEL_REACH = 4.0


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column of dots keeps of a curve; all arrays have shape (width,).

    Attributes:
        low: Smallest value that can be drawn; NaN where there is none.
        high: Largest such value.
        first: First value in the order of x, NaN where it cannot be drawn.
        last: Last value in the order of x, NaN where it cannot be drawn.
        broken: Whether a value was not finite.
        gap: Whether a value could not be drawn: not finite, or not above zero on a log axis.
    """

    low: Floats
    high: Floats
    first: Floats
    last: Floats
    broken: Bools
    gap: Bools


@dataclass(frozen=True, slots=True)
class _Held:
    """The points in view by the columns that hold any: their indices, and where each one's points begin."""

    at: NDArray[np.intp]
    starts: NDArray[np.intp]
    finals: NDArray[np.intp]


def columns(x: Floats, y: Floats, start: float, end: float, width: int, *, positive: bool = False) -> Columns:
    """Reduce a curve to `width` columns in one pass over its points.

    Args:
        x: Shape (n,), finite and not decreasing.
        y: Shape (n,).
        start: The x of the first column.
        end: The x of the last column.
        width: How many columns, at least 1.
        positive: Leave out values at or below zero, for a log axis.
    """
    y, held = _held(x, y, start, end, width)
    low, high, first, last = (np.full(width, np.nan) for _ in range(4))
    broken, gap = (np.zeros(width, dtype=np.bool_) for _ in range(2))
    if held.at.size == 0:
        return Columns(low, high, first, last, broken, gap)
    at, starts, finals = held.at, held.starts, held.finals
    finite = np.isfinite(y)
    drawable = finite & (y > 0) if positive else finite
    if drawable.all():
        low[at], high[at] = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    else:
        broken[at] = ~np.logical_and.reduceat(finite, starts)
        gap[at] = ~np.logical_and.reduceat(drawable, starts)
        low[at] = np.minimum.reduceat(np.where(drawable, y, np.inf), starts)
        high[at] = np.maximum.reduceat(np.where(drawable, y, -np.inf), starts)
        nothing = low > high
        low[nothing] = high[nothing] = np.nan
    first[at] = np.where(drawable[starts], y[starts], np.nan)
    last[at] = np.where(drawable[finals], y[finals], np.nan)
    return Columns(low, high, first, last, broken, gap)


def smoothed(
    x: Floats, y: Floats, start: float, end: float, width: int, bandwidth: float, *, positive: bool = False
) -> Columns:
    """The course of a curve without its noise: a kernel regression over its columns.

    Each column's mean is weighed by its number of points and by a Gaussian of its distance (Nadaraya 1964,
    Watson 1964), so that the cost does not grow with the bandwidth. Values that cannot be drawn are left out.

    Args:
        x: As for `columns`.
        y: Likewise.
        start: Likewise.
        end: Likewise.
        width: Likewise.
        bandwidth: Standard deviation of the Gaussian, as a share of the stretch that is drawn; above 0.
        positive: Likewise.
    """
    y, held = _held(x, y, start, end, width)
    value = np.full(width, np.nan)
    whole = np.zeros(width, dtype=np.bool_)
    if held.at.size:
        drawable = np.isfinite(y) & (y > 0) if positive else np.isfinite(y)
        kept, counts = y, held.finals - held.starts + 1
        if not drawable.all():
            kept, counts = np.where(drawable, y, 0.0), np.add.reduceat(drawable.astype(np.int64), held.starts)
        known = counts > 0
        at, counts = held.at[known], counts[known]
        # Divided before they are added, so that no sum overflows.
        share = 1.0 / max(float(counts.max(initial=1)), 1.0)
        means = np.add.reduceat(kept * share, held.starts)[known] / (counts * share)
        distance = (at[:, None] - at[None, :]) / max(bandwidth * width, 1e-9)
        weights = np.exp(-0.5 * np.minimum(distance**2, _KERNEL_REACH**2)) * (
            np.abs(distance) < _KERNEL_REACH
        )
        weights = weights * counts[None, :]
        value[at] = (weights / weights.sum(axis=1, keepdims=True)) @ means
    return Columns(value, value, value, value, whole, whole)


def _held(x: Floats, y: Floats, start: float, end: float, width: int) -> tuple[Floats, _Held]:
    """The values in view, and which columns hold them."""
    left, right = np.searchsorted(x, start, "left"), np.searchsorted(x, end, "right")
    x, y = x[left:right], y[left:right]
    share = (np.arange(1, width) - 0.5) / max(width - 1, 1)
    bounds = np.concatenate(([0], np.searchsorted(x, start + share * (end - start)), [x.size]))
    at = np.flatnonzero(np.diff(bounds) > 0)
    return y, _Held(at, bounds[:-1][at], bounds[1:][at] - 1)
