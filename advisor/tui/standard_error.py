"""Keeps off the screen what anything but the program itself writes to the standard error."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from advisor.text import clean_line

_MOST_BYTES = 1 << 14
_MOST_LINES = 20


@contextmanager
def standard_error_set_aside(show: Callable[[str], None]) -> Iterator[None]:
    """Within it, warnings, C libraries and child processes write to a file; their last lines are shown after.

    The screen is drawn through `sys.__stderr__`, which gets a descriptor of its own for that time.

    Args:
        show: Takes each line that was written, harmless to show.
    """
    terminal = sys.__stderr__
    if terminal is None or not terminal.isatty():
        yield
        return
    descriptor = terminal.fileno()
    with tempfile.TemporaryFile() as aside:
        screen = os.fdopen(os.dup(descriptor), "w", encoding=terminal.encoding, errors=terminal.errors)
        os.dup2(aside.fileno(), descriptor)
        sys.__stderr__ = screen  # type: ignore[misc]
        try:
            yield
        finally:
            with suppress(OSError):  # the terminal may be gone
                screen.flush()
            os.dup2(screen.fileno(), descriptor)
            sys.__stderr__ = terminal  # type: ignore[misc]
            with suppress(OSError):
                screen.close()
            for line in _last_lines(aside):
                show(line)


def _last_lines(aside: BinaryIO) -> list[str]:
    end = aside.seek(0, os.SEEK_END)
    aside.seek(max(0, end - _MOST_BYTES))
    lines = aside.read().decode(errors="replace").splitlines()
    return [clean_line(line) for line in lines[-_MOST_LINES:] if line.strip()]
