"""What the logged learning rate does: warm-up, decay, drops, cycles; absent where none is logged.

Binned to 512 medians, so a single odd record does not count on long runs. Negative or non-finite rates are
left out; a rate that is never positive has no schedule.
"""

import numpy as np

from advisor.run import Floats, Role
from advisor.signals.curve import Curve
from advisor.signals.registry import of_run
from advisor.signals.view import View

_RISEN = 0.2  # of the peak: less is jitter, not a new cycle


def _rates(view: View) -> Floats | None:
    """The learning rate as a share of its peak, shape (b,)."""
    curve = view.curve(Role.LEARNING_RATE)
    return None if curve is None else curve.once(_shares_of_peak)


def _shares_of_peak(curve: Curve) -> Floats | None:
    if curve.size == 0 or curve.binned.max() <= 0:
        return None
    return np.asarray(np.clip(curve.binned, 0, None) / curve.binned.max(), dtype=np.float64)


def _below(rates: Floats, share: float) -> float | None:
    """Position from which the rate stays at or below `share` of its peak; None where it does not end so."""
    above = np.flatnonzero(rates > share)
    if rates.size < 2 or above[-1] == rates.size - 1:
        return None
    return float(above[-1] + 1) / (rates.size - 1)


@of_run(
    "schedule.constant",
    unit="flag",
    low=0,
    high=1,
    en="1 where the learning rate never changes, else 0.",
    zh="学习率从不变化时为 1, 否则为 0。",
)
def constant(view: View) -> float | None:
    """Within a thousandth of the peak; absent below 3 points."""
    rates = _rates(view)
    return float(rates.min() > 0.999) if rates is not None and rates.size > 2 else None


@of_run(
    "schedule.decay",
    unit="share of peak",
    low=0,
    high=1,
    en="Learning rate at the end as a share of its peak: 1 where it never decays.",
    zh="结束时的学习率占峰值的比例; 1 表示没有衰减。",
)
def decay(view: View) -> float | None:
    """Absent below 3 points."""
    rates = _rates(view)
    return float(rates[-1]) if rates is not None and rates.size > 2 else None


@of_run(
    "schedule.decay_position",
    unit="position",
    low=0,
    high=1,
    en="Position from which the learning rate stays at or below a tenth of its peak.",
    zh="学习率从哪个位置起一直不高于峰值的十分之一。",
)
def decay_position(view: View) -> float | None:
    """Absent where it does not end below a tenth."""
    rates = _rates(view)
    return None if rates is None else _below(rates, 0.1)


@of_run(
    "schedule.dead_share",
    unit="share of run",
    low=0,
    high=1,
    en="Share of the run at its end in which the learning rate stays below a hundredth of its peak.",
    zh="训练末尾学习率低于峰值百分之一的部分所占的比例。",
)
def dead_share(view: View) -> float | None:
    """0 where it never falls so far; absent below 3 points."""
    rates = _rates(view)
    if rates is None or rates.size < 3:
        return None
    position = _below(rates, 0.01)
    return 0.0 if position is None else 1 - position


@of_run(
    "schedule.warmup_share",
    unit="share of run",
    low=0,
    high=1,
    en="Share of the run in which the learning rate first rises to its peak; 0 without warm-up.",
    zh="学习率首次升到峰值所用的训练比例; 没有预热时为 0。",
)
def warmup_share(view: View) -> float | None:
    """Until 95 % of the peak, if it starts below half of it; absent below 3 points."""
    rates = _rates(view)
    if rates is None or rates.size < 3:
        return None
    return float((rates >= 0.95).argmax()) / (rates.size - 1) if rates[0] < 0.5 else 0.0


@of_run(
    "schedule.cycles",
    unit="rises",
    low=0,
    en="How often the learning rate rises again, by a fifth of its peak or more, after it had come down.",
    zh="学习率下降之后又回升 (不少于峰值的五分之一) 的次数。",
)
def cycles(view: View) -> float | None:
    """Warm-up does not count (Loshchilov and Hutter 2017; Smith 2017); absent below 3 points."""
    rates = _rates(view)
    if rates is None or rates.size < 3:
        return None
    count, lowest, highest, rising = 0, rates[0], rates[0], True
    for rate in rates.tolist():
        if rising:
            highest = max(highest, rate)
            if rate <= highest - _RISEN:
                rising, lowest = False, rate
        else:
            lowest = min(lowest, rate)
            if rate >= lowest + _RISEN:
                rising, highest, count = True, rate, count + 1
    return count


@of_run(
    "schedule.cyclic",
    unit="flag",
    low=0,
    high=1,
    en="1 where the learning rate rises again at least twice (cycles, warm restarts), else 0.",
    zh="学习率至少两次回升 (循环或热重启) 时为 1, 否则为 0。",
)
def cyclic(view: View) -> float | None:
    """One rise may be a resumed run; absent below 3 points."""
    count = cycles(view)
    return None if count is None else float(count >= 2)


@of_run(
    "schedule.drops",
    unit="drops",
    low=0,
    en="How often the learning rate falls to half or less from one point to the next.",
    zh="学习率在相邻两点间降到一半或更低的次数。",
)
def drops(view: View) -> float | None:
    """Between bins on more than 512 points; a fall from or to less than a ten-thousandth does not count."""
    rates = _rates(view)
    if rates is None or rates.size < 3:
        return None
    return float(((rates[1:] <= 0.5 * rates[:-1]) & (rates[1:] > 1e-4)).sum())


@of_run(
    "schedule.peak",
    unit="as logged",
    low=0,
    raw=True,
    en="Highest logged learning rate.",
    zh="日志中最高的学习率。",
)
def peak(view: View) -> float | None:
    """As logged; absent where none is positive."""
    curve = view.curve(Role.LEARNING_RATE)
    return curve.highest if curve is not None and _rates(view) is not None else None


@of_run(
    "schedule.gain_after_decay",
    unit="share of improvement",
    low=0,
    high=1,
    en="Share of the improvement of the training loss that came after the learning rate had "
    "fallen to a tenth.",
    zh="学习率降到十分之一之后, 训练损失取得的改善占全部改善的比例。",
)
def gain_after_decay(view: View) -> float | None:
    """Moments are matched by their place in the log; absent without such a decay or improvement."""
    position, rates = decay_position(view), view.curve(Role.LEARNING_RATE)
    loss = view.directed(Role.TRAIN_LOSS)
    if position is None or rates is None or loss is None or loss.improvement == 0:
        return None
    place = min(rates.at.size - 1, round(position * (rates.binned.size - 1)) * rates.points_per_bin)
    before = int(np.searchsorted(loss.at, rates.at[place])) // loss.points_per_bin
    lowest = float(loss.smooth[: before + 1].min())
    return float(np.clip((lowest - loss.best) / loss.improvement, 0, 1))
