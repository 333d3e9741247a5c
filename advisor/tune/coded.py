"""Dimensions that hold a logarithm (`log10_lr`) or what lacks to 1 (`one_minus_momentum`), decoded."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from advisor.patterns import regex
from advisor.tune.space import AVERAGES, EXACTLY, Config, Dimension, Value, searched_role
from advisor.vocabulary.words import split_words

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

_BASES = {"log2": 2.0, "log10": 10.0, "ln": math.e, "log": None, "exp": None, "pow2": 2.0, "exponent": None}
_SMALL = frozenset(
    {
        "learning_rate",
        "min_learning_rate",
        "weight_decay",
        "l1",
        "l2",
        "epsilon",
        "dropout",
        "gradient_clipping",
    }
)
"""Roles whose logarithm reaches below zero; that of the others does not."""
_LOWEST_POWER_OF_TEN = -9.0
"""An exponent below it is one of e: no rate or decay is searched below a billionth."""
_MOST_POWER_OF_TWO = 16.0
_MOST_POWER_OF_TEN = 4.0
"""An exponent above it is one of 2: no width or batch is searched above ten thousand."""
_MOST_DIGITS = 300.0
"""Powers with more digits, before the point or behind it, are no numbers of a computer."""
_LACKING = regex(r"(?:one|1)[-_ ]?minus[-_ ]?|\b1[-_ ]+(?=[a-z])")


@dataclass(frozen=True)
class Coding:
    """Which dimensions are logarithms, and to which base; which are what another quantity lacks to 1.

    Attributes:
        given: The distributions as the user wrote them.
        bases: Base of each dimension that is a logarithm, by name.
        lacking: Names of dimensions that lack to 1.
    """

    given: "Mapping[str, BaseDistribution]"
    bases: dict[str, float]
    lacking: frozenset[str] = frozenset()

    @classmethod
    def of(cls, given: "Mapping[str, BaseDistribution]") -> "Coding":
        """The coding that the names and ranges of a space tell."""
        found = {name: _base(name, distribution) for name, distribution in given.items()}
        bases = {name: base for name, base in found.items() if base is not None}
        return cls(dict(given), bases, frozenset(n for n, d in given.items() if _lacks(n, d)))

    def meant(self) -> "dict[str, BaseDistribution]":
        """The distributions of what the dimensions mean."""
        return {name: self._meant(name, distribution) for name, distribution in self.given.items()}

    def _meant(self, name: str, distribution: "BaseDistribution") -> "BaseDistribution":
        if name in self.bases:
            return _powers(distribution, self.bases[name])
        return _lacked(distribution) if name in self.lacking else distribution

    def role_names(self) -> dict[str, str]:
        """By name, the words that say what a dimension means."""
        return {
            name: _rest(name) if name in self.bases else _whole(name) if name in self.lacking else name
            for name in self.given
        }

    def decoded(self, config: Mapping[str, Value]) -> Config:
        """What a configuration of the user's means."""
        return {
            name: self._decoded(name, value) if _is_number(value) else value for name, value in config.items()
        }

    def _decoded(self, name: str, value: Value) -> Value:
        if name in self.bases:
            return _power(self.bases[name], value)
        return 1.0 - value if name in self.lacking else value

    def encoded(self, config: Mapping[str, Value]) -> Config:
        """A configuration as the user writes it."""
        return {name: self._encoded(name, value) for name, value in config.items()}

    def _encoded(self, name: str, value: Value) -> Value:
        if name in self.bases:
            value = math.log(value, self.bases[name])
        elif name in self.lacking:
            value = 1.0 - value
        else:
            return value
        return Dimension(name, None, self.given[name]).nearest(value, digits=EXACTLY)


def _base(name: str, distribution: "BaseDistribution") -> float | None:
    words = split_words(name)
    marks = [word for word in words if word in _BASES]
    dimension = Dimension(name, None, distribution)
    if len(marks) != 1 or len(words) < 2 or not dimension.ordered or dimension.log:
        return None
    role = searched_role(_rest(name), _positive())
    low, high = dimension.low, dimension.high
    if role is None or not (low < 0 if role in _SMALL else 0 <= low < high <= _MOST_POWER_OF_TWO):
        return None
    base = _BASES[marks[0]]
    if base is None:
        base = math.e if low < _LOWEST_POWER_OF_TEN else 2.0 if high > _MOST_POWER_OF_TEN else 10.0
    return base if max(abs(low), abs(high)) * math.log10(base) < _MOST_DIGITS else None


def _lacks(name: str, distribution: "BaseDistribution") -> bool:
    dimension = Dimension(name, None, distribution)
    if _whole(name) == name or not dimension.ordered or not 0 <= dimension.low < dimension.high <= 1:
        return False
    return searched_role(_whole(name), _positive()) in AVERAGES


def _whole(name: str) -> str:
    """The words behind `one minus`; the name itself where it does not say so."""
    return _LACKING.sub("", name)


def _lacked(distribution: "BaseDistribution") -> "BaseDistribution":
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    dimension = Dimension("", None, distribution)
    if dimension.choices is not None:
        return CategoricalDistribution([1.0 - choice for choice in dimension.choices])
    return FloatDistribution(1.0 - dimension.high, 1.0 - dimension.low)


def _positive() -> "BaseDistribution":
    from optuna.distributions import FloatDistribution

    return FloatDistribution(0.1, 1.0)


def _rest(name: str) -> str:
    return "_".join(word for word in split_words(name) if word not in _BASES)


def _powers(distribution: "BaseDistribution", base: float) -> "BaseDistribution":
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    exponents = _steps(distribution)
    if exponents is not None:
        return CategoricalDistribution([_power(base, exponent) for exponent in exponents])
    dimension = Dimension("", None, distribution)
    return FloatDistribution(base**dimension.low, base**dimension.high, log=True)


def _steps(distribution: "BaseDistribution") -> list[float] | None:
    """Every exponent, where there are a few; None for a range."""
    choices = Dimension("", None, distribution).choices
    if choices is not None:
        return list(choices)
    step = getattr(distribution, "step", None)
    if step is None:
        return None
    low, high = distribution.low, distribution.high  # type: ignore[attr-defined]
    return [low + index * step for index in range(math.floor((high - low) / step + 1e-9) + 1)]


def _power(base: float, exponent: float) -> float:
    if abs(exponent) * math.log10(base) >= _MOST_DIGITS:
        return math.inf if exponent > 0 else 0.0
    if base == int(base) and exponent == int(exponent) and exponent >= 0:
        return int(int(base) ** int(exponent))
    return math.pow(base, exponent)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
