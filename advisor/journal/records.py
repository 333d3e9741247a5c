"""What the journal holds, for export; what came of earlier changes; forgetting."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.advice.change import Change, Tried
from advisor.errors import UsageError
from advisor.experiment.scalars import same_value
from advisor.journal.journal import Journal
from advisor.journal.rows import RunRow
from advisor.journal.said import Said, said_in
from advisor.journal.trials import start_and_best, with_settings
from advisor.learned.own import Outcome, refuted
from advisor.run import Run, Scalar

if TYPE_CHECKING:
    from advisor.experiment.compare import Comparison

_LOOKED_AT = 50
"""Runs among which the user's last one is looked for, behind the rounds of a tuning."""
_ROLES = ("train_loss", "val_loss", "train_metric", "val_metric")


@dataclass(frozen=True, slots=True)
class Past:
    """One change that was tried, and what came of it.

    Attributes:
        role: Which hyperparameter; None where no role is known.
        name: What the user calls it.
        before: Its value in the run before.
        after: Its value in the run after.
        parent: Number of the run before.
        run: Number of the run after.
        verdict: What `compare` said: `better`, `worse` or `cannot tell`.
        relative: The difference as a share of the value before; None where it is unknown.
    """

    role: str | None
    name: str
    before: Scalar
    after: Scalar
    parent: int
    run: int
    verdict: str
    relative: float | None

    def is_same(self, role: str | None, before: Scalar, after: Scalar) -> bool:
        """Whether it was this very change."""
        return self.role == role and same_value(self.before, before) and same_value(self.after, after)


def past_changes(journal: Journal, project: str) -> list[Past]:
    """Single changes between two runs that were compared, the latest first."""
    rows = journal.store.rows(
        "SELECT before, after, verdict, content FROM outcomes JOIN runs ON runs.id = after"
        " JOIN projects ON projects.id = project WHERE path = ? ORDER BY outcomes.id DESC",
        project,
    )
    found = []
    for before, after, verdict, content in rows:
        comparison = json.loads(content)
        differences = [d for d in comparison["configuration"] if d["role"] != "seed"]
        if len(differences) == 1:
            one = differences[0]
            values = one["role"], one["name"], one["before"], one["after"]
            found.append(Past(*values, before, after, verdict, comparison["relative"]))
    return found


def with_past(changes: Sequence[Change], past: Sequence[Past]) -> tuple[Change, ...]:
    """The proposed changes, each that was tried in this project before with what came of it.

    Args:
        changes: The proposals, best first.
        past: What was tried, the latest first; of one change the latest trial speaks.

    Returns:
        The changes, those that made things worse here behind all others; numbered from 1.
    """
    outcomes = outcomes_of(past)
    ordered = sorted(changes, key=lambda change: _was_refuted(change, outcomes))
    return tuple(replace(_told(change, past), number=at) for at, change in enumerate(ordered, start=1))


def outcomes_of(past: Sequence[Past]) -> tuple[Outcome, ...]:
    """What was tried as evidence for what is proposed.

    A pair of runs that could not be held against each other says nothing; one that could, without a
    difference beyond noise, says that the change did not help.
    """
    return tuple(
        Outcome(one.role, one.before, one.after, one.verdict == "better", one.verdict == "worse")
        for one in past
        if one.role is not None and (one.verdict != "cannot tell" or one.relative is not None)
    )


def _was_refuted(change: Change, outcomes: Sequence[Outcome]) -> bool:
    role = change.hyperparameter
    return role is not None and refuted(role, change.before, change.after, outcomes)


def _told(change: Change, past: Sequence[Past]) -> Change:
    same = (p for p in past if p.is_same(change.hyperparameter, change.before, change.after))
    found = next(same, None) if change.hyperparameter else None
    if found is None:
        return change
    return replace(change, past=Tried(found.run, found.verdict, found.relative))


def parents(journal: Journal, project: str) -> dict[int, tuple[int, str, float | None]]:
    """For each run that was compared with an earlier one: that one, the verdict, the relative difference."""
    rows = journal.store.rows(
        "SELECT before, after, verdict, content FROM outcomes JOIN runs ON runs.id = after"
        " JOIN projects ON projects.id = project WHERE path = ? ORDER BY outcomes.id",
        project,
    )
    return {
        after: (before, verdict, json.loads(content)["relative"])
        for before, after, verdict, content in rows
        if before < after
    }


def last_row(journal: Journal, project: str) -> RunRow | None:
    """The run that the user means by the last one; None where nothing is remembered.

    Rounds of a tuning with values of its own are passed over, unless their command is the user's by now.
    """
    rows, command = journal.runs(project, limit=_LOOKED_AT), journal.command(project)
    for row in rows:
        if not row.is_trial:
            return row
        if row.command == command and row.exit_code == 0 and _is_in_the_words(row, rows):
            return row
    return next(iter(rows), None)


def _is_in_the_words(trial: RunRow, rows: Sequence[RunRow]) -> bool:
    """Whether the values of a round stand in its command, not in files of its copy."""
    start = next((row for row in rows if row.id < trial.id and not row.is_trial), None)
    return start is not None and start.command != trial.command


def compare_last_two(journal: Journal, project: str) -> "tuple[list[Run], Comparison]":
    """The last two trainings of a project, or its last two logs, the older first, with how they compare.

    After a tuning: its start and its best round. How they compare is remembered.

    Raises:
        UsageError: there are no two.
    """
    from advisor.experiment.compare import compare

    rows = journal.runs(project, limit=200)
    tuned = start_and_best(journal, rows[0]) if rows and rows[0].is_trial else None
    older, newer = tuned or _last_two(rows)
    runs = [journal.load_run(older), journal.load_run(newer)]
    comparison = compare(*runs)
    journal.add_outcome(older, newer, comparison)
    return runs, comparison


def _last_two(rows: Sequence[RunRow]) -> tuple[int, int]:
    trained = [row for row in rows if row.command and not row.is_trial]
    pair = (trained if len(trained) >= 2 else rows)[:2]
    if len(pair) < 2:
        raise UsageError("There are no two runs to compare yet.", "Name two logs: 'advisor compare A B'.")
    return pair[1].id, pair[0].id


def run_records(journal: Journal, project: str, limit: int = 1_000_000) -> list[dict[str, Any]]:
    """Every run of a project as one flat record, oldest first; absent values are None."""
    known, said = parents(journal, project), said_in(journal.store, project)
    rows = with_settings(journal, journal.runs(project, limit)[::-1])
    return [_record(row, known.get(row.id), said.get(row.id, Said())) for row in rows]


def forget(journal: Journal, project: str, ids: Sequence[int]) -> int:
    """Remove runs of a project with their curves, findings, advice, outcomes and captured output.

    Returns:
        How many runs were removed.
    """
    marks = ", ".join("?" * len(ids))
    chosen = f"FROM runs WHERE id IN ({marks}) AND project = (SELECT id FROM projects WHERE path = ?)"

    def work(db: sqlite3.Connection) -> tuple[int, list[str]]:
        outputs = [row[0] for row in db.execute(f"SELECT output {chosen}", (*ids, project)) if row[0]]
        removed = db.execute(f"DELETE {chosen}", (*ids, project)).rowcount
        db.execute("DELETE FROM curves WHERE hash NOT IN (SELECT hash FROM runs)")
        return removed, outputs

    removed, outputs = journal.store.write(work)
    captures = journal.store.folder / "captures"
    for output in map(Path, outputs):
        if output.parent == captures:
            with suppress(OSError):
                output.unlink()
    return removed


def _record(row: RunRow, parent: tuple[int, str, float | None] | None, said: Said) -> dict[str, Any]:
    record: dict[str, Any] = {
        "run": row.id,
        "project": row.project,
        "source": row.source,
        "name": row.name,
        "reader": row.reader,
        "command": None if row.command is None else list(row.command),
        "folder": row.folder,
        "round": row.round,
        "added": row.added,
        "started": row.started,
        "seconds": row.seconds,
        "exit_code": row.exit_code,
        "changes": list(row.changes),
        "found": list(map(str, said.findings)),
        "proposed": list(map(str, said.changes)),
        "compared_with": None if parent is None else parent[0],
        "verdict": None if parent is None else parent[1],
        "relative_difference": None if parent is None else parent[2],
    }
    for role in _ROLES:
        found = row.summary.get(role, {})
        record |= {f"{role}_{key}": found.get(key) for key in ("name", "first", "last", "best")}
    return record
