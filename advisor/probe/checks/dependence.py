"""Finds broken wiring: samples that see each other, weights that nothing trains, a mode that is ignored."""

from typing import Any

import torch

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Result
from advisor.text import Bilingual


class Dependence(Check):
    """Each output depends on its own input alone; every parameter is trained; evaluation is not random."""

    name = "dependence"
    title = Bilingual(en="what depends on what", zh="依赖关系")
    order = 40
    says = (
        Bilingual(
            en="{unreached_share:.0%} of the weights without gradient",
            zh="无梯度的权重 {unreached_share:.0%}",
        ),
        Bilingual(
            en="{not_optimised_share:.0%} not with the optimizer", zh="未交给优化器 {not_optimised_share:.0%}"
        ),
        Bilingual(en="{frozen_share:.0%} frozen", zh="冻结 {frozen_share:.0%}"),
    )
    sources = ("Karpathy, A Recipe for Training Neural Networks, 2019: use backprop to chart dependencies",)

    def cost(self, budget: int) -> int:
        """Two backward and three forward passes."""
        return 3

    def run(self, bench: Bench, budget: int) -> Result:
        """Measure on one batch."""
        batch = bench.train_batches(1)[0]
        result = Result(figures=_untrained(bench, batch))
        bench.tick()
        bench.model.eval()
        with torch.no_grad():
            first, second = float(bench.loss(batch)), float(bench.loss(batch))
        scale = max(abs(first), abs(second), 1e-12)
        result.figures["evaluation_differs"] = abs(first - second) / scale
        bench.tick()
        if (mixed := _mixed(bench, batch)) is not None:
            result.figures["samples_mixed"] = mixed
        bench.tick()
        return result


def _untrained(bench: Bench, batch: Any) -> dict[str, float]:
    """Shares of the weights that are frozen, that no gradient reaches, that the optimizer does not hold."""
    bench.model.train()
    parameters = list(bench.model.parameters())
    trained = [p for p in parameters if p.requires_grad]
    total = sum(p.numel() for p in parameters)
    held = {id(p) for group in bench.optimizer.param_groups for p in group["params"]}
    loss = bench.loss(batch)
    found = (
        torch.autograd.grad(loss, trained, allow_unused=True) if loss.requires_grad else [None] * len(trained)
    )
    frozen = sum(p.numel() for p in parameters if not p.requires_grad)
    unreached = sum(p.numel() for p, g in zip(trained, found, strict=True) if g is None)
    forgotten = sum(p.numel() for p in trained if id(p) not in held)
    return {
        "frozen_share": frozen / total,
        "unreached_share": unreached / total,
        "not_optimised_share": forgotten / total,
    }


def _mixed(bench: Bench, batch: Any) -> float | None:
    """Gradient of the first output to the other samples' inputs, as a share of that to its own."""
    given = batches.inputs(batch)
    if not isinstance(given, torch.Tensor) or not given.is_floating_point() or given.shape[0] < 2:
        return None
    if bench.probe.loss is None:
        return None
    leaf = given.detach().clone().requires_grad_(True)
    output = bench.output(batches.with_inputs(batch, leaf))
    if not isinstance(output, torch.Tensor) or output.shape[:1] != leaf.shape[:1] or not output.requires_grad:
        return None
    (gradient,) = torch.autograd.grad(output[0].sum(), leaf, allow_unused=True)
    if gradient is None:
        return None
    own, others = float(gradient[0].abs().max()), float(gradient[1:].abs().max())
    return others / own if own > 0 else float(others > 0)
