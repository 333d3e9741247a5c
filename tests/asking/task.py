"""What is asked for: a space and its training."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution

from tests.asking.trainers import Outcome

Config = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """One space and its training.

    Attributes:
        name: Of the task.
        mode: Whether a small or a large value is good.
        space: A distribution for each name.
        train: What a configuration comes to: a value (None where it failed) and its validation curves.
    """

    name: str
    mode: str
    space: dict[str, BaseDistribution]
    train: Callable[[Config], Outcome]

    def starts(self, number: int) -> tuple[Config, ...]:
        """Configurations drawn at random, the same each time."""
        from optuna.logging import ERROR, set_verbosity
        from optuna.samplers import RandomSampler
        from optuna.study import create_study

        set_verbosity(ERROR)
        study = create_study(sampler=RandomSampler(seed=len(self.name) * 7 + len(self.space)))
        return tuple(dict(study.ask(fixed_distributions=self.space).params) for _ in range(number))


def log_floats(low: float, high: float) -> FloatDistribution:
    """A range of numbers that is walked in factors."""
    return FloatDistribution(low, high, log=True)


def log_ints(low: int, high: int) -> IntDistribution:
    """A range of integers that is walked in factors."""
    return IntDistribution(low, high, log=True)
