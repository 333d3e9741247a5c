"""Compares the first loss with that of an answer that knows nothing."""

import math
from typing import Any

import torch

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Result
from advisor.text import Bilingual

_BATCHES = 4
_SCALED = 10.0  # root mean square of a target that a fresh network can meet


class InitialLoss(Check):
    """The loss before training, beside that of zero logits (ln K) or of a guess at the target.

    The guess is the mean of the target or, where that has the higher loss, 0: what a fresh network answers.
    Of a target that is not scaled only the mean is one, since 0 is far from all of it.
    """

    name = "initial-loss"
    title = Bilingual(en="the loss before training", zh="训练前的损失")
    order = 20
    says = (
        Bilingual(en="{initial_loss:.4g}", zh="{initial_loss:.4g}"),
        Bilingual(
            en="an answer that knows nothing has {expected_loss:.4g}",
            zh="一无所知的回答为 {expected_loss:.4g}",
        ),
    )
    sources = ("Karpathy, A Recipe for Training Neural Networks, 2019: verify loss at init",)

    def cost(self, budget: int) -> int:
        """A few forward passes."""
        return 2

    def run(self, bench: Bench, budget: int) -> Result:
        """Measure on at most four batches, in training mode as the first step sees it."""
        given = bench.train_batches(_BATCHES)
        bench.model.train()
        with torch.no_grad():
            losses = [float(bench.loss(batch)) for batch in given]
        bench.tick()
        result = Result(figures={"initial_loss": sum(losses) / len(losses)})
        if bench.probe.loss is not None:
            expected = [e for batch in given if (e := _expected(bench, batch)) is not None]
            if expected and (level := sum(expected) / len(expected)) > 0:
                result.figures["expected_loss"] = level
                result.figures["initial_loss_ratio"] = result.figures["initial_loss"] / level
        return result


def _expected(bench: Bench, batch: Any) -> float | None:
    """The user's own loss of an answer that does not look at the inputs."""
    target = batches.target(batch)
    assert bench.probe.loss is not None
    with torch.no_grad():
        output = bench.output(batch)
        if not isinstance(output, torch.Tensor) or not isinstance(target, torch.Tensor):
            return None
        zeros = torch.zeros_like(output)
        guesses = [zeros]
        if target.is_floating_point() and output.numel() == target.numel():
            mean = zeros + target.mean().to(zeros)
            scaled = float(target.double().square().mean().sqrt()) <= _SCALED
            guesses = [mean, zeros] if scaled else [mean]
        loss = max(float(bench.probe.loss(guess, target)) for guess in guesses)
    return loss if math.isfinite(loss) else None
