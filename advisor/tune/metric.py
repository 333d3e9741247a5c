"""Which curve a tuning is judged by, and what a run came to by it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from advisor.errors import UsageError
from advisor.run import Role, Run, Series
from advisor.text import clean_line
from advisor.tune.evidence import Mode

_ORDER = (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC)
_FOLLOWED = frozenset({*_ORDER, Role.GRAD_NORM})
_LOSS_WORDS = ("loss", "error", "err", "mse", "mae", "rmse", "perplexity", "ppl", "wer", "cer")
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
        series = next((s for role in _ORDER if (s := run.main(role)) is not None), None)
        if series is None:
            raise UsageError(
                "The training logs no loss and no metric to tune by.", "Name one: --metric NAME."
            )
    else:
        series = next((s for s in run.series if name in (s.name, s.role.value)), None)
        if series is None:
            known = ", ".join(clean_line(s.name) for s in run.series)
            raise UsageError(f"The training logs no '{clean_line(name)}'.", f"It logs: {known}.")
    if mode in ("min", "max"):
        return Metric(series.name, "min" if mode == "min" else "max")
    lower = series.lower_is_better
    if lower is None and any(word in series.name.lower() for word in _LOSS_WORDS):
        lower = True
    if lower is None:
        raise UsageError(
            f"Whether a small or a large '{clean_line(series.name)}' is good is not known.",
            "Say --mode min or --mode max.",
        )
    return Metric(series.name, "min" if lower else "max")


def curves_of(run: Run) -> dict[str, list[float]]:
    """The curves that the next move depends on, thinned to a few hundred points each."""
    return {s.name: _thinned(s) for s in run.series if s.role in _FOLLOWED and len(s) > 1}


def _thinned(series: Series) -> list[float]:
    step = -(-len(series) // _MOST_POINTS)
    kept: Iterable[float] = series.y[::-step][::-1]
    return [float(v) for v in kept]
