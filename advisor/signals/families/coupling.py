"""How two curves move together: training with validation, loss with metric.

Read at the same moments of the log, smoothed; absent unless both curves and their directions are known.
"""

import numpy as np

from advisor.run import Floats, Role
from advisor.signals import robust
from advisor.signals.registry import of_run
from advisor.signals.view import Pair, View


def _losses(view: View, points: int) -> Pair | None:
    return view.pair(Role.TRAIN_LOSS, Role.VAL_LOSS, points)


def _loss_and_metric(view: View, points: int) -> Pair | None:
    """Validation metric and validation loss, both lower is better."""
    return view.pair(Role.VAL_METRIC, Role.VAL_LOSS, points)


def _gain_after(of: Floats, best_of: Floats) -> float | None:
    """Share of the whole improvement of the one that came after the best of the other."""
    of, best_of = _smooth(of), _smooth(best_of)
    improvement = float(of[0] - of.min())
    if improvement <= 1e-9 * float(np.abs(of).max()):
        return None
    best = int(best_of.argmin())
    return float((of[: best + 1].min() - of.min()) / improvement)


def _smooth(values: Floats) -> Floats:
    return robust.smooth(values, 0 if values.size < 6 else 1 if values.size < 16 else 2)


@of_run(
    "coupling.losses",
    unit="correlation",
    low=-1,
    high=1,
    en="Rank correlation of training and validation loss: 1 together, negative where one falls "
    "as the other rises.",
    zh="训练损失与验证损失的秩相关; 1 为同步, 一降一升时为负。",
)
def losses(view: View) -> float | None:
    """Spearman (1904); absent below 5 moments."""
    pair = _losses(view, 5)
    return robust.spearman(pair.a, pair.b) if pair else None


@of_run(
    "coupling.losses_late",
    unit="correlation",
    low=-1,
    high=1,
    en="Rank correlation of training and validation loss over the second half of the run.",
    zh="后半段训练中训练损失与验证损失的秩相关。",
)
def losses_late(view: View) -> float | None:
    """Spearman (1904); absent below 10 moments."""
    pair = _losses(view, 10)
    return robust.spearman(pair.a[pair.a.size // 2 :], pair.b[pair.b.size // 2 :]) if pair else None


@of_run(
    "coupling.train_gain_after_val_best",
    unit="share of improvement",
    low=0,
    high=1,
    en="Share of the improvement of the training loss that came after the validation loss was best.",
    zh="验证损失达到最好之后, 训练损失取得的改善占其全部改善的比例。",
)
def train_gain_after_val_best(view: View) -> float | None:
    """Absent below 3 moments or where the training loss never improved between validations."""
    pair = _losses(view, 3)
    return _gain_after(pair.a, pair.b) if pair else None


@of_run(
    "coupling.train_fall_after_val_best",
    unit="share of level",
    low=0,
    high=2,
    en="How far the training loss fell after the validation loss was best, as a share of its level there.",
    zh="验证损失达到最好之后训练损失又下降了多少, 相对于当时的水平。",
)
def train_fall_after_val_best(view: View) -> float | None:
    """Absent below 3 moments; 0 where it did not fall."""
    pair = _losses(view, 3)
    if pair is None:
        return None
    train = _smooth(pair.a)
    there = float(train[int(_smooth(pair.b).argmin())])
    low = min(there, float(train[int(_smooth(pair.b).argmin()) :].min()))
    size = max(abs(there), abs(low))
    return (there - low) / size if size else 0.0


@of_run(
    "coupling.val_loss_metric",
    unit="correlation",
    low=-1,
    high=1,
    en="Agreement of validation loss and metric, by rank: 1 both improve together, -1 one "
    "improves as the other worsens.",
    zh="验证损失与验证指标的一致程度 (秩相关); 1 为同好同坏, -1 为一好一坏。",
)
def val_loss_metric(view: View) -> float | None:
    """Spearman (1904); absent below 5 moments."""
    pair = _loss_and_metric(view, 5)
    return robust.spearman(pair.a, pair.b) if pair else None


@of_run(
    "coupling.val_loss_metric_late",
    unit="correlation",
    low=-1,
    high=1,
    en="Agreement of validation loss and metric over the second half of the run.",
    zh="后半段训练中验证损失与验证指标的一致程度。",
)
def val_loss_metric_late(view: View) -> float | None:
    """Spearman (1904); absent below 10 moments."""
    pair = _loss_and_metric(view, 10)
    return robust.spearman(pair.a[pair.a.size // 2 :], pair.b[pair.b.size // 2 :]) if pair else None


@of_run(
    "coupling.metric_gain_after_loss_best",
    unit="share of improvement",
    low=0,
    high=1,
    en="Share of the improvement of the validation metric that came after the validation loss was best.",
    zh="验证损失达到最好之后, 验证指标取得的改善占其全部改善的比例。",
)
def metric_gain_after_loss_best(view: View) -> float | None:
    """Absent below 3 moments or where the metric never improved."""
    pair = _loss_and_metric(view, 3)
    return _gain_after(pair.a, pair.b) if pair else None
