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
_LEAST_PLOT = 5
_MOST_LEGEND = 3

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
    reading = [] if view.cursor is None else [_reading(panel, frame, view)]
    named = view.cursor is None or rows >= _TALL
    picture = _drawn(panel, frame, rows - named - len(reading), view)
    head = _legend_lines(panel, picture, frame, max((rows - _LEAST_PLOT) // 2, 1)) if named else []
    if len(head) > 1:
        picture = _drawn(panel, frame, rows - len(head) - len(reading), view)
    return Content("\n").join([*head, *reading, *picture_lines(picture)])


def _drawn(panel: Panel, frame: Frame, rows: int, view: View) -> Picture:
    marks, events = panel.marks, panel.events
    return draw(
        panel.curves, frame.width, rows, view, marks=marks, events=events, ascii_only=frame.ascii_only
    )


def _reading(panel: Panel, frame: Frame, view: View) -> Content:
    """What the cursor points at, in the colours of the curves; one line."""
    alone = len(panel.curves) == 1
    at = view.cursor or 0.0
    place = place_text(at, panel.curves[0].x_kind, frame.language) if panel.curves else ""
    if panel.x_name:
        place = f"{panel.x_name} {short_number(at)}"
    pieces: list[tuple[str, str]] = [(place, "bold")]
    for point in readings(view, panel.curves):
        name, style = point.name if alone else point.letter, CURVE_STYLES[LETTERS.index(point.letter)]
        pieces += [("  ", ""), (f"{name} {short_number(point.y)}", f"bold {style}")]
    return Content.assemble(*pieces).truncate(max(frame.width, 1), ellipsis=True)


def _legend_lines(panel: Panel, picture: Picture, frame: Frame, most: int) -> list[Content]:
    """The names of the curves in their colours, and what the axes are, in `most` lines at most."""
    *names, axes = legend(panel.curves, picture, frame.language, panel.x_name)
    pieces = [(name, f"bold {style}") for name, style in zip(names, CURVE_STYLES, strict=False)]
    lines: list[Content] = []
    for piece in (*pieces, (axes, MUTED)):
        longer = Content.assemble(lines[-1], "  ", piece) if lines else Content.assemble(piece)
        if lines and longer.cell_length > frame.width and len(lines) < min(most, _MOST_LEGEND):
            lines.append(Content.assemble(piece))
        else:
            lines[-1:] = [longer]
    return [line.truncate(max(frame.width, 1), ellipsis=True) for line in lines]


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
