"""What happened during a run, for the x axis of its charts: rate changes, checkpoints, restarts."""

from typing import Final

import numpy as np

from advisor.report.curves import Event
from advisor.run import EventKind, Floats, Role, Run, Series

GLYPHS: Final = {
    EventKind.LEARNING_RATE: "l",
    EventKind.CHECKPOINT: "c",
    EventKind.RESTART: "r",
    EventKind.EARLY_STOP: "e",
}
_MOST_RATE_STEPS = 12
_RATE_FACTOR = 1.2


def happenings(run: Run, series: Series, x: Floats) -> list[Event]:
    """What happened, at the place of the curve's first point that was logged no earlier.

    Args:
        run: Whose log tells it.
        series: A curve of the run.
        x: Where the points of the curve stand, shape (n,).
    """
    if not len(series):
        return []
    at = {
        (GLYPHS[event.kind], event.line)
        for event in run.events
        if event.kind in GLYPHS and event.line is not None
    }
    at |= {("l", place) for place in _rate_steps(run)}
    found = {(glyph, int(np.searchsorted(series.at, place))) for glyph, place in at}
    # Drawn last is drawn on top; a changed rate says more than a checkpoint.
    order = "cerl"
    kept = sorted(found, key=lambda item: (order.index(item[0]), item[1]))
    last = len(series) - 1
    return [Event(float(x[min(i, last)]), g) for g, i in kept if np.isfinite(x[min(i, last)])]


def _rate_steps(run: Run) -> list[int]:
    """Places in the log where the learning rate makes a step; none where it changes all the time."""
    rate = run.main(Role.LEARNING_RATE)
    if rate is None or len(rate) < 2:
        return []
    moved = np.flatnonzero(rate.y[1:] != rate.y[:-1])
    before, after = rate.y[moved], rate.y[moved + 1]
    known = np.isfinite(before) & np.isfinite(after) & (before > 0) & (after > 0)
    if np.count_nonzero(known) > _MOST_RATE_STEPS:
        return []
    factor = np.abs(np.log(after[known]) - np.log(before[known]))
    return [int(rate.at[i + 1]) for i in moved[known][factor > np.log(_RATE_FACTOR)]]
