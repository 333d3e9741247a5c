"""What the user said of the hyperparameters of a project: which stay as they are, what came of a value."""

import json
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from advisor.experiment.scalars import same_value
from advisor.journal.journal import Journal
from advisor.run import Scalar

Outcome = Literal["keep", "better", "worse", "no_effect"]


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that the user said of a hyperparameter.

    Attributes:
        role: Which one.
        outcome: `keep` where it is to stay as it is, else what came of the value.
        value: The value that was tried; None for `keep`.
    """

    role: str
    outcome: Outcome
    value: Scalar = None

    def is_against(self, role: str | None, after: Scalar) -> bool:
        """Whether it speaks against setting `role` to `after`."""
        tried = self.outcome in ("worse", "no_effect")
        return tried and self.role == role and same_value(self.value, after)


def kept_roles(words: Iterable[Word]) -> frozenset[str]:
    """Roles that are to stay as they are."""
    return frozenset(word.role for word in words if word.outcome == "keep")


def words(journal: Journal, project: str) -> tuple[Word, ...]:
    """What was said of a project's hyperparameters, the oldest first."""
    rows = journal.store.rows(
        "SELECT role, outcome, value FROM told JOIN projects ON projects.id = project"
        " WHERE path = ? ORDER BY at, told.rowid",
        project,
    )
    return tuple(Word(role, outcome, json.loads(value)) for role, outcome, value in rows)


def tell(journal: Journal, project: str, word: Word) -> None:
    """Remember one word, in the place of an earlier one on the same value."""

    def work(db: sqlite3.Connection) -> None:
        db.execute("INSERT OR IGNORE INTO projects (path) VALUES (?)", (project,))
        db.execute(
            "INSERT OR REPLACE INTO told SELECT id, ?, ?, ?, ? FROM projects WHERE path = ?",
            (word.role, json.dumps(word.value), word.outcome, time.time(), project),
        )

    journal.store.write(work)


def free(journal: Journal, project: str, role: str) -> None:
    """Forget that a hyperparameter was to stay as it is."""

    def work(db: sqlite3.Connection) -> None:
        db.execute(
            "DELETE FROM told WHERE role = ? AND outcome = 'keep'"
            " AND project = (SELECT id FROM projects WHERE path = ?)",
            (role, project),
        )

    journal.store.write(work)
