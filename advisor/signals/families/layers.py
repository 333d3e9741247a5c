"""Gradient norms layer by layer, where a log has them; the layers in the order in which it names them."""

import numpy as np

from advisor.run import Floats
from advisor.signals import robust
from advisor.signals.registry import of_run
from advisor.signals.view import View

_FEWEST = 3
_MOST = 1e12


def _levels(view: View) -> Floats | None:
    """Median gradient norm of each layer over the second half of the run; None below three layers."""
    curves = [curve for curve in view.side("layer_gradient") if curve.size >= 2]
    if len(curves) < _FEWEST:
        return None
    return np.array([robust.median(np.abs(c.logged[c.logged.size // 2 :])) for c in curves])


@of_run(
    "layers.count",
    unit="layers",
    low=_FEWEST,
    en="Number of layers whose gradient norm the log has.",
    zh="日志中记录了梯度范数的层数。",
)
def count(view: View) -> float | None:
    """Absent below three."""
    levels = _levels(view)
    return None if levels is None else float(levels.size)


@of_run(
    "layers.first_over_last",
    unit="ratio",
    low=0,
    high=_MOST,
    en="Gradient norm of the layer named first over that of the layer named last: far below 1 where the "
    "gradient vanishes on its way back, far above 1 where it explodes.",
    zh="最先列出的层与最后列出的层的梯度范数之比; 远小于 1 表示梯度在反传中消失, 远大于 1 表示爆炸。",
)
def first_over_last(view: View) -> float | None:
    """AUTOTRAINER's ratio (Zhang et al. 2021), from medians of a third of the layers at each end."""
    levels = _levels(view)
    if levels is None:
        return None
    third = max(1, levels.size // 3)
    first, last = robust.median(levels[:third]), robust.median(levels[-third:])
    return min(_MOST, first / last) if last > 0 and first / _MOST < last else None


@of_run(
    "layers.spread",
    unit="decades",
    low=0,
    high=300,
    en="How many powers of ten lie between the largest and the smallest gradient norm of a layer that is "
    "not 0.",
    zh="各层非零梯度范数中最大值与最小值相差的数量级。",
)
def spread(view: View) -> float | None:
    """Of medians over the second half; absent with fewer than three layers that have a gradient."""
    levels = _levels(view)
    if levels is None or (levels > 0).sum() < _FEWEST:
        return None
    there = levels[levels > 0]
    return float(np.log10(there.max()) - np.log10(there.min()))


@of_run(
    "layers.zero_share",
    unit="share",
    low=0,
    high=1,
    en="Share of the layers whose gradient norm is exactly 0 through the second half of the run.",
    zh="后半段训练中梯度范数恰好为 0 的层所占的比例。",
)
def zero_share(view: View) -> float | None:
    """Frozen on purpose, or cut off from the loss."""
    levels = _levels(view)
    return None if levels is None else float((levels == 0).mean())
