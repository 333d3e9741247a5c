"""Reads many lines of JSON at once where their records are alike.

A block of whole lines is decoded into structs made from the keys met so far, which costs a quarter of a
dictionary a line. A block that holds anything else - a NaN, a new key, a nested record, a line that is no
record - is refused, to be read line by line.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec
import numpy as np

from advisor.readers.columns import Columns
from advisor.readers.json_values import as_number
from advisor.run import Floats, Integers

_MAX_KEYS = 200
_NEWLINE, _BRACE = b"\n{"

Column = tuple[Floats, Integers | None]
_Cell = float | str | bool | msgspec.UnsetType | None


class Alike:
    """Decodes blocks of flat records that have no other keys than the ones known.

    Attributes:
        keys: The known keys, in the order in which they were met.
    """

    def __init__(self, keys: Sequence[str], mode_keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        self._modes = [key for key in mode_keys if key in self.keys]
        self._names = [f"f{i}" for i in range(len(self.keys))]
        self._decoder = self._decoder_of((name, _Cell, msgspec.UNSET) for name in self._names)
        self._of_numbers: msgspec.json.Decoder[Any] | None = self._decoder_of(
            (name, float) for name in self._names
        )

    def _decoder_of(self, fields: Iterable[tuple[Any, ...]]) -> msgspec.json.Decoder[Any]:
        shape = msgspec.defstruct(
            "Record",
            fields,
            rename=dict(zip(self._names, self.keys, strict=True)),
            forbid_unknown_fields=True,
            gc=False,
        )
        return msgspec.json.Decoder(shape)

    def decode(self, block: bytes) -> tuple[int, dict[str, Column], Mapping[str, list[Any]]] | None:
        """The records of a block, each on a line of its own.

        Returns:
            How many there are, the numbers by key with the records that have them (None: all), and the modes
            (`train`, `val`) of the records by the keys that state them; None where the block is refused.
        """
        lines = _records_expected(block)
        if not lines:
            return None
        table = self._table(block, lines)
        if table is not None:
            return lines, {key: (table[:, i], None) for i, key in enumerate(self.keys)}, {}
        try:
            records = self._decoder.decode_lines(block)
        except ValueError:
            return None
        if len(records) != lines:
            return None
        columns: dict[str, Column] = {}
        modes: dict[str, list[Any]] = {}
        for name, key in zip(self._names, self.keys, strict=True):
            cells = [getattr(record, name) for record in records]
            column = _numbers(cells)
            if column is None:
                return None
            columns[key] = column
            if key in self._modes and str in set(map(type, cells)):
                modes[key] = cells
        return lines, columns, modes

    def _table(self, block: bytes, lines: int) -> Floats | None:
        """The numbers of a block whose records all have every key, shape (lines, keys); else None.

        A log that has other records once is not tried for it again.
        """
        if self._of_numbers is None:
            return None
        try:
            records = self._of_numbers.decode_lines(block)
        except ValueError:
            self._of_numbers = None
            return None
        if len(records) != lines:
            return None
        cells = chain.from_iterable(map(msgspec.structs.astuple, records))
        return np.fromiter(cells, np.float64, lines * len(self.keys)).reshape(lines, -1)


def _records_expected(block: bytes) -> int:
    """How many lines a block has where each begins with a brace; 0 where some line begins otherwise.

    A flat record opens one brace: as many records as lines that begin with one is one on each line.
    """
    marks = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(marks == _NEWLINE)
    starts = ends[ends < marks.size - 1] + 1
    if not block.startswith(b"{") or (marks[starts] != _BRACE).any():
        return 0
    return starts.size + 1


def _numbers(cells: list[Any]) -> Column | None:
    """The numbers among the values of one key; None where a string spells one."""
    kinds = set(map(type, cells))
    if kinds == {float}:
        return np.array(cells, dtype=np.float64), None
    words = {cell for cell in cells if type(cell) is str} if str in kinds else set()
    if any(as_number(word) is not None for word in words):
        return None
    at = np.flatnonzero([type(cell) is float for cell in cells])
    return np.array([cells[i] for i in at], dtype=np.float64), at


def alike(
    records: Sequence[Mapping[str, Any]], mode_keys: Sequence[str], known: Alike | None
) -> Alike | None:
    """A decoder for records like these ones, or None where they are not flat or have too many keys."""
    keys = dict.fromkeys(known.keys if known else ())
    for record in records:
        if any(isinstance(value, dict | list) for value in record.values()):
            return None
        keys.update(dict.fromkeys(record))
    if not keys or len(keys) > _MAX_KEYS:
        return None
    return known if known and len(keys) == len(known.keys) else Alike(list(keys), mode_keys)


def add_numbers(
    columns: Columns,
    first_line: int,
    size: int,
    named: Mapping[str, Column],
) -> None:
    """Puts the numbers of a block into columns; records without a number are no rows."""
    filled = np.zeros(size, dtype=bool)
    for values, at in named.values():
        if values.size:
            filled[slice(None) if at is None else at] = True
    row = np.cumsum(filled) - 1
    lines = first_line + np.flatnonzero(filled)
    whole = bool(filled.all())
    placed = {
        name: (values, at if whole or at is None else row[at])
        for name, (values, at) in named.items()
        if values.size
    }
    columns.add_block(lines, placed)
