"""How near a metric with known bounds stands to the best it can be, and in how coarse steps it moves."""

import numpy as np

from advisor.arrays import distinct
from advisor.patterns import regex
from advisor.run import Floats, Role
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import METRICS, of_curve

_SHARE = regex(
    r"acc|precision|recall|f1|f_?score|auc|iou|dice|(?:^|[^a-z])map|(?:^|[/_ ])ap|success|win_?rate|hit|"
    r"sensitivity|specificity|top_?[15]|correct|准确率|精度|召回率|成功率"
)
_ERROR_RATE = regex(r"(?:^|[^a-z])(?:wer|cer|per|ser|ter|err|error)(?:[^a-z]|$)|err(?:or)?_?rate|错误率")
_FINEST = 0.002  # steps below this are rather the digits that were printed


def _shares(curve: Curve) -> Floats | None:
    """How far each value is from perfect: 0 perfect, 1 nothing right; None for an unbounded metric."""
    name, lower = curve.series.name.lower(), curve.series.lower_is_better
    pattern = _ERROR_RATE if lower else _SHARE
    if lower is None or not pattern.search(name) or curve.lowest < 0:
        return None
    # A word error rate starts above 1; only where most values do, they are per cent.
    percent = robust.median(curve.logged) > 1.5 or (not lower and curve.highest > 1)
    values = curve.logged / 100 if percent else curve.logged
    if not lower and values.max() > 1:
        return None
    return np.asarray(values if lower else 1 - values, dtype=np.float64)


@of_curve(
    "shortfall",
    unit="share",
    low=0,
    subjects=METRICS,
    directed=True,
    en="How much the {subject} ends short of perfect: 1 less an accuracy, or an error rate as it is; per "
    "cent are divided by 100.",
    zh="{subject}最终距离满分还差多少: 1 减准确率, 或错误率本身; 百分数除以 100。",
)
def shortfall(curve: Curve) -> float | None:
    """Median of the last fifth, at most the last five; absent for a metric whose name promises no bounds."""
    shares = curve.once(_shares)
    return None if shares is None else robust.median(shares[-min(5, max(1, shares.size // 5)) :])


@of_curve(
    "best_shortfall",
    unit="share",
    low=0,
    subjects=METRICS,
    directed=True,
    en="How much the {subject} fell short of perfect at its best.",
    zh="{subject}在最好时距离满分还差多少。",
)
def best_shortfall(curve: Curve) -> float | None:
    """The single best point."""
    shares = curve.once(_shares)
    return None if shares is None else float(shares.min())


@of_curve(
    "resolution",
    unit="share",
    low=0,
    high=1,
    points=6,
    subjects=(Role.VAL_METRIC,),
    directed=True,
    en="The step in which the {subject} moves where all its values are multiples of one: 1 over the "
    "number of validation samples; 0 where no such step shows.",
    zh="若{subject}的所有取值都是某一步长的整数倍, 该步长的大小; 约为 1 除以验证样本数; 看不出时为 0。",
)
def resolution(curve: Curve) -> float | None:
    """Smallest difference of two values, if all others are multiples of it; 0 below 0.2 % and above 1."""
    shares = curve.once(_shares)
    if shares is None:
        return None
    levels = distinct(np.round(shares, 7))
    steps = np.diff(levels)
    steps = steps[steps > _FINEST]
    if levels.size < 3 or steps.size < levels.size - 1 or steps.min() > 1:
        return 0.0
    step = 1 / round(1 / float(steps.min()))
    multiples = levels / step
    return step if float(np.abs(multiples - np.round(multiples)).max()) < 0.1 else 0.0
