"""A grid of characters to draw a chart on: dots, axes and marks, and which curve each cell shows."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.report.columns import Bools
from advisor.run import Floats

Places = list[tuple[float, str]]
"""Positions along an axis, 0 to 1, with what to write there."""

# What a cell shows, where it is not the index of a curve.
EMPTY: Final = -1
AXIS: Final = -2
MARK: Final = -3
BROKEN: Final = -4
BEST: Final = -5
CURSOR: Final = -6

RAW: Final = 16
"""Added to the index of a curve where a cell shows its raw values behind the smoothed ones."""

GUTTER: Final = 8
"""Columns left of the plot: seven for a label, one for the axis. Fixed, so that stacked charts line up."""

FOOT: Final = 2
"""Rows below the plot: the x axis and its labels."""

_BLANK_BRAILLE: Final = 0x2800
_DOTS: Final = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a chart that are no dots."""

    side: str
    tick: str
    corner: str
    base: str
    base_tick: str
    mark: str
    span: str
    broken: str
    best: str
    cursor: str


UNICODE: Final = Glyphs("│", "┤", "└", "─", "┬", "┊", "━", "×", "◆", "╎")
ASCII: Final = Glyphs("|", "+", "+", "-", "+", ":", "=", "x", "o", "|")


class Canvas:
    """A grid of characters with a plot, a gutter on its left and an x axis below it.

    Args:
        width: Columns of the whole, more than GUTTER.
        height: Rows of the whole, more than FOOT.
        ascii_only: Use no character outside ASCII.
    """

    def __init__(self, width: int, height: int, *, ascii_only: bool) -> None:
        self.glyphs = ASCII if ascii_only else UNICODE
        self.ascii_only = ascii_only
        self.columns, self.rows = width - GUTTER, height - FOOT
        self._cells = np.full((height, width), " ", dtype="<U1")
        self.layers = np.full((height, width), EMPTY, dtype=np.int8)
        self._plot_cells = self._cells[: self.rows, GUTTER:]
        self._plot_layers = self.layers[: self.rows, GUTTER:]
        self._dots = np.zeros((self.rows, self.columns), dtype=np.uint32)
        self._curves: dict[int, Bools] = {}
        self._letters: list[str] = []
        self._put(slice(0, self.rows), GUTTER - 1, self.glyphs.side, AXIS)
        self._put(self.rows, slice(GUTTER, None), self.glyphs.base, AXIS)
        self._put(self.rows, GUTTER - 1, self.glyphs.corner, AXIS)

    def value_ticks(self, places: Places) -> None:
        """Write the labels of the value axis; positions count from the bottom; one too long is left out."""
        for place, label in places:
            row = self._row(place)
            if len(label) < GUTTER and self._cells[row, GUTTER - 1] == self.glyphs.side:
                self._put(row, GUTTER - 1, self.glyphs.tick, AXIS)
                self._write(row, GUTTER - 1 - len(label), label)

    def x_ticks(self, places: Places) -> None:
        """Write the labels of the x axis, each under its tick, those that do not fit left out."""
        free = 0
        width = self._cells.shape[1]
        for place, label in places:
            at = GUTTER + self._column(place)
            start = min(max(at - len(label) // 2, 0), width - len(label))
            if start >= free:
                self._put(self.rows, at, self.glyphs.base_tick, AXIS)
                self._write(self.rows + 1, start, label)
                free = start + len(label) + 2

    def curve(
        self, layer: int, low: Floats, high: Floats, *, alone: bool = False, sparse: bool = False
    ) -> None:
        """Draw one curve: in each column of dots, every dot from `low` to `high`.

        Args:
            layer: Index of the curve.
            low: Positions 0 to 1 from the bottom, shape (2 * columns,), NaN where nothing is drawn.
            high: As `low`.
            alone: Whether to wipe its cells first, so that it shows within a band of noise.
            sparse: Whether to draw every fourth dot alone, so that an area does not outshine a line.
        """
        dots = self.rows * 4
        drawn = ~np.isnan(low)
        top = np.where(drawn, np.rint((1 - np.where(drawn, high, 0)) * (dots - 1)), dots)
        bottom = np.where(drawn, np.rint((1 - np.where(drawn, low, 0)) * (dots - 1)), -1)
        index = np.arange(dots)[:, None]
        on = (index >= top) & (index <= bottom)
        if sparse:
            on &= (index % 2 == 0) & ((index // 2 + np.arange(on.shape[1])) % 2 == 0)
        blocks = on.reshape(self.rows, 4, self.columns, 2)
        hit = blocks.any(axis=(1, 3))
        if alone:
            self._dots[hit] = 0
        self._dots |= np.einsum("rdcs,ds->rc", blocks.astype(np.uint32), _DOTS)
        if self.ascii_only:
            self._plot_cells[hit] = _ascii_shapes(blocks)[hit]
        else:
            self._plot_cells[hit] = (self._dots[hit] + _BLANK_BRAILLE).view("<U1")
        self._plot_layers[hit] = layer
        self._curves[layer] = np.asarray(hit)

    def letter(self, layer: int, letter: str, place: float) -> None:
        """Write a letter on a curve near a position along x: where it is seen, else where it is hidden."""
        lies = self._curves[layer] & ~np.isin(self._plot_cells, self._letters)
        seen = lies & (self._plot_layers == layer)
        cells = np.argwhere(seen if seen.any() else lies)
        if cells.size:
            row, column = cells[np.abs(cells[:, 1] - self._column(place)).argmin()]
            self._put(int(row), GUTTER + int(column), letter, layer)
            self._letters.append(letter)

    def best(self, x: float, y: float) -> None:
        """Mark the best point."""
        self._put(self._row(y), GUTTER + self._column(x), self.glyphs.best, BEST)

    def mark(self, start: float, end: float, glyph: str) -> None:
        """Point at a stretch of x: a line under a glyph at its start, where no curve is, and its length."""
        first, last = self._column(start), self._column(end)
        free = np.flatnonzero(np.isin(self._plot_layers[:, first], (EMPTY, MARK)))
        self._put(self.rows, slice(GUTTER + first, GUTTER + last + 1), self.glyphs.span, MARK)
        self._plot_cells[free, first] = self.glyphs.mark
        self._plot_layers[free, first] = MARK
        self._put(int(free[0]) if free.size else self.rows, GUTTER + first, glyph, MARK)

    def event(self, place: float, glyph: str) -> None:
        """Write what happened at a position along x on the axis."""
        self._put(self.rows, GUTTER + self._column(place), glyph, MARK)

    def cursor(self, place: float) -> None:
        """A line through the column that is pointed at, where nothing else is."""
        column = self._column(place)
        free = np.flatnonzero(self._plot_layers[:, column] == EMPTY)
        self._plot_cells[free, column] = self.glyphs.cursor
        self._plot_layers[free, column] = CURSOR
        self._put(self.rows, GUTTER + column, "^", CURSOR)

    def broken(self, columns: Bools) -> None:
        """Mark on the x axis the columns of dots, shape (2 * columns,), that hold a value not finite."""
        hit = np.flatnonzero(columns.reshape(self.columns, 2).any(axis=1)) + GUTTER
        self._put(self.rows, hit, self.glyphs.broken, BROKEN)

    def lines(self) -> tuple[str, ...]:
        """The rows of characters."""
        return tuple("".join(row) for row in self._cells.tolist())

    def _row(self, place: float) -> int:
        return int(np.rint((1 - place) * (self.rows * 4 - 1))) // 4

    def _column(self, place: float) -> int:
        return int(np.rint(place * (self.columns * 2 - 1))) // 2

    def _write(self, row: int, column: int, text: str) -> None:
        for index, character in enumerate(text):
            self._put(row, column + index, character, AXIS)

    def _put(
        self, row: int | slice, column: int | slice | NDArray[np.intp], character: str, layer: int
    ) -> None:
        self._cells[row, column] = character
        self.layers[row, column] = layer


def _ascii_shapes(blocks: Bools) -> NDArray[np.str_]:
    """For each cell the ASCII character that looks most like its dots; blocks is (rows, 4, columns, 2)."""
    upper, lower = blocks[:, :2].any(axis=(1, 3)), blocks[:, 2:].any(axis=(1, 3))
    tall = blocks[:, 0].any(axis=2) & blocks[:, 3].any(axis=2)
    return np.where(tall, "|", np.where(upper & lower, "-", np.where(upper, "'", ".")))
