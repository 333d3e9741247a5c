"""Reads a log while it grows, so that a look costs what is new and not what is there.

The rule: what is new is read together with the first lines and the last known lines of the log, by the reader
that read the whole. Where that reading says of the last known lines exactly what the whole reading said, its
further points are taken; where it does not (a new run, a new curve, a document and no lines), the log is
read as a whole. It is also read as a whole while it is small, and each time that it has doubled, so that
everything that only the whole can tell (roles, settings, what is a record) is at most one doubling old; and
after a quiet second, where that takes less than a quarter of one. Readings of the whole take a fifth of the
time at most.
"""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from advisor.errors import UnreadableError
from advisor.readers.base import Reader, Source
from advisor.readers.decode import looks_binary
from advisor.readers.follow import Change, Follower, Kind
from advisor.readers.registry import all_readers, read_source
from advisor.readers.sources import accepted
from advisor.run import EventKind, LogEvent, Run, Series

_SMALL = 1 << 14
_HEAD = 1 << 11
_TAIL = 1 << 13
_TAIL_LINES = 20
_LONGEST_TAIL = 1 << 18
_REST_PER_WORK = 4.0
_CHEAP = 0.25
_QUIET = 1.0


class GrowingLog:
    """The runs of a log that is being written.

    Args:
        path: The log, which need not exist yet.
        label: Its name as the user gave it.

    Attributes:
        runs: As of the last look; those of before where the log cannot be read at this moment.
        problem: Why the log cannot be read at this moment, or None.
    """

    def __init__(self, path: Path, label: str) -> None:
        self.runs: list[Run] = []
        self.problem: UnreadableError | None = None
        self._source = Source(label, path, content=b"")
        self._follower = Follower(path)
        self._context: _Context | None = None
        self._stale = self._in_parts = False
        self._rested_at = self._changed_at = -math.inf
        self._cost = math.inf

    def look(self) -> Change:
        """What happened to the file since the last look; afterwards `runs` is as new as the rule allows."""
        change = self._follower.poll()
        if change.kind is Kind.APPENDED:
            self._stale = self._stale or not self._extend(change.data)
        elif change.kind not in (Kind.NOTHING, Kind.GONE):
            self._stale, self._rested_at = True, -math.inf
        now = time.monotonic()
        if change.kind is not Kind.NOTHING:
            self._changed_at = now
        if now >= self._rested_at and not change.behind and (self._stale or self._may_check(now)):
            self._read_whole()
        return change

    def settle(self) -> None:
        """Read as a whole what is there now, whatever it takes."""
        while self._follower.poll().behind:
            pass
        self._read_whole()

    def _may_check(self, now: float) -> bool:
        """Whether what was read in parts may now be read as a whole, since that costs little."""
        return self._in_parts and self._cost < _CHEAP and now - self._changed_at > _QUIET

    def _extend(self, data: bytes) -> bool:
        context = self._context
        if context is None or not self._follower.text or context.size + len(data) > 2 * context.whole_size:
            return False
        runs = _extended(self.runs, context, data)
        if runs is not None:
            self.runs = runs
            self._in_parts = True
            context.go_on(data)
        return runs is not None

    def _read_whole(self) -> None:
        started = time.monotonic()
        # A writer that goes on at its old place after a cut leaves a hole of NUL bytes before it.
        content = self._follower.content().lstrip(b"\x00")
        try:
            self.runs, self.problem = read_source(self._accepted(content)), None
        except UnreadableError as error:
            self.problem = error
        self._stale = self._in_parts = False
        usable = len(content) > _SMALL and self.problem is None and bool(self.runs)
        self._context = _Context(content, self.runs[-1]) if usable else None
        ended = time.monotonic()
        self._cost = ended - started
        if len(content) > _SMALL:
            self._rested_at = ended + _REST_PER_WORK * self._cost

    def _accepted(self, content: bytes) -> Source:
        source = accepted(replace(self._source, content=content))
        data = source.data()
        if data is content or looks_binary(source.head):
            return source
        # What a packed log holds may end in the middle of a line.
        return replace(source, content=data[: data.rfind(b"\n") + 1])


class _Context:
    """What a reader needs to know of a log to read its next lines.

    Attributes:
        reader: Who read the whole.
        size: Bytes that are known.
        whole_size: Bytes when it was last read as a whole.
        lines: Lines that are known.
        head: Its first lines, and the last two lines before the tail that gave a point to each curve.
        tail: Its last whole lines, none of them in `head`.
        examples: Which line of the log each of those two lines is, by its line in `head`.
    """

    def __init__(self, content: bytes, run: Run) -> None:
        self.reader = next((r for r in all_readers() if r.name == run.reader), None)
        self.size = self.whole_size = len(content)
        self.lines = content.count(b"\n")
        self.head = content[: content.rfind(b"\n", 0, _HEAD) + 1]
        self.tail = _last_lines(content[len(self.head) :])
        self.examples: dict[int, int] = {}
        self.head += self._take_examples(content, run)

    def _take_examples(self, content: bytes, run: Run) -> bytes:
        first, last = self.head.count(b"\n"), self.lines - self.tail.count(b"\n")
        at = {int(n) for s in run.series for n in s.at[: s.at.searchsorted(last, side="right")][-2:]}
        lines = content.split(b"\n")
        taken = [n for n in sorted(at) if n > first]
        self.examples = {first + place: n for place, n in enumerate(taken, start=1)}
        return b"".join(lines[n - 1] + b"\n" for n in taken)

    def go_on(self, data: bytes) -> None:
        """Take lines for known."""
        self.size += len(data)
        self.lines += data.count(b"\n")
        self.tail = _last_lines(self.tail + data)


def _last_lines(content: bytes) -> bytes:
    """The last of some whole lines: at least 20 of them and 8 KiB, as far as 256 KiB hold as many."""
    begin = len(content)
    for _ in range(_TAIL_LINES):
        begin = content.rfind(b"\n", 0, max(begin - 1, 0)) + 1
    begin = content.rfind(b"\n", 0, max(min(begin, len(content) - _TAIL), 0)) + 1
    if len(content) - begin > _LONGEST_TAIL:
        begin = content.find(b"\n", len(content) - _LONGEST_TAIL - 1) + 1
    return content[begin:]


def _extended(runs: Sequence[Run], context: _Context, data: bytes) -> list[Run] | None:
    """The runs with the points of further lines, or None where only the whole can tell them."""
    if context.reader is None:
        return None
    found = _read(context.reader, context.head + context.tail + data)
    if not found:
        return None
    head, tail = context.head.count(b"\n"), context.tail.count(b"\n")
    shift = context.lines - head - tail
    # The first half of the tail gives the reader its bearings, the second half is compared.
    since, known = head + tail // 2, head + tail
    if any((series.at > known).any() for run in found[:-1] for series in run.series):
        return None
    series = _joined(runs[-1].series, found[-1].series, since, known, shift, context.examples)
    if series is None:
        return None
    events = _later(found[-1].events, known, shift)
    return [*runs[:-1], replace(runs[-1], series=series, events=(*runs[-1].events, *events))]


def _read(reader: Reader, content: bytes) -> Sequence[Run]:
    try:
        return [run for run in reader.read(Source("", content=content)) if run.series]
    except UnreadableError:
        return []


def _joined(
    whole: Sequence[Series],
    part: Sequence[Series],
    since: int,
    known: int,
    shift: int,
    examples: Mapping[int, int] | None = None,
) -> tuple[Series, ...] | None:
    """The curves of the whole with the further points of a part, or None where the two disagree.

    Args:
        whole: What is known, its positions as in the log.
        part: What the part was read into, its positions `shift` lower than in the log.
        since: Position in the part after which the two are compared.
        known: Position in the part after which points are new.
        shift: What turns a position of the part into one of the log.
        examples: Earlier lines that stand in the part too: their position in the log, by that in the part.
    """
    parts = {series.name: series for series in part}
    if len(parts) < len(part) or len({series.name for series in whole}) < len(whole):
        return None
    offsets = _offsets(whole, parts, since, known, shift, examples or {})
    if offsets is None or not any(offsets.values()):
        return None
    joined = {curve.name: curve for curve in whole}
    for name, curve in parts.items():
        start = int(np.searchsorted(curve.at, known, side="right"))
        if start == len(curve):
            continue
        offset = offsets.get(name, set())
        if len(offset) != 1:
            return None
        joined[name] = _with_points(joined[name], curve, start, next(iter(offset)), shift)
    return tuple(joined.values())


def _offsets(
    whole: Sequence[Series],
    parts: Mapping[str, Series],
    since: int,
    known: int,
    shift: int,
    examples: Mapping[int, int],
) -> dict[str, set[float]] | None:
    """By how much x of each curve's part is off, as in `_agree`; None where one of them disagrees.

    A curve with no point in the lines that are compared is placed as the others of its kind are.
    """
    offsets: dict[str, set[float]] = {}
    by_kind: dict[str, set[float]] = {}
    for curve in whole:
        offset = _agree(curve, parts.get(curve.name), since, known, shift, examples)
        if offset is None:
            return None
        offsets[curve.name] = offset
        by_kind.setdefault(curve.x_kind, set()).update(offset)
    return {curve.name: offsets[curve.name] or by_kind[curve.x_kind] for curve in whole}


def _agree(
    whole: Series, part: Series | None, since: int, known: int, shift: int, examples: Mapping[int, int]
) -> set[float] | None:
    """By how much x of a part is off; nothing where no point is in both, None where the two disagree."""
    start = int(np.searchsorted(whole.at, since + shift, side="right"))
    if part is None:
        return set() if start == len(whole) else None
    low, high = np.searchsorted(part.at, (since, known), side="right")
    same = (
        part.x_kind == whole.x_kind
        and (part.wall_time is None) == (whole.wall_time is None)
        and np.array_equal(whole.at[start:], part.at[low:high] + shift)
        and np.array_equal(whole.y[start:], part.y[low:high], equal_nan=True)
    )
    if not same:
        return None
    return set((whole.x[start:] - part.x[low:high]).tolist()) or _by_examples(whole, part, examples)


def _by_examples(whole: Series, part: Series, examples: Mapping[int, int]) -> set[float]:
    """By how much x of a part is off at the earlier lines that it holds; nothing where one differs."""
    offsets: set[float] = set()
    for at, earlier in examples.items():
        here, there = np.flatnonzero(part.at == at), np.flatnonzero(whole.at == earlier)
        if not np.array_equal(part.y[here], whole.y[there], equal_nan=True):
            return set()
        offsets |= set((whole.x[there] - part.x[here]).tolist())
    return offsets


def _with_points(whole: Series, part: Series, start: int, by: float, shift: int) -> Series:
    wall = whole.wall_time
    if wall is not None:
        assert part.wall_time is not None  # or they would not agree
        wall = np.concatenate((wall, part.wall_time[start:]))
    return replace(
        whole,
        y=np.concatenate((whole.y, part.y[start:])),
        x=np.concatenate((whole.x, part.x[start:] + by)),
        at=np.concatenate((whole.at, part.at[start:] + shift)),
        wall_time=wall,
    )


def _later(events: Iterable[LogEvent], known: int, shift: int) -> list[LogEvent]:
    """What was noticed in the new lines; a record that is not ended yet is no damage."""
    return [
        replace(event, line=event.line + shift)
        for event in events
        if event.line is not None and event.line > known and event.kind is not EventKind.TRUNCATED
    ]
