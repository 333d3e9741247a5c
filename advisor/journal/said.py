"""What was said of a run when it was remembered: its findings, and the changes that were proposed."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from advisor.journal.store import Store
from advisor.run import Scalar

if TYPE_CHECKING:
    from advisor.advice import Assessment


@dataclass(frozen=True, slots=True)
class SaidFinding:
    """One finding as it was told.

    Attributes:
        code: Of the rule that found it.
        problem: What it found.
        severity: `info`, `warning` or `critical`.
        probability: How likely it was right; None where that was not measured.
    """

    code: str
    problem: str
    severity: str
    probability: float | None

    def __str__(self) -> str:
        likely = "" if self.probability is None else f" {self.probability:.0%}"
        return f"{self.code} {self.problem}{likely}"


@dataclass(frozen=True, slots=True)
class SaidChange:
    """One change as it was proposed.

    Attributes:
        hyperparameter: Its role; None for a remedy that no hyperparameter holds.
        name: The user's own name for it, else what it is.
        before: The value then; None where it was not known.
        after: The value that was proposed; None where it was not known.
        factor: `after / before` where the change is relative, else None.
    """

    hyperparameter: str | None
    name: str
    before: Scalar
    after: Scalar
    factor: float | None = None

    def __str__(self) -> str:
        if self.after is None:
            return self.name if self.factor is None else f"{self.name} × {self.factor:g}"
        before = "" if self.before is None else f" {self.before}"
        return f"{self.name}{before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class Said:
    """Findings, most important first, and changes, best first."""

    findings: tuple[SaidFinding, ...] = ()
    changes: tuple[SaidChange, ...] = ()


def said_of(item: "Assessment") -> Said:
    """What an assessment says."""
    findings = (
        SaidFinding(f.code, str(f.rule.problem), f.severity.word, f.probability) for f in item.findings
    )
    changes = (
        SaidChange(c.hyperparameter, c.do.en if c.do is not None else c.name, c.before, c.after, c.factor)
        for c in item.changes
    )
    return Said(tuple(findings), tuple(changes))


def write_said(db: sqlite3.Connection, run: int, said: Said) -> None:
    """Put what was said of a run in the place of what was said of it before."""
    tables: dict[str, Sequence[SaidFinding | SaidChange]] = {
        "findings": said.findings,
        "advice": said.changes,
    }
    for table, items in tables.items():
        db.execute(f"DELETE FROM {table} WHERE run = ?", (run,))
        rows = [(run, number, json.dumps(asdict(item))) for number, item in enumerate(items, start=1)]
        db.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)


def said_in(store: Store, project: str) -> dict[int, Said]:
    """What was said of each run of a project, by its number; runs of which nothing was kept are left out."""
    query = (
        "SELECT run, content FROM {} JOIN runs ON runs.id = run JOIN projects ON projects.id = project"
        " WHERE path = ? ORDER BY run, {}"
    )
    findings: dict[int, list[SaidFinding]] = {}
    changes: dict[int, list[SaidChange]] = {}
    for run, content in store.rows(query.format("findings", "position"), project):
        findings.setdefault(run, []).append(SaidFinding(**json.loads(content)))
    for run, content in store.rows(query.format("advice", "number"), project):
        changes.setdefault(run, []).append(SaidChange(**json.loads(content)))
    return {
        run: Said(tuple(findings.get(run, ())), tuple(changes.get(run, ())))
        for run in sorted({*findings, *changes})
    }
