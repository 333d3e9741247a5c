"""Decides which kinds of line of a log are measurements, from how they repeat.

A line that counts (`epoch 3 ...`) and measures something is a record. One that comes once, or counts nothing,
needs words that speak of training. Everything else - settings, sizes, prose - is no curve.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from advisor.readers import names
from advisor.readers.fields import Template
from advisor.readers.records import Record
from advisor.vocabulary import hyperparameter_role

Family = tuple[str, ...]
# One line of a dictionary printed over several lines.
_PRINTED_ENTRY = re.compile(r"[{\s]*(['\"])[^'\"]+\1: +# *[,}]*\s*")
_ENOUGH_TO_COUNT = 3
_LONGEST_CONTEXT = 60
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
    leads: list[float | None] = field(default_factory=list)


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


def accept(records: Iterable[Record]) -> Accepted:
    """Looks at every record once and decides for each family of lines."""
    families = _families(records)
    counted_by = {
        family: place for family, seen in families.items() if (place := _counting_field(seen)) is not None
    }
    learnt = {families[family].template.fields[place].name for family, place in counted_by.items()}
    for family, seen in families.items():
        if len(family) > 1 and _lead(seen.template) is not None and seen.template.fields[0].name in learnt:
            counted_by[family] = 0
    any_counted = bool(counted_by) or any(
        seen.template.values and seen.template.counters for seen in families.values()
    )
    measured = frozenset(
        family for family, seen in families.items() if _is_measured(seen, family in counted_by, any_counted)
    )
    places = frozenset(family for family, seen in families.items() if _is_place(seen.template))
    once = frozenset(family for family, seen in families.items() if seen.count == 1)
    standing = frozenset(
        family for family, seen in families.items() if seen.stands and (seen.count > 1 or seen.ended)
    )
    return Accepted(measured, places, once, any_counted, counted_by, standing)


def _families(records: Iterable[Record]) -> dict[Family, _Seen]:
    families: dict[Family, _Seen] = {}
    for record in records:
        family = record.template.family
        seen = families.get(family)
        if seen is None:
            seen = families[family] = _Seen(record.template)
        seen.count += 1
        if seen.stands:
            seen.stands = _stands(record, seen)
        seen.varies = seen.varies or (seen.count > 1 and record.values != seen.last)
        seen.last = record.values
        lead = _lead(record.template)
        if lead is not None:
            seen.leads.append(record.values[lead])
        elif len(seen.counters) < 2:
            seen.counters.update(
                value
                for item, value in zip(record.template.fields, record.values, strict=True)
                if item.use != "value" and value is not None
            )
    return families


def _stands(record: Record, seen: _Seen) -> bool:
    """Whether the position inside the epoch has been the same so far (`[100/100]` of a validation)."""
    places = [place for place, use in record.template.counter_places if use in ("step", "batch")]
    told = "epoch" in record.template.counters or any(record.totals[place] is not None for place in places)
    if not places or not told:
        return False
    if seen.count == 1:
        seen.ended = all(record.values[place] == record.totals[place] for place in places)
        return True
    return all(seen.last[place] == record.values[place] for place in places)


def _lead(template: Template) -> int | None:
    """The place of the field that may count where no field is named as a counter: the first."""
    if not template.fields or template.counters.keys() - {"lead"}:
        return None
    return 0


def _counting_field(seen: _Seen) -> int | None:
    """The first field if its whole numbers go up in steps of one size."""
    values = seen.leads
    if seen.template.fields and names.is_metric(seen.template.fields[0].name):
        return None
    named_lead = bool(seen.template.fields) and seen.template.fields[0].use == "lead"
    if len(seen.template.fields) < 2 or not values:
        return None
    whole = [v for v in values if v is not None and v >= 0 and v == v // 1]
    if len(whole) < len(values):
        return None
    if named_lead and seen.template.words.lstrip().startswith("["):
        return 0
    steps = [b - a for a, b in pairwise(whole) if b != a]
    if len(whole) < _ENOUGH_TO_COUNT or len(steps) < _ENOUGH_TO_COUNT - 1:
        return None
    usual = sorted(steps)[len(steps) // 2]
    if 0 < steps[-1] < usual:
        # The last one is shown though it does not fall on the interval (CatBoost with `metric_period`).
        steps.pop()
    regular = sum(step == usual for step in steps)
    return 0 if usual > 0 and regular >= 0.8 * len(steps) else None


def _is_measured(seen: _Seen, counts: bool, any_counted: bool) -> bool:
    template = seen.template
    values = template.values
    if not values:
        return False
    if _is_configuration(seen):
        return False
    if counts:
        return True
    if template.counters.keys() - {"lead"}:
        return template.metrics or (seen.count > 1 and len(seen.counters) > 1)
    rates = all(names.METRIC.search(i.name) is None or names.is_learning_rate(i.name) for i in values)
    if seen.count == 1:
        told = any(item.explicit and names.is_metric(item.name) for item in values)
        return told and not rates and len(template.words) <= _LONGEST_RESULT
    return (template.metrics and (not rates or seen.varies)) or (
        not any_counted and seen.count >= _ENOUGH_TO_COUNT and seen.varies
    )


def _is_configuration(seen: _Seen) -> bool:
    """Whether a line sets values rather than measures them."""
    values = seen.template.values
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


def _is_place(template: Template) -> bool:
    """Whether a short line says nothing but where the training stands."""
    if template.values or not template.fields or len(template.words) > _LONGEST_CONTEXT:
        return False
    return all(names.names_a_place(item.name) for item in template.fields if item.use != "lead")
