"""How far one step moves each weight matrix, beside its size."""

import statistics

from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.text import Bilingual

_STEPS = 10


class UpdateRatio(Check):
    """Norm of the update over norm of the weights, layer by layer, after ten steps."""

    name = "update-ratio"
    title = Bilingual(en="updates beside the weights", zh="更新量与权重之比")
    order = 55
    says = (Bilingual(en="{update_ratio:.2%} a step", zh="每步 {update_ratio:.2%}"),)
    sources = ("Karpathy, CS231n notes: ratio of weights to updates, 2015",)

    def cost(self, budget: int) -> int:
        """Ten steps."""
        return _STEPS

    def run(self, bench: Bench, budget: int) -> Result:
        """Measure at the rate as it stands, in the tenth step."""
        given = bench.train_batches(_STEPS)
        bench.train(_STEPS - 1, None, given)
        weights = [p for p in bench.model.parameters() if p.requires_grad and p.ndim >= 2]
        before = [w.detach().clone() for w in weights]
        bench.step(given[-1])
        ratios = [
            float((w.detach() - b).norm() / b.norm())
            for w, b in zip(weights, before, strict=True)
            if float(b.norm()) > 0
        ]
        result = Result()
        if ratios:
            result.figures["update_ratio"] = statistics.median(ratios)
            result.curves.append(Curve.numbered("update ratio by layer", ratios, "layer"))
        return result
