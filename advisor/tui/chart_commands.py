"""What the actions on charts do: on the one that has the focus or fills the screen, else the first."""

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.chat.reply import Paragraph
from advisor.report.view import SCALES, View, next_scale, next_smoothing
from advisor.text import clean_line
from advisor.tui.clipboard import copy
from advisor.tui.screens.full_chart import FullChart
from advisor.tui.widgets.chart import Chart
from advisor.tui.widgets.evidence import Evidence
from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.tui.app import AdvisorApp


class ChartCommands:
    """The handlers of the actions on charts."""

    def __init__(self, app: "AdvisorApp") -> None:
        self._app = app

    def do_scale(self, argument: str) -> None:
        """The next value axis, or the one that is named."""
        chart = self._chart()
        if chart is None:
            return
        named = [scale for scale in SCALES if scale == argument.lower()]
        scale = named[0] if named else next_scale(chart.view.scale)
        if isinstance(self._app.focused, Chart):
            chart.look(replace(chart.view, scale=scale))
        else:
            self._app.query_one(Evidence).set_scale(scale)
        self._app.tell_briefly(f"scale {scale}")

    def do_axis(self, argument: str) -> None:
        """The next x axis that the log tells, or the one that is named."""
        chart = self._chart()
        if chart is None:
            return
        kinds = chart.logged.kinds
        wanted = argument.lower()
        if wanted not in kinds:
            later = kinds[kinds.index(chart.x_kind) + 1 :] if chart.x_kind in kinds else kinds
            following = [*later, *kinds]
            if not following or wanted or following[0] == chart.x_kind:
                told = ", ".join(kinds) or (chart.x_kind or "-")
                self._app.tell("no axis", what=told)
                return
            wanted = following[0]
        kind = next(kind for kind in kinds if kind == wanted)
        chart.kind = kind
        self._app.query_one(Evidence).set_kind(kind)

    def do_smooth(self, argument: str) -> None:
        """The next bandwidth, or a percentage."""
        chart = self._chart()
        if chart is None:
            return
        amount = _number(argument.rstrip("%"))
        view = next_smoothing(chart.view)
        if amount is not None:
            share = min(max(amount / 100, 0.0), 0.5)
            view = replace(view, smoothing=share)
        chart.look(view)
        self._app.tell_briefly("smooth", n=f"{100 * view.smoothing:g}")

    def do_zoom(self, argument: str) -> None:
        """A stretch of the x axis."""
        chart = self._chart()
        ends = [_number(word) for word in argument.replace(",", " ").split()]
        if chart is None:
            return
        if len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] >= ends[1]:
            self._app.tell("zoom how")
            return
        chart.look(replace(chart.view, x_range=(ends[0], ends[1])))

    def do_zoom_in(self, argument: str) -> None:
        """Half the stretch."""
        del argument
        self._zoom(2.0)

    def do_zoom_out(self, argument: str) -> None:
        """Twice the stretch."""
        del argument
        self._zoom(0.5)

    def do_pan_left(self, argument: str) -> None:
        """Earlier."""
        del argument
        self._pan(-0.25)

    def do_pan_right(self, argument: str) -> None:
        """Later."""
        del argument
        self._pan(0.25)

    def do_whole(self, argument: str) -> None:
        """All of it, without cursor and smoothing."""
        del argument
        chart = self._chart()
        if chart is not None:
            chart.look(View(chart.view.scale))

    def do_at(self, argument: str) -> None:
        """The cursor at a place, and every value there in words."""
        from advisor.report import looking

        chart, x = self._chart(), _number(argument)
        if chart is None:
            return
        if x is None:
            self._app.tell("at how")
            return
        chart.look(replace(chart.view, cursor=x))
        charts = [c for c in self._app.query(Chart) if c.x_kind == chart.x_kind]
        lines = [
            f"{point.name}: {looking.value_at(point, chart.x_kind or 'step', self._app.language)}"
            for shown in charts
            for point in looking.readings(chart.view, shown.panel.curves)
        ]
        self._app.view.say_blocks(
            [Paragraph(line) for line in lines or [say("at nothing", self._app.language)]]
        )

    def do_cursor_left(self, argument: str) -> None:
        """One column or point to the left."""
        del argument
        self._step(-1)

    def do_cursor_right(self, argument: str) -> None:
        """One column or point to the right."""
        del argument
        self._step(1)

    def do_full(self, argument: str) -> None:
        """One chart on the whole screen."""
        focused = self._app.focused
        # A chart of another screen (runs beside each other) is among the charts of that screen.
        place = self._app.screen if isinstance(focused, Chart) else self._app.query_one(Evidence)
        charts = list(place.query(Chart))
        if not charts:
            self._app.tell("no charts")
            return
        index = charts.index(focused) if focused in charts else 0
        if argument.isdecimal() and 1 <= int(argument) <= len(charts):
            index = int(argument) - 1
        if not isinstance(self._app.screen, FullChart):
            self._app.push_screen(FullChart(charts, index))

    def do_copy_chart(self, argument: str) -> None:
        """The chart as text."""
        del argument
        chart = self._chart()
        if chart is not None:
            copy(self._app, chart.as_drawn())

    def do_save(self, argument: str) -> None:
        """The chart as a file."""
        from advisor.report import drawing

        chart = self._chart()
        if chart is None:
            return
        folder = self._app.session.folder
        path = folder / Path(argument).expanduser() if argument else _free(folder, chart.panel.title.en)
        drawing.save(chart.panel, chart.view, path, self._app.language)
        self._app.tell("saved", what=clean_line(str(path)))

    def _chart(self) -> Chart | None:
        """The chart that is meant; says so where there is none."""
        focused = self._app.focused
        if isinstance(focused, Chart):
            return focused
        charts = list(self._app.query_one(Evidence).query(Chart))
        if not charts:
            self._app.tell("no charts")
            return None
        return charts[0]

    def _zoom(self, factor: float) -> None:
        from advisor.report import looking

        chart = self._chart()
        if chart is not None:
            chart.look(looking.zoomed(chart.view, chart.panel.curves, factor))

    def _pan(self, share: float) -> None:
        from advisor.report import looking

        chart = self._chart()
        if chart is not None:
            chart.look(looking.panned(chart.view, chart.panel.curves, share))

    def _step(self, by: int) -> None:
        from advisor.report import looking

        chart = self._chart()
        if chart is not None:
            chart.look(looking.stepped(chart.view, chart.panel.curves, chart.columns, by))


def _number(text: str) -> float | None:
    """A finite number as typed, or None."""
    try:
        value = float(text.replace("_", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _free(folder: Path, title: str) -> Path:
    """A name in the folder that no file has: `loss.svg`, `loss-2.svg`."""
    stem = "".join(c if c.isalnum() or c in "-_." else "-" for c in title)[:60].strip("-.") or "chart"
    names = (f"{stem}.svg", *(f"{stem}-{n}.svg" for n in range(2, 10_000)))
    return next(folder / name for name in names if not (folder / name).exists())
