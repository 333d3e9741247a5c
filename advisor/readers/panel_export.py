"""Takes the table that a W&B chart exports apart: a column for each run and curve, named `RUN - CURVE`.

Beside each column stand two of its extremes, `RUN - CURVE__MIN` and `RUN - CURVE__MAX`, which say the same
again where the chart was not smoothed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from advisor.run import EventKind, LogEvent, Run, Series
from advisor.vocabulary import assign_roles

_COLUMN = re.compile(r"(?P<run>.+?) - (?P<curve>.+?)(?P<extreme>__MIN|__MAX)?")


def by_run(runs: Sequence[Run]) -> list[Run]:
    """The runs of a table, where it is such an export one for each run of the chart; any other as it is."""
    return [part for run in runs for part in (_apart(run) or [run])]


def _apart(run: Run) -> list[Run]:
    columns = [(series, _COLUMN.fullmatch(series.name)) for series in run.series]
    if not all(match for _, match in columns) or not any(match and match["extreme"] for _, match in columns):
        return []
    parts: dict[str, list[Series]] = {}
    extremes = 0
    for series, match in columns:
        if match is None or match["extreme"]:
            extremes += 1
            continue
        parts.setdefault(match["run"], []).append(replace(series, name=match["curve"]))
    words = "The table is a chart exported from W&B; its runs were read one by one, without their extremes."
    events = (*run.events, LogEvent(EventKind.NOTE, words, count=extremes))
    return [
        replace(run, name=name, series=assign_roles(series), events=events) for name, series in parts.items()
    ]
