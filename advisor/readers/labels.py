"""Tells lines apart that differ in the word they begin with: `G: loss 0.4` by turns with `D: loss 0.7`."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from advisor.patterns import regex
from advisor.readers import names
from advisor.readers.fields import Template
from advisor.readers.records import Findings

_LABEL = regex(
    r"(?:^|[\s\[|,;])(?P<label>[A-Za-z][\w.-]{0,30})\]?\s*[:>|]\s+[A-Za-z][^:=|]{0,60}[:=\s]*$",
)
_NO_LABEL = frozenset({"debug", "info", "warning", "warn", "error", "notice", "root", "result", "results"})
_FEWEST = 3


def tell_apart(found: Findings) -> None:
    """Puts the label of lines that come by turns before the names of their values.

    Without it two losses of one name would become one curve that jumps from line to line.
    """
    labels = {key: label for key, template in _templates(found) if (label := _label(template))}
    if not labels:
        return
    turns: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    for template, lines in _told(found):
        if id(template) in labels:
            turns[template.family] += [(line, labels[id(template)]) for line in lines]
    chosen = {family for family, told in turns.items() if _by_turns(told)}
    renamed = {
        key: _renamed(template, labels[key])
        for key, template in _templates(found)
        if key in labels and template.family in chosen
    }
    if renamed:
        found.records = [r._replace(template=renamed.get(id(r.template), r.template)) for r in found.records]
        for rows in found.rows:
            rows[:] = [some._replace(template=renamed.get(id(some.template), some.template)) for some in rows]


def _templates(found: Findings) -> Iterator[tuple[int, Template]]:
    known = {id(record.template): record.template for record in found.records}
    known |= {id(some.template): some.template for rows in found.rows for some in rows}
    yield from known.items()


def _told(found: Findings) -> Iterator[tuple[Template, list[int]]]:
    for record in found.records:
        yield record.template, [record.line]
    for rows in found.rows:
        for some in rows:
            yield some.template, some.lines.tolist()


def _label(template: Template) -> str | None:
    """The word that a line has before the name of its first value, where it says what the value is of."""
    if not template.values:
        return None
    stretches = template.words.split(" # ")
    first = template.values[0].index
    match = _LABEL.search(stretches[first]) if first < len(stretches) else None
    if match is None:
        return None
    label = match["label"]
    other = names.split_of(label) or names.counter(label) or names.is_metric(label)
    return None if other or label.lower() in _NO_LABEL else label


def _by_turns(told: list[tuple[int, str]]) -> bool:
    """Whether the lines of two or more labels alternate, rather than follow each other as trainings do."""
    counts = Counter(label for _, label in told)
    if len(counts) < 2 or min(counts.values()) < _FEWEST or max(counts.values()) > 2 * min(counts.values()):
        return False
    in_order = [label for _, label in sorted(told)]
    return 2 * sum(one != other for one, other in pairwise(in_order)) >= len(in_order)


def _renamed(template: Template, label: str) -> Template:
    fields = (
        replace(field, name=f"{label} {field.name}") if field.use == "value" else field
        for field in template.fields
    )
    return replace(template, fields=tuple(fields))
