"""What the short trainings of a probe showed: one batch, a range of rates, races of candidates."""

from math import inf

from advisor.signals.families.probe import figure

figure(
    "one_batch_left",
    "share",
    "Share of the loss that is left after learning one small batch by heart.",
    "记住一个小批次之后剩余损失的比例。",
)
figure("one_batch_blind_left", "share", "The same with all inputs set to 0.", "把输入全部置零时的同一比例。")
figure(
    "label_signal",
    "share",
    "How much more a short training lowers the held-out loss than one on shuffled labels.",
    "短训练比打乱标签的训练多降低的留出损失的比例。",
    low=-inf,
)
figure(
    "label_gap",
    "share",
    "How far the loss of the training samples lies above the held-out loss after a short training.",
    "短训练之后训练样本的损失高出留出损失的部分，占最初损失的比例。",
    low=-inf,
)
figure(
    "lr_low",
    "as given",
    "Lowest rate of the interval that trains well.",
    "训练良好的学习率区间的下限。",
    raw=True,
)
figure(
    "lr_best",
    "as given",
    "The learning rate to take.",
    "建议采用的学习率。",
    raw=True,
)
figure(
    "lr_high",
    "as given",
    "Highest rate of the interval that trains well.",
    "训练良好的学习率区间的上限。",
    raw=True,
)
figure(
    "lr_edge",
    "as given",
    "The rate at which a sweep of growing rates diverges.",
    "学习率逐步升高的扫描中发散的位置。",
    raw=True,
)
figure("lr_now", "as given", "The learning rate as it stands.", "当前的学习率。", raw=True)
figure(
    "lr_now_over_best",
    "ratio",
    "The learning rate as it stands over the one to take.",
    "当前学习率与建议学习率之比。",
)
figure(
    "lr_now_over_high",
    "ratio",
    "The learning rate as it stands over the highest of the interval.",
    "当前学习率与区间上限之比。",
)
figure(
    "lr_now_over_low",
    "ratio",
    "The learning rate as it stands over the lowest of the interval.",
    "当前学习率与区间下限之比。",
)
figure(
    "lr_race_gain",
    "share",
    "Share of the held-out loss that the best rate took away.",
    "最佳学习率所消除的留出损失的比例。",
    low=-inf,
    high=1,
)
figure("noise_scale_start", "samples", "Gradient noise scale before training.", "训练前的梯度噪声尺度。")
figure("noise_scale", "samples", "Gradient noise scale after fifty steps.", "五十步之后的梯度噪声尺度。")
figure(
    "batch_over_noise_scale",
    "ratio",
    "Batch size over the gradient noise scale.",
    "批大小与梯度噪声尺度之比。",
)
figure("sharpness", "as logged", "Largest curvature of the loss.", "损失的最大曲率。", low=-inf, raw=True)
figure(
    "rate_over_stable",
    "ratio",
    "The learning rate over the largest at which gradient descent is stable.",
    "学习率与梯度下降稳定的最大学习率之比。",
)
# Cross-checks and races.
figure(
    "lr_estimate",
    "as given",
    "The rate that a parameter-free method arrives at.",
    "无参数方法得到的学习率。",
    raw=True,
)
figure(
    "lr_estimate_over_best",
    "ratio",
    "The rate of a parameter-free method over the one of the race.",
    "无参数方法的学习率与竞赛所得学习率之比。",
)
figure(
    "width_slope",
    "power",
    "Power of the width with which a few steps move the outputs, in the steepest layer.",
    "最陡的一层中，几步训练引起的输出变化随宽度增长的幂次。",
    low=-inf,
)
figure(
    "race_gain",
    "share",
    "Share of the held-out loss that the best single change takes away in a short race.",
    "短程竞赛中最好的单项改动所降低的留出损失的比例。",
    low=-inf,
)
figure(
    "race_floor",
    "share",
    "How far equal trainings of different seeds end apart, as a share of their held-out loss.",
    "相同设置、不同种子的训练之间留出损失的相对差距。",
)
figure(
    "race_seeds_won",
    "share",
    "Share of the seeds with which the best single change ends lower.",
    "最好的单项改动在多大比例的种子上损失更低。",
    high=1,
)
figure("rate_that_won", "as given", "The learning rate that won the race.", "竞赛中胜出的学习率。", raw=True)
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
    figure(
        f"race_{_name}",
        "share",
        f"Share of the held-out loss that {_en} takes away in a short race.",
        f"短程竞赛中“{_zh}”所降低的留出损失的比例。",
        low=-inf,
    )
