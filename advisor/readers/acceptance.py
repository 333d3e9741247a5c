"""Decides which kinds of line of a log are measurements, from how they repeat.

A line that counts (`epoch 3 ...`) and measures something is a record. One that comes once, or counts nothing,
needs words that speak of training. Everything else - settings, sizes, prose - is no curve.
"""

import math
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from advisor.arrays import distinct
from advisor.patterns import regex
from advisor.readers import names
from advisor.readers.alike_lines import Rows
from advisor.readers.fields import Template
from advisor.readers.records import Record
from advisor.run import Floats, Integers
from advisor.vocabulary import hyperparameter_role

Family = tuple[str, ...]
# One line of a dictionary printed over several lines.
_PRINTED_ENTRY = regex(r"[{\s]*(['\"])[^'\"]+\1: +# *[,}]*\s*")
# `DEV : loss 0.4 - score 0.8`: the split is named as a label, not in a sentence.
_LABELLED = regex(r"(?:^|[\s\]>])[^\W\d]+ ?[:：] ?[^\W\d]")
# What each of several trainings came to is no curve of one.
_OF_TRAININGS = regex(r"\b(?:fold|seed)s?\b\W{0,3}#", re.IGNORECASE)
_ENOUGH_TO_COUNT = 3
_LONGEST_RESULT = 120


@dataclass
class _Seen:
    template: Template
    count: int = 0
    counters: set[float] = field(default_factory=set)
    varies: bool = False
    last: tuple[float | None, ...] = ()
    stands: bool = True
    ended: bool = False
    leads: "array[float]" = field(default_factory=lambda: array("d"))
    lines: "array[int]" = field(default_factory=lambda: array("q"))
    row_lines: list[Integers] = field(default_factory=list)

    @property
    def has_stood(self) -> bool:
        """Whether the position inside the epoch was always the same, so that it is none."""
        return self.stands and (self.count > 1 or self.ended)

    @property
    def only_stands(self) -> bool:
        """Whether such a position (`391/391` of a full bar) is all that the lines count."""
        return self.count > 1 and self.has_stood and "epoch" not in self.template.counters


@dataclass(frozen=True)
class Accepted:
    """The kinds of line that are measurements.

    Attributes:
        measured: Families whose values are points.
        places: Families that only say where the log stands (`Epoch 3`).
        once: Families of a single line.
        counted: Whether the log counts at all.
        counted_by: For families without a named counter, the place of the field that counts (`[12]`, `s:12`).
        standing: Families whose position inside the epoch never moves, so that it is none.
    """

    measured: frozenset[Family]
    places: frozenset[Family]
    once: frozenset[Family]
    counted: bool
    counted_by: dict[Family, int]
    standing: frozenset[Family] = frozenset()

    @cached_property
    def by_batches(self) -> bool:
        """Whether nothing but batches is counted, so that these are the steps."""
        told = {use for family in self.measured | self.places for use in family}
        return told.isdisjoint((":epoch", ":step"))


def accept(
    records: Iterable[Record], rows: Iterable[Rows] = (), titles: Sequence[tuple[int, str]] = ()
) -> Accepted:
    """Looks at every record once and decides for each family of lines.

    Args:
        records: Those that were read one by one, in the order of the log.
        rows: The others.
        titles: The lines that name what stands under them, and what they name.
    """
    families = _families(records)
    for some in rows:
        first = tuple(float(column[0]) for column in some.values)
        # A heading may have given every record of a wording its split, and these rows none.
        _note_rows(families.setdefault(some.template.family, _Seen(some.template, last=first)), some)
    counted_by = _counted_by(families)
    places = frozenset(family for family, seen in families.items() if seen.template.only_a_place)
    any_counted = bool(counted_by) or any(
        seen.template.values and seen.template.counters and (places or not seen.only_stands)
        for seen in families.values()
    )
    measured = frozenset(
        family
        for family, seen in families.items()
        if _is_measured(seen, family in counted_by, any_counted, bool(places))
        and (any_counted or not _is_of_each_title(seen, titles))
    )
    measured |= _said_of_measured(families, measured)
    # `epoch_num: 10` in each of several dumps sounds like a place too, but is out of nothing.
    moving = frozenset(family for family in places if families[family].template.placed)
    measured |= _said_each_time(families, measured | moving)
    once = frozenset(family for family, seen in families.items() if seen.count == 1)
    standing = frozenset(family for family, seen in families.items() if seen.has_stood)
    return Accepted(measured, places, once, any_counted, counted_by, standing)


def _counted_by(families: dict[Family, _Seen]) -> dict[Family, int]:
    """The place of the field that counts, for families without a named counter that have one."""
    # Where epochs are counted, a number that starts over with each is one of a list.
    alone = not any(seen.template.counters.keys() - {"lead"} for seen in families.values())
    found = {
        family: place
        for family, seen in families.items()
        if (place := _counting_field(seen, alone)) is not None
    }
    learnt = {families[family].template.fields[place].name for family, place in found.items()}
    for family, seen in families.items():
        if len(family) > 1 and _lead(seen.template) is not None and seen.template.fields[0].name in learnt:
            found[family] = 0
    return found


def _is_of_each_title(seen: _Seen, titles: Sequence[tuple[int, str]]) -> bool:
    """Whether each line of a kind stands under a title of its own: what each of several models came to."""
    if seen.count < 2 or len(titles) < seen.count:
        return False
    above = np.searchsorted([line for line, _ in titles], _all_lines(seen)) - 1
    named = {titles[place][1] for place in above.tolist() if place >= 0}
    return len(named) == seen.count


def _said_of_measured(families: dict[Family, _Seen], measured: frozenset[Family]) -> set[Family]:
    """Families that count and say nothing but what measured ones say too: a first box without its losses."""
    told = {item.name for family in measured for item in families[family].template.values}
    return {
        family
        for family, seen in families.items()
        if seen.template.counters.keys() - {"lead"}
        and seen.template.values
        and all(item.name in told for item in seen.template.values)
        and not _is_configuration(seen)
    }


def _said_each_time(families: dict[Family, _Seen], counting: frozenset[Family]) -> set[Family]:
    """Families that say something new as often as one that counts: `Spikes fired: 8301931` of each epoch.

    A learning rate that never changes is told so too; a setting is printed once a run.
    """
    rounds = [
        _all_lines(seen)
        for family, seen in families.items()
        if family in counting and seen.template.counters.keys() - {"lead"} and seen.count >= _ENOUGH_TO_COUNT
    ]
    return {
        family
        for family, seen in families.items()
        if seen.count >= _ENOUGH_TO_COUNT
        and seen.template.values
        and not seen.template.counters
        and all(item.explicit and not names.is_setting(item.name) for item in seen.template.values)
        and (seen.varies or all(names.is_learning_rate(item.name) for item in seen.template.values))
        and _comes_each_time(seen, rounds)
        and not _is_listed(seen)
        and not _is_dumped(seen)
    }


def _comes_each_time(seen: _Seen, rounds: Iterable[Integers]) -> bool:
    lines = _all_lines(seen)
    return any(_take_turns(lines, others) for others in rounds)


def _all_lines(seen: _Seen) -> Integers:
    return np.sort(_unsorted_lines(seen), kind="stable")


def _unsorted_lines(seen: _Seen) -> Integers:
    """The line of each value of `leads`; of a family that counts, of each of its lines."""
    return np.concatenate([np.frombuffer(seen.lines, dtype=np.int64), *seen.row_lines])


def _take_turns(some: Integers, others: Integers) -> bool:
    """Whether some lines come one by one between others, with almost each of these."""
    gaps = distinct(np.searchsorted(others, some)).size
    return bool(some.size >= 0.9 * others.size - 1 and gaps >= 0.9 * some.size)


def _is_dumped(seen: _Seen) -> bool:
    """Whether a line is one of a printed dictionary, or sets more than a learning rate."""
    values = seen.template.values
    if _PRINTED_ENTRY.fullmatch(seen.template.words):
        return True
    return any(hyperparameter_role(item.name) not in {None, "loss", "learning_rate"} for item in values)


def _is_listed(seen: _Seen) -> bool:
    """Whether lines without a counter list one thing after another: rows of a table, results of each class.

    They follow line on line, and what they begin with starts over with each list.
    """
    if seen.template.counters or len(seen.leads) < 2:
        return False
    lines = _unsorted_lines(seen)
    order = np.argsort(lines, kind="stable")
    next_to = np.diff(lines[order]) == 1
    if 2 * int(next_to.sum()) < next_to.size:
        return False
    if seen.template.header:
        return True
    leads = np.frombuffer(seen.leads)[order]
    whole = bool(np.isfinite(leads).all() and (np.floor(leads) == leads).all())
    firsts = leads[np.concatenate(([True], ~next_to))]
    return whole and bool((np.diff(leads)[next_to] == 1).all()) and bool((np.diff(firsts) == 0).all())


def _families(records: Iterable[Record]) -> dict[Family, _Seen]:
    families: dict[Family, _Seen] = {}
    for record in records:
        family = record.template.family
        seen = families.get(family)
        if seen is None:
            seen = families[family] = _Seen(record.template, last=record.values)
        seen.count += 1
        seen.lines.append(record.line)
        if seen.stands:
            seen.stands = _stands(record, seen)
        seen.varies = seen.varies or record.values != seen.last
        seen.last = record.values
        lead = _lead(record.template)
        if lead is not None:
            value = record.values[lead]
            seen.leads.append(math.nan if value is None else value)
        elif len(seen.counters) < 2:
            seen.counters.update(
                value
                for item, value in zip(record.template.fields, record.values, strict=True)
                if item.use != "value" and value is not None
            )
    return families


def _stands(record: Record, seen: _Seen) -> bool:
    """Whether the position inside the epoch has been the same so far (`[100/100]` of a validation)."""
    places = _inside(record)
    if not places:
        return False
    if seen.count == 1:
        seen.ended = all(record.values[place] == record.totals[place] for place in places)
        return True
    return all(seen.last[place] == record.values[place] for place in places)


def _inside(told: Record | Rows) -> list[int]:
    """The fields that say where inside an epoch; none where no epoch is told and they are out of nothing."""
    places = [place for place, use in told.template.counter_places if use in ("step", "batch")]
    of_epoch = "epoch" in told.template.counters or any(told.totals[place] is not None for place in places)
    return places if of_epoch else []


def _note_rows(seen: _Seen, rows: Rows) -> None:
    seen.count += rows.lines.size
    seen.row_lines.append(rows.lines)
    places = _inside(rows)
    same = all(bool((rows.values[place] == seen.last[place]).all()) for place in places)
    seen.stands = seen.stands and bool(places) and same
    # One value that is not as the last one was, or NaN, makes the family vary; the order is of no matter.
    seen.varies = seen.varies or not all(
        bool((column == last).all()) for column, last in zip(rows.values, seen.last, strict=True)
    )
    lead = _lead(rows.template)
    if lead is not None:
        seen.leads.frombytes(rows.values[lead].view(np.uint8).data)
        return
    for place, _ in rows.template.counter_places:
        column = rows.values[place]
        seen.counters |= {float(column.min()), float(column.max())}


def _lead(template: Template) -> int | None:
    """The place of the field that may count where no field is named as a counter: the first."""
    if not template.fields or template.counters.keys() - {"lead"}:
        return None
    return 0


def _counting_field(seen: _Seen, alone: bool) -> int | None:
    """The first field if its whole numbers go up in steps of one size; `alone` where nothing else counts."""
    fields = seen.template.fields
    if len(fields) < 2 or not seen.leads or names.is_metric(fields[0].name):
        return None
    named_lead = fields[0].use == "lead"
    values = np.frombuffer(seen.leads)[np.argsort(_unsorted_lines(seen), kind="stable")]
    if not (np.isfinite(values) & (values >= 0) & (np.floor(values) == values)).all():
        return None
    if named_lead and seen.template.words.lstrip().startswith("["):
        return 0
    steps = _within_lists(np.diff(values), named_lead and alone)
    if values.size < _ENOUGH_TO_COUNT or steps.size < _ENOUGH_TO_COUNT - 1:
        return None
    middle = steps.size // 2
    usual = np.partition(steps, middle)[middle]
    # The last one is shown though it does not fall on the interval (CatBoost with `metric_period`).
    own = steps.size - int(0 < steps[-1] < usual)
    regular = int((steps == abs(usual)).sum())
    return 0 if regular >= 0.8 * own else None


def _within_lists(steps: Floats, may_start_over: bool) -> Floats:
    """The steps of a count that may start over (a fold after a fold), without the last one before it does."""
    steps = steps[steps != 0]
    starts_over = np.signbit(steps)
    if not may_start_over or _ENOUGH_TO_COUNT * starts_over.sum() > steps.size:
        return steps
    kept = ~starts_over & ~np.append(starts_over[1:], False)
    return np.asarray(steps[kept], dtype=np.float64)


def _is_measured(seen: _Seen, counts: bool, any_counted: bool, any_placed: bool) -> bool:
    template = seen.template
    values = template.values
    if not values:
        return False
    if _is_configuration(seen):
        return False
    if counts:
        return True
    if any_counted and _is_listed(seen):
        return False
    if not template.counters.keys() - {"lead"} and seen.count > 1 and _OF_TRAININGS.search(template.words):
        return False
    if template.counters.keys() - {"lead"}:
        return template.metrics or (seen.count > 1 and len(seen.counters) > 1)
    if seen.count >= _ENOUGH_TO_COUNT and seen.varies and all(names.is_throughput(i.name) for i in values):
        return True
    rates = all(names.METRIC.search(i.name) is None or names.is_learning_rate(i.name) for i in values)
    if seen.count == 1:
        labelled = template.split is not None and _LABELLED.search(template.words) is not None
        told = any((item.explicit or labelled) and names.is_metric(item.name) for item in values)
        return told and not rates and len(template.words) <= _LONGEST_RESULT
    return (template.metrics and (not rates or seen.varies)) or (
        not any_counted
        and seen.count >= _ENOUGH_TO_COUNT
        and any(item.explicit and not names.is_setting(item.name) for item in values)
        and not _is_progress(template)
        and (seen.varies if any_placed else _looks_measured(seen))
    )


def _looks_measured(seen: _Seen) -> bool:
    """Whether the first numbers of lines that count nothing are no settings: broken, and mostly other ones.

    What each layer of a network is set to comes again and again too, in whole numbers or in few others.
    """
    firsts = np.frombuffer(seen.leads)
    broken = bool((np.floor(firsts) != firsts).any())
    return broken and 2 * np.unique(firsts).size > firsts.size


def _is_progress(template: Template) -> bool:
    """Whether all that a line says is how much of something is done (`Loaded 10/31 batches`)."""
    done = {item.index for item in template.values if item.total is not None}
    return all(item.index in done for item in template.values)


def _is_configuration(seen: _Seen) -> bool:
    """Whether a line sets values rather than measures them."""
    values = seen.template.values
    if seen.template.placed:
        return False
    # The name of a loss function is a setting, a number called loss never is.
    settings = [item for item in values if hyperparameter_role(item.name) not in {None, "loss"}]
    if seen.count == 1 and len(settings) > 1 and 2 * len(settings) > len(values):
        return True
    counted = bool(seen.template.counters)
    if not counted and len(values) == 1 and _PRINTED_ENTRY.fullmatch(seen.template.words):
        return True
    return (
        not counted and len(settings) == len(values) and not (seen.varies and seen.count >= _ENOUGH_TO_COUNT)
    )
