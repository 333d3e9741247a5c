"""How often a training was asked to end: by Ctrl-C, by a signal to the advisor, by another thread."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Requests:
    """Counts how often the end was asked for, by a signal or by the event."""

    def __init__(self, stop: threading.Event | None) -> None:
        self._stop = stop
        self._signals = 0
        self._set = 0
        self._fatal: int | None = None

    @property
    def count(self) -> int:
        """Requests so far; the event is cleared as it is taken."""
        if self._stop is not None and self._stop.is_set():
            self._stop.clear()
            self._set += 1
        return self._signals + self._set

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C, SIGTERM and SIGHUP while open, where this is the main thread and nobody else does."""
        taken: list[signal.Signals] = []
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) == _usual(number):
                    taken.append(number)
                    signal.signal(number, self._take)
        try:
            yield
        finally:
            for number in taken:
                signal.signal(number, _usual(number))
            if self._fatal is not None:
                os.kill(os.getpid(), self._fatal)

    def _take(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        if number != signal.SIGINT:
            self._fatal = number


def _usual(number: int) -> "Callable[[int, FrameType | None], object] | signal.Handlers":
    return signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
