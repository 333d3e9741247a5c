"""Finds the lines of a log that matter to a diagnosis though they are no metric."""

import re
from collections.abc import Iterable

from advisor.readers.lines import Line
from advisor.run import EventKind, LogEvent

_TEXT_LIMIT = 500
_SHAPES_REMEMBERED = 20_000
_EVENTS_KEPT = 1_000
_PATTERNS = {
    EventKind.OUT_OF_MEMORY: (
        r"out of memory|OutOfMemoryError|oom[-_]kill|RESOURCE_EXHAUSTED|ResourceExhaustedError|"
        r"CUBLAS_STATUS_ALLOC_FAILED|cannot allocate memory|"
        r"unable to allocate [\d.]+ ?[KMGT]i?B|std::bad_alloc|^MemoryError|\bOOM when allocating|"
        r"显存不足|内存不足"
    ),
    EventKind.TRACEBACK: (
        r"(?:^|: |\d )Killed(?:\s\s|$)|\bSIGKILL\b|\bSIGSEGV\b|Segmentation fault|"
        r"\bexit(?:ed)? (?:with )?(?:code|status) (?:137|139|-9|-11)\b|core dumped|NCCL (?:error|timeout)|"
        r"Watchdog caught collective operation timeout|CUDA error: |device-side assert"
    ),
    EventKind.NON_FINITE: (
        r"(?:nan|inf(?:inity|inite)?s?|non-?finite)\b.{0,40}\b(?:detected|encountered|found|skipping|stopping|loss|"
        r"grad(?:ient)?s?\b|weights?)|(?:invalid|non-?finite|bad) loss|loss (?:is|became|went|has become) "
        r"(?:nan|inf|infinite|not finite)|returned nan values|gradient overflow|overflow encountered in|"
        r"invalid value encountered in|损失(?:为|变为|出现) ?(?:nan|inf)"
    ),
    EventKind.EARLY_STOP: (
        r"(?:^|[\]:|>!*] ?|\bepoch \d+\W{0,4}\w{0,12} ?)early[ _-]?stopp?(?:ing|ed)?\b"
        r"(?! ?[=(,\])]| counter| patience| callback|\W{1,3}(?:\d+|true|false|none)\s*$)|"
        r"early[ _-]?stopp?(?:ing|ed)? (?:triggered|activated|at epoch|at step|after \d|condition met)|"
        r"stopping training early|did not improve in the last|(?:has|have)n[o']t improved (?:for|in) \d+ "
        r"(?:epochs|steps|evaluations)|提前停止训练|触发早停|早停(?:于|在|:|：|触发)"
    ),
    EventKind.LEARNING_RATE: (
        r"reduc(?:ing|ed) learning rate|ReduceLROnPlateau (?:reducing|setting)|setting learning rate to|"
        r"learning rate (?:is )?(?:reduced|set|changed|decreased|lowered|dropped|decayed) to|"
        r"adjust(?:ing|ed) learning rate|"
        r"学习率(?:降低|调整|下降|衰减)(?:为|到|至)"
    ),
    EventKind.WARNING: (
        r"lr_scheduler\.step\(\)` before `optimizer\.step|scheduler.{0,40}before.{0,40}optimi[sz]er|"
        r"DataLoader worker .{0,60}(?:killed|exited)|create a bottleneck|too many open files|"
        r"this DataLoader will create \d+ worker|detected call of|find unused parameters|ran out of input|"
        r"Your input ran out of data|no gradients? (?:provided|for)|ConvergenceWarning|"
        r"UndefinedMetricWarning|"
        r"(?:target|input) size .{0,80} (?:different|broadcast)|rank deficient"
    ),
    EventKind.RESTART: (
        r"\bresum(?:ed|ing) (?:training |run )?(?:from|at)\b|=> ?load(?:ed|ing) checkpoint|"
        r"\b(?:loaded|loading|restored|restoring) (?:the )?(?:training )?checkpoint from|"
        r"(?:从|自).{0,40}(?:恢复|继续)训练"
    ),
    EventKind.CHECKPOINT: (
        r"\b(?:saved|saving|wrote|writing)\b.{0,60}(?:checkpoint|model|weights|state|policy|\.(?:pth?|ckpt|h5|"
        r"hdf5|keras|safetensors|pdparams|npz|params|caffemodel|solverstate))|"
        r"\bsave (?:the )?(?:best )?(?:model|checkpoint) (?:in|is|to)\b|checkpoint (?:saved|written)|"
        r"snapshotting to|保存(?:了?模型|检查点|权重)"
    ),
}  # fmt: skip
_ANY = re.compile(
    "|".join(f"(?P<{kind.value}>{pattern})" for kind, pattern in _PATTERNS.items()), re.IGNORECASE
)
_TRACE_START = re.compile(r"Traceback \(most recent call last\)")
_RANK = re.compile(r"^\[?(?:rank|default)?\d+\]?:\s")
_INDENTED = re.compile(r"^(?:\s|\^|\||\+-)")
_CODE = re.compile(
    r"^\s*(?:#|//|import |from \w+ import|def |class |return |if |for |while |print\(|[\w.]+ ?= ?\w+\()"
)
_EACH_COUNTS = frozenset(
    {EventKind.LEARNING_RATE, EventKind.EARLY_STOP, EventKind.TRACEBACK, EventKind.OUT_OF_MEMORY}
)
_DIGITS = re.compile(r"\d+")


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
        kind = self._kind(shape)
        if kind is EventKind.TRACEBACK and _TRACE_START.search(text):
            self.in_traceback = True
            return kind
        if kind is not None:
            self._keep(kind, number, text, shape)
        return kind

    def is_event(self, text: str) -> bool:
        """Whether a line that is no part of a traceback is an event; nothing is kept."""
        return self._kind(_shape(text)) is not None

    def _kind(self, shape: str) -> EventKind | None:
        try:
            return self._kinds[shape]
        except KeyError:
            pass
        kind = kind_of(shape)
        if len(self._kinds) < _SHAPES_REMEMBERED:
            self._kinds[shape] = kind
        return kind

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
        kind = self._kind(_DIGITS.sub("0", text))
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
    return _DIGITS.sub("0", text) if len(text) < 2_000 else text[:2_000]


def kind_of(text: str) -> EventKind | None:
    """What kind of event a line speaks of, or None. Source code is no event."""
    if _TRACE_START.search(text):
        return EventKind.TRACEBACK
    match = _ANY.search(text[:2_000])
    if match is None or _CODE.match(text):
        return None
    return EventKind(str(match.lastgroup))


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
