"""Estimates the gradient noise scale: the batch size above which a larger batch hardly helps."""

import math
from collections.abc import Sequence
from typing import Any

import torch

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.text import Bilingual

_MOMENTS = (0, 20, 50)
_GRADIENTS = 10


class NoiseScale(Check):
    """Trace of the gradient's covariance over its squared norm, at three moments of a training.

    Both come from the same gradients, one a batch: how far they lie from their mean, and how long that is.
    """

    name = "noise-scale"
    title = Bilingual(en="the gradient noise scale", zh="梯度噪声尺度")
    order = 90
    says = (
        Bilingual(en="{noise_scale:.0f} samples after fifty steps", zh="五十步后 {noise_scale:.0f} 个样本"),
    )
    sources = ("McCandlish et al., An Empirical Model of Large-Batch Training, 2018, appendix A.1",)

    def cost(self, budget: int) -> int:
        """Ten gradients at each moment, and the steps between."""
        return len(_MOMENTS) * _GRADIENTS + _MOMENTS[-1]

    def run(self, bench: Bench, budget: int) -> Result:
        """Measure before training, after twenty and after fifty steps, at the rate as it stands."""
        result = Result()
        given = bench.train_batches(_MOMENTS[-1] + _GRADIENTS)
        if len(given) < 2:
            result.notes.append(_ONE_BATCH)
            return result
        scales: dict[int, float] = {}
        for moment in _MOMENTS:
            done = max(scales, default=0)
            bench.train(moment - done, None, given, done)
            scales[moment] = _noise_scale(bench, given[-_GRADIENTS:])
        finite = {moment: scale for moment, scale in scales.items() if math.isfinite(scale)}
        if finite:
            seen = Curve("gradient noise scale", tuple(map(float, finite)), tuple(finite.values()))
            result.curves.append(seen)
        first, last = scales[_MOMENTS[0]], scales[_MOMENTS[-1]]
        result.figures |= {"noise_scale_start": first, "noise_scale": last}
        if 0 < last < math.inf:
            result.figures["batch_over_noise_scale"] = batches.size(given[0]) / last
        elif math.isinf(last):
            result.notes.append(_beyond(sum(map(batches.size, given[-_GRADIENTS:]))))
        return result


_ONE_BATCH = Bilingual(
    en="All the data is one batch: there is nothing to compare it with.",
    zh="全部数据只有一个批次，无从比较。",
)


def _beyond(samples: int) -> Bilingual:
    return Bilingual(
        en=f"The gradients of {samples} samples show nothing but noise: the scale is most likely above that.",
        zh=f"{samples} 个样本的梯度看不出噪声之外的东西：噪声尺度很可能高于此。",
    )


def _noise_scale(bench: Bench, given: Sequence[Any]) -> float:
    """B_simple of McCandlish et al. (2018), in samples, from the gradient on each batch and on all of them.

    Infinite where the mean gradient is no longer than noise alone makes it, NaN where one is not finite.
    """
    bench.model.train()
    total, squares = torch.zeros(()), 0.0
    for batch in given:
        gradient = bench.gradient(batch)
        total = total.to(gradient) + gradient
        squares += float(gradient.square().sum())
        bench.tick()
    count = len(given)
    small, large = squares / count, float((total / count).square().sum())
    # The squared length of a mean of n gradients is on average that of the true one and 1 / n of the noise.
    noise = count * (small - large) / (count - 1)
    signal = (count * large - small) / (count - 1)
    if not math.isfinite(noise):
        return math.nan
    return sum(map(batches.size, given)) / count * noise / signal if signal > 0 else math.inf
