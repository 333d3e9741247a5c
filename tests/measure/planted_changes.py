"""Counterfactuals: applies each rule's first changes to the runs it fired on, and trains again."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from random import Random
from statistics import fmean, variance
from typing import NamedTuple

import msgspec

from advisor.advice import recommend
from advisor.advice.change import Change
from advisor.diagnosis.finding import Finding
from advisor.run import Run
from advisor.signals import Signals
from tests.measure.planted_cases import outcome, score
from tests.measure.planted_log import HIDDEN_FIELDS
from tests.measure.planted_situations import SEEDS
from tests.measure.planted_store import Store
from tests.measure.planted_trainer import ACTIVATIONS, NORMALISATIONS, REGRESSIONS, Setting

CHANGES_TRIED = 3
MOST_EPOCHS = 1_000
"""A rerun that would be longer is not tried."""
LEAST_GAIN = 0.01
"""A rise of the score by less is none, as in the corpus (`advisor.corpus`)."""
SURE = 1.645
"""Standard errors that a rise of the score has to exceed: 5 % one-sided."""
CHOICES = {
    "activation": set(ACTIVATIONS),
    "normalisation": set(NORMALISATIONS),
    "initialisation": {"default", "he"},
    "optimizer": {"adam", "adamw", "sgd"},
    "scheduler": {"constant", "cosine", "linear"},
}
IGNORED_BY = {
    "mlp": set(),
    "cnn": {"normalisation", "layers"},
    "gru": {"normalisation", "activation", "initialisation", "dropout"},
    "sgd": {"beta2", "epsilon"},
    "adam": {"momentum"},
    "adamw": {"momentum"},
}
"""Fields that a net or an optimizer here has no use for: a change of them would change nothing."""
CHANGEABLE = {field.name for field in fields(Setting)} - HIDDEN_FIELDS - {"seed"}


@dataclass(frozen=True)
class Trial:
    """One change of one rule on one setting, whatever the seed."""

    code: str
    index: int
    before: Setting
    after: Setting


def trials(setting: Setting, run: Run, finding: Finding, signals: Signals) -> Iterator[Trial]:
    """What the advice makes of each of the finding's first changes that the trainer knows."""
    for index, proposed in enumerate(finding.rule.changes[:CHANGES_TRIED]):
        alone = msgspec.structs.replace(finding.rule, changes=(proposed,))
        for change in recommend(run, (replace(finding, rule=alone),), signals):
            after = apply(setting, change)
            if after is not None and after != setting:
                first = {"seed": SEEDS[0]}
                yield Trial(finding.code, index, replace(setting, **first), replace(after, **first))


def apply(setting: Setting, change: Change) -> Setting | None:
    """The setting with the change; None where the trainer has no such hyperparameter or value."""
    role, value = change.hyperparameter, change.after
    if role not in CHANGEABLE or value is None:
        return None
    if role in IGNORED_BY[setting.net] | IGNORED_BY[setting.optimizer]:
        return None
    if role == "label_smoothing" and (setting.data in REGRESSIONS or setting.loss_with_log):
        return None
    if role in CHOICES and value not in CHOICES[role]:
        return None
    old = getattr(setting, role)
    after = replace(setting, **{role: value if isinstance(old, str) else type(old)(value)})
    return after if after.epochs <= MOST_EPOCHS else None


class Came(NamedTuple):
    """What came of a trial.

    Attributes:
        helped: Whether the worst rerun has a lower loss than the best of the runs before, over all seeds. By
            luck alone that happens once in 20 with three seeds on each side.
        raised: Whether the mean score rose beyond the noise between seeds, and by more than `LEAST_GAIN`.
    """

    helped: bool
    raised: bool


def what_came_of(trial: Trial, store: Store) -> Came:
    """Compares the reruns of a change with the runs before it, each with every seed."""
    before = [replace(trial.before, seed=seed) for seed in SEEDS]
    after = [replace(trial.after, seed=seed) for seed in SEEDS]
    helped = max(outcome(store, one) for one in after) < min(outcome(store, one) for one in before)
    return Came(helped, _rose([score(store, one) for one in before], [score(store, one) for one in after]))


def _rose(before: Sequence[float], after: Sequence[float]) -> bool:
    gain = fmean(after) - fmean(before)
    noise = math.sqrt((variance(before) + variance(after)) / len(before)) if math.isfinite(gain) else 0.0
    return gain > max(LEAST_GAIN, SURE * noise)


def sample(tried: Iterable[Trial], most: int) -> list[Trial]:
    """At most `most` trials of each rule's each change, drawn by a fixed seed."""
    by_change: dict[tuple[str, int], list[Trial]] = defaultdict(list)
    for trial in dict.fromkeys(tried):
        by_change[trial.code, trial.index].append(trial)
    random = Random(0)
    return [t for group in by_change.values() for t in random.sample(group, min(most, len(group)))]


def train_all(tried: Iterable[Trial], store: Store) -> None:
    """Trains every trial's two settings with every seed."""
    store.train(replace(s, seed=seed) for t in tried for s in (t.before, t.after) for seed in SEEDS)
