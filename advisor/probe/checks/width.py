"""Whether the size of a step grows with the width of the model: would the rate hold for a wider one?"""

import math
from typing import Any

import numpy as np
import torch

from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.text import Bilingual

_FACTORS = (0.5, 1.0, 2.0)
_STEPS = 4
_NAMES = ("hidden", "width", "hidden_size", "hidden_dim", "d_model", "n_embd", "dim", "channels", "units")


class Width(Check):
    """How far a few steps move each layer's output, at half, one and two times the width.

    Flat over widths means that a rate found on a small model holds for a large one. In the usual
    parametrisation it grows, and a wider model then needs a lower rate.
    """

    name = "width"
    title = Bilingual(en="steps by the width of the model", zh="步长随模型宽度的变化")
    order = 110
    says = (
        Bilingual(
            en="outputs move as the width to the power {width_slope:.2f}",
            zh="输出的变化与宽度的 {width_slope:.2f} 次方成正比",
        ),
    )
    sources = (
        "Yang et al., Tensor Programs V: Tuning Large Neural Networks via Zero-Shot Hyperparameter Transfer,"
        " 2022: the coordinate check",
    )

    def cost(self, budget: int) -> int:
        """Four steps at each of three widths."""
        return _STEPS * len(_FACTORS)

    def run(self, bench: Bench, budget: int) -> Result:
        """Make the model at three widths, train each, and fit the slope on logarithmic axes."""
        probe, result = bench.probe, Result()
        widths = {n: value for n in _NAMES if isinstance(value := probe.settings.get(n), int)}
        if probe.remake is None or not widths:
            result.notes.append(_no_width())
            return result
        given = bench.train_batches(_STEPS)
        name, own = next(iter(widths.items()))
        tried = [max(1, round(own * factor)) for factor in _FACTORS]
        moved = []
        for width in tried:
            torch.manual_seed(bench.seed)
            made = probe.remake({name: width})
            made.model.to(bench.device)
            wide = Bench(made, bench.seed)
            wide.on_step = bench.tick
            moved.append(_movement(wide, given))
        if len({len(layers) for layers in moved}) == 1 and moved[0]:
            _fit(result, tried, moved)
        return result


def _no_width() -> Bilingual:
    return Bilingual(
        en=f"No setting of the target is its width ({', '.join(_NAMES)}).",
        zh=f"目标没有表示宽度的设置（{', '.join(_NAMES)}）。",
    )


def _fit(result: Result, widths: list[int], moved: list[list[float]]) -> None:
    """The steepest layer decides: its activations are the first to run away."""
    table = np.array(moved)
    if not (np.isfinite(table) & (table > 0)).all():
        return
    slopes = np.polyfit(np.log(widths), np.log(table), 1)[0]
    steepest = int(np.argmax(slopes))
    result.figures["width_slope"] = float(slopes[steepest])
    result.curves.append(
        Curve(
            "movement of the output by width", tuple(map(float, widths)), tuple(table[:, steepest]), "width"
        )
    )


def _movement(bench: Bench, given: list[Any]) -> list[float]:
    """Root mean square of the change of each layer's output on one batch, in the order of the layers."""
    before = _outputs(bench, given[0])
    bench.train(_STEPS, None, given)
    after = _outputs(bench, given[0])
    return [
        float((b - a).square().mean().sqrt()) if a.shape == b.shape else math.nan
        for a, b in zip(before, after, strict=True)
    ]


def _outputs(bench: Bench, batch: Any) -> list[torch.Tensor]:
    """What each layer with weights puts out, in evaluation mode."""
    found: list[torch.Tensor] = []

    def note(_module: Any, _given: Any, output: Any) -> None:
        first = output[0] if isinstance(output, tuple) and output else output
        if isinstance(first, torch.Tensor) and first.is_floating_point():
            found.append(first.detach().float())

    leaves = [m for m in bench.model.modules() if not any(m.children()) and any(True for _ in m.parameters())]
    hooks = [leaf.register_forward_hook(note) for leaf in leaves]
    bench.model.eval()
    try:
        with torch.no_grad():
            bench.loss(batch)
    finally:
        for hook in hooks:
            hook.remove()
    return found
