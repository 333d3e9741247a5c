"""The console of Keras 1, 2 and 3: `Epoch 3/20`, then a progress bar or one line of results."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np

from advisor.patterns import regex
from advisor.readers.base import Source, nth_run
from advisor.readers.callback_lines import Printed, named_numbers, printed_curves
from advisor.readers.decode import decode, looks_binary
from advisor.readers.events import EventFinder
from advisor.readers.lines import Line, Lines, last_state, read_lines
from advisor.readers.printed_config import printed_hyperparameters, starts_program
from advisor.run import EventKind, Hyperparameter, LogEvent, Run, Series, Trust
from advisor.text import strip_escapes
from advisor.vocabulary import assign_roles

_HEADER = regex(r"(?:^(?:\s*(?:#|//|[-*>])\s)?|[\]:]\s)\s*Epoch (\d+)/(\d+)\s*$")
# 1563/1563 [=====>....] (Keras 1 and 2), 10/10 ━━━━ (Keras 3), 5/Unknown.
# PaddlePaddle draws none where it prints line by line: `step 7/7 - loss: 0.09 - 58ms/step`.
_BAR = regex(
    r"(?<![\d/])(\d+)/(\d+|Unknown)\s+(?:\[[=>.\s]*\]|━+|\[?[=>.]{5,})|"
    r"^step\s+(\d+)/(\d+|Unknown)(?= - \w)"
)
# `- 5s - loss: 0.4`, `5s 3ms/step - loss: 0.4`, `9s - loss`, `391/391 - 5s - loss: 0.4` (verbose=2).
_PLAIN_RESULT = regex(
    r"^\s*(?:(\d+)/(\d+|Unknown) )?\s*-?\s*(?:\d+(?:\.\d+)?(?:ms|us|s|min|h)|\d+:\d+(?::\d+)?) .*- \S.*: "
)
_METRIC = regex(
    r" - ([A-Za-z_][^\s:]*(?: [\w./@-]+){0,3}): ([-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|nan|inf))(?=\s|$)",
    re.IGNORECASE,
)
# PaddlePaddle draws the bar of an evaluation under this line, inside the epoch.
_EVALUATION = "Eval begin..."
_SAMPLES = regex(r"Train on (\d+) samples(?:, validate on (\d+) samples)?")
_HEADER_ANYWHERE = regex(r"Epoch \d+/\d+\s*$")
_BAR_ANYWHERE = regex(r"\d+/\d+\s+(?:\[=|━)|- \d+m?s(?: - \d+\w+/\w+)? - \w+: [\d.]")
_REMAINING = regex(r"- ETA: ")


@dataclass
class _State:
    """What a bar shows at one moment."""

    line: int
    done: int | None
    total: int | None
    values: dict[str, float]
    remaining: bool

    @property
    def whole(self) -> bool:
        """Whether the epoch is over."""
        return self.done is None or (not self.remaining and self.done == self.total)


@dataclass
class _Epoch:
    number: int
    planned: int
    line: int
    result: _State | None = None
    printed: Printed = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return self.result is not None and self.result.whole


@dataclass
class _Fit:
    """One call of `fit`: epochs that count up under one plan; `states` are those of the first epoch's bar."""

    planned: int
    line: int
    last_line: int
    epochs: list[_Epoch]
    states: list[_State] = field(default_factory=list)
    events: list[LogEvent] = field(default_factory=list)
    settings: list[Hyperparameter] = field(default_factory=list)
    joined: int = 1

    def takes(self, number: int, planned: int) -> bool:
        """Whether an epoch goes on with this fit."""
        return planned == self.planned and bool(self.epochs) and number > self.epochs[-1].number

    def goes_round(self, number: int, planned: int) -> bool:
        """Whether an epoch is the next turn of a loop that calls `fit` for one epoch each time."""
        return number == planned == self.planned == 1


class _Console:
    """Follows a log line by line."""

    def __init__(self) -> None:
        self.fits: list[_Fit] = []
        self.events = EventFinder()
        self._settings: list[Hyperparameter] = []
        self._previous: _State | None = None
        self._evaluates = False
        self._before_any: dict[int, _State] = {}

    def run(self, lines: Lines) -> None:
        for number, physical in lines.physical():
            if not self._take_last(number, physical):
                for line in lines.states(number, physical.decode()):
                    self._line(line)
        self._give_back_first()

    def _give_back_first(self) -> None:
        """Moves each result to the next epoch where the log has every bar before its heading.

        So it comes out where the headings go to a buffer of their own: the first bar is before all of them,
        and the last heading is without one.
        """
        if len(self._before_any) != 1 or len(self.fits) != 1:
            return
        (fit,) = self.fits
        epochs = fit.epochs
        if len(epochs) < 2 or epochs[-1].result is not None or not all(epoch.over for epoch in epochs[:-1]):
            return
        (first,) = self._before_any.values()
        for epoch, result in zip(epochs, [first, *(epoch.result for epoch in epochs[:-1])], strict=True):
            epoch.result = result

    def _take_last(self, number: int, physical: bytes) -> bool:
        """Takes a redrawn line by what it shows last; False where an earlier state may matter too."""
        if b"\r" not in physical or b"Epoch" in physical or not self.fits:
            return False
        epochs = self.fits[-1].epochs
        # The states of a first epoch are a curve where no other epoch follows.
        if len(epochs) == 1 or epochs[-1].over:
            return False
        line = Line(number, last_state(physical))
        state = _state(line)
        if state is None:
            return False
        self._take(state, line)
        self._previous = state
        return True

    def _line(self, line: Line) -> None:
        text = line.text
        header = _HEADER.search(text) if "Epoch " in text else None
        if header:
            self._start_epoch(line.number, int(header.group(1)), int(header.group(2)))
            self._previous = None
            self._evaluates = False
            return
        state = _state(line)
        if state is not None and self.fits:
            self._take(state, line)
            self._previous = state
            return
        if state is not None and state.whole:
            self._before_any[line.number] = state
        self._evaluates = text.startswith(_EVALUATION) or (self._evaluates and not text.strip())
        if not line.overwritten:
            self._other(line)
        if text.strip():
            self._previous = None

    def _other(self, line: Line) -> None:
        if not line.text.strip():
            return
        if self.fits:
            self.fits[-1].last_line = line.number
            epoch = self.fits[-1].epochs[-1]
            if epoch.result is None or epoch.over:
                for name, value in named_numbers(line.text):
                    epoch.printed.setdefault(name, []).append((line.number, value))
        self.events.look(line.number, line.text)
        samples = _SAMPLES.search(line.text) if line.text.startswith("Train on") else None
        if samples:
            for size, name in zip(samples.groups(), ("train_size", "val_size"), strict=True):
                if size is not None:
                    source = f"log line {line.number}"
                    self._settings.append(Hyperparameter(name, int(size), name, source, Trust.PRINTED))
        elif not self.fits or self.fits[-1].epochs[-1].over:
            if starts_program(line.text):
                self._settings = []
            self._settings += printed_hyperparameters(line)

    def _start_epoch(self, line: int, number: int, planned: int) -> None:
        epoch = _Epoch(number, planned, line)
        fit = self.fits[-1] if self.fits else None
        if fit is not None and fit.takes(number, planned):
            fit.epochs.append(epoch)
        elif fit is not None and fit.goes_round(number, planned):
            fit.joined += 1
            epoch.number = len(fit.epochs) + 1
            fit.epochs.append(epoch)
        else:
            settings = {h.name: h for h in self._settings}
            self.fits.append(_Fit(planned, line, line, [epoch], settings=list(settings.values())))
            if fit is not None:
                words = f"The epochs start again at {number} of {planned}: a new run."
                self.fits[-1].events.append(LogEvent(EventKind.RESTART, words, line))
            self._settings = []

    def _take(self, state: _State, line: Line) -> None:
        fit = self.fits[-1]
        epoch = fit.epochs[-1]
        if self._evaluates and epoch.result is not None:
            epoch.result.values |= {f"val_{name}": value for name, value in state.values.items()}
            fit.last_line = state.line
            return
        if epoch.over and epoch.result is not None and not self._redraws(epoch.result, state):
            words = (
                f"A bar after the end of epoch {epoch.number} (an evaluation or a prediction) is no epoch: "
            )
            if state.whole and not line.overwritten:
                fit.events.append(LogEvent(EventKind.NOTE, words + " ".join(line.text.split()), state.line))
            return
        epoch.result = state
        fit.last_line = state.line
        if len(fit.epochs) == 1:
            if fit.states and fit.states[-1].done == state.done:
                fit.states.pop()
            fit.states.append(state)

    def _redraws(self, result: _State, state: _State) -> bool:
        """Whether a state is the last drawing of a bar that was already full (with the validation added)."""
        if result.line == state.line:
            return True
        if self._previous is result and result.values.items() <= state.values.items():
            return True
        # A checkpoint's message may stand between the full bar and the same bar with its validation.
        added = state.values.keys() - result.values.keys()
        kept = state.total == result.total and result.values.keys() <= state.values.keys()
        return kept and any(name.startswith("val_") for name in added)


def _state(line: Line) -> _State | None:
    text = line.text
    if ": " not in text:
        return None
    bar = _BAR.search(text)
    result = bar or _PLAIN_RESULT.match(text)
    if result is None:
        return None
    values = {name: float(word) for name, word in _METRIC.findall(text[bar.end() :] if bar else text)}
    values.pop("ETA", None)
    if not values:
        return None
    done, total = (part for part in result.groups() if part is not None) if bar else result.groups()
    known = total is not None and total != "Unknown"
    return _State(
        line=line.number,
        done=int(done) if known else None,
        total=int(total) if known else None,
        values=values,
        remaining=_REMAINING.search(text) is not None,
    )


def _finished(fit: _Fit) -> list[_Epoch]:
    """The epochs that count: all with a result, but not a last one that was cut off while still finite."""
    told = [epoch for epoch in fit.epochs if epoch.result is not None]
    last = fit.epochs[-1].result
    if last is None or last.whole or not np.isfinite(list(last.values.values())).all():
        return told
    return told[:-1]


def _series(fit: _Fit) -> list[Series]:
    """A curve for each name over the epochs; over the steps where not one epoch was finished."""
    epochs = _finished(fit)
    rows = [(e.number, e.result) for e in epochs if e.result is not None]
    kind = "epoch"
    if not rows:
        rows = [(state.done or index, state) for index, state in enumerate(fit.states)]
        kind = "step"
    names = dict.fromkeys(name for _, state in rows for name in state.values)
    series = []
    for name in names:
        told = [(x, state) for x, state in rows if name in state.values]
        series.append(
            Series(
                name=name,
                y=np.array([state.values[name] for _, state in told], dtype=np.float64),
                x=np.array([x for x, _ in told], dtype=np.float64),
                at=np.array([state.line for _, state in told], dtype=np.int64),
                x_kind="epoch" if kind == "epoch" else "step",
            )
        )
    if kind == "epoch":
        series += printed_curves([(epoch.number, epoch.printed) for epoch in fit.epochs], frozenset(names))
    return series


def _notes(fit: _Fit, last_of_all: bool) -> list[LogEvent]:
    """What the reader decided about a fit."""
    notes = list(fit.events)
    if fit.joined > 1:
        words = f"{fit.joined} fits of one epoch each were read as one run of an outer loop."
        notes.append(LogEvent(EventKind.NOTE, words, fit.line))
    epochs = _finished(fit)
    last = fit.epochs[-1]
    if last.result is None or not last.over:
        words = f"Epoch {last.number} of {fit.planned} was not finished."
        notes.append(LogEvent(EventKind.TRUNCATED, words, last.line))
    elif fit.joined == 1 and epochs and epochs[-1].number < fit.planned:
        words = f"The fit ended after {epochs[-1].number} of {fit.planned} epochs."
        went_on = not last_of_all or fit.last_line > last.result.line
        notes.append(LogEvent(EventKind.EARLY_STOP if went_on else EventKind.NOTE, words, fit.last_line))
    return notes


def _hyperparameters(fit: _Fit) -> tuple[Hyperparameter, ...]:
    if fit.joined > 1:
        return tuple(fit.settings)
    planned = Hyperparameter("epochs", fit.planned, "epochs", f"log line {fit.line}", Trust.PRINTED)
    return (planned, *(h for h in fit.settings if h.role != "epochs"))


class KerasConsole:
    """What Keras prints while it fits, in any of its versions, bare or pasted into other text."""

    name = "keras-console"
    title = "Keras console: `Epoch 3/20` and progress bars of Keras 1, 2 and 3, or one line an epoch"
    most_sure = 0.9

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where a header and a bar are seen; a little where only a header is."""
        if looks_binary(head):
            return 0.0
        text = strip_escapes(decode(head).text).replace("\r", "\n").replace("\x08", "")
        lines = text.split("\n")
        header = any("Epoch " in line and _HEADER.search(line) for line in lines)
        bars = any(_state(Line(0, line)) is not None for line in lines)
        return 0.9 if header and bars else 0.5 if bars and _BAR.search(text) else 0.2 if header else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """Every fit in the text."""
        console = _Console()
        lines = read_lines(source)
        console.run(lines)
        return _runs(console, lines.events, source.label)


class KerasSpeaksError(Exception):
    """A text that was not known to be Keras' has its headers and bars."""


def without_keras(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines of a text, as long as Keras has not spoken in it: it may also long after its first bytes.

    Raises:
        KerasSpeaksError: a header of Keras was seen, and later a bar.
    """
    header = False
    for line in lines:
        if header:
            if (" - " in line.text or "/" in line.text) and _BAR_ANYWHERE.search(line.text):
                raise KerasSpeaksError
        elif "Epoch " in line.text:
            header = _HEADER_ANYWHERE.search(line.text) is not None
        yield line


def _runs(console: _Console, faults: list[LogEvent], source: str) -> list[Run]:
    fits = [fit for fit in console.fits if _series(fit)]
    later = [fit.line for fit in fits[1:]]
    runs = []
    for number, fit in enumerate(fits, start=1):
        found = [event for event in console.events.events if bisect_right(later, event.place) + 1 == number]
        events = [*(faults if number == 1 else []), *found, *_notes(fit, number == len(fits))]
        runs.append(
            Run(
                source=source,
                name=nth_run(number, len(fits)),
                reader=KerasConsole.name,
                series=assign_roles(_series(fit)),
                hyperparameters=_hyperparameters(fit),
                events=tuple(sorted(events, key=lambda event: event.place)),
            )
        )
    return runs


READER = KerasConsole()
