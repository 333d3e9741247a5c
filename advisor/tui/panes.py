"""What stands in the panes round the conversation: findings, charts, the line above them all."""

import gc
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from textual.content import Content

from advisor.text import Language
from advisor.tui.frame import MUTED
from advisor.tui.safe import PlainText, foreign_line, path_end
from advisor.tui.widgets.conversation import clock
from advisor.tui.widgets.findings import Findings, severity_counts, titles_line
from advisor.tui.widgets.status import StatusLine
from advisor.tui.widgets.welcome import OFFERED
from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.report.panels import Panel
    from advisor.run import Run
    from advisor.tui.app import AdvisorApp
    from advisor.tui.blocks import Shown
    from advisor.tui.news import FirstLook

_HOST_COLUMNS = 60


class Panes:
    """Brings the panes up to the session.

    Attributes:
        shown: The assessment that they show, or None.
        panels: The charts that they show.
    """

    def __init__(self, app: "AdvisorApp") -> None:
        self._app = app
        self.shown: Assessment | None = None
        self.panels: tuple[Panel, ...] = ()
        self._first_look = False
        self._ready: tuple[tuple[object, ...], tuple[Panel, ...]] = ((), ())

    def make_ready(self) -> None:
        """Make what is to be shown of the current run, in the thread of what found it."""
        session = self._app.session
        if session.current is not None and session.current is not self.shown:
            # Where another process read the log, nothing has asked for the rules here yet.
            basis, _ = self._basis(), session.rulebook
            made = self._app.runs.panels(session.current)
            self.look_ahead(made)
            self._ready = basis, made
            if self.shown is None:
                import_module("advisor.tui.live")
                # A search for garbage stops the screen; what the first run has loaded stays anyway.
                gc.freeze()

    def look_ahead(self, drawn: "tuple[Panel, ...]") -> None:
        """Reduce charts and load what shows them, in the thread of what found them."""
        import_module("advisor.tui.blocks")
        self._app.evidence.look_ahead(drawn, self._app.language)

    def _basis(self) -> tuple[object, ...]:
        """All that the charts are made of."""
        app = self._app
        return (app.session.current, app.runs.baseline, app.runs.before, app.language)

    def _made(self) -> "tuple[Panel, ...]":
        current = self._app.session.current
        if current is None:
            return ()
        (basis, made), self._ready = self._ready, ((), ())
        same = len(basis) and all(one is other for one, other in zip(basis, self._basis(), strict=True))
        return made if same else self._app.runs.panels(current)

    async def show_current(self) -> None:
        """Bring findings, charts and status up to the current run."""
        app = self._app
        before, current = self.shown, app.session.current
        self.shown, self._first_look = current, False
        findings = current.findings if current else ()
        self.panels = self._made()
        app.query_one(Findings).show(findings, app.language, opened=current is not None)
        line = titles_line(findings, app.language) if current else Content("")
        app.query_one("#findings-line", PlainText).show(line)
        same = before is not None and current is not None and before.run.source == current.run.source
        await app.evidence.show(self.panels, app.language, same_run=same)
        if current is not None or app.live is not None:
            from advisor.tui.live import follow_instead

            app.live = follow_instead(app.live, app)
        app.query_one("#body").set_class(current is None, "-blank")
        if before is None and current is not None:
            await app.view.query(OFFERED).remove()
        self.refresh_status()

    async def show_panels(self, panels: "tuple[Panel, ...]") -> None:
        """Draw these charts in the place of the current run's, until that is shown again."""
        self.panels = panels
        await self._app.evidence.show(panels, self._app.language)
        self._app.query_one("#body").remove_class("-blank")

    async def show_first_look(self, look: "FirstLook") -> None:
        """Draw what was seen of a large log, marked as a part of it, until the whole is read."""
        from advisor.chat.reply import Paragraph

        app, share = self._app, f"{look.share:.1%}"
        self._first_look = True
        app.query_one(Findings).show((), app.language, opened=False)
        await self.show_panels(look.panels)
        title = say("evidence", app.language)
        app.evidence.border_title = say("evidence of", app.language, title=title, share=share)
        note = Paragraph(say("first look", app.language, what=path_end(look.path), share=share))
        app.view.say_blocks([note, *self.narrow_chart(look.panels)], classes="note")

    async def end_first_look(self) -> None:
        """Show the current run again where a first look is still drawn."""
        if self._first_look:
            await self.show_current()

    def show_finding(self, index: int) -> None:
        """One finding of the current run in full, with its chart where the side pane is hidden."""
        from advisor.chat.reply import FindingBlock
        from advisor.report.parts import finding_parts

        current = self._app.session.current
        if current is None or index >= len(current.findings):
            return
        finding = current.findings[index]
        names = {name for evidence in finding.evidence for name in evidence.series}
        own = [panel for panel in self.panels if names & {series.name for series in panel.series}]
        block = FindingBlock(finding_parts(finding, current.changes, self._app.language))
        self._app.view.say_blocks([block, *self.narrow_chart(own)])

    def narrow_chart(self, drawn: "Sequence[Panel]") -> "list[Shown]":
        """The first of some charts, to stand in the conversation where there is no pane for it."""
        from advisor.tui.blocks import Drawing

        return [Drawing(panel, narrow_only=True) for panel in drawn[:1]]

    def refresh_status(self) -> None:
        """The line above, and what the prompt knows to be possible."""
        app = self._app
        app.prompt.state = app.state
        app.query_one(StatusLine).tell([self._going_on()], self._name(), self._about_run())

    def _going_on(self) -> Content:
        busy, language = self._app.turns.busy, self._app.language
        if busy is None:
            return Content("")
        told = f"{busy.title} {clock(busy.seconds)}"
        if busy.left is not None:
            told += f", {say('left', language, time=clock(busy.left))}"
        return Content.styled(told, "bold $text-warning")

    def _name(self) -> str:
        """What the run that is talked about is called."""
        current = self._app.session.current
        return "" if current is None else f"{current.run.source} {current.run.name}".strip()

    def _about_run(self) -> list[Content]:
        """Whether it is written now, its findings, and what answers rest on."""
        app = self._app
        current, live, language = app.session.current, app.live, app.language
        if current is None:
            return [Content.styled(say("no run", language), MUTED)]
        state = live.state() if live else ""
        pieces = [
            Content.styled(
                f"{state}{_reached(current.run, language)}" if state else "", "bold $text-success"
            ),
            severity_counts(current.findings, language),
        ]
        if app.turns.busy is None:
            rules = say("rules", language, n=len(app.session.rulebook.rules))
            pieces.append(Content.styled(rules, MUTED))
        if app.turns.model_host:
            where = say("model at", language, host=app.turns.model_host)
            pieces.append(foreign_line(where, _HOST_COLUMNS))
        return pieces


def _reached(run: "Run", language: Language) -> str:
    """How far a run has come, to stand behind its state: `, step 1200`; nothing before its first point."""
    from advisor.report.looking import place_text

    longest = max((series for series in run.series if len(series)), key=len, default=None)
    if longest is None:
        return ""
    return ("，" if language == "zh" else ", ") + place_text(float(longest.x[-1]), longest.x_kind, language)
