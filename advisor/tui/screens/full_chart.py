"""One chart on the whole screen."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from advisor.tui.screens.help import HELP_KEY
from advisor.tui.widgets.chart import Chart
from advisor.tui.widgets.status import ScreenKeys
from advisor.tui.words import say


class FullChart(ModalScreen[None]):
    """A chart as large as the terminal; it looks as the one in the pane does, and the pane follows it.

    Args:
        charts: All charts of the pane, to go through.
        index: Which to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        HELP_KEY,
        Binding("escape,q,f,f2", "dismiss(None)", show=False, priority=True),
        Binding("tab,n", "turn(1)", show=False, priority=True),
        Binding("shift+tab,p", "turn(-1)", show=False, priority=True),
    ]

    def __init__(self, charts: Sequence[Chart], index: int) -> None:
        super().__init__()
        self._charts = list(charts)
        self._index = index % len(self._charts)
        self._large = self._copy()

    def compose(self) -> ComposeResult:
        """The chart, and below it what the letters on its axis mean and which keys there are."""
        yield self._large
        yield ScreenKeys("full-keys")

    def on_mount(self) -> None:
        """Keys go to the chart."""
        self._large.focus()
        self._tell()

    @property
    def source(self) -> Chart:
        """The chart of the pane that is shown."""
        return self._charts[self._index]

    def action_turn(self, by: int) -> None:
        """The next chart, or the one before."""
        self._index = (self._index + by) % len(self._charts)
        source = self.source
        self._large.set_reactive(Chart.kind, source.kind)
        self._large.show(source.panel, source.language)
        self._large.view = source.view
        self._tell()

    @on(Chart.Moved)
    def _on_moved(self, event: Chart.Moved) -> None:
        event.stop()
        self.source.kind = event.chart.kind
        self.source.look(event.chart.view)

    def _copy(self) -> Chart:
        source = self.source
        chart = Chart(source.panel, source.language, ascii_only=source.ascii_only)
        chart.set_reactive(Chart.kind, source.kind)
        chart.set_reactive(Chart.view, source.view)
        return chart

    def _tell(self) -> None:
        language = self._large.language
        glyphs = dict.fromkeys(event.glyph for event in self._large.panel.events)
        meanings = "  ".join(f"{g} {say(f'event {g}', language)}" for g in glyphs)
        count = f"{self._index + 1}/{len(self._charts)}"
        words = "\n".join(part for part in (meanings, f"{count}  {say('full keys', language)}") if part)
        self.query_one("#full-keys", ScreenKeys).tell(words)
