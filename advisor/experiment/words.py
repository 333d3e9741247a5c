"""Values in the words of a command: flags, switches, `key=value`, assignments before the program."""

import re
from collections.abc import Iterator, Sequence

from advisor.experiment.names import plain_name, role_of
from advisor.experiment.options import Option
from advisor.experiment.place import Argument, Kind, Place
from advisor.experiment.scalars import parse_scalar
from advisor.experiment.script import ASSIGNMENT, Script
from advisor.experiment.told import role_of_option
from advisor.patterns import regex

_FLAG = regex(r"--?[A-Za-z_\u4e00-\u9fff][\w.-]*")
# As Hydra writes overrides: `a.b=1`, `+a.b=1`, `++a.b=1`; `~a.b` takes a key away.
_KEY_VALUE = regex(r"\+{0,2}(?P<key>[^\W\d][\w./@:-]*)=(?P<value>.*)", re.DOTALL)
_DELETED = regex(r"~(?P<key>[^\W\d][\w./@:-]*)(=.*)?", re.DOTALL)
_KEY = regex(r"[^\W\d]\w*(\.\w+)+")
_NUMBER = regex(r"-\.?[0-9].*")


def stated_places(command: Sequence[str], script: Script) -> list[Place]:
    """Values in the words of a command; of one that is given twice the last, as argparse takes it."""
    found: dict[str, Place] = {}
    named = list(_words(command, script))
    # A word that a flag names has that name, whatever the program makes of it.
    by_flag = {place.where for place in named}
    unnamed = [place for place in _taken_by_index(command, script) if place.where not in by_flag]
    for place in (*named, *unnamed):
        option = script.option(place.name)
        key = option.names[0] if option is not None else plain_name(place.name)
        found.pop(key, None)
        found[key] = place
    for place in _assignments(command, script):
        found.setdefault(f"{plain_name(place.name)}=", place)
    return list(found.values())


def deleted_names(command: Sequence[str], script: Script) -> list[str]:
    """Names of settings that the command takes out of its configuration (`~optim.lr`)."""
    words = command[script.first_argument :]
    return [match["key"] for word in words if (match := _DELETED.fullmatch(word)) is not None]


def new_word_index(command: Sequence[str], script: Script) -> int:
    """Where a new flag may be put: at the end, but before a `--` that ends the flags."""
    rest = list(command[script.first_argument :])
    return script.first_argument + rest.index("--") if "--" in rest else len(command)


def _assignments(command: Sequence[str], script: Script) -> Iterator[Place]:
    for index in reversed(range(script.program)):
        match = ASSIGNMENT.fullmatch(command[index])
        if match is not None:
            start = match.start("value")
            yield _place(match["key"], match["value"], "environment", Argument(index, start), script)


def _taken_by_index(command: Sequence[str], script: Script) -> Iterator[Place]:
    """Numbers that the program takes from `sys.argv` by their position."""
    for at, name in script.words:
        index = script.first_argument + at - 1
        if index < len(command) and _is_number(command[index]):
            yield _place(name, command[index], "positional", Argument(index, 0), script)


def _words(command: Sequence[str], script: Script) -> Iterator[Place]:
    index, positionals = script.first_argument, iter(script.positionals)
    while index < len(command):
        word = command[index]
        flag, equals, value = word.partition("=")
        pair = _KEY_VALUE.fullmatch(word)
        attached = _attached(word, script)
        if word == "--":
            break
        if attached is not None:
            yield _place(word[:2], word[2:], "flag", Argument(index, 2), script)
        elif _FLAG.fullmatch(flag):
            option = script.option(flag)
            if equals:
                yield _place(flag, value, "flag", Argument(index, len(flag) + 1), script)
            elif option is not None and option.takes_many:
                pass  # which of the words that follow are its values is not known; pairs are found below
            elif _value_follows(command, index, script):
                index += 1
                yield _place(flag, command[index], "flag", Argument(index, 0), script)
            elif option is None or not option.takes_value:
                yield _switch(flag, index, option)
        elif pair is not None:
            yield _place(
                pair["key"], pair["value"], "key=value", Argument(index, pair.start("value")), script
            )
        elif _is_key(word) and index + 1 < len(command):
            index += 1
            yield _place(word, command[index], "key=value", Argument(index, 0), script)
        elif (name := next(positionals, None)) is not None and _is_number(word):
            yield _place(name, word, "positional", Argument(index, 0), script)
        index += 1


def _is_number(word: str) -> bool:
    value = parse_scalar(word)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_key(word: str) -> bool:
    """Whether a word of its own is the key of the word after it (`SOLVER.BASE_LR 0.01`)."""
    return _KEY.fullmatch(word) is not None and role_of(word) is not None


def _attached(word: str, script: Script) -> Option | None:
    """The declared one-letter option whose value follows it in the same word (`-b32`)."""
    if not re.fullmatch(r"-[A-Za-z][0-9.].*", word):
        return None
    option = next((o for o in script.options if word[:2] in o.names), None)
    return option if option is not None and option.takes_value else None


def _value_follows(command: Sequence[str], index: int, script: Script) -> bool:
    option = script.option(command[index])
    if index + 1 >= len(command) or (option is not None and not option.takes_value):
        return False
    following = command[index + 1]
    is_option = following.startswith("-") and not _NUMBER.fullmatch(following) and following != "-"
    return not is_option and not (option is None and _KEY_VALUE.fullmatch(following))


def _switch(flag: str, index: int, option: Option | None) -> Place:
    """A flag without a value; its value says whether what it names is on."""
    off = option is not None and flag in option.negatives
    name = option.long_name if option is not None and off else flag
    return Place(name, role_of(name), not off, flag, "switch", Argument(index, 0))


def _place(name: str, text: str, kind: Kind, where: Argument, script: Script) -> Place:
    option = script.option(name) if kind == "flag" else None
    role = role_of(name) if option is None else role_of_option(option, name) or None
    fixed = ""
    if kind == "key=value" and "," in text:
        fixed = "holds a list of values. Edit the command by hand."
    elif "${" in text:
        fixed = "refers to another setting. Edit the command by hand."
    return Place(name, role, parse_scalar(text), text, kind, where, fixed)
