"""Tells numbers of one name apart that two kinds of line print at the same place of the training.

    Epoch 3 self-play time: 310.1
    Epoch 3 training loss: 2.02 time: 4.6

They are two quantities, and one curve of both would jump from line to line.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np

from advisor.readers.fields import Template
from advisor.readers.names import Use
from advisor.readers.records import Findings
from advisor.run import Floats, Integers

_MOST = 0.9
_FEWEST = 2
_MOST_KINDS = 8


class _Kind(NamedTuple):
    """One kind of line: its lines in the order of the log, shape (n,), and what each field says there."""

    template: Template
    lines: Integers
    columns: tuple[Floats, ...]

    def value(self, name: str) -> Floats:
        return next(
            column
            for field, column in zip(self.template.fields, self.columns, strict=True)
            if field.use == "value" and field.name == name
        )

    def counters(self) -> dict[Use, Floats]:
        """What counts here; a batch that is always the same one does not."""
        told = {use: self.columns[place] for place, use in self.template.counter_places if use != "lead"}
        return {use: column for use, column in told.items() if use == "epoch" or np.ptp(column) > 0}


def tell_namesakes_apart(found: Findings) -> None:
    """Gives the values of the later kind of line a name that says where they stand."""
    templates = {id(record.template): record.template for record in found.records}
    templates |= {id(some.template): some.template for rows in found.rows for some in rows}
    named: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
    for template in templates.values():
        for field in template.values:
            named[field.name][template.family] = None
    shared = {name: list(families) for name, families in named.items() if 1 < len(families) <= _MOST_KINDS}
    if not shared:
        return
    kinds = _kinds(found, {family for families in shared.values() for family in families})
    other: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for name, families in shared.items():
        known = sorted((kinds[family] for family in families), key=lambda kind: int(kind.lines[0]))
        for one, another in combinations(known, 2):
            if name not in other[another.template.family] and _differ(one, another, name):
                count = sum(name in told for told in other.values()) + 2
                other[another.template.family][name] = _told_apart(
                    name, count, another.template, one.template
                )
    _rename(found, lambda template: other.get(template.family) or {})


def _kinds(found: Findings, families: set[tuple[str, ...]]) -> dict[tuple[str, ...], _Kind]:
    templates: dict[tuple[str, ...], Template] = {}
    parts: dict[tuple[str, ...], list[Floats]] = defaultdict(list)
    for record in found.records:
        family = record.template.family
        if family in families:
            templates.setdefault(family, record.template)
            told = [record.line, *(np.nan if value is None else value for value in record.values)]
            parts[family].append(np.array(told, dtype=np.float64)[:, np.newaxis])
    for some in chain.from_iterable(found.rows):
        family = some.template.family
        if family in families:
            templates.setdefault(family, some.template)
            parts[family].append(np.stack([some.lines.astype(np.float64), *some.values]))
    kinds = {}
    for family, some_parts in parts.items():
        table = np.concatenate(some_parts, axis=1)
        table = table[:, np.argsort(table[0], kind="stable")]
        kinds[family] = _Kind(templates[family], table[0].astype(np.int64), tuple(table[1:]))
    return kinds


def _differ(one: _Kind, another: _Kind, name: str) -> bool:
    """Whether two kinds of line come by turns, stand at one place each time, and say different numbers."""
    before = np.searchsorted(one.lines, another.lines) - 1
    later = before >= 0
    before = before[later]
    sizes = sorted((one.lines.size, another.lines.size))
    if before.size < _FEWEST or np.unique(before).size < max(_FEWEST, _MOST * sizes[1] - 1):
        return False
    ours, theirs = one.counters(), another.counters()
    if ours.keys() != theirs.keys():
        return False  # told in two ways, they are two curves anyway
    if any(np.mean(ours[use][before] == theirs[use][later]) < _MOST for use in ours):
        return False
    return bool(np.mean(one.value(name)[before] == another.value(name)[later]) < 1 - _MOST)


def _told_apart(name: str, count: int, template: Template, beside: Template) -> str:
    split = template.split
    return f"{name} ({split})" if split is not None and split != beside.split else f"{name}#{count}"


def _rename(found: Findings, names_of: Callable[[Template], dict[str, str]]) -> None:
    known: dict[int, Template] = {}

    def renamed(template: Template) -> Template:
        if id(template) not in known:
            names = names_of(template)
            fields = (
                replace(field, name=names.get(field.name, field.name)) if field.use == "value" else field
                for field in template.fields
            )
            known[id(template)] = replace(template, fields=tuple(fields)) if names else template
        return known[id(template)]

    found.records = [record._replace(template=renamed(record.template)) for record in found.records]
    for rows in found.rows:
        rows[:] = [some._replace(template=renamed(some.template)) for some in rows]
