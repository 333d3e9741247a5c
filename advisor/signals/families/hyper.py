"""What the user chose, as plain numbers; absent where the log and its configuration do not say."""

from advisor.run import Role
from advisor.signals.registry import CURVES, ViewFunction, of_run
from advisor.signals.view import View
from advisor.vocabulary.lengths import is_no_length

_NUMBERS = {
    "learning_rate": "学习率",
    "min_learning_rate": "最小学习率",
    "batch_size": "批大小",
    "gradient_accumulation": "梯度累积步数",
    "epochs": "计划的训练轮数",
    "max_steps": "计划的最大步数",
    "momentum": "动量",
    "beta1": "beta1",
    "beta2": "beta2",
    "epsilon": "epsilon",
    "weight_decay": "权重衰减",
    "dropout": "dropout",
    "label_smoothing": "标签平滑",
    "gradient_clipping": "梯度裁剪阈值",
    "warmup_steps": "预热步数",
    "warmup_ratio": "预热比例",
    "patience": "早停耐心",
    "hidden_units": "隐藏单元数",
    "layers": "层数",
    "train_size": "训练样本数",
    "val_size": "验证样本数",
    "classes": "类别数",
    "max_depth": "最大深度",
    "rounds": "轮次数",
}


def _number(role: str) -> ViewFunction:
    def number(view: View) -> float | None:
        stated = view.run.number(role)
        return None if stated is not None and is_no_length(role, stated) else stated

    return number


for _role, _zh in _NUMBERS.items():
    of_run(
        f"hyper.{_role}",
        unit="as set",
        en=f"The {_role.replace('_', ' ')} that the user set.",
        zh=f"用户设置的{_zh}。",
        raw=True,
    )(_number(_role))


@of_run(
    "hyper.finished_share",
    unit="share",
    low=0,
    high=1,
    en="Share of the planned epochs or steps that the log shows.",
    zh="日志中已完成的轮数或步数占计划的比例。",
)
def finished_share(view: View) -> float | None:
    """Counted in the planned unit, from 0 or 1; absent where no plan is stated in the unit of a curve."""
    for kind, role in (("epoch", "epochs"), ("step", "max_steps")):
        planned = view.run.number(role)
        ends = [_done(view, curve, kind) for curve in CURVES]
        known = [end for end in ends if end is not None]
        if planned is not None and planned > 0 and known:
            return min(1.0, max(0.0, max(known) / planned))
    return None


def _done(view: View, role: Role, kind: str) -> float | None:
    """Epochs or steps that a curve covers: its last x, and one more where it counts from 0."""
    curve = view.curve(role)
    if curve is None or curve.series.x_kind != kind:
        return None
    x = curve.series.x
    return float(x.max()) + (1.0 if x.min() == 0 and kind == "epoch" else 0.0)
