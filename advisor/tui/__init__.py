"""The terminal program: screens and widgets, no logic of their own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.session import Session

__all__ = ["run"]


def run(session: "Session", paths: Sequence[str]) -> int:
    """Open the terminal program; returns its exit code when it has been left.

    Args:
        session: The work on one project.
        paths: Logs to open at once; with none, the program offers some.
    """
    from advisor.tui.launch import launch

    return launch(session, paths)
