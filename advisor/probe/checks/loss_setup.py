"""Looks for a loss that is fed with the wrong thing: probabilities for logits, samples for classes."""

import torch

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Result
from advisor.text import Bilingual

_VARIES = 1e-3


class LossSetup(Check):
    """Whether the output is already a probability, and the loss of a batch the mean of its parts."""

    name = "loss-setup"
    title = Bilingual(en="how the loss is computed", zh="损失的计算方式")
    order = 22
    says = (
        Bilingual(
            en="{loss_over_halves:.3g} times the mean of a batch's halves",
            zh="为两半均值的 {loss_over_halves:.3g} 倍",
        ),
    )
    sources = ("Humbatova et al., Taxonomy of Real Faults in Deep Learning Systems, ICSE 2020",)

    def cost(self, budget: int) -> int:
        """A few forward passes."""
        return 2

    def run(self, bench: Bench, budget: int) -> Result:
        """Measure on one batch, in evaluation mode, so that nothing random differs."""
        batch = bench.train_batches(1)[0]
        result = Result()
        bench.model.eval()
        with torch.no_grad():
            half = batches.size(batch) // 2
            if half:
                whole = float(bench.loss(batches.part(batch, slice(0, 2 * half))))
                parts = [
                    float(bench.loss(batches.part(batch, s))) for s in (slice(0, half), slice(half, 2 * half))
                ]
                if (mean := sum(parts) / 2) > 0:
                    # 1 for a mean over the samples, 2 for a sum; anything else mixes them.
                    result.figures["loss_over_halves"] = whole / mean
            if bench.probe.loss is not None:
                result.figures.update(_probabilities(bench, batch))
        bench.tick()
        return result


def _probabilities(bench: Bench, batch: object) -> dict[str, float]:
    """Whether outputs are probabilities, and what the loss then is of an answer that is wholly right.

    A softmax gives such outputs, and so does a sigmoid: logits of both signs are not all between 0 and 1.
    """
    output, target = bench.output(batch), batches.target(batch)
    if not isinstance(output, torch.Tensor) or not isinstance(target, torch.Tensor):
        return {}
    if not output.is_floating_point() or (sure := _right_answer(output, target)) is None:
        return {}
    are = _squashed(output) or _distributions(output)
    figures = {"output_is_probability": float(are)}
    if are:
        assert bench.probe.loss is not None
        figures["loss_of_right_answer"] = float(bench.probe.loss(sure, target))
    return figures


def _right_answer(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor | None:
    """A probability of 1 for what is right, of the form of the output; None where the target is no class."""
    if target.is_floating_point():
        yes_or_no = target.shape == output.shape and bool(((target == 0) | (target == 1)).all())
        return target if yes_or_no else None
    if output.ndim != target.ndim + 1 or target.min() < 0 or target.max() >= output.shape[1]:
        return None
    return torch.zeros_like(output).scatter_(1, target.unsqueeze(1), 1.0)


def _squashed(output: torch.Tensor) -> bool:
    """Whether a sigmoid may have made them: between 0 and 1, and not the same for every sample.

    What is the same for all says nothing: a few biases that happen to be positive would be taken for one.
    """
    varies = bool((output.amax(0) - output.amin(0)).max() > _VARIES)
    return varies and bool((output > 0).all() and (output < 1).all())


def _distributions(output: torch.Tensor) -> bool:
    """Whether each row is a distribution, one that is wholly sure of itself included."""
    if output.ndim < 2:
        return False
    sums = output.sum(dim=1)
    return bool(
        (output >= 0).all() and (output <= 1).all() and torch.allclose(sums, torch.ones_like(sums), atol=1e-3)
    )
