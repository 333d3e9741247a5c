"""The user's own keys: the table `keys` of `settings.toml`, from the id of an action to its key."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from advisor.text import Language, clean_line
from advisor.tui.actions import UNSAFE_KEYS, Action
from advisor.tui.words import say

_OURS: Final = frozenset({"ctrl+c", "ctrl+p", "enter", "tab"})
"""Keys that the prompt and the program itself need; `commands` (ctrl+p) is not an action of this table."""


def bound_keys(action: Action) -> str:
    """The keys of an action as they are bound; an action without one gets a key that no terminal sends.

    The settings can give a key only to what is bound.
    """
    return ",".join(action.keys) or f"unbound-{action.id}"


def remapped(
    actions: Sequence[Action], settings: Path, language: Language
) -> tuple[tuple[Action, ...], list[str]]:
    """The actions with the user's keys, and what is wrong with the settings, in words.

    A key that cannot be used is left out and said; the action then keeps the keys it had. A key that is given
    to one action is taken from the one that had it.

    Args:
        actions: With the keys that are shipped.
        settings: The file; that there is none is no fault.
        language: Of the words.
    """
    wanted, problems = _read(settings, language)
    if not wanted:
        return tuple(actions), problems
    known = {action.id: action for action in actions if action.id != "commands"}
    chosen: dict[str, tuple[str, ...]] = {}
    for name, value in wanted.items():
        keys = _keys(value)
        fault = _fault(name, keys, known, chosen, language)
        if fault:
            problems.append(say("keys fault", language, where=clean_line(str(settings)), what=fault))
        else:
            chosen[name] = keys
    taken = {key for keys in chosen.values() for key in keys}
    return tuple(
        replace(action, keys=chosen[action.id])
        if action.id in chosen
        else replace(action, keys=tuple(key for key in action.keys if key not in taken))
        for action in actions
    ), problems


def _read(settings: Path, language: Language) -> tuple[Mapping[str, Any], list[str]]:
    if not settings.is_file():
        return {}, []
    import tomllib

    where = clean_line(str(settings))
    try:
        table = tomllib.loads(settings.read_text(encoding="utf-8")).get("keys", {})
    except (OSError, ValueError) as error:
        return {}, [say("keys fault", language, where=where, what=clean_line(str(error)))]
    if not isinstance(table, dict):
        return {}, [say("keys fault", language, where=where, what=say("keys table", language))]
    return table, []


def _keys(value: object) -> tuple[str, ...]:
    """`"f5"`, `"f5, ctrl+t"` or a list of keys, in the form in which they are bound."""
    listed = value if isinstance(value, list) else str(value).split(",")
    return tuple(key.strip().lower() for key in map(str, listed) if key.strip())


def _fault(
    name: str,
    keys: Sequence[str],
    known: Mapping[str, Action],
    chosen: Mapping[str, Sequence[str]],
    language: Language,
) -> str:
    """Why an entry cannot be used; empty where it can."""
    shown = clean_line(name, 60)
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = say("did you mean", language, what=near[0]) if near else ""
        return say("keys no action", language, what=shown, near=hint)
    for key in keys:
        if key in UNSAFE_KEYS or key in _OURS or key.startswith("alt+") or len(key) == 1:
            return say("keys unsafe", language, what=shown, pressed=clean_line(key, 30))
        other = next((owner for owner, held in chosen.items() if key in held), None)
        if other is not None:
            return say("keys twice", language, what=shown, other=other, pressed=clean_line(key, 30))
    return ""
