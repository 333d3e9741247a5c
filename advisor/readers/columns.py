"""Rows of named numbers in, the curves of a run out: what tables and JSON records have in common."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from advisor.readers.grown import Grown
from advisor.run import EventKind, Floats, Integers, LogEvent, Role, Series, XKind
from advisor.vocabulary import assign_roles, x_rank

Rows = Integers | slice


class _Column:
    """The values of one name and their rows; rows are None while every row so far has a value."""

    __slots__ = ("held", "rows", "size")

    def __init__(self) -> None:
        self.held = Grown("d")
        self.rows: Grown | None = None
        self.size = 0

    def __len__(self) -> int:
        return self.size

    def put(self, row: int, value: float) -> None:
        if self.rows is None and row != self.size:
            self._leave_gaps()
        if self.rows is not None:
            self.rows.latest.append(row)
        self.held.latest.append(value)
        self.size += 1

    def put_many(self, first: int, values: Floats, at: Integers | None, expected: int) -> None:
        """Values on the rows `first + at`; on all rows from `first` on where `at` is None."""
        if self.rows is None and (at is not None or first != self.size):
            self._leave_gaps()
        if self.rows is not None:
            rows = np.arange(first, first + values.size) if at is None else first + at
            self.rows.extend(rows, expected)
        self.held.extend(values, expected)
        self.size += values.size

    def drop(self, row: int) -> None:
        """Takes back the value on the last row, where it has one."""
        rows = None if self.rows is None else self.rows.whole()
        if self.size and (self.size - 1 if rows is None else rows[-1]) == row:
            self.held.drop()
            if self.rows is not None:
                self.rows.drop()
            self.size -= 1

    def values(self) -> Floats:
        return self.held.whole()

    def part(self, start: int, end: int) -> "tuple[Rows, Floats]":
        """Uncopied, the values on the rows from `start` to `end`, and these rows counted from `start`."""
        values = self.held.whole()
        if self.rows is None:
            return slice(0, min(end, values.size) - start), values[start:end]
        rows = self.rows.whole()
        low, high = np.searchsorted(rows, (start, end))
        return rows[low:high] - start, values[low:high]

    def _leave_gaps(self) -> None:
        self.rows = Grown("q")
        self.rows.latest.extend(range(self.size))


@dataclass(frozen=True, slots=True)
class _XAxis:
    """One column that may serve as x: its value on every row, NaN where the row has no finite one.

    `complete` where every row has one.
    """

    name: str
    kind: XKind
    values: Floats
    complete: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "complete", not np.isnan(self.values).any())

    def holds(self, rows: Rows) -> bool:
        return self.complete or not np.isnan(self.values[rows]).any()


@dataclass(frozen=True, slots=True)
class Curves:
    """The curves of one run and what was noticed while making them."""

    series: tuple[Series, ...]
    events: tuple[LogEvent, ...]


class Columns:
    """Collects the rows of one log in their order, then makes its curves.

    Each name becomes a curve of its own over the rows where it has a value; a missing value is an absent
    point. A curve's x is the first step-like name (in the order of the vocabulary) that has a value on all
    of its rows, then the first epoch-like one, then the row's index.
    """

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}
        self._lines = Grown("q")
        self._size = 0
        self._expected = 0

    def __len__(self) -> int:
        return self._size

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def add(self, line: int, names: Iterable[str], values: Iterable[float | None]) -> None:
        """One row.

        Args:
            line: Its line or record number, from 1; not decreasing.
            names: Names of its cells.
            values: Their values; None where a cell is absent.
        """
        row = self._size
        self._size += 1
        self._lines.latest.append(line)
        columns = self._columns
        for name, value in zip(names, values, strict=False):
            if value is None:
                continue
            column = columns.get(name)
            if column is None:
                column = columns[name] = _Column()
            if column.rows is None and row == column.size:
                # What `put` does on most rows, without a call for each cell.
                column.held.latest.append(value)
                column.size += 1
            else:
                column.put(row, value)

    def expect(self, rows: int) -> None:
        """Says how many rows there will be in all, to put blocks where they stay; a guess will do."""
        self._expected = rows

    def add_block(self, lines: Integers, block: "Mapping[str, tuple[Floats, Integers | None]]") -> None:
        """Several rows at once.

        Args:
            lines: Their line or record numbers, shape (n,).
            block: Values by name, with the rows of the block that they stand on, or None for all rows.
        """
        first = self._size
        self._size += lines.size
        self._lines.extend(lines, self._expected)
        for name, (values, at) in block.items():
            if values.size:
                self._columns.setdefault(name, _Column()).put_many(first, values, at, self._expected)

    def names(self) -> list[str]:
        """Names that have a value somewhere, in the order in which they appear."""
        return list(self._columns)

    def values(self, name: str) -> Floats:
        """The values of one name, in the order of the rows."""
        return self._columns[name].values()

    def drop_last(self, name: str) -> None:
        """Takes back the value that the last row has for a name, where it has one."""
        column = self._columns.get(name)
        if column is not None:
            column.drop(self._size - 1)
            if not len(column):
                del self._columns[name]

    def runs(self, keep_x: bool) -> list[Curves]:
        """The curves of each run in the rows.

        Where x starts over from its first value (epoch 9, then epoch 0), a new run begins; where it goes
        back only part of the way (a resume from a checkpoint), that is told as an event. An iteration that
        restarts with every epoch is counted on through the epochs.

        Args:
            keep_x: Whether the x of the curves is a curve too.
        """
        if not self._columns:
            return []
        whole = self._curves(0, self._size, keep_x)
        again = self._starts_over(whole.series)
        if not again:
            return [whole]
        return [self._curves(start, end, keep_x) for start, end in pairwise([0, *again, self._size])]

    def _curves(self, start: int, end: int, keep_x: bool) -> Curves:
        lines = self._lines.whole()[start:end]
        parts = {name: column.part(start, end) for name, column in self._columns.items()}
        columns = {name: part for name, part in parts.items() if part[1].size}
        axes, events = _axes(columns, lines.size)
        epochs = next((axis for axis in axes if axis.kind == "epoch"), None)
        index: _XAxis | None = None
        series = []
        used: Counter[str] = Counter()
        for name, (rows, values) in columns.items():
            axis = _axis_of(axes, rows)
            if axis is None:
                index = index or _XAxis("", "index", np.arange(lines.size, dtype=np.float64))
                axis = index
            # Curves on all rows share their x and rows: who compares them sees it at once, and another
            # process is sent them once.
            whole = values.size == lines.size
            x, at = (axis.values, lines) if whole else (axis.values[rows], lines[rows])
            kind = axis.kind
            if kind == "step" and _is_epoch(x, rows, epochs):
                kind = "epoch"
            series.append(Series(name, values, x, at, kind))
            if axis is not index and axis.name != name:
                used[axis.name] += 1
        if not keep_x and used:
            ((main, _),) = used.most_common(1)
            series = [curve for curve in series if curve.name != main]
        curves = assign_roles(series)
        return Curves(
            curves,
            (*events, *_backward_steps(curves), *_shared_steps(curves), *_frozen_columns(curves, lines)),
        )

    def _starts_over(self, series: tuple[Series, ...]) -> list[int]:
        """The first row of each further run: where x of the curve that speaks for the log starts over."""
        speaking = _speaking(series)
        if speaking is None or speaking.x_kind == "index" or len(speaking) < 3:
            return []
        x = speaking.x
        back = np.flatnonzero((x[1:] < x[:-1]) & (x[1:] <= x[0])) + 1
        # Numbers that go up and down all the time are no count of steps.
        if back.size > len(speaking) // 2:
            return []
        rows = np.searchsorted(self._lines.whole(), speaking.at[back])
        return [int(row) for row in rows if row > 0]


def _axis_of(axes: list[_XAxis], rows: Rows) -> _XAxis | None:
    """The best axis that has a value on each of some rows, and moves on them where any does."""
    known = [axis for axis in axes if axis.holds(rows)]
    moving = (axis for axis in known if _moves(axis.values[rows]))
    return next(moving, known[0] if known else None)


def _moves(x: Floats) -> bool:
    return bool(x[0] != x[-1] or np.ptp(x) > 0)


def _speaking(series: Iterable[Series]) -> Series | None:
    """The curve whose x shows restarts best: the longest one of the losses, else of the metrics."""
    order = [Role.TRAIN_LOSS, Role.VAL_LOSS, Role.TRAIN_METRIC, Role.VAL_METRIC]
    ranked = [curve for curve in series if curve.role in order]
    return min(ranked, key=lambda curve: (order.index(curve.role), -len(curve)), default=None)


def _axes(columns: dict[str, tuple[Rows, Floats]], rows: int) -> tuple[list[_XAxis], list[LogEvent]]:
    """Columns that may serve as x, best first."""
    found: list[tuple[int, _XAxis]] = []
    for name, (at, values) in columns.items():
        rank = x_rank(name)
        if rank is not None:
            finite = np.isfinite(values)
            dense = values
            if values.size < rows or not finite.all():
                dense = np.full(rows, np.nan)
                dense[at] = np.where(finite, values, np.nan)
            found.append((rank[0], _XAxis(name, rank[1], dense)))
    axes = [axis for _, axis in sorted(found, key=lambda pair: pair[0])]
    epoch = next((axis for axis in axes if axis.kind == "epoch"), None)
    events: list[LogEvent] = []
    if epoch is None:
        return axes, events
    counted = []
    for axis in axes:
        through = _counted_through(axis.values, epoch.values) if axis.kind == "step" else None
        if through is None:
            counted.append(axis)
            continue
        counted.append(replace(axis, values=through))
        note = (
            f"'{axis.name}' starts again with every '{epoch.name}'; steps were counted on through the epochs."
        )
        events.append(LogEvent(EventKind.NOTE, note))
    return counted, events


def _counted_through(step: Floats, epoch: Floats) -> Floats | None:
    """Steps that restart with every epoch, counted on; None where they do not restart so."""
    both = ~(np.isnan(step) | np.isnan(epoch))
    s, e = (step, epoch) if both.all() else (step[both], epoch[both])
    # Most steps never fall; they are looked at once.
    if s.size < 4 or not (s[1:] < s[:-1]).any():
        return None
    s = _without_length_of_validation(s, e)
    drops = s[1:] < s[:-1]
    if not drops.any() or not (e[1:][drops] > e[:-1][drops]).all() or (e[1:] < e[:-1]).any():
        return None
    offset = np.concatenate(([0.0], np.cumsum(np.where(drops, s[:-1] + (s[1:] == 0), 0.0))))
    through = step.copy()
    through[both] = s + offset
    # A row that has a step and no epoch cannot be placed.
    through[np.isnan(epoch)] = np.nan
    return through


def _without_length_of_validation(step: Floats, epoch: Floats) -> Floats:
    """Steps in which a validation that ends each epoch stands where the training does.

    mmcv's record of a validation has the number of its own batches under the name of the training's.
    """
    behind = np.flatnonzero((step[1:] < step[:-1]) & (epoch[1:] == epoch[:-1])) + 1
    if not behind.size or not (np.append(epoch, np.inf)[behind + 1] > epoch[behind]).all():
        return step
    kept = step.copy()
    kept[behind] = step[behind - 1]
    return kept


def _is_epoch(x: Floats, rows: Rows, epochs: _XAxis | None) -> bool:
    """Whether what is called a step is the epoch of the rows before (validation rows of mmengine)."""
    if epochs is None or epochs.complete or not np.isnan(epochs.values[rows]).all():
        return False
    known = np.where(np.isnan(epochs.values), -1, np.arange(epochs.values.size))
    last = np.maximum.accumulate(known)[rows]
    return bool((last >= 0).all() and (x == epochs.values[last]).all())


def _backward_steps(series: tuple[Series, ...]) -> list[LogEvent]:
    """An event for each place where a run was resumed from an earlier step."""
    speaking = _speaking(series)
    if speaking is None or speaking.x_kind == "index":
        return []
    if not (speaking.x[1:] < speaking.x[:-1]).any():
        return []
    moves = np.diff(speaking.x)
    usual = float(np.median(moves[moves > 0])) if (moves > 0).any() else 0.0
    # Two writers that take turns step back by one interval all the time; that is no restart.
    back = np.flatnonzero(moves < -2 * usual) + 1
    return [
        LogEvent(
            EventKind.RESTART,
            f"{speaking.x_kind} goes back from {speaking.x[i - 1]:g} to {speaking.x[i]:g}",
            int(speaking.at[i]),
        )
        for i in back[:20]
    ]


def _shared_steps(series: tuple[Series, ...]) -> list[LogEvent]:
    """An event where every step has the same number of points, as where gradients are accumulated."""
    speaking = _speaking(series)
    if speaking is None or speaking.x_kind != "step" or len(speaking) < 8:
        return []
    # Most logs are in order and count each step once: so much is seen without sorting them.
    if (speaking.x[1:] > speaking.x[:-1]).all():
        return []
    counts = np.unique(speaking.x, return_counts=True)[1]
    usual = int(counts[0])
    if usual < 2 or counts.size < 4 or (counts[1:-1] != usual).any():
        return []
    text = (
        f"'{speaking.name}' has {usual} points at each step: micro-batches of one step, or several processes."
    )
    return [LogEvent(EventKind.NOTE, text, int(speaking.at[0]), usual)]


def _frozen_columns(series: tuple[Series, ...], lines: Integers) -> list[LogEvent]:
    """An event for each loss that stops having values before the rows end, and ends in NaN.

    Some programs write NaN as a blank cell; the blanks stay absent, but a user should know.
    """
    events = []
    for curve in series:
        if curve.role not in (Role.TRAIN_LOSS, Role.VAL_LOSS) or len(curve) < 2 or np.isfinite(curve.y[-1]):
            continue
        blank = int(((lines > curve.at[-2]) & (lines < curve.at[-1])).sum())
        if blank:
            text = f"'{curve.name}' is blank on {blank} rows and then {curve.y[-1]:g}: the blanks may be NaN."
            events.append(LogEvent(EventKind.NON_FINITE, text, int(curve.at[-1]), blank))
    return events
