"""Runs beside each other: curves in one chart, settings that differ, values that differ."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from advisor.report.wrapping import wrap
from advisor.text import Language
from advisor.tui.safe import PlainText
from advisor.tui.screens.help import HELP_KEY
from advisor.tui.widgets.chart import Chart
from advisor.tui.widgets.status import ScreenKeys
from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.report.panels import Panel
    from advisor.run import Run


class BesideScreen(ModalScreen[None]):
    """A comparison on the whole screen; the charts take the keys of every chart.

    Args:
        names: What the user calls the runs.
        runs: The runs, at least two; the others are compared with the first.
        panels: The charts of the first run with the curves of the others in them.
        language: Of every text.
        ascii_only: Whether charts must do without braille.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        HELP_KEY,
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("tab", "app.focus_next", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
    ]

    def __init__(
        self,
        names: Sequence[str],
        runs: "Sequence[Run]",
        panels: "Sequence[Panel]",
        language: Language,
        *,
        ascii_only: bool = False,
    ) -> None:
        super().__init__()
        self._names = tuple(names)
        self._runs = tuple(runs)
        self._charts = [Chart(panel, language, ascii_only=ascii_only) for panel in panels]
        self._language: Language = language

    def compose(self) -> ComposeResult:
        """The words, which say what came of it, and under them the charts."""
        with VerticalScroll(id="beside") as page:
            page.can_focus = False
            page.border_title = say("beside title", self._language)
            yield PlainText(id="beside-text")
            yield from self._charts
        yield ScreenKeys("beside-keys", say("beside keys", self._language))

    def on_mount(self) -> None:
        """Keys go to the first chart; the words stay in view."""
        if self._charts:
            self._charts[0].focus(scroll_visible=False)
        self.call_after_refresh(self.query_one("#beside", VerticalScroll).scroll_home, animate=False)

    def on_resize(self) -> None:
        """Lay the words out for the width there is."""
        width = max(self.query_one("#beside").scrollable_content_region.width - 2, 30)
        text = beside_text(self._names, self._runs, self._language, width)
        self.query_one("#beside-text", PlainText).show(Content(text))

    def on_chart_moved(self, event: Chart.Moved) -> None:
        """Charts with the same x axis move together."""
        event.stop()
        for chart in self._charts:
            if chart is not event.chart:
                chart.follow(event.chart)

    def action_scroll(self, pages: int) -> None:
        """The page up or down."""
        page = self.query_one("#beside", VerticalScroll)
        page.scroll_relative(y=pages * max(page.size.height - 2, 1), animate=False)


def beside_text(names: Sequence[str], runs: "Sequence[Run]", language: Language, width: int) -> str:
    """Two runs: verdict, settings that differ, values that differ. More: ranked, then what differs."""
    from advisor.experiment.compare import compare
    from advisor.report.comparing import deltas_text, ranking_text, settings_difference_text

    if len(runs) > 2:
        return ranking_text(names, runs, language, width)
    first, second = runs
    sentence = "\n".join(wrap(compare(first, second).sentence.in_(language), width))
    order = say("beside order", language, first=names[0], second=names[1])
    parts = (
        order,
        sentence,
        settings_difference_text(first, second, language).rstrip(),
        deltas_text(first, second, language).rstrip(),
    )
    return "\n\n".join(parts)
