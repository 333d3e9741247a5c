"""Gives a part of an epoch its own curves where it prints the training's line again under a heading.

    Epoch 3 loss: 0.41
    Validation:
    Epoch 3 loss: 0.57

The heading alone does not tell: many programs print `Evaluating...` and go on with the training. What the
line counts does, for a part of an epoch stands where the training stood before it and no further.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from advisor.readers import names
from advisor.readers.alike_lines import Rows
from advisor.readers.fields import Template
from advisor.readers.names import Use
from advisor.readers.phases import Phase
from advisor.readers.records import Findings, Record
from advisor.run import Floats, Integers

_INNER: tuple[Use, ...] = ("step", "batch")


@dataclass(frozen=True)
class _Told:
    """Where the lines without a split of their own stand, in the order of the log; NaN where not told.

    Attributes:
        lines, epochs, inner, totals: Columns, shape (n,).
        measured: Which of them measure something, shape (n,).
    """

    lines: Integers
    epochs: Floats
    inner: Floats
    totals: Floats
    measured: "npt.NDArray[np.bool_]"

    @cached_property
    def counted(self) -> "npt.NDArray[np.bool_]":
        """Which of the lines count at all, shape (n,)."""
        return ~(np.isnan(self.epochs) & np.isnan(self.inner))

    def staying(self, start: int, stop: int, before: int) -> int:
        """How many of some lines stand where an earlier one did, from the first of them on."""
        epochs, inner, totals = (c[start:stop] for c in (self.epochs, self.inner, self.totals))
        counted = self.counted[start:stop]
        if not counted[:1].any():
            return 0  # a line that does not count has its split from the heading
        no_further = inner <= self.inner[before]
        other_length = ~np.isnan(totals) & (totals != self.totals[before])
        inside = no_further | other_length | np.isnan(inner) | np.isnan(self.inner[before])
        stays = np.where(np.isnan(epochs), no_further, (epochs == self.epochs[before]) & inside)
        gone = np.flatnonzero(counted & ~stays)
        return int(gone[0]) if gone.size else int(counted.size)


class _First(NamedTuple):
    """A part that the log begins with, before any training: its lines up to the next heading.

    `closed` where that heading is one of the training, so that all of them are of the part.
    """

    start: int
    stop: int
    phase: Phase
    closed: bool

    def size(self, later: int) -> int:
        """How many lines are of it, where a later part has so many."""
        whole = self.stop - self.start
        return whole if self.closed else later if whole > later else 0


def name_headed(found: Findings) -> None:
    """Puts the split of a heading before the names of the lines under it that count what was counted."""
    if all(phase == "train" for _, phase in found.headings):
        return
    told = _told(found)
    starts = np.searchsorted(told.lines, [line for line, _ in found.headings]).tolist()
    headed = np.zeros(told.lines.size, dtype=bool)
    phases: dict[int, Phase] = {}
    before: int | None = None
    passed = 0
    stops = [*starts[1:], told.lines.size]
    first: _First | None = None
    following = [*(phase for _, phase in found.headings[1:]), None]
    for (_, phase), start, stop, then in zip(found.headings, starts, stops, following, strict=True):
        since = slice(passed, start)
        training = np.flatnonzero(told.counted[since] & told.measured[since] & ~headed[since])
        before, passed = passed + int(training[-1]) if training.size else before, start
        if phase != "train" and before is not None:
            end = start + told.staying(start, stop, before)
            headed[start:end] = True
            phases |= dict.fromkeys(told.lines[start:end].tolist(), phase)
            if first is not None and end > start:
                size = first.size(end - start) if phase == first.phase else 0
                phases |= dict.fromkeys(told.lines[first.start : first.start + size].tolist(), phase)
                first = None
        elif phase != "train" and first is None:
            first = _First(start, stop, phase, closed=then == "train")
    if phases:
        _rename(found, phases)


def _told(found: Findings) -> _Told:
    """Every line that a heading may hold for."""
    places = [_place(record) for record in found.records if _is_plain(record.template)]
    columns = [np.array(places, dtype=np.float64).reshape(len(places), 5).T]
    columns += [_places(some) for window in found.rows for some in window if _is_plain(some.template)]
    table = np.concatenate(columns, axis=1)
    # `Iteration 1000, Testing net` opens a part; the training has not come so far.
    table = table[:, ~np.isin(table[0], [line for line, _ in found.headings])]
    lines, epochs, inner, totals, measured = table[:, np.argsort(table[0], kind="stable")]
    return _Told(lines.astype(np.int64), epochs, inner, totals, measured == 1)


def _is_plain(template: Template) -> bool:
    told = bool(template.values) or template.only_a_place
    return told and template.split is None and not template.header


def _place(record: Record) -> tuple[float, ...]:
    epoch, inner = _counter(record.template, ("epoch",)), _counter(record.template, _INNER)
    told = [None if place is None else record.values[place] for place in (epoch, inner)]
    told.append(None if inner is None else record.totals[inner])
    measured = bool(record.template.values)
    return record.line, *(np.nan if value is None else value for value in told), measured


def _places(rows: Rows) -> Floats:
    epoch, inner = _counter(rows.template, ("epoch",)), _counter(rows.template, _INNER)
    told = [None if place is None else rows.values[place] for place in (epoch, inner)]
    told.append(None if inner is None else rows.totals[inner])
    columns = [np.full(rows.lines.size, np.nan) if column is None else column for column in told]
    measured = np.full(rows.lines.size, bool(rows.template.values))
    return np.stack([rows.lines.astype(np.float64), *columns, measured])


def _counter(template: Template, uses: tuple[Use, ...]) -> int | None:
    return next((place for wanted in uses for place, use in template.counter_places if use == wanted), None)


def _rename(found: Findings, phases: dict[int, Phase]) -> None:
    known: dict[tuple[int, Phase], Template] = {}

    def renamed(template: Template, phase: Phase) -> Template:
        key = id(template), phase
        if key not in known:
            known[key] = _named(template, phase)
        return known[key]

    found.records = [
        record._replace(template=renamed(record.template, phases[record.line]))
        if record.line in phases and record.template.values and _is_plain(record.template)
        else record
        for record in found.records
    ]
    for window in found.rows:
        window[:] = [
            part._replace(template=renamed(part.template, phase)) if phase else part
            for some in window
            for part, phase in _cut(some, phases)
        ]


def _cut(rows: Rows, phases: dict[int, Phase]) -> list[tuple[Rows, Phase | None]]:
    if not rows.template.values or not _is_plain(rows.template):
        return [(rows, None)]
    said = [phases.get(line) for line in rows.lines.tolist()]
    return [(_some(rows, np.array([one == phase for one in said])), phase) for phase in dict.fromkeys(said)]


def _some(rows: Rows, chosen: "npt.NDArray[np.bool_]") -> Rows:
    return rows._replace(
        lines=rows.lines[chosen],
        values=tuple(column[chosen] for column in rows.values),
        totals=tuple(None if column is None else column[chosen] for column in rows.totals),
    )


def _named(template: Template, phase: Phase) -> Template:
    fields = (
        replace(field, name=names.with_split(phase, field.name)) if field.use == "value" else field
        for field in template.fields
    )
    return replace(template, fields=tuple(fields), split=phase)
