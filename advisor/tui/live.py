"""Follows the open log while it is written, in a thread of its own."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.advice import Assessment
from advisor.chat.reply import Paragraph
from advisor.diagnosis.finding import Severity
from advisor.narrator import found_line, spell_time
from advisor.readers.follow import Follower, Kind
from advisor.run import total_points
from advisor.tui.far_watch import FarWatch
from advisor.tui.large import Request, is_watched_apart, send_mappings, stamp
from advisor.tui.news import LiveNews
from advisor.tui.words import say
from advisor.watch import Watch

if TYPE_CHECKING:
    from advisor.tui.app import AdvisorApp

_INTERVAL = 0.1
_RECENT = 60.0
_QUIET = 60.0
_RETRY = 0.1


class Live:
    """Follows one log, from when it is opened until another one is.

    Nothing is read before the file changes; until then a look costs no more than asking for its size. Only a
    large log that was written to a moment ago is read at once: its first new point would have to wait for it.

    Args:
        app: Is sent what is new, and shows it.
        path: The log.

    Attributes:
        caught_up: Whether all that was there has been read, so that a new point has nothing to wait for.
    """

    def __init__(self, app: "AdvisorApp", path: str) -> None:
        self.path = path
        self.caught_up = False
        self._app = app
        session = app.session
        self._known = session.current
        self._watch: Watch | FarWatch = Watch(
            session.rulebook, path, session.current, session.corrected, session.judge
        )
        self._stop = threading.Event()
        self._grew = False
        self._said = ""

    def start(self) -> None:
        """Begin to follow."""
        threading.Thread(target=self._run, daemon=True, name=f"following {self.path}").start()

    def stop(self) -> None:
        """Follow no longer, and remember the log as it was last read."""
        if self._stop.is_set():
            return
        self._stop.set()
        if self._grew:
            self._app.session.remember(self._watch.assessments)

    def state(self) -> str:
        """`live`, or for how long nothing has come; empty for a log that did not change."""
        if not self._grew:
            return ""
        quiet, language = self._watch.quiet, self._app.language
        if quiet < _QUIET:
            return say("live", language)
        return say("quiet", language, time=spell_time(quiet, language))

    def is_news(self) -> bool:
        """Whether the state is another than when this was last asked."""
        before, self._said = self._said, self.state()
        return self._said != before

    async def take(self, message: LiveNews) -> None:
        """Bring the screen up to what was read; tell a new critical finding."""
        app, news = self._app, message.news
        if self._stop.is_set():
            return
        if message.error is not None:
            app.tell_fault(message.error)
        if news is None:
            return
        if app.turns.answering:
            # An answer rests on one state of the log from its first figure to its last.
            app.set_timer(_RETRY, lambda: app.post_message(LiveNews(self, news)))
            return
        assessments = self._watch.assessments
        if not self._grew and self._as_opened(assessments):
            return
        self._grew = True
        app.session.renew(assessments)
        await app.panes.show_current()
        critical = [f for f in news.found if f.severity == Severity.CRITICAL]
        if critical:
            lines = [Paragraph(found_line(f, app.language)) for f in critical]
            app.view.say_blocks(lines, classes="note")
            app.alert(lines[0].text)

    def _as_opened(self, assessments: Sequence[Assessment]) -> bool:
        """Whether a log that was read again is what it was when it was opened."""
        opened = [item.run for item in self._app.session.assessments if item.run.source == self.path]
        return total_points(opened) == total_points(item.run for item in assessments)

    def _run(self) -> None:
        try:
            if self._may_have_changed() or self._first_change():
                self._look_on()
        except Exception as error:
            # Whatever went wrong is told on the screen; a thread has no one else to tell.
            self._app.post_message(LiveNews(self, None, error))

    def _may_have_changed(self) -> bool:
        """Whether the file has changed since it was read, or soon may; it is then read again at once."""
        read = self._app.turns.read_from.get(self.path)
        if read is not None and stamp(self.path) != read:
            return True
        return _changed_lately(self.path) and (read is None or is_watched_apart(self.path))

    def _look_on(self) -> None:
        try:
            while not self._stop.is_set():
                if isinstance(self._watch, Watch) and is_watched_apart(self.path):
                    self._watch = self._far(self._watch)
                news = self._watch.look()
                if news.read:
                    self._app.post_message(LiveNews(self, news))
                self.caught_up = not news.behind
                if self.caught_up:
                    self._stop.wait(_INTERVAL)
        finally:
            if isinstance(self._watch, FarWatch):
                self._watch.end()

    def _far(self, near: Watch) -> Watch | FarWatch:
        """Who looks at a log that is so large that looking here would hold up the screen."""
        send_mappings()
        known = near.current or self._known
        try:
            return FarWatch(Request.of(self._app.session, (self.path,), known), self._stop)
        except OSError:
            return near

    def _first_change(self) -> bool:
        """Wait for the file to change; whether it did before it was followed no longer."""
        if Path(self.path).is_dir():
            return True
        follower = Follower(Path(self.path))
        follower.poll()
        try:
            while not self._stop.wait(_INTERVAL):
                if follower.poll().kind not in (Kind.NOTHING, Kind.GONE):
                    return True
        finally:
            follower.close()
        return False


def follow_instead(live: Live | None, app: "AdvisorApp") -> Live | None:
    """The follower for the run that is talked about: the same for the same log, none where it has no file."""
    current = app.session.current
    path = current.run.source if current is not None else ""
    if live is not None and live.path == path:
        return live
    if live is not None:
        live.stop()
    if not path or not Path(path).exists():
        return None
    fresh = Live(app, path)
    fresh.start()
    return fresh


def _changed_lately(path: str) -> bool:
    try:
        return abs(time.time() - Path(path).stat().st_mtime) < _RECENT
    except OSError:
        return False
