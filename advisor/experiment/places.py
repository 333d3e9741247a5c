"""Where the hyperparameters of a command live: in its own words, and in the files that it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from advisor.experiment.documents import FORMATS, Document, DocumentError, Leaf, read_document
from advisor.experiment.scalars import parse_scalar
from advisor.experiment.script import Script, find_script
from advisor.run import Scalar, Trust
from advisor.text import clean_line
from advisor.vocabulary import hyperparameter_role

Kind = Literal["flag", "key=value", "yaml", "json", "toml"]

_FLAG = re.compile(r"--?[A-Za-z_][\w.-]*")
_KEY_VALUE = re.compile(r"\+{0,2}(?P<key>[A-Za-z_][\w./@-]*)=(?P<value>.*)", re.DOTALL)
_NUMBER = re.compile(r"-\.?[0-9].*")


@dataclass(frozen=True, slots=True)
class Argument:
    """A stretch of one word of a command.

    Attributes:
        index: Which word, from 0.
        start: First character of the value in it.
    """

    index: int
    start: int


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
        name: As written: `--lr`, `optim.lr`.
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
            return "command line"
        return f"{clean_line(self.where.label)} line {self.where.line}"

    @property
    def trust(self) -> Trust:
        """How far it is believed beside other sources."""
        return Trust.COMMAND_LINE if isinstance(self.where, Argument) else Trust.CONFIG_FILE


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that was looked at for a command.

    Attributes:
        places: What was found and counts, the command line first.
        documents: The configuration files that it names.
        problems: One sentence for each file that could not be searched.
        script: What the script says of its own options.
    """

    places: tuple[Place, ...]
    documents: tuple[Document, ...]
    problems: tuple[str, ...]
    script: Script


def find_places(command: Sequence[str], folder: Path) -> list[Place]:
    """Every value that a command states in its own words or in YAML, JSON and TOML files that it names.

    Of a flag given twice the last counts, as for argparse; of a key given twice in a file likewise. A value
    in a file that the command line overrides is left out.

    Args:
        command: The words of the command.
        folder: Where it runs; relative file names begin there.

    Returns:
        What counts, the command line first, then the files in the order in which they are named.
    """
    return list(search(command, folder).places)


def search(command: Sequence[str], folder: Path) -> Search:
    """`find_places`, with the files that were read and what could not be searched."""
    script = find_script(command, folder)
    stated = _stated(command, folder, script)
    documents: list[Document] = []
    problems: list[str] = []
    for label in _named_files(command, folder, script):
        try:
            documents.append(read_document(folder / label, label))
        except DocumentError as error:
            problems.append(f"{clean_line(label)} {error}.")
    written = [place for document in documents for place in _written(document)]
    places = [*stated, *(place for place in written if not _overridden(place, stated))]
    return Search(tuple(places), tuple(documents), tuple(problems), script)


def role_of(name: str) -> str | None:
    """The role of a name as written: dashes in front do not count, a dotted name may be known by its end."""
    bare = name.lstrip("-+")
    return hyperparameter_role(bare) or hyperparameter_role(re.split(r"[./]", bare)[-1])


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: `--weight-decay` and `weight_decay`."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return name.lstrip("-+").replace("-", "_").replace("/", ".").casefold()


def _overridden(place: Place, stated: Sequence[Place]) -> bool:
    """Whether the command line states what a file says too (`--lr` or `optim.lr=` over `optim.lr`)."""
    name = _plain(place.name)
    return any(_plain(s.name) == name or name.endswith("." + _plain(s.name)) for s in stated)


def _stated(command: Sequence[str], folder: Path, script: Script) -> list[Place]:
    """Values in the words of the command; of one that is given twice, the last."""
    found: dict[str, Place] = {}
    for place in _words(command, script):
        if _is_configuration(place.text, folder):
            continue
        option = script.option(place.name)
        key = option.names[0] if option is not None else _plain(place.name)
        found.pop(key, None)
        found[key] = place
    return list(found.values())


def _words(command: Sequence[str], script: Script) -> Iterator[Place]:
    index = script.first_argument
    while index < len(command):
        word = command[index]
        flag, equals, value = word.partition("=")
        pair = _KEY_VALUE.fullmatch(word)
        if _FLAG.fullmatch(flag):
            option = script.option(flag)
            if equals:
                yield _place(flag, value, "flag", Argument(index, len(flag) + 1), script)
            elif _value_follows(command, index, script):
                index += 1
                if option is None or not option.takes_many:
                    yield _place(flag, command[index], "flag", Argument(index, 0), script)
        elif pair is not None:
            yield _place(
                pair["key"], pair["value"], "key=value", Argument(index, pair.start("value")), script
            )
        index += 1


def _value_follows(command: Sequence[str], index: int, script: Script) -> bool:
    option = script.option(command[index])
    if index + 1 >= len(command) or (option is not None and not option.takes_value):
        return False
    following = command[index + 1]
    is_option = following.startswith("-") and not _NUMBER.fullmatch(following) and following != "-"
    return not is_option and not (option is None and _KEY_VALUE.fullmatch(following))


def _place(name: str, text: str, kind: Kind, where: Argument, script: Script) -> Place:
    option = script.option(name)
    spellings = (name, *option.names) if option is not None else (name,)
    role = next((role for spelling in spellings if (role := role_of(spelling))), None)
    fixed = ""
    if kind == "key=value" and "," in text:
        fixed = "holds a list of values. Edit the command by hand."
    elif "${" in text:
        fixed = "refers to another setting. Edit the command by hand."
    return Place(name, role, parse_scalar(text), text, kind, where, fixed)


def _named_files(command: Sequence[str], folder: Path, script: Script) -> list[str]:
    """Configuration files that exist and that the command names, each once, in the order of their names."""
    values = [word.partition("=")[2] or word for word in command[script.first_argument :]]
    return list(dict.fromkeys(value for value in values if _is_configuration(value, folder)))


def _is_configuration(value: str, folder: Path) -> bool:
    try:
        return Path(value).suffix.lower() in FORMATS and (folder / value).is_file()
    except (OSError, ValueError):
        return False


def _written(document: Document) -> Iterator[Place]:
    for leaf in document.effective():
        if leaf.value == "" and leaf.fixed:
            continue  # an empty list or table holds no value
        yield Place(
            leaf.name,
            role_of(leaf.name),
            leaf.value,
            leaf.text,
            document.format,
            _span(document, leaf),
            leaf.fixed,
        )


def _span(document: Document, leaf: Leaf) -> FileSpan:
    start, end = document.byte_span(leaf)
    return FileSpan(document.path, document.label, leaf.line, start, end)
