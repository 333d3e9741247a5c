"""The open runs of the screen: the one talked about, the baseline, those that stand beside each other."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.report.panels import Panel
    from advisor.run import Run
    from advisor.tui.app import AdvisorApp
    from advisor.tui.blocks import Shown
    from advisor.tui.left import Left


class OpenRuns:
    """What can be done with the runs of the session.

    Attributes:
        baseline: The run that every chart is drawn over, or None.
        before: The run that a training was started from, and the one that came of it, or None; the charts of
            the second are drawn over those of the first.
    """

    def __init__(self, app: "AdvisorApp") -> None:
        self._app = app
        self.baseline: Run | None = None
        self.before: tuple[Run, Run] | None = None
        self._ahead: tuple[Panel, float] | None = None

    def is_current(self, run: "Run") -> bool:
        """Whether it is the run that is talked about."""
        current = self._app.session.current
        return current is not None and _same(current.run, run)

    def is_baseline(self, run: "Run") -> bool:
        """Whether it is the baseline."""
        return self.baseline is not None and _same(self.baseline, run)

    def panels(self, current: "Assessment") -> "tuple[Panel, ...]":
        """The charts of a run, the baseline's curve in each."""
        # The first picture has no run yet; what draws curves is loaded with the first one.
        from advisor.report.panels import panels, with_other_runs

        own, others, app = panels(current), [], self._app
        if self.before is not None and _same(self.before[1], current.run):
            others.append((say("run before", app.language), self.before[0]))
        if self.baseline is not None and not self.is_baseline(current.run):
            from advisor.report.listing import distinct_names

            name = distinct_names([self.baseline, current.run])[0]
            others.append((f"{say('baseline', app.language)} {name}", self.baseline))
        drawn = tuple(with_other_runs(panel, others) for panel in own)
        if not drawn or not app.session.learned:
            return drawn
        return (self._with_forecast(drawn[0], current.run), *drawn[1:])

    def _with_forecast(self, panel: "Panel", run: "Run") -> "Panel":
        """With where the run is going; of one that is being written, anew every other second at most."""
        from advisor.report.ahead import with_forecast

        live = self._app.live
        if self._ahead is not None and live is not None and live.state():
            ahead, at = self._ahead
            if time.monotonic() - at < _AHEAD_SECONDS and ahead.runs and _same(ahead.runs[0], run):
                added = ahead.curves[len(ahead.series) :]
                return replace(panel, curves=(*panel.curves, *added), ahead=ahead.ahead)
        ahead = with_forecast(panel, self._app.language, live=bool(live and live.state()))
        self._ahead = ahead, time.monotonic()
        return ahead

    def take_up(self, left: "Left") -> None:
        """Speak of the run that was spoken of when the program was left, over the baseline there was."""
        session = self._app.session
        for item in session.assessments:
            known = item.run.name, str((session.folder / item.run.source).resolve())
            if left.current is not None and known == _resolved(session.folder, left.current):
                session.current = item
            if left.baseline is not None and known == _resolved(session.folder, left.baseline):
                self.baseline = item.run

    def choose(self, number: int) -> None:
        """Speak of run `number` of the open ones."""
        app = self._app
        app.session.current = app.session.assessments[number - 1]
        app.turns.ask("/diagnose", echo=False)

    async def pin(self, run: "Run | None") -> None:
        """Draw every chart over this run, or over none."""
        self.baseline = run
        await self._app.panes.show_current()
        key = "pinned" if run is not None else "unpinned"
        self._app.tell_briefly(key, what="" if run is None else run.source)

    def show_beside(self, numbers: Sequence[int]) -> None:
        """Put open runs beside each other on the whole screen, the first as the one to compare with."""
        from advisor.report.listing import distinct_names, short_names
        from advisor.report.panels import panels_beside
        from advisor.tui.screens.beside import BesideScreen

        app = self._app
        chosen = [app.session.assessments[number - 1] for number in numbers]
        runs = [item.run for item in chosen]
        names = distinct_names(runs)
        first, *rest = short_names(names, _LEGEND_COLUMNS)
        shown = panels_beside(chosen[0], first, list(zip(rest, runs[1:], strict=True)))
        screen = BesideScreen(names, runs, shown, app.language, ascii_only=app.view.frame.ascii_only)
        app.push_screen(screen)

    def in_words(self) -> "list[Shown]":
        """The open runs as a table and how to go on with them, the first ones where there are many."""
        from advisor.chat.reply import Paragraph
        from advisor.report.listing import entries
        from advisor.tui.screens.runs import runs_table

        app = self._app
        count = len(app.session.assessments)
        listed = entries(app.session.assessments[:_MOST])
        table = runs_table(listed, app.language, ascii_only=app.view.frame.ascii_only)
        return [table, Paragraph(say("runs here", app.language, n=count))]


_MOST = 12
_LEGEND_COLUMNS = 20
_AHEAD_SECONDS = 2.0


def _resolved(folder: Path, named: tuple[str, str]) -> tuple[str, str]:
    source, name = named
    return name, str((folder / source).resolve())


def _same(one: "Run", other: "Run") -> bool:
    # A log that is followed is read anew again and again; it stays the same run.
    return (one.source, one.name) == (other.source, other.name)
