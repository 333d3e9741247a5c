"""Values of a TOML file with their places; held against the standard library's own reading of the file."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from advisor.experiment.documents import DocumentError, Leaf, line_counter, splice
from advisor.experiment.scalars import plain_text
from advisor.patterns import regex
from advisor.run import Scalar

LAST_WINS = True
edit = splice

_GAP = regex(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE_KEY = regex(r"[A-Za-z0-9_-]+")
_STRING = regex(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'",
    re.DOTALL,
)
# A date may be parted from its time by one space.
_WORD = regex(r"[^\s,\]}#]+(?: [0-9]{2}:[^\s,\]}#]+)?")


def find_leaves(text: str) -> list[Leaf]:
    """Every value of the file. See `documents.Language`."""
    try:
        meaning = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise DocumentError(f"is not valid TOML: {error}") from None
    leaves = list(_Parser(text).document())
    if sorted((x.keys, repr(x.value)) for x in leaves) != sorted(_flat(meaning, ())):
        raise DocumentError("is TOML of a form in which places cannot be told for certain")
    return leaves


def write_value(value: Scalar, old: Leaf) -> str:
    """See `documents.Language`."""
    if isinstance(value, str):
        if old.quote == "'" and "'" not in value and value.isprintable():
            return f"'{value}'"
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return plain_text(value)


def _flat(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _flat(item, (*keys, name))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _flat(item, (*keys, str(position)))
    else:
        yield keys, repr(_scalar(value))


def _scalar(value: Any) -> Scalar:
    return value if isinstance(value, bool | int | float | str) else str(value)


class _Parser:
    """Walks a text that is known to be valid TOML; `at` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line_of = line_counter(text)
        self.lengths: dict[tuple[str, ...], int] = {}

    def document(self) -> Iterator[Leaf]:
        table: tuple[str, ...] = ()
        while self._skip_gap():
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                keys = (*table, *self._key())
                self._pass("=")
                yield from self._value(keys)

    def _skip_gap(self) -> bool:
        gap = _GAP.match(self.text, self.at)
        assert gap is not None
        self.at = gap.end()
        return self.at < len(self.text)

    def _pass(self, mark: str) -> None:
        self._skip_gap()
        if not self.text.startswith(mark, self.at):
            raise DocumentError(f"is TOML of a form that is not understood at line {self.line_of(self.at)}")
        self.at += len(mark)

    def _header(self) -> tuple[str, ...]:
        """The keys of `[a.b]` or `[[a.b]]`; inside a list of tables, with the position of its last one."""
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        keys: tuple[str, ...] = ()
        names = self._key()
        for name in names[:-1]:
            keys = self._last_of((*keys, name))
        keys = (*keys, names[-1])
        if several:
            self.lengths[keys] = self.lengths.get(keys, 0) + 1
        keys = self._last_of(keys)
        self._pass("]]" if several else "]")
        return keys

    def _last_of(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return (*keys, str(self.lengths[keys] - 1)) if keys in self.lengths else keys

    def _key(self) -> tuple[str, ...]:
        names: list[str] = []
        while True:
            self._skip_gap()
            quoted = _STRING.match(self.text, self.at)
            bare = _BARE_KEY.match(self.text, self.at)
            found = quoted or bare
            if found is None:
                raise DocumentError(
                    f"is TOML of a form that is not understood at line {self.line_of(self.at)}"
                )
            names.append(_read_value(found.group()) if quoted else found.group())
            self.at = found.end()
            self._skip_gap()
            if not self.text.startswith(".", self.at):
                return tuple(names)
            self.at += 1

    def _value(self, keys: tuple[str, ...]) -> Iterator[Leaf]:
        self._skip_gap()
        opening = self.text[self.at : self.at + 1]
        if opening in ("[", "{"):
            self.at += 1
            yield from self._collection(keys, "]" if opening == "[" else "}")
            return
        token = _STRING.match(self.text, self.at) or _WORD.match(self.text, self.at)
        if token is None:
            raise DocumentError(f"is TOML of a form that is not understood at line {self.line_of(self.at)}")
        self.at = token.end()
        yield self._leaf(keys, token)

    def _collection(self, keys: tuple[str, ...], closing: str) -> Iterator[Leaf]:
        position = 0
        while self._skip_gap() and not self.text.startswith(closing, self.at):
            inner = (str(position),) if closing == "]" else self._key()
            if closing == "}":
                self._pass("=")
            yield from self._value((*keys, *inner))
            position += 1
            self._skip_gap()
            if self.text.startswith(",", self.at):
                self.at += 1
        self._pass(closing)

    def _leaf(self, keys: tuple[str, ...], token: re.Match[str]) -> Leaf:
        written = token.group()
        read = _read_value(written)
        value = _scalar(read)
        fixed = ""
        if written.startswith(('"""', "'''")):
            fixed = "is a block of text. Edit it by hand."
        elif not isinstance(read, bool | int | float | str):
            fixed = "is a date or time. Edit it by hand."
        elif "${" in written:
            fixed = "refers to another setting. Edit it by hand."
        quote = written[0] if written[0] in "\"'" else ""
        return Leaf(
            keys, value, written, token.start(), token.end(), self.line_of(token.start()), quote, fixed
        )


def _read_value(written: str) -> Any:
    try:
        return tomllib.loads(f"x = {written}")["x"]
    except (tomllib.TOMLDecodeError, ValueError):
        raise DocumentError("is TOML of a form in which places cannot be told for certain") from None
