"""Where the best value stands, and how long ago it was."""

import numpy as np

from advisor.signals.curve import Curve
from advisor.signals.registry import of_curve


@of_curve(
    "best_position",
    unit="position",
    low=0,
    high=1,
    points=2,
    directed=True,
    en="Where the best value of the {subject} stands in the run, 0 (first point) to 1 (last).",
    zh="{subject}最好值在训练中的位置, 0 为第一个点, 1 为最后一个点。",
)
def best_position(curve: Curve) -> float:
    """Of the single best point, the first one on ties."""
    return curve.position(curve.best_point)


@of_curve(
    "smooth_best_position",
    unit="position",
    low=0,
    high=1,
    points=3,
    directed=True,
    en="Where the smoothed {subject} is best, 0 (start) to 1 (end); a lucky point does not count.",
    zh="平滑后的{subject}最好处的位置, 0 为开始, 1 为结束; 偶然的好点不算。",
)
def smooth_best_position(curve: Curve) -> float:
    """Of the lightly smoothed curve, the first place on ties."""
    return float(curve.smooth.argmin()) / (curve.smooth.size - 1)


@of_curve(
    "since_best",
    unit="points",
    low=0,
    directed=True,
    en="Number of points of the {subject} after its best value (validations without improvement).",
    zh="{subject}最好值之后的点数 (没有改善的验证次数)。",
)
def since_best(curve: Curve) -> float:
    """Non-finite points after the best one count."""
    return curve.n - 1 - curve.place(curve.best_point)


@of_curve(
    "best_x",
    unit="x",
    directed=True,
    raw=True,
    en="Step or epoch of the best value of the {subject}.",
    zh="{subject}最好值所在的步数或轮数。",
)
def best_x(curve: Curve) -> float:
    """As logged; the first one on ties."""
    return curve.x(curve.best_point)


@of_curve(
    "rise_noise",
    unit="noise scales",
    low=0,
    high=1_000,
    points=6,
    directed=True,
    en="How much worse the {subject} ends than its best level, in robust standard deviations of its noise: "
    "below 3 it may be chance.",
    zh="{subject}最终比最好水平差多少个噪声标准差; 低于 3 可能只是偶然。",
)
def rise_noise(curve: Curve) -> float:
    """Capped at 1,000; 0 for 0/0."""
    rise = curve.end - curve.settled_best
    if rise <= 1e-9 * curve.level:
        return 0.0
    return float(np.minimum(1_000.0, rise / curve.noise)) if curve.noise > rise / 1_000 else 1_000.0
