"""Trains on one batch: a network that cannot learn eight samples by heart will learn nothing."""

import numpy as np
import torch

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.text import Bilingual

_STEPS = 60
_SAMPLES = 16
_LEARNED = 0.5  # of the loss left: the rules ask no more, and a lower rate need not be tried


class OneBatch(Check):
    """How far the loss on one small batch falls, at the rate as it stands or else at a tenth of it."""

    name = "one-batch"
    title = Bilingual(en="learning one batch by heart", zh="记住一个批次")
    order = 60
    says = (
        Bilingual(en="{one_batch_left:.1%} of the loss left", zh="剩余损失 {one_batch_left:.1%}"),
        Bilingual(
            en="{one_batch_blind_left:.0%} without the inputs", zh="不看输入时 {one_batch_blind_left:.0%}"
        ),
    )
    sources = ("Karpathy, A Recipe for Training Neural Networks, 2019: overfit one batch",)

    def cost(self, budget: int) -> int:
        """Two or three short trainings."""
        return 3 * _STEPS

    def run(self, bench: Bench, budget: int) -> Result:
        """Train on sixteen samples, then with their inputs set to zero: what the answers alone can give."""
        batch = bench.train_batches(1)[0]
        small = batches.part(batch, slice(0, _SAMPLES)) if batches.size(batch) > _SAMPLES else batch
        result = Result()
        reached: list[float] = []
        for factor in (1.0, 0.1):
            bench.start.restore()
            losses = bench.train(_STEPS, bench.rate * factor, [small])
            first, end = float(losses[0]), float(np.nanmin(losses)) if np.isfinite(losses).any() else np.nan
            if first > 0 and np.isfinite(end):
                reached.append(end / first)
            if factor == 1.0:
                result.curves.append(Curve.numbered("loss on one batch", losses))
            if reached and reached[-1] < _LEARNED:
                break
        if reached:
            result.figures["one_batch_left"] = min(reached)
        bench.start.restore()
        blind = batches.with_inputs(small, batches.mapped(batches.inputs(small), torch.zeros_like))
        losses = bench.train(_STEPS, None, [blind])
        if reached and losses[0] > 0 and np.isfinite(losses).any():
            result.figures["one_batch_blind_left"] = float(np.nanmin(losses) / losses[0])
        return result
