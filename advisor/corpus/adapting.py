"""What it is worth to count a user's own outcomes: each data set of the corpus stands for a user."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.corpus.report import Judged
from advisor.corpus.table import JUDGED_SEED, Table
from advisor.learned.effect import Effect
from advisor.learned.hyper import NAMES
from advisor.learned.own import Outcome, adapted

SEEN = 5
"""Outcomes that are known before the others are asked for."""
_SCALES = {
    "learning_rate": ("rate", 10.0), "batch_size": ("batch", 2.0), "epochs": ("epochs", 2.0),
    "hidden_units": ("width", 2.0), "weight_decay": ("decay", 10.0), "layers": ("layers", 0.0),
    "dropout": ("dropout", 0.0),
}  # fmt: skip
"""By role the encoded value, and what it is the logarithm to the base of; 0 for the value itself."""


def outcome_of(table: Table, row: int, log: int) -> Outcome:
    """A change of the corpus as if it stood in a user's journal."""
    helped = bool(table.helped[row])
    moved = [name for name, move in zip(NAMES, table.moved[row], strict=True) if abs(move) > 1e-6]
    for role, (name, base) in _SCALES.items():
        if moved == [name]:
            at = NAMES.index(name)
            before, move = float(table.now[log, at]), float(table.moved[row, at])
            if base:
                return Outcome(role, base**before, base ** (before + move), helped)
            return Outcome(role, before, before + move, helped)
    return Outcome(str(table.change[row]), "before", "after", helped)


def adapting_lines(table: Table, judged: Sequence[Judged]) -> Iterator[str]:
    """Log loss of 'will help' without and with the outcomes of some changes, of those they are like.

    Args:
        table: The corpus.
        judged: Every case, by models that saw nothing of its data set.
    """
    yield f"'Will help', {SEEN} outcomes of the same data set counted, log loss over the changes like them:"
    yield ""
    yield "| outcomes of | data sets | changes | without | with |"
    yield "|---|---|---|---|---|"
    names = np.random.default_rng(0).permutation(np.unique(table.data))
    for half, part in (("chosen on", names[::2]), ("kept back", names[1::2])):
        mine = [one for one in judged if table.data[one.case.base] in part]
        for kind, same in (("the same training", True), ("others", False)):
            stated, counted, true = _asked(table, mine, same)
            losses = f"{_log_loss(stated, true):.3f} | {_log_loss(counted, true):.3f}"
            yield f"| {kind} | {half} | {len(true)} | {losses} |"


def _asked(
    table: Table, judged: Sequence[Judged], same: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Chances without and with outcomes, and whether each change helped; only where some outcome counts."""
    random = np.random.default_rng(0)
    logs = {int(table.log_base[at]): int(at) for at in np.flatnonzero(table.log_seed == JUDGED_SEED)}
    found = []
    for one in judged:
        own = [int(row) for row in one.case.rows]
        chances = dict(zip(own, map(float, one.stated), strict=True))
        pool = [
            (int(row), other.case.base)
            for other in ([one] if same else judged)
            if same or (other is not one and table.data[other.case.base] == table.data[one.case.base])
            for row in other.case.rows
        ]
        seen = [pool[at] for at in random.permutation(len(pool))[:SEEN]]
        outcomes = [outcome_of(table, row, logs[base]) for row, base in seen]
        for row in sorted(set(own) - {row for row, _ in seen}):
            change = outcome_of(table, row, logs[one.case.base])
            plain = Effect(0.0, chances[row], 0.0, 0.0, 0.0)
            effect, counted = adapted(plain, change.role, change.before, change.after, outcomes)
            if counted is not None:
                found.append((plain.probability, effect.probability, change.helped))
    stated, with_them, true = (np.array(column) for column in zip(*found, strict=True))
    return stated, with_them, true.astype(bool)


def _log_loss(chance: NDArray[np.float64], true: NDArray[np.bool_]) -> float:
    right = np.clip(np.where(true, chance, 1 - chance), 1e-3, 1.0)
    return float(-np.log(right).mean())
