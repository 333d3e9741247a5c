"""What a probe measured, where the run is one: each figure is a curve of one point named `probe/...`."""

from collections.abc import Mapping
from math import inf

from advisor.signals.registry import of_run
from advisor.signals.view import View

_PREFIX = "probe/"


def _figures(view: View) -> Mapping[str, float]:
    named = (s for s in view.run.series if s.name.startswith(_PREFIX) and len(s) == 1)
    return {series.name.removeprefix(_PREFIX): float(series.y[0]) for series in named}


def figure(
    name: str, unit: str, en: str, zh: str, *, low: float = 0.0, high: float = inf, raw: bool = False
) -> None:
    """Registers one figure of a probe; absent where the probe did not measure it."""

    def value(view: View) -> float | None:
        return view.once(_figures).get(name)

    of_run(f"probe.{name}", unit=unit, low=low, high=high, en=en, zh=zh, raw=raw)(value)


figure(
    "failed_checks",
    "checks",
    "Checks that ended in an error of the training's own code.",
    "因训练自身代码出错而中止的检查数。",
)
# The data.
figure(
    "input_non_finite_share",
    "share",
    "Share of the input figures that are NaN or infinite.",
    "输入中 NaN 或无穷值的比例。",
    high=1,
)
figure(
    "input_constant_share",
    "share",
    "Share of the input columns that never vary.",
    "取值恒定的输入列的比例。",
    high=1,
)
figure(
    "input_duplicate_share",
    "share",
    "Share of the input columns that repeat another one.",
    "与其他列完全重复的输入列的比例。",
    high=1,
)
figure(
    "input_scale",
    "as given",
    "Root mean square of the inputs; about 1 where they are scaled.",
    "输入的均方根；归一化后约为 1。",
)
figure(
    "input_scale_ratio",
    "ratio",
    "Spread of the widest input columns over that of the median one.",
    "最宽的输入列与中位列的离散度之比。",
)
figure(
    "validation_overlap",
    "share",
    "Share of the validation samples that are also training samples.",
    "同时出现在训练集中的验证样本的比例。",
    high=1,
)
figure(
    "validation_shift",
    "standard deviations",
    "How far the means of the validation inputs lie from those of the training inputs.",
    "验证输入与训练输入均值之间的距离。",
)
figure("classes", "classes", "Number of classes among the labels.", "标签中的类别数。")
figure(
    "smallest_class",
    "ratio",
    "Share of the rarest class over an equal share.",
    "最稀少类别的占比与平均占比之比。",
)
figure("largest_class", "share", "Share of the most frequent class.", "最常见类别的占比。", high=1)
figure(
    "batch_label_evenness",
    "ratio",
    "Variety of labels within a batch over that of shuffled batches; 1 where the data is shuffled.",
    "批内标签的多样性与随机打乱时之比；数据已打乱时为 1。",
)
figure(
    "leak",
    "share",
    "How much of the target the one best input column tells by itself.",
    "单个输入列本身所能说明的目标的比例。",
    high=1,
)
# The loss and the wiring.
figure("initial_loss", "as logged", "The loss before training.", "训练前的损失。", low=-inf, raw=True)
figure(
    "expected_loss",
    "as logged",
    "The loss of an answer that does not look at the inputs.",
    "不看输入的回答的损失。",
    low=-inf,
    raw=True,
)
figure(
    "initial_loss_ratio",
    "ratio",
    "The loss before training over that of an answer that knows nothing.",
    "训练前的损失与一无所知的回答的损失之比。",
    low=-inf,
)
figure(
    "loss_over_halves",
    "ratio",
    "The loss of a batch over the mean of its halves: 1 for a mean over samples, 2 for a sum.",
    "一个批次的损失与其两半损失的均值之比：取平均为 1，求和为 2。",
    low=-inf,
)
figure(
    "output_is_probability",
    "flag",
    "1 where every output lies between 0 and 1, as those of a softmax or a sigmoid do.",
    "所有输出都在 0 与 1 之间（如 softmax 或 sigmoid 的输出）时为 1。",
    high=1,
)
figure(
    "loss_of_right_answer",
    "as logged",
    "The loss of a probability of 1 for what is right.",
    "对正确类别给出概率 1 时的损失。",
    low=-inf,
    raw=True,
)
figure("frozen_share", "share", "Share of the weights that are frozen.", "被冻结的权重的比例。", high=1)
figure(
    "unreached_share",
    "share",
    "Share of the weights that no gradient reaches.",
    "没有梯度到达的权重的比例。",
    high=1,
)
figure(
    "not_optimised_share",
    "share",
    "Share of the weights that the optimizer does not hold.",
    "未交给优化器的权重的比例。",
    high=1,
)
figure(
    "batch_norm_on_one",
    "flag",
    "1 where batch normalisation is trained on batches of one sample.",
    "批归一化在单样本批次上训练时为 1。",
    high=1,
)
figure(
    "evaluation_differs",
    "ratio",
    "How much two evaluations of one batch differ.",
    "同一批次两次评估之间的差异。",
)
figure(
    "samples_mixed",
    "ratio",
    "Influence of other samples' inputs on an output, over that of its own.",
    "其他样本的输入对某个输出的影响与其自身输入的影响之比。",
)
# Layers and steps.
figure(
    "non_finite_layers",
    "layers",
    "Layers that put out a NaN or an infinity on the first batch.",
    "在第一个批次上输出 NaN 或无穷值的层数。",
)
figure(
    "activation_last_over_first",
    "ratio",
    "Size of the activations in the last layer over the first.",
    "最后一层与第一层激活值大小之比。",
)
figure(
    "gradient_first_over_last",
    "ratio",
    "Size of the gradient in the first layer over the last.",
    "第一层与最后一层梯度大小之比。",
)
figure(
    "dead_share",
    "share",
    "Share of dead rectified units in the worst layer: 0 on every sample of a batch.",
    "最差一层中失活的 ReLU 单元的比例：对批中所有样本都为 0。",
    high=1,
)
figure(
    "saturated_share",
    "share",
    "Share of saturated sigmoid or tanh outputs in the worst layer.",
    "最差一层中饱和的 sigmoid 或 tanh 输出的比例。",
    high=1,
)
figure(
    "dropped_share",
    "share",
    "Share of the units that the strongest dropout takes out.",
    "最强的 dropout 所丢弃的单元比例。",
    high=1,
)
figure(
    "equal_weight_share",
    "share",
    "Share of the weights in matrices whose entries are all the same before training.",
    "训练前所有元素都相同的权重矩阵所占的权重比例。",
    high=1,
)
figure(
    "zero_gradient_share",
    "share",
    "Share of the weights whose gradient is exactly 0 in each of six steps.",
    "连续六步梯度都恰好为 0 的权重的比例。",
    high=1,
)
figure(
    "gradient_growth",
    "ratio",
    "Gradient that the sixth step on one batch uses, over its own, beside the first step.",
    "同一批次上第六步所用的梯度与其自身梯度之比，相对于第一步。",
)
figure(
    "clipped_share",
    "share",
    "Share of the steps whose gradient was clipped.",
    "梯度被裁剪的步数的比例。",
    high=1,
)
figure("clip_ratio", "ratio", "Gradient norm over the limit it is clipped to.", "梯度范数与裁剪上限之比。")
figure(
    "clip_norm",
    "norm",
    "Largest gradient norm in a few steps, before it was clipped.",
    "数步内裁剪前的最大梯度范数。",
)
figure(
    "decay_over_update",
    "ratio",
    "Step of the weight decay over the step of the gradient.",
    "权重衰减的步长与梯度更新的步长之比。",
)
figure(
    "update_ratio",
    "ratio",
    "Size of a step over that of the weights, in the median layer.",
    "中位层中更新量与权重大小之比。",
)
# Speed and memory.
figure("samples_per_second", "samples", "Samples trained on in a second.", "每秒训练的样本数。", raw=True)
figure(
    "data_share",
    "share",
    "Share of the time of a step that waits for its batch.",
    "一步时间中等待数据的比例。",
    high=1,
)
figure("batch_fits", "samples", "Largest batch that was tried and fitted.", "尝试过且放得下的最大批。")
figure("batch_out_of_memory", "samples", "Batch for which there was no memory.", "内存不足时的批大小。")
figure(
    "batch_room",
    "ratio",
    "Batch for which there was no memory over the one as it stands.",
    "内存不足时的批大小与当前批大小之比。",
)
figure(
    "batch_speed_up",
    "ratio",
    "Samples a second at the largest batch that fitted, over those at the batch as it stands.",
    "放得下的最大批与当前批的每秒样本数之比。",
)
