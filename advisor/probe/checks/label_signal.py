"""Trains for a moment on the labels as they are and on shuffled ones: is there anything to learn?"""

import math
from typing import Any

import numpy as np
import torch

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Result
from advisor.text import Bilingual

_MOST = 100
_LOOK = 20
_PATIENCE = 2  # looks
_COMPARED = 32  # batches


class LabelSignal(Check):
    """Held-out loss after a short training, beside the training samples and a training on shuffled labels."""

    name = "label-signal"
    title = Bilingual(en="whether the inputs tell the labels", zh="输入能否说明标签")
    order = 80
    says = (
        Bilingual(
            en="held-out loss falls by {label_signal:.0%} more than with shuffled labels",
            zh="留出损失比打乱标签时多降 {label_signal:.0%}",
        ),
    )
    sources = (
        "Zhang et al., Understanding deep learning requires rethinking generalization, 2017",
        "Arpit et al., A Closer Look at Memorization in Deep Networks, 2017: wrong labels are learned last",
    )

    def cost(self, budget: int) -> int:
        """Two short trainings."""
        return 2 * _MOST

    def run(self, bench: Bench, budget: int) -> Result:
        """Train twice, from the same start, at a rate that was found to train well, else as it stands."""
        result = Result()
        held_out = bench.held_out()
        given = bench.train_batches(_MOST)
        if any(not isinstance(batches.target(batch), torch.Tensor) for batch in (*given, *held_out)):
            result.notes.append(
                Bilingual(
                    en="The batches have no target that could be shuffled.",
                    zh="批次中没有可以打乱的目标。",
                )
            )
            return result
        before = bench.evaluate(held_out)
        real, trained_on = _lowest(bench, given, held_out, before, given[:_COMPARED])
        bench.start.restore()
        shuffled, _ = _lowest(bench, _shuffled(given, bench.seed), held_out, before)
        if all(map(math.isfinite, (before, real, shuffled))) and before > 0:
            result.figures["label_signal"] = (shuffled - real) / before
            result.figures["label_gap"] = (trained_on - real) / before
        return result


def _lowest(
    bench: Bench, given: list[Any], held_out: list[Any], before: float, beside: list[Any] | None = None
) -> tuple[float, float]:
    """The lowest held-out loss on the way, and the loss on the batches `beside` there, NaN without any.

    What is learned by heart later does not count. A training that comes no lower in two looks is ended; on
    shuffled labels that is the rule. One that is not finite any more tells nothing: both are NaN.
    """
    lowest, since, there = before, 0, math.nan
    for begin in range(0, _MOST, _LOOK):
        if not np.isfinite(bench.train(_LOOK, bench.good_rate, given, begin)).all():
            return math.nan, math.nan
        loss = bench.evaluate(held_out)
        since += 1
        if loss < lowest:
            lowest, since = loss, 0
            there = bench.evaluate(beside or [])
        if since == _PATIENCE:
            break
    return lowest, there


def _shuffled(given: list[Any], seed: int) -> list[Any]:
    """The batches with the labels of all their samples dealt out anew."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.cat([batches.target(batch) for batch in given])
    dealt = labels[torch.randperm(len(labels), generator=generator).to(labels.device)]
    ends = [0]
    for batch in given:
        ends.append(ends[-1] + len(batches.target(batch)))
    return [batches.with_target(b, dealt[a:z]) for b, a, z in zip(given, ends[:-1], ends[1:], strict=True)]
