"""One value that can be tuned, and where it stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from advisor.run import Scalar, Trust
from advisor.text import clean_line

Kind = Literal[
    "flag", "switch", "key=value", "positional", "environment", "yaml", "json", "toml", "ini", "python",
    "option", "variable", "constant", "argument", "parameter",
]  # fmt: skip
"""How a value is given. In the words of the command: a flag with its value, a switch without one,
`key=value`, a word by its position, an assignment before the program. In a configuration file of some format.
In a program: the default of an option or of an environment variable, a constant, an argument, a parameter's
default."""

_COMMAND_KINDS = frozenset({"flag", "switch", "key=value", "positional", "environment"})
# The order in which programs resolve a value that is given in several places; the first wins.
_TIERS: dict[Kind, int] = {
    "flag": 0, "switch": 0, "key=value": 0, "positional": 0, "environment": 1,
    "yaml": 2, "json": 2, "toml": 2, "ini": 2, "python": 2,
    "option": 3, "variable": 3, "constant": 4, "argument": 4, "parameter": 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Argument:
    """A stretch of one word of a command.

    Attributes:
        index: Which word, from 0.
        start: First character of the value in it.
        end: The character after its last; None where that is the end of the word.
    """

    index: int
    start: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class FileSpan:
    """A stretch of a file.

    Attributes:
        path: The file.
        label: Its name as the command gives it.
        line: 1-based.
        start: First byte of the value.
        end: The byte after its last.
    """

    path: Path
    label: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """One value that can be tuned, and where it stands.

    Attributes:
        name: As written: `--lr`, `optim.lr`, `Adam.lr`.
        role: The field's name for it (`learning_rate`); None where it is unknown.
        value: What is written there, as a value.
        text: What is written there, character by character.
        kind: How it is written.
        where: In which word of the command, or where in which file.
        fixed: Why it cannot be edited safely; empty where it can.
    """

    name: str
    role: str | None
    value: Scalar
    text: str
    kind: Kind
    where: Argument | FileSpan
    fixed: str = ""

    @property
    def source(self) -> str:
        """Where it stands, for the user."""
        if isinstance(self.where, Argument):
            return "environment" if self.kind == "environment" else "command line"
        return f"{clean_line(self.where.label)} line {self.where.line}"

    @property
    def location(self) -> str:
        """Where it stands, as editors and `advisor set` take it: `train.py:12`; for a command, its source."""
        if isinstance(self.where, Argument):
            return self.source
        return f"{clean_line(self.where.label)}:{self.where.line}"

    @property
    def tier(self) -> int:
        """Its turn where several places give a value; the smallest wins."""
        return _TIERS[self.kind]

    @property
    def trust(self) -> Trust:
        """How far it is believed beside other sources."""
        if self.kind in _COMMAND_KINDS:
            return Trust.COMMAND_LINE
        return Trust.CONFIG_FILE if self.tier == 2 else Trust.SCRIPT
