"""Configuration files as flat lists of values, each with the place of its own characters."""

import codecs
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from advisor.errors import EditError
from advisor.experiment.scalars import plain_text, typed_like
from advisor.run import Scalar
from advisor.text import clean_line

Format = Literal["yaml", "json", "toml", "ini", "python", "shell"]
FORMATS: dict[str, Format] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".jsonc": "json",
    ".toml": "toml",
    ".ini": "ini",
    ".cfg": "ini",
    ".conf": "ini",
    ".env": "ini",
    ".properties": "ini",
    ".py": "python",
}
# PyYAML takes about 5 s for a megabyte; no configuration that a person writes is near these sizes.
SIZE_LIMITS: dict[Format, int] = {
    "yaml": 262_144,
    "json": 1_048_576,
    "toml": 1_048_576,
    "ini": 1_048_576,
    "python": 2_097_152,
    "shell": 262_144,
}
Origin = Literal["file", "constant", "argument", "parameter", "option", "variable"]
"""What gives a value: a line of a configuration file, a name or key in a program that is given it, an
argument of a call, the default of a function's parameter, of an option, of an environment variable."""


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
        shared: Whether that is only because other settings take it from here, through an anchor.
        origin: What gives the value.
        role: Its role where the surroundings tell it, empty where they tell that it has none; None where the
            name decides.
    """

    keys: tuple[str, ...]
    value: Scalar
    text: str
    start: int
    end: int
    line: int
    quote: str = ""
    fixed: str = ""
    shared: bool = False
    origin: Origin = "file"
    role: str | None = None

    @property
    def name(self) -> str:
        """The keys, dotted."""
        return ".".join(self.keys)


class DocumentError(Exception):
    """A file cannot be understood; the message says why, with the line."""


class Language(Protocol):
    """How one format is read and written.

    Attributes:
        LAST_WINS: Whether of a key given twice the last counts; else both stand.
    """

    LAST_WINS: bool

    def find_leaves(self, text: str) -> list[Leaf]:
        """Every value in the order of the text, overridden ones too.

        Raises:
            DocumentError: the text is not of this format.
        """
        ...

    def write_value(self, value: Scalar, old: Leaf) -> str:
        """The characters for a new value in the place of an old one."""
        ...

    def edit(self, text: str, leaf: Leaf, written: str) -> str:
        """The text with the characters of one value replaced by others.

        Raises:
            DocumentError: it would change more than that.
        """
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
        """The values that count: of a key given twice the last, in a format where that is so."""
        if not _language(self.format).LAST_WINS:
            return list(self.leaves)
        last = {leaf.keys: leaf for leaf in self.leaves}
        return [leaf for leaf in self.leaves if last[leaf.keys] is leaf]

    def byte_span(self, leaf: Leaf) -> tuple[int, int]:
        """First byte of a value, and the byte after its last."""
        start = len(self.prefix) + len(self.text[: leaf.start].encode())
        return start, start + len(self.text[leaf.start : leaf.end].encode())

    def with_value(self, leaf: Leaf, value: Scalar, shared: bool = False) -> bytes:
        """The file's bytes with one value replaced and every other byte as it was.

        Args:
            leaf: Of this file.
            value: The new one.
            shared: Whether it may be one that other settings take from here.

        Raises:
            EditError: the value cannot be replaced without changing what the rest means.
        """
        if leaf.fixed and not (shared and leaf.shared):
            name = clean_line(leaf.name)
            hint = f"To change it for all of them: advisor set {name} VALUE." if leaf.shared else ""
            raise EditError(f"{clean_line(self.label)} line {leaf.line}: {name} {leaf.fixed}", hint)
        language = _language(self.format)
        value = typed_like(value, leaf.value)
        if leaf.quote and not isinstance(value, str):
            # What stands in quotes is text to the program, which makes the number of it by itself.
            value = plain_text(value)
        # An alias stands where its anchor does.
        here = {
            i for i, other in enumerate(self.leaves) if (other.start, other.end) == (leaf.start, leaf.end)
        }
        try:
            edited = language.edit(self.text, leaf, language.write_value(value, leaf))
            found = language.find_leaves(edited)
        except DocumentError:
            raise _unsafe(self.label, leaf) from None
        # A syntax tree may leave out what means nothing to it, such as a form feed.
        if not (edited.startswith(self.text[: leaf.start]) and edited.endswith(self.text[leaf.end :])):
            raise _unsafe(self.label, leaf)
        if len(found) != len(self.leaves):
            raise _unsafe(self.label, leaf)
        for i, (now, before) in enumerate(zip(found, self.leaves, strict=True)):
            wanted = (before.keys, repr(value)) if i in here else _meaning(before)
            if _meaning(now)[: len(wanted)] != wanted:
                raise _unsafe(self.label, leaf)
        return self.prefix + edited.encode()


def read_document(path: Path, label: str, format_: Format | None = None) -> Document:
    """Read a configuration file, of the format that its name tells unless one is given.

    Raises:
        DocumentError: it is too large, not UTF-8, or not of its format; says which and where.
    """
    format_ = format_ or FORMATS.get(path.suffix.lower()) or FORMATS[path.name]
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


def splice(text: str, leaf: Leaf, written: str) -> str:
    """`text` with the characters of one value replaced. See `Language.edit`."""
    return text[: leaf.start] + written + text[leaf.end :]


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
    module: Language = importlib.import_module(f"advisor.experiment.{format_}_document")
    return module


def _meaning(leaf: Leaf) -> tuple[tuple[str, ...], str, str]:
    return leaf.keys, repr(leaf.value), leaf.text


def _unsafe(label: str, leaf: Leaf) -> EditError:
    return EditError(
        f"{clean_line(label)} line {leaf.line}: {clean_line(leaf.name)} cannot be changed without changing"
        " the rest of the file.",
        "Edit it by hand.",
    )
