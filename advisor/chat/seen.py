"""What a finding looks like in the log itself: values and where they stand, beside the shares of its rule."""

import math
from collections.abc import Callable

import numpy as np

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.figures import figures
from advisor.diagnosis.finding import Finding
from advisor.run import Role, Run, Series
from advisor.text import Language, short_number

_JUMP = 1.2
"""A value this many times the one before is a jump, not jitter."""
Teller = Callable[[Assessment, Language], str | None]


def seen(item: Assessment, finding: Finding, language: Language) -> tuple[str, ...]:
    """Sentences with the epochs and values that a reader of the log would point at.

    Args:
        item: The run.
        finding: What was found in it.
        language: Of the sentences.

    Returns:
        At most three; none for a problem that its rule's own evidence shows well enough.
    """
    told = (tell(item, language) for tell in _TELLERS.get(finding.problem.value, ()))
    return tuple(sentence for sentence in told if sentence)[:3]


def _losses(run: Run) -> list[Series]:
    """Validation loss first, since a run is judged by it."""
    found = (run.main(Role.VAL_LOSS), run.main(Role.TRAIN_LOSS))
    return [series for series in found if series is not None and len(series) > 1]


def _largest_rise(item: Assessment, language: Language) -> str | None:
    series = next(iter(_losses(item.run)), None)
    if series is None:
        return None
    before, after = series.y[:-1], series.y[1:]
    valid = np.isfinite(before) & np.isfinite(after) & (before > 0) & (after > before)
    if not valid.any():
        return None
    ratio = np.full(len(before), -np.inf)
    ratio[valid] = np.log(after[valid]) - np.log(before[valid])
    index = int(np.argmax(ratio))
    jumps, steps = int((ratio > math.log(_JUMP)).sum()), len(before)
    start, end = facts.at(series, index, language), facts.at(series, index + 1, language)
    name = facts.name(series)
    if language == "zh":
        return f"{name} 最大的一次上升是从{start} 到{end}；{steps} 步中有 {jumps} 步升高 20% 以上。"
    return (
        f"The largest rise of {name} is from {start} to {end}; {jumps} of its {steps} steps rise by more "
        "than 20%."
    )


def _rises(item: Assessment, language: Language) -> str | None:
    series = item.run.main(Role.TRAIN_LOSS)
    if series is None or len(series) < 2 or item.run.main(Role.VAL_LOSS) is None:
        return None
    if not np.isfinite(series.y[-1]):
        return None
    with np.errstate(invalid="ignore"):
        rises = int((np.diff(series.y) > 0).sum())
    name, steps = facts.name(series), len(series) - 1
    if not rises:
        return None
    if language == "zh":
        return f"{name} 在 {steps} 步中有 {rises} 步上升。"
    return f"{name} rises in {rises} of its {steps} steps."


def _effective_step(item: Assessment, language: Language) -> str | None:
    known = figures(item, language)
    rate, momentum, effective = (known.get(n) for n in ("learning_rate", "momentum", "effective_rate"))
    adaptive = "adam" in known.get("optimizer", "").lower()
    if rate is None or momentum is None or effective is None or adaptive:
        return None
    if language == "zh":
        return f"学习率是 {rate}，动量是 {momentum}：沿稳定方向相当于 {effective} 的步长。"
    return (
        f"The learning rate is {rate} with momentum {momentum}: along a steady slope it acts like "
        f"{effective}."
    )


def _ends(item: Assessment, language: Language) -> str | None:
    train, val = item.run.main(Role.TRAIN_LOSS), item.run.main(Role.VAL_LOSS)
    if train is None or val is None or not len(train) or not len(val):
        return None
    t, v = (facts.at(series, len(series) - 1, language) for series in (train, val))
    if language == "zh":
        return f"最后 {facts.name(train)} 是{t}，{facts.name(val)} 是{v}。"
    return f"{facts.name(train)} ends with {t}, {facts.name(val)} with {v}."


def _samples(item: Assessment, language: Language) -> str | None:
    size = facts.known(item.run, "train_size")
    if size is None:
        return None
    if language == "zh":
        return f"训练样本有 {size.value} 个（{size.name}，来自{facts.stated_in(size.source, language)}）。"
    return f"There are {size.value} training samples ({size.name}, from {size.source})."


def _guess(item: Assessment, language: Language) -> str | None:
    """The loss beside that of a guess among the classes, where a guess is about as good."""
    classes, loss = facts.known(item.run, "classes"), item.run.main(Role.TRAIN_LOSS)
    if classes is None or not classes.number or classes.number < 2 or loss is None or not len(loss):
        return None
    chance = math.log(classes.number)
    if abs(float(loss.y[-1]) - chance) > 0.05 * chance:
        return None
    last, name = facts.at(loss, len(loss) - 1, language), facts.name(loss)
    guess = f"ln {classes.value} = {short_number(chance)}"
    if language == "zh":
        return f"{name} 是{last}；在 {classes.value} 个类别中瞎猜的损失是 {guess}。"
    return f"{name} is {last}; a guess among {classes.value} classes has {guess}."


def _layers(item: Assessment, language: Language) -> str | None:
    """How many layers a gradient has to pass, and through what."""
    layers, activation = facts.known(item.run, "layers"), facts.known(item.run, "activation")
    if layers is None or activation is None:
        return None
    source = facts.stated_in(layers.source, language)
    if language == "zh":
        return f"网络有 {layers.value} 层，激活函数是 {activation.value}（{layers.name}，来自{source}）。"
    return f"The network has {layers.value} {activation.value} layers ({layers.name}, from {source})."


def _gradient(item: Assessment, language: Language) -> str | None:
    norm = item.run.main(Role.GRAD_NORM)
    finite = np.flatnonzero(np.isfinite(norm.y)) if norm is not None else np.array([], dtype=int)
    if norm is None or len(finite) < 2 or norm.y[finite[-1]] <= norm.y[finite[0]]:
        return None
    first, last = (facts.at(norm, int(index), language) for index in (finite[0], finite[-1]))
    after = int(finite[-1]) + 1
    lost = facts.at(norm, after, language) if after < len(norm) else ""
    name = facts.name(norm)
    steps = int(finite[-1] - finite[0])
    each = short_number(float(f"{(norm.y[finite[-1]] / norm.y[finite[0]]) ** (1 / steps):.2g}"))
    if language == "zh":
        return f"{name} 从{first} 涨到{last}，平均每步约 {each} 倍" + (f"，然后是{lost}。" if lost else "。")
    grown = f"{name} grew from {first} to {last}, about {each} times from point to point"
    return grown + (f", then {lost}." if lost else ".")


_SWINGS: tuple[Teller, ...] = (_largest_rise, _rises, _effective_step)
_GUESS: tuple[Teller, ...] = (_guess,)
_DEPTH: tuple[Teller, ...] = (_guess, _layers)
_GROWTH: tuple[Teller, ...] = (_gradient,)
_TELLERS: dict[str, tuple[Teller, ...]] = {
    **dict.fromkeys(("oscillating", "loss_spikes", "lr_too_high", "noisy_gradients"), _SWINGS),
    **dict.fromkeys(("overfitting", "past_best"), (_ends, _samples)),
    **dict.fromkeys(("not_learning", "bad_initialisation", "dead_units"), _GUESS),
    "vanishing_gradients": _DEPTH,
    **dict.fromkeys(("non_finite", "diverged", "exploding_gradients"), _GROWTH),
}
