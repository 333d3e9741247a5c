"""Values of a JSON file (comments and trailing commas allowed) with their places."""

import json
import re
from collections.abc import Iterator

from advisor.experiment.documents import DocumentError, Leaf, line_counter, splice
from advisor.experiment.scalars import parse_scalar, plain_text
from advisor.patterns import regex
from advisor.run import Scalar

MAX_DEPTH = 200
LAST_WINS = True
edit = splice

_TOKEN = regex(
    r"""(?P<space>(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)+)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<word>[-+A-Za-z0-9._]+)
      | (?P<mark>[{}\[\],:])""",
    re.VERBOSE | re.DOTALL,
)


def find_leaves(text: str) -> list[Leaf]:
    """Every value of the file. See `documents.Language`."""
    return list(_Parser(text).document())


def write_value(value: Scalar, old: Leaf) -> str:
    """See `documents.Language`."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=not _holds_plain_unicode(old.text))
    return plain_text(value)


def _holds_plain_unicode(text: str) -> bool:
    return "\\u" not in text


class _Parser:
    """Walks the tokens once; `at` is where the next one begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line_of = line_counter(text)

    def document(self) -> Iterator[Leaf]:
        yield from self._value((), 0)
        if self._peek() is not None:
            raise self._error("something follows the end of the document")

    def _peek(self) -> re.Match[str] | None:
        """The next token that is no white space, or None at the end."""
        while self.at < len(self.text):
            token = _TOKEN.match(self.text, self.at)
            if token is None:
                raise self._error("a character is out of place")
            if token.lastgroup != "space":
                return token
            self.at = token.end()
        return None

    def _next(self) -> re.Match[str]:
        token = self._peek()
        if token is None:
            raise self._error("it ends too early")
        self.at = token.end()
        return token

    def _expect(self, mark: str) -> None:
        if self._next().group() != mark:
            raise self._error(f"'{mark}' is missing")

    def _value(self, keys: tuple[str, ...], depth: int) -> Iterator[Leaf]:
        if depth > MAX_DEPTH:
            raise DocumentError("is nested too deeply")
        token = self._next()
        opened = token.group()
        if opened in ("{", "["):
            yield from self._collection(keys, depth, token)
        elif token.lastgroup == "mark":
            raise self._error(f"'{opened}' is out of place")
        else:
            yield self._leaf(keys, token)

    def _collection(self, keys: tuple[str, ...], depth: int, opening: re.Match[str]) -> Iterator[Leaf]:
        closing = "}" if opening.group() == "{" else "]"
        position = 0
        while True:
            token = self._peek()
            if token is not None and token.group() == closing:
                self.at = token.end()
                break
            name = self._key() if closing == "}" else str(position)
            yield from self._value((*keys, name), depth + 1)
            position += 1
            separator = self._next().group()
            if separator == closing:
                break
            if separator != ",":
                raise self._error("',' is missing")
        if position == 0:
            written = self.text[opening.start() : self.at]
            line = self.line_of(opening.start())
            yield Leaf(keys, "", written, opening.start(), self.at, line, fixed="is an empty list or object.")

    def _key(self) -> str:
        token = self._next()
        if token.lastgroup != "string":
            raise self._error("a key in quotes is missing")
        self._expect(":")
        return self._string(token.group())

    def _leaf(self, keys: tuple[str, ...], token: re.Match[str]) -> Leaf:
        written = token.group()
        quoted = token.lastgroup == "string"
        value = self._string(written) if quoted else parse_scalar(written)
        refers = quoted and "${" in written
        return Leaf(
            keys,
            value,
            written,
            token.start(),
            token.end(),
            self.line_of(token.start()),
            quote='"' if quoted else "",
            fixed="refers to another setting. Edit it by hand." if refers else "",
        )

    def _string(self, written: str) -> str:
        try:
            return str(json.loads(written, strict=False))
        except ValueError:
            raise self._error("a text in quotes is damaged") from None

    def _error(self, problem: str) -> DocumentError:
        line = self.text.count("\n", 0, self.at) + 1
        return DocumentError(f"is not valid JSON: {problem}, line {line}")
