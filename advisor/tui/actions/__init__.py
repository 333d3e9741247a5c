"""Everything that can be done on the screen, stated once.

Slash commands, the command palette, the keys, the key line, the help screen and the table in the README are
all made from ACTIONS.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from advisor.tui.actions import ask, change, chart, program, run, view
from advisor.tui.actions.action import ASK, GROUPS, UNSAFE_KEYS, Action, State

__all__ = [
    "ACTIONS",
    "ASK",
    "BY_ID",
    "GROUPS",
    "UNSAFE_KEYS",
    "Action",
    "State",
    "by_slash",
    "completions",
    "nearest",
]

ACTIONS: Final = (
    *run.ACTIONS,
    *ask.ACTIONS,
    *change.ACTIONS,
    *view.ACTIONS,
    *chart.ACTIONS,
    *program.ACTIONS,
)

BY_ID: Final = {action.id: action for action in ACTIONS}
_BY_SLASH: Final = {
    name: action for action in ACTIONS if action.slash for name in (action.slash, *action.aliases)
}


def by_slash(name: str) -> Action | None:
    """The action of a command or alias, written with or without its slash."""
    return _BY_SLASH.get(name.removeprefix("/").lower())


def completions(typed: str, state: State) -> Iterator[Action]:
    """Actions whose command begins with what was typed after the slash, the possible ones first."""
    word = typed.lstrip("/").lower()
    matching = [a for a in ACTIONS if a.slash and any(n.startswith(word) for n in (a.slash, *a.aliases))]
    yield from sorted(matching, key=lambda action: bool(action.obstacle(state)))


def nearest(name: str) -> Action | None:
    """The action whose command is spelt most like `name`, or None."""
    close = get_close_matches(name.removeprefix("/").lower(), _BY_SLASH, n=1)
    return _BY_SLASH[close[0]] if close else None
