"""How the learned part weighs the causes of trouble: a regression and a forest, pooled.

The regression is multinomial and logistic; each signal is squeezed, standardised, and, where absent, replaced
by its median and marked as absent. The forest is of extremely randomised trees (Geurts, Ernst and Wehenkel,
2006) on all signals that do not depend on a scale. The two are pooled as the geometric mean of their shares
(Genest and Zidek, Combining Probability Distributions, 1986): on data sets that neither has seen it is more
often right than either. Only logs with accuracies have a forest: on the losses of regressions, of which there
are few to learn from, it was less often right than the regression alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from advisor.run import Floats
from advisor.signals import Signals
from advisor.trees import Trees

_FAR = 4.0
"""Standard deviations from which a signal says no more: no single one decides on a log of an unknown kind."""
ABSENT = -99.0
"""What a tree is told where a signal is absent; below every squeezed value."""
_LEAST_SHARE = 0.002
"""Of a cause that no tree names: a few hundred trainings do not show that it cannot be."""


class Input(msgspec.Struct, frozen=True):
    """One signal as a model reads it.

    Attributes:
        name: The signal's name; two make a ratio of their values.
        squeeze: `none`, `log` (size in powers of ten) or `signed` (the same with the sign kept).
        median: What stands for it where it is absent, after squeezing.
        mean: Of the trainings that the model was fitted on, after squeezing.
        scale: Their standard deviation.
    """

    name: str
    squeeze: str
    median: float
    mean: float
    scale: float


class Regression(msgspec.Struct, frozen=True):
    """A row of weights for each cause, first over the signals, then over absences."""

    inputs: tuple[Input, ...]
    causes: tuple[str, ...]
    weights: list[list[float]]
    bias: list[float]
    temperature: float


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees that each state a share for every cause; the mean of them counts.

    Attributes:
        names: The signals that the trees ask for, in the order of their columns, as in `Input.name`.
        trees: Their values have one output for each cause, in the order of the regression's.
        temperature: What calibrates the pool of regression and forest.
    """

    names: tuple[str, ...]
    trees: Trees
    temperature: float

    def shares(self, signals: Signals) -> Floats:
        """One share for each cause, shape (causes,)."""
        shares: Floats = self.trees.predict(columns(self.names, signals)[None, :])[0]
        return shares + _LEAST_SHARE

    def arrays(self, kind: str) -> dict[str, NDArray[np.generic]]:
        """What is stored, under `<kind>.<field>`."""
        own = {"names": np.asarray(self.names), "temperature": np.asarray(self.temperature)}
        return {f"{kind}.{field}": value for field, value in own.items()} | self.trees.arrays(kind)

    @classmethod
    def of_arrays(cls, kind: str, stored: Mapping[str, NDArray[Any]]) -> "Forest":
        """The forest stored for a kind of log.

        Raises:
            KeyError: there is none.
        """
        names = tuple(map(str, stored[f"{kind}.names"]))
        return cls(names, Trees.of_arrays(kind, stored), float(stored[f"{kind}.temperature"]))


@dataclass(frozen=True, eq=False)
class Judge:
    """What weighs the causes for one kind of log."""

    regression: Regression
    forest: Forest | None = None

    def chances(self, signals: Signals) -> dict[str, float]:
        """The probability of each cause; they sum to 1."""
        logits = self.logits(signals)
        if self.forest:
            logits = logits / self.forest.temperature
        odds = np.exp(logits - logits.max())
        return dict(zip(self.regression.causes, (odds / odds.sum()).tolist(), strict=True))

    def logits(self, signals: Signals) -> Floats:
        """The logarithm of the pool before its temperature, up to a constant; shape (causes,)."""
        own = self.regression
        logits: Floats = np.asarray(own.weights) @ row(own.inputs, signals) + np.asarray(own.bias)
        logits = logits / own.temperature
        return logits + np.log(self.forest.shares(signals)) if self.forest else logits


def squeeze(kind: str, value: float) -> float:
    """A signal on a scale on which a factor counts the same everywhere; bounded, as one wild value is enough.

    Args:
        kind: As in `Input.squeeze`.
        value: The signal.
    """
    if kind == "log":
        value = math.log10(abs(value) + 1e-4)
    elif kind == "signed":
        value = math.copysign(math.log10(1 + abs(value)), value)
    return min(8.0, max(-8.0, value))


def row(inputs: tuple[Input, ...], signals: Signals) -> Floats:
    """The inputs standardised, then 1 for each that is absent; shape (2 x inputs,)."""
    values, absent = [], []
    for one in inputs:
        value = raw(one.name, signals)
        absent.append(value is None)
        squeezed = one.median if value is None else squeeze(one.squeeze, value)
        values.append(min(_FAR, max(-_FAR, (squeezed - one.mean) / one.scale)))
    return np.array([*values, *map(float, absent)])


def columns(names: tuple[str, ...], signals: Signals) -> Floats:
    """What the trees of a forest are told of these signals; shape (names,)."""
    values = (raw(name, signals) for name in names)
    return np.array([ABSENT if value is None else squeeze("signed", value) for value in values])


def raw(name: str, signals: Signals) -> float | None:
    """A signal, or the ratio of two (`a / b`); None where one is absent or the second is 0."""
    first, _, second = name.partition(" / ")
    value = signals.get(first)
    if not second or value is None:
        return value
    below = signals.get(second)
    return value / below if below else None
