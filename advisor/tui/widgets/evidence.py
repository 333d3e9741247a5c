"""The charts of the current run, beside the conversation."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.containers import VerticalScroll

from advisor.report.view import AxisKind, Scale, View
from advisor.text import Language
from advisor.tui.frame import Frame
from advisor.tui.widgets.chart import Chart
from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.report.panels import Panel


_ROWS = 10


class Evidence(VerticalScroll, can_focus=False):
    """One chart for each panel, sharing the height; charts with the same x axis move together."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__(id="evidence")
        self._ascii_only = ascii_only
        self._shown = View()
        self._kind: AxisKind | None = None

    async def show(self, panels: "Sequence[Panel]", language: Language, *, same_run: bool = True) -> None:
        """Replace the charts; as many as there are stay where they are and show the new panels.

        Args:
            panels: What to show.
            language: Of legends.
            same_run: Whether what is zoomed into and pointed at stays.
        """
        self.border_title = say("evidence", language)
        if not same_run:
            self._shown = replace(self._shown, x_range=None, cursor=None)
        shown = list(self.query(Chart))
        if len(shown) == len(panels):
            for chart, panel in zip(shown, panels, strict=True):
                chart.show(panel, language)
                if not same_run:
                    chart.view = replace(chart.view, x_range=None, cursor=None)
            return
        charts = [self.dressed(Chart(panel, language, ascii_only=self._ascii_only)) for panel in panels]
        async with self.batch():
            await self.remove_children()
            await self.mount_all(charts)

    def look_ahead(self, panels: "Sequence[Panel]", language: Language) -> None:
        """Draw charts once for nobody, in a thread: long curves are then reduced to columns."""
        from advisor.tui.pictures import panel_content

        shown = replace(self._shown, x_range=None, cursor=None)
        columns = next(
            (chart.size.width for chart in self.query(Chart)), self.scrollable_content_region.width
        )
        for panel in panels:
            panel_content(panel, Frame(columns, False, language, self._ascii_only), _ROWS, shown)

    @property
    def view(self) -> View:
        """How its charts are looked at."""
        return self._shown

    @property
    def kind(self) -> AxisKind | None:
        """The x axis that was chosen for all of them, or None."""
        return self._kind

    def look_as(self, scale: Scale, smoothing: float, kind: AxisKind | None) -> None:
        """How charts are looked at, those that stand and those that come."""
        self._shown, self._kind = View(scale, smoothing=smoothing), kind
        for chart in self.query(Chart):
            self.dressed(chart).refresh()

    def dressed(self, chart: Chart) -> Chart:
        """A new chart with the axes and the smoothing of the others."""
        chart.set_reactive(Chart.view, replace(self._shown, x_range=None, cursor=None))
        chart.set_reactive(Chart.kind, self._kind)
        chart.show(chart.panel, chart.language)
        return chart

    def set_scale(self, scale: Scale) -> None:
        """Draw every chart on another value axis."""
        self._shown = replace(self._shown, scale=scale)
        for chart in self.query(Chart):
            chart.set_scale(scale)

    def set_kind(self, kind: AxisKind | None) -> None:
        """Draw every chart that can be on another x axis."""
        self._kind = kind
        for chart in self.query(Chart):
            chart.kind = kind

    @on(Chart.Moved)
    def _on_moved(self, event: Chart.Moved) -> None:
        event.stop()
        self.follow(event.chart)

    def follow(self, moved: Chart) -> None:
        """Let every chart follow one that moved, and remember how it looks."""
        self._shown = replace(moved.view, scale=self._shown.scale)
        for chart in self.query(Chart):
            if chart is not moved:
                chart.follow(moved)
