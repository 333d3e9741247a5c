"""How long a curve stood still, beyond what its noise would hide.

A new best counts when it beats the last one that counted by 1 % of the improvement or 2 % of the level there,
whichever is less (after a huge first drop only the second can be seen), and by half the noise.
"""

from bisect import bisect_right

import numpy as np

from advisor.run import Integers
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import of_curve

_STEP = 0.01
_STEP_OF_LEVEL = 0.02


def _advances(curve: Curve) -> Integers:
    """Bins at which the smoothed curve set a best that counts; the first bin always does."""
    hidden = max(0.5 * curve.noise, 1e-9 * curve.level)
    step = _STEP * curve.improvement
    advances = [0]
    rising = (-np.minimum.accumulate(curve.smooth)).tolist()
    while advances[-1] < len(rising):
        lowest = -rising[advances[-1]]
        counts = lowest - max(hidden, min(step, _STEP_OF_LEVEL * abs(lowest)))
        advances.append(bisect_right(rising, -counts))
    return np.asarray(advances[:-1], dtype=np.int64)


@of_curve(
    "plateau_length",
    unit="share of run",
    low=0,
    high=1,
    points=4,
    directed=True,
    en="Share of the run at its end in which the {subject} set no new best beyond its noise.",
    zh="训练末尾{subject}没有超出噪声的新的最好值的部分所占的比例。",
)
def plateau_length(curve: Curve) -> float:
    """1 where it never improved at all."""
    return 1 - float(curve.once(_advances)[-1]) / (curve.smooth.size - 1)


@of_curve(
    "plateau_x",
    unit="x",
    points=4,
    directed=True,
    raw=True,
    en="Step or epoch since which the {subject} has set no new best beyond its noise.",
    zh="{subject}从哪一步或哪一轮起再没有超出噪声的新的最好值。",
)
def plateau_x(curve: Curve) -> float:
    """Start of the bin on curves of more than 512 points."""
    return curve.x(int(curve.once(_advances)[-1]) * curve.points_per_bin)


@of_curve(
    "longest_flat",
    unit="share of run",
    low=0,
    high=1,
    points=4,
    directed=True,
    en="Longest stretch anywhere in the run without a new best of the {subject} beyond its noise.",
    zh="训练中{subject}没有超出噪声的新的最好值的最长一段所占的比例。",
)
def longest_flat(curve: Curve) -> float:
    """Between two advances, or after the last one."""
    size = curve.smooth.size - 1
    return float(np.diff(np.append(curve.once(_advances), size)).max()) / size


@of_curve(
    "plateau_rise",
    unit="share of level",
    low=-2,
    high=2,
    points=6,
    directed=True,
    en="Change of the level of the {subject} from the first to the second half of its final "
    "plateau, as a share of the level: near 0 flat, positive where it worsens.",
    zh="{subject}在末尾平台期后半段相对前半段的水平变化; 接近 0 为平坦, 变差时为正。",
)
def plateau_rise(curve: Curve) -> float | None:
    """Absent where the plateau holds fewer than 4 bins."""
    part = curve.binned[int(curve.once(_advances)[-1]) :]
    if part.size < 4:
        return None
    a, b = robust.median(part[: part.size // 2]), robust.median(part[part.size // 2 :])
    size = max(abs(a), abs(b))
    return (b - a) / size if size else 0.0
