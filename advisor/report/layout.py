"""Curves reduced to the columns of a chart, and the axis that their values stand on."""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from advisor.report.axis import Axis, symlog_axis, value_axis, wants_log
from advisor.report.columns import Columns, columns, smoothed
from advisor.report.curves import Curve
from advisor.report.view import Scale, View
from advisor.run import Floats

_kept: "WeakKeyDictionary[Curve, dict[bool, tuple[tuple[float, float, int], Columns]]]" = WeakKeyDictionary()
"""Of each curve that lives, how it was reduced last: a cursor or another focus changes nothing of it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Curves reduced to the columns of a chart, and the axis that their values stand on.

    Attributes:
        raw: One for each curve, all its values.
        smooth: The same smoothed; empty where nothing is smoothed.
        values: The value axis; None where no value can be drawn.
        log: Whether it is logarithmic.
    """

    raw: tuple[Columns, ...]
    smooth: tuple[Columns, ...]
    values: Axis | None
    log: bool


def layout(curves: Sequence[Curve], x_range: tuple[float, float], width: int, view: View) -> Layout:
    """Reduce curves to `width` columns over `x_range` and choose their value axis."""
    start, end = x_range
    raw = [_reduced(curve, start, end, width) for curve in curves]
    log = _is_log(curves, raw, view.scale)
    if log:
        raw = [
            _reduced(curve, start, end, width, positive=True) if (item.low <= 0).any() else item
            for curve, item in zip(curves, raw, strict=True)
        ]
    smooth = (
        [smoothed(c.x, c.y, start, end, width, view.smoothing, positive=log) for c in curves]
        if view.smoothing > 0
        else []
    )
    return Layout(tuple(raw), tuple(smooth), _axis_of(raw, view.scale, log), log)


def _reduced(curve: Curve, start: float, end: float, width: int, *, positive: bool = False) -> Columns:
    """A curve reduced to columns, which is done once as long as it is looked at in the same width."""
    kept = _kept.setdefault(curve, {})
    looked_at = start, end, width
    known, found = kept.get(positive, (None, None))
    if found is None or known != looked_at:
        found = columns(curve.x, curve.y, start, end, width, positive=positive)
        kept[positive] = looked_at, found
    return found


def joined(item: Columns, values: Axis) -> tuple[Floats, Floats]:
    """Lowest and highest position of a curve in each column, straight lines to its neighbours included.

    Two columns that hold points are joined unless a value that cannot be drawn lies in or between them.
    """
    low, high = values.place(item.low), values.place(item.high)
    width = low.size
    held = np.flatnonzero(~np.isnan(low))
    if held.size < 2:
        return low, high
    # The line crosses the border right of column b between the last held column before and the first after.
    border = np.arange(width - 1)
    after = np.searchsorted(held, border, "right")
    inside = (after > 0) & (after < held.size)
    left, right = held[np.maximum(after - 1, 0)], held[np.minimum(after, held.size - 1)]
    breaks = np.concatenate(([0], np.cumsum(item.gap)))
    whole = inside & (breaks[right + 1] == breaks[left])
    share = (border + 0.5 - left) / np.maximum(right - left, 1)
    start, end = values.place(item.last)[left], values.place(item.first)[right]
    crossing = np.where(whole, start + (end - start) * share, np.nan)
    before, behind = np.append(np.nan, crossing), np.append(crossing, np.nan)
    return np.fmin(np.fmin(low, before), behind), np.fmax(np.fmax(high, before), behind)


def _value_extent(reduced: Sequence[Columns]) -> tuple[float, float] | None:
    lows = [item.low[~np.isnan(item.low)] for item in reduced]
    highs = [item.high[~np.isnan(item.high)] for item in reduced]
    if not any(low.size for low in lows):
        return None
    return float(np.concatenate(lows).min()), float(np.concatenate(highs).max())


def _is_log(curves: Sequence[Curve], reduced: Sequence[Columns], scale: Scale) -> bool:
    if scale != "auto":
        return scale == "log"
    extent = _value_extent(reduced)
    return extent is not None and all(curve.log_if_wide for curve in curves) and wants_log(*extent)


def _axis_of(reduced: Sequence[Columns], scale: Scale, log: bool) -> Axis | None:
    extent = _value_extent(reduced)
    if extent is None:
        return None
    if scale == "symlog":
        return symlog_axis(*extent, np.concatenate([item.low for item in reduced]))
    return value_axis(*extent, log=log)
