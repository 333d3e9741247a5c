"""Tells where many records stand in the training at once, in a stretch of the log where nothing odd happens.

A row is odd where a clock (see `position`) would look back: its counters fall, or it repeats the one before
of its family. Up to the first odd row the clock only counts on, which is arithmetic on whole columns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, repeat

import numpy as np

from advisor.readers.acceptance import Accepted, Family
from advisor.readers.alike_lines import Rows
from advisor.readers.fields import Template
from advisor.readers.names import Use
from advisor.readers.position import Clock
from advisor.readers.records import Record
from advisor.run import Floats, Integers, XKind

NEVER = 1 << 62
_KINDS: tuple[XKind, ...] = ("epoch", "step", "index")


@dataclass(frozen=True)
class Part:
    """Rows of one family of lines, in the order of the log, each with all of its values.

    Attributes:
        template: What they say; those of a family that differ in wording alone are taken for one.
        lines: Their numbers, shape (n,).
        values: For each field, shape (n,).
        totals: For each field, shape (n,), or None.
        lead: The place of a field that counts steps though it is not named so.
        stands: Whether the steps and batches never move, so that they count nothing.
    """

    template: Template
    lines: Integers
    values: tuple[Floats, ...]
    totals: tuple[Floats | None, ...]
    lead: int | None
    stands: bool = False

    def before(self, line: int) -> "Part":
        """The rows above a line of the log."""
        return self._rows(slice(None, int(np.searchsorted(self.lines, line))))

    def since(self, line: int) -> "Part":
        """The rows from a line of the log on."""
        return self._rows(slice(int(np.searchsorted(self.lines, line)), None))

    def _rows(self, chosen: slice) -> "Part":
        lines = self.lines[chosen]
        if lines.size == self.lines.size:
            return self
        return replace(
            self,
            lines=lines,
            values=tuple(column[chosen] for column in self.values),
            totals=tuple(None if column is None else column[chosen] for column in self.totals),
        )

    def line(self, row: int) -> int:
        """The line of a row; `NEVER` after the last."""
        return int(self.lines[row]) if row < self.lines.size else NEVER

    def copied(self) -> "Part":
        """The same rows in memory of their own, so that those around them can be let go."""
        totals = tuple(None if column is None else column.copy() for column in self.totals)
        return replace(
            self, lines=self.lines.copy(), values=tuple(c.copy() for c in self.values), totals=totals
        )

    def records(self) -> Iterator[Record]:
        """The rows as records of their own."""
        values = zip(*(column.tolist() for column in self.values), strict=True)
        totals: Iterable[tuple[float | None, ...]] = repeat(self.template.no_totals, self.lines.size)
        if any(column is not None for column in self.totals):
            empty = [None] * self.lines.size
            totals = zip(*(empty if c is None else c.tolist() for c in self.totals), strict=True)
        for line, some, limits in zip(self.lines.tolist(), values, totals, strict=True):
            yield Record(line, self.template, some, limits)

    @cached_property
    def places(self) -> Mapping[Use, int]:
        """Where the first field of each use stands."""
        found: dict[Use, int] = {}
        for place, use in self.template.counter_places:
            if not (self.stands and use in ("step", "batch")):
                found.setdefault(use, place)
        return found if self.lead is None else {**found, "step": self.lead}

    @property
    def epoch(self) -> Floats | None:
        """The epoch of each row."""
        place = self.places.get("epoch")
        return None if place is None else self.values[place]

    @property
    def use(self) -> Use | None:
        """What counts inside the epoch."""
        return next((use for use in ("step", "batch") if use in self.places), None)

    @property
    def inner(self) -> Floats | None:
        """The step or batch of each row."""
        return None if self.use is None else self.values[self.places[self.use]]

    @property
    def inner_total(self) -> Floats | None:
        """What the step or batch is out of."""
        use = self.use
        return None if use is None or self.places[use] == self.lead else self.totals[self.places[use]]

    @property
    def told(self) -> str:
        """How the x of the rows is told; see `Place`."""
        if self.use is not None:
            both = self.places.keys() >= {"step", "batch"}
            return f"{'' if self.epoch is None else 'epoch+'}{self.use}{'+batch' if both else ''}"
        return "none" if self.epoch is None else "epoch"

    def first_repeat(self, last: Record) -> int:
        """The line of the first row that says what the one before it says; `last` is before the first."""
        if all(column[0] == value for column, value in zip(self.values, last.values, strict=True)):
            return int(self.lines[0])
        same = np.array(True)
        for column in reversed(self.values):
            same = same & (column[1:] == column[:-1])
            if not same.any():
                return NEVER
        return int(self.lines[1:][same.argmax()])


def parts_of(rows: Sequence[Rows], accepted: Accepted) -> tuple[list[Part], list[Record]]:
    """The rows of each family as one part; those whose wording says more than their numbers as records."""
    families: dict[Family, list[Rows]] = {family: [] for family in accepted.measured | accepted.places}
    for some in rows:
        if some.template.family in families:
            families[some.template.family].append(some)
    parts: list[Part] = []
    apart: list[Record] = []
    for family, group in families.items():
        lead, stands = accepted.counted_by.get(family), family in accepted.standing
        found = [Part(*some, lead, stands) for some in group]
        kinds = {(p.template.key, tuple(column is None for column in p.totals)) for p in found}
        counts = lead is None or all(np.isfinite(part.values[lead]).all() for part in found)
        if len(kinds) > 1 or not counts:
            apart += sorted(chain.from_iterable(p.records() for p in found), key=lambda record: record.line)
        elif found:
            parts.append(found[0] if len(found) == 1 else _merged(found))
    return parts, apart


def in_order(parts: Sequence[Part]) -> Iterator[Record]:
    """The records of some parts in the order of the log."""
    yield from sorted(chain.from_iterable(part.records() for part in parts), key=lambda record: record.line)


def _merged(parts: Sequence[Part]) -> Part:
    order = np.argsort(np.concatenate([part.lines for part in parts]), kind="stable")
    columns = zip(*(part.values for part in parts), strict=True)
    totals = zip(*(part.totals for part in parts), strict=True)
    return replace(
        parts[0],
        lines=np.concatenate([part.lines for part in parts])[order],
        values=tuple(np.concatenate(column)[order] for column in columns),
        totals=tuple(
            None if any(some is None for some in column) else np.concatenate(column)[order]
            for column in totals
        ),
    )


class _Timeline:
    """One figure of several parts, in the order of the log."""

    def __init__(self, told: Sequence[tuple[Integers, Floats]]) -> None:
        self.lines, self.values = told[0]
        if len(told) > 1:
            lines = np.concatenate([lines for lines, _ in told])
            order = np.argsort(lines, kind="stable")
            self.lines = lines[order]
            self.values = np.concatenate([values for _, values in told])[order]

    def at(self, lines: Integers, before: float) -> Floats:
        """The figure as it stood at some other lines; `before` is what it was at first."""
        index = np.searchsorted(self.lines, lines) - 1
        return np.where(index < 0, before, self.values[index])


class _Inside:
    """The steps or batches that one key counts, in the order of the log.

    Attributes:
        told: The parts that count them.
        alike: Whether all of these say the same of them; what follows holds only then.
        use: Steps or batches.
        lines, inner, total, epoch: Columns, shape (n,); None where the parts have no such figure.
        part: Which of `told` each row is of, shape (n,).
    """

    def __init__(self, group: Sequence[Part]) -> None:
        self.told = [part for part in group if part.inner is not None]
        said = {(p.use, p.inner_total is None, p.epoch is None) for p in self.told}
        self.alike = len(said) == 1
        if not self.alike:
            return
        self.use = self.told[0].use
        self.lines = _sorted([part.lines for part in self.told])
        self.inner = self._ordered([p.inner for p in self.told])
        self.total = self._ordered([p.inner_total for p in self.told])
        self.epoch = self._ordered([p.epoch for p in self.told])
        self.part = self._ordered([np.full(p.lines.size, float(i)) for i, p in enumerate(self.told)])

    def _ordered(self, columns: Sequence[Floats | None]) -> Floats | None:
        pairs = [(p.lines, c) for p, c in zip(self.told, columns, strict=True) if c is not None]
        return _Timeline(pairs).values if pairs else None

    def first_backward(self, clock: Clock, key: str) -> int:
        """The line of the first row that goes back inside the epoch."""
        if not self.told:
            return NEVER
        before = clock.inside[key]
        if not self.alike or self.inner is None:
            return min(int(part.lines[0]) for part in self.told)
        fallen = _falls(self.inner, before.last)
        if self.epoch is None:
            return NEVER if clock.epoch is not None or self.use == "batch" else _line(self.lines, fallen)
        if self.use != "batch":
            return NEVER
        since = _earlier(self.epoch, _or_nan(before.epoch))
        return _line(self.lines, fallen[(since == self.epoch)[fallen]])

    def x(self, clock: Clock, key: str, epochs: Floats) -> Floats:
        """Where each row stands; moves the clock on.

        Args:
            clock: As it stands before the first row.
            key: What the rows are counted under.
            epochs: The epoch of each row, NaN before the first.
        """
        state = clock.inside[key]
        assert self.inner is not None
        if self.total is not None and self.use == "batch" and not np.isnan(epochs[0]):
            offsets = (epochs - (0.0 if clock.first_epoch == 0 else 1.0)) * self.total
            clock.counted_through = True
        else:
            offsets = self._offsets(clock, key, epochs)
        epoch = None if np.isnan(epochs[-1]) else float(epochs[-1])
        earlier = np.flatnonzero(epochs != epochs[-1])
        begun = int(earlier[-1]) + 1 if epoch is not None and earlier.size else 0
        if begun or state.epoch != epoch:
            state.first = float(self.inner[begun])
        state.last, state.offset, state.epoch = float(self.inner[-1]), float(offsets[-1]), epoch
        assert self.part is not None
        state.family = self.told[int(self.part[-1])].template.family
        return offsets + self.inner

    def _offsets(self, clock: Clock, key: str, epochs: Floats) -> Floats:
        """How many steps the epochs before each row had."""
        state = clock.inside[key]
        assert self.inner is not None
        assert self.part is not None
        before = _earlier(self.inner, state.last)
        again = self.inner < before
        if self.total is not None:
            families = [part.template.family for part in self.told]
            latest = families.index(state.family) if state.family in families else np.nan
            alike = np.diff(self.part, prepend=latest) == 0
            again |= (self.inner == before) & (self.inner == self.total) & alike
        starts = np.flatnonzero(again)
        since = _earlier(epochs, _or_nan(state.epoch))
        starts = starts[(epochs != since)[starts]]
        lengths = before[starts] + (self.inner[starts] == 0)
        if self.total is not None:
            lengths = np.where(self.total[starts] == 0, lengths, self.total[starts])
        if starts.size:
            clock.counted_through = True
        offsets = np.cumsum(np.concatenate(([state.offset], lengths)))
        return np.repeat(offsets, np.diff(starts, prepend=0, append=self.inner.size))


def is_known(part: Part, clock: Clock) -> bool:
    """Whether a clock has met a record that counts as the rows of a part do."""
    key = part.template.key
    if part.told == "none":
        return part.template.family in clock.inherited
    return (part.epoch is None or key in clock.epochs) and (part.inner is None or key in clock.inside)


def first_backward(parts: Sequence[Part], clock: Clock) -> int:
    """The line of the first row at which the counters of its kind go back."""
    first = NEVER
    for key, group in _by_key(parts).items():
        told = [(part.lines, part.epoch) for part in group if part.epoch is not None]
        if told:
            epochs = _Timeline(told)
            fallen = _falls(epochs.values, clock.epochs.get(key, -np.inf))
            first = min(first, _line(epochs.lines, fallen))
        first = min(first, _Inside(group).first_backward(clock, key))
    return first


def place_all(parts: Sequence[Part], clock: Clock) -> list[tuple[Floats, XKind]]:
    """The x of the rows of each part, and what it counts; moves the clock past the last of them.

    None of the rows may be odd, and each family must have been met since the clock began.
    """
    clock.points += sum(part.lines.size for part in parts)
    placed: dict[int, tuple[Floats, XKind]] = {}
    told = [(part.lines, part.epoch) for part in parts if part.epoch is not None]
    epochs = _Timeline(told) if told else None
    for key, group in _by_key(parts).items():
        inside = _Inside(group)
        if inside.told:
            known = inside.epoch
            if known is None:
                known = _standing(epochs, inside.lines, _or_nan(clock.epoch))
            x = _Timeline([(inside.lines, inside.x(clock, key, known))])
            for part in inside.told:
                own = x.values if len(inside.told) == 1 else x.values[np.searchsorted(x.lines, part.lines)]
                placed[id(part)] = own, "step"
        own_epochs = [(part.lines, part.epoch) for part in group if part.epoch is not None]
        if own_epochs:
            clock.epochs[key] = float(_Timeline(own_epochs).values[-1])
    if epochs is not None:
        clock.epoch = float(epochs.values[-1])
    for part in parts:
        if id(part) not in placed and part.epoch is not None:
            placed[id(part)] = part.epoch, "epoch"
    counted = [part for part in parts if id(part) in placed]
    for kind in _KINDS:
        _place_uncounted(parts, placed, counted, clock, kind)
    if counted:
        clock.latest = placed[id(max(counted, key=lambda part: part.lines[-1]))][1]
    return [placed[id(part)] for part in parts]


def _place_uncounted(
    parts: Sequence[Part],
    placed: dict[int, tuple[Floats, XKind]],
    counted: Sequence[Part],
    clock: Clock,
    kind: XKind,
) -> None:
    """Puts rows without a counter where the rows of a kind stood before them."""
    told = [(part.lines, placed[id(part)][0]) for part in counted if placed[id(part)][1] == kind]
    timeline = _Timeline(told) if told else None
    before = clock.last.get(kind, 0.0)
    for part in parts:
        if part.told == "none" and clock.inherited[part.template.family] == kind:
            placed[id(part)] = _standing(timeline, part.lines, before), kind
    if timeline is not None:
        clock.last[kind] = float(timeline.values[-1])


def _by_key(parts: Sequence[Part]) -> dict[str, list[Part]]:
    groups: dict[str, list[Part]] = {}
    for part in parts:
        if part.told != "none":
            groups.setdefault(part.template.key, []).append(part)
    return groups


def _standing(timeline: _Timeline | None, lines: Integers, before: float) -> Floats:
    return np.full(lines.size, before) if timeline is None else timeline.at(lines, before)


def _sorted(lines: Sequence[Integers]) -> Integers:
    # A stable sort merges stretches that are in order already.
    return lines[0] if len(lines) == 1 else np.sort(np.concatenate(lines), kind="stable")


def _earlier(column: Floats, first: float) -> Floats:
    """What stood in the row before each row; `first` before the first."""
    return np.concatenate(([first], column[:-1]))


def _falls(column: Floats, first: float) -> Integers:
    """The rows that are less than the one before them; `first` is before the first."""
    return np.flatnonzero(np.signbit(np.diff(column, prepend=first)))


def _line(lines: Integers, at: Integers) -> int:
    return int(lines[at[0]]) if at.size else NEVER


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
