"""Cuts delimited text into rows of cells: delimiter, quotes, line ends."""

import csv
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from advisor.patterns import regex
from advisor.readers.numbers import ABSENT, parse_number

_DELIMITERS = (",", "\t", ";", "|")
_WHITE_SPACE = " "
_MAX_JOINED_LINES = 20
_LOOKED_AT = 50
# The line under the header of a Markdown or a drawn table.
_RULE = regex(r"[\s|+]*:?-{3,}[-\s|+:]*")
_DECIMAL_COMMA = regex(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_DECIMAL_POINT = regex(r"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?")

# Cells of a sentence, never of a header: `loss:`, `1/50`.
_SPOKEN = regex(r".*:|\d+/\d+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a table are written.

    Attributes:
        delimiter: What stands between cells; a space stands for any run of white space.
        decimal_comma: Whether `0,41` is 0.41.
    """

    delimiter: str
    decimal_comma: bool = False

    def number(self, cell: str) -> float | None:
        """The number in a cell, or None."""
        return parse_number(cell, self.decimal_comma)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line number (from 1) and its cells; `broken` where a quote is never closed."""

    line: int
    cells: list[str]
    broken: bool = False


def split_lines(text: str) -> list[str]:
    """Lines without their ends: LF, CRLF, CRCRLF (CSVLogger on Windows) and lone CR."""
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def is_absent(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return not cell or (not cell[0].isdigit() and cell.strip().lower() in ABSENT)


def cut(line: str, delimiter: str) -> list[str]:
    """The cells of one line, stripped of the spaces that pad them and of their quotes."""
    if delimiter == _WHITE_SPACE:
        return line.split()
    if delimiter == "|" and line.lstrip().startswith("|"):
        line = line.strip()[1:].removesuffix("|")
    if '"' not in line:
        cells = line.split(delimiter)
        return cells if line.isprintable() and " " not in line else [cell.strip() for cell in cells]
    try:
        found = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        found = line.split(delimiter)
    return [cell.strip() for cell in found]


def rows(lines: Sequence[str], delimiter: str, first: int = 0, before: int = 0) -> Iterator[Row]:
    """The rows of a table from line index `first` on; blank lines are left out.

    A quoted cell may go on over a few lines. A quote that is never closed costs its own line and no more.
    `before` lines come before the given ones.
    """
    i = first
    while i < len(lines):
        line = lines[i]
        start = i
        i += 1
        if not line or line.isspace():
            continue
        broken = False
        if line.count('"') % 2:
            end = next(
                (j for j in range(i, min(i + _MAX_JOINED_LINES, len(lines))) if lines[j].count('"') % 2), None
            )
            if end is None:
                broken = True
                line = line.replace('"', "")
            else:
                line = "\n".join(lines[start : end + 1])
                i = end + 1
        if _RULE.fullmatch(line):
            continue
        yield Row(before + start + 1, cut(line, delimiter) or [""], broken)


def is_box(found: Sequence[Row], dialect: Dialect) -> bool:
    """Whether the rows are lines of `| name | value |`, as loggers of reinforcement learning draw them."""
    return all(len(row.cells) == 2 and dialect.number(row.cells[0]) is None for row in found)


def is_spoken(found: Sequence[Row], dialect: Dialect, header: bool) -> bool:
    """Whether the rows are lines of a console: `Epoch 1/50` as their header, `loss:` before their numbers.

    Where spaces part the cells, lines of words alone among the rows show a console too.
    """
    spaced = dialect.delimiter == _WHITE_SPACE
    if header and any(_SPOKEN.fullmatch(cell) or (spaced and cell == "=") for cell in found[0].cells):
        return True
    spoken = sum(row.cells[0].endswith(":") for row in found)
    if spaced:
        spoken += sum(all(dialect.number(cell) is None for cell in row.cells) for row in found[1:])
    return spoken > 1 + len(found) // 10


def find_dialect(lines: Iterable[str]) -> Dialect | None:
    """The delimiter that cuts most lines into the same number of cells (two or more), or None."""
    sample = tuple(itertools.islice((line for line in lines if line and not line.isspace()), _LOOKED_AT))
    return _dialect_of(sample) if sample else None


@lru_cache(maxsize=4)
def _dialect_of(sample: tuple[str, ...]) -> Dialect | None:
    """The dialect of lines that are not blank; who reads a table asks again what who sniffed it asked."""
    best = -math.inf
    chosen = None
    for delimiter in (*_DELIMITERS, _WHITE_SPACE):
        if delimiter != _WHITE_SPACE and not any(delimiter in line for line in sample):
            continue
        cells = [cut(line, delimiter) for line in sample]
        widths = list(map(len, cells))
        width = max(set(widths[1:]) or {widths[0]}, key=widths.count)
        if width < 2:
            continue
        share = sum(w == width for w in widths) / len(widths)
        comma = delimiter != "," and _has_decimal_comma(cells[1:])
        numeric = _numeric_share(cells[1:], comma)
        if share >= 0.5 and (numeric > 0 or len(sample) == 1) and numeric * share > best:
            best, chosen = numeric * share, Dialect(delimiter, comma)
    return chosen


def _numeric_share(table: Sequence[Sequence[str]], decimal_comma: bool) -> float:
    """The share of the non-blank cells that are numbers."""
    cells = [cell for row in table for cell in row if not is_absent(cell)]
    return sum(parse_number(cell, decimal_comma) is not None for cell in cells) / max(len(cells), 1)


def _has_decimal_comma(table: Sequence[Sequence[str]]) -> bool:
    cells = [cell for row in table for cell in row]
    return any(_DECIMAL_COMMA.fullmatch(cell) for cell in cells) and not any(
        _DECIMAL_POINT.fullmatch(cell) for cell in cells
    )
