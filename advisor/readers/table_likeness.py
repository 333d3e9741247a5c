"""Tells a delimited table from other text by its first lines."""

from collections.abc import Sequence
from itertools import chain, islice

from advisor.patterns import regex
from advisor.readers.decode import decode
from advisor.readers.delimited import (
    Dialect,
    Row,
    find_dialect,
    is_absent,
    is_box,
    is_spoken,
    rows,
    split_lines,
)

_OTHER_LINES = 3
# So many bytes are no whole file, most likely.
_CUT_BYTES = 4_096
# Cells of a console line, never of a row: `loss=0.3`, `45%|###`. A header may hold them (`acc (k=5)`).
_PRINTED = regex(r"[^\W\d]\w*=\[?[-+]?[\d.]|\d%\|")


def is_header(cells: Sequence[str], dialect: Dialect) -> bool:
    """Whether no cell is a number (and at least one is a word)."""
    given = [cell for cell in cells if cell]
    return bool(given) and all(dialect.number(cell) is None and not is_absent(cell) for cell in given)


def preamble_length(lines: Sequence[str]) -> int:
    """How many lines stand before the table: blank ones and comments."""
    count = 0
    while count < len(lines) and (not lines[count].strip() or lines[count].lstrip().startswith("#")):
        count += 1
    # `# epoch loss` above bare numbers is the header, written as a comment (numpy.savetxt).
    if 0 < count < len(lines):
        last = lines[count - 1].lstrip()
        dialect = find_dialect(chain([lines[count]], islice(lines, count, None)))
        if dialect is not None and last.startswith("#") and not last.startswith("#{"):
            header = next(iter(rows([last.lstrip("# ")], dialect.delimiter)), None)
            body = next(iter(rows(lines[count : count + 1], dialect.delimiter)), None)
            if (
                header
                and body
                and len(header.cells) == len(body.cells)
                and not is_header(body.cells, dialect)
            ):
                return count - 1
    return count


def likeness(head: bytes, named: bool) -> float:
    """How surely the first bytes of a file are a delimited table, 0 to 1.

    Args:
        head: The first bytes.
        named: Whether the name of the file says so.
    """
    lines = split_lines(decode(head).text)
    if len(head) >= _CUT_BYTES and len(lines) > 2:
        lines.pop()
    body = lines[preamble_length(lines) :][:60]
    if not body or body[0].lstrip()[:1] in "{[":
        return 0.0
    dialect = find_dialect(body)
    if dialect is None:
        return 0.4 if named else 0.0
    found = list(rows(body, dialect.delimiter))
    if dialect.delimiter == "|" and (is_box(found, dialect) or (not named and _goes_on_without(lines))):
        return 0.0
    header = is_header(found[0].cells, dialect)
    data = found[1:] if header else found
    # A first row of words and numbers is a sentence (`0: learn: 0.62`, a progress bar).
    if not header and not named and any(dialect.number(c) is None for c in found[0].cells if c):
        return 0.0
    if not data:
        return 0.4 if named and header else 0.0
    if any(_PRINTED.search(cell) for cell in data[0].cells):
        return 0.0
    if not named and is_spoken(found, dialect, header):
        return 0.0
    return _regularity(found, data, dialect, header, named)


def _goes_on_without(lines: Sequence[str]) -> bool:
    """Whether what follows a table of pipes is other text, as where a console begins with one."""
    last = max(number for number, line in enumerate(lines) if "|" in line)
    return sum(bool(line.strip()) for line in lines[last + 1 :]) >= _OTHER_LINES


def _regularity(
    found: Sequence[Row], data: Sequence[Row], dialect: Dialect, header: bool, named: bool
) -> float:
    """How surely rows of these widths and these shares of numbers are a table, 0 to 1."""
    width = len(found[0].cells)
    fitting = [row for row in data if len(row.cells) >= min(width, 2)]
    cells = [cell for row in fitting for cell in row.cells if not is_absent(cell)]
    numeric = sum(dialect.number(cell) is not None for cell in cells) / max(len(cells), 1)
    share = sum(len(row.cells) == width for row in data) / len(data)
    if numeric < 0.25 or share < 0.5:
        return 0.35 if named else 0.0
    sure = (0.6 + 0.3 * min(share, numeric)) if header else 0.45
    if dialect.delimiter == " ":
        sure -= 0.35
    return min(sure + (0.08 if named else 0.0), 0.98)
