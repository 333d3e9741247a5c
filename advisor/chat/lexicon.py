"""How people call hyperparameters and metrics when they talk, in English and Chinese."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from advisor.chat.spellings import Mention, Spellings
from advisor.patterns import regex

HYPERPARAMETERS: dict[str, tuple[str, ...]] = {
    "learning_rate": (
        "learning rate",
        "learning-rate",
        "step size",
        "lr",
        "learning rates",
        "lrs",
        "学习率",
        "学习速率",
        "学习律",
        "步长",
    ),
    "batch_size": (
        "batch size",
        "batch_size",
        "batchsize",
        "mini-batch size",
        "batch",
        "batch sizes",
        "samples per step",
        "samples per batch",
        "samples a step",
        "batches",
        "bs",
        "批大小",
        "批量大小",
        "批次大小",
        "批尺寸",
        "批量",
        "批次",
    ),
    "momentum": ("momentum", "动量"),
    "weight_decay": ("weight decay", "weight_decay", "l2 penalty", "wd", "权重衰减", "权值衰减"),
    "dropout": ("dropout", "drop out", "丢弃率", "随机失活"),
    "label_smoothing": ("label smoothing", "label_smoothing", "标签平滑"),
    "gradient_clipping": (
        "gradient clipping",
        "grad clip",
        "clip_grad_norm",
        "clipping",
        "梯度裁剪",
        "梯度截断",
    ),
    "gradient_accumulation": (
        "gradient accumulation",
        "grad accum",
        "accumulation steps",
        "梯度累积",
        "梯度累加",
    ),
    "warmup_steps": ("warmup", "warm-up", "warm up", "预热", "热身"),
    "scheduler": (
        "scheduler",
        "lr schedule",
        "learning rate schedule",
        "schedule",
        "lr decay",
        "学习率衰减",
        "学习率调度",
        "调度器",
        "调度",
    ),
    "optimizer": ("optimizer", "optimiser", "optimizers", "optimisers", "优化器", "优化算法", "最佳化器"),
    "epochs": ("num_epochs", "epochs", "训练轮数", "轮数"),
    "patience": ("patience", "耐心值", "耐心度", "耐心"),
    "hidden_units": ("hidden units", "hidden size", "hidden_size", "width", "隐藏单元", "隐藏层大小", "宽度"),
    "layers": ("number of layers", "n_layers", "num_layers", "layers", "depth", "层数", "深度"),
    "max_depth": ("max_depth", "max depth", "tree depth", "树深度", "树的深度", "树深"),
    "rounds": (
        "boosting rounds",
        "num_boost_round",
        "n_estimators",
        "number of trees",
        "提升轮数",
        "树的数量",
    ),
    "subsample": (
        "subsample",
        "row subsampling",
        "bagging fraction",
        "colsample",
        "colsample_bytree",
        "feature fraction",
        "feature_fraction",
        "样本采样率",
        "行采样",
        "列采样",
    ),
    "min_child_weight": ("min_child_weight", "min child weight", "最小叶子权重"),
    "activation": ("activation function", "activation", "激活函数"),
    "initialisation": ("initialisation", "initialization", "weight init", "初始化"),
    "data_augmentation": ("data augmentation", "augmentation", "数据增强"),
    "train_size": (
        "training samples",
        "training data",
        "more data",
        "训练数据",
        "数据量",
        "样本数",
        "样本量",
    ),
    "seed": ("random seed", "seed", "随机种子", "种子"),
    "beta1": ("beta1", "beta_1"),
    "beta2": ("beta2", "beta_2"),
}

OPTIMISERS = {
    "adamw": "adamw",
    "adam": "adam",
    "sgd": "sgd",
    "rmsprop": "rmsprop",
    "adagrad": "adagrad",
    "lion": "lion",
    "nadam": "nadam",
    "lamb": "lamb",
    "adafactor": "adafactor",
    "lbfgs": "lbfgs",
    "muon": "muon",
}

METRICS: dict[str, tuple[str, ...]] = {
    "val_loss": (
        "validation loss",
        "validation losses",
        "val losses",
        "val loss",
        "val_loss",
        "valid loss",
        "eval loss",
        "eval_loss",
        "test loss",
        "验证损失",
        "验证集损失",
        "验证loss",
        "验证集loss",
        "测试损失",
    ),
    "train_loss": (
        "training loss",
        "train loss",
        "train_loss",
        "训练损失",
        "训练集损失",
        "训练loss",
        "训练集loss",
    ),
    "val_acc": (
        "validation accuracy",
        "val acc",
        "val_acc",
        "val accuracy",
        "eval accuracy",
        "test accuracy",
        "验证准确率",
        "验证集准确率",
        "验证精度",
        "验证集精度",
        "测试准确率",
    ),
    "train_acc": (
        "training accuracy",
        "train acc",
        "train_acc",
        "train accuracy",
        "训练准确率",
        "训练集准确率",
        "训练精度",
    ),
    "gap": ("generalisation gap", "generalization gap", "gap", "差距", "泛化差距"),
    "grad_norm": ("gradient norm", "grad norm", "grad_norm", "gradients", "gradient", "梯度范数", "梯度"),
    "learning_rate": ("lr curve", "学习率曲线"),
    "recall": ("recall", "召回率"),
    "precision": ("precision", "精确率", "查准率"),
    "f1": ("f1 score", "f1", "f1值"),
    "perplexity": ("perplexity", "ppl", "困惑度"),
    "auc": ("roc auc", "roc-auc", "auc"),
    "map": ("mean average precision", "map50", "map"),
    "iou": ("miou", "mean iou", "iou", "交并比"),
    "bleu": ("bleu score", "bleu"),
    "rmse": ("rmse", "均方根误差"),
    "mae": ("mae", "平均绝对误差"),
    "reward": ("mean reward", "reward", "奖励"),
    "wer": ("word error rate", "wer", "词错误率"),
    "psnr": ("psnr",),
    "accuracy": ("accuracy", "acc", "准确率", "精度", "正确率"),
    "loss": ("loss", "losses", "损失"),
}


_NONE: Mapping[str, str] = MappingProxyType({})
_HYPERPARAMETERS, _METRICS = Spellings(HYPERPARAMETERS), Spellings(METRICS)
_OPTIMISER_PATTERN = regex(r"(?<![a-z])(" + "|".join(OPTIMISERS) + r")(?![a-z0-9])")


def hyperparameters(text: str, own: Mapping[str, str] = _NONE) -> list[Mention]:
    """Hyperparameters that `text` speaks of, in order, by role.

    Args:
        text: What was said.
        own: What the open run calls its hyperparameters: role by name, in lower case. They come before ours.
    """
    lowered = text.lower()
    ours = _HYPERPARAMETERS.find(lowered)
    if not own:
        return ours
    theirs = _own_spellings(tuple(own)).find(lowered)
    found = [Mention(own[m.name], m.start, m.end) for m in theirs]
    free = [m for m in ours if not any(m.start < t.end and t.start < m.end for t in theirs)]
    return sorted((*found, *free), key=lambda mention: mention.start)


@lru_cache(maxsize=8)
def _own_spellings(names: tuple[str, ...]) -> Spellings:
    """Kept from turn to turn: the open run rarely changes."""
    return Spellings({name: (name,) for name in names})


def metrics(text: str) -> list[Mention]:
    """Metrics that `text` speaks of, in order: `val_loss`, `recall`, `gap`, ..."""
    return _METRICS.find(text.lower())


def optimisers(text: str) -> list[Mention]:
    """Optimisers that `text` names, in order."""
    return [Mention(OPTIMISERS[m[1]], m.start(), m.end()) for m in _OPTIMISER_PATTERN.finditer(text.lower())]


def is_a_name(text: str) -> bool:
    """Whether `text` is the name of a hyperparameter or a metric and nothing else."""
    return any((m.start, m.end) == (0, len(text)) for m in (*hyperparameters(text), *metrics(text)))
