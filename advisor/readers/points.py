"""Curves from stores that keep each point with its own step and time, one list per curve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.run import EventKind, Floats, LogEvent, Series, XKind

MAX_CURVES = 10_000


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one curve in the order in which they were written; all three of shape (n,).

    Attributes:
        values: The values.
        steps: Their steps.
        times: When they were written, in seconds since the epoch.
    """

    values: Floats
    steps: Floats
    times: Floats

    @classmethod
    def of(cls, values: Sequence[Any], steps: Sequence[Any], times: Sequence[Any] | None = None) -> "Points":
        """Points from lists of numbers of one length; without times all of them are of one moment."""
        given = (values, steps, np.zeros(len(values)) if times is None else times)
        return cls(*(np.asarray(numbers, dtype=np.float64) for numbers in given))


def _mark(numbers: Floats) -> Floats:
    """The greatest number so far; one that is not finite counts as the one before it."""
    return np.maximum.accumulate(np.where(np.isfinite(numbers), numbers, -np.inf))


def curves(points: Mapping[str, Points]) -> list[Series]:
    """One curve per name, the points of all of them placed on common rows.

    The rows are the order of time, then of the step; what follows one another with one step stands on one
    row. Within a curve the order in which its points were written is kept, whatever their times say. Where a
    curve has one step for all of its points, the step says nothing and x is the index.
    """
    names = [name for name, found in points.items() if found.values.size][:MAX_CURVES]
    if not names:
        return []
    parts = [points[name] for name in names]
    owner = np.repeat(np.arange(len(parts)), [part.values.size for part in parts])
    steps = np.concatenate([part.steps for part in parts])
    times = np.concatenate([_mark(part.times) for part in parts])
    marks = np.concatenate([_mark(part.steps) for part in parts])
    order = np.lexsort((owner, marks, times))
    rows = np.empty(order.size, dtype=np.int64)
    rows[order] = np.concatenate(([0], np.cumsum(np.diff(steps[order]) != 0))) + 1
    made = []
    end = 0
    for name, part in zip(names, parts, strict=True):
        start, end = end, end + part.values.size
        counted = part.steps.size == 1 or bool((part.steps != part.steps[0]).any())
        counted = counted and bool(np.isfinite(part.steps).all())
        x = part.steps if counted else np.arange(part.steps.size, dtype=np.float64)
        wall = part.times if np.isfinite(part.times).all() else None
        kind: XKind = "step" if counted else "index"
        made.append(Series(name, part.values, x, rows[start:end], kind, wall_time=wall))
    return made


def restart(series: Sequence[Series]) -> list[LogEvent]:
    """An event for the first place where the step of the longest curve goes back."""
    longest = max(series, key=len, default=None)
    if longest is None or longest.x_kind == "index":
        return []
    back = np.flatnonzero(np.diff(longest.x) < 0)
    if not back.size:
        return []
    i = int(back[0])
    text = f"step of '{longest.name}' goes back from {longest.x[i]:g} to {longest.x[i + 1]:g}"
    return [LogEvent(EventKind.RESTART, text, int(longest.at[i + 1]), int(back.size))]
