"""Which curve a tuning is judged by, and what a run came to by it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from advisor.errors import UsageError
from advisor.run import Role, Run, Series
from advisor.text import clean_line
from advisor.tune.evidence import Mode
from advisor.vocabulary.words import split_words

_ORDER = (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC)
_FOLLOWED = frozenset({*_ORDER, Role.GRAD_NORM})
_LOSS_WORDS = ("loss", "error", "err", "mse", "mae", "rmse", "perplexity", "ppl", "wer", "cer")
_SPLITS = frozenset(
    {"val", "valid", "validation", "dev", "te", "test", "eval", "va", "验证", "测试", "训练", "train", "tr"}
)
_REWARDS = frozenset({"reward", "rewards", "return", "returns"})
_AVERAGES = frozenset({"average", "avg", "mean", "running"})
_MOST_POINTS = 500


@dataclass(frozen=True)
class Metric:
    """What a tuning is judged by: a curve's name, and whether small or large is good."""

    name: str
    mode: Mode

    def curve(self, run: Run) -> Series | None:
        """The curve of that name in a run, or None."""
        return next((s for s in run.series if s.name == self.name), None)

    def value(self, run: Run) -> float | None:
        """The best value that the run's curve came to; None where it has none, or ended non-finite."""
        series = self.curve(run)
        if series is None or not len(series) or not math.isfinite(series.y[-1]):
            return None
        best = np.nanmin(series.y) if self.mode == "min" else np.nanmax(series.y)
        return float(best) if math.isfinite(best) else None

    def better(self, one: float, other: float) -> bool:
        """Whether the first value is better."""
        return one < other if self.mode == "min" else one > other


def choose_metric(run: Run, name: str | None, mode: str | None) -> Metric:
    """The metric of a tuning: the one asked for, else the validation loss, else what comes nearest to it.

    Args:
        run: The first run.
        name: What the user asks for, or None.
        mode: `min` or `max`, or None where the curve's own direction counts.

    Raises:
        UsageError: the run has no such curve, or its direction is not known.
    """
    if name is None:
        curves = [s for role in _ORDER if (s := run.main(role)) is not None]
        series = next((s for s in curves if _direction(s) is not None), next(iter(curves), None))
        if series is None:
            raise UsageError(
                "The training logs no loss and no metric to tune by.", "Name one: --metric NAME."
            )
        series = _averaged(run, series)
    else:
        series = next((s for s in run.series if name in (s.name, s.role.value)), None)
        if series is None:
            known = ", ".join(clean_line(s.name) for s in run.series)
            raise UsageError(f"The training logs no '{clean_line(name)}'.", f"It logs: {known}.")
    if mode in ("min", "max"):
        return Metric(series.name, "min" if mode == "min" else "max")
    lower = _direction(series)
    if lower is None:
        raise UsageError(
            f"Whether a small or a large '{clean_line(series.name)}' is good is not known.",
            "Say --mode min or --mode max.",
        )
    return Metric(series.name, "min" if lower else "max")


def _averaged(run: Run, series: Series) -> Series:
    """The average of a reward where that is logged beside it: the best single episode is luck."""
    words = split_words(series.name)
    if not words or words[-1] not in _REWARDS or _AVERAGES & set(words):
        return series
    means = (s for s in run.with_role(series.role) if _AVERAGES & set(split_words(s.name)))
    return next((s for s in means if split_words(s.name)[-1] == words[-1]), series)


def _direction(series: Series) -> bool | None:
    """Whether small values are good; None where that is not known.

    `val 0.61` names no quantity, and is the loss by custom, save where it rises within 0 to 1, as shares do.
    """
    lower = series.lower_is_better
    if lower is not None:
        return lower
    if any(word in series.name.lower() for word in _LOSS_WORDS):
        return True
    y = series.y[np.isfinite(series.y)]
    is_share = y.size > 1 and bool((y >= 0).all() and (y <= 1).all() and y[-1] > y[0])
    is_bare = all(word in _SPLITS for word in split_words(series.name))
    return True if is_bare and y.size and not is_share else None


def curves_of(run: Run) -> dict[str, list[float]]:
    """The curves that the next move depends on, thinned to a few hundred points each."""
    return {s.name: _thinned(s) for s in run.series if s.role in _FOLLOWED and len(s) > 1}


def _thinned(series: Series) -> list[float]:
    step = -(-len(series) // _MOST_POINTS)
    kept: Iterable[float] = series.y[::-step][::-1]
    return [float(v) for v in kept]
