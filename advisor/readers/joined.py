"""Joins what one record was broken into: dictionaries over several lines, boxes of `| name | value |`."""

import re
from collections.abc import Iterable, Iterator

from advisor.patterns import regex
from advisor.readers.lines import Line

_BOXED = regex(r"\s*[|│](?P<name>[^|│]*)[|│](?P<value>[^|│]*)[|│]\s*")
_BOX_VALUE = regex(r"[-+]?(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?(?:e[-+]?[0-9]+)?|nan|inf)", re.IGNORECASE)
_OPENED = regex(r"^\s*\{|\{\s*['\"][^'\"]+['\"]\s*:")
_DICT_LINES = 20
_DICT_CHARACTERS = 8_000


class JoinedLines:
    """Lines as they are, but a broken dictionary and a box as one line each, with the number of its first."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = lines
        self._held: list[Line] = []
        self._box: list[str] = []
        self._section = ""

    def __iter__(self) -> Iterator[Line]:
        return self._join_boxes(self._join_dicts(self._lines))

    @property
    def pending(self) -> bool:
        """Whether the next line may belong to the ones before it."""
        return bool(self._held or self._box or self._section)

    def _join_dicts(self, lines: Iterable[Line]) -> Iterator[Line]:
        held = self._held
        depth = 0
        size = 0
        for line in lines:
            text = line.text
            if not held and not _opens(text):
                yield line
                continue
            held.append(line)
            depth += text.count("{") - text.count("}")
            size += len(text)
            if depth <= 0:
                yield Line(held[0].number, " ".join(part.text.strip() for part in held))
            elif len(held) >= _DICT_LINES or size > _DICT_CHARACTERS:
                yield from held
            else:
                continue
            held.clear()
            depth, size = 0, 0
        yield from held

    def _join_boxes(self, lines: Iterable[Line]) -> Iterator[Line]:
        first = 0
        for line in lines:
            match = _boxed(line.text)
            name, value = (match["name"], match["value"].strip()) if match else ("", "")
            if match and not value and name.strip().endswith("/"):
                self._section = name.strip()
                continue
            if match and _BOX_VALUE.fullmatch(value) and any(c.isalpha() for c in name):
                first = first or line.number
                inner = name.startswith("    ") and self._section
                self._box.append(f"{self._section if inner else ''}{name.strip()}: {value}")
                continue
            if self._box:
                yield Line(first, ", ".join(self._box))
                first = 0
                self._box.clear()
            self._section = ""
            yield line
        if self._box:
            yield Line(first, ", ".join(self._box))


def may_join(text: str) -> bool:
    """Whether a line may belong to others; a line that may not stands for itself wherever it stands alone."""
    return _opens(text) or _boxed(text) is not None


def _opens(text: str) -> bool:
    return "{" in text and _OPENED.search(text) is not None and text.count("{") > text.count("}")


def _boxed(text: str) -> re.Match[str] | None:
    return _BOXED.fullmatch(text) if "|" in text or "│" in text else None
