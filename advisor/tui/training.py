"""The one training that goes on at a time: begun, shown while it runs, stopped, ended."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from advisor.text import clean_line
from advisor.tui.tail import OutputTail
from advisor.tui.widgets.conversation import Output
from advisor.tui.words import say
from advisor.tui.work import Work

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.chat.staging import Live
    from advisor.tui.app import AdvisorApp
    from advisor.tui.underway import Underway

_LONG = 10.0
"""Seconds after which whoever started a training may have looked away, and is told of its end."""


class Training:
    """What trains, a probe or a tuning as well; its output stands in the conversation.

    Attributes:
        work: What is going on, or None.
    """

    def __init__(self, app: "AdvisorApp") -> None:
        self._app = app
        self._output: Output | None = None
        self._underway: Underway | None = None
        self.work: Work | None = None
        self._command = ""

    @property
    def live(self) -> "Live | None":
        """What trains now, as the conversation speaks of it."""
        from advisor.chat.staging import Live

        return None if self.work is None else Live(f"`{self._command}`", own=True)

    def start(
        self,
        key: str,
        command: str,
        function: Callable[[Work, OutputTail], Any],
        then: Callable[[Any], object],
        *,
        follow: bool = False,
        before: "Assessment | None" = None,
    ) -> None:
        """Begin what trains, unless something does.

        Args:
            key: What is being done, by its key of the screen's words.
            command: What the output is headed by.
            function: What to do; given the work, whose event asks it to stop, and what takes the output.
            then: What is done with what the function returns.
            follow: Whether its output is drawn while it comes.
            before: The run that is drawn behind it, or None.
        """
        app, tail = self._app, OutputTail()
        if self.work is not None:
            app.tell("busy", what=self.work.title)
            return
        work = Work(say(key, app.language), lambda _stop: function(work, tail), then)
        self.work, self._command = work, clean_line(command, 120)
        self._output = app.view.say_output(command, tail)
        if follow:
            # What reads and judges is loaded by then: a training is only ever started from an answer.
            from advisor.tui.underway import Underway

            self._underway = Underway(app, work, before)
            self._underway.start()
        work.start(app)
        app.panes.refresh_status()

    def stop(self) -> bool:
        """Ask it to stop; whether one was running."""
        if self.work is None:
            return False
        self.work.title = say("stopping", self._app.language)
        self.work.stop.set()
        return True

    def wait(self, seconds: float) -> bool:
        """Wait until one that was asked to stop has ended; whether it has."""
        return self.work is None or self.work.wait(seconds)

    def refresh_output(self, ending: str = "") -> None:
        """Show the last lines of its output; `ending` is how it ended, empty while it runs."""
        if self._output is not None and self.work is not None:
            self._app.view.refresh_output(self._output, self.work.seconds, ending)

    def ended(self, work: Work) -> None:
        """A piece of work is over, well or not; here something is done if it was the training."""
        if work is not self.work:
            return
        ending = work.ending or say("stopped" if work.stop.is_set() else "done", self._app.language)
        self.refresh_output(ending)
        self.work = self._output = None
        if self._underway is not None:
            self._underway.stop()
            self._underway = None
            self._app.call_later(self._app.panes.show_current)
        if work.seconds > _LONG and not work.stop.is_set():
            self._app.alert(say("ended note", self._app.language, what=work.title, ending=ending))
