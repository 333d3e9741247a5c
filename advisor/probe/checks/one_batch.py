"""Trains on one batch: a network that cannot learn eight samples by heart will learn nothing."""

import math

import numpy as np
import torch

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.run import Floats
from advisor.text import Bilingual

_STEPS = 60
_SAMPLES = 16
_LEARNED = 0.5  # of the loss left: the rules ask no more, and a lower rate need not be tried


class OneBatch(Check):
    """How far the loss on one small batch falls, at the rate as it stands or else at another one.

    That is ten times the rate where the loss fell too slowly, a tenth of it where it did not hold.
    """

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
        losses = bench.train(_STEPS, None, [small])
        result.curves.append(Curve.numbered("loss on one batch", losses))
        left = _left(losses)
        if not left < _LEARNED:
            bench.start.restore()
            factor = 10.0 if losses[-1] < losses[0] else 0.1
            left = np.fmin(left, _left(bench.train(_STEPS, bench.rate * factor, [small])))
        result.figures["one_batch_left"] = float(left)
        bench.start.restore()
        blind = batches.with_inputs(small, batches.mapped(batches.inputs(small), torch.zeros_like))
        result.figures["one_batch_blind_left"] = _left(bench.train(_STEPS, None, [blind]))
        return result


def _left(losses: Floats) -> float:
    """The lowest loss as a share of the first; NaN where the first is no finite number above 0."""
    return float(np.nanmin(losses) / losses[0]) if 0 < losses[0] < math.inf else math.nan
