"""How a loss behaves in the first steps: there the initialisation, the inputs and the rate show."""

import math

from advisor.run import Floats, Role
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import LOSSES, of_curve
from advisor.signals.robust import scale

_MOST = 30.0


def _log10(ratio: float) -> float | None:
    return None if ratio <= 0 or not math.isfinite(ratio) else min(_MOST, max(-_MOST, math.log10(ratio)))


def _after_start(curve: Curve) -> Floats:
    """The points from a twentieth to a fifth of the run, two at least."""
    size = curve.values.size
    first = max(1, size // 20)
    return curve.values[first : max(first + 2, size // 5)]


@of_curve(
    "onset_fall",
    unit="powers of ten",
    low=-_MOST,
    high=_MOST,
    points=6,
    subjects=LOSSES,
    directed=True,
    en="How far the {subject} fell from its first value to its level between a twentieth and a fifth of the "
    "run, in powers of ten: above 1 where it started wildly high.",
    zh="{subject}从第一个值到训练的二十分之一至五分之一处水平的下降, 以 10 的幂计; 大于 1 说明起点高得离谱。",
)
def onset_fall(curve: Curve) -> float | None:
    """Over the median there; absent where either is not positive."""
    level, first = robust.median(_after_start(curve)), float(curve.values[0])
    return _log10(first / level) if level > 0 and first > 0 else None


@of_curve(
    "onset_peak",
    unit="powers of ten",
    low=0,
    high=_MOST,
    points=6,
    subjects=LOSSES,
    directed=True,
    en="How far the {subject} rose above its first value within the first fifth of the run, in powers of "
    "ten: steps that are too long throw it up.",
    zh="{subject}在前五分之一的训练内超过第一个值的幅度, 以 10 的幂计; 步长过大会把它抛高。",
)
def onset_peak(curve: Curve) -> float | None:
    """Of the single highest point; absent where the first is not positive."""
    size = curve.values.size
    first, peak = float(curve.values[0]), float(curve.values[: max(3, size // 5)].max())
    return _log10(peak / first) if first > 0 else None


@of_curve(
    "peak_over_late",
    unit="powers of ten",
    low=0,
    high=_MOST,
    points=6,
    subjects=LOSSES,
    directed=True,
    en="How far the highest value of the {subject} stands above its level over the last two thirds, in "
    "powers of ten.",
    zh="{subject}的最高值超过后三分之二水平的幅度, 以 10 的幂计。",
)
def peak_over_late(curve: Curve) -> float | None:
    """Of the single highest point over the median; absent where that is not positive."""
    level = robust.median(curve.values[curve.values.size // 3 :])
    return None if level <= 0 else _log10(max(1.0, float(curve.values.max()) / level))


@of_curve(
    "start_excess",
    unit="share of level",
    low=-1,
    high=1e6,
    points=12,
    subjects=LOSSES,
    directed=True,
    en="How far the first value of the {subject} stands above its level over the last half, as a share of "
    "it: a net whose output is constant from the first step starts within a hundredth of it.",
    zh="{subject}的第一个值高出后一半水平的比例; 输出从第一步起就是常数的网络, 起点与之相差不到百分之一。",
)
def start_excess(curve: Curve) -> float | None:
    """First value over the median of the last half, less 1; absent where that is not positive."""
    level = robust.median(curve.values[curve.values.size // 2 :])
    return None if level <= 0 else min(1e6, max(-1.0, float(curve.values[0]) / level - 1))


@of_curve(
    "late_drift",
    unit="standard errors",
    low=-1_000,
    high=1_000,
    points=12,
    subjects=(Role.TRAIN_LOSS, Role.VAL_LOSS),
    directed=True,
    en="Mean of the {subject} over the last third less that over the middle third, in standard errors of the "
    "two: below -4 it is still falling, around 0 it stands still.",
    zh="{subject}后三分之一的均值减去中间三分之一的均值, 以标准误计; 小于 -4 说明仍在下降, 约为 0 说明停滞。",
)
def late_drift(curve: Curve) -> float:
    """By the robust scale of differences of neighbours, which a slow trend does not enter; 0 for 0/0."""
    size = curve.values.size
    middle, end = curve.values[size // 3 : 2 * size // 3], curve.values[2 * size // 3 :]
    moved = float(end.mean() - middle.mean())
    late = curve.values[size // 3 :]
    moves = robust.thin(late[1:], robust.MAX_SAMPLE) - robust.thin(late[:-1], robust.MAX_SAMPLE)
    noise = scale(moves) / math.sqrt(2)
    error = noise * math.sqrt(1 / middle.size + 1 / end.size)
    if error <= 1e-12 * max(float(end.max()), -float(end.min())):
        return 0.0 if moved == 0 else math.copysign(1_000.0, moved)
    return min(1_000.0, max(-1_000.0, moved / error))
