"""Dimensions that hold a logarithm (`log10_lr`, `log2_units`), turned into what they mean."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from advisor.tune.space import Config, Dimension, Value, searched_role
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


@dataclass(frozen=True)
class Coding:
    """Which dimensions are logarithms, and to which base.

    Attributes:
        given: The distributions as the user wrote them.
        bases: Base of each dimension that is a logarithm, by name.
    """

    given: "Mapping[str, BaseDistribution]"
    bases: dict[str, float]

    @classmethod
    def of(cls, given: "Mapping[str, BaseDistribution]") -> "Coding":
        """The coding that the names and ranges of a space tell."""
        found = {name: _base(name, distribution) for name, distribution in given.items()}
        return cls(dict(given), {name: base for name, base in found.items() if base is not None})

    def meant(self) -> "dict[str, BaseDistribution]":
        """The distributions of what the dimensions mean."""
        return {
            name: _powers(distribution, self.bases[name]) if name in self.bases else distribution
            for name, distribution in self.given.items()
        }

    def role_names(self) -> dict[str, str]:
        """By name, the words that say what a dimension means."""
        return {name: _rest(name) if name in self.bases else name for name in self.given}

    def decoded(self, config: Mapping[str, Value]) -> Config:
        """What a configuration of the user's means."""
        return {
            name: _power(self.bases[name], value) if name in self.bases and _is_number(value) else value
            for name, value in config.items()
        }

    def encoded(self, config: Mapping[str, Value]) -> Config:
        """A configuration as the user writes it."""
        return {
            name: Dimension(name, None, self.given[name]).nearest(math.log(value, self.bases[name]))
            if name in self.bases
            else value
            for name, value in config.items()
        }


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
