"""A run as it is read: its curves so far, where its counters stand, and what it said last."""

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from advisor.readers.fields import Template
from advisor.readers.grown import Grown
from advisor.readers.names import Use
from advisor.readers.position import Clock, Counted, Place
from advisor.readers.records import Record
from advisor.readers.stretches import Part
from advisor.run import Floats, Integers, LogEvent, XKind

_LOOK_BACK = 5_000
# How the curve of a progress bar is told.
BAR = "bar"


@dataclass
class Curve:
    """The points of one curve: y, x and lines."""

    kind: XKind
    y: Grown = field(default_factory=lambda: Grown("d"))
    x: Grown = field(default_factory=lambda: Grown("d"))
    at: Grown = field(default_factory=lambda: Grown("q"))

    def put(self, points: "Sequence[tuple[Floats, Floats, Integers]]") -> None:
        """The y, x and lines of further points, from one or several kinds of line."""
        columns = list(zip(*points, strict=True))
        order = np.argsort(np.concatenate(columns[2]), kind="stable") if len(points) > 1 else None
        for kept, column in zip((self.y, self.x, self.at), columns, strict=True):
            kept.extend(column[0] if order is None else np.concatenate(column)[order])


class Recent:
    """The last records of a run, some of them as rows."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, list[Record | Part]]] = deque()
        self._count = 0

    def add(self, record: Record) -> None:
        """One more record."""
        self._keep(1, [record])

    def add_rows(self, parts: Sequence[Part]) -> None:
        """Further records, of several kinds of line."""
        lines = np.sort(np.concatenate([part.lines[-_LOOK_BACK:] for part in parts]))[-_LOOK_BACK:]
        last = [part.since(int(lines[0])).copied() for part in parts]
        self._keep(lines.size, [part for part in last if part.lines.size])

    def hold(self, record: Record) -> bool:
        """Whether one of the last records says the same."""
        far = self._count - _LOOK_BACK
        for count, kept in self._kept:
            near = [part for part in kept if isinstance(part, Part)] if far > 0 else []
            if near:
                lines = np.sort(np.concatenate([part.lines for part in near]), kind="stable")
                kept = [part.since(int(lines[far])) for part in near]
            far -= count
            if any(some.template.family == record.template.family and _says(some, record) for some in kept):
                return True
        return False

    def _keep(self, count: int, kept: "list[Record | Part]") -> None:
        self._kept.append((count, kept))
        self._count += count
        while self._count - self._kept[0][0] >= _LOOK_BACK:
            self._count -= self._kept.popleft()[0]


class Context(NamedTuple):
    """A line that says nothing but where the training stands; it holds for the lines after it.

    `inside` is where in its epoch, where it says that too. `epoch` is the line before that named the epoch.
    """

    use: Use
    value: float
    total: float | None
    line: int
    inside: Counted | None = None
    epoch: "Context | None" = None


@dataclass
class Draft:
    """A run as it is read."""

    first_line: int
    clock: Clock = field(default_factory=Clock)
    curves: dict[tuple[str, str], Curve] = field(default_factory=dict)
    events: list[LogEvent] = field(default_factory=list)
    recent: Recent = field(default_factory=Recent)
    planned: dict[Use, tuple[float, int]] = field(default_factory=dict)
    repeated: list[int] = field(default_factory=list)
    last_line: int = 0
    moved_line: int = 0
    headed: tuple[int, int] = (0, 0)
    latest: dict[tuple[str, ...], Record] = field(default_factory=dict)
    begun: dict[tuple[str, ...], Record] = field(default_factory=dict)
    said_again: list[Record] = field(default_factory=list)
    _slots: dict[tuple[int, str], list[tuple[int, Curve]]] = field(default_factory=dict)

    def slots(self, template: Template, place: Place, lead: int | None) -> list[tuple[int, Curve]]:
        """Which curve each value of a line is a point of."""
        slots = self._slots.get((id(template), place.told))
        if slots is None:
            # What stands before a bar describes it, and is no point of the curve that the lines between the
            # bars make. What stands behind one may be a line of its own that was printed after it.
            bars = [index for index, field in enumerate(template.fields) if field.name == "bar"]
            described = bars[0] if bars and place.told != "none" else 0
            slots = self._slots[id(template), place.told] = [
                (index, self._curve(template.fields[index].name, place, index < described))
                for index in template.value_places
                if index != lead
            ]
        return slots

    def _curve(self, name: str, place: Place, drawn: bool) -> Curve:
        return self.curves.setdefault((name, BAR if drawn else place.told), Curve(place.kind))

    def stand_at(self, context: Context) -> None:
        """What a line said that only named the epoch or the step."""
        if context.epoch is not None:
            self.stand_at(context.epoch)
        self.clock.stands_at("epoch" if context.use == "epoch" else "step", context.value)
        if context.total is not None and math.isfinite(context.total):
            self.planned.setdefault(context.use, (context.total, context.line))

    def note_repeat(self, line: int) -> None:
        """Keeps a line that was left out because it says what an earlier one said."""
        self.repeated.append(line)

    def begun_alike(self, standing: Counted, count: "Callable[[Record], Counted]") -> list[Record]:
        """The lines left out last, where a run that begins now began with them, as this one did.

        They say what the first lines of this run said, and what stands now goes on from them.
        """
        again, self.said_again = self.said_again, []
        first = self.begun.get(again[0].template.family) if again else None
        clock = Clock()
        for record in again:
            clock.place(count(record), record.template.family)
        if first is None or first.values != again[0].values or clock.goes_back(standing) is not None:
            return []
        del self.repeated[-len(again) :]
        return again


def _says(some: Record | Part, record: Record) -> bool:
    """Whether a record, or one of some rows, has the values of a record."""
    if isinstance(some, Record):
        return some.values == record.values
    same = [column == value for column, value in zip(some.values, record.values, strict=True)]
    return bool(np.logical_and.reduce(same).any())
