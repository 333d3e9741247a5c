"""Puts the records of a console log together: into curves, and where the counters start again into runs."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from advisor.readers.acceptance import Accepted, accept
from advisor.readers.bars import counters, without_redraws
from advisor.readers.fields import Template
from advisor.readers.names import Use
from advisor.readers.position import Clock, Counted, Place, counters_of
from advisor.readers.records import Findings, Record, Setting
from advisor.run import EventKind, Hyperparameter, LogEvent, Run, Series, Trust, XKind
from advisor.vocabulary import assign_roles

_LOOK_BACK = 5_000
_SETTINGS_OF_A_START = 3
# What is added to the name of a curve where another of that name is counted differently.
_TOLD = {"none": "result", "epoch+step": "epoch end"}
_PLANNED: dict[Use, str] = {"epoch": "epochs", "step": "max_steps"}


@dataclass
class _Curve:
    kind: XKind
    y: list[float] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    at: list[int] = field(default_factory=list)


@dataclass
class _Draft:
    """A run as it is read."""

    first_line: int
    clock: Clock = field(default_factory=Clock)
    curves: dict[tuple[str, str], _Curve] = field(default_factory=dict)
    events: list[LogEvent] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    planned: dict[Use, tuple[float, int]] = field(default_factory=dict)
    repeated: int = 0
    repeated_line: int = 0
    last_line: int = 0
    latest: dict[tuple[str, ...], Record] = field(default_factory=dict)
    _slots: dict[tuple[int, str], list[tuple[int, _Curve]]] = field(default_factory=dict)

    def slots(self, template: Template, place: Place, lead: int | None) -> list[tuple[int, _Curve]]:
        """Which curve each value of a line is a point of."""
        slots = self._slots.get((id(template), place.told))
        if slots is None:
            slots = self._slots[id(template), place.told] = [
                (index, self._curve(template.fields[index].name, place))
                for index in template.value_places
                if index != lead
            ]
        return slots

    def _curve(self, name: str, place: Place) -> _Curve:
        return self.curves.setdefault((name, place.told), _Curve(place.kind))

    def note_repeat(self, line: int) -> None:
        """Counts a line that was left out because it says what an earlier one said."""
        self.repeated += 1
        self.repeated_line = self.repeated_line or line


class _Context(NamedTuple):
    """A line that says nothing but where the training stands; it holds for the lines after it."""

    use: Use
    value: float
    total: float | None
    line: int


class _Assembly:
    """Takes records in the order of the log and puts each into its run."""

    def __init__(self, accepted: Accepted, settings: list[Setting]) -> None:
        self._accepted = accepted
        self._setting_lines = [setting.line for setting in settings]
        self.drafts: list[_Draft] = []
        self.early: list[int] = []
        self._context: _Context | None = None

    def take(self, record: Record) -> None:
        family = record.template.family
        if family in self._accepted.places:
            self._note_place(record)
        elif family in self._accepted.measured:
            self._measure(record, family)

    def _note_place(self, record: Record) -> None:
        found = counters(record)
        use: Use = "epoch" if "epoch" in found else "step"
        if use in found:
            self._context = _Context(use, *found[use], record.line)

    def _measure(self, record: Record, family: tuple[str, ...]) -> None:
        counted = self._counted(record, family)
        told = counted.epoch is not None or counted.inner is not None or self._context is not None
        if self._accepted.counted and not told and not self.drafts:
            self.early.append(record.line)
            return
        draft = self._draft_for(record, counted)
        if draft is None:
            return
        if self._context is not None:
            draft.clock.stands_at("epoch" if self._context.use == "epoch" else "step", self._context.value)
            if self._context.total is not None:
                draft.planned.setdefault(self._context.use, (self._context.total, self._context.line))
            self._context = None
        if self._is_repeat(draft, record, counted):
            return
        place = draft.clock.place(counted, family)
        draft.records.append(record)
        draft.last_line = record.line
        self._note_plan(draft, record)
        for index, curve in draft.slots(record.template, place, self._accepted.counted_by.get(family)):
            value = record.values[index]
            if value is not None:
                curve.y.append(value)
                curve.x.append(place.x)
                curve.at.append(record.line)

    def _counted(self, record: Record, family: tuple[str, ...]) -> Counted:
        found = counters(record)
        if family in self._accepted.standing:
            found = {use: value for use, value in found.items() if use not in ("step", "batch")}
        lead = self._accepted.counted_by.get(family)
        if lead is not None and record.values[lead] is not None:
            found["step"] = (record.values[lead] or 0.0, None)
        if record.template.bar and "batch" in found and "epoch" in found:
            del found["batch"]
        return counters_of(found, record.template.key)

    def _draft_for(self, record: Record, counted: Counted) -> _Draft | None:
        """The run that a record belongs to, a new one where its counters go back; None for a recap."""
        if not self.drafts:
            self.drafts.append(_Draft(record.line))
            return self.drafts[-1]
        draft = self.drafts[-1]
        standing = self._with_context(counted)
        back = draft.clock.goes_back(standing)
        if back is not None:
            if record.template.family in self._accepted.once or _is_recap(draft, record):
                draft.note_repeat(record.line)
                return None
            return self._new_run(
                record.line, f"The counter goes back from {back[0]:g} to {back[1]:g}: read as a new run."
            )
        if counted.epoch is not None and self._settings_between(draft.last_line, record.line):
            if draft.clock.stands_still(counted) and record.template.family in draft.latest:
                words = f"Settings and epoch {counted.epoch:g} were printed again: read as a new run."
                return self._new_run(record.line, words)
            words = f"Settings were printed again; epoch {counted.epoch:g} goes on: read as one resumed run."
            draft.events.append(LogEvent(EventKind.RESTART, words, record.line))
        return draft

    def _new_run(self, line: int, words: str) -> _Draft:
        self.drafts.append(_Draft(line, events=[LogEvent(EventKind.RESTART, words, line)]))
        return self.drafts[-1]

    def _settings_between(self, after: int, before: int) -> bool:
        """Whether a block of settings was printed between two lines."""
        first = bisect_right(self._setting_lines, after)
        return bisect_left(self._setting_lines, before) - first >= _SETTINGS_OF_A_START

    def _with_context(self, counted: Counted) -> Counted:
        """The counters with the epoch that a line of its own printed just before."""
        if counted.epoch is None and self._context is not None and self._context.use == "epoch":
            return counted._replace(epoch=self._context.value, key="")
        return counted

    def _is_repeat(self, draft: _Draft, record: Record, counted: Counted) -> bool:
        """Whether a line says again what the one before of its kind said (two processes that print alike)."""
        last = draft.latest.get(record.template.family)
        draft.latest[record.template.family] = record
        again = last is not None and last.values == record.values and last.line != record.line
        if not again or (counted.epoch is None and counted.inner is None):
            return False
        draft.note_repeat(record.line)
        return True

    def _note_plan(self, draft: _Draft, record: Record) -> None:
        if record.totals is record.template.no_totals or record.template.family in self._accepted.standing:
            return
        for index, use in record.template.counter_places:
            total = record.totals[index]
            if total is not None and use != "batch":
                draft.planned[use] = (total, record.line)


def assemble(found: Findings, source: str, reader: str) -> list[Run]:
    """The runs in what was found in a log, in its order. A log without a curve gives none."""
    accepted = accept(found.records)
    work = _Assembly(accepted, found.settings)
    for record in without_redraws(found.records, accepted.measured):
        work.take(record)
    drafts = [draft for draft in work.drafts if any(curve.y for curve in draft.curves.values())]
    if drafts and work.early:
        words = (
            "Lines with numbers before the first that counts were taken for settings, not for measurements."
        )
        drafts[0].events.append(LogEvent(EventKind.NOTE, words, work.early[0], len(work.early)))
    runs: list[Run] = []
    for number, draft in enumerate(drafts, start=1):
        before = drafts[number - 2].last_line if number > 1 else 0
        until = drafts[number].first_line if number < len(drafts) else found.last_line + 1
        earlier = runs[-1].hyperparameters if runs else ()
        run = Run(
            source=source,
            name=f"run {number} of {len(drafts)}" if len(drafts) > 1 else "",
            reader=reader,
            series=assign_roles(_series(draft)),
            hyperparameters=_hyperparameters(draft, _settings(found, before, draft.first_line), earlier),
            events=_events(draft, [e for e in found.events if before < (e.line or 0) < until], number == 1),
        )
        runs.append(run)
    return runs


def _series(draft: _Draft) -> list[Series]:
    names: dict[tuple[str, str], str] = {}
    for name, how in draft.curves:
        first = name not in names.values()
        names[name, how] = name if first else f"{name} ({_TOLD.get(how, how)})"
    counted = draft.clock.epoch is not None or any(how != "none" for _, how in draft.curves)
    return [
        Series(
            name=names[name, how],
            y=np.array(curve.y, dtype=np.float64),
            x=np.array(curve.x if counted else range(len(curve.y)), dtype=np.float64),
            at=np.array(curve.at, dtype=np.int64),
            x_kind=curve.kind if counted else "index",
        )
        for (name, how), curve in draft.curves.items()
        if curve.y
    ]


def _is_recap(draft: _Draft, record: Record) -> bool:
    """Whether a line that goes back says what an earlier line of the run said (a summary of the best)."""
    return any(
        earlier.template.family == record.template.family and earlier.values == record.values
        for earlier in draft.records[-_LOOK_BACK:]
    )


def _settings(found: Findings, after: int, before: int) -> list[Hyperparameter]:
    """What was printed between two runs, since the last program was started; of one name, the last."""
    start = max([after + 1, *(line for line in found.programs if line <= before)])
    printed = [setting.hyperparameter for setting in found.settings if start <= setting.line < before]
    return list({hyperparameter.name: hyperparameter for hyperparameter in printed}.values())


def _hyperparameters(
    draft: _Draft, printed: list[Hyperparameter], earlier: tuple[Hyperparameter, ...]
) -> tuple[Hyperparameter, ...]:
    """What the log prints before a run, or else before the run before it; and how long it planned to be."""
    found = printed or [h for h in earlier if h.role not in _PLANNED.values()]
    known = {h.role for h in found}
    for use, role in _PLANNED.items():
        if use not in draft.planned or role in known or (use == "step" and draft.clock.epoch is not None):
            continue
        total, line = draft.planned[use]
        from_zero = use == "epoch" and draft.clock.first_epoch == 0 and draft.clock.epoch == total
        value = int(total) + int(from_zero)
        found = [*found, Hyperparameter(role, value, role, f"log line {line}", Trust.PRINTED)]
    return tuple(found)


def _events(draft: _Draft, found: list[LogEvent], first: bool) -> tuple[LogEvent, ...]:
    events = [*found, *draft.events]
    if draft.clock.counted_through:
        words = "The position inside the epoch is counted through the epochs, so that x always goes up."
        events.append(LogEvent(EventKind.NOTE, words, draft.first_line))
    if draft.repeated:
        words = "Lines that say again what an earlier line said, or look back at it, were left out."
        events.append(LogEvent(EventKind.NOTE, words, draft.repeated_line, draft.repeated))
    planned = draft.planned.get("epoch")
    if planned is not None and draft.clock.epoch is not None and draft.clock.epoch < planned[0] - 1:
        words = f"The log of this run ends at epoch {draft.clock.epoch:g} of {planned[0]:g} planned."
        events.append(LogEvent(EventKind.NOTE, words, draft.last_line))
    return tuple(sorted(events, key=lambda event: event.line or 0))


def with_events(runs: list[Run], events: list[LogEvent]) -> list[Run]:
    """The runs, the first with further events of the whole file."""
    if not runs or not events:
        return runs
    return [replace(runs[0], events=(*runs[0].events, *events)), *runs[1:]]
