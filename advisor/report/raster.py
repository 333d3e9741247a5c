"""Curves as rows of characters: braille dots, or plain ASCII where a terminal has no braille.

Every column of dots keeps the minimum, the maximum and whether a value in it was not finite, all taken in
one pass over the points, so that a spike of a single step is never lost and a NaN is a gap with a mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.report.axis import Axis, time_ticks
from advisor.report.canvas import FOOT, GUTTER, RAW, Canvas
from advisor.report.curves import LETTERS, Curve, Event, Mark, drawn_range, x_extent
from advisor.report.layout import Layout, joined, layout
from advisor.report.view import PLAIN_VIEW, AxisKind, View
from advisor.run import Series
from advisor.text import Language, clean_line

SMALLEST: Final = (GUTTER + 6, FOOT + 2)
"""Fewest columns and rows on which a chart can be read."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart.

    Attributes:
        rows: Lines of equal length, every character one terminal column wide.
        layers: Shape (rows, columns): the index of the curve that a cell shows (canvas.RAW added for the raw
            curve behind a smoothed one), or one of canvas.EMPTY, AXIS, MARK, BROKEN, BEST, CURSOR.
        log: Whether the value axis is logarithmic.
        x_range: First and last x drawn.
        symlog: Whether it is logarithmic on both sides of zero.
    """

    rows: tuple[str, ...]
    layers: NDArray[np.int8]
    log: bool
    x_range: tuple[float, float]
    symlog: bool = False


def draw(
    curves: Sequence[Curve],
    width: int,
    height: int,
    view: View = PLAIN_VIEW,
    *,
    marks: Sequence[Mark] = (),
    events: Sequence[Event] = (),
    ascii_only: bool = False,
) -> Picture:
    """Curves as rows of characters, with both axes.

    Args:
        curves: Drawn over one another, the first on top; at most `len(LETTERS)` of them.
        width: Columns of the result.
        height: Rows of the result, the two of the x axis included.
        view: Axes, stretch, smoothing, cursor.
        marks: Stretches of x to point at.
        events: What happened where, for the x axis.
        ascii_only: Use no character outside ASCII.

    Returns:
        The picture; blank rows where there is no room for one.
    """
    curves = curves[: len(LETTERS)]
    start, end = x_range = drawn_range(curves, view)
    if width < SMALLEST[0] or height < SMALLEST[1]:
        blank = (" " * max(width, 0),) * max(height, 0)
        return Picture(blank, np.full((len(blank), max(width, 0)), -1, dtype=np.int8), False, x_range)
    canvas = Canvas(width, height, ascii_only=ascii_only)
    laid = layout(curves, x_range, canvas.columns * 2, view)
    x_axis, values = Axis(start, end), laid.values
    if values is not None:
        _draw_curves(canvas, laid, values, [curve.area for curve in curves])
        _draw_best(canvas, curves, x_axis, values)
    kind = curves[0].x_kind if curves else "step"
    _draw_axes(canvas, x_axis, values, kind, single_x=x_extent(curves)[0] == x_extent(curves)[1])
    _draw_marks(canvas, x_axis, marks, events)
    for item in laid.raw:
        canvas.broken(item.broken)
    if view.cursor is not None and start <= view.cursor <= end:
        canvas.cursor(float(x_axis.place(np.array(view.cursor))))
    symlog = values is not None and values.bend > 0
    return Picture(canvas.lines(), canvas.layers, laid.log, x_range, symlog)


def legend(curves: Sequence[Curve], picture: Picture, language: Language, x_name: str = "") -> list[str]:
    """What to write over a chart: each curve's letter (where there are several) and name, then the axes.

    Args:
        curves: All of the chart.
        picture: How they were drawn.
        language: Of the axes.
        x_name: What the x axis shows, where its kind does not say.

    Returns:
        One text for each curve drawn, and one for the axes.
    """
    shown = curves[: len(LETTERS)]
    lettered = len(shown) > 1
    names = [f"{LETTERS[i]} {curve.name}" if lettered else curve.name for i, curve in enumerate(shown)]
    more = len(curves) - len(shown)
    words = {"step": "步", "epoch": "轮", "index": "点", "time": "时间"} if language == "zh" else {}
    kinds = dict.fromkeys(curve.x_kind for curve in shown)
    axes = [x_name] if x_name else [words.get(kind, kind) for kind in kinds]
    if picture.log or picture.symlog:
        name = ("symlog", "对称对数") if picture.symlog else ("log", "对数")
        axes.insert(0, name[language == "zh"])
    if more > 0:
        axes.append(f"+{more}")
    return [*names, ("，" if language == "zh" else ", ").join(axes)]


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
    *names, axes = legend(curves, picture, language)
    head = "  ".join(names) + f" ({axes})"
    # A wide character takes two columns; half as many of them always fit.
    fits = (
        head
        if head.isascii() and len(head) <= width
        else clean_line(head, width if head.isascii() else width // 2)
    )
    return [fits, *(row.rstrip() for row in picture.rows)]


def _draw_curves(canvas: Canvas, laid: Layout, values: Axis, areas: Sequence[bool]) -> None:
    shown = laid.smooth or laid.raw
    if laid.smooth:
        for layer in reversed(range(len(laid.raw))):
            canvas.curve(layer + RAW, *joined(laid.raw[layer], values))
    for layer in reversed(range(len(shown))):
        canvas.curve(layer, *joined(shown[layer], values), alone=bool(laid.smooth), sparse=areas[layer])
    if len(shown) > 1:
        for layer in range(len(shown)):
            canvas.letter(layer, LETTERS[layer], (layer + 1) / (len(shown) + 1))


def _draw_marks(canvas: Canvas, x_axis: Axis, marks: Sequence[Mark], events: Sequence[Event]) -> None:
    for event in events:
        if x_axis.low <= event.x <= x_axis.high:
            canvas.event(float(x_axis.place(np.array(event.x))), event.glyph)
    for mark in marks:
        if mark.end >= x_axis.low and mark.start <= x_axis.high:
            first, last = x_axis.place(np.array([mark.start, mark.end])).tolist()
            canvas.mark(first, last, mark.glyph)


def _draw_best(canvas: Canvas, curves: Sequence[Curve], x_axis: Axis, values: Axis) -> None:
    for curve in curves:
        if curve.best is not None:
            x, y = curve.x[curve.best], curve.y[curve.best]
            if x_axis.low <= x <= x_axis.high and values.low <= y <= values.high:
                canvas.best(float(x_axis.place(x)), float(values.place(y)))


def _draw_axes(canvas: Canvas, x_axis: Axis, values: Axis | None, kind: AxisKind, *, single_x: bool) -> None:
    if values is not None:
        ticks = values.ticks(max(2, canvas.rows // 3 + 1))
        places = values.place(np.array([value for value, _ in ticks]))
        canvas.value_ticks([(place, label) for place, (_, label) in zip(places.tolist(), ticks, strict=True)])
    count = 1 if single_x else max(2, canvas.columns // 9)
    x_ticks = (
        time_ticks(x_axis.low, x_axis.high, count)
        if kind == "time"
        else x_axis.ticks(count, whole=x_axis.high - x_axis.low >= 2)
    )
    x_places = x_axis.place(np.array([value for value, _ in x_ticks]))
    canvas.x_ticks([(place, label) for place, (_, label) in zip(x_places.tolist(), x_ticks, strict=True)])
