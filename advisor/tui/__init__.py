"""The terminal program: screens and widgets, no logic of their own."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.session import Session

__all__ = ["resume", "run"]


def run(session: "Session", paths: Sequence[str]) -> int:
    """Open the terminal program; returns its exit code when it has been left.

    Args:
        session: The work on one project.
        paths: Logs to open at once; with none, the program offers some.
    """
    from advisor.tui.launch import launch

    return launch(session, paths)


def resume(session: "Session") -> int:
    """Open the terminal program as it was last left in this project; returns its exit code.

    Raises:
        UsageError: it was not, or its logs are gone.
    """
    from advisor.errors import UsageError
    from advisor.tui.launch import launch
    from advisor.tui.left import read_left

    left = read_left(session)
    paths = [path for path in left.paths if Path(path).exists()] if left is not None else []
    # A run that was trained from here has no log of its own; the program opens on the last one by itself.
    if left is None or (left.paths and not paths):
        raise UsageError("Nothing was left open in this project.", "'advisor PATH' opens a log.")
    return launch(session, paths, left)
