"""The terminal program: screens and widgets, no logic of their own."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.session import Session
    from advisor.tui.left import Left

__all__ = ["resume", "run"]


def run(session: "Session", paths: Sequence[str]) -> int:
    """Open the terminal program; returns its exit code when it has been left.

    Args:
        session: The work on one project.
        paths: Logs to open at once; with none, the program offers some.
    """
    return _opened(session, paths)


def resume(session: "Session") -> int:
    """Open the terminal program as it was last left in this project; returns its exit code.

    Raises:
        UsageError: it was not, or its logs are gone.
    """
    from advisor.errors import UsageError
    from advisor.tui.left import read_left

    left = read_left(session)
    paths = [path for path in left.paths if Path(path).exists()] if left is not None else []
    # A run that was trained from here has no log of its own; the program opens on the last one by itself.
    if left is None or (left.paths and not paths):
        raise UsageError("Nothing was left open in this project.", "'advisor PATH' opens a log.")
    return _opened(session, paths, left)


def _opened(session: "Session", paths: Sequence[str], left: "Left | None" = None) -> int:
    _announce(session, paths)
    from advisor.tui.launch import launch

    return launch(session, paths, left)


def _announce(session: "Session", paths: Sequence[str]) -> None:
    """Say what is opened: the screen takes its time to load. The line is wiped when the program ends."""
    import shutil

    from advisor.text import clean_line
    from advisor.tui.words import say

    if not paths:
        return
    names = ", ".join(Path(path).name or path for path in paths)
    # A wide character takes two columns, and of two lines only the second would be wiped.
    room = shutil.get_terminal_size().columns // 2 - 10
    print(say("reading", session.language, what=clean_line(names, max(room, 1))), end="", flush=True)
