"""Ways to choose one change for a run, judged beside one another on what really happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.corpus.changes import SINGLE
from advisor.corpus.table import JUDGED_SEED, Table

SINGLE_NAMES = frozenset(change.name for change in SINGLE)


@dataclass(frozen=True, eq=False)
class Case:
    """One base with the single changes that were tried on it.

    Attributes:
        base: Its number.
        rows: The table's rows of these changes.
        gains: What each brought, by its name.
        advised: What the shipped rules' first change brought; 0 where they proposed none that could be made.
        advised_row: That change's row; None where there is none.
        signals: What the judged log shows.
    """

    base: int
    rows: np.ndarray
    gains: Mapping[str, float]
    advised: float
    advised_row: int | None
    signals: Mapping[str, float]


def cases_of(table: Table) -> list[Case]:
    """Every base that has a log of the judged seed."""
    names = [str(name) for name in table.signals]
    found = []
    for at in np.flatnonzero(table.log_seed == JUDGED_SEED):
        base = int(table.log_base[at])
        mine = np.flatnonzero(table.base == base)
        single = np.asarray([row for row in mine if str(table.change[row]) in SINGLE_NAMES], dtype=np.intp)
        first = next((int(row) for row in mine if table.change[row] == "advised_1"), None)
        advised = 0.0 if first is None else float(table.gain[first])
        known = {n: float(v) for n, v in zip(names, table.logs[at], strict=True) if np.isfinite(v)}
        gains = {str(table.change[row]): float(table.gain[row]) for row in single}
        found.append(Case(base, single, gains, advised, first, known))
    return found


def always(*names: str) -> Callable[[Case], float]:
    """The first of some changes that was tried; nothing where none was."""
    return lambda case: next((case.gains[name] for name in names if name in case.gains), 0.0)


def at_random(case: Case) -> float:
    """What a change drawn at random brings on average."""
    return float(np.mean(list(case.gains.values())))


def textbook(case: Case) -> float:
    """The rules of thumb of textbooks, in the order in which they are checked; nothing where none speaks."""
    return always(*_textbook(case.signals))(case)


def _textbook(signals: Mapping[str, float]) -> Sequence[str]:
    def above(name: str, limit: float) -> bool:
        return signals.get(name, -np.inf) > limit

    if above("train_loss.non_finite_share", 0) or above("train_loss.peak_over_late", 3):
        return "lr_d10", "clip"
    if above("train_loss.reversals", 0.45):
        return "lr_d3", "batch_x4"
    if above("val_loss.rise", 0.1):
        return "dropout_up", "decay_up"
    if signals.get("train_loss.progress", 1.0) < 0.1:
        return "lr_x10", "adamw"
    if signals.get("val_loss.best_position", 0.0) > 0.95:
        return "epochs_x2", "lr_x3"
    return "width_x3", "cosine"
