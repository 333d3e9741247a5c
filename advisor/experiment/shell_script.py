"""The training command inside a shell script, with the place of each of its words.

The script is a file (`bash run.sh`) or a word of the command (`bash -c "python train.py --lr 0.1"`).
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from advisor.experiment.documents import Document, read_document
from advisor.experiment.place import Argument, FileSpan, Place
from advisor.experiment.script import find_script, program_index
from advisor.experiment.shell_document import Command, Piece, Word, commands
from advisor.patterns import regex

_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh"})
_SUFFIXES = frozenset({".sh", ".bash", ".zsh"})
_DECLARING = frozenset({"export", "readonly", "declare", "local", "typeset"})
_INLINE = regex(r"-[a-z]*c")
"""An option, perhaps with others before it, after which the script itself follows."""
_NAME = regex(r"[A-Za-z_]\w*=")
_TRAINS = regex(r"train|fit|main|run|learn", re.IGNORECASE)
_UNKNOWN_TEXT = "${}"
"""What no part of a program reads as a value; a place that holds it is not edited."""


@dataclass(frozen=True, slots=True)
class ShellScript:
    """A shell script that starts one training.

    Attributes:
        document: The file, where each value is a leaf; None where the script is a word of the command.
        text: What the shell reads.
        index: Which word of the outer command names the script, or is it.
        words: The training command, as the shell would make it.
        origins: For each word, the length and the origin of each of its parts.
        end: The character after the command's last word.
    """

    document: Document | None
    text: str
    index: int
    words: tuple[str, ...]
    origins: "tuple[tuple[tuple[int, _Origin], ...], ...]"
    end: int

    def placed(self, place: Place) -> Place:
        """A place in the inner command, as one in the script or in a word of the outer command."""
        assert isinstance(place.where, Argument)
        offset, start, word = 0, place.where.start, place.where.index
        for length, origin in self.origins[word]:
            is_last = offset + length == len(self.words[word])
            if isinstance(origin, Argument) and is_last and offset <= start:
                return replace(place, where=Argument(origin.index, origin.start + start - offset))
            if isinstance(origin, Piece) and is_last and offset == start and place.kind != "switch":
                return replace(place, where=self._where(origin))
            offset += length
        first = next((o for _, o in self.origins[word] if isinstance(o, Piece)), None)
        where = place.where if first is None else self._where(first)
        return replace(place, where=where, fixed="is put together by the shell. Edit it by hand.")

    def with_words(self, words: Sequence[str]) -> str:
        """The script with further words at the end of the training command."""
        import shlex

        return f"{self.text[: self.end]} {shlex.join(words)}{self.text[self.end :]}"

    def _where(self, piece: Piece) -> FileSpan | Argument:
        if self.document is None:
            marks = len(piece.quote)
            return Argument(self.index, piece.start + marks, piece.end - marks)
        leaf = next((x for x in self.document.leaves if x.start == piece.start), None)
        assert leaf is not None
        return FileSpan(self.document.path, self.document.label, leaf.line, *self.document.byte_span(leaf))


def find_shell_script(command: Sequence[str], folder: Path) -> ShellScript | None:
    """The shell script that a command runs; None where it runs none, or one that does not plainly train.

    Raises:
        DocumentError: it runs one that cannot be read.
    """
    inline = inline_index(command)
    if inline is not None:
        # The word behind the script is its name ($0), as the word that names a file is.
        return _training_in(None, command[inline], inline, _Reader(command, inline + 1), folder)
    index = _script_index(command)
    if index is None or not (folder / command[index]).is_file():
        return None
    document = read_document(folder / command[index], command[index], "shell")
    return _training_in(document, document.text, index, _Reader(command, index), folder)


def _training_in(
    document: Document | None, text: str, index: int, reader: "_Reader", folder: Path
) -> ShellScript | None:
    found = commands(text)
    reader.take(found)
    started = [(c, find_script(_texts(reader.expanded(c)), folder).label) for c in found]
    programs = [(c, PurePath(label).stem) for c, label in started if label]
    if len(programs) > 1:
        programs = [(c, name) for c, name in programs if _TRAINS.search(name)]
    if len(programs) != 1 or reader.moves_away:
        return None
    training = programs[0][0]
    words = [*reader.exported(), *reader.expanded(training)]
    origins = tuple(tuple(pieces) for _, pieces in words)
    return ShellScript(document, text, index, tuple(_texts(words)), origins, training[-1][-1].end)


def _is_shell(word: str) -> bool:
    return PurePath(word).name in _SHELLS


def inline_index(command: Sequence[str]) -> int | None:
    """Which word is the script: `bash -c SCRIPT`, `sh -ec SCRIPT`; None where none is."""
    at = program_index(command)
    if at >= len(command) or not _is_shell(command[at]):
        return None
    options = itertools.takewhile(lambda i: command[i][:1] in ("-", "+"), range(at + 1, len(command)))
    asked = next((i for i in options if _INLINE.fullmatch(command[i])), None)
    return None if asked is None or asked + 1 >= len(command) else asked + 1


def _script_index(command: Sequence[str]) -> int | None:
    """Which word names the script: `bash -e run.sh`, `./run.sh`."""
    at = program_index(command)
    if at >= len(command):
        return None
    if PurePath(command[at]).suffix in _SUFFIXES:
        return at
    if not _is_shell(command[at]):
        return None
    following = (i for i in range(at + 1, len(command)) if command[i][:1] not in "-+")
    return next(following, None)


_Origin = Piece | Argument | None
"""A piece of the script, or the rest of a word of the outer command; None where neither states it."""
_Expansion = tuple[str, _Origin]
_Expanded = tuple[str, list[tuple[int, _Origin]]]
"""A word, and the length and origin of each of its parts."""


def _texts(words: Sequence[_Expanded]) -> list[str]:
    return [text for text, _ in words]


class _Reader:
    """Puts in the place of each variable what the script or the outer command gives it."""

    def __init__(self, outer: Sequence[str], index: int) -> None:
        """`index` is that of the word which the script is called by (`$0`); its own words follow it."""
        self._outer, self._index = outer, index
        self._assigned: dict[str, list[Word]] = {}
        self._exported: list[str] = []
        self.moves_away = False

    def take(self, found: Sequence[Command]) -> None:
        """Note what the commands of the script assign."""
        for one in found:
            first = one[0][0].text
            declares = first in _DECLARING
            self.moves_away = self.moves_away or (first == "cd" and len(one) > 1 and one[1][0].kind == "text")
            words = one[1:] if declares else one
            if not all(_NAME.fullmatch(word[0].text) for word in words):
                continue
            for word in words:
                name = word[0].text[:-1]
                self._assigned.setdefault(name, []).append(word[1:])
                if first == "export":
                    self._exported.append(name)

    def exported(self) -> list[_Expanded]:
        """Assignments that the training finds in its environment; those of the outer command come first."""
        outer: list[_Expanded] = []
        for at in self._environment():
            name, equals, value = self._outer[at].partition("=")
            if equals:
                given = Argument(at, len(name) + 1)
                outer.append((self._outer[at], [(len(name) + 1, None), (len(value), given)]))
        return outer + [
            self._joined((Piece(f"{name}=", 0, 0), *self._assigned[name][0]))
            for name in dict.fromkeys(self._exported)
            if len(self._assigned[name]) == 1
        ]

    def _environment(self) -> range:
        """Which words of the outer command may be assignments."""
        return range(program_index(self._outer))

    def expanded(self, command: Command) -> list[_Expanded]:
        """The words of a command as the program is given them."""
        return [word for one in command for word in self._word(one)]

    def _word(self, word: Word) -> Iterator[_Expanded]:
        if len(word) == 1 and word[0].kind == "variable" and word[0].text in ("@", "*"):
            for at in range(self._index + 1, len(self._outer)):
                yield self._outer[at], [(len(self._outer[at]), Argument(at, 0))]
        else:
            yield self._joined(word)

    def _joined(self, word: Word) -> _Expanded:
        parts = [self._value(piece) for piece in word]
        return "".join(text for text, _ in parts), [(len(text), origin) for text, origin in parts]

    def _value(self, piece: Piece) -> _Expansion:
        """What a piece stands for, and where that is written."""
        if piece.kind == "nothing":
            return "", None
        if piece.kind == "text" and not piece.unset:
            return piece.text, None if piece.start == piece.end else piece
        if piece.kind == "variable" and piece.text.isdigit():
            at = self._index + int(piece.text)
            return (self._outer[at], Argument(at, 0)) if at < len(self._outer) else ("", None)
        name = piece.unset or piece.text
        assigned = self._assigned.get(name, [])
        known = [p for p in assigned[0] if p.kind != "nothing"] if len(assigned) == 1 else []
        if len(known) == 1 and known[0].kind == "text" and known[0].unset in ("", name):
            piece = known[0]
        given = next((at for at in self._environment() if self._outer[at].startswith(f"{name}=")), None)
        if given is not None and (piece.unset or not assigned):
            start = len(name) + 1
            return self._outer[given][start:], Argument(given, start)
        return (piece.text, piece) if piece.kind == "text" else (_UNKNOWN_TEXT, None)
