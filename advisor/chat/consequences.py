"""What a setting does by its own nature, with this run's figures: steps per epoch, effective step."""

import math
from collections.abc import Callable

from advisor.chat import facts
from advisor.chat.settings import Setting
from advisor.run import Run
from advisor.text import Language, short_number

Teller = Callable[[Run, Setting, Language], str]


def consequence(run: Run, setting: Setting, language: Language) -> str:
    """What follows from the setting whatever the run's faults; empty where nothing certain does."""
    tell = _TELLERS.get(setting.role)
    return "" if tell is None else tell(run, setting, language)


def _wanted(run: Run, setting: Setting) -> float | None:
    now = facts.known(run, setting.role)
    after = setting.after(None if now is None else now.number)
    return float(after) if isinstance(after, (int, float)) and math.isfinite(after) else None


def _learning_rate(run: Run, setting: Setting, language: Language) -> str:
    now, wanted = facts.known(run, "learning_rate"), _wanted(run, setting)
    if now is None or not now.number or wanted is None or wanted <= 0 or wanted == now.number:
        return ""
    before, after = short_number(now.number), short_number(wanted)
    if wanted < now.number:
        if language == "zh":
            return f"从 {before} 到 {after}，每一步都更短：曲线更平稳，降下来要更多轮。"
        return (
            f"From {before} to {after} every step is shorter: a calmer curve that takes more epochs to fall."
        )
    if language == "zh":
        return f"从 {before} 到 {after}，每一步都更长：下降更快，直到开始震荡或发散。"
    return f"From {before} to {after} every step is longer: a faster fall, up to where it swings or diverges."


def _batch_size(run: Run, setting: Setting, language: Language) -> str:
    size, now, wanted = facts.known(run, "train_size"), facts.known(run, "batch_size"), _wanted(run, setting)
    if size is None or not size.number or wanted is None or wanted < 1:
        return ""
    steps = short_number(math.ceil(size.number / wanted))
    before = short_number(math.ceil(size.number / now.number)) if now is not None and now.number else "?"
    larger = now is None or now.number is None or wanted > now.number
    if language == "zh":
        noise = "梯度噪声更小" if larger else "梯度噪声更大"
        return f"{noise}，每轮 {steps} 步（现在 {before} 步）；学习率本身不会因此变得合适。"
    noise = "less gradient noise" if larger else "more gradient noise"
    return (
        f"It means {noise} and {steps} steps per epoch instead of {before}; it does not make a wrong rate "
        "right."
    )


def _momentum(run: Run, setting: Setting, language: Language) -> str:
    rate, now, wanted = facts.known(run, "learning_rate"), facts.known(run, "momentum"), _wanted(run, setting)
    if rate is None or now is None or not rate.number or not now.number or wanted is None:
        return ""
    if not (0 <= wanted < 1 and 0 < now.number < 1):
        return ""
    before, after = (short_number(rate.number / (1 - mu)) for mu in (now.number, wanted))
    if language == "zh":
        calm = "，很可能平稳一些" if wanted < now.number else ""
        return f"沿稳定方向的有效步长会从 {before} 变为 {after}{calm}。"
    calm = ", so the curve is likely to be calmer" if wanted < now.number else ""
    return f"The effective step along a steady slope would go from {before} to {after}{calm}."


def _train_size(run: Run, setting: Setting, language: Language) -> str:
    now, wanted = facts.known(run, "train_size"), _wanted(run, setting)
    gap = facts.gap_sentence(run, language)
    if now is None or not now.number or wanted is None or wanted <= now.number or gap is None:
        return ""
    samples = short_number(wanted)
    if language == "zh":
        return f"用 {samples} 个样本，差距会缩小，验证损失的最低点会更晚、更低。{gap}"
    return (
        f"With {samples} samples the gap shrinks, and the validation loss finds its lowest point later and "
        f"lower. {gap}"
    )


def _dropout(run: Run, setting: Setting, language: Language) -> str:
    now, wanted = facts.known(run, "dropout"), _wanted(run, setting)
    if now is None or now.number is None or wanted is None or wanted == now.number:
        return ""
    if wanted < now.number:
        if language == "zh":
            return "训练指标会升到验证指标的水平或更高；之后要留意过拟合。"
        return (
            "The training figures would rise to those of the validation or above; watch for overfitting "
            "later."
        )
    if language == "zh":
        return "训练会变慢、训练损失升高；只有在过拟合时验证损失才会受益。"
    return (
        "Training gets slower and its loss higher; the validation loss gains only where the model overfits."
    )


def _layers(run: Run, setting: Setting, language: Language) -> str:
    now, wanted = facts.known(run, "layers"), _wanted(run, setting)
    if now is None or not now.number or wanted is None or wanted < 1 or wanted == now.number:
        return ""
    before, after = short_number(now.number), short_number(wanted)
    fewer = wanted < now.number
    if language == "zh":
        brings = "更容易传到最前面，模型能拟合的也更少" if fewer else "更难传到最前面，模型能拟合的更多"
        return f"梯度要穿过 {after} 层而不是 {before} 层：{brings}。"
    brings = "more of it reaches the first one" if fewer else "less of it reaches the first one"
    can = "less" if fewer else "more"
    return f"The gradient passes {after} layers instead of {before}: {brings}, and the model can fit {can}."


_TELLERS: dict[str, Teller] = {
    "learning_rate": _learning_rate,
    "batch_size": _batch_size,
    "momentum": _momentum,
    "train_size": _train_size,
    "dropout": _dropout,
    "layers": _layers,
}
