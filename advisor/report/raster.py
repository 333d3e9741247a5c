"""Curves as rows of characters: braille dots, or plain ASCII where a terminal has no braille.

Every column of dots keeps the minimum, the maximum and whether a value in it was not finite, all taken in
one pass over the points, so that a spike of a single step is never lost and a NaN is a gap with a mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.report.axis import LARGEST, Axis, Scale, value_axis, wants_log
from advisor.report.canvas import FOOT, GUTTER, Bools, Canvas
from advisor.run import Floats, Role, Series, XKind
from advisor.text import Language, clean_line

LETTERS: Final = "ABCDEFGH"
"""One letter for each curve, so that curves are told apart without colour; also the most that are drawn."""

SMALLEST: Final = (GUTTER + 6, FOOT + 2)
"""Fewest columns and rows on which a chart can be read."""

_LOG_ROLES = frozenset({Role.TRAIN_LOSS, Role.VAL_LOSS, Role.LEARNING_RATE, Role.GRAD_NORM})


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One curve, ready to be drawn.

    Attributes:
        name: As shown in the legend, on one line and clean.
        x: Shape (n,), finite and not decreasing.
        y: Shape (n,), may hold NaN and infinities.
        x_kind: What `x` counts.
        log_if_wide: Whether a log axis suits it where its values span decades.
        best: Index of the point to mark as the best, or None.
    """

    name: str
    x: Floats
    y: Floats
    x_kind: XKind = "step"
    log_if_wide: bool = True
    best: int | None = None

    @classmethod
    def of(cls, series: Series, *, mark_best: bool = False) -> "Curve":
        """A curve of a run; points without a finite x are left out, the others are put in the order of x."""
        x, y = series.x, series.y
        if not bool(np.all(x[1:] >= x[:-1])) or not bool(np.isfinite(x).all()):
            known = np.flatnonzero(np.isfinite(x))
            order = known[np.argsort(x[known], kind="stable")]
            x, y = x[order], y[order]
        curve = cls(clean_line(series.name, 60), x, y, series.x_kind, series.role in _LOG_ROLES)
        finite = np.isfinite(y)
        if not mark_best or series.lower_is_better is None or not finite.any():
            return curve
        kept = np.where(finite, y, np.inf if series.lower_is_better else -np.inf)
        return replace(curve, best=int(kept.argmin() if series.lower_is_better else kept.argmax()))


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of x to point at, with the glyph to write at its start."""

    start: float
    end: float
    glyph: str = "!"


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
class Picture:
    """A drawn chart.

    Attributes:
        rows: Lines of equal length, every character one terminal column wide.
        layers: Shape (rows, columns): the index of the curve that a cell shows, or one of canvas.EMPTY,
            AXIS, MARK, BROKEN, BEST.
        log: Whether the value axis is logarithmic.
        x_range: First and last x drawn.
    """

    rows: tuple[str, ...]
    layers: NDArray[np.int8]
    log: bool
    x_range: tuple[float, float]


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
    left, right = np.searchsorted(x, start, "left"), np.searchsorted(x, end, "right")
    x, y = x[left:right], y[left:right]
    share = (np.arange(1, width) - 0.5) / max(width - 1, 1)
    bounds = np.concatenate(([0], np.searchsorted(x, start + share * (end - start)), [x.size]))
    held = np.flatnonzero(np.diff(bounds) > 0)
    low, high, first, last = (np.full(width, np.nan) for _ in range(4))
    broken, gap = (np.zeros(width, dtype=np.bool_) for _ in range(2))
    if held.size == 0:
        return Columns(low, high, first, last, broken, gap)
    starts, finals = bounds[:-1][held], bounds[1:][held] - 1
    finite = np.isfinite(y)
    drawable = finite & (y > 0) if positive else finite
    if drawable.all():
        low[held], high[held] = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    else:
        broken[held] = ~np.logical_and.reduceat(finite, starts)
        gap[held] = ~np.logical_and.reduceat(drawable, starts)
        low[held] = np.minimum.reduceat(np.where(drawable, y, np.inf), starts)
        high[held] = np.maximum.reduceat(np.where(drawable, y, -np.inf), starts)
        nothing = low > high
        low[nothing] = high[nothing] = np.nan
    first[held] = np.where(drawable[starts], y[starts], np.nan)
    last[held] = np.where(drawable[finals], y[finals], np.nan)
    return Columns(low, high, first, last, broken, gap)


def draw(
    curves: Sequence[Curve],
    width: int,
    height: int,
    *,
    scale: Scale = "auto",
    marks: Sequence[Mark] = (),
    ascii_only: bool = False,
    x_range: tuple[float, float] | None = None,
) -> Picture:
    """Curves as rows of characters, with both axes.

    Args:
        curves: Drawn over one another, the first on top; at most `len(LETTERS)` of them.
        width: Columns of the result.
        height: Rows of the result, the two of the x axis included.
        scale: Of the values; "auto" takes log for losses and the like that span more than two decades.
        marks: Stretches of x to point at.
        ascii_only: Use no character outside ASCII.
        x_range: The stretch of x to draw; all of it where None.

    Returns:
        The picture; blank rows where there is no room for one.
    """
    curves = curves[: len(LETTERS)]
    start, end = x_range or _x_extent(curves)
    single_x = start == end
    if single_x:
        start, end = start - 0.5, end + 0.5
    if width < SMALLEST[0] or height < SMALLEST[1]:
        blank = (" " * max(width, 0),) * max(height, 0)
        return Picture(blank, np.full((len(blank), max(width, 0)), -1, dtype=np.int8), False, (start, end))
    canvas = Canvas(width, height, ascii_only=ascii_only)
    reduced = [columns(curve.x, curve.y, start, end, canvas.columns * 2) for curve in curves]
    log = _is_log(curves, reduced, scale)
    if log:
        reduced = [
            columns(curve.x, curve.y, start, end, canvas.columns * 2, positive=True)
            if (item.low <= 0).any()
            else item
            for curve, item in zip(curves, reduced, strict=True)
        ]
    x_axis, extent = Axis(start, end), _value_extent(reduced)
    values = value_axis(*extent, log=log) if extent else None
    if values is not None:
        _draw_curves(canvas, reduced, values)
        _draw_best(canvas, curves, x_axis, values)
    _draw_axes(canvas, x_axis, values, single_x=single_x)
    for mark in marks:
        if mark.end >= start and mark.start <= end:
            first, last = x_axis.place(np.array([mark.start, mark.end])).tolist()
            canvas.mark(first, last, mark.glyph)
    for item in reduced:
        canvas.broken(item.broken)
    return Picture(canvas.lines(), canvas.layers, log, (start, end))


def legend(curves: Sequence[Curve], *, log: bool, language: Language) -> list[str]:
    """What to write over a chart: each curve's letter (where there are several) and name, then the axes.

    Returns:
        One text for each curve drawn, and one for the axes.
    """
    shown = curves[: len(LETTERS)]
    lettered = len(shown) > 1
    names = [f"{LETTERS[i]} {curve.name}" if lettered else curve.name for i, curve in enumerate(shown)]
    more = len(curves) - len(shown)
    words = {"step": "步", "epoch": "轮", "index": "点"} if language == "zh" else {}
    axes = [words.get(kind, kind) for kind in dict.fromkeys(curve.x_kind for curve in shown)]
    if log:
        axes.insert(0, "对数" if language == "zh" else "log")
    if more > 0:
        axes.append(f"+{more}")
    return [*names, ", ".join(axes)]


def inline_chart(
    series: Sequence[Series], width: int, height: int, *, language: Language = "en", ascii_only: bool = False
) -> list[str]:
    """Curves of a run as lines for a printed report: a legend, then the chart; `height` lines in all.

    Args:
        series: Drawn over one another, the most important first.
        width: Columns; no line is longer.
        height: Lines; fewer than five leave no room for a chart.
        language: Of the legend.
        ascii_only: Use no character outside ASCII.
    """
    curves = [Curve.of(item, mark_best=len(series) == 1) for item in series]
    picture = draw(curves, width, height - 1, ascii_only=ascii_only)
    *names, axes = legend(curves, log=picture.log, language=language)
    head = "  ".join(names) + f" ({axes})"
    # A wide character takes two columns; half as many of them always fit.
    fits = (
        head
        if head.isascii() and len(head) <= width
        else clean_line(head, width if head.isascii() else width // 2)
    )
    return [fits, *(row.rstrip() for row in picture.rows)]


def _x_extent(curves: Sequence[Curve]) -> tuple[float, float]:
    held = [curve for curve in curves if curve.x.size]
    if not held:
        return 0.0, 1.0
    start, end = min(float(curve.x[0]) for curve in held), max(float(curve.x[-1]) for curve in held)
    return max(start, -LARGEST), min(end, LARGEST)


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


def _draw_curves(canvas: Canvas, reduced: Sequence[Columns], values: Axis) -> None:
    for layer in reversed(range(len(reduced))):
        low, high = _joined(reduced[layer], values)
        canvas.curve(layer, low, high)
    if len(reduced) > 1:
        for layer in range(len(reduced)):
            canvas.letter(layer, LETTERS[layer], (layer + 1) / (len(reduced) + 1))


def _joined(item: Columns, values: Axis) -> tuple[Floats, Floats]:
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


def _draw_best(canvas: Canvas, curves: Sequence[Curve], x_axis: Axis, values: Axis) -> None:
    for curve in curves:
        if curve.best is not None:
            x, y = curve.x[curve.best], curve.y[curve.best]
            if x_axis.low <= x <= x_axis.high and values.low <= y <= values.high:
                canvas.best(float(x_axis.place(x)), float(values.place(y)))


def _draw_axes(canvas: Canvas, x_axis: Axis, values: Axis | None, *, single_x: bool) -> None:
    if values is not None:
        ticks = values.ticks(max(2, canvas.rows // 3 + 1))
        places = values.place(np.array([value for value, _ in ticks]))
        canvas.value_ticks([(place, label) for place, (_, label) in zip(places.tolist(), ticks, strict=True)])
    x_ticks = x_axis.ticks(
        1 if single_x else max(2, canvas.columns // 9), whole=x_axis.high - x_axis.low >= 2
    )
    x_places = x_axis.place(np.array([value for value, _ in x_ticks]))
    canvas.x_ticks([(place, label) for place, (_, label) in zip(x_places.tolist(), x_ticks, strict=True)])
