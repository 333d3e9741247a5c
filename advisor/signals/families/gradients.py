"""What the logged gradient norm does; spikes of it are in the family `spikes`.

Zero and positive norms only; NaN and infinite ones count in `grad_norm.non_finite_share`.
"""

from advisor.run import Role
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.families.counts import first_non_finite_x, non_finite_share, points
from advisor.signals.registry import of_curve, of_run
from advisor.signals.view import View

_SUBJECTS = (Role.GRAD_NORM,)
_MOST = 1e6


def _median(curve: Curve, part: slice) -> float:
    return robust.median(curve.binned[part])


def _ratio(above: float, below: float) -> float | None:
    """Capped at a million; None for a reference that is not positive, 0 for a norm below 0."""
    return None if below <= 0 else min(_MOST, max(0.0, above) / below)


of_curve(
    "points",
    unit="points",
    low=0,
    points=0,
    subjects=_SUBJECTS,
    en="Number of points of the {subject}, non-finite ones included.",
    zh="{subject}的点数, 含非有限值。",
)(points)

of_curve(
    "non_finite_share",
    unit="share",
    low=0,
    high=1,
    points=0,
    subjects=_SUBJECTS,
    en="Share of the points of the {subject} that are NaN or infinite.",
    zh="{subject}中 NaN 或无穷值所占的比例。",
)(non_finite_share)

of_curve(
    "first_non_finite_x",
    unit="x",
    points=0,
    raw=True,
    subjects=_SUBJECTS,
    en="Step or epoch of the first non-finite value of the {subject}.",
    zh="{subject}第一个非有限值所在的步数或轮数。",
)(first_non_finite_x)


@of_curve(
    "median",
    unit="as logged",
    subjects=_SUBJECTS,
    raw=True,
    en="Median of the {subject}.",
    zh="{subject}的中位数。",
)
def median(curve: Curve) -> float:
    """Of the bins where there are more than 512 points."""
    return curve.as_logged(_median(curve, slice(None)))


@of_curve(
    "max",
    unit="as logged",
    subjects=_SUBJECTS,
    raw=True,
    en="Largest finite value of the {subject}.",
    zh="{subject}的最大有限值。",
)
def largest(curve: Curve) -> float:
    """Of all points."""
    return curve.highest


@of_curve(
    "max_x",
    unit="x",
    subjects=_SUBJECTS,
    raw=True,
    en="Step or epoch of the largest finite value of the {subject}.",
    zh="{subject}最大有限值所在的步数或轮数。",
)
def max_x(curve: Curve) -> float:
    """The first one on ties."""
    return curve.x(int(curve.logged.argmax()))


@of_curve(
    "spike",
    unit="ratio",
    low=0,
    high=_MOST,
    points=5,
    subjects=_SUBJECTS,
    en="Largest value of the {subject} over its median.",
    zh="{subject}的最大值与中位数之比。",
)
def spike(curve: Curve) -> float | None:
    """Capped at a million; absent where the median is 0."""
    return _ratio(float(curve.values.max()), _median(curve, slice(None)))


@of_curve(
    "growth",
    unit="ratio",
    low=0,
    high=_MOST,
    points=8,
    subjects=_SUBJECTS,
    en="Median of the {subject} over the last fifth, over that of the first quarter.",
    zh="{subject}最后五分之一的中位数与前四分之一的中位数之比。",
)
def growth(curve: Curve) -> float | None:
    """Capped at a million; absent where the first quarter is 0."""
    size = curve.binned.size
    return _ratio(_median(curve, slice(size - max(2, size // 5), None)), _median(curve, slice(0, size // 4)))


@of_curve(
    "collapse",
    unit="share",
    low=0,
    high=1,
    points=8,
    subjects=_SUBJECTS,
    en="Median of the {subject} over the last fifth as a share of its highest smoothed level: "
    "near 0 where the gradient has vanished.",
    zh="{subject}最后五分之一的中位数占其最高平滑水平的比例; 接近 0 说明梯度已消失。",
)
def collapse(curve: Curve) -> float | None:
    """Absent where the norm is never positive."""
    size = curve.binned.size
    ended = max(0.0, _median(curve, slice(size - max(2, size // 5), None)))
    highest = max(float(curve.smooth.max()), ended)
    return ended / highest if highest > 0 else None


@of_curve(
    "variation",
    unit="ratio",
    low=0,
    high=_MOST,
    points=5,
    subjects=_SUBJECTS,
    en="Robust coefficient of variation of the {subject}: its spread beside the trend over its "
    "median, in the last two thirds.",
    zh="{subject}的稳健变异系数: 后三分之二中相对趋势的离散程度除以中位数。",
)
def variation(curve: Curve) -> float | None:
    """By the median absolute deviation; capped at a million; absent where the median is 0."""
    return _ratio(curve.noise, _median(curve, curve.late))


@of_curve(
    "zero_share",
    unit="share",
    low=0,
    high=1,
    subjects=_SUBJECTS,
    en="Share of the points of the {subject} that are exactly 0.",
    zh="{subject}中恰好为 0 的点所占的比例。",
)
def zero_share(curve: Curve) -> float:
    """Over finite points."""
    return float((curve.logged == 0).mean())


@of_run(
    "grad_norm.clipped_share",
    unit="share",
    low=0,
    high=1,
    en="Share of the gradient norms that reach the clipping threshold: above a half, clipping "
    "sets the step size.",
    zh="达到裁剪阈值的梯度范数所占的比例; 超过一半时, 步长实际上由裁剪决定。",
)
def clipped_share(view: View) -> float | None:
    """Absent where the run states no clipping threshold."""
    curve, threshold = view.curve(Role.GRAD_NORM), view.run.number("gradient_clipping")
    if curve is None or curve.size == 0 or threshold is None or not threshold > 0:
        return None
    return float((curve.logged >= 0.999 * threshold).mean())
