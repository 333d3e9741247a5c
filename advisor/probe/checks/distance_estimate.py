"""Estimates the learning rate without trying any: from how far the weights have come, and against what."""

import math
from typing import Any

import torch

from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.text import Bilingual

_STEPS = 60
_FIRST_DISTANCE = 1e-6
# The authors of DoG begin with 1e-6 of the weights, which takes hundreds of steps to grow; here are sixty.
_FIRST_SHARE = 1e-4


class DistanceEstimate(Check):
    """The rate that a parameter-free method arrives at, to be held beside the interval of the race.

    For Adam and its kin it is Prodigy's estimate of the distance to the solution, which is its rate. For
    plain gradient descent it is the distance travelled over the root of the summed squared gradients (DoG);
    a momentum m multiplies each step by 1 / (1 - m), so the rate is that much smaller. Both are known to be
    out by a factor of several in a short training: it is a cross-check, and nothing is advised from it.
    """

    name = "distance-estimate"
    title = Bilingual(en="a rate estimated without trying any", zh="不经尝试估计的学习率")
    order = 105
    says = (
        Bilingual(en="{lr_estimate:.2g}", zh="{lr_estimate:.2g}"),
        Bilingual(
            en="{lr_estimate_over_best:.2g} times the one of the race",
            zh="为竞赛所得的 {lr_estimate_over_best:.2g} 倍",
        ),
    )
    sources = (
        "Mishchenko and Defazio, Prodigy: An Expeditiously Adaptive Parameter-Free Learner, 2023",
        "Ivgi et al., DoG is SGD's Best Friend, 2023",
    )

    def cost(self, budget: int) -> int:
        """Sixty steps."""
        return _STEPS

    def run(self, bench: Bench, budget: int) -> Result:
        """Train with the estimate itself as the rate."""
        given = bench.train_batches(_STEPS)
        bench.model.train()
        weights = [p for p in bench.model.parameters() if p.requires_grad]
        group = bench.optimizer.param_groups[0]
        descent = isinstance(bench.optimizer, torch.optim.SGD)
        method = _DistanceOverGradients(weights) if descent else _Prodigy(weights)
        found: list[float] = []
        for index in range(_STEPS):
            gradients = _gradients(bench, weights, given[index % len(given)])
            if gradients is None:
                break
            found.append(method.step(gradients))
            bench.tick()
        rates = [rate * (1 - float(group.get("momentum", 0.0))) for rate in found] if descent else found
        result = Result(curves=[Curve.numbered("estimated learning rate", rates)])
        if len(rates) == _STEPS and rates[-1] > 0:
            result.figures["lr_estimate"] = rates[-1]
            if bench.good_rate is not None:
                result.figures["lr_estimate_over_best"] = rates[-1] / bench.good_rate
        return result


def _gradients(bench: Bench, weights: list[Any], batch: Any) -> list[torch.Tensor] | None:
    """The gradients on a batch, zeros where there is none; None where the loss is not finite any more."""
    loss = bench.loss(batch)
    if not torch.isfinite(loss):
        return None
    found = torch.autograd.grad(loss, weights, allow_unused=True)
    return [torch.zeros_like(p) if g is None else g for p, g in zip(weights, found, strict=True)]


class _DistanceOverGradients:
    """DoG: the rate is the largest distance from the start over the root of the summed squared gradients."""

    def __init__(self, weights: list[Any]) -> None:
        self._weights = weights
        self._start = [p.detach().clone() for p in weights]
        self._farthest = _FIRST_SHARE * (1 + _norm(self._start))
        self._squares = 0.0

    def step(self, gradients: list[torch.Tensor]) -> float:
        """Take one step; returns its rate."""
        self._squares += _norm(gradients) ** 2
        rate = self._farthest / math.sqrt(self._squares + 1e-12)
        with torch.no_grad():
            for p, g in zip(self._weights, gradients, strict=True):
                p.sub_(g, alpha=rate)
        away = _norm([p.detach() - s for p, s in zip(self._weights, self._start, strict=True)])
        self._farthest = max(self._farthest, away)
        return rate


class _Prodigy:
    """Prodigy with the authors' defaults: the estimated distance is the rate of an Adam step."""

    _FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8

    def __init__(self, weights: list[Any]) -> None:
        self._weights = weights
        self._start = [p.detach().clone() for p in weights]
        self._mean = [torch.zeros_like(p) for p in self._start]
        self._square = [torch.zeros_like(p) for p in self._start]
        self._sum = [torch.zeros_like(p) for p in self._start]
        self._numerator = 0.0
        self._distance = _FIRST_DISTANCE

    def step(self, gradients: list[torch.Tensor]) -> float:
        """Take one step; returns its rate."""
        d, decay = self._distance, math.sqrt(self._SECOND)
        inner = total = 0.0
        with torch.no_grad():
            for i, (p, g) in enumerate(zip(self._weights, gradients, strict=True)):
                self._mean[i].mul_(self._FIRST).add_(g, alpha=d * (1 - self._FIRST))
                self._square[i].mul_(self._SECOND).addcmul_(g, g, value=d * d * (1 - self._SECOND))
                inner += float((g * (self._start[i] - p)).sum())
                self._sum[i].mul_(decay).add_(g, alpha=d * d / _FIRST_DISTANCE)
                total += float(self._sum[i].abs().sum())
            self._numerator = decay * self._numerator + d * d / _FIRST_DISTANCE * inner
            if total > 0:
                self._distance = d = max(d, self._numerator / total)
            for p, mean, square in zip(self._weights, self._mean, self._square, strict=True):
                p.addcdiv_(mean, square.sqrt().add_(d * self._TINY), value=-d)
        return d


def _norm(parts: list[torch.Tensor]) -> float:
    return float(torch.stack([part.norm() for part in parts]).norm())
