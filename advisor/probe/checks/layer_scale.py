"""Follows the size of activations and gradients through the layers, before training."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.text import Bilingual

_RECTIFIERS = (nn.ReLU, nn.ReLU6, nn.Threshold)
_SIGMOIDS = (nn.Sigmoid, nn.Tanh, nn.Hardsigmoid, nn.Hardtanh)
_DROPOUTS = (nn.modules.dropout._DropoutNd,)
_NEAR_END = 0.02


@dataclass(slots=True)
class LayerFigures:
    """What the hooks saw, layer by layer in the order of the forward pass.

    Attributes:
        activations: Root mean square of each layer's output.
        dead: Share of the units of each rectifier that are 0 on every sample.
        saturated: Share of the outputs of each squashing layer that lie within 2 % of an end of its range,
            without those whose input is exactly 0: a rectifier or dropout before it has switched them off.
        non_finite: Layers whose output holds a NaN or an infinity.
    """

    activations: list[float] = field(default_factory=list)
    dead: list[float] = field(default_factory=list)
    saturated: list[float] = field(default_factory=list)
    non_finite: int = 0


@contextmanager
def watched(model: nn.Module) -> Iterator[LayerFigures]:
    """While open, each forward pass adds what its layers put out."""
    seen = LayerFigures()
    leaves = [module for module in model.modules() if not any(module.children())]
    hooks = [leaf.register_forward_hook(lambda m, given, out: _note(seen, m, given, out)) for leaf in leaves]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def _note(seen: LayerFigures, module: nn.Module, given: Any, output: Any) -> None:
    if isinstance(output, tuple) and output:
        output = output[0]
    if not isinstance(output, torch.Tensor) or not output.is_floating_point() or not output.numel():
        return
    values = output.detach()
    if not torch.isfinite(values).all():
        seen.non_finite += 1
        return
    if isinstance(module, _RECTIFIERS):
        alive = (values > 0).reshape(values.shape[0], -1).any(dim=0)
        seen.dead.append(float(1 - alive.float().mean()))
    elif isinstance(module, _SIGMOIDS):
        low, high = (0.0, 1.0) if isinstance(module, nn.Sigmoid | nn.Hardsigmoid) else (-1.0, 1.0)
        margin = _NEAR_END * (high - low)
        near = (values < low + margin) | (values > high - margin)
        if (on := near[given[0] != 0] if given else near).numel():
            seen.saturated.append(float(on.float().mean()))
    elif any(True for _ in module.parameters(recurse=False)):
        seen.activations.append(float(values.float().square().mean().sqrt()))


class LayerScale(Check):
    """Activations and gradients layer by layer, dead, saturated and dropped units, overflow."""

    name = "layer-scale"
    title = Bilingual(en="activations and gradients by layer", zh="各层的激活值与梯度")
    order = 30
    says = (
        Bilingual(
            en="gradient of the first layer over the last {gradient_first_over_last:.2g}",
            zh="首层与末层梯度之比 {gradient_first_over_last:.2g}",
        ),
        Bilingual(en="{dead_share:.0%} dead units", zh="失活单元 {dead_share:.0%}"),
        Bilingual(en="{saturated_share:.0%} saturated", zh="饱和 {saturated_share:.0%}"),
        Bilingual(en="{dropped_share:.0%} dropped", zh="dropout {dropped_share:.0%}"),
    )
    sources = (
        "Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010",
        "He et al., Delving Deep into Rectifiers, 2015",
    )

    def cost(self, budget: int) -> int:
        """One forward and backward pass."""
        return 1

    def run(self, bench: Bench, budget: int) -> Result:
        """Measure on one batch."""
        batch = bench.train_batches(1)[0]
        bench.model.train()
        with watched(bench.model) as seen:
            loss = bench.loss(batch)
        result = Result(figures={"non_finite_layers": float(seen.non_finite)})
        figures = result.figures
        if len(seen.activations) >= 2 and seen.activations[0] > 0:
            figures["activation_last_over_first"] = seen.activations[-1] / seen.activations[0]
            result.curves.append(Curve.numbered("activation by layer", seen.activations, "layer"))
        if seen.dead:
            figures["dead_share"] = max(seen.dead)
        if seen.saturated:
            figures["saturated_share"] = max(seen.saturated)
        if dropped := [m.p for m in bench.model.modules() if isinstance(m, _DROPOUTS) and m.training]:
            figures["dropped_share"] = max(dropped)
        figures["equal_weight_share"] = _equal_share(bench.model)
        if torch.isfinite(loss):
            gradients = _gradient_scales(bench.model, loss)
            # A layer that gets no gradient at all is the business of another check.
            positive = [g for g in gradients if g > 0 and math.isfinite(g)]
            if len(positive) >= 2:
                figures["gradient_first_over_last"] = positive[0] / positive[-1]
                result.curves.append(Curve.numbered("gradient by layer", gradients, "layer"))
        bench.tick()
        return result


def _equal_share(model: nn.Module) -> float:
    """Share of the weights that stand in matrices whose entries are all the same."""
    matrices = [p.detach() for p in model.parameters() if p.ndim >= 2 and p.numel() > 1]
    equal = sum(m.numel() for m in matrices if bool(m.min() == m.max()))
    return equal / max(1, sum(m.numel() for m in matrices))


def _gradient_scales(model: nn.Module, loss: torch.Tensor) -> list[float]:
    """Root mean square of the gradient of each weight matrix, in the order of the parameters."""
    weights = [p for p in model.parameters() if p.requires_grad and p.ndim >= 2]
    if not weights or not loss.requires_grad:
        return []
    found = torch.autograd.grad(loss, weights, allow_unused=True)
    return [0.0 if g is None else float(g.float().square().mean().sqrt()) for g in found]
