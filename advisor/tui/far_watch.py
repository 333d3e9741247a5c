"""Watches a large log by a process of its own, which sends only what is new."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from advisor.run import Run, Series
from advisor.tui.large import Request, ended_from_outside, prepared
from advisor.workers import Apart, EndedFromOutsideError

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.watch import News

_INTERVAL = 0.1
_REST_PER_WORK = 3.0


@dataclass(frozen=True, slots=True)
class Update:
    """What a look has shown.

    Attributes:
        news: Of the look.
        assessments: Of every run, each curve from its first new point on.
        known: How many points of each curve went before, by run; they are as they were sent.
    """

    news: "News"
    assessments: "tuple[Assessment, ...]"
    known: tuple[tuple[int, ...], ...]


def watch_apart(request: Request) -> Iterator[Update]:
    """What looks at one log show, for ever; for another process."""
    from advisor.watch import Watch

    session = prepared(request)
    watch = Watch(session.rulebook, request.paths[0], request.known, session.corrected, session.judge)
    sent: Sequence[Run] = ()
    before = 0.0
    while True:
        began = time.monotonic()
        news = watch.look()
        if news.read:
            yield _update(news, watch.assessments, sent)
            sent = [item.run for item in watch.assessments]
        worked = time.monotonic() - began
        if not news.behind:
            # One long look is no reason for a long rest: the first reads all that is there.
            time.sleep(max(_INTERVAL, _REST_PER_WORK * min(worked, before)))
        before = worked


class FarWatch:
    """Looks at one log like `advisor.watch.Watch`, by the eyes of another process.

    Args:
        request: The log, and what it is judged by.
        stop: Ends the looking when it is set.

    Attributes:
        assessments: As there.

    Raises:
        OSError: no process can be started.
    """

    def __init__(self, request: Request, stop: threading.Event) -> None:
        self.assessments: list[Assessment] = []
        self._updates = Apart(watch_apart, request, stop)
        self._changed_at = time.monotonic()

    @property
    def quiet(self) -> float:
        """Seconds since anything new was seen."""
        return time.monotonic() - self._changed_at

    def look(self) -> "News":
        """Wait for what is new; nothing where looking was stopped.

        Raises:
            AdvisorError: the other process is gone.
        """
        from advisor.readers.follow import Kind
        from advisor.watch import News

        try:
            update = next(self._updates, None)
        except EndedFromOutsideError as error:
            raise ended_from_outside() from error
        if update is None:
            return News(Kind.NOTHING)
        before = [item.run for item in self.assessments]
        self.assessments = _whole(update, before)
        self._changed_at = time.monotonic()
        return update.news

    def end(self) -> None:
        """Look no more."""
        self._updates.end()


def _update(news: "News", assessments: "Sequence[Assessment]", sent: Sequence[Run]) -> Update:
    known, items = [], []
    for place, item in enumerate(assessments):
        before = sent[place].series if place < len(sent) else ()
        counts = tuple(
            _same_points(before[n], series) if n < len(before) else 0
            for n, series in enumerate(item.run.series)
        )
        fresh = tuple(_after(series, count) for series, count in zip(item.run.series, counts, strict=True))
        known.append(counts)
        items.append(replace(item, run=replace(item.run, series=fresh)))
    return Update(news, tuple(items), tuple(known))


def _same_points(before: Series, now: Series) -> int:
    """How many points a curve had, where it only grew since; 0 where anything of it is another."""
    count = len(before)
    pairs = [(before.y, now.y), (before.x, now.x), (before.at, now.at)]
    if before.wall_time is not None and now.wall_time is not None:
        pairs.append((before.wall_time, now.wall_time))
    same = (before.wall_time is None) == (now.wall_time is None) and len(now) >= count
    return count if same and all(np.array_equal(a, b[:count], equal_nan=True) for a, b in pairs) else 0


def _after(series: Series, count: int) -> Series:
    times = None if series.wall_time is None else series.wall_time[count:]
    return replace(series, y=series.y[count:], x=series.x[count:], at=series.at[count:], wall_time=times)


def _whole(update: Update, before: Sequence[Run]) -> "list[Assessment]":
    """The assessments with whole curves again."""
    items = []
    for place, (item, counts) in enumerate(zip(update.assessments, update.known, strict=True)):
        old = before[place].series if place < len(before) else ()
        series = tuple(
            _joined(old[n], new) if count else new
            for n, (new, count) in enumerate(zip(item.run.series, counts, strict=True))
        )
        items.append(replace(item, run=replace(item.run, series=series)))
    return items


def _joined(old: Series, new: Series) -> Series:
    times = None
    if old.wall_time is not None and new.wall_time is not None:
        times = np.concatenate([old.wall_time, new.wall_time])
    return replace(
        new,
        y=np.concatenate([old.y, new.y]),
        x=np.concatenate([old.x, new.x]),
        at=np.concatenate([old.at, new.at]),
        wall_time=times,
    )
