"""Small moves around the best run, proposed by Optuna's Gaussian-process sampler."""

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from advisor.tune.space import Config, Dimension, Space, Value

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.samplers import GPSampler

_FACTORS = {"learning_rate": 3.0, "batch_size": 2.0, "hidden_units": 2.0, "epochs": 1.4, "max_steps": 1.4}
_FACTOR = 4.0
_SHARES = {"momentum": 0.06, "beta1": 0.06, "beta2": 0.06, "dropout": 0.2}
_SHARE = 0.2


def propose(space: Space, best: Config, seen: Sequence[tuple[Config, float]], seed: int) -> Config | None:
    """The configuration near `best` with the largest expected improvement.

    A Gaussian process (Optuna's `GPSampler`: Matern 5/2, one length per dimension) is fitted on everything
    seen, each dimension on its own scale. Choices without an order stay those of the best run, and only runs
    that share them are fitted where there are two or more.

    Args:
        space: The search space.
        best: The best configuration so far.
        seen: Configurations with what they came to, lower is better, all finite.
        seed: Of the sampler.

    Returns:
        A whole configuration, or None where no dimension can move.
    """
    from optuna import create_study, create_trial
    from optuna.distributions import FloatDistribution

    moving = [d for d in space.dimensions if d.ordered and not d.single]
    if not moving:
        return None
    fixed = [d.name for d in space.dimensions if not d.ordered]
    alike = [(c, v) for c, v in seen if all(c[name] == best[name] for name in fixed)]
    box: dict[str, BaseDistribution] = {d.name: FloatDistribution(*_near(d, best[d.name])) for d in moving}
    unit: dict[str, BaseDistribution] = dict.fromkeys(box, FloatDistribution(0.0, 1.0))
    with _quiet():
        study = create_study(sampler=_boxed_sampler(box, seed))
        for config, value in alike if len(alike) > 1 else seen:
            params = {d.name: min(max(d.unit(config[d.name]), 0.0), 1.0) for d in moving}
            study.add_trial(create_trial(params=params, distributions=unit, value=value))
        found = study.ask(fixed_distributions=box).params
    return {**best, **{d.name: _moved(d, best[d.name], found[d.name]) for d in moving}}


def _moved(dimension: Dimension, value: Value, unit: float) -> Value:
    """The value at `unit`; `value` itself where that is too near to matter."""
    return value if abs(unit - dimension.unit(value)) < 0.01 else dimension.at(unit)


def _near(dimension: Dimension, value: Value) -> tuple[float, float]:
    """The stretch of a dimension, in units, that counts as near a value."""
    if dimension.log:
        width = math.log(dimension.high / dimension.low)
        radius = math.log(_FACTORS.get(dimension.role or "", _FACTOR)) / width
    else:
        radius = _SHARES.get(dimension.role or "", _SHARE)
    at = min(max(dimension.unit(value), 0.0), 1.0)
    return max(0.0, at - radius), min(1.0, at + radius)


def _boxed_sampler(box: "dict[str, Any]", seed: int) -> "GPSampler":
    """Optuna's sampler, looking inside a box while it learns from everything."""
    from optuna.samplers import GPSampler

    class Boxed(GPSampler):
        def infer_relative_search_space(self, study: Any, trial: Any) -> "dict[str, BaseDistribution]":
            return dict(box)

    return Boxed(seed=seed, n_startup_trials=1)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Optuna's log lines and its notes on experimental features."""
    import optuna

    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        optuna.logging.set_verbosity(verbosity)
