"""A chart as shapes on a plane of pixels, and those as an SVG or PNG file."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from xml.sax.saxutils import escape

import numpy as np

from advisor.errors import UsageError
from advisor.report.axis import Axis, time_ticks
from advisor.report.curves import LETTERS, drawn_range
from advisor.report.layout import joined, layout
from advisor.report.view import View
from advisor.run import Floats
from advisor.text import Language, clean_line

if TYPE_CHECKING:
    from advisor.report.columns import Columns
    from advisor.report.panels import Panel

WIDTH: Final = 960
HEIGHT: Final = 420

_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 44, 40
# Okabe and Ito (2008): told apart by most colour-blind readers.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8A6D00")
_INK, _PALE, _BAD = "#222222", "#BBBBBB", "#C00000"
_ZOOM = 2
_RAW_OPACITY = 0.3


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled and stroked outline.

    Attributes:
        points: Pixels from the upper left corner.
        colour: `#RRGGBB`.
        width: Of the stroke.
        opacity: 0 to 1.
    """

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 1.0
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text; `anchor` says which of its ends, or its middle, stands at `x`."""

    x: float
    y: float
    text: str
    colour: str = _INK
    anchor: Literal["start", "middle", "end"] = "start"


def save(panel: "Panel", view: View, path: Path, language: Language) -> None:
    """Write a chart as it is looked at to `path`; its ending says how.

    Raises:
        UsageError: the ending is neither `.svg` nor `.png`, the folder cannot be written to, or a PNG is
            asked for where Pillow is not installed.
    """
    kind = path.suffix.lower()
    if kind not in (".svg", ".png"):
        raise UsageError(f"A chart is saved as SVG or PNG, not as '{kind or path.name}'.", "Name a file.svg.")
    shapes = shapes_of(panel, view, language)
    data = svg(shapes).encode() if kind == ".svg" else png(shapes)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from error


def shapes_of(panel: "Panel", view: View, language: Language) -> list[Shape | Label]:
    """Everything that is drawn of a chart, in the order in which it is drawn."""
    curves = panel.curves[: len(LETTERS)]
    start, end = drawn_range(curves, view)
    columns = WIDTH - _LEFT - _RIGHT
    laid = layout(curves, (start, end), columns, view)
    x_axis = Axis(start, end)
    kind = curves[0].x_kind if curves else "step"
    shapes = [*_bands(panel, x_axis), *_frame(x_axis, laid.values, kind)]
    if laid.values is not None:
        for layer in reversed(range(len(curves))):
            if laid.smooth:
                shapes += _curve(laid.raw[layer], laid.values, _COLOURS[layer], _RAW_OPACITY)
            shapes += _curve((laid.smooth or laid.raw)[layer], laid.values, _COLOURS[layer], 1.0)
    log = "symlog" if laid.values is not None and laid.values.bend else "log" if laid.log else ""
    return [*shapes, *_axis_signs(panel, laid.raw, x_axis), *_legend(panel, log, language)]


def svg(shapes: Sequence[Shape | Label]) -> str:
    """Shapes as a picture that scales."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        '<rect width="100%" height="100%" fill="#FFFFFF"/>',
    ]
    for shape in shapes:
        if isinstance(shape, Label):
            text = escape(clean_line(shape.text))
            lines.append(
                f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" fill="{shape.colour}" '
                f'text-anchor="{shape.anchor}">{text}</text>'
            )
        else:
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
            lines.append(
                f'<polygon points="{points}" fill="{shape.colour}" stroke="{shape.colour}" '
                f'stroke-width="{shape.width:g}" stroke-linejoin="round" opacity="{shape.opacity:g}"/>'
            )
    return "\n".join([*lines, "</svg>"]) + "\n"


def png(shapes: Sequence[Shape | Label]) -> bytes:
    """Shapes as pixels; letters that Pillow's own font lacks (Chinese) show as boxes.

    Raises:
        UsageError: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError as error:
        raise UsageError(
            "PNG needs Pillow, which is not installed.", "Save it as .svg, or: python -m pip install pillow"
        ) from error
    image = Image.new("RGB", (WIDTH * _ZOOM, HEIGHT * _ZOOM), "#FFFFFF")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(12 * _ZOOM)
    anchors = {"start": "ls", "middle": "ms", "end": "rs"}
    for shape in shapes:
        if isinstance(shape, Label):
            place = (shape.x * _ZOOM, shape.y * _ZOOM)
            draw.text(place, clean_line(shape.text), shape.colour, font=font, anchor=anchors[shape.anchor])
            continue
        points = [(x * _ZOOM, y * _ZOOM) for x, y in shape.points]
        colour = _mixed(shape.colour, shape.opacity)
        draw.polygon(points, fill=colour)
        draw.line([*points, points[0]], fill=colour, width=max(round(shape.width * _ZOOM), 1), joint="curve")
    written = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(written, "PNG")
    return written.getvalue()


def _curve(item: "Columns", values: Axis, colour: str, opacity: float) -> list[Shape]:
    """One outline for each unbroken stretch of a curve, from its lowest to its highest values."""
    low, high = joined(item, values)
    known = np.flatnonzero(~np.isnan(low))
    if not known.size:
        return []
    shapes = []
    for stretch in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
        xs = _LEFT + stretch.astype(float)
        above = list(zip(xs.tolist(), _y(high[stretch]).tolist(), strict=True))
        below = list(zip(xs.tolist(), _y(low[stretch]).tolist(), strict=True))
        shapes.append(Shape((*above, *below[::-1]), colour, 1.4, opacity))
    return shapes


def _frame(x_axis: Axis, values: Axis | None, kind: str) -> list[Shape | Label]:
    floor, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    shapes: list[Shape | Label] = []
    for value, text in values.ticks(6) if values is not None else ():
        y = float(_y(values.place(np.array(value)))) if values is not None else 0.0
        shapes += [
            Shape(((_LEFT, y), (right, y)), _PALE, 0.5, 0.6),
            Label(_LEFT - 8, y + 4, text, _INK, "end"),
        ]
    whole = x_axis.high - x_axis.low >= 2
    ticks = time_ticks(x_axis.low, x_axis.high, 8) if kind == "time" else x_axis.ticks(8, whole=whole)
    for value, text in ticks:
        x = _x(x_axis, value)
        shapes += [Shape(((x, floor), (x, floor + 4)), _INK), Label(x, floor + 20, text, _INK, "middle")]
    return [
        *shapes,
        Shape(((_LEFT, _TOP), (_LEFT, floor)), _INK),
        Shape(((_LEFT, floor), (right, floor)), _INK),
    ]


def _bands(panel: "Panel", x_axis: Axis) -> list[Shape | Label]:
    """The stretches that findings speak of."""
    inside = [mark for mark in panel.marks if mark.end >= x_axis.low and mark.start <= x_axis.high]
    return [shape for mark in inside for shape in _band(x_axis, mark.start, mark.end, mark.glyph)]


def _axis_signs(panel: "Panel", reduced: "Sequence[Columns]", x_axis: Axis) -> list[Shape | Label]:
    """Where values are not finite, and what happened when."""
    floor = HEIGHT - _BOTTOM
    broken = [float(column) for item in reduced for column in np.flatnonzero(item.broken)]
    happened = [event for event in panel.events if x_axis.low <= event.x <= x_axis.high]
    return [
        *(Label(_LEFT + column, floor + 5, "×", _BAD, "middle") for column in broken),
        *(Label(_x(x_axis, event.x), floor - 4, event.glyph, _INK, "middle") for event in happened),
    ]


def _band(x_axis: Axis, start: float, end: float, glyph: str) -> list[Shape | Label]:
    left, right = _x(x_axis, start), max(_x(x_axis, end), _x(x_axis, start) + 1.5)
    floor = HEIGHT - _BOTTOM
    corners = ((left, _TOP), (right, _TOP), (right, floor), (left, floor))
    return [Shape(corners, _PALE, 0.5, 0.35), Label(left + 3, _TOP + 12, glyph, _BAD)]


def _legend(panel: "Panel", log: str, language: Language) -> list[Shape | Label]:
    axis = panel.x_name or next((curve.x_kind for curve in panel.curves), "")
    words = [panel.title.in_(language), log, axis]
    labels: list[Shape | Label] = [Label(WIDTH - _RIGHT, 18, ", ".join(w for w in words if w), _INK, "end")]
    x = float(_LEFT)
    for letter, curve, colour in zip(LETTERS, panel.curves, _COLOURS, strict=False):
        name = f"{letter} {curve.name}" if len(panel.curves) > 1 else curve.name
        labels.append(replace(Label(x, 34, name), colour=colour))
        x += 7.5 * len(name) + 24
    return labels


def _x(axis: Axis, value: float) -> float:
    return _LEFT + float(axis.place(np.array(value))) * (WIDTH - _LEFT - _RIGHT - 1)


def _y(place: Floats) -> Floats:
    return np.asarray(_TOP + (1 - place) * (HEIGHT - _TOP - _BOTTOM))


def _mixed(colour: str, opacity: float) -> str:
    """A colour over white."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * opacity):02X}" for part in parts)
