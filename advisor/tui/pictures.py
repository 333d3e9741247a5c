"""Charts as styled text; imported when the first one is drawn, since what draws them takes long to load."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from textual.content import Content

from advisor.report.canvas import AXIS, BEST, BROKEN, CURSOR, EMPTY, MARK, RAW
from advisor.report.curves import LETTERS
from advisor.report.looking import place_text, readings
from advisor.report.panels import Panel
from advisor.report.raster import Picture, draw, legend
from advisor.report.view import PLAIN_VIEW, View
from advisor.text import short_number
from advisor.tui.frame import MUTED, Frame

_TALL = 20

CURVE_STYLES = (
    "$text-primary", "$text-warning", "$text-success", "$text-error", "$text-secondary", "$foreground",
    "$text-accent", "$text-primary",
)  # fmt: skip
_CELL_STYLES = {
    EMPTY: "", AXIS: MUTED, MARK: "$foreground", BROKEN: "bold $text-error", BEST: "bold $foreground",
    CURSOR: "bold $text-accent",
}  # fmt: skip


def panel_content(panel: Panel, frame: Frame, rows: int, view: View = PLAIN_VIEW) -> Content:
    """A chart under its legend, or under what its cursor points at; `rows` lines in all, both where tall."""
    both = view.cursor is not None and rows >= _TALL
    picture = draw(
        panel.curves,
        frame.width,
        rows - 1 - both,
        view,
        marks=panel.marks,
        events=panel.events,
        ascii_only=frame.ascii_only,
    )
    legend_line = [] if view.cursor is not None and not both else [legend_content(panel, picture, frame)]
    reading = [] if view.cursor is None else [_reading(panel, frame, view)]
    return Content("\n").join([*legend_line, *reading, *picture_lines(picture)])


def _reading(panel: Panel, frame: Frame, view: View) -> Content:
    """What the cursor points at, in the colours of the curves; one line."""
    alone = len(panel.curves) == 1
    place = place_text(view.cursor or 0.0, panel.curves[0].x_kind, frame.language) if panel.curves else ""
    pieces: list[tuple[str, str]] = [(place, "bold")]
    for point in readings(view, panel.curves):
        name, style = point.name if alone else point.letter, CURVE_STYLES[LETTERS.index(point.letter)]
        pieces += [("  ", ""), (f"{name} {short_number(point.y)}", f"bold {style}")]
    return Content.assemble(*pieces).truncate(max(frame.width, 1), ellipsis=True)


def legend_content(panel: Panel, picture: Picture, frame: Frame) -> Content:
    """The names of the curves in their colours, and what the axes are; one line."""
    *names, axes = legend(panel.curves, picture, frame.language)
    pieces: list[tuple[str, str]] = []
    for index, name in enumerate(names):
        pieces += [(name, f"bold {CURVE_STYLES[index]}"), ("  ", "")]
    return Content.assemble(*pieces, (axes, MUTED)).truncate(max(frame.width, 1), ellipsis=True)


def picture_lines(picture: Picture) -> list[Content]:
    """The rows of a picture, each cell in the style of what it shows."""
    return [
        Content.assemble(*_runs(row, layers))
        for row, layers in zip(picture.rows, picture.layers.tolist(), strict=True)
    ]


def _runs(row: str, layers: Sequence[int]) -> Iterable[tuple[str, str]]:
    start = 0
    for layer, cells in groupby(layers):
        end = start + sum(1 for _ in cells)
        yield row[start:end], _style(layer)
        start = end


def _style(layer: int) -> str:
    if layer >= RAW:
        return f"{CURVE_STYLES[layer - RAW]} dim"
    return CURVE_STYLES[layer] if layer >= 0 else _CELL_STYLES[layer]
