"""Where a training that is being watched is heading: told at a quarter, half, three quarters of its plan."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from advisor.run import Role, Run, Series
from advisor.signals.robust import median
from advisor.text import Bilingual, Language, clean_line, short_number

if TYPE_CHECKING:
    from advisor.journal import RunRow
    from advisor.learned.forecast import Forecast

JUDGED = (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC)
SHARES = (0.25, 0.5, 0.75)
"""Shares of the plan behind which something is said, once each."""
LIKELY = 0.8

_AHEAD = Bilingual(
    en="ahead: {name} {middle} at {kind} {end} ({likely:.0%}: {low} to {high}), at its best near "
    "{kind} {best} ({likely:.0%}: {soonest} to {latest}){beside}",
    zh="预计：{name} 到{kind} {end} 时为 {middle}（{likely:.0%}：{low} 到 {high}），"
    "在{kind} {best} 附近最好（{likely:.0%}：{soonest} 到 {latest}）{beside}",
)
_BESIDE = Bilingual(
    en="; {chance:.0%} likely to end {side} {value}, the best of run {run}",
    zh="；最终{side} {value}（第 {run} 次运行的最佳值）的可能 {chance:.0%}",
)
_SIDES = {True: Bilingual(en="below", zh="低于"), False: Bilingual(en="above", zh="高于")}
_KINDS = {"epoch": Bilingual(en="epoch", zh="轮"), "step": Bilingual(en="step", zh="步")}


class Outlook:
    """Tells once for each share of the plan where a training will end.

    Args:
        language: Of the lines.
        earlier: The earlier runs of the project that a run may beat, newest first.
        on: Whether anything is told at all.
    """

    def __init__(self, language: Language, earlier: "Sequence[RunRow]" = (), *, on: bool = True) -> None:
        self._language, self._on = language, on
        self._earlier = earlier
        self._told = 0.0

    def line(self, run: Run) -> str:
        """What is to be said now; empty where there is nothing new, no plan, or too little is known."""
        curve = next((s for role in JUDGED if (s := run.main(role)) is not None), None)
        if not self._on or curve is None or curve.lower_is_better is None or len(curve) < 2:
            return ""
        length = planned_length(run, curve)
        passed = max((share for share in SHARES if length and len(curve) >= share * length), default=0.0)
        if passed <= self._told:
            return ""
        from advisor.learned.forecast import forecast

        told = forecast(curve.y, length, lower_is_better=curve.lower_is_better)
        if told is None:
            return ""
        self._told = passed
        return self._said(curve, told)

    def _said(self, curve: Series, told: "Forecast") -> str:
        language = self._language
        step, n = median(np.diff(curve.x)), len(curve)

        def place(point: float) -> str:
            return short_number(float(round(float(curve.x[-1]) + (point - n) * step)))

        low, high = (short_number(value) for value in told.interval(LIKELY))
        soonest, best, latest = (place(float(point)) for point in told.best_at)
        return _AHEAD.in_(language).format(
            name=clean_line(curve.name, 40), middle=short_number(told.median), low=low, high=high,
            kind=_KINDS.get(curve.x_kind, _KINDS["step"]).in_(language), end=place(told.at), likely=LIKELY,
            soonest=soonest, best=best, latest=latest, beside=self._beside(curve, told),
        )  # fmt: skip

    def _beside(self, curve: Series, told: "Forecast") -> str:
        """The chance to end better than the best of the earlier runs; empty where there is none."""
        lower = bool(curve.lower_is_better)
        bests = [
            (float(found["best"]), row.id)
            for row in self._earlier
            if (found := row.summary.get(curve.role.value)) is not None
            and found.get("name") == curve.name
            and isinstance(found.get("best"), int | float)
            and np.isfinite(found["best"])
        ]
        if not bests:
            return ""
        value, run = min(bests) if lower else max(bests)
        below = told.below(value)
        return _BESIDE.in_(self._language).format(
            chance=below if lower else 1 - below, side=_SIDES[lower].in_(self._language),
            value=short_number(value), run=run,
        )  # fmt: skip


def planned_length(run: Run, curve: Series) -> int:
    """How many points a curve is to have by the run's plan; 0 where that is not known, or reached."""
    planned = run.number("epochs" if curve.x_kind == "epoch" else "max_steps")
    step = median(np.diff(curve.x))
    if planned is None or step <= 0 or planned <= curve.x[-1]:
        return 0
    return len(curve) + round((planned - float(curve.x[-1])) / step)
