"""Rows of named numbers from the tables of a history, which may differ in length and in what they count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from advisor.readers.json_histories import History, Table
from advisor.readers.json_labels import speaks
from advisor.readers.json_values import numbers
from advisor.run import EventKind, LogEvent
from advisor.vocabulary import split_of, x_rank
from advisor.vocabulary.words import split_words

MODE_KEYS = ("mode", "split", "phase", "stage", "subset")

Row = dict[str, float]


@dataclass(slots=True)
class _Part:
    """Rows that stand side by side, and whether they tell how the training went."""

    rows: list[Row]
    names: list[str]
    counts: list[str] = field(default_factory=list)
    speaks: bool = False

    def __len__(self) -> int:
        return len(self.rows)


def rows_of(history: History) -> tuple[list[Row], list[LogEvent]]:
    """The rows of a history, and what was assumed to place those of unequal lists.

    Tables that count alike (`epoch`) meet at the same count. Others stand row by row; a list that is a whole
    part as long as the longest one (a validation every ten epochs) stands at the end of each part.
    """
    parts = [part for table in history.tables for part in _parts(table)]
    if not parts:
        return [], []
    main = max(parts, key=lambda part: (part.speaks, len(part)))
    rows = [dict(row) for row in main.rows]
    events: list[LogEvent] = []
    for part in parts:
        if part is not main:
            note = _place(rows, part, main)
            events += [LogEvent(EventKind.NOTE, note)] if note else []
    shared = next((name for name in main.counts if all(name in row for row in rows)), None)
    if shared is not None and _rises(main.rows, shared):
        rows.sort(key=lambda row: row[shared])
    return rows, events


def split_prefix(record: Mapping[str, Any]) -> str:
    """`val/` for a record that says that it is one of the validation (`"mode": "val"`)."""
    for key in MODE_KEYS:
        word = record.get(key)
        if isinstance(word, str) and split_of(word) in ("validation", "test"):
            return f"{word}/"
    return ""


def _place(rows: list[Row], part: _Part, main: _Part) -> str:
    """Puts the rows of a part among those of the main one; says what was assumed for that."""
    shared = next((name for name in part.counts if name in main.counts), None)
    if shared is not None and _differs(part.rows, shared) and _rises(main.rows, shared):
        at = {row[shared]: row for row in rows if shared in row}
        for row in part.rows:
            if row[shared] in at:
                at[row[shared]].update(row)
            else:
                rows.append(row)
        return ""
    every = len(main) // len(part)
    spread = part.speaks and every > 1 and len(main) % len(part) == 0
    step = every if spread else 1
    rows += [{} for _ in range(len(part) - len(rows))]
    for number, row in enumerate(part.rows, 1):
        # What counts the rows of the main part counts no others.
        placed = {name: value for name, value in row.items() if name not in main.counts}
        rows[number * step - 1].update(placed)
    told = f"'{part.names[0]}' has {len(part)} values and '{main.names[0]}' {len(main)}"
    if spread:
        return f"{told}: one for every {every} was assumed."
    return f"{told}: both were counted from their first." if part.speaks and len(part) != len(main) else ""


def _differs(rows: Sequence[Row], name: str) -> bool:
    return all(name in row for row in rows) and len({row[name] for row in rows}) == len(rows)


def _rises(rows: Sequence[Row], name: str) -> bool:
    if any(name not in row for row in rows):
        return False
    return all(a[name] < b[name] for a, b in pairwise(rows))


def _parts(table: Table) -> list[_Part]:
    """A table as rows, one part for the columns of each length."""
    if table.columns is None:
        rows = [_row(table, record) for record in table.records]
        return [_part([row for row in rows if row])]
    lengths: dict[int, dict[str, Sequence[float | None]]] = {}
    for name, cells in table.columns.items():
        lengths.setdefault(len(cells), {})[_full(table.prefix, name)] = cells
    if len(lengths) > 1:
        lengths = {size: _with_plain_counts(columns) for size, columns in lengths.items()}
    return [_part(_transposed(columns, size)) for size, columns in lengths.items()]


def _row(table: Table, record: Mapping[str, Any]) -> Row:
    prefix = table.prefix + split_prefix(record)
    return {_full(prefix, name): y for name, y in numbers(record).items()}


def _full(prefix: str, name: str) -> str:
    return name if x_rank(name) else prefix + name


def _with_plain_counts(columns: dict[str, Sequence[float | None]]) -> dict[str, Sequence[float | None]]:
    """The columns with what counts for one split only (`val_steps`) under the name that counts for all."""
    plain = {name: "_".join(w for w in split_words(name) if split_of(w) is None) for name in columns}
    return {plain[name] if x_rank(plain[name]) else name: cells for name, cells in columns.items()}


def _transposed(columns: dict[str, Sequence[float | None]], size: int) -> list[Row]:
    rows: list[Row] = [{} for _ in range(size)]
    for name, cells in columns.items():
        for row, cell in zip(rows, cells, strict=True):
            if cell is not None:
                row[name] = cell
    return rows


def _part(rows: list[Row]) -> _Part:
    names = list(dict.fromkeys(_names(rows)))
    counts = [name for name in names if x_rank(name) is not None]
    told = [name for name in names if speaks(name)]
    return _Part(rows, told or names, counts, bool(told))


def _names(rows: Iterable[Row]) -> Iterable[str]:
    for row in rows:
        yield from row
