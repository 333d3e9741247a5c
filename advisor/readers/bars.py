"""Takes from the states of progress bars one record a step: a redraw is no point."""

from collections.abc import Collection, Iterable
from itertools import groupby, pairwise
from typing import NamedTuple

from advisor.readers.fields import Template
from advisor.readers.names import Use
from advisor.readers.records import Record


class _Count(NamedTuple):
    """The place of the counter of a bar among the fields, how far it is, and of how many."""

    place: int
    done: float
    total: float | None


def without_redraws(records: Iterable[Record], measured: Collection[tuple[str, ...]]) -> list[Record]:
    """The records of a log with each bar reduced to what it showed last.

    Where one bar without an epoch runs through the whole training, its steps are the curve: then each state
    with new values is kept.

    Args:
        records: In the order of the log.
        measured: The families of lines that are measurements; others are left as they are.
    """
    kept: list[Record] = []
    bars: list[list[Record]] = []
    for record in records:
        if record.template.family not in measured or not (record.redraw or record.template.bar):
            kept.append(record)
            continue
        if not bars or not _continues(bars[-1][-1], record):
            bars.append([])
        bars[-1].append(record)
    for bar in bars:
        alone = len(bars) == 1 and not any("epoch" in state.template.counters for state in bar)
        kept += _changes(bar) if alone else [_fullest(bar)]
    return sorted(kept, key=lambda record: record.line) if bars else kept


def _continues(before: Record, record: Record) -> bool:
    """Whether a state is of the same bar as the one before."""
    if before.redraw or record.redraw:
        if before.redraw == record.redraw:
            return _same_place(before, record)
        return "epoch" in counters(before) and _is_redrawn_below(before, record)
    return counters(before) == counters(record) or _grows(before, record)


def _same_place(before: Record, record: Record) -> bool:
    """Whether two states speak of one epoch, where both name it (one bar may draw all epochs on one line).

    A step that is out of nothing is no progress but a place of its own, where no bar is drawn.
    """
    counted = counters(before), counters(record)
    then, now = (some.get("epoch") for some in counted)
    if then is not None and now is not None:
        return then[0] == now[0]
    then, now = (some.get("step") for some in counted)
    drawn = before.template.bar or record.template.bar
    return drawn or then is None or now is None or now[1] is not None or then[0] == now[0]


def _is_redrawn_below(before: Record, record: Record) -> bool:
    """Whether a bar that another one interrupted is drawn again on a line below, with its values or more."""
    if before.template.split != record.template.split or not _grows(before, record):
        return False
    return {f.name for f in before.template.values} <= {f.name for f in record.template.values}


def _grows(before: Record, record: Record) -> bool:
    """Whether a bar went on: the same epoch, the same length, a count that did not fall."""
    then, now = counters(before), counters(record)
    if then.get("epoch") != now.get("epoch"):
        return False
    if "epoch" in now and "batch" not in now:
        return True
    count, later = then.get("batch"), now.get("batch")
    return count is not None and later is not None and count[1] == later[1] and count[0] <= later[0]


def counters(record: Record) -> dict[Use, tuple[float, float | None]]:
    """The counters of a record by use: the value and what it is out of; the first of each use."""
    found: dict[Use, tuple[float, float | None]] = {}
    for place, use in record.template.counter_places:
        value = record.values[place]
        if value is not None and use not in found:
            found[use] = (value, record.totals[place])
    return found


def points(record: Record) -> list[float | None]:
    """The values of a record that can be points of curves, in the order of the line."""
    return [record.values[place] for place in record.template.value_places]


def _changes(states: list[Record]) -> list[Record]:
    same = [_shown(a) == _shown(b) for a, b in pairwise(states)]
    changed = (state for state, unchanged in zip(states[1:], same, strict=True) if not unchanged)
    return _counted_on([states[0], *changed])


def _counted_on(states: list[Record]) -> list[Record]:
    """The states, those at one count each a step after the other where the next count leaves room for that.

    tqdm shows new values at once, but counts on only where it draws anew after a while.
    """
    found: list[Record] = []
    groups = [(count, list(some)) for count, some in groupby(states, _count)]
    ends = [count for count, _ in groups[1:]] + [None]
    for (count, some), end in zip(groups, ends, strict=True):
        if count is None:
            found += some
            continue
        until = count.total if end is None else end.done
        goes_on = end is None or end.place == count.place
        room = until is not None and goes_on and until - count.done >= len(some)
        found += [_at(state, count.place, count.done + i) for i, state in enumerate(some)] if room else some
    return found


def _count(record: Record) -> _Count | None:
    """What a bar counts; None where it shows no count."""
    for place, use in record.template.counter_places:
        value = record.values[place]
        if use in ("batch", "step") and value is not None and record.totals[place] is not None:
            return _Count(place, value, record.totals[place])
    return None


def _at(record: Record, place: int, count: float) -> Record:
    return record._replace(values=(*record.values[:place], count, *record.values[place + 1 :]))


def _shown(record: Record) -> tuple[Template, list[float | None]]:
    return record.template, points(record)


def _fullest(states: list[Record]) -> Record:
    """The last state that shows the most values."""
    most = max(len(state.template.values) for state in states)
    return next(state for state in reversed(states) if len(state.template.values) == most)
