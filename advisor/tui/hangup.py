"""Ends the program when its terminal is gone.

A session leader is told of it by SIGHUP. A program without a controlling terminal is not: its reads return
nothing and its writer has died, so that it would wait for ever for room in the writer's queue.
"""

import os
import select
import signal
import threading
from collections.abc import Callable

EXIT_CODE = 128 + signal.SIGHUP
_LOOK_EVERY_MS = 500
_LEAVE_SECONDS = 5.0


def watch(fileno: int, leave: Callable[[int], object], left: threading.Event) -> threading.Thread:
    """Watch a terminal from a thread of its own.

    Args:
        fileno: Descriptor of the terminal.
        leave: Asked, from that thread, to end the program with an exit code. Where that does not come about
            in a few seconds, since the screen waits for the dead writer, the process is ended.
        left: Set when the program has ended by itself.
    """
    thread = threading.Thread(target=_watch, args=(fileno, leave, left), name="hangup", daemon=True)
    thread.start()
    return thread


def _watch(fileno: int, leave: Callable[[int], object], left: threading.Event) -> None:
    poller = select.poll()
    poller.register(fileno, 0)  # hang-ups and errors are told unasked
    while not left.is_set():
        if poller.poll(_LOOK_EVERY_MS):
            leave(EXIT_CODE)
            if not left.wait(_LEAVE_SECONDS):
                os._exit(EXIT_CODE)
            return
