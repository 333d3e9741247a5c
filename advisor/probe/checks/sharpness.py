"""Compares the curvature of the loss with the longest step that it bears."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from advisor.probe.bench import Bench
from advisor.probe.check import Check, Result
from advisor.text import Bilingual

_ITERATIONS = 10


class Sharpness(Check):
    """Largest eigenvalue of the Hessian; gradient descent is unstable where it is above 2 / lr."""

    name = "sharpness"
    title = Bilingual(en="the sharpness of the loss", zh="损失的锐度")
    order = 100
    says = (
        Bilingual(en="{sharpness:.3g}", zh="{sharpness:.3g}"),
        Bilingual(
            en="the rate is {rate_over_stable:.2g} of the largest stable one",
            zh="学习率为最大稳定值的 {rate_over_stable:.2g}",
        ),
    )
    sources = (
        "LeCun et al., Automatic Learning Rate Maximization by On-Line Estimation of the Hessian, 1993",
        "Cohen et al., Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability, 2021",
    )

    def cost(self, budget: int) -> int:
        """Ten products with the Hessian, each two backward passes."""
        return 2 * _ITERATIONS

    def run(self, bench: Bench, budget: int) -> Result:
        """Measure before training, on one batch, in evaluation mode."""
        result = Result()
        batch = bench.train_batches(1)[0]
        bench.model.eval()
        with _kernels_with_second_derivatives():
            sharpness = _largest_eigenvalue(bench, batch)
        if sharpness is None:
            result.notes.append(
                Bilingual(
                    en="A layer of the model has no second derivative.", zh="模型中有一层没有二阶导数。"
                )
            )
            return result
        result.figures["sharpness"] = sharpness
        if isinstance(bench.optimizer, torch.optim.SGD):
            momentum = float(bench.optimizer.param_groups[0].get("momentum", 0.0))
            # Heavy-ball momentum is stable up to 2 (1 + momentum) / sharpness (Polyak, 1964).
            result.figures["rate_over_stable"] = bench.rate * sharpness / (2 * (1 + momentum))
        return result


@contextmanager
def _kernels_with_second_derivatives() -> Iterator[None]:
    """While open, attention and recurrent layers take the slower kernels that can be derived twice."""
    with sdpa_kernel(SDPBackend.MATH), torch.backends.cudnn.flags(enabled=False):
        yield


def _largest_eigenvalue(bench: Bench, batch: Any) -> float | None:
    trained = [p for p in bench.model.parameters() if p.requires_grad]
    try:
        gradients = torch.autograd.grad(bench.loss(batch), trained, create_graph=True, allow_unused=True)
        used = [(p, g) for p, g in zip(trained, gradients, strict=True) if g is not None and g.requires_grad]
        if not used:
            return None
        generator = torch.Generator(device="cpu").manual_seed(bench.seed)
        vector = [torch.randn(p.shape, generator=generator).to(p) for p, _ in used]
        value = math.nan
        for _ in range(_ITERATIONS):
            norm = torch.stack([v.square().sum() for v in vector]).sum().sqrt()
            vector = [v / norm for v in vector]
            product = sum(
                ((g * v).sum() for (_, g), v in zip(used, vector, strict=True)), torch.zeros(()).to(norm)
            )
            turned = torch.autograd.grad(product, [p for p, _ in used], retain_graph=True, allow_unused=True)
            turned = tuple(
                torch.zeros_like(v) if t is None else t for t, v in zip(turned, vector, strict=True)
            )
            value = float(sum((t * v).sum() for t, v in zip(turned, vector, strict=True)))
            vector = [t.detach() for t in turned]
            bench.tick()
            bench.tick()
    except RuntimeError as error:
        if "derivative" in str(error) or "double" in str(error):
            return None
        raise
    return value if math.isfinite(value) else None
