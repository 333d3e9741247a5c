"""Recognises one run that stands in a folder twice, such as a CSV beside the event file of the same training.

Two logs are one run where a loss or a metric of theirs goes through the same values, up to the digits that
each of them writes. Logs of one format are one run only where every curve of the shorter is, to the last
bit, the beginning of one of the longer (the states that a trainer saves with each checkpoint): trainings
that merely resemble each other stay apart.
"""

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from advisor.arrays import distinct
from advisor.run import EventKind, Floats, LogEvent, Role, Run, Series

_SPEAKING = (Role.TRAIN_LOSS, Role.VAL_LOSS, Role.TRAIN_METRIC, Role.VAL_METRIC)
# Fewer different values than this, or fewer decimals, can be equal by chance.
_LEAST_DISTINCT = 3
_LEAST_DECIMALS = 3
_MOST_DECIMALS = 9
_SHORTEST_SHARE = 0.5
_FLOAT32 = 2e-7
_LOOKED_AT = 1_000
# What a log that is put aside says beyond its curves.
_KEPT_EVENTS = {EventKind.OUT_OF_MEMORY, EventKind.TRACEBACK, EventKind.EARLY_STOP, EventKind.WARNING}


def without_duplicates(runs: Sequence[Run]) -> list[Run]:
    """The runs in their order, each once; what the log that is put aside says besides its curves is kept.

    Args:
        runs: Of one folder, the newest first.
    """
    kept: list[Run] = []
    starts = _Starts(runs)
    for number, run in enumerate(runs):
        twins = [i for i in starts.near(number) if _one_training(run, kept[i])]
        if not twins:
            starts.stands_in(number, len(kept))
            kept.append(run)
            continue
        # Repeats of one seed agree with each other's logs too; those that stand closest belong together.
        nearest = max(twins, key=lambda i: len(_common(run.source, kept[i].source)))
        starts.stands_in(number, nearest)
        kept[nearest] = _joined(kept[nearest], run)
    return kept


class _Starts:
    """The first values of the losses and metrics of many runs: most pairs of runs differ there already."""

    def __init__(self, runs: Sequence[Run]) -> None:
        firsts = [[s.y[0] for s in run if s.role in _SPEAKING and len(s)] for run in runs]
        ends = np.cumsum([0, *map(len, firsts)])
        self._rows = [slice(start, end) for start, end in itertools.pairwise(ends.tolist())]
        self._value = np.array([value for values in firsts for value in values], dtype=np.float64)
        readers = {name: i for i, name in enumerate({run.reader for run in runs})}
        self._reader = np.repeat([readers[run.reader] for run in runs], list(map(len, firsts)))
        self._place = np.empty(self._value.size, dtype=np.int64)

    def stands_in(self, number: int, place: int) -> None:
        """Run `number` is a part of what is kept at `place`."""
        self._place[self._rows[number]] = place

    def near(self, number: int) -> list[int]:
        """The places that may hold the training of run `number`."""
        rows = self._rows[number]
        before = slice(0, rows.start)
        found: set[int] = set()
        for value, reader in zip(self._value[rows], self._reader[rows], strict=True):
            apart = np.abs(self._value[before] - value)
            may = np.where(self._reader[before] == reader, ~(apart > 0), ~(apart > _apart(value)))
            found.update(self._place[before][may].tolist())
        return sorted(found)


def _apart(start: float) -> float:
    """How far from a first value the same one in another log can lie."""
    return 0.01 * abs(start) + 1e-3


def _common(a: str, b: str) -> str:
    try:
        return os.path.commonpath((a, b))
    except ValueError:
        return ""


def _one_training(a: Run, b: Run) -> bool:
    if a.reader == b.reader:
        return a.source != b.source and _continues(*sorted((a, b), key=_size))
    return any(_agree(one, two) for one, two in _pairs(a, b))


def _pairs(a: Run, b: Run) -> Iterator[tuple[Series, Series]]:
    for one in a:
        if one.role in _SPEAKING:
            for two in b:
                if two.role in _SPEAKING:
                    yield one, two


def _size(run: Run) -> int:
    return sum(len(series) for series in run)


def _weight(run: Run) -> tuple[int, int]:
    return max((len(series) for series in run if series.role in _SPEAKING), default=0), _size(run)


def _continues(short: Run, long: Run) -> bool:
    """Whether every curve of one run is the beginning of the curve of that name in the other."""
    named = {series.name: series for series in long}
    telling = False
    for series in short:
        other = named.get(series.name)
        size = len(series)
        if other is None or len(other) < size:
            return False
        if not np.array_equal(series.y, other.y[:size], equal_nan=True):
            return False
        telling = telling or _tells(series.y[:_LOOKED_AT], _decimals(series.y))
    return telling


def _agree(a: Series, b: Series) -> bool:
    """Whether two curves are one, up to the digits that each is written with, from their first points on."""
    short, long = sorted((len(a), len(b)))
    if short < max(_LEAST_DISTINCT, _SHORTEST_SHARE * long):
        return False
    if abs(a.y[0] - b.y[0]) > _apart(a.y[0]):
        return False
    size = min(short, _LOOKED_AT)
    one, two = a.y[:size], b.y[:size]
    decimals = min(_decimals(one), _decimals(two))
    finite = np.isfinite(one) & np.isfinite(two)
    if not _tells(one[finite], decimals) or (np.isfinite(one) != np.isfinite(two)).any():
        return False
    written = 0.51 * 10.0**-decimals
    near = np.abs(one - two)[finite] <= written + _FLOAT32 * np.abs(one[finite])
    return bool(near.all())


def _tells(values: Floats, decimals: int) -> bool:
    return decimals >= _LEAST_DECIMALS and distinct(values).size >= _LEAST_DISTINCT


def _decimals(values: Floats) -> int:
    """Digits behind the point that the values are written with, `_MOST_DECIMALS` at most."""
    finite = values[np.isfinite(values)][:_LOOKED_AT]
    for decimals in range(_MOST_DECIMALS):
        if (np.abs(np.round(finite, decimals) - finite) <= 1e-12 * np.abs(finite)).all():
            return decimals
    return _MOST_DECIMALS


def _joined(a: Run, b: Run) -> Run:
    """The log with the longest loss or metric, with what only the other says."""
    chosen, other = (a, b) if _weight(a) >= _weight(b) else (b, a)
    known = {value.name for value in chosen.hyperparameters}
    more = [value for value in other.hyperparameters if value.name not in known]
    note = (
        f"The same run stands in '{other.source}' ({other.reader}, {_size(other)} points); "
        f"it was read from '{chosen.source}' ({chosen.reader}, {_size(chosen)} points)."
    )
    said = [replace(event, line=None) for event in other.events if event.kind in _KEPT_EVENTS]
    return replace(
        chosen,
        hyperparameters=tuple(sorted((*chosen.hyperparameters, *more), key=lambda value: value.trust)),
        events=(LogEvent(EventKind.NOTE, note), *chosen.events, *said),
    )
