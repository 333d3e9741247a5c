"""Cuts many rows of plain numbers at once, with the parser of pandas."""

import io
from typing import Any

import numpy as np

from advisor.run import Floats, Integers

_DIGITS = b"0123456789.eE+-\n"

Column = tuple[Floats, Integers | None]
Numbers = tuple[int, list[Column]]


def parse_numbers(block: bytes, delimiter: str, width: int) -> Numbers | None:
    """The columns of a block of whole lines that holds nothing but numbers and blank cells.

    Args:
        block: Lines without quotes; LF or CRLF.
        delimiter: One character.
        width: Cells of every line.

    Returns:
        How many lines there are, and for each column its values and the lines that have one (None: all);
        None where a line has another width or a cell is no plain number, however `float` would take it.
    """
    plain = block.replace(b"\r\n", b"\n") if b"\r" in block else block
    # To pandas a lone CR ends a line and a NUL ends a cell.
    if b"\r" in plain or b"\x00" in plain:
        return None
    separator = delimiter.encode()
    if io.BytesIO(plain).readline().count(separator) != width - 1:
        return None
    frame = _frame(plain, delimiter, width)
    if frame is None:
        return None
    columns = [_column(frame[i].to_numpy()) for i in range(width)]
    # A line with too many cells is an error; one with too few lacks its last cell.
    lacks = columns[-1][1] is not None
    if lacks and plain.count(separator) != len(frame) * (width - 1):
        return None
    return len(frame), columns


def _frame(block: bytes, delimiter: str, width: int) -> Any | None:
    """A block as a table of pandas; None where a cell is no number."""
    # pandas takes half as long to import as a small log to read: only large files come here.
    import pandas as pd

    try:
        return pd.read_csv(
            io.BytesIO(block),
            sep=delimiter,
            header=None,
            names=list(range(width)),
            index_col=False,
            dtype=np.float64,
            keep_default_na=False,
            na_values=[""],
            quoting=3,
            skip_blank_lines=False,
            low_memory=False,
        )
    except ValueError:
        return None


def split_numbers(block: bytes, delimiter: str, width: int) -> Numbers | None:
    """What `parse_numbers` does, without pandas: faster where pandas would have to be imported for it."""
    plain = block.replace(b"\r\n", b"\n") if b"\r" in block else block
    if plain.translate(None, _DIGITS + delimiter.encode()):
        return None
    lines = plain.decode("ascii").removesuffix("\n").split("\n")
    if "" in lines or any(line.count(delimiter) != width - 1 for line in lines):
        return None
    cells = delimiter.join(lines).split(delimiter)
    try:
        return len(lines), [_converted(cells[i::width]) for i in range(width)]
    except ValueError:
        return None


def _converted(cells: list[str]) -> Column:
    """The numbers in the cells that are not blank."""
    if "" not in cells:
        return np.array(list(map(float, cells))), None
    at = [i for i, cell in enumerate(cells) if cell]
    return np.array([float(cells[i]) for i in at]), np.array(at, dtype=np.int64)


def _column(values: Floats) -> Column:
    """The values that are there: no cell spells NaN, so that each NaN is a blank one."""
    if not np.isnan(values.min(initial=0.0)):
        return values, None
    at = np.flatnonzero(~np.isnan(values))
    return values[at], at
