"""The training loss at its finest grain: batch by batch where an epoch mean is logged beside it.

The curve is the training loss with the most points among those that are the whole loss. Where there is only
one, these signals speak of the same curve as `train_loss`.
"""

from advisor.signals.families import noise as of_points
from advisor.signals.registry import of_run
from advisor.signals.view import View

_MOST = 1_000.0
_FEWEST = 64


@of_run(
    "steps.points",
    unit="points",
    low=0,
    en="Number of points of the training loss at its finest grain (batch by batch where that is logged).",
    zh="最细粒度的训练损失 (若有逐批记录则为逐批) 的点数。",
)
def points(view: View) -> float | None:
    """Absent without a training loss."""
    curve = view.finest_loss()
    return None if curve is None else curve.n


@of_run(
    "steps.noise",
    unit="share of level",
    low=0,
    high=_MOST,
    en="Robust spread of the batch-by-batch training loss beside its running median, over the last two "
    "thirds, as a share of its level: how much single batches differ.",
    zh="逐批训练损失在后三分之二相对滑动中位数的稳健离散程度, 相对于其水平; 反映各批之间的差异。",
)
def noise(view: View) -> float | None:
    """By the median absolute deviation; absent below 64 points; capped at 1,000; 0 where the level is 0."""
    curve = view.finest_loss()
    return None if curve is None or curve.size < _FEWEST else of_points.noise(curve)


@of_run(
    "steps.noise_share",
    unit="share of improvement",
    low=0,
    high=_MOST,
    en="Robust spread of the batch-by-batch training loss over the last two thirds, as a share of its "
    "improvement.",
    zh="逐批训练损失在后三分之二的稳健离散程度, 相对于其改善幅度。",
)
def noise_share(view: View) -> float | None:
    """Absent below 64 points and where it never improved; capped at 1,000."""
    curve = view.finest_loss()
    return None if curve is None or curve.size < _FEWEST else of_points.noise_share(curve)
