"""Work that takes long enough to be felt, off the screen's thread."""

import threading
import time
from collections.abc import Callable
from typing import Any

from textual.message import Message
from textual.message_pump import MessagePump


class WorkEnded(Message):
    """A piece of work ended.

    Attributes:
        work: The work.
        result: What it returned; None where it failed.
        error: What it raised; None where it succeeded.
    """

    def __init__(self, work: "Work", result: Any, error: BaseException | None) -> None:
        super().__init__()
        self.work = work
        self.result = result
        self.error = error


class Work:
    """One function in a thread of its own; it touches no widget and ends with a `WorkEnded`.

    The thread does not keep the process alive: a reader that hangs on a dead network mount must not
    hang the terminal too.

    Args:
        title: What is being done, for the status line.
        function: What to do; it is given the event that asks it to stop.
        then: What the app does with the result.
        stoppable: Whether the function heeds the event.

    Attributes:
        ending: How it ended, in words; the function may say so, empty for the usual words.
        left: Seconds that it will still take by what has been seen of it; None where nobody can say.
    """

    def __init__(
        self,
        title: str,
        function: Callable[[threading.Event], Any],
        then: Callable[[Any], object],
        *,
        stoppable: bool = False,
    ) -> None:
        self.title = title
        self.then = then
        self.stoppable = stoppable
        self.ending = ""
        self.left: float | None = None
        self.stop = threading.Event()
        self._function = function
        self._started = time.monotonic()
        self._thread: threading.Thread | None = None

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._started

    def start(self, owner: MessagePump) -> None:
        """Begin; `owner` is sent the end."""
        self._thread = threading.Thread(target=self._run, args=(owner,), daemon=True, name=self.title)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for the end; whether it came."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def _run(self, owner: MessagePump) -> None:
        result, error = None, None
        try:
            result = self._function(self.stop)
        except Exception as raised:
            # Whatever went wrong is told on the screen; a thread has no one else to tell.
            error = raised
        owner.post_message(WorkEnded(self, result, error))
