"""Where a curve will end, as the curves of the corpus went on that began like it."""

import numpy as np

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.run import Series
from advisor.signals.robust import median
from advisor.text import short_number

_LIKELY = 0.8
_AS_LONG_AGAIN = 0.5
"""By what share of its length a run whose plan is unknown is looked ahead."""


def ahead(context: Context, series: Series, more: float | None = None, value: float | None = None) -> str:
    """What the forecast says of a curve; empty where it is switched off or knows too little.

    Args:
        context: The turn.
        series: The curve.
        more: How many epochs or steps further to look; by default to the planned end.
        value: A value that is to be reached; by default the best so far.
    """
    lower = series.lower_is_better
    if lower is None or not context.session.learned or len(series) < 2:
        return ""
    from advisor.learned.forecast import forecast

    step = median(np.diff(series.x))
    length = _length(context, series, step, more)
    told = forecast(series.y, length, lower_is_better=lower)
    if told is None:
        return ""
    best = facts.best_index(series)
    goal = value if value is not None or best is None else float(series.y[best])
    most = facts.ceiling(series)
    low, high = (short_number(min(v, most)) for v in told.interval(_LIKELY))
    last = float(series.x[-1]) + (length - len(series)) * step
    end, where = short_number(last), facts.place_of(series, last, context.language)
    name, middle = facts.name(series), short_number(min(told.median, most))
    chance = "" if goal is None else _chance(context, told.below(goal), lower, goal)
    sentence = context.pick(
        f"Going by how the trainings of the corpus went on that began like it, {name} is {middle} at {where} "
        f"({_LIKELY:.0%}: {low} to {high}){chance}.",
        f"按语料中开头相似的训练后来的走向，{name} 到{where}时约为 {middle}"
        f"（{_LIKELY:.0%}：{low} 到 {high}）{chance}。",
    )
    return context.cite(f"forecast.{name}[{end}]", sentence)


def _length(context: Context, series: Series, step: float, more: float | None) -> int:
    """How many points the curve will have."""
    n, last = len(series), float(series.x[-1])
    if more is None and context.current is not None:
        planned = context.current.run.number("epochs" if series.x_kind == "epoch" else "max_steps")
        more = planned - last if planned is not None and planned > last else None
    if more is None or step <= 0:
        return n + max(1, round(_AS_LONG_AGAIN * n))
    return n + max(1, round(more / step))


def _chance(context: Context, below: float, lower: bool, goal: float) -> str:
    chance, value = (below if lower else 1 - below), short_number(goal)
    side, zh_side = ("below", "低于") if lower else ("above", "高于")
    return context.pick(
        f"; it ends {side} {value} with a chance of {chance:.0%}",
        f"，最终{zh_side} {value} 的可能 {chance:.0%}",
    )
