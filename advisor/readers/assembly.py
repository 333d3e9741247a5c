"""Puts the records of a console log together: into curves, and where the counters start again into runs."""

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from advisor.readers.acceptance import Accepted, accept
from advisor.readers.alike_lines import Rows
from advisor.readers.bars import counters, without_redraws
from advisor.readers.base import nth_run
from advisor.readers.drafted import (
    curves_of,
    events_between,
    events_of,
    hyperparameters_of,
    is_curved,
    settings_between,
)
from advisor.readers.drafts import Context, Curve, Draft
from advisor.readers.early import Early
from advisor.readers.headed import name_headed
from advisor.readers.labels import tell_apart
from advisor.readers.names import Use
from advisor.readers.namesakes import tell_namesakes_apart
from advisor.readers.position import Counted, Place, counters_of
from advisor.readers.records import Findings, Record, Setting, count_up_to
from advisor.readers.stretches import NEVER, Part, first_backward, in_order, is_known, parts_of, place_all
from advisor.run import EventKind, Floats, Integers, LogEvent, Run
from advisor.vocabulary import assign_roles

# Fewer rows than this cost more together than one by one.
_FEW_ROWS = 40
# How far to look for the next odd row after one, and at most.
_NEAR_ROWS = 1_000
_MOST_ROWS = 1 << 20
_SETTINGS_OF_A_START = 3
_SETTINGS_OF_A_LIST = 5
# Fewer values than this can be the same twice.
_VALUES_OF_A_REPEAT = 3


class _Assembly:
    """Takes records in the order of the log and puts each into its run."""

    def __init__(self, accepted: Accepted, settings: list[Setting], fits: list[int]) -> None:
        self._accepted = accepted
        self._setting_lines = [setting.line for setting in settings]
        self._fits = fits
        self._marks = sorted([*self._setting_lines, *fits])
        self.drafts: list[Draft] = []
        self.early = Early(self._setting_lines)
        self._context: Context | None = None
        self._reach = _MOST_ROWS
        self._singly = 1

    def take_rows(self, rows: Sequence[Rows], between: Sequence[Record]) -> None:
        """Takes the rows of some stretch of the log and the records between them."""
        parts, apart = parts_of(rows, self._accepted)
        for record in sorted([*between, *apart], key=lambda record: record.line):
            if any(part.line(0) < record.line for part in parts):
                self._take_parts([part.before(record.line) for part in parts])
                parts = [part.since(record.line) for part in parts]
            self.take(record)
        self._take_parts(parts)

    def _take_parts(self, parts: Sequence[Part]) -> None:
        """Takes rows together as far as nothing happens; the row where something does, by itself."""
        parts = [part for part in parts if part.lines.size]
        while sum(part.lines.size for part in parts) > _FEW_ROWS:
            if self._context is not None or not self.drafts:
                parts = self._take_singly(parts, 1)
                continue
            stop = min(part.line(self._reach) for part in parts)
            near = [part for some in parts if (part := some.before(stop)).lines.size]
            odd = self._take_together(near)
            taken = sum(part.before(odd).lines.size for part in near)
            if odd == NEVER:
                self._reach, self._singly = min(2 * self._reach, _MOST_ROWS), 1
                parts = [part for some in parts if (part := some.since(stop)).lines.size]
                continue
            self._reach = max(_NEAR_ROWS, 4 * taken)
            self._singly = 1 if taken > _FEW_ROWS else min(2 * self._singly, _MOST_ROWS)
            parts = [part for some in parts if (part := some.since(odd)).lines.size]
            parts = self._take_singly(parts, self._singly)
        self._take_singly(parts, _FEW_ROWS)

    def _take_singly(self, parts: Sequence[Part], count: int) -> list[Part]:
        """Takes the first rows one by one; what is left."""
        if not parts:
            return []
        lines = np.sort(np.concatenate([part.lines[:count] for part in parts]), kind="stable")
        stop = int(lines[count]) if lines.size > count else NEVER
        for record in in_order([part.before(stop) for part in parts]):
            self.take(record)
        return [part for some in parts if (part := some.since(stop)).lines.size]

    def _take_together(self, parts: Sequence[Part]) -> int:
        """Takes rows up to the first that is odd; its line."""
        draft = self.drafts[-1]
        odd = self._first_odd(parts, draft)
        parts = [part for some in parts if (part := some.before(odd)).lines.size]
        if parts:
            self._place_together(parts, draft)
        return odd

    def _first_odd(self, parts: Sequence[Part], draft: Draft) -> int:
        """The line of the first row that begins a run, repeats another, or follows settings."""
        odd = NEVER
        mark = bisect_right(self._marks, draft.last_line)
        for part in parts:
            last = draft.latest.get(part.template.family)
            place = part.template.family in self._accepted.places
            if last is None or place or not is_known(part, draft.clock):
                odd = min(odd, int(part.lines[0]))
                continue
            if mark < len(self._marks):
                after = part.since(self._marks[mark]).lines
                odd = min(odd, int(after[0]) if after.size else NEVER)
            if part.told != "none" or len(part.template.values) >= _VALUES_OF_A_REPEAT:
                odd = min(odd, part.first_repeat(last))
        near = [part for some in parts if (part := some.before(odd)).lines.size]
        return min(odd, first_backward(near, draft.clock))

    def _place_together(self, parts: Sequence[Part], draft: Draft) -> None:
        points: dict[int, tuple[Curve, list[tuple[Floats, Floats, Integers]]]] = {}
        placed = zip(parts, place_all(parts, draft.clock), strict=True)
        for part, (x, kind) in sorted(placed, key=lambda pair: int(pair[0].lines[0])):
            for index, curve in draft.slots(part.template, Place(0.0, kind, part.told), part.lead):
                points.setdefault(id(curve), (curve, []))[1].append((part.values[index], x, part.lines))
        for curve, some in points.values():
            curve.put(some)
        draft.recent.add_rows(parts)
        if any(part.told != "none" for part in parts):
            draft.said_again = []
        for part in sorted(parts, key=lambda part: int(part.lines[-1])):
            (last,) = part.since(int(part.lines[-1])).records()
            if part.told != "none":
                draft.moved_line = last.line
            draft.latest[part.template.family] = last
            draft.last_line = last.line
            self._note_plan(draft, last)

    def take(self, record: Record) -> None:
        family = record.template.family
        if family in self._accepted.places:
            self._note_place(record)
        elif family in self._accepted.measured:
            self._measure(record, family)

    def _note_place(self, record: Record) -> None:
        found = counters(record)
        if record.template.family in self._accepted.once and self.early.plans(record):
            return
        use: Use = "epoch" if "epoch" in found else "step"
        if use not in found and self._accepted.by_batches and "batch" in found:
            use, found["step"] = "step", found["batch"]
        if use in found:
            within = "epoch" in found and ("batch" in found or "step" in found) and not record.template.bar
            inside = counters_of(found, "") if within else None
            before = self._context
            outer = before if before is not None and before.use == "epoch" and use == "step" else None
            self._context = Context(use, *found[use], record.line, inside, outer)

    def _measure(self, record: Record, family: tuple[str, ...]) -> None:
        counted = self._counted(record)
        told = counted.epoch is not None or counted.inner is not None or self._context is not None
        if self._accepted.counted and not told and not self.drafts:
            self.early.note(record)
            return
        own = counted
        if self._context is not None and own.epoch is None and own.inner is None:
            counted = self._context.inside or own
        draft = self._draft_for(record, counted)
        if draft is None:
            return
        if self.early.planned is not None:
            draft.planned.setdefault("epoch", self.early.planned)
            self.early.planned = None
        if self._context is not None:
            draft.stand_at(self._context)
            draft.moved_line = record.line
            self._context = None
        if self._is_repeat(draft, record, own):
            return
        place = draft.clock.place(counted, family)
        first = self.early.evaluation(family) if place.told == "none" else None
        if first is not None:
            self._put(draft, first, place._replace(x=0.0))
        draft.begun.setdefault(family, record)
        if place.told != "none":
            draft.said_again, draft.moved_line = [], record.line
        draft.recent.add(record)
        draft.last_line = record.line
        self._note_plan(draft, record)
        self._put(draft, record, place)

    def _put(self, draft: Draft, record: Record, place: Place) -> None:
        lead = self._accepted.counted_by.get(record.template.family)
        for index, curve in draft.slots(record.template, place, lead):
            value = record.values[index]
            if value is not None:
                curve.y.latest.append(value)
                curve.x.latest.append(place.x)
                curve.at.latest.append(record.line)

    def _counted(self, record: Record) -> Counted:
        family, found = record.template.family, counters(record)
        if family in self._accepted.standing:
            found = {use: value for use, value in found.items() if use not in ("step", "batch")}
        lead = self._accepted.counted_by.get(family)
        if lead is not None and record.values[lead] is not None:
            found["step"] = (record.values[lead] or 0.0, None)
        if record.template.bar and "batch" in found and ("epoch" in found or "step" in found):
            del found["batch"]
        return counters_of(found, record.template.key)

    def _draft_for(self, record: Record, counted: Counted) -> Draft | None:
        """The run that a record belongs to, a new one where its counters go back; None for a recap."""
        if not self.drafts:
            self.drafts.append(Draft(record.line, headed=(record.template.header, record.line)))
            return self.drafts[-1]
        draft = self.drafts[-1]
        standing = self._with_context(counted)
        back = draft.clock.goes_back(standing)
        if back is not None:
            # Where a line of its own told the epoch, the value alone makes no recap (`lr: 0.1` again).
            recap = standing is counted and draft.recent.hold(record)
            if record.template.family in self._accepted.once or recap:
                draft.note_repeat(record.line)
                draft.said_again.append(record)
                return None
            words = f"The counter goes back from {back[0]:g} to {back[1]:g}: read as a new run."
            return self._new_run_alike(draft.begun_alike(standing, self._counted), record.line, words)
        went = draft.clock.stands_again(standing) if draft.said_again else None
        again = draft.begun_alike(standing, self._counted) if went is not None else []
        if went is not None and again:
            words = f"The counter goes back from {went[1]:g} to {went[0]:g}: read as a new run."
            return self._new_run_alike(again, record.line, words)
        if self._is_of_new_fit(draft, record, standing):
            return self._new_run(record.line, "A training is said to begin: read as a new run.")
        if self._begins_again(draft, record, standing):
            return self._new_run(record.line, "The table begins again: read as a new run.")
        # A training of one epoch counts on to nothing: one setting tells it from the next.
        enough = 1 if draft.planned.get("epoch", (0.0, 0))[0] == 1 else _SETTINGS_OF_A_START
        if standing.epoch is not None and self._settings_between(draft.last_line, record.line, enough):
            if draft.clock.stands_still(standing) and record.template.family in draft.latest:
                words = f"Settings and epoch {standing.epoch:g} were printed again: read as a new run."
                return self._new_run(record.line, words)
            if counted.epoch is None:
                return draft
            words = f"Settings were printed again; epoch {counted.epoch:g} goes on: read as one resumed run."
            draft.events.append(LogEvent(EventKind.RESTART, words, record.line))
        return draft

    def _is_of_new_fit(self, draft: Draft, record: Record, counted: Counted) -> bool:
        """Whether the log says that a training begins, and a record stands no further than the one before."""
        fit = bisect_right(self._fits, draft.last_line)
        inside = draft.clock.inside.get(counted.key)
        if inside is None or counted.inner is None or counted.inner > inside.last:
            return False
        return fit < len(self._fits) and self._fits[fit] < record.line

    def _begins_again(self, draft: Draft, record: Record, counted: Counted) -> bool:
        """Whether a table was headed again and goes no further, or counts nothing after new settings."""
        if not record.template.header:
            return False
        last = draft.latest.get(record.template.family)
        headed = last is not None and last.template.header != record.template.header
        if headed and draft.clock.stands_still(counted):
            return True
        (before, line), draft.headed = draft.headed, (record.template.header, record.line)
        if draft.clock.last or not 0 < before < record.template.header:
            return False
        return self._settings_between(line, record.line, 1)

    def _new_run(self, line: int, words: str) -> Draft:
        self.drafts.append(Draft(line, events=[LogEvent(EventKind.RESTART, words, line)]))
        return self.drafts[-1]

    def _new_run_alike(self, again: Sequence[Record], line: int, words: str) -> Draft:
        """A new run whose first records the run before had too."""
        run = self._new_run(again[0].line if again else line, words)
        context, self._context = self._context, None
        for record in again:
            self._measure(record, record.template.family)
        self._context = context
        return run

    def _settings_between(self, after: int, before: int, enough: int = _SETTINGS_OF_A_START) -> bool:
        """Whether a block of settings was printed between two lines."""
        first = bisect_right(self._setting_lines, after)
        return bisect_left(self._setting_lines, before) - first >= enough

    def _with_context(self, counted: Counted) -> Counted:
        """The counters with the epoch that a line of its own printed just before."""
        if counted.epoch is None and self._context is not None and self._context.use == "epoch":
            return counted._replace(epoch=self._context.value, key="")
        return counted

    def _is_repeat(self, draft: Draft, record: Record, counted: Counted) -> bool:
        """Whether a line says again what the one before of its kind said (two processes that print alike)."""
        last = draft.latest.get(record.template.family)
        draft.latest[record.template.family] = record
        if last is None or last.values != record.values or last.line == record.line:
            return False
        if counted.epoch is None and counted.inner is None:
            # Without a counter of its own it says the same again where nothing has counted on since.
            still = bool(draft.clock.last) and draft.moved_line < last.line
            if not still or len(record.template.values) < _VALUES_OF_A_REPEAT:
                return False
        draft.note_repeat(record.line)
        return True

    def _note_plan(self, draft: Draft, record: Record) -> None:
        if record.totals is record.template.no_totals or record.template.family in self._accepted.standing:
            return
        for index, use in record.template.counter_places:
            total = record.totals[index]
            if total is not None and math.isfinite(total) and use != "batch":
                draft.planned[use] = (total, record.line)


def assemble(found: Findings, source: str, reader: str) -> list[Run]:
    """The runs in what was found in a log, in its order. A log without a curve gives none."""
    name_headed(found)
    tell_apart(found)
    tell_namesakes_apart(found)
    accepted = accept(found.records, chain.from_iterable(found.rows), found.titles)
    if _lists_settings(found, accepted) or (not accepted.counted and _lists_seeds(found.settings)):
        return []
    work = _Assembly(accepted, found.settings, found.fits)
    records = deque(without_redraws(found.records, accepted.measured))
    while found.rows:
        rows = found.rows.popleft()
        last = max(int(some.lines[-1]) for some in rows)
        work.take_rows(rows, [records.popleft() for _ in range(count_up_to(records, last))])
    for record in records:
        work.take(record)
    drafts = [draft for draft in work.drafts if is_curved(draft)]
    if drafts and work.early.lines:
        words = (
            "Lines with numbers before the first that counts were taken for settings, not for measurements."
        )
        drafts[0].events.append(LogEvent(EventKind.NOTE, words, work.early.lines[0], len(work.early.lines)))
    runs: list[Run] = []
    for number, draft in enumerate(drafts, start=1):
        before = drafts[number - 2].last_line if number > 1 else 0
        until = drafts[number].first_line if number < len(drafts) else found.last_line + 1
        earlier = runs[-1].hyperparameters if runs else ()
        run = Run(
            source=source,
            name=nth_run(number, len(drafts)),
            reader=reader,
            series=assign_roles(curves_of(draft)),
            hyperparameters=hyperparameters_of(
                draft, settings_between(found, before, draft.first_line), earlier
            ),
            events=events_of(draft, events_between(found.events, before, draft.first_line, until)),
        )
        runs.append(run)
    return runs


def _lists_settings(found: Findings, accepted: Accepted) -> bool:
    """Whether the text is a list of settings, one of which (`iou: 0.7`) has the name of a measurement."""
    alone = len(accepted.measured) == 1 and accepted.measured <= accepted.once
    return alone and len(next(iter(accepted.measured))) == 1 and len(found.settings) >= _SETTINGS_OF_A_LIST


def _lists_seeds(settings: Sequence[Setting]) -> bool:
    """Whether each seed is named anew: the results of several trainings are no curve where nothing counts."""
    seeds = [s.hyperparameter.value for s in settings if s.hyperparameter.role == "seed"]
    return 1 < len(seeds) == len(set(seeds))


def with_events(runs: list[Run], events: list[LogEvent]) -> list[Run]:
    """The runs, the first with further events of the whole file."""
    if not runs or not events:
        return runs
    return [replace(runs[0], events=(*runs[0].events, *events)), *runs[1:]]
