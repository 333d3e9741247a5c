"""The training that runs now, by its output: its curves over those of the run before, and the time left."""

import threading
from typing import TYPE_CHECKING

from advisor.advice import Assessment
from advisor.chat.reply import Paragraph
from advisor.diagnosis.finding import Severity
from advisor.narrator import found_line
from advisor.report.ahead import planned_end, with_forecast
from advisor.report.panels import Panel, judged, panels, with_other_runs
from advisor.tui.news import LiveNews
from advisor.tui.words import say
from advisor.watch import Watch

if TYPE_CHECKING:
    from advisor.tui.app import AdvisorApp
    from advisor.tui.work import Work

_INTERVAL = 0.5
_FEWEST = 2
"""Points before which there is nothing to draw or to reckon with."""


class Underway:
    """Follows the output of a training from its start to its end.

    Args:
        app: Is sent what is new, and shows it.
        work: The training; how much time is left is written into it.
        before: The run that is drawn behind, which says how long a training is; None where there is none.
    """

    def __init__(self, app: "AdvisorApp", work: "Work", before: Assessment | None) -> None:
        self._app = app
        self._work = work
        self._before = before
        self._over = threading.Event()
        self._watch: Watch | None = None

    def start(self) -> None:
        """Begin to follow, as soon as there is an output."""
        self._app.session.capture = None
        threading.Thread(target=self._run, daemon=True, name="following the training").start()

    def stop(self) -> None:
        """The training has ended; what comes of it is read by whoever ran it."""
        self._over.set()

    async def take(self, message: LiveNews) -> None:
        """Draw what has come, and tell a critical finding."""
        watch, news = self._watch, message.news
        if message.error is not None:
            self._app.tell_fault(message.error)
        if self._over.is_set() or watch is None or watch.current is None or news is None:
            return
        current, language = watch.current, self._app.language
        charts = [
            panel for panel in panels(current) if any(len(curve.x) >= _FEWEST for curve in panel.curves)
        ]
        if charts:
            main = judged(charts[0])
            end = None if main is None else self._end(main.name)
            self._work.left = None if main is None or end is None else self._left(main.x.tolist(), end)
            drawn = tuple(self._over_before(n, panel, end) for n, panel in enumerate(charts))
            await self._app.panes.show_panels(drawn)
        critical = [f for f in news.found if f.severity == Severity.CRITICAL]
        if critical:
            lines = [Paragraph(found_line(finding, language)) for finding in critical]
            self._app.view.say_blocks(lines, classes="note")
            self._app.alert(lines[0].text)

    def _over_before(self, number: int, panel: Panel, end: float | None) -> Panel:
        language = self._app.language
        if self._before is not None:
            panel = with_other_runs(panel, [(say("run before", language), self._before.run)])
        if number or not self._app.session.learned:
            return panel
        return with_forecast(panel, language, live=True, end=end)

    def _end(self, name: str) -> float | None:
        """Where the training will end on the x axis of a curve: by its plan, else where the last one did."""
        assert self._watch is not None
        assert self._watch.current is not None
        runs = [self._watch.current.run, *([self._before.run] if self._before else [])]
        same = [(run, s) for run in runs for s in run.series if s.name == name and len(s)]
        planned = next((end for run, s in same if (end := planned_end(run, s)) is not None), None)
        if planned is not None or self._before is None:
            return planned
        return next((float(s.x[-1]) for run, s in same if run is self._before.run), None)

    def _left(self, x: list[float], end: float) -> float | None:
        """Seconds to the end at the pace so far; the first point came after one step's time."""
        if len(x) < _FEWEST or not end > x[0]:
            return None
        step = (x[-1] - x[0]) / (len(x) - 1)
        done, whole = x[-1] - x[0] + step, end - x[0] + step
        return max(self._work.seconds * (whole - done) / done, 0.0) if done > 0 else None

    def _run(self) -> None:
        session = self._app.session
        while session.capture is None or not session.capture.exists():
            if self._over.wait(_INTERVAL):
                return
        try:
            watch = Watch(session.rulebook, str(session.capture), None, session.corrected, session.judge)
            self._watch = watch
            while not self._over.wait(_INTERVAL):
                news = watch.look()
                if news.read:
                    self._app.post_message(LiveNews(self, news))
        except Exception as error:
            # The training itself goes on, and its end tells what it logged; only the live chart is lost.
            self._app.post_message(LiveNews(self, None, error))
