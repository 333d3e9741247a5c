"""Reads the lines of a console log into records: the numbers of a line and what each of them is.

One pass: a line is brought into one spelling, cut at its numbers, and looked up by what is left. Only the first
line of each wording is understood; the others follow it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from advisor.readers.events import EventFinder
from advisor.readers.fields import Template, number, plain, split_numbers, template
from advisor.readers.joined import join_records
from advisor.readers.lines import Line
from advisor.readers.printed_config import is_configuration, printed_hyperparameters, starts_program
from advisor.readers.console_tables import Tables
from advisor.run import EventKind, Hyperparameter, LogEvent
from advisor.vocabulary import hyperparameter_role

_TEMPLATES_REMEMBERED = 50_000
_NO_RECORD = frozenset(
    {
        EventKind.TRACEBACK,
        EventKind.WARNING,
        EventKind.OUT_OF_MEMORY,
        EventKind.LEARNING_RATE,
        EventKind.EARLY_STOP,
    }
)
_MARKS_OF_CONFIGURATION = (":", "=", "|", "--", "  ")


class Record(NamedTuple):
    """The numbers of one line.

    Attributes:
        line: Its 1-based number.
        template: What the line says.
        values: One number for each of the template's fields, None for an empty cell.
        totals: What counters are out of, by field (`3/20`).
        redraw: 0 for an ordinary line; else the number of the physical line that it is a state of.
    """

    line: int
    template: Template
    values: tuple[float | None, ...]
    totals: tuple[float | None, ...]
    redraw: int = 0


class Setting(NamedTuple):
    """A hyperparameter and the line that printed it."""

    line: int
    hyperparameter: Hyperparameter


@dataclass
class Findings:
    """Everything that one pass over a log finds, in the order of the log; `programs` are lines of commands."""

    records: list[Record] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    events: list[LogEvent] = field(default_factory=list)
    programs: list[int] = field(default_factory=list)
    last_line: int = 0


class _Known(NamedTuple):
    template: Template
    configuration: bool


class _Scan:
    def __init__(self) -> None:
        self.found = Findings()
        self._events = EventFinder()
        self._tables = Tables()
        self._known: dict[tuple[str, ...], _Known] = {}
        self._redrawn = 0

    def run(self, lines: Iterable[Line]) -> Findings:
        for line in join_records(lines):
            self.found.last_line = line.number
            if line.overwritten:
                self._redrawn = line.number
            elif self._events.look(line.number, line.text) in _NO_RECORD:
                continue
            if line.text:
                self._line(line)
        self.found.events = self._events.events
        return self.found

    def _line(self, line: Line) -> None:
        row = self._tables.row(line.text)
        if row is not None:
            self._keep(line, row[0], row[1])
            return
        texts, words = split_numbers(plain(line.text))
        if not words:
            if not self._tables.offer_header(line.text):
                self._settings(line)
            return
        known = self._known.get(texts)
        if known is None:
            known = self._learn(line, texts)
        if known.configuration:
            self._settings(line)
        if known.template.fields:
            self._keep(line, known.template, words)
        elif not known.configuration:
            self._tables.offer_header(line.text)

    def _learn(self, line: Line, texts: tuple[str, ...]) -> _Known:
        found = template(texts)
        dump = is_configuration(line.text)
        configuration = dump or (not found.counters and any(hyperparameter_role(f.name) for f in found.values))
        known = _Known(Template((), found.words) if dump else found, configuration)
        if len(self._known) < _TEMPLATES_REMEMBERED:
            self._known[texts] = known
        return known

    def _settings(self, line: Line) -> None:
        if any(mark in line.text for mark in _MARKS_OF_CONFIGURATION):
            if starts_program(line.text):
                self.found.programs.append(line.number)
            self.found.settings += [Setting(line.number, h) for h in printed_hyperparameters(line)]

    def _keep(self, line: Line, known: Template, words: list[str] | list[str | None]) -> None:
        values = []
        totals = []
        for item in known.fields:
            word = words[item.index]
            value = None if word is None else number(word) * item.scale
            limit = None if item.total is None else words[item.total]
            total = None if limit is None else number(limit)
            if item.use == "value" and total is not None and value is not None:
                value = value / total if total else None
            values.append(value)
            totals.append(total)
        redraw = line.number if line.number == self._redrawn else 0
        self.found.records.append(Record(line.number, known, tuple(values), tuple(totals), redraw))


def scan(lines: Iterable[Line]) -> Findings:
    """Every record, printed hyperparameter and event of a log."""
    return _Scan().run(lines)
