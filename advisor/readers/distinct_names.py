"""Gives each value of a line a name of its own, where the line uses one name for several."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.readers import names

if TYPE_CHECKING:
    from advisor.readers.fields import Field


def distinct(fields: "Sequence[Field]", groups: Mapping[int, str]) -> "tuple[Field, ...]":
    """The fields, each name once.

    A name that is used again is told by the split that the value before it speaks of (`train loss 0.5 acc 0.6
    val loss 0.7 acc 0.8`), by its group (`tot_loss[loss=`), or by a number.
    """
    seen: dict[str, int] = {}
    result = []
    for field in _by_split(fields):
        group = groups.get(field.index)
        if group and field.name in seen and field.use == "value":
            name = group if group.endswith(f"_{field.name}") else f"{group}/{field.name}"
            field = replace(field, name=name)
        count = seen[field.name] = seen.get(field.name, 0) + 1
        if count > 1 and field.use == "value":
            field = replace(field, name=f"{field.name}_{count}")
        result.append(field)
    return tuple(result)


def _by_split(fields: "Sequence[Field]") -> "Iterable[Field]":
    counts = Counter(field.name for field in fields if field.use == "value")
    if not counts or max(counts.values()) < 2:
        return fields
    told = []
    split = None
    for field in fields:
        if field.use == "value":
            split = names.split_of(field.name) or split
            if counts[field.name] > 1:
                field = replace(field, name=names.with_split(split, field.name))
        told.append(field)
    apart = [field.name for field in told if field.use == "value"]
    return told if len(set(apart)) == len(apart) else fields
