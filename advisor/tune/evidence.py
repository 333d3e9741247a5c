"""What the curves of one told run say, as far as the next move depends on it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np

from advisor.diagnosis import Rulebook, load_rulebook
from advisor.diagnosis.problem import Problem
from advisor.learned.switch import learned_is_on
from advisor.run import Floats, Hyperparameter, Role, Run, Series, Trust
from advisor.signals import measure
from advisor.signals.robust import scale
from advisor.tune.space import Config
from advisor.vocabulary import assign_roles, hyperparameter_role

Mode = Literal["min", "max"]
Curves = Mapping[str, Sequence[float]]

_JUDGED = (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC)
_TOLERANCE = 1e-3
_GAINED = 0.3
_EVENLY = 5.0
TOO_HIGH = frozenset({Problem.NON_FINITE, Problem.DIVERGED, Problem.LR_TOO_HIGH, Problem.EXPLODING_GRADIENTS})
TOO_LOW = frozenset({Problem.LR_TOO_LOW, Problem.SLOW_CONVERGENCE})


@dataclass(frozen=True)
class Reading:
    """One run, read for its next move. Shares are of the way that the judged curve went from first to best.

    Attributes:
        failed: It gave no finite value, or its curve ended non-finite.
        problems: What the rules found.
        falling: By how much of its level the last quarter of the judged curve lies below the one before it;
            0 where it does not, or the curve is too short to tell.
        rise: By how much of its best value the judged curve ended worse than its best.
        best_at: Where in the run the judged curve was best, over (0, 1].
        noise: Spread of the late judged curve about its trend, as a share of its level.
        by_last: Whether the told value is the curve's last one and not its best; None where both agree or
            neither.
        overfit: It was best well before its end, and went on to lose more than noise.
        stuck: It never got away from where it started.
        reached: The best value of the judged curve, as a cost (lower is better); None without a curve.
        began: The first value of the judged curve, where it is a loss that did not blow up after; None
            otherwise.
        gained: By how much of its first value the judged curve came down to its best.
        even: Whether its later half came down and got worse at no point.
        costs: The finite values of the judged curve, as costs.
    """

    failed: bool
    problems: frozenset[Problem] = frozenset()
    falling: float = 0.0
    rise: float = 0.0
    best_at: float = 1.0
    noise: float = 0.0
    by_last: bool | None = None
    overfit: bool = False
    stuck: bool = False
    reached: float | None = None
    began: float | None = None
    gained: float = 0.0
    even: bool = False
    costs: tuple[float, ...] = ()

    def at(self, share: float) -> float:
        """What the judged curve, as a cost, stood at after a share of the run, over (0, 1]."""
        return self.costs[max(round(share * len(self.costs)), 1) - 1]

    @property
    def crept(self) -> bool:
        """Whether it ended on a plateau that it still went down, too evenly for steps of any length."""
        evenly = self.best_at == 1.0 and self.falling > _EVENLY * self.noise
        return evenly and Problem.PLATEAU in self.problems

    @property
    def worked(self) -> bool:
        """Whether it learned most of what it would with these values: they are no accident then."""
        calm = not self.problems & (TOO_HIGH | TOO_LOW)
        settled = self.falling <= 0.2 and self.gained >= _GAINED
        return calm and settled and not (self.failed or self.stuck or self.overfit)


def read(config: Config, value: float | None, curves: Curves | None, mode: Mode) -> Reading:
    """Read one told run.

    Args:
        config: Its configuration, by the user's names.
        value: What it came to; None or non-finite where it failed.
        curves: Its curves by their names, one value per logged point; any of them, or none.
        mode: Whether a small or a large value is good, for curves whose name does not tell.
    """
    failed = value is None or not math.isfinite(value)
    run = as_run(config, curves or {})
    if not run.series:
        return Reading(failed)
    problems = _problems(run)
    judged = next((s for role in _JUDGED if (s := run.main(role)) is not None), None)
    judged = judged or max(run.series, key=len)
    lower = judged.lower_is_better if judged.lower_is_better is not None else mode == "min"
    curve = judged.y if lower else -judged.y
    failed = failed or not np.isfinite(curve[-1])
    shape = _shape(curve, problems, failed, value, lower)
    return shape if judged.role in (Role.VAL_LOSS, Role.TRAIN_LOSS) else replace(shape, began=None)


def as_run(config: Config, curves: Curves) -> Run:
    """The told curves and configuration as a run that the rules can judge."""
    series = []
    for name, values in curves.items():
        y = np.asarray(list(values), dtype=np.float64)
        if y.size:
            steps = np.arange(1, y.size + 1)
            series.append(Series(name, y, steps.astype(np.float64), steps, "epoch"))
    settings = tuple(
        Hyperparameter(name, value, hyperparameter_role(name), "told", Trust.OWN_RECORD)
        for name, value in config.items()
        if isinstance(value, bool | int | float | str)
    )
    return Run("told", assign_roles(series), reader="told", hyperparameters=settings)


@cache
def _rulebook() -> Rulebook:
    return load_rulebook()


def _problems(run: Run) -> frozenset[Problem]:
    found = _rulebook().diagnose(run, measure(run), learned=learned_is_on()).findings
    return frozenset(f.problem for f in found if f.problem is not Problem.HEALTHY)


def _shape(
    curve: Floats, problems: frozenset[Problem], failed: bool, value: float | None, lower: bool
) -> Reading:
    """The features of a curve that is better the lower it is."""
    finite = curve[np.isfinite(curve)]
    if failed or finite.size < 2:
        return Reading(failed, problems)
    n = finite.size
    argbest = int(finite.argmin())
    first, best, last = float(finite[0]), float(finite[argbest]), float(finite[-1])
    level = max(abs(best), abs(first - best) * 0.05, 1e-12)
    before, late = finite[n // 2 : -(n // 4) or None], finite[-(n // 4) :]
    falling = float(np.median(before) - np.median(late)) / level if n >= 4 else 0.0
    noise = scale(np.diff(finite[n // 2 :])) / math.sqrt(2) / level if n >= 4 else 0.0
    rise = (last - best) / level
    told = None if value is None else (value if lower else -value)
    by_last = _by_last(told, best, last)
    return Reading(
        failed=False,
        problems=problems,
        falling=max(0.0, falling),
        rise=rise,
        best_at=(argbest + 1) / n,
        noise=noise,
        by_last=by_last,
        overfit=(argbest + 1) / n < 0.85 and rise > _lost_for_sure(noise, problems, by_last),
        stuck=first - best < 0.02 * abs(first),
        reached=best,
        began=first if last <= 2 * first else None,
        gained=(first - best) / max(abs(first), 1e-12),
        costs=tuple(finite.tolist()),
        even=n >= 4 and last < finite[n // 2] and bool((np.diff(finite[n // 2 :]) <= 0).all()),
    )


def _lost_for_sure(noise: float, problems: frozenset[Problem], by_last: bool | None) -> float:
    """The rise from the best that is more than noise.

    What the rules found past its best may be noisier, where the end counts and not the best.
    """
    limit = max(0.04, 2 * noise)
    return min(limit, 0.1) if by_last and Problem.PAST_BEST in problems else limit


def _by_last(told: float | None, best: float, last: float) -> bool | None:
    if told is None or abs(last - best) <= _TOLERANCE * abs(best):
        return None
    near_last, near_best = (abs(told - x) <= _TOLERANCE * abs(x) for x in (last, best))
    return None if near_last == near_best else near_last
