"""Gives each value of a line a name of its own, where the line uses one name for several."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.patterns import regex
from advisor.readers import names

# `G: loss`, `[value] loss`, `policy (loss`, `| head2 loss`: the word before a name of one or more words.
_LABEL = regex(r"(?:^|[\s\[|,;(])([A-Za-z][\w.-]{0,30})(\]|\s*[:(>|{]|\s+-)?\s*$")

if TYPE_CHECKING:
    from advisor.readers.fields import Field


def distinct(
    fields: "Sequence[Field]", groups: Mapping[int, str], texts: Sequence[str]
) -> "tuple[Field, ...]":
    """The fields, each name once; those of a line that begins with an evaluation are all of it.

    A name that is used again is told by the split that the value before it speaks of (`train loss 0.5 acc 0.6
    val loss 0.7 acc 0.8`), by its group (`tot_loss[loss=`), by the word before its part of the line
    (`policy (loss=0.4, norm=1.2) value (loss=0.7, norm=0.3)`), or by a number.
    """
    seen: dict[str, int] = {}
    result = []
    for field in _by_label(_by_split(_of_evaluation(fields)), texts):
        group = groups.get(field.index)
        if group and field.name in seen and field.use == "value":
            name = group if group.endswith(f"_{field.name}") else f"{group}/{field.name}"
            field = replace(field, name=name)
        count = seen[field.name] = seen.get(field.name, 0) + 1
        if count > 1 and field.use == "value":
            field = replace(field, name=f"{field.name}_{count}")
        result.append(field)
    return tuple(result)


def _of_evaluation(fields: "Sequence[Field]") -> "Sequence[Field]":
    """The fields of a line whose first value is one of an evaluation (`Eval acc: 0.9 loss: 0.1`), all so."""
    values = [field.name for field in fields if field.use == "value"]
    split = names.split_of(values[0]) if values else None
    if split in (None, "train", "训练") or any(names.has_split(name) for name in values[1:]):
        return fields
    return [
        replace(field, name=names.with_split(split, field.name))
        if field.use == "value" and names.is_metric(field.name)
        else field
        for field in fields
    ]


def _counts(fields: "Sequence[Field]") -> Counter[str]:
    return Counter(field.name for field in fields if field.use == "value")


def _apart(counts: Counter[str]) -> bool:
    """Whether each value has a name of its own."""
    return len(counts) == counts.total()


def _by_split(fields: "Sequence[Field]") -> "Sequence[Field]":
    counts = _counts(fields)
    told = []
    split = None
    for field in fields:
        if field.use == "value":
            split = names.split_of(field.name) or split
            if counts[field.name] > 1:
                field = replace(field, name=names.with_split(split, field.name))
        told.append(field)
    return told if _apart(_counts(told)) else fields


def _by_label(fields: "Sequence[Field]", texts: Sequence[str]) -> "Sequence[Field]":
    counts = _counts(fields)
    if _apart(counts):
        return fields
    told = []
    label = ""
    for field in fields:
        if field.use == "value":
            label = _label(field.name, texts[field.index]) or label
            if label and counts[field.name] > 1:
                field = replace(field, name=f"{label} {field.name}")
        told.append(field)
    return told if _apart(_counts(told)) else fields


def _label(name: str, before: str) -> str:
    """The word that tells of which part of a line a value is, where one stands before its name."""
    first, _, rest = name.rpartition(" ")
    if first and names.is_metric(rest):
        return first
    cut = before.rfind(name)
    match = _LABEL.search(before[:cut]) if cut > 0 else None
    word, ends = match.groups() if match else ("", None)
    unit = ends is None and names.is_unit(word)
    other = unit or names.counter(word) is not None or names.is_metric(word)
    return "" if other else word
