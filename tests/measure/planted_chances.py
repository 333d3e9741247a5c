"""How well the chances of changes fit what came of them: the effect model's, and with the reruns counted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from typing import NamedTuple

import numpy as np

from advisor.advice import Assessment
from advisor.advice.weighing import can_judge, stated_values, with_reruns
from advisor.learned.effect import shipped_effect_model
from advisor.learned.hyper import ROLES
from advisor.run import Floats
from tests.measure.planted_changes import Came, Trial

BANDS = 5


class Tried(NamedTuple):
    """One trial, the assessment that proposed its change, and what came of it."""

    trial: Trial
    assessment: Assessment
    came: Came


def chance_table(tried: Sequence[Tried]) -> str:
    """Stated and true shares of scores that rose, by fifths of the stated chance; the reruns of a remedy are
    those on other data sets than the one that is judged."""
    judged = [(one, chance) for one in tried if (chance := _chance(one)) is not None]
    if not judged:
        return "no change was one that the effect model can judge"
    rose = np.array([one.came.raised for one, _ in judged], dtype=float)
    alone = np.array([chance for _, chance in judged])
    counts = _counts_elsewhere([one for one, _ in judged])
    both = np.array([with_reruns(chance, count) for (_, chance), count in zip(judged, counts, strict=True)])
    return "\n".join(
        [
            f"{'chance that the score rises':30} {'stated':>7} {'true':>6} {'changes':>8}",
            *_rows("model alone", alone, rose),
            *_rows("with the reruns elsewhere", both, rose),
        ]
    )


def _chance(one: Tried) -> float | None:
    """What the effect model alone gives the change; None where it cannot judge it."""
    trial, (run, signals) = one.trial, (one.assessment.run, one.assessment.signals)
    changed = [
        f.name for f in fields(trial.before) if getattr(trial.before, f.name) != getattr(trial.after, f.name)
    ]
    model, now = shipped_effect_model(), stated_values(run)
    if model is None or len(changed) != 1 or changed[0] not in ROLES or not can_judge(model, signals, now):
        return None
    after = {**now, changed[0]: getattr(trial.after, changed[0])}
    return model.judge(signals, now, [after])[0].probability


def _counts_elsewhere(tried: Sequence[Tried]) -> list[tuple[int, int]]:
    """(raised, tried) of the same remedy for the same finding on the other data sets."""
    known: dict[tuple[str, int], list[Tried]] = defaultdict(list)
    for one in tried:
        known[one.trial.code, one.trial.index].append(one)
    counts = []
    for one in tried:
        others = [
            other.came.raised
            for other in known[one.trial.code, one.trial.index]
            if other.trial.before.data != one.trial.before.data
        ]
        counts.append((sum(others), len(others)))
    return counts


def _rows(name: str, stated: Floats, true: Floats) -> list[str]:
    band = np.minimum((stated * BANDS).astype(int), BANDS - 1)
    rows = [f"{name}, log loss {_log_loss(stated, true):.2f}"]
    for place in range(BANDS):
        here = band == place
        if here.any():
            rows.append(f"{'':30} {stated[here].mean():7.0%} {true[here].mean():6.0%} {here.sum():8}")
    return rows


def _log_loss(stated: Floats, true: Floats) -> float:
    chance = np.clip(stated, 0.005, 0.995)
    return float(-np.mean(true * np.log(chance) + (1 - true) * np.log(1 - chance)))
