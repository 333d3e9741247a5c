"""The x axes that the curves of a run can stand on: steps, epochs, or time since it began."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from advisor.report.view import AxisKind
from advisor.run import Floats, Run, Series

KINDS: Final[tuple[AxisKind, ...]] = ("step", "epoch", "time")

_COUNTERS: Final = {
    "step": frozenset({"step", "steps", "global_step", "iteration", "iter", "iters", "updates"}),
    "epoch": frozenset({"epoch", "epochs"}),
}


def axis_kinds(run: Run, series: Sequence[Series]) -> tuple[AxisKind, ...]:
    """The axes on which every one of these curves can be drawn, in the order of `KINDS`."""
    return tuple(k for k in KINDS if series and all(positions(run, item, k) is not None for item in series))


def positions(run: Run, series: Series, kind: AxisKind) -> Floats | None:
    """Where the points of a curve stand on an axis, shape (n,); None where the log does not tell.

    Steps and epochs are taken from the curve itself, else from a counter that the run logs beside it, by the
    place of both in the log. Time is in seconds since the first point of the run.
    """
    if kind == series.x_kind:
        return series.x
    if kind == "time":
        return _seconds(run, series)
    counter = _counter(run, kind)
    if counter is None or len(counter) < 2 or not len(series):
        return None
    known = np.isfinite(counter.y)
    if known.sum() < 2:
        return None
    return np.asarray(np.interp(series.at, counter.at[known], counter.y[known]))


def _seconds(run: Run, series: Series) -> Floats | None:
    if series.wall_time is None or not np.isfinite(series.wall_time).any():
        return None
    first = min(
        float(np.nanmin(item.wall_time))
        for item in run.series
        if item.wall_time is not None and np.isfinite(item.wall_time).any()
    )
    return np.asarray(series.wall_time - first)


def _counter(run: Run, kind: AxisKind) -> Series | None:
    names = _COUNTERS.get(kind, frozenset())
    counters = (s for s in run.series if s.name.rpartition("/")[2].strip().lower() in names)
    return max(counters, key=len, default=None)
