"""Reads the lines of a console log into records: the numbers of a line and what each of them is.

One pass: a line is brought into one spelling, cut at its numbers, and looked up by what is left. Only the
first line of each wording is understood; the others follow it.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from advisor.patterns import regex
from advisor.readers.alike_lines import AlikeLines, Meaning, Rows
from advisor.readers.console_tables import Tables, is_drawn_header, may_be_header, may_be_row
from advisor.readers.cut_line import begins_another, is_shorter
from advisor.readers.events import EventFinder, may_be_event
from advisor.readers.fields import Template, number, split_numbers, template
from advisor.readers.glued import may_be_glued, unglued
from advisor.readers.joined import JoinedLines, may_join
from advisor.readers.lines import Line, Lines
from advisor.readers.names import heading_split
from advisor.readers.phases import Phase, phase_logged, phase_of, phase_spoken_of
from advisor.readers.printed_config import is_configuration, printed_hyperparameters, starts_program
from advisor.readers.spelling import plain
from advisor.readers.titles import title_of
from advisor.run import EventKind, Hyperparameter, LogEvent
from advisor.vocabulary import hyperparameter_role

# Each wording is learnt once; a text with more of them than this is no log, and the rest would cost too much.
_MOST_WORDINGS = 50_000
_NO_RECORD = frozenset(
    {
        EventKind.TRACEBACK,
        EventKind.WARNING,
        EventKind.OUT_OF_MEMORY,
        EventKind.LEARNING_RATE,
        EventKind.EARLY_STOP,
    }
)
# XGBoost and LightGBM print the line of the best iteration once more when they stop.
_BEST_FOLLOWS = regex(r"\bbest iteration(?: is)?:\s*$", re.IGNORECASE)
# And so each call of LightGBM's begins; XGBoost prints it after its first round.
_FIT_BEGINS = regex(r"\b(?:Training|Will train) until\b")
Watched = Callable[[Iterable["Line"]], Iterator["Line"]]
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
    """Everything that one pass over a log finds, in its order.

    Attributes:
        records: Those of the lines that were read one by one.
        rows: Those of the lines that are alike, by stretches of the log; each line is in one of the two.
        programs: The lines of commands.
        fits: The lines that say that a training begins.
        headings: The lines that open a part of an epoch, and which.
        titles: The lines that name what stands under them, and what they name.
    """

    records: list[Record] = field(default_factory=list)
    rows: deque[list[Rows]] = field(default_factory=deque)
    settings: list[Setting] = field(default_factory=list)
    events: list[LogEvent] = field(default_factory=list)
    programs: list[int] = field(default_factory=list)
    fits: list[int] = field(default_factory=list)
    headings: list[tuple[int, Phase]] = field(default_factory=list)
    titles: list[tuple[int, str]] = field(default_factory=list)
    last_line: int = 0


class _Known(NamedTuple):
    template: Template
    configuration: bool
    event: bool
    header: bool = False
    opens: Phase | None = None
    begins: bool = False


class _Last(NamedTuple):
    """The line that was looked at last, and how many records there were before it."""

    records: int
    key: tuple[str, ...]
    texts: tuple[str, ...]
    words: list[str]


_NOTHING = Meaning(Template((), ""), (), ())


class _Scan:
    def __init__(self) -> None:
        self.found = Findings()
        self._events = EventFinder()
        self._tables = Tables()
        self._known: dict[tuple[str, ...], _Known] = {}
        self._redrawn = 0
        self._section: str | None = None
        self._phase: Phase | None = None
        self._stepped: set[str] = set()
        self._best_follows = False
        self._left_out: list[int] = []
        self._last: _Last | None = None
        self._joined = JoinedLines(())

    def run(self, lines: Iterable[Line]) -> Findings:
        self._joined = JoinedLines(lines)
        for line in self._joined:
            self.found.last_line = line.number
            if line.overwritten:
                self._redrawn = line.number
            for part in unglued(line) if line.text else ():
                self._line(part)
        self.found.events = self._events.events
        if self._left_out:
            words = f"The text has more than {_MOST_WORDINGS:,} kinds of line; the others were not read."
            event = LogEvent(EventKind.UNREADABLE, words, self._left_out[0], len(self._left_out))
            self.found.events.append(event)
        return self.found

    def doubt_last_line(self, before: Iterable[str]) -> None:
        """Leaves the last line out, which has no end, if it was cut while it was written.

        Args:
            before: Some lines that stand before it.
        """
        last = self._last
        if last is None or len(self.found.records) == last.records:
            return
        if not begins_another(last.key, self._known):
            alike = [
                words[-1] for texts, words in map(split_numbers, map(plain, before)) if texts == last.texts
            ]
            if last.texts[-1].strip() or not is_shorter(last.words[-1], alike):
                return
        line = self.found.records.pop().line
        note = "The last line is cut off and was left out."
        self.found.events.append(LogEvent(EventKind.TRUNCATED, note, line))

    @property
    def neutral(self) -> bool:
        """Whether the next line is read for itself, whatever the ones before it were."""
        headed = self._section is not None or self._phase is not None or self._best_follows
        return not (headed or self._events.in_traceback or self._joined.pending)

    def meaning(self, text: str) -> Meaning | None:
        """What is known of a line, and of all that differ from it in the digits of their numbers."""
        if not text:
            return _NOTHING
        if may_be_row(text) or may_join(text) or may_be_glued(text):
            return None
        texts, words = split_numbers(plain(text))
        if not words:
            return _NOTHING if self._says_nothing(text) else None
        known = self._known.get(texts)
        if known is None or known.event or known.configuration or known.header or known.template.bar:
            return None
        if known.opens or known.begins:
            return None
        if not known.template.fields and may_be_header(text):
            return None
        return Meaning(known.template, texts, tuple(words))

    def _says_nothing(self, text: str) -> bool:
        """Whether a line without a number is no event, no heading and no setting."""
        if self._events.is_event(text) or may_be_header(text):
            return False
        if heading_split(text) or phase_of(text) or title_of(text) or _BEST_FOLLOWS.search(text):
            return False
        return not starts_program(text) and next(printed_hyperparameters(Line(0, text)), None) is None

    def _line(self, line: Line) -> None:
        texts, words = split_numbers(plain(line.text))
        if self._section is not None and not line.text[:1].isspace():
            self._section = None
        section = self._section or self._phase
        key = texts if section is None else (section, *texts)
        known = self._known.get(key) if words else None
        self._last = _Last(len(self.found.records), key, texts, words)
        if known is None or known.event or self._events.in_traceback:
            kind = None if line.overwritten else self._events.look(line.number, line.text)
            if kind in _NO_RECORD:
                self._best_follows = _BEST_FOLLOWS.search(line.text) is not None
                return
        if known is not None and known.header and self._tables.offer_header(line.text):
            return
        row = self._tables.row(line.text)
        if row is not None:
            self._keep(line, row[0], row[1])
        elif not words:
            self._heading(line)
            if not self._tables.offer_header(line.text):
                self._settings(line)
        elif known is None and len(self._known) >= _MOST_WORDINGS:
            self._left_out.append(line.number)
        else:
            self._numbers(line, known or self._learn(line, texts, key), words)

    def _heading(self, line: Line) -> None:
        """A line that only names a split (`Test Error:`) holds for the indented lines under it."""
        text = line.text
        self._section = heading_split(text) or (self._section if text[:1].isspace() else None)
        phase = phase_of(text)
        if phase is not None:
            self._open(line, phase)
        title = title_of(text)
        if title is not None:
            self.found.titles.append((line.number, title))
        self._best_follows = _BEST_FOLLOWS.search(text) is not None

    def _open(self, line: Line, phase: Phase) -> None:
        self.found.headings.append((line.number, phase))
        # What nothing says belongs to the training anyway.
        self._phase = None if phase == "train" else phase

    def _numbers(self, line: Line, known: _Known, words: list[str]) -> None:
        if known.header and self._tables.offer_header(line.text):
            return
        if known.begins:
            self.found.fits.append(line.number)
        if known.configuration:
            self._settings(line)
        if self._best_follows:
            self._best_follows = False
            words_said = (
                f"Lines of the best iteration say again what was read: {' '.join(line.text.split())[:200]}"
            )
            self._events.note(line.number, words_said)
        elif known.template.fields:
            self._keep(line, known.template, words)
            if known.opens:
                self._open(line, known.opens)
        elif known.opens:
            self._open(line, known.opens)
        elif not known.configuration:
            self._tables.offer_header(line.text)

    def _learn(self, line: Line, texts: tuple[str, ...], key: tuple[str, ...]) -> _Known:
        found = template(texts, self._section)
        if self._section is None and self._phase is not None:
            if self._goes_on(found):
                # The log goes on to its next step: the part that the heading opened is over.
                self._phase = None
                return self._known.get(texts) or self._learn(line, texts, texts)
            found = template(texts, self._phase) if found.metrics else found
        if self._phase is None and any(field.total is not None for field in found.counters.values()):
            self._stepped |= _steps(found)
        # A place out of a total (`iteration 1/500 | learning rate: 0.0`) is the training's own.
        dump = is_configuration(line.text) and not found.placed
        configuration = dump or (
            not found.counters and any(hyperparameter_role(f.name) for f in found.values)
        )
        if not (found.counters or found.metrics) or not (found.values or found.names_a_place):
            # `optimizer: adam` behind a clock, `Epochs | 500`: the numbers are none of a curve.
            configuration = next(printed_hyperparameters(line), None) is not None
        event = may_be_event(line.text)
        header = "%" in line.text and is_drawn_header(line.text)
        heading = found.only_a_place and not (dump or found.bar) and found.counters.keys() & {"epoch", "step"}
        opens = phase_spoken_of(found.words) if heading else None
        if not found.fields:
            opens = phase_logged(line.text)
        begins = _FIT_BEGINS.search(line.text) is not None
        known = _Known(
            Template((), found.words) if dump else found, configuration, event, header, opens, begins
        )
        self._known[key] = known
        return known

    def _goes_on(self, found: Template) -> bool:
        """Whether a line of a new wording shows that the part of an epoch is over that a heading opened.

        Where the training counts its steps in other words, a line that only counts some is of that part.
        """
        if _steps(found) & self._stepped:
            return False
        return bool(found.counters.keys() - {"batch"} or (found.counters and not found.bar))

    def _settings(self, line: Line) -> None:
        if any(mark in line.text for mark in _MARKS_OF_CONFIGURATION):
            if starts_program(line.text):
                self.found.programs.append(line.number)
            self.found.settings += [Setting(line.number, h) for h in printed_hyperparameters(line)]

    def _keep(self, line: Line, known: Template, words: Sequence[str | None]) -> None:
        redraw = line.number if line.number == self._redrawn else 0
        if known.plain_indices is not None:
            try:
                values = tuple([float(words[index]) for index in known.plain_indices])  # type: ignore[arg-type]
            except (TypeError, ValueError):
                pass
            else:
                self.found.records.append(Record(line.number, known, values, known.no_totals, redraw))
                return
        self.found.records.append(Record(line.number, known, *_values(known, words), redraw))


def _steps(found: Template) -> set[str]:
    """What steps are called by a line that says nothing but where the training stands."""
    if not found.only_a_place or not found.counters.keys() <= {"step", "batch"}:
        return set()
    return {field.name.lower() for field in found.counters.values()}


def _values(
    known: Template, words: Sequence[str | None]
) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    """The value of each field, in its unit and as a share where it is out of another; and the totals."""
    values: list[float | None] = []
    totals: list[float | None] = []
    for item in known.fields:
        word = words[item.index]
        limit = None if item.total is None else words[item.total]
        value = None if word is None else number(word) * item.scale
        total = None if limit is None else number(limit)
        if item.use == "value" and total is not None and value is not None:
            value = value / total if total else None
        values.append(value)
        totals.append(total)
    return tuple(values), tuple(totals)


def scan(lines: Iterable[Line]) -> Findings:
    """Every record, printed hyperparameter and event of a log."""
    return _Scan().run(lines)


def scan_alike(lines: Lines, watched: Watched = iter) -> Findings:
    """What `scan` finds in a log, with the lines that are alike read at once.

    Args:
        lines: The log.
        watched: Passes on the lines that are not alike, the first of each wording among them.
    """
    work = _Scan()
    alike = AlikeLines(lines, work)
    found = work.run(watched(alike))
    found.rows = alike.rows
    if not lines.tail.endswith((b"\n", b"\r")) and found.last_line > alike.last_line:
        work.doubt_last_line(lines.tail.decode("utf-8", "replace").split("\n")[:-1])
    found.last_line = max(found.last_line, alike.last_line)
    return found


def count_up_to(records: Sequence[Record], line: int) -> int:
    """How many of some records stand no further than a line of the log."""
    return next((count for count, record in enumerate(records) if record.line > line), len(records))
