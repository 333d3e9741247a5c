"""What a probe measured, where the run is one: each figure is a curve of one point named `probe/...`."""

from collections.abc import Mapping
from math import inf

from advisor.signals.registry import of_run
from advisor.signals.view import View

_PREFIX = "probe/"


def _figures(view: View) -> Mapping[str, float]:
    named = (s for s in view.run.series if s.name.startswith(_PREFIX) and len(s) == 1)
    return {series.name.removeprefix(_PREFIX): float(series.y[0]) for series in named}


def _figure(
    name: str, unit: str, en: str, zh: str, *, low: float = 0.0, high: float = inf, raw: bool = False
) -> None:
    def figure(view: View) -> float | None:
        return view.once(_figures).get(name)

    of_run(f"probe.{name}", unit=unit, low=low, high=high, en=en, zh=zh, raw=raw)(figure)


_figure(
    "failed_checks",
    "checks",
    "Checks that ended in an error of the training's own code.",
    "因训练自身代码出错而中止的检查数。",
)
# The data.
_figure(
    "input_non_finite_share",
    "share",
    "Share of the input figures that are NaN or infinite.",
    "输入中 NaN 或无穷值的比例。",
    high=1,
)
_figure(
    "input_constant_share",
    "share",
    "Share of the input columns that never vary.",
    "取值恒定的输入列的比例。",
    high=1,
)
_figure(
    "input_duplicate_share",
    "share",
    "Share of the input columns that repeat another one.",
    "与其他列完全重复的输入列的比例。",
    high=1,
)
_figure(
    "input_scale",
    "as given",
    "Root mean square of the inputs; about 1 where they are scaled.",
    "输入的均方根；归一化后约为 1。",
)
_figure(
    "input_scale_ratio",
    "ratio",
    "Spread of the widest input columns over that of the median one.",
    "最宽的输入列与中位列的离散度之比。",
)
_figure(
    "validation_overlap",
    "share",
    "Share of the validation samples that are also training samples.",
    "同时出现在训练集中的验证样本的比例。",
    high=1,
)
_figure(
    "validation_shift",
    "standard deviations",
    "How far the means of the validation inputs lie from those of the training inputs.",
    "验证输入与训练输入均值之间的距离。",
)
_figure("classes", "classes", "Number of classes among the labels.", "标签中的类别数。")
_figure(
    "smallest_class",
    "ratio",
    "Share of the rarest class over an equal share.",
    "最稀少类别的占比与平均占比之比。",
)
_figure("largest_class", "share", "Share of the most frequent class.", "最常见类别的占比。", high=1)
_figure(
    "batch_label_evenness",
    "ratio",
    "Variety of labels within a batch over that of shuffled batches; 1 where the data is shuffled.",
    "批内标签的多样性与随机打乱时之比；数据已打乱时为 1。",
)
_figure(
    "leak",
    "share",
    "How much of the target the one best input column tells by itself.",
    "单个输入列本身所能说明的目标的比例。",
    high=1,
)
# The loss and the wiring.
_figure("initial_loss", "as logged", "The loss before training.", "训练前的损失。", low=-inf, raw=True)
_figure(
    "expected_loss",
    "as logged",
    "The loss of an answer that does not look at the inputs.",
    "不看输入的回答的损失。",
    low=-inf,
    raw=True,
)
_figure(
    "initial_loss_ratio",
    "ratio",
    "The loss before training over that of an answer that knows nothing.",
    "训练前的损失与一无所知的回答的损失之比。",
    low=-inf,
)
_figure(
    "loss_over_halves",
    "ratio",
    "The loss of a batch over the mean of its halves: 1 for a mean over samples, 2 for a sum.",
    "一个批次的损失与其两半损失的均值之比：取平均为 1，求和为 2。",
    low=-inf,
)
_figure(
    "output_is_probability",
    "flag",
    "1 where every output lies between 0 and 1, as those of a softmax or a sigmoid do.",
    "所有输出都在 0 与 1 之间（如 softmax 或 sigmoid 的输出）时为 1。",
    high=1,
)
_figure(
    "loss_of_right_answer",
    "as logged",
    "The loss of a probability of 1 for what is right.",
    "对正确类别给出概率 1 时的损失。",
    low=-inf,
    raw=True,
)
_figure("frozen_share", "share", "Share of the weights that are frozen.", "被冻结的权重的比例。", high=1)
_figure(
    "unreached_share",
    "share",
    "Share of the weights that no gradient reaches.",
    "没有梯度到达的权重的比例。",
    high=1,
)
_figure(
    "not_optimised_share",
    "share",
    "Share of the weights that the optimizer does not hold.",
    "未交给优化器的权重的比例。",
    high=1,
)
_figure(
    "batch_norm_on_one",
    "flag",
    "1 where batch normalisation is trained on batches of one sample.",
    "批归一化在单样本批次上训练时为 1。",
    high=1,
)
_figure(
    "evaluation_differs",
    "ratio",
    "How much two evaluations of one batch differ.",
    "同一批次两次评估之间的差异。",
)
_figure(
    "samples_mixed",
    "ratio",
    "Influence of other samples' inputs on an output, over that of its own.",
    "其他样本的输入对某个输出的影响与其自身输入的影响之比。",
)
# Layers and steps.
_figure(
    "non_finite_layers",
    "layers",
    "Layers that put out a NaN or an infinity on the first batch.",
    "在第一个批次上输出 NaN 或无穷值的层数。",
)
_figure(
    "activation_last_over_first",
    "ratio",
    "Size of the activations in the last layer over the first.",
    "最后一层与第一层激活值大小之比。",
)
_figure(
    "gradient_first_over_last",
    "ratio",
    "Size of the gradient in the first layer over the last.",
    "第一层与最后一层梯度大小之比。",
)
_figure(
    "dead_share",
    "share",
    "Share of dead rectified units in the worst layer: 0 on every sample of a batch.",
    "最差一层中失活的 ReLU 单元的比例：对批中所有样本都为 0。",
    high=1,
)
_figure(
    "saturated_share",
    "share",
    "Share of saturated sigmoid or tanh outputs in the worst layer.",
    "最差一层中饱和的 sigmoid 或 tanh 输出的比例。",
    high=1,
)
_figure(
    "dropped_share",
    "share",
    "Share of the units that the strongest dropout takes out.",
    "最强的 dropout 所丢弃的单元比例。",
    high=1,
)
_figure(
    "equal_weight_share",
    "share",
    "Share of the weights in matrices whose entries are all the same before training.",
    "训练前所有元素都相同的权重矩阵所占的权重比例。",
    high=1,
)
_figure(
    "zero_gradient_share",
    "share",
    "Share of the weights whose gradient is exactly 0 in each of six steps.",
    "连续六步梯度都恰好为 0 的权重的比例。",
    high=1,
)
_figure(
    "gradient_growth",
    "ratio",
    "Gradient that the sixth step on one batch uses, over its own, beside the first step.",
    "同一批次上第六步所用的梯度与其自身梯度之比，相对于第一步。",
)
_figure(
    "clipped_share",
    "share",
    "Share of the steps whose gradient was clipped.",
    "梯度被裁剪的步数的比例。",
    high=1,
)
_figure("clip_ratio", "ratio", "Gradient norm over the limit it is clipped to.", "梯度范数与裁剪上限之比。")
_figure(
    "decay_over_update",
    "ratio",
    "Step of the weight decay over the step of the gradient.",
    "权重衰减的步长与梯度更新的步长之比。",
)
_figure(
    "update_ratio",
    "ratio",
    "Size of a step over that of the weights, in the median layer.",
    "中位层中更新量与权重大小之比。",
)
# Short trainings.
_figure(
    "one_batch_left",
    "share",
    "Share of the loss that is left after learning one small batch by heart.",
    "记住一个小批次之后剩余损失的比例。",
)
_figure("one_batch_blind_left", "share", "The same with all inputs set to 0.", "把输入全部置零时的同一比例。")
_figure(
    "label_signal",
    "share",
    "How much more a short training lowers the held-out loss than one on shuffled labels.",
    "短训练比打乱标签的训练多降低的留出损失的比例。",
    low=-inf,
)
_figure(
    "label_gap",
    "share",
    "How far the loss of the training samples lies above the held-out loss after a short training.",
    "短训练之后训练样本的损失高出留出损失的部分，占最初损失的比例。",
    low=-inf,
)
_figure(
    "lr_low",
    "as given",
    "Lowest rate of the interval that trains well.",
    "训练良好的学习率区间的下限。",
    raw=True,
)
_figure(
    "lr_best",
    "as given",
    "The learning rate to take.",
    "建议采用的学习率。",
    raw=True,
)
_figure(
    "lr_high",
    "as given",
    "Highest rate of the interval that trains well.",
    "训练良好的学习率区间的上限。",
    raw=True,
)
_figure(
    "lr_edge",
    "as given",
    "The rate at which a sweep of growing rates diverges.",
    "学习率逐步升高的扫描中发散的位置。",
    raw=True,
)
_figure("lr_now", "as given", "The learning rate as it stands.", "当前的学习率。", raw=True)
_figure(
    "lr_now_over_best",
    "ratio",
    "The learning rate as it stands over the one to take.",
    "当前学习率与建议学习率之比。",
)
_figure(
    "lr_now_over_high",
    "ratio",
    "The learning rate as it stands over the highest of the interval.",
    "当前学习率与区间上限之比。",
)
_figure(
    "lr_now_over_low",
    "ratio",
    "The learning rate as it stands over the lowest of the interval.",
    "当前学习率与区间下限之比。",
)
_figure(
    "lr_race_gain",
    "share",
    "Share of the held-out loss that the best rate took away.",
    "最佳学习率所消除的留出损失的比例。",
    low=-inf,
    high=1,
)
_figure("noise_scale_start", "samples", "Gradient noise scale before training.", "训练前的梯度噪声尺度。")
_figure("noise_scale", "samples", "Gradient noise scale after fifty steps.", "五十步之后的梯度噪声尺度。")
_figure(
    "batch_over_noise_scale",
    "ratio",
    "Batch size over the gradient noise scale.",
    "批大小与梯度噪声尺度之比。",
)
_figure("sharpness", "as logged", "Largest curvature of the loss.", "损失的最大曲率。", low=-inf, raw=True)
_figure(
    "rate_over_stable",
    "ratio",
    "The learning rate over the largest at which gradient descent is stable.",
    "学习率与梯度下降稳定的最大学习率之比。",
)
# Speed and memory.
_figure("samples_per_second", "samples", "Samples trained on in a second.", "每秒训练的样本数。", raw=True)
_figure(
    "data_share",
    "share",
    "Share of the time of a step that waits for its batch.",
    "一步时间中等待数据的比例。",
    high=1,
)
_figure("batch_fits", "samples", "Largest batch that was tried and fitted.", "尝试过且放得下的最大批。")
_figure("batch_out_of_memory", "samples", "Batch for which there was no memory.", "内存不足时的批大小。")
_figure(
    "batch_room",
    "ratio",
    "Batch for which there was no memory over the one as it stands.",
    "内存不足时的批大小与当前批大小之比。",
)
_figure(
    "batch_speed_up",
    "ratio",
    "Samples a second at the largest batch that fitted, over those at the batch as it stands.",
    "放得下的最大批与当前批的每秒样本数之比。",
)
# Cross-checks and races.
_figure(
    "lr_estimate",
    "as given",
    "The rate that a parameter-free method arrives at.",
    "无参数方法得到的学习率。",
    raw=True,
)
_figure(
    "lr_estimate_over_best",
    "ratio",
    "The rate of a parameter-free method over the one of the race.",
    "无参数方法的学习率与竞赛所得学习率之比。",
)
_figure(
    "width_slope",
    "power",
    "Power of the width with which a few steps move the outputs, in the steepest layer.",
    "最陡的一层中，几步训练引起的输出变化随宽度增长的幂次。",
    low=-inf,
)
_figure(
    "race_gain",
    "share",
    "Share of the held-out loss that the best single change takes away in a short race.",
    "短程竞赛中最好的单项改动所降低的留出损失的比例。",
    low=-inf,
)
_figure(
    "race_floor",
    "share",
    "How far equal trainings of different seeds end apart, as a share of their held-out loss.",
    "相同设置、不同种子的训练之间留出损失的相对差距。",
)
_figure(
    "race_seeds_won",
    "share",
    "Share of the seeds with which the best single change ends lower.",
    "最好的单项改动在多大比例的种子上损失更低。",
    high=1,
)
_figure("rate_that_won", "as given", "The learning rate that won the race.", "竞赛中胜出的学习率。", raw=True)
for _name, _en, _zh in (
    ("rate", "the learning rate of the rate race", "学习率竞赛所得的学习率"),
    ("rate_up", "three times the learning rate", "三倍学习率"),
    ("rate_down", "a third of the learning rate", "三分之一学习率"),
    ("adamw", "AdamW at 0.001", "AdamW（0.001）"),
    ("sgd", "SGD at 0.05 with momentum 0.9", "SGD（0.05，动量 0.9）"),
    ("no_decay", "no weight decay", "去掉权重衰减"),
    ("no_dropout", "no dropout", "去掉 dropout"),
    ("clipping", "gradients clipped at 1", "梯度裁剪到 1"),
    ("scaled_inputs", "standardised inputs", "输入标准化"),
    ("half_batch", "half the batch size", "批大小减半"),
):
    _figure(
        f"race_{_name}",
        "share",
        f"Share of the held-out loss that {_en} takes away in a short race.",
        f"短程竞赛中“{_zh}”所降低的留出损失的比例。",
        low=-inf,
    )
