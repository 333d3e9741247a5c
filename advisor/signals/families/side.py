"""Curves beside the losses and metrics, where a log has them: loss scale, policy, memory, units, GANs.

Which curve is which stands in `advisor/vocabulary/side.yaml`.
"""

from collections.abc import Callable

import numpy as np

from advisor.run import Floats
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.families import level
from advisor.signals.registry import of_run
from advisor.signals.view import View

_MOST = 1e6
Measure = Callable[[Curve], float | None]


def _of_side(
    name: str,
    kind: str,
    measure: Measure,
    *,
    unit: str,
    en: str,
    zh: str,
    points: int = 1,
    low: float = 0,
    high: float = _MOST,
    pick: Callable[[list[float]], float] = max,
    raw: bool = False,
) -> None:
    """Registers a measure of the curves of one side quantity; of several curves `pick` takes the worst."""

    @of_run(name, unit=unit, low=low, high=high, en=en, zh=zh, raw=raw)
    def signal(view: View) -> float | None:
        values = [measure(curve) for curve in view.side(kind) if curve.size >= points]
        known = [value for value in values if value is not None]
        return min(high, max(low, pick(known))) if known else None


def _ratio(above: float, below: float) -> float | None:
    return None if below <= 0 else min(_MOST, max(0.0, above) / below)


def _logged(curve: Curve) -> Floats:
    """The level as logged, at most 512 medians."""
    return robust.bin_medians(curve.logged)


def _end(curve: Curve) -> float:
    """Median of the last tenth, as logged."""
    values = _logged(curve)
    return robust.median(values[-max(1, values.size // 10) :])


def _begin(curve: Curve) -> float:
    values = _logged(curve)
    return robust.median(values[: max(1, values.size // 10)])


def _halvings(curve: Curve) -> float:
    """How often the value fell to half or less from one point to the next."""
    values = curve.logged
    return float((values[1:] <= 0.5 * values[:-1]).sum())


def _end_over_highest(curve: Curve) -> float | None:
    return _ratio(_end(curve), curve.highest)


def _growth(curve: Curve) -> float | None:
    """Level at the end over the level after the first tenth, where start-up is over."""
    values = _logged(curve)
    third = max(1, values.size // 3)
    return _ratio(_end(curve), robust.median(values[third // 3 : third]))


def _rising(curve: Curve) -> float:
    return robust.kendall(_logged(curve)[curve.binned.size // 10 :])


def _end_over_begin(curve: Curve) -> float | None:
    return _ratio(abs(_end(curve)), abs(_begin(curve)))


def _over_median(curve: Curve) -> float | None:
    """Largest level that lasted over the median."""
    values = np.abs(_logged(curve))
    return _ratio(float(robust.smooth(values, 1).max()), robust.median(values))


def _gain_in_noise(curve: Curve) -> float:
    """Difference of the means of the outer thirds in standard errors (Welch 1947), winsorised."""
    bins = curve.binned
    centre, spread = robust.median(bins), robust.scale(bins)
    if spread > 0:
        bins = np.clip(bins, centre - 5 * spread, centre + 5 * spread)
    third = bins.size // 3
    first, last = bins[:third], bins[-third:]
    error = float(np.sqrt((first.var(ddof=1) + last.var(ddof=1)) / third))
    gained = float(first.mean() - last.mean())
    if gained <= 0:
        return 0.0
    return gained / error if error > gained / _MOST else _MOST


_of_side(
    "precision.scale_halvings",
    "loss_scale",
    _halvings,
    unit="halvings",
    points=3,
    en="How often the loss scale of half precision was halved: each time a step was skipped for an overflow.",
    zh="半精度训练中损失缩放被减半的次数; 每次都意味着一步因溢出被跳过。",
)
_of_side(
    "precision.scale_end",
    "loss_scale",
    _end_over_highest,
    unit="share of highest",
    points=3,
    high=1,
    pick=min,
    en="The loss scale of half precision at the end as a share of its highest value.",
    zh="半精度训练结束时的损失缩放占其最大值的比例。",
)
_of_side(
    "precision.scale_last",
    "loss_scale",
    _end,
    unit="as logged",
    high=float("inf"),
    raw=True,
    pick=min,
    en="The loss scale of half precision at the end.",
    zh="半精度训练结束时的损失缩放。",
)
_of_side(
    "policy.reward_lost",
    "reward",
    lambda curve: None if not curve.directed else level.rise_from_best(curve),
    unit="share of improvement",
    points=20,
    pick=min,
    en="Share of what the reward had gained that it lost again by the end.",
    zh="奖励在结束时失去了此前所得的多大比例。",
)
_of_side(
    "policy.reward_gain",
    "reward",
    lambda curve: _gain_in_noise(curve) if curve.directed else None,
    unit="standard errors",
    points=20,
    en="How much better the reward of the last third is than that of the first, in standard errors: "
    "below 2 it may be chance.",
    zh="最后三分之一的奖励比最初三分之一高多少个标准误; 低于 2 可能只是偶然。",
)
_of_side(
    "policy.kl_end",
    "kl",
    _end,
    unit="nats",
    points=5,
    en="KL divergence between the new and the old policy at the end.",
    zh="结束时新旧策略之间的 KL 散度。",
)
_of_side(
    "policy.kl_growth",
    "kl",
    _over_median,
    unit="ratio",
    points=8,
    en="Largest lasting KL divergence between the new and the old policy over its median.",
    zh="新旧策略之间持续出现的最大 KL 散度与其中位数之比。",
)
_of_side(
    "policy.entropy_left",
    "entropy",
    _end_over_begin,
    unit="ratio",
    points=8,
    pick=min,
    en="Entropy of the policy at the end over that at the start: near 0 where it has stopped to explore.",
    zh="结束时策略的熵与开始时之比; 接近 0 说明已停止探索。",
)
_of_side(
    "policy.value_loss_growth",
    "value_loss",
    _growth,
    unit="ratio",
    points=10,
    en="Value loss at the end over that after the first tenth of the run.",
    zh="结束时的价值损失与前十分之一之后的价值损失之比。",
)
_of_side(
    "policy.clip_fraction",
    "clip_fraction",
    _end,
    unit="share",
    points=5,
    high=1,
    en="Share of the policy's updates that were clipped, at the end.",
    zh="结束时策略更新被截断的比例。",
)
_of_side(
    "memory.growth",
    "memory",
    _growth,
    unit="ratio",
    points=20,
    en="Memory in use at the end over that after the first tenth of the run.",
    zh="结束时占用的内存与前十分之一之后之比。",
)
_of_side(
    "memory.rising",
    "memory",
    _rising,
    unit="correlation",
    low=-1,
    high=1,
    points=20,
    en="Rank correlation of the memory in use with time, the first tenth left out: 1 grows throughout.",
    zh="占用内存与时间的秩相关 (不含前十分之一); 1 表示一直增长。",
)
_of_side(
    "time.gpu_use",
    "gpu_use",
    lambda curve: robust.median(_logged(curve)),
    unit="per cent",
    points=5,
    high=100,
    en="Median use of the GPU as the log states it, in per cent.",
    zh="日志中 GPU 使用率的中位数, 单位为百分比。",
)
_of_side(
    "units.dead",
    "dead_units",
    _end,
    unit="share",
    points=2,
    high=1,
    en="Share of the units that never answer, at the end, as logged.",
    zh="结束时从不激活的单元所占的比例 (日志给出)。",
)
_of_side(
    "units.saturated",
    "saturation",
    _end,
    unit="share",
    points=2,
    high=1,
    en="Share of the units that are saturated, at the end, as logged.",
    zh="结束时处于饱和的单元所占的比例 (日志给出)。",
)
_of_side(
    "units.update_ratio",
    "update_ratio",
    lambda curve: robust.median(np.abs(_logged(curve))),
    unit="ratio",
    points=3,
    en="Median size of an update over the size of the weights, as logged; about 0.001 is usual.",
    zh="更新量与权重大小之比的中位数 (日志给出); 通常约为 0.001。",
)


@of_run(
    "time.data_share",
    unit="share",
    low=0,
    high=1,
    en="Share of the time of a step that is spent waiting for data.",
    zh="每一步中等待数据的时间所占的比例。",
)
def data_share(view: View) -> float | None:
    """Median data time over median step time, of the log's own figures; absent below 5 points of both."""
    waiting, whole = view.side("data_time"), view.side("step_time")
    if not waiting or not whole or min(waiting[0].size, whole[0].size) < 5:
        return None
    step = robust.median(_logged(whole[0]))
    share = _ratio(robust.median(_logged(waiting[0])), step)
    # Above 1 the two do not speak of the same step.
    return share if share is not None and share <= 1 else None


@of_run(
    "adversarial.balance",
    unit="ratio",
    low=0,
    high=_MOST,
    en="Loss of the discriminator over its loss in the first tenth of the run: near 0 where it wins.",
    zh="判别器最终的损失与前十分之一时之比; 接近 0 表示判别器完全占优。",
)
def balance(view: View) -> float | None:
    """Absent unless both networks log a loss of 10 points at least."""
    d, g = view.side("discriminator_loss"), view.side("generator_loss")
    if not d or not g or min(d[0].size, g[0].size) < 10:
        return None
    return _end_over_begin(d[0])


@of_run(
    "adversarial.generator_growth",
    unit="ratio",
    low=0,
    high=_MOST,
    en="Loss of the generator over its loss in the first tenth of the run.",
    zh="生成器最终的损失与前十分之一时之比。",
)
def generator_growth(view: View) -> float | None:
    """Absent unless both networks log a loss of 10 points at least."""
    d, g = view.side("discriminator_loss"), view.side("generator_loss")
    if not d or not g or min(d[0].size, g[0].size) < 10:
        return None
    return _end_over_begin(g[0])


@of_run(
    "adversarial.non_finite",
    unit="share",
    low=0,
    high=1,
    en="Share of the last tenth of either network's loss that is NaN or infinite, the larger of the two.",
    zh="两个网络的损失在最后十分之一中非有限值的比例, 取较大者。",
)
def non_finite(view: View) -> float | None:
    """Absent unless both networks log a loss."""
    d, g = view.side("discriminator_loss"), view.side("generator_loss")
    return max(map(_end_non_finite, (*d, *g))) if d and g else None


def _end_non_finite(curve: Curve) -> float:
    return 1 - float(curve.finite[-max(1, curve.n // 10) :].mean())
