"""Estimates the gradient noise scale: the batch size above which a larger batch hardly helps."""

import math

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.text import Bilingual

_MOMENTS = (0, 50)
_REPEATS = 10


class NoiseScale(Check):
    """Trace of the gradient's covariance over its squared norm, from two batch sizes, at two moments."""

    name = "noise-scale"
    title = Bilingual(en="the gradient noise scale", zh="梯度噪声尺度")
    order = 90
    says = (
        Bilingual(en="{noise_scale:.0f} samples after fifty steps", zh="五十步后 {noise_scale:.0f} 个样本"),
    )
    sources = ("McCandlish et al., An Empirical Model of Large-Batch Training, 2018, appendix A.1",)

    def cost(self, budget: int) -> int:
        """Two backward passes of half and whole batches, ten times, at each moment, and the steps between."""
        return len(_MOMENTS) * 2 * _REPEATS + _MOMENTS[-1]

    def run(self, bench: Bench, budget: int) -> Result:
        """Measure before training and after fifty steps; numerator and denominator are averaged apart."""
        result = Result()
        given = bench.train_batches(_MOMENTS[-1] + _REPEATS)
        if batches.size(given[0]) < 2:
            result.notes.append(
                Bilingual(en="A batch of one sample cannot be halved.", zh="只有一个样本的批次无法分成两半。")
            )
            return result
        found: list[float] = []
        done = 0
        for moment in _MOMENTS:
            bench.train(moment - done, None, given)
            done = moment
            found.append(_noise_scale(bench, given[-_REPEATS:]))
        result.figures["noise_scale_start"], result.figures["noise_scale"] = found
        size = batches.size(given[0])
        result.figures["batch_over_noise_scale"] = size / found[-1] if found[-1] > 0 else math.nan
        result.curves.append(Curve("gradient noise scale", tuple(map(float, _MOMENTS)), tuple(found)))
        return result


def _noise_scale(bench: Bench, given: list[object]) -> float:
    """B_simple of McCandlish et al. (2018), from gradients on whole batches and on their halves."""
    numerator = denominator = 0.0
    bench.model.train()
    for batch in given:
        whole = batches.size(batch)
        half = whole // 2
        if half == 0 or half == whole:
            continue
        large = float(bench.gradient(batch).square().sum())
        small = float(bench.gradient(batches.part(batch, slice(0, half))).square().sum())
        bench.tick()
        bench.tick()
        denominator += (whole * large - half * small) / (whole - half)
        numerator += (small - large) / (1 / half - 1 / whole)
    return numerator / denominator if denominator > 0 and numerator > 0 else math.nan
