"""Joins what one record was broken into: dictionaries and rows of HTML over several lines, boxes, values."""

import re
from collections.abc import Iterable, Iterator

from advisor.patterns import regex
from advisor.readers.lines import Line
from advisor.readers.names import is_metric

_BOXED = regex(r"\s*(?:#\s*)?[|│](?P<name>[^|│]*)[|│](?P<value>[^|│]*)[|│]\s*")
_BOX_VALUE = regex(r"[-+]?(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?(?:e[-+]?[0-9]+)?|nan|inf)", re.IGNORECASE)
_OPENED = regex(r"^\s*\{|\{\s*['\"][^'\"]+['\"]\s*:")
_NAME_AT_END = regex(r"(?P<name>[^\W\d][\w./@-]*)['\"]?\s*[:=]\s*$")
_NUMBER_AT_START = regex(r"\s*[-+]?(?:\d|\.\d|nan\b|inf\b)", re.IGNORECASE)
# A row of a table that a notebook showed, in a page or a text that was made from it.
_ROW_OPENED = regex(r"^\s*<tr\b[^>]*>", re.IGNORECASE)
_CELL = regex(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.IGNORECASE | re.DOTALL)
_CELLS_LINES = 200
_DICT_LINES = 20
_DICT_CHARACTERS = 8_000


class JoinedLines:
    """Lines as they are, but a broken dictionary, row or box as one line with the number of its first."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = lines
        self._held: list[Line] = []
        self._cells: list[Line] = []
        self._box: list[str] = []
        self._section = ""
        self._unfinished: Line | None = None

    def __iter__(self) -> Iterator[Line]:
        return self._join_boxes(self._join_values(self._join_dicts(self._join_cells(self._lines))))

    @property
    def pending(self) -> bool:
        """Whether the next line may belong to the ones before it."""
        return bool(self._held or self._box or self._section or self._unfinished or self._cells)

    def _join_cells(self, lines: Iterable[Line]) -> Iterator[Line]:
        held = self._cells
        for line in lines:
            if not held and not ("<" in line.text and _ROW_OPENED.match(line.text)):
                yield line
                continue
            held.append(line)
            if "</tr>" in line.text.lower():
                cells = _CELL.findall(" ".join(part.text for part in held))
                yield Line(held[0].number, "  ".join(cell.strip() for cell in cells), line.overwritten)
            elif len(held) >= _CELLS_LINES:
                yield from held
            else:
                continue
            held.clear()
        yield from held
        held.clear()

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

    def _join_values(self, lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            first, self._unfinished = self._unfinished, None
            if first is not None and _NUMBER_AT_START.match(line.text):
                line = Line(first.number, f"{first.text.rstrip()} {line.text.lstrip()}", line.overwritten)
            elif first is not None:
                yield first
            if _ends_in_name(line.text):
                self._unfinished = line
            else:
                yield line
        if self._unfinished is not None:
            yield self._unfinished

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
    begins = _ROW_OPENED.match(text) is not None or _opens(text) or _boxed(text) is not None
    return begins or _ends_in_name(text)


def _ends_in_name(text: str) -> bool:
    """Whether a line ends in the name of a measurement whose value may stand on the next one."""
    if len(text) > _DICT_CHARACTERS or not text.rstrip().endswith((":", "=")):
        return False
    match = _NAME_AT_END.search(text)
    return match is not None and is_metric(match["name"])


def _opens(text: str) -> bool:
    return "{" in text and _OPENED.search(text) is not None and text.count("{") > text.count("}")


def _boxed(text: str) -> re.Match[str] | None:
    return _BOXED.fullmatch(text) if "|" in text or "│" in text else None
