"""The effect model: what a change would bring to a run, learned from counterfactual trainings.

Boosted trees over the run's signals, its hyperparameters and the change. `python -m advisor.corpus fit`
makes `effect.npz` anew from the table beside it, `python -m advisor.corpus report` prints what it is worth on
data sets and architectures that it never saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from advisor.arrays import shipped_arrays
from advisor.learned.hyper import NAMES, encode, moves, raw_rate
from advisor.run import Floats, Scalar
from advisor.signals import Signals
from advisor.trees import Trees

FILE = "effect.npz"
HEADS = ("gain", "helps", "low", "middle", "high")
"""Expected gain; log-odds that it helps beyond noise; quantiles .1, .5, .9 of the relative effect."""


@dataclass(frozen=True)
class Effect:
    """What a change is expected to bring.

    Attributes:
        gain: Expected rise of the score at the end: accuracy, or share of the variance explained.
        probability: That it helps by more than the noise between seeds.
        low: 10 % quantile of the relative change of the error (1 - score); below 0 is better.
        middle: Its median.
        high: Its 90 % quantile.
    """

    gain: float
    probability: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True, eq=False)
class EffectModel:
    """The fitted trees, and the names of the signals that they read."""

    signals: tuple[str, ...]
    heads: Mapping[str, Trees]

    def judge(
        self, signals: Signals, now: Mapping[str, Scalar], after: Sequence[Mapping[str, Scalar]]
    ) -> list[Effect]:
        """What each change would bring.

        Args:
            signals: What was measured on the run.
            now: Its hyperparameters by role.
            after: For each change the hyperparameters with it made.
        """
        if not after:
            return []
        x = np.stack([row(self.signals, signals, now, one) for one in after])
        said = {name: trees.predict(x) for name, trees in self.heads.items()}
        helps = 1 / (1 + np.exp(-said["helps"]))
        bands = np.sort(np.stack([said["low"], said["middle"], said["high"]], 1), axis=1)
        return [
            Effect(float(gain), float(p), *map(float, band))
            for gain, p, band in zip(said["gain"], helps, bands, strict=True)
        ]


def row(
    names: Sequence[str], signals: Signals, now: Mapping[str, Scalar], after: Mapping[str, Scalar]
) -> Floats:
    """What the trees see: signals (NaN where absent), hyperparameters, their moves, and where those lead.

    Shape (len(columns(names)),).
    """
    measured = np.array([signals.get(name, np.nan) for name in names])
    before, moved = encode(now), moves(now, after)
    return np.concatenate([measured, before, [raw_rate(now)], moved, before + moved])


def columns(names: Sequence[str]) -> tuple[str, ...]:
    """The names of the entries of `row`."""
    parts = {part: [f"{part}.{name}" for name in NAMES] for part in ("now", "change", "then")}
    return (*names, *parts["now"], "now.raw_rate", *parts["change"], *parts["then"])


@cache
def shipped_effect_model() -> EffectModel | None:
    """The model that travels with the program; None where none does."""
    arrays = shipped_arrays("advisor.learned", FILE)
    if arrays is None:
        return None
    heads = {name: Trees.of_arrays(name, arrays) for name in HEADS}
    return EffectModel(tuple(map(str, arrays["signals"])), heads)
