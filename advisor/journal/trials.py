"""The rounds of a tuning among what is remembered: what each of them set, and which of them came out best."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from advisor.journal.journal import Journal
from advisor.journal.rows import RunRow
from advisor.run import Run, Scalar
from advisor.text import short_number

_START = "%_.advisor_tune_round-0-0_copy"


def with_settings(journal: Journal, rows: Sequence[RunRow]) -> list[RunRow]:
    """The rows, those of rounds with what their tuning had set since its start as their changes."""

    @cache
    def start(id: int) -> Run:
        return journal.load_run(id)

    def told(row: RunRow) -> RunRow:
        begun = start_of(journal, row) if row.is_trial else None
        changes = row.changes if begun is None else _set_since(start(begun), journal.load_run(row.id))
        return replace(row, changes=changes)

    return [told(row) for row in rows]


def start_of(journal: Journal, row: RunRow) -> int | None:
    """Number of the run by which the tuning that a round belongs to began; None where it was forgotten."""
    found = journal.store.row(
        "SELECT max(runs.id) FROM runs JOIN projects ON projects.id = project"
        " WHERE path = ? AND runs.id < ? AND folder LIKE ?",
        row.project,
        row.id,
        _START,
    )
    return None if found is None or found[0] is None else int(found[0])


def start_and_best(journal: Journal, newest: RunRow) -> tuple[int, int] | None:
    """The start of the tuning that a round belongs to, and the rerun that it held to be the best."""
    begun = start_of(journal, newest)
    if begun is None:
        return None
    found = journal.store.row(
        "SELECT after FROM outcomes WHERE before = ? AND after > ? AND after <= ? ORDER BY id DESC LIMIT 1",
        begun,
        begun,
        newest.id,
    )
    return None if found is None else (begun, int(found[0]))


def _set_since(start: Run, run: Run) -> tuple[str, ...]:
    from advisor.experiment.configuration import configuration_differences

    return tuple(
        f"{one.name} {_shown(one.before)} -> {_shown(one.after)}"
        for one in configuration_differences(start, run)
        if one.role != "seed"
    )


def _shown(value: Scalar) -> str:
    return short_number(value) if isinstance(value, float) else str(value)
