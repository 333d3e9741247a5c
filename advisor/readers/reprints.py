"""Takes a table that a program prints anew each epoch, with all its rows so far, for one training."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from advisor.run import EventKind, LogEvent, Run, Series

_FEWEST = 3
"""Two trainings of one seed may be alike as far as the shorter goes; hardly three that each go on."""


def without_reprints(runs: Sequence[Run]) -> list[Run]:
    """The runs of one log, those left out that a later one holds, where at least three lead up to it."""
    kept: list[Run] = []
    end = len(runs)
    while end:
        last = runs[end - 1]
        start = end - 1
        while start and _leads_to(runs[start - 1], runs[start]) and _is_part_of(runs[start - 1], last):
            start -= 1
        if end - start >= _FEWEST:
            words = "A table that is printed anew each time with all its rows was read once, as it was last."
            note = LogEvent(EventKind.NOTE, words, count=end - start - 1)
            kept.append(replace(last, events=(*last.events, note)))
        else:
            kept += reversed(runs[start:end])
        end = start
    return kept[::-1]


def _leads_to(run: Run, following: Run) -> bool:
    """Whether what follows a run goes further, with the same curves."""
    if len(run.series) != len(following.series):
        return False
    pairs = list(zip(run, following, strict=True))
    return all(a.name == b.name and len(a) and len(b) and a.x[-1] < b.x[-1] for a, b in pairs)


def _is_part_of(run: Run, whole: Run) -> bool:
    return all(_holds(curve, part) for curve, part in zip(whole, run, strict=True))


def _holds(curve: Series, part: Series) -> bool:
    """Whether a curve goes through all points of another one, without any between them."""
    start = int(np.searchsorted(curve.x, part.x[0]))
    held = slice(start, start + len(part))
    return np.array_equal(curve.x[held], part.x) and np.array_equal(curve.y[held], part.y, equal_nan=True)
