"""Finds the lines of a log that matter to a diagnosis though they are no metric."""

import re
from collections.abc import Iterable

from advisor.patterns import regex
from advisor.readers.event_wordings import WORDINGS
from advisor.readers.lines import Line
from advisor.run import EventKind, LogEvent

_TEXT_LIMIT = 500
_LOOKED_AT = 2_000
_SHAPES_REMEMBERED = 20_000
_EVENTS_KEPT = 1_000
_ANY = regex(
    "|".join(f"(?P<{kind.value}>{'|'.join(wordings)})" for kind, wordings in WORDINGS.items()), re.IGNORECASE
)
_ORDER = {kind.value: place for place, kind in enumerate(WORDINGS)}
# What a program returns whose death a signal was: 9 (the kernel, short of memory) and 11 (a wrong address).
_EXIT_CODE = regex(
    r"\b(?:exit(?:ed)?|returned non-zero exit) ?(?:with )?(?:exit )?(?:code|status)\s*:?\s*(-?\d+)",
    re.IGNORECASE,
)
_EXIT_CODES_OF_SIGNALS = frozenset({"137", "139", "-9", "-11"})
_TRACE_START = regex(r"Traceback \(most recent call last\)")
_RANK = regex(r"^\[?(?:rank|default)?\d+\]?:\s")
_INDENTED = regex(r"^(?:\s|\^|\||\+-)")
_CODE = regex(
    r"^\s*(?:#|//|import |from \w+ import|def |class |return |if |for |while |print\(|[\w.]+ ?= ?\w+\()"
)
_EACH_COUNTS = frozenset(
    {EventKind.LEARNING_RATE, EventKind.EARLY_STOP, EventKind.TRACEBACK, EventKind.OUT_OF_MEMORY}
)
_DIGITS = regex(r"\d+")


class EventFinder:
    """Looks at the lines of one log in turn and keeps the events.

    Lines that differ in their digits alone are one event with a count, unless each matters for itself (a
    learning rate reduction, a traceback).

    Attributes:
        in_traceback: Whether the next line may belong to a traceback.
    """

    def __init__(self) -> None:
        self._found: list[LogEvent] = []
        self._places: dict[tuple[EventKind, str], int] = {}
        self._kinds: dict[str, EventKind | None] = {}
        self.in_traceback = False

    @property
    def events(self) -> list[LogEvent]:
        """What was found so far, in the order of the log."""
        return list(self._found)

    def look(self, number: int, text: str) -> EventKind | None:
        """What a line is, keeping it; None for a line that is no event and no part of a traceback."""
        if self.in_traceback:
            kind = self._traceback_line(number, text)
            if kind is not None:
                return kind
        shape = _shape(text)
        kind = self._kind(shape, text)
        if kind is EventKind.TRACEBACK and _TRACE_START.search(text):
            self.in_traceback = True
            return kind
        if kind is not None:
            self._keep(kind, number, text, shape)
        return kind

    def is_event(self, text: str) -> bool:
        """Whether a line that is no part of a traceback may be an event, with these digits or others."""
        shape = _shape(text)
        return _speaks_of_exit(shape) or self._kind(shape, text) is not None

    def _kind(self, shape: str, text: str) -> EventKind | None:
        try:
            kind = self._kinds[shape]
        except KeyError:
            kind = _kind_of_shape(shape)
            if len(self._kinds) < _SHAPES_REMEMBERED:
                self._kinds[shape] = kind
        return kind or (EventKind.TRACEBACK if _speaks_of_exit(shape) and _tells_of_signal(text) else None)

    def _traceback_line(self, number: int, text: str) -> EventKind | None:
        """Whether a line belongs to the traceback; its last line, the error itself, is kept."""
        bare = _RANK.sub("", text)
        if not bare.strip() or _INDENTED.match(bare) or _TRACE_START.search(bare):
            return EventKind.TRACEBACK
        self.in_traceback = False
        if bare.startswith(("During handling", "The above exception")):
            return EventKind.TRACEBACK
        if not re.match(r"[A-Za-z_][\w.]*(?::|$)", bare):
            return None
        self._keep(EventKind.TRACEBACK, number, text, text)
        kind = self._kind(_shape(text), text)
        if kind is not None and kind is not EventKind.TRACEBACK:
            self._keep(kind, number, text, text)
        return EventKind.TRACEBACK

    def note(self, number: int, words: str) -> None:
        """Keeps what a reader decided about a line."""
        self._keep(EventKind.NOTE, number, words, words)

    def _keep(self, kind: EventKind, number: int, text: str, shape: str) -> None:
        place = self._places.get((kind, shape))
        if place is not None and (kind not in _EACH_COUNTS or len(self._found) >= _EVENTS_KEPT):
            first = self._found[place]
            self._found[place] = LogEvent(kind, first.text, first.line, first.count + 1)
        elif len(self._found) < _EVENTS_KEPT:
            self._places[kind, shape] = len(self._found)
            self._found.append(LogEvent(kind, " ".join(text[:_TEXT_LIMIT].split()), number))


def _shape(text: str) -> str:
    return _DIGITS.sub("0", text[:_LOOKED_AT])


def kind_of(text: str) -> EventKind | None:
    """What kind of event a line speaks of, or None. Source code is no event."""
    kind = _kind_of_shape(text)
    return kind or (EventKind.TRACEBACK if _tells_of_signal(text) else None)


def may_be_event(text: str) -> bool:
    """Whether a line is an event, or one that differs from it in its digits alone."""
    return _speaks_of_exit(text) or kind_of(text) is not None


def _kind_of_shape(text: str) -> EventKind | None:
    """The kind of a line as far as it does not hang on the digits."""
    if _TRACE_START.search(text):
        return EventKind.TRACEBACK
    found = {str(match.lastgroup) for match in _ANY.finditer(text[:_LOOKED_AT])}
    if not found or _CODE.match(text):
        return None
    return EventKind(min(found, key=_ORDER.__getitem__))


def _speaks_of_exit(text: str) -> bool:
    return "xit" in text and _EXIT_CODE.search(text) is not None


def _tells_of_signal(text: str) -> bool:
    """Whether a line says that a program was ended by a signal."""
    match = _EXIT_CODE.search(text) if "xit" in text else None
    return match is not None and match.group(1) in _EXIT_CODES_OF_SIGNALS


def find_events(lines: Iterable[Line]) -> list[LogEvent]:
    """Every event in the lines of a log.

    Out of memory, tracebacks (their last line), killed processes, NaN warnings, scheduler and data loader
    warnings, early stopping, learning rate changes and saved checkpoints.
    """
    finder = EventFinder()
    for line in lines:
        if not line.overwritten:
            finder.look(line.number, line.text)
    return finder.events
