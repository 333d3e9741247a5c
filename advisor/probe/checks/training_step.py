"""Watches the user's own training step: what reaches the optimizer, and what is done to it on the way."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

from advisor.probe.bench import Bench
from advisor.probe.check import Check, Result
from advisor.text import Bilingual

_STEPS = 6


class TrainingStep(Check):
    """Gradients that add up or stay at zero, clipping that is always on, decay larger than the update."""

    name = "training-step"
    title = Bilingual(en="the training step", zh="训练步骤")
    order = 50
    says = (
        Bilingual(
            en="gradient {gradient_growth:.2g} times its own after six steps",
            zh="六步后梯度为自身的 {gradient_growth:.2g} 倍",
        ),
        Bilingual(
            en="{zero_gradient_share:.0%} of the weights with gradients of exactly 0",
            zh="梯度恰好为 0 的权重 {zero_gradient_share:.0%}",
        ),
        Bilingual(en="{clipped_share:.0%} of the steps clipped", zh="{clipped_share:.0%} 的步被裁剪"),
        Bilingual(
            en="decay {decay_over_update:.2g} times the update", zh="衰减为更新的 {decay_over_update:.2g} 倍"
        ),
    )
    sources = (
        "Humbatova et al., Taxonomy of Real Faults in Deep Learning Systems, ICSE 2020: missing zero_grad",
        "Pascanu et al., On the difficulty of training recurrent neural networks, 2013",
        "Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019",
    )

    def cost(self, budget: int) -> int:
        """A few steps."""
        return 2 * _STEPS

    def run(self, bench: Bench, budget: int) -> Result:
        """Take six steps on one batch, each beside the gradient computed apart."""
        batch = bench.train_batches(1)[0]
        result = Result()
        bench.model.train()
        ratios: list[float] = []
        with _watched_clipping() as clipped, _seen_gradients(bench) as seen:
            for _ in range(_STEPS):
                apart = float(bench.gradient(batch).norm())
                seen.norms.clear()
                calls = len(clipped)
                loss = bench.step(batch)
                bench.tick()
                if not math.isfinite(loss) or not seen.norms or apart <= 0:
                    break
                before_clipping = clipped[calls][0] if len(clipped) > calls else seen.norms[0]
                ratios.append(before_clipping / apart)
        if bench.probe.train_step is not None and len(ratios) == _STEPS:
            # Added up, the gradient of one batch grows in proportion to the steps taken.
            result.figures["gradient_growth"] = ratios[-1] / ratios[0] if ratios[0] > 0 else math.nan
        if clipped:
            result.figures["clipped_share"] = sum(limit < norm for norm, limit in clipped) / len(clipped)
            result.figures["clip_ratio"] = max(
                (norm / limit for norm, limit in clipped if limit > 0), default=math.nan
            )
            result.figures["clip_norm"] = max(norm for norm, _ in clipped)
        if len(ratios) == _STEPS:
            result.figures["zero_gradient_share"] = seen.zero_share(bench.model)
        result.figures.update(_decay(bench, batch))
        return result


@dataclass(slots=True)
class _Seen:
    """Gradients as the optimizer gets them.

    Attributes:
        norms: Of the whole gradient, one a step.
        reached: Parameters whose gradient was not all zeros in some step, by identity.
        held: Parameters that had a gradient, by identity.
    """

    norms: list[float] = field(default_factory=list)
    reached: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)

    def zero_share(self, model: torch.nn.Module) -> float:
        """Share of the weights whose gradient was exactly zero in every step.

        One step says little: a branch that starts at zero, as in residual networks and low-rank adapters,
        lets a gradient through from the second on.
        """
        sizes = {id(p): p.numel() for p in model.parameters()}
        return sum(sizes[i] for i in self.held - self.reached if i in sizes) / max(1, sum(sizes.values()))


@contextmanager
def _seen_gradients(bench: Bench) -> Iterator[_Seen]:
    """While open, what each step of the optimizer gets, before it takes it."""
    seen = _Seen()

    def note(*_: Any) -> None:
        norms = {id(p): float(p.grad.norm()) for p in bench.model.parameters() if p.grad is not None}
        seen.norms.append(math.hypot(*norms.values()))
        seen.held |= norms.keys()
        seen.reached |= {held for held, norm in norms.items() if norm != 0}

    hook = bench.optimizer.register_step_pre_hook(note)
    try:
        yield seen
    finally:
        hook.remove()


@contextmanager
def _watched_clipping() -> Iterator[list[tuple[float, float]]]:
    """While open, the (norm, limit) of every call to `torch.nn.utils.clip_grad_norm_`."""
    seen: list[tuple[float, float]] = []
    original: Callable[..., torch.Tensor] = torch.nn.utils.clip_grad_norm_

    def watched(parameters: Any, max_norm: float, *args: Any, **more: Any) -> torch.Tensor:
        norm = original(parameters, max_norm, *args, **more)
        seen.append((float(norm), float(max_norm)))
        return norm

    torch.nn.utils.clip_grad_norm_ = watched
    try:
        yield seen
    finally:
        torch.nn.utils.clip_grad_norm_ = original


def _decay(bench: Bench, batch: Any) -> dict[str, float]:
    """Pull of the weight decay beside that of the gradient, over the groups that have a decay.

    Where the decay is added to the gradient the two are compared there, before momentum mixes them; where it
    is a step of its own (AdamW), the two steps are.
    """
    groups = [group for group in bench.optimizer.param_groups if group.get("weight_decay", 0)]
    if not groups:
        return {}
    bench.start.restore()
    held = [(group, p) for group in groups for p in group["params"] if p.requires_grad]
    if _decoupled(bench.optimizer):
        pulls = [group["lr"] * group["weight_decay"] * p.detach().norm() for group, p in held]
        beside = _step_without_decay(bench, batch, held)
    else:
        pulls = [group["weight_decay"] * p.detach().norm() for group, p in held]
        beside = float(bench.gradient(batch).norm())
    if not math.isfinite(beside) or beside <= 0:
        return {}
    return {"decay_over_update": float(torch.stack([torch.as_tensor(p) for p in pulls]).norm()) / beside}


def _decoupled(optimizer: torch.optim.Optimizer) -> bool:
    return isinstance(optimizer, torch.optim.AdamW) or bool(
        optimizer.param_groups[0].get("decoupled_weight_decay", False)
    )


def _step_without_decay(bench: Bench, batch: Any, held: list[tuple[dict[str, Any], torch.Tensor]]) -> float:
    before = [p.detach().clone() for _, p in held]
    kept = [
        (group, group["weight_decay"]) for group in bench.optimizer.param_groups if "weight_decay" in group
    ]
    for group, _ in kept:
        group["weight_decay"] = 0.0
    bench.step(batch)
    for group, decay in kept:
        group["weight_decay"] = decay
    return float(
        torch.stack([(p.detach() - b).norm() for (_, p), b in zip(held, before, strict=True)]).norm()
    )
