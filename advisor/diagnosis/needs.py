"""What a rule that could not be decided needs, in words that a user can act on."""

from collections.abc import Sequence

from advisor.diagnosis.finding import TooShort
from advisor.run import Role, Run
from advisor.text import Bilingual
from advisor.vocabulary import role_title

_LOGGED = {
    "train_loss": Bilingual(en="a training loss", zh="训练损失"),
    "val_loss": Bilingual(en="a validation loss", zh="验证损失"),
    "train_metric": Bilingual(en="a training metric", zh="训练指标"),
    "val_metric": Bilingual(en="a validation metric", zh="验证指标"),
    "grad_norm": Bilingual(en="the gradient norm", zh="梯度范数"),
    "learning_rate": Bilingual(en="the learning rate at each step", zh="每一步的学习率"),
    "throughput": Bilingual(en="the throughput", zh="吞吐量"),
}
# Subjects of signals that are read from more than the curve of the same name.
_READ_FROM = {
    "schedule": ("learning_rate",),
    "gap": ("train_loss", "val_loss"),
    "coupling": ("train_loss", "val_loss"),
    "noise": ("train_loss", "val_loss"),
    "tracking": ("train_loss", "val_loss"),
    "learned": ("train_loss", "val_loss"),
}
# Subjects that only some programs log, or that a reader takes from the words of a log.
_SIDE = {
    "policy": Bilingual(en="the figures of a policy (reward, KL, entropy)", zh="策略的指标（奖励、KL、熵）"),
    "precision": Bilingual(en="the loss scale of half precision", zh="半精度的损失缩放"),
    "layers": Bilingual(en="the gradient norm of each layer", zh="每一层的梯度范数"),
    "units": Bilingual(
        en="counts of dead or saturated units, or update ratios", zh="失效或饱和单元的统计，或更新比"
    ),
    "adversarial": Bilingual(en="the losses of both networks", zh="两个网络各自的损失"),
    "memory": Bilingual(en="the memory in use", zh="占用的内存"),
    "time": Bilingual(en="the time of each record", zh="每条记录的时间"),
}
_METRIC_PAIRS = {
    "gap.metric": ("train_metric", "val_metric"),
    "coupling.val_loss_metric": ("val_loss", "val_metric"),
    "coupling.metric": ("val_loss", "val_metric"),
}
_SETTING_OF = {"adaptive": "optimizer", "finished_share": "epochs"}
_STATED = Bilingual(en="the settings of the run ({})", zh="训练设置（{}）")
_TOO_FEW = Bilingual(en="a longer log", zh="更长的日志")


def reason_for(missing: Sequence[str], run: Run) -> Bilingual:
    """'needs a validation loss', from the absent signals.

    A signal that is absent though its curves are there needs more points.
    """
    logged: dict[str, Bilingual] = {}
    stated: list[Bilingual] = []
    for name in missing:
        subject, _, quantity = name.partition(".")
        if subject == "hyper":
            stated.append(role_title(_SETTING_OF.get(quantity, quantity)))
            continue
        if subject in _SIDE:
            logged.setdefault(subject, _SIDE[subject])
        for role in _curves(name, subject):
            if run.main(Role(role)) is None:
                logged.setdefault(role, _LOGGED[role])
    parts = list(logged.values())
    if stated and not parts:
        titles = list(dict.fromkeys(stated))
        english, chinese = ", ".join(t.en for t in titles), "、".join(t.zh for t in titles)
        parts.append(Bilingual(en=_STATED.en.format(english), zh=_STATED.zh.format(chinese)))
    if not parts:
        parts.append(_TOO_FEW)
    together = " and ".join(part.en for part in parts)
    return Bilingual(en=f"needs {together}", zh=f"需要{'和'.join(part.zh for part in parts)}")


def too_few_points(short: Sequence[TooShort]) -> Bilingual:
    """'needs 8 points of the training loss, the log has 5'; '8 to 20 points' where rules need different ones.

    Args:
        short: One curve, for each rule that it is too short for.
    """
    role, have = short[0].role, short[0].have
    curve = _LOGGED.get(role, Bilingual(en=role, zh=role))
    name = curve.en.removeprefix("a ").removeprefix("the ")
    least, most = min(one.need for one in short), max(one.need for one in short)
    en, zh = (f"{least}", f"{least}") if least == most else (f"{least} to {most}", f"{least} 到 {most}")
    return Bilingual(
        en=f"needs {en} points of the {name}, the log has {have}",
        zh=f"需要{curve.zh}至少 {zh} 个点，日志里只有 {have} 个",
    )


def _curves(name: str, subject: str) -> tuple[str, ...]:
    for start, roles in _METRIC_PAIRS.items():
        if name.startswith(start):
            return roles
    return _READ_FROM.get(subject, (subject,) if subject in _LOGGED else ())
