"""Delimited tables with a header: Keras CSVLogger, Lightning, YOLO, W&B history, RL monitors, any other."""

import codecs
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import PurePath

import numpy as np

from advisor.errors import UnreadableError
from advisor.readers.base import Source, nth_run
from advisor.readers.beside import as_hyperparameters
from advisor.readers.columns import Columns, Curves
from advisor.readers.decode import looks_binary, read_text
from advisor.readers.delimited import (
    Dialect,
    Row,
    find_dialect,
    is_absent,
    rows,
    split_lines,
)
from advisor.readers.json_values import BadJsonError, parse_json
from advisor.readers.line_blocks import FIRST_BYTES, blocks
from advisor.readers.number_blocks import Numbers, parse_numbers, split_numbers
from advisor.readers.opening import size_of
from advisor.readers.panel_export import by_run
from advisor.readers.runtable import is_table_of_runs
from advisor.readers.table_likeness import is_header, likeness, preamble_length
from advisor.run import EventKind, Hyperparameter, LogEvent, Run, Trust
from advisor.text import clean_line, strip_escapes

_SUFFIXES = {".csv", ".tsv", ".tab"}
_MAX_COLUMNS = 20_000
_GUESSED = 0.3
# Under this size the numbers are read by the time pandas is imported.
_LARGE_BYTES = 1 << 22
_BLOCK_BYTES = 1 << 22
_LOOKED_BACK = 50
_TAIL_BYTES = 1 << 14


@dataclass(slots=True)
class _Table:
    """What a table's lines were read into."""

    dialect: Dialect
    names: list[str]
    runs: list[Columns] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    events: list[LogEvent] = field(default_factory=list)
    headerless: bool = False
    width: int = 0
    bad_cells: dict[str, list[int]] = field(default_factory=dict)
    narrow: list[int] = field(default_factory=list)
    wide: list[int] = field(default_factory=list)
    preamble: Sequence[str] = ()
    text_events: Sequence[LogEvent] = ()


def _unique(cells: Sequence[str]) -> list[str]:
    """Column names, each once: an empty one is `column 3`, a second `loss` is `loss#2`."""
    names: list[str] = []
    seen: set[str] = set()
    for i, cell in enumerate(cells[:_MAX_COLUMNS]):
        name = base = strip_escapes(cell).lstrip("#").strip() or f"column {i + 1}"
        count = 1
        while name in seen:
            count += 1
            name = f"{base}#{count}"
        seen.add(name)
        names.append(name)
    return names


class CsvReader:
    """Reads a delimited table; each numeric column becomes a curve over the rows where it has a value."""

    name = "csv"
    title = "CSV and TSV tables with a header (Keras CSVLogger, Lightning, YOLO, W&B history, any other)"
    most_sure = 0.98

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where most lines cut into the same number of cells and most cells are numbers."""
        named = path.suffix.lower() in _SUFFIXES
        # A coloured table was meant for a terminal: its columns are told by where they stand.
        if looks_binary(head) or (not named and b"\x1b[" in head):
            return 0.0
        return likeness(head, named)

    def read(self, source: Source) -> Sequence[Run]:
        """Every run in the table.

        Raises:
            UnreadableError: it is a table of runs, or has no row or no numeric column.
        """
        table = _read_blocks(source) or _read_whole(source)
        if is_table_of_runs(table.names, table.texts, table.runs):
            raise UnreadableError(
                f"'{clean_line(source.label)}' is a table of runs (one row per run), not a curve.",
                "Give the log of one run, with a row for each step or epoch.",
            )
        curves = [c for columns in table.runs for c in columns.runs(keep_x=False) if c.series]
        if not curves and source.name.suffix.lower() in _SUFFIXES:
            raise _nothing_in(source, table)
        return by_run(_as_runs(source, curves, (*table.text_events, *_table_events(table)), table))


def _nothing_in(source: Source, table: _Table) -> UnreadableError:
    shown = clean_line(source.label)
    if not any(len(columns) for columns in table.runs):
        return UnreadableError(
            f"'{shown}' has a header and no rows.", "The training has not logged anything yet."
        )
    return UnreadableError(f"'{shown}' is a table without a column of numbers.")


def _read_whole(source: Source) -> _Table:
    text = read_text(source)
    lines = split_lines(text.text)
    first = preamble_length(lines)
    table = _read_rows(lines, first, _dialect(lines, first))
    table.text_events = text.events
    if not text.text.endswith(("\n", "\r")):
        _doubt_last_row(table, lines[-_LOOKED_BACK:], len(lines))
    return table


def _dialect(lines: Sequence[str], first: int) -> Dialect:
    return find_dialect(islice(lines, first, None)) or Dialect(",")


def _read_blocks(source: Source) -> _Table | None:
    """A table that is mostly plain numbers; None where the whole of the text has to be looked at.

    Blocks of plain numbers are cut at once. Any other block (a header in the middle, words, NaN) is read row
    by row.
    """
    table: _Table | None = None
    line = 0
    tail = b""
    with source.open() as stream:
        try:
            whole = size_of(stream)
        except OSError:  # a kernel file has no end to go to
            return None
        # Where pandas has been imported, the time for that is spent already.
        fast = whole >= _LARGE_BYTES or "pandas" in sys.modules
        parse = parse_numbers if fast else split_numbers
        stream.seek(0)
        # Each call of pandas costs as much as some thousand rows.
        for block in blocks(stream, _BLOCK_BYTES, _BLOCK_BYTES if fast else FIRST_BYTES):
            tail = (tail + block[-_TAIL_BYTES:])[-_TAIL_BYTES:]
            if table is None:
                begun = _begun(block[: block.find(b"\n", FIRST_BYTES) + 1] or block)
                if begun is None:
                    return None
                table, line = begun
                block = _without_lines(block, line)
                if not block:
                    continue
            count = _take_block(table, block, line, parse, whole)
            if count is None:
                return None
            line += count
    if table and not tail.endswith(b"\n"):
        lines = split_lines(tail.decode(errors="replace"))
        # The tail begins in the middle of a line.
        _doubt_last_row(table, lines[1:][-_LOOKED_BACK:], line)
    return table


def _take_block(
    table: _Table, block: bytes, before: int, parse: "Callable[..., Numbers | None]", whole: int
) -> int | None:
    """Adds a block to a table, before which so many lines came; how many it has, None as `_read_blocks`."""
    parsed = parse(block, table.dialect.delimiter, table.width)
    if parsed:
        size, columns = parsed
        numbers = before + 1 + np.arange(size)
        # A block more than the first ones let expect.
        table.runs[-1].expect(size + whole * size // len(block))
        table.runs[-1].add_block(numbers, dict(zip(table.names, columns, strict=False)))
        return size
    lines = _plain_lines(block)
    if lines is None:
        return None
    _add_rows(table, rows(lines, table.dialect.delimiter, before=before))
    return len(lines)


def _begun(first: bytes) -> tuple[_Table, int] | None:
    """A table of whose first lines all but the header still has to be read, and how many those are."""
    lines = _plain_lines(first)
    if lines is None:
        return None
    line = preamble_length(lines) + 1
    table = _read_rows(lines[:line], line - 1, _dialect(lines, line - 1))
    if not table.names or table.headerless or not _is_cut_plainly(table.dialect):
        return None
    return table, line


def _without_lines(block: bytes, count: int) -> bytes:
    """What follows the first `count` lines."""
    return b"\n".join(block.split(b"\n", count)[count:])


def _is_cut_plainly(dialect: Dialect) -> bool:
    return dialect.delimiter != " " and not dialect.decimal_comma


def _plain_lines(block: bytes) -> list[str] | None:
    """The lines of a block; None for quotes (a cell may go on), other line ends and other encodings."""
    text = block.replace(b"\r\n", b"\n")
    if any(odd in text for odd in (b'"', b"\x00", b"\r", codecs.BOM_UTF8)):
        return None
    try:
        return split_lines(text.decode())
    except UnicodeDecodeError:
        return None


def _read_rows(lines: Sequence[str], first: int, dialect: Dialect) -> _Table:
    preamble = lines[:first]
    if first < len(lines) and lines[first].lstrip().startswith("#"):
        lines = [*lines[:first], lines[first].lstrip("# "), *lines[first + 1 :]]
    found = rows(lines, dialect.delimiter, first)
    header = next(found, None)
    table = _Table(dialect, [], preamble=preamble)
    table.runs.append(Columns())
    if header is None:
        return table
    table.width = len(header.cells)
    if is_header(header.cells, dialect) or not all(dialect.number(c) is not None for c in header.cells if c):
        table.names = _unique(header.cells)
    else:
        table.headerless = True
        table.names = [f"column {i + 1}" for i in range(len(header.cells))]
        _add_row(table, header)
    if table.width > len(table.names):
        note = f"Only the first {_MAX_COLUMNS:,} of {table.width:,} columns were read."
        table.events.append(LogEvent(EventKind.UNREADABLE, note, header.line, table.width - _MAX_COLUMNS))
    _add_rows(table, found)
    return table


def _add_rows(table: _Table, found: Iterable[Row]) -> None:
    for row in found:
        if row.broken:
            note = "A quote is never closed."
            table.events.append(LogEvent(EventKind.UNREADABLE, note, row.line))
        again = row.cells[0][:1].isalpha() and not table.headerless and is_header(row.cells, table.dialect)
        if again and _take_header(table, row):
            continue
        _add_row(table, row)


def _take_header(table: _Table, row: Row) -> bool:
    """A header in the middle: the same one begins a new run, a changed one names other columns."""
    names = _unique(row.cells)
    if names == table.names:
        table.runs.append(Columns())
        note = "The header is repeated: a new run begins."
        table.events.append(LogEvent(EventKind.RESTART, note, row.line))
        return True
    if len(set(names) & set(table.names)) * 2 >= len(table.names):
        table.names, table.width = names, len(names)
        note = "The header changes: other columns from here on."
        table.events.append(LogEvent(EventKind.NOTE, note, row.line))
        return True
    return False


def _add_row(table: _Table, row: Row) -> None:
    cells, names = row.cells, table.names
    if len(cells) < table.width:
        table.narrow.append(row.line)
    elif len(cells) > table.width and any(cells[table.width :]):
        table.wide.append(row.line)
        extra = range(len(names), min(len(cells), _MAX_COLUMNS))
        table.names = names = [*names, *(f"column {i + 1}" for i in extra)]
    values: list[float | None]
    try:
        values = list(map(float, cells))
    except ValueError:
        values = [_value(table, name, cell, row.line) for name, cell in zip(names, cells, strict=False)]
    table.runs[-1].add(row.line, names, values)


def _value(table: _Table, name: str, cell: str, line: int) -> float | None:
    if not cell:
        return None
    number = table.dialect.number(cell)
    if number is None and not is_absent(cell):
        table.texts.setdefault(name, []).append(cell)
        table.bad_cells.setdefault(name, []).append(line)
    return number


def _doubt_last_row(table: _Table, lines: Sequence[str], number: int) -> None:
    """A file that does not end in a line end may have been cut in its last cell.

    Args:
        table: What was read.
        lines: The last lines of the file.
        number: Number of the last one.
    """
    columns = table.runs[-1]
    last = next(iter(rows(lines[-1:], table.dialect.delimiter)), None)
    if last is None or len(columns) < 2:
        return
    cut_short = len(last.cells) < len(table.names)
    position = min(len(last.cells), len(table.names)) - 1
    name = table.names[position]
    others = [
        row.cells[position]
        for row in rows(lines[:-1], table.dialect.delimiter)
        if len(row.cells) > position and table.dialect.number(row.cells[position]) is not None
    ]
    shorter = len(others) > 2 and len(last.cells[position]) < min(map(len, others))
    if cut_short or shorter:
        columns.drop_last(name)
        kind, note = EventKind.TRUNCATED, f"The last line is cut; its last value ('{name}') was left out."
    else:
        # Nothing is missing as far as one can see, so the log is not called damaged.
        kind, note = EventKind.NOTE, f"The last line has no line end: its last value ('{name}') may be cut."
    table.events.append(LogEvent(kind, note, number))
    if table.narrow[-1:] == [number]:
        table.narrow.pop()


def _table_events(table: _Table) -> list[LogEvent]:
    events = list(table.events)
    if table.dialect.decimal_comma:
        events.append(LogEvent(EventKind.NOTE, "Numbers were read with a decimal comma."))
    if table.headerless:
        note = "The table has no header; its columns were named by their place."
        events.append(LogEvent(EventKind.NOTE, note, 1))
    for lines, what in ((table.wide, "more"), (table.narrow, "fewer")):
        if lines:
            note = f"Rows have {what} cells than the header."
            events.append(LogEvent(EventKind.NOTE, note, lines[0], len(lines)))
    numeric = {name for columns in table.runs for name in columns.names()}
    for name, bad in table.bad_cells.items():
        if name in numeric:
            note = f"'{name}' has cells that are no number, such as '{table.texts[name][0][:40]}'."
            events.append(LogEvent(EventKind.UNREADABLE, note, bad[0], len(bad)))
    words = [name for name in table.texts if name not in numeric]
    if words:
        note = f"Columns of text were left out: {', '.join(words[:10])}."
        events.append(LogEvent(EventKind.NOTE, note, count=len(words)))
    return sorted(events, key=lambda event: event.line or 0)


def _settings(preamble: Sequence[str]) -> tuple[Hyperparameter, ...]:
    """What a `#{json}` line before the header states (the monitor files of Stable-Baselines)."""
    for number, line in enumerate(preamble, 1):
        if line.startswith("#{"):
            try:
                return as_hyperparameters(parse_json(line[1:]), f"log line {number}", Trust.PRINTED)
            except BadJsonError:
                return ()
    return ()


def _as_runs(
    source: Source,
    curves: Sequence[Curves],
    events: Sequence[LogEvent],
    table: _Table,
) -> list[Run]:
    made = []
    settings = _settings(table.preamble)
    for i, part in enumerate(curves, 1):
        series = part.series
        if table.headerless:
            series = tuple(replace(c, certainty=_GUESSED, because="the table has no header") for c in series)
        name = nth_run(i, len(curves))
        made.append(Run(source.label, series, name, CsvReader.name, settings, (*events, *part.events)))
    return made


READER = CsvReader()
