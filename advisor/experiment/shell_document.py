"""The words of a shell script with their places; of its language only what starts a program plainly.

Commands, assignments, quotes, joined lines, `$NAME` and `${NAME:-value}` are understood (POSIX.1-2017, Shell
Command Language, 2.2 to 2.6). What is made by a command, or by any other expansion, is kept as a piece whose
value is not known.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from advisor.experiment.documents import DocumentError, Leaf, line_counter, splice
from advisor.experiment.scalars import parse_scalar, plain_text
from advisor.patterns import regex
from advisor.run import Scalar

LAST_WINS = False
edit = splice

_BLANK = regex(r"(?:[ \t]|\\\r?\n)+")
_PLAIN = regex(r"[^\s;&|()<>\"'$`\\]+")
_QUOTED = regex(r"\"(?P<double>[^\"\\$`]*)\"|'(?P<single>[^']*)'")
_VARIABLE = regex(
    r"(?P<mark>\"?)\$(?:(?P<bare>\w+|[@*])|\{(?P<name>\w+|[@*])(?P<default>:?-(?P<value>[^{}\"'`$\\]*))?\})(?P=mark)"
)
_UNKNOWN = regex(r"\"(?:[^\"\\]|\\.)*\"|\$\([^()]*\)|`[^`]*`|\\.|.", re.DOTALL)
_ENDS = ";&|()\n"
_OPENING = frozenset({"if", "then", "elif", "else", "while", "until", "do", "{", "!", "time"})
"""Words after which a command begins."""
_ASSIGNED = regex(r"-{0,2}[A-Za-z_+][\w./+-]*=")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a word.

    Attributes:
        text: What it stands for; of a variable its name, of anything else that is not known nothing.
        start: First character, quotes included.
        end: The character after its last.
        kind: Whether `text` is what the program is given, a variable's name, not known, or adds nothing.
        quote: The quotation mark around it, or nothing.
        unset: Name of the variable that goes before it where it is set: `${LR:-0.1}`.
    """

    text: str
    start: int
    end: int
    kind: Literal["text", "variable", "unknown", "nothing"] = "text"
    quote: str = ""
    unset: str = ""


Word = tuple[Piece, ...]
Command = tuple[Word, ...]


def find_leaves(text: str) -> list[Leaf]:
    """Every piece of known text, keyed by its turn. See `documents.Language`."""
    line_of = line_counter(text)
    pieces = [piece for command in commands(text) for word in command for piece in word]
    return [
        Leaf(
            (str(turn),), one.text if one.quote else parse_scalar(one.text), text[one.start : one.end],
            one.start, one.end, line_of(one.start), one.quote,
        )
        for turn, one in enumerate(piece for piece in pieces if piece.kind == "text")
    ]  # fmt: skip


def write_value(value: Scalar, old: Leaf) -> str:
    """See `documents.Language`."""
    written = plain_text(value)
    if not _PLAIN.fullmatch(written) or written.startswith("#"):
        raise DocumentError("takes words without marks")
    return old.quote + written + old.quote


def commands(text: str) -> list[Command]:
    """The simple commands in the order of the text, each up to a redirection.

    Raises:
        DocumentError: it holds a here-document, whose lines are no commands.
    """
    found: list[list[Word]] = [[]]
    word: list[Piece] = []
    position, redirected = 0, False
    while position < len(text):
        blank = _BLANK.match(text, position)
        mark = text[position]
        if blank is not None or mark in "\r<>" or mark in _ENDS or (mark == "#" and not word):
            is_descriptor = mark in "<>" and len(word) == 1 and word[0].text.isdigit()
            if word and not redirected and not is_descriptor:
                found[-1].append(tuple(word))
            word = []
            if text.startswith("<<", position) and not text.startswith("<<<", position):
                raise DocumentError("holds a here-document")
            is_target = mark == "&" and text[position - 1 : position] in ("<", ">")
            redirected = redirected or mark in "<>"
            if mark in _ENDS and not is_target:
                found.append([])
                redirected = False
            position = blank.end() if blank is not None else position + 1
            if mark == "#":
                position = text.find("\n", position) if "\n" in text[position:] else len(text)
            continue
        pieces = list(_pieces(text, position, first=not word))
        word += pieces
        position = pieces[-1].end
    if word and not redirected:
        found[-1].append(tuple(word))
    return [begun for command in found if (begun := _begun(command))]


def _begun(command: list[Word]) -> Command:
    """A command without the words before its first."""
    opening = itertools.takewhile(lambda word: word[0].text in _OPENING and len(word) == 1, command)
    return tuple(command[sum(1 for _ in opening) :])


def _pieces(text: str, position: int, first: bool) -> Iterator[Piece]:
    """The next piece; two where a name and its `=` stand before a value."""
    if (plain := _PLAIN.match(text, position)) is not None:
        assigned = _ASSIGNED.match(plain.group()) if first else None
        middle = position + assigned.end() if assigned is not None else position
        if middle > position:
            yield Piece(text[position:middle], position, middle)
        if middle < plain.end():
            yield Piece(text[middle : plain.end()], middle, plain.end())
    elif (quoted := _QUOTED.match(text, position)) is not None:
        inside = quoted["double"] if quoted["single"] is None else quoted["single"]
        yield Piece(inside, position, quoted.end(), quote=text[position])
    elif (variable := _VARIABLE.match(text, position)) is not None:
        if variable["default"]:
            start, end = variable.span("value")
            yield Piece(variable["value"], start, end, unset=variable["name"])
            # The brace behind it belongs to the word and adds nothing to it.
            yield Piece("", end, variable.end(), kind="nothing")
        else:
            name = variable["bare"] or variable["name"]
            yield Piece(name, position, variable.end(), kind="variable")
    else:
        unknown = _UNKNOWN.match(text, position)
        assert unknown is not None
        yield Piece("", position, unknown.end(), kind="unknown")
