"""Reads consoles whose lines are known word for word: their numbers have no names, or stand before them."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from advisor.readers.base import Source, nth_run
from advisor.readers.events import EventFinder
from advisor.readers.lines import Line, read_lines
from advisor.readers.printed_config import printed_hyperparameters
from advisor.run import EventKind, Hyperparameter, LogEvent, Run, Series, XKind
from advisor.vocabulary import assign_roles


@dataclass(frozen=True)
class Pattern:
    """One kind of line.

    Attributes:
        expression: Its named groups are the numbers, and words that names may hold.
        names: What the curve of each group is called; `{group}` stands for what another group says.
        step: The group that counts, or empty where the line stands at the step of the one before.
        kind: What it counts.
    """

    expression: re.Pattern[str]
    names: Mapping[str, str]
    step: str = ""
    kind: XKind = "step"


@dataclass
class _Draft:
    first_line: int
    kind: XKind = "step"
    step: float = 0.0
    points: dict[str, list[tuple[float, float, int]]] = field(default_factory=dict)
    events: list[LogEvent] = field(default_factory=list)
    settings: list[Hyperparameter] = field(default_factory=list)

    def run(self, source: str, reader: str, called: str) -> Run:
        series = []
        for name, points in self.points.items():
            x, y, at = (np.array(part, dtype=np.float64) for part in zip(*points, strict=True))
            series.append(Series(name, y, x, at.astype(np.int64), x_kind=self.kind))
        return Run(
            source=source,
            name=called,
            reader=reader,
            series=assign_roles(series),
            hyperparameters=tuple({h.name: h for h in self.settings}.values()),
            events=tuple(sorted(self.events, key=lambda event: event.place)),
        )


def _matches(line: Line, patterns: Sequence[Pattern]) -> Iterator[tuple[Pattern, re.Match[str]]]:
    for pattern in patterns:
        match = pattern.expression.search(line.text)
        if match:
            yield pattern, match


def read_patterned(source: Source, patterns: Sequence[Pattern], reader: str) -> list[Run]:
    """Every run in a text whose measurements match some patterns; a step that goes back starts a new one."""
    drafts: list[_Draft] = []
    finder = EventFinder()
    settings: list[Hyperparameter] = []
    lines = read_lines(source)
    for line in lines:
        found = list(_matches(line, patterns))
        if not found and not line.overwritten:
            finder.look(line.number, line.text)
            settings += printed_hyperparameters(line)
        for pattern, match in found:
            _take(drafts, line, pattern, match, settings)
    if not drafts:
        return []
    later = [draft.first_line for draft in drafts[1:]]
    for event in finder.events:
        drafts[bisect_right(later, event.place)].events.append(event)
    drafts[0].events += lines.events
    return [
        draft.run(source.label, reader, nth_run(number, len(drafts)))
        for number, draft in enumerate(drafts, start=1)
    ]


def _take(
    drafts: list[_Draft],
    line: Line,
    pattern: Pattern,
    match: re.Match[str],
    settings: list[Hyperparameter],
) -> None:
    groups = match.groupdict()
    if pattern.step:
        step = float(groups[pattern.step])
        if not drafts or step < drafts[-1].step:
            draft = _Draft(line.number, pattern.kind, settings=list(settings))
            if drafts:
                words = f"The counter goes back from {drafts[-1].step:g} to {step:g}: read as a new run."
                draft.events.append(LogEvent(EventKind.RESTART, words, line.number))
            drafts.append(draft)
            settings.clear()
        drafts[-1].step = step
    if not drafts:
        return
    for group, name in pattern.names.items():
        point = (drafts[-1].step, float(groups[group]), line.number)
        drafts[-1].points.setdefault(name.format(**groups), []).append(point)
