"""The charts of the current run, beside the conversation."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from advisor.text import Language
from advisor.tui.widgets.chart import Chart
from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.report.axis import Scale
    from advisor.report.panels import Panel


class Evidence(VerticalScroll, can_focus=False):
    """One chart for each panel, sharing the height."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__(id="evidence")
        self._ascii_only = ascii_only

    async def show(self, panels: "Sequence[Panel]", language: Language, scale: "Scale") -> None:
        """Replace the charts; as many as there are stay where they are and show the new panels."""
        self.border_title = say("evidence", language)
        shown = list(self.query(Chart))
        if len(shown) == len(panels):
            for chart, panel in zip(shown, panels, strict=True):
                chart.show(panel, language, scale)
            return
        charts = [Chart(panel, language, ascii_only=self._ascii_only) for panel in panels]
        for chart in charts:
            chart.set_reactive(Chart.scale, scale)
        async with self.batch():
            await self.remove_children()
            await self.mount_all(charts)

    def set_scale(self, scale: "Scale") -> None:
        """Draw every chart on another value axis."""
        for chart in self.query(Chart):
            chart.scale = scale
