"""Watches a log that is still being written: what is new since the last look.

The command `watch` and the terminal program look through the same eyes: `Watch`. It touches nothing but the
log, so that it can look in a thread of its own.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from advisor.advice import Assessment, assess
from advisor.advice.assessment import speaking_run
from advisor.diagnosis import Rulebook
from advisor.diagnosis.finding import Finding, Severity
from advisor.readers.follow import Kind
from advisor.readers.growing import GrowingLog
from advisor.readers.growing_folder import GrowingFolder
from advisor.run import Role, Run, Series
from advisor.text import clean_line, short_number

_SHOWN = (Role.TRAIN_LOSS, Role.VAL_LOSS, Role.TRAIN_METRIC, Role.VAL_METRIC, Role.LEARNING_RATE)
PACE = (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC)
"""Roles of the curve by which it is told how far a training is, the first that is there."""
ROWS_AT_ONCE = 3
_GONE_AFTER = 5


@dataclass(frozen=True, slots=True)
class Row:
    """What a log says at one place: how far it is, and the newest value of each curve that matters."""

    kind: str
    x: float
    values: tuple[tuple[str, float], ...]

    def __str__(self) -> str:
        shown = "  ".join(f"{clean_line(name, 40)} {short_number(value)}" for name, value in self.values)
        return f"{self.kind} {short_number(self.x)}  {shown}"


@dataclass(frozen=True, slots=True)
class News:
    """What one look shows.

    Attributes:
        kind: What happened to the file.
        behind: More is there already.
        read: Whether the runs were read anew.
        rows: The last new places of the log, oldest first; of training steps between two of them the last.
        skipped: How many new places went before them.
        found: Warnings and critical findings that are new.
        went: Findings that have not been there for some looks.
    """

    kind: Kind
    behind: bool = False
    read: bool = False
    rows: tuple[Row, ...] = ()
    skipped: int = 0
    found: tuple[Finding, ...] = ()
    went: tuple[Finding, ...] = ()


class Watch:
    """Looks at one log again and again.

    Args:
        rulebook: What is looked for.
        label: The log as the user named it; it need not exist yet.
        known: The run as it was read before, whose findings need not be told again.
        corrected: Puts the user's word on a run's curves in.
        judge: Measures, diagnoses and advises; by default with the rulebook alone.

    Attributes:
        assessments: Of every run in the log, as of the last look.
        current: The run that the training is judged by, or None before the first value.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        label: str,
        known: Assessment | None = None,
        corrected: Callable[[Run], Run] = lambda run: run,
        judge: Callable[[Run], Assessment] | None = None,
    ) -> None:
        self.label = label
        self.assessments: list[Assessment] = []
        self.current: Assessment | None = None
        self._judge = judge or partial(assess, rulebook=rulebook)
        self._corrected = corrected
        self._log = GrowingFolder(label) if Path(label).is_dir() else GrowingLog(Path(label), label)
        self._runs: Sequence[Run] | None = None
        self._seen = -1
        self._told = {f.code: (f, 0) for f in known.findings} if known is not None else {}
        self._changed_at = time.monotonic()

    @property
    def quiet(self) -> float:
        """Seconds since anything was written, by looks and not by the file's own times."""
        return time.monotonic() - self._changed_at

    @property
    def problem(self) -> str:
        """Why nothing can be read at this moment; empty where something can."""
        return clean_line(self._log.problem.what) if self._log.problem is not None else ""

    def look(self) -> News:
        """What is new since the last look; the first one tells everything that is there."""
        change = self._log.look()
        if change.kind not in (Kind.NOTHING, Kind.GONE):
            self._changed_at = time.monotonic()
        if change.kind in (Kind.RESTARTED, Kind.REPLACED) and self.assessments:
            self._seen, self._told = -1, {}
        if self._log.runs is self._runs or not self._log.runs:
            return News(change.kind, change.behind)
        before = self.current
        self._assess()
        assert self.current is not None
        if before is None or before.run.name != self.current.run.name:
            self._seen = -1
        found, went = self._compare_findings(self.current.findings)
        return News(change.kind, change.behind, True, *self._new_rows(self.current.run), found, went)

    def settle(self) -> None:
        """Read what is there now as a whole, for the last word on it."""
        self._log.settle()
        if self._log.runs:
            self._assess()

    def _assess(self) -> None:
        self._runs = self._log.runs
        self.assessments = [self._judge(self._corrected(run)) for run in self._runs]
        self.current = speaking_run(self.assessments)

    def _compare_findings(
        self, findings: Sequence[Finding]
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """Problems that were not told yet, and told ones that stayed away; a single absence is a flicker.

        Notes are left to the report: that a log is short, or ends in the middle, goes without saying here.
        """
        there = {f.code: f for f in findings if f.severity > Severity.INFO}
        found = [f for code, f in there.items() if code not in self._told]
        away = {code: (f, n + 1) for code, (f, n) in self._told.items() if code not in there}
        went = [f for f, n in away.values() if n >= _GONE_AFTER]
        kept = {code: entry for code, entry in away.items() if entry[1] < _GONE_AFTER}
        self._told = {code: (f, 0) for code, f in there.items()} | kept
        return tuple(found), tuple(went)

    def _new_rows(self, run: Run) -> tuple[tuple[Row, ...], int]:
        """The last new places, as many as are told at once, and how many went before."""
        curves = [curve for role in _SHOWN if (curve := run.main(role)) is not None]
        pace = next((c for role in PACE if (c := run.main(role)) is not None), None)
        if pace is None:
            curves = [pace := max(run.series, key=len)]
        seen, self._seen = self._seen, max(int(curve.at[-1]) for curve in curves)
        places: list[int] = np.unique(pace.at[pace.at > seen]).tolist()
        if self._seen > max(places, default=seen):
            places.append(self._seen)
        skipped = max(len(places) - ROWS_AT_ONCE, 0)
        ends = [seen, *places][skipped:]
        return tuple(_row(curves, pace, *stretch) for stretch in pairwise(ends)), skipped


def _row(curves: Sequence[Series], pace: Series, after: int, place: int) -> Row:
    """The newest value of each curve after one place of the log and up to another."""
    fresh: dict[str, tuple[Series, int]] = {}
    for curve in (pace, *curves):
        index = int(np.searchsorted(curve.at, place, side="right")) - 1
        if index >= 0 and curve.at[index] > after:
            fresh[curve.name] = (curve, index)
    told, index = max(fresh.values(), key=lambda item: int(item[0].at[item[1]]))
    kind = "point" if told.x_kind == "index" else told.x_kind
    values = tuple((c.name, float(c.y[fresh[c.name][1]])) for c in curves if c.name in fresh)
    return Row(kind, float(told.x[index]), values)
