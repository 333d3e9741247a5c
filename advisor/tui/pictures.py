"""Charts as styled text; imported when the first one is drawn, since what draws them takes long to load."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from textual.content import Content

from advisor.report.axis import Scale
from advisor.report.canvas import AXIS, BEST, BROKEN, EMPTY, MARK
from advisor.report.panels import Panel
from advisor.report.raster import Picture, draw, legend
from advisor.tui.blocks import MUTED, Frame

CURVE_STYLES = (
    "$text-primary", "$text-warning", "$text-success", "$text-error", "$text-secondary", "$foreground",
    "$text-accent", "$text-primary",
)  # fmt: skip
_CELL_STYLES = {
    EMPTY: "", AXIS: MUTED, MARK: "$foreground", BROKEN: "bold $text-error", BEST: "bold $foreground"
}  # fmt: skip


def panel_content(
    panel: Panel,
    frame: Frame,
    rows: int,
    *,
    scale: Scale = "auto",
    x_range: tuple[float, float] | None = None,
) -> Content:
    """A chart under its legend; `rows` lines in all."""
    picture = draw(
        panel.curves,
        frame.width,
        rows - 1,
        scale=scale,
        marks=panel.marks,
        ascii_only=frame.ascii_only,
        x_range=x_range,
    )
    return Content("\n").join([legend_content(panel, picture, frame), *picture_lines(picture)])


def legend_content(panel: Panel, picture: Picture, frame: Frame) -> Content:
    """The names of the curves in their colours, and what the axes are; one line."""
    *names, axes = legend(panel.curves, log=picture.log, language=frame.language)
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
        yield row[start:end], CURVE_STYLES[layer] if layer >= 0 else _CELL_STYLES[layer]
        start = end
