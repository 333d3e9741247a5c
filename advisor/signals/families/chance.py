"""Distance from the level of a model that knows nothing: ln K for cross-entropy, 1 / K for accuracy.

The only signals that are not scale-free: they compare with a constant. K is the run's number of classes where
it is known; else, of 2, 10, 100 and 1,000, the one whose ln K a loss ends on; else the one near whose ln K it
starts, as an untrained classifier does, or any K on which the starts of loss and accuracy agree; else the one
nearest to where the curve ends. They are absent for curves whose names or whose configured loss say that they
are something else. The variance of a regression target stands in no log: a regression that never left it
shows as `train_loss.movement` near 0.
"""

import math
from dataclasses import replace

from advisor.patterns import regex
from advisor.run import Floats, Role, Run
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import LOSSES, METRICS, of_role
from advisor.signals.view import View

_USUAL_CLASSES = (2, 10, 100, 1_000)
_NOT_ENTROPY = regex(
    r"ctc|mse|mae|rmse|l1|l2|huber|hinge|square|absolute|regression|dice|iou|triplet|contrast|box|kl|elbo|reward|gan"
)
_ACCURACY = regex(r"acc|precision_?1|top_?1|准确率|正确率|準確率|正確率")
_EXPLAINED = regex(r"\b(r2|r\^2|r²|r[ _-]?squared|explained[ _-]?variance)|决定系数|決定係數")
_SAME = 0.02
_UNTRAINED = 0.12  # how far from ln K an untrained classifier may start
_AGREED_LOSS, _AGREED_ACCURACY = 0.05, 0.2  # how far from ln K and 1 / K they may start that agree on K
_LEAST_ACCURACY = 0.0005
_METRIC_OF = {Role.TRAIN_LOSS: Role.TRAIN_METRIC, Role.VAL_LOSS: Role.VAL_METRIC}


def _classes(view: View, level: float) -> float:
    """Number of classes as the run states it, else the usual number whose ln is nearest to `level`."""
    near = min(_USUAL_CLASSES, key=lambda k: abs(level - math.log(k)))
    stated = _stated_classes(view)
    if stated is None and abs(level / math.log(near) - 1) < _SAME:
        return near
    return stated or _classes_at_start(view) or near


def _stated_classes(view: View) -> float | None:
    stated = _number_of_classes(view.run)
    return stated if stated is not None and 2 <= stated < math.inf else None


def _number_of_classes(run: Run) -> float | None:
    """What is stated; the words that a model reads are its classes only where nothing else is."""
    others = tuple(h for h in run.hyperparameters if h.role != "classes" or "vocab" not in h.name.lower())
    found = replace(run, hyperparameters=others).number("classes")
    return run.number("classes") if found is None else found


def _classes_at_start(view: View) -> float | None:
    """The usual number of classes near whose ln K a loss starts, as an untrained classifier does."""
    for role in LOSSES:
        curve = _entropy(view, role)
        if curve is not None:
            start = curve.as_logged(curve.start)
            near = min(_USUAL_CLASSES, key=lambda k: abs(start / math.log(k) - 1))
            if abs(start / math.log(near) - 1) < _UNTRAINED:
                return near
            agreed = _classes_agreed(start, _accuracy(view, _METRIC_OF[role]))
            if agreed is not None:
                return agreed
    return None


def _classes_agreed(loss: float, shares: Floats | None) -> float | None:
    """The number of classes K where a loss starts at ln K and the accuracy beside it at 1 / K."""
    if shares is None or not math.log(2) <= loss < math.log(_USUAL_CLASSES[-1]):
        return None
    classes = round(math.exp(loss))
    start = float(shares[: max(1, shares.size // 50)].mean())
    agree = abs(loss / math.log(classes) - 1) < _AGREED_LOSS and abs(start * classes - 1) < _AGREED_ACCURACY
    return float(classes) if agree else None


def _entropy(view: View, role: Role) -> Curve | None:
    """The curve of a loss that may be a cross-entropy: positive, lower is better, not called otherwise."""
    curve = view.directed(role)
    configured = view.run.hyperparameter("loss")
    names = (curve.series.name if curve else "") + " " + str(configured.value if configured else "")
    if curve is None or _NOT_ENTROPY.search(names.lower()) or curve.series.lower_is_better is False:
        return None
    return curve if curve.lowest >= 0 else None


def _levels(curve: Curve) -> tuple[float, float]:
    """Start and end level in logged units."""
    return curve.as_logged(curve.start), curve.as_logged(curve.end)


@of_role(
    "chance_distance",
    LOSSES,
    unit="share of ln K",
    low=-1,
    en="Where the {subject} ends beside ln K, the loss of a guess among K classes, as a share of it: 0 at "
    "chance, -1 at zero loss, positive where it is worse than guessing. Compares with a constant.",
    zh="{subject}最终与 ln K (在 K 类中瞎猜的损失) 的差, 相对于 ln K; "
    "0 为瞎猜水平, -1 为零损失, 正值比瞎猜更差。",
)
def loss_distance(view: View, role: Role) -> float | None:
    """Absent for a loss that is no cross-entropy by its name, its configuration or its sign."""
    curve = _entropy(view, role)
    if curve is None:
        return None
    end = _levels(curve)[1]
    return end / math.log(_classes(view, end)) - 1


@of_role(
    "chance_classes",
    LOSSES,
    unit="classes",
    low=2,
    en="The number of classes K whose ln K the {subject} is compared with.",
    zh="{subject}所比较的 ln K 中的类别数 K。",
)
def chance_classes(view: View, role: Role) -> float | None:
    """Stated by the run, else the nearest of 2, 10, 100 and 1,000 to where it ends."""
    curve = _entropy(view, role)
    return None if curve is None else _classes(view, _levels(curve)[1])


@of_role(
    "start_over_chance",
    LOSSES,
    unit="ratio",
    low=0,
    en="Where the {subject} starts over ln K: far above 1 where the inputs are not scaled or the "
    "initialisation is poor. Compares with a constant.",
    zh="{subject}的起点与 ln K 之比; 远大于 1 说明输入未归一化或初始化不当。",
)
def start_over_chance(view: View, role: Role) -> float | None:
    """Absent unless the run states its number of classes, or the loss ends at a usual chance level."""
    curve = _entropy(view, role)
    if curve is None:
        return None
    start, end = _levels(curve)
    at_chance = abs(end / math.log(_classes(view, end)) - 1) < _SAME
    if _number_of_classes(view.run) is None and not at_chance:
        return None
    return start / math.log(_classes(view, end))


@of_role(
    "first_nats",
    LOSSES,
    unit="nats",
    low=0,
    en="First value of the {subject} as a cross-entropy: ln K (0.7 for two classes, 2.3 for ten, 6.9 for a "
    "thousand) where the net starts without an opinion. Compares with a constant.",
    zh="{subject}作为交叉熵的第一个值; 网络一开始没有倾向时为 ln K (二类 0.7, 十类 2.3, 千类 6.9)。",
)
def first_nats(view: View, role: Role) -> float | None:
    """Absent for a loss that is no cross-entropy by its name, its configuration or its sign."""
    curve = _entropy(view, role)
    return None if curve is None else float(curve.logged[0])


@of_role(
    "start_surprise",
    LOSSES,
    unit="nats",
    low=math.log(_LEAST_ACCURACY),
    en="How far the {subject} starts above the negative logarithm of the accuracy there: about 0 for a net "
    "without an opinion, however many classes there are; large where it is sure and wrong. Compares with a "
    "constant.",
    zh="{subject}的起点比该处准确率的负对数高多少; 没有倾向的网络约为 0, 与类别数无关; 自信而错误时很大。",
)
def start_surprise(view: View, role: Role) -> float | None:
    """Absent for a loss that is no cross-entropy, a metric that is no accuracy, and fewer than 6 points.

    A net that spreads its belief evenly over K classes is right in 1 / K of the samples and loses ln K. What
    it loses beyond that comes of inputs that are not scaled or weights that start too large (Karpathy, A
    Recipe for Training Neural Networks, 2019: verify the loss at initialisation). Most logs do not state K.
    """
    curve, shares = _entropy(view, role), _accuracy(view, _METRIC_OF[role])
    if curve is None or shares is None or min(curve.size, shares.size) < 6:
        return None
    # Of single batches the first fiftieth is read; past these bounds a logarithm says nothing.
    start = float(shares[: max(1, shares.size // 50)].mean())
    return float(curve.logged[0]) + math.log(min(0.999, max(_LEAST_ACCURACY, start)))


@of_role(
    "accuracy",
    METRICS,
    unit="share",
    low=0,
    high=1,
    en="The {subject}, an accuracy, over the last third, as a share. Compares with a constant.",
    zh="后三分之一的{subject} (准确率), 以比例计。",
)
def accuracy(view: View, role: Role) -> float | None:
    """Median; for accuracies, also in percent."""
    curve = _accuracy(view, role)
    return None if curve is None else robust.median(curve[2 * curve.size // 3 :])


@of_role(
    "chance_distance",
    METRICS,
    unit="share of the way to 1",
    low=-1,
    high=1,
    en="Where the {subject}, an accuracy, ends between chance, 1 / K (0), and 1; negative below chance. "
    "Compares with a constant.",
    zh="{subject} (准确率) 最终在瞎猜水平 1/K (0) 与 1 之间的位置; 低于瞎猜时为负。",
)
def accuracy_distance(view: View, role: Role) -> float | None:
    """For accuracies, also in percent; K as stated, else as the training or validation loss tells."""
    curve = view.directed(role)
    values = _accuracy(view, role)
    if curve is None or values is None:
        return None
    end = _levels(curve)[1] / (100 if curve.highest > 1 else 1)
    chance = 1 / _classes_of_accuracy(view, end)
    return max(-1.0, (end - chance) / (1 - chance))


def _accuracy(view: View, role: Role) -> Floats | None:
    """The finite values of an accuracy as shares; None where the curve is none by its name or range."""
    curve = view.directed(role)
    if curve is None or not _ACCURACY.search(curve.series.name.lower()):
        return None
    highest, lowest = curve.highest, curve.lowest
    if lowest < 0 or highest > 100 or curve.series.lower_is_better is not False:
        return None
    return curve.logged / (100 if highest > 1 else 1)


def _classes_of_accuracy(view: View, end: float) -> float:
    known = _stated_classes(view) or _classes_at_start(view)
    return known or min(_USUAL_CLASSES, key=lambda k: abs(end - 1 / k))


@of_role(
    "explained",
    METRICS,
    unit="share",
    low=-1e12,
    high=1,
    en="Where the {subject}, a coefficient of determination (R²), ends: the share of the targets' variance "
    "that the model explains; 0 for their mean, negative for worse than that. Compares with a constant.",
    zh="{subject} (决定系数 R²) 最终的值: 模型解释了目标方差的多少; 用均值作答为 0, 比均值还差为负。",
)
def explained(view: View, role: Role) -> float | None:
    """Absent for a metric that is no coefficient of determination by its name."""
    curve = view.directed(role)
    if curve is None or not _EXPLAINED.search(curve.series.name.lower().replace("_", " ")):
        return None
    return max(-1e12, min(1.0, _levels(curve)[1]))
