"""Configuration files as flat lists of values, each with the place of its own characters."""

import codecs
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from advisor.errors import EditError
from advisor.experiment.scalars import plain_text, typed_like
from advisor.run import Scalar
from advisor.text import clean_line

Format = Literal["yaml", "json", "toml"]
FORMATS: dict[str, Format] = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}
# PyYAML takes about 5 s for a megabyte; no configuration that a person writes is near these sizes.
SIZE_LIMITS: dict[Format, int] = {"yaml": 262_144, "json": 1_048_576, "toml": 1_048_576}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a configuration file.

    Attributes:
        keys: The way to it from the top; positions in lists as numbers in text.
        value: As the program will read it.
        text: The characters as written, quotes included.
        start: Where they begin, in characters from the start of the text.
        end: Where they end.
        line: 1-based.
        quote: The quotation mark around it, or nothing.
        fixed: Why it cannot be edited safely; empty where it can.
    """

    keys: tuple[str, ...]
    value: Scalar
    text: str
    start: int
    end: int
    line: int
    quote: str = ""
    fixed: str = ""

    @property
    def name(self) -> str:
        """The keys, dotted."""
        return ".".join(self.keys)


class DocumentError(Exception):
    """A file cannot be understood; the message says why, with the line."""


class Language(Protocol):
    """How one format is read and written."""

    def find_leaves(self, text: str) -> list[Leaf]:
        """Every value in the order of the text, overridden ones too.

        Raises:
            DocumentError: the text is not of this format.
        """
        ...

    def write_value(self, value: Scalar, old: Leaf) -> str:
        """The characters for a new value in the place of an old one."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """One configuration file.

    Attributes:
        path: The file.
        label: Its name as the user gave it.
        format: Its language.
        data: The bytes as they are on disk.
        prefix: A byte order mark, or nothing.
        text: The rest, decoded.
        leaves: Every value, in the order of the file.
    """

    path: Path
    label: str
    format: Format
    data: bytes
    prefix: bytes
    text: str
    leaves: tuple[Leaf, ...]

    def effective(self) -> list[Leaf]:
        """The values that count: of a key given twice, the last."""
        last = {leaf.keys: leaf for leaf in self.leaves}
        return [leaf for leaf in self.leaves if last[leaf.keys] is leaf]

    def byte_span(self, leaf: Leaf) -> tuple[int, int]:
        """First byte of a value, and the byte after its last."""
        start = len(self.prefix) + len(self.text[: leaf.start].encode())
        return start, start + len(self.text[leaf.start : leaf.end].encode())

    def with_value(self, leaf: Leaf, value: Scalar) -> bytes:
        """The file's bytes with one value replaced and every other byte as it was.

        Raises:
            EditError: the value cannot be replaced without changing what the rest means.
        """
        if leaf.fixed:
            raise EditError(
                f"{clean_line(self.label)} line {leaf.line}: {clean_line(leaf.name)} {leaf.fixed}"
            )
        language = _language(self.format)
        value = typed_like(value, leaf.value)
        if leaf.quote and not isinstance(value, str):
            # What stands in quotes is text to the program, which makes the number of it by itself.
            value = plain_text(value)
        written = language.write_value(value, leaf)
        edited = self.text[: leaf.start] + written + self.text[leaf.end :]
        index = self.leaves.index(leaf)
        try:
            found = language.find_leaves(edited)
        except DocumentError:
            found = []
        if [_meaning(x) for x in _without(found, index)] != [
            _meaning(x) for x in _without(self.leaves, index)
        ]:
            raise _unsafe(self.label, leaf)
        now = found[index]
        if now.keys != leaf.keys or repr(now.value) != repr(value):
            raise _unsafe(self.label, leaf)
        return self.prefix + edited.encode()


def read_document(path: Path, label: str) -> Document:
    """Read a configuration file.

    Raises:
        DocumentError: it is too large, not UTF-8, or not of its format; says which and where.
    """
    format_ = FORMATS[path.suffix.lower()]
    limit = SIZE_LIMITS[format_]
    try:
        if path.stat().st_size > limit:
            raise DocumentError(f"is larger than {limit // 1024} KiB, the most that is searched for settings")
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror or error})") from None
    prefix = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        text = data[len(prefix) :].decode()
    except UnicodeDecodeError as error:
        raise DocumentError(f"is not UTF-8 (byte {error.start})") from None
    try:
        leaves = _language(format_).find_leaves(text)
    except RecursionError:
        raise DocumentError("is nested too deeply") from None
    return Document(path, label, format_, data, prefix, text, tuple(leaves))


def line_counter(text: str) -> Callable[[int], int]:
    """A function from a position to its 1-based line; positions must be asked in rising order."""
    seen, line = 0, 1

    def line_of(position: int) -> int:
        nonlocal seen, line
        line += text.count("\n", seen, position)
        seen = max(seen, position)
        return line

    return line_of


def _language(format_: Format) -> Language:
    from advisor.experiment import json_document, toml_document, yaml_document

    languages: dict[Format, Language] = {"yaml": yaml_document, "json": json_document, "toml": toml_document}
    return languages[format_]


def _without(leaves: Sequence[Leaf], index: int) -> list[Leaf]:
    return [leaf for i, leaf in enumerate(leaves) if i != index]


def _meaning(leaf: Leaf) -> tuple[tuple[str, ...], str, str]:
    return leaf.keys, leaf.text, repr(leaf.value)


def _unsafe(label: str, leaf: Leaf) -> EditError:
    return EditError(
        f"{clean_line(label)} line {leaf.line}: {clean_line(leaf.name)} cannot be changed without changing"
        " the rest of the file.",
        "Edit it by hand.",
    )
