"""The learned part: how likely each cause is, from the signals alone.

Four multinomial logistic regressions, for logs by step and by epoch, with and without accuracies; each signal
is squeezed, standardised, and, where absent, replaced by its median and marked as absent. They were fitted on
real trainings with planted faults and calibrated by temperature (Guo et al., 2017) on data sets left out of
the fit: `python -m tests.measure causes --write` makes `causes.json` anew from nothing.
"""

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np

from advisor.run import Floats
from advisor.signals import SignalEntry, Signals
from advisor.text import Bilingual

PREFIX = "learned."
"""How a rule names the probability of a cause: `learned.unshuffled`."""
FEWEST_STEPS, FEWEST_VALIDATIONS = 8, 7
_FAR = 4.0
"""Standard deviations from which a signal says no more: no single one decides on a log of an unknown kind."""
STEPS_PER_VALIDATION = 3.0
"""Training points for each validation from which a log counts as one by step."""


class Input(msgspec.Struct, frozen=True):
    """One signal as a model reads it.

    Attributes:
        name: The signal's name; two make a ratio of their values.
        squeeze: `none`, `log` (size in powers of ten) or `signed` (the same with the sign kept).
        median: What stands for it where it is absent, after squeezing.
        mean: Of the trainings that the model was fitted on, after squeezing.
        scale: Their standard deviation.
    """

    name: str
    squeeze: str
    median: float
    mean: float
    scale: float


class Model(msgspec.Struct, frozen=True):
    """One fitted regression: a row of weights for each cause, first over the signals, then over absences."""

    inputs: tuple[Input, ...]
    causes: tuple[str, ...]
    weights: list[list[float]]
    bias: list[float]
    temperature: float


class Causes(msgspec.Struct, frozen=True):
    """The file: models by kind of log (`step+metric`, `step`, `epoch+metric`, `epoch`)."""

    made_by: dict[str, str | float]
    models: dict[str, Model]


def squeeze(kind: str, value: float) -> float:
    """A signal on a scale on which a factor counts the same everywhere; bounded, as one wild value is enough.

    Args:
        kind: As in `Input.squeeze`.
        value: The signal.
    """
    if kind == "log":
        value = math.log10(abs(value) + 1e-4)
    elif kind == "signed":
        value = math.copysign(math.log10(1 + abs(value)), value)
    return min(8.0, max(-8.0, value))


def kind_of_log(signals: Signals) -> str | None:
    """Which model speaks for a log; None where it is too short, or lacks a training or a validation loss.

    None speaks, either, where validation is judged by something else than an accuracy or a share of the
    variance, as detection and translation are: the trainings that the models were fitted on were
    classifications and regressions.
    """
    train, val = signals.get("train_loss.points", 0.0), signals.get("val_loss.points", 0.0)
    if train < FEWEST_STEPS or val < FEWEST_VALIDATIONS:
        return None
    judged_by = {"val_metric.accuracy", "val_metric.explained"}
    if "val_metric.points" in signals and judged_by.isdisjoint(signals):
        return None
    kind = "step" if is_by_step(signals) else "epoch"
    both = "train_metric.accuracy" in signals and "val_metric.accuracy" in signals
    return f"{kind}+metric" if both else kind


def is_by_step(signals: Signals) -> bool:
    """Whether the training losses are those of single batches: several stand between two validations."""
    train, val = signals.get("train_loss.points", 0.0), signals.get("val_loss.points", 0.0)
    return train >= STEPS_PER_VALIDATION * val


def learned(signals: Signals) -> Mapping[str, float]:
    """The probability of each cause by its problem id, and of `healthy`; they sum to 1.

    Args:
        signals: What was measured on the run.

    Returns:
        Empty where no model speaks for such a log.
    """
    kind = kind_of_log(signals)
    shipped = shipped_causes()
    model = shipped.models.get(kind) if shipped and kind else None
    if model is None:
        return {}
    logits = np.asarray(model.weights) @ row(model.inputs, signals) + np.asarray(model.bias)
    logits = logits / model.temperature
    odds = np.exp(logits - logits.max())
    return dict(zip(model.causes, (odds / odds.sum()).tolist(), strict=True))


def row(inputs: tuple[Input, ...], signals: Signals) -> Floats:
    """The inputs standardised, then 1 for each that is absent; shape (2 x inputs,)."""
    values, absent = [], []
    for one in inputs:
        value = raw(one.name, signals)
        absent.append(value is None)
        squeezed = one.median if value is None else squeeze(one.squeeze, value)
        values.append(min(_FAR, max(-_FAR, (squeezed - one.mean) / one.scale)))
    return np.array([*values, *map(float, absent)])


def raw(name: str, signals: Signals) -> float | None:
    """A signal, or the ratio of two (`a / b`); None where one is absent or the second is 0."""
    first, _, second = name.partition(" / ")
    value = signals.get(first)
    if not second or value is None:
        return value
    below = signals.get(second)
    return value / below if below else None


@cache
def shipped_causes() -> Causes | None:
    """The models that travel with the program; None where none do."""
    file = files("advisor.diagnosis") / "causes.json"
    return msgspec.json.decode(file.read_bytes(), type=Causes) if file.is_file() else None


_CALLED = {
    "healthy": Bilingual("nothing is wrong", "训练没有问题"),
    "lr_too_high": Bilingual("the learning rate is too high", "学习率过高"),
    "lr_too_low": Bilingual("the learning rate is too low", "学习率过低"),
    "overfitting": Bilingual("the training set is small and learned by heart", "训练集太小"),
    "label_noise": Bilingual("many training labels are wrong", "许多训练标签有误"),
    "unshuffled": Bilingual("the training data are not shuffled", "训练数据没有打乱"),
    "unscaled_inputs": Bilingual("the inputs are not scaled", "输入没有缩放"),
    "dead_units": Bilingual("units are dead from the start", "单元从一开始就失活"),
    "vanishing_gradients": Bilingual("the gradient vanishes in the layers", "梯度在各层中消失"),
    "bad_initialisation": Bilingual("the weights start too large", "初始权重过大"),
    "validation_shift": Bilingual("validation and training data differ", "验证数据与训练数据不同"),
    "validation_leakage": Bilingual("validation data stand in the training set", "验证数据混入了训练集"),
    "validation_labels": Bilingual("the validation labels are mapped wrongly", "验证标签对应错误"),
}
CAUSES_KNOWN = tuple(_CALLED)
"""What the models tell apart."""


def called(cause: str) -> Bilingual:
    """What is said to be so where this cause is true: `the inputs are not scaled`.

    Raises:
        KeyError: the models know no such cause.
    """
    return _CALLED[cause]


@cache
def learned_glossary() -> Mapping[str, SignalEntry]:
    """What each learned probability means, by the name under which a rule may ask for it."""
    return {PREFIX + cause: _entry(cause, called) for cause, called in _CALLED.items()}


def _entry(cause: str, called: Bilingual) -> SignalEntry:
    meaning = Bilingual(
        en=f"Probability, judged by the learned part from all signals of the run together, that {called.en}; "
        "that of all causes and of a healthy run sum to 1.",
        zh=f"由学习得到的部分综合全部信号判断“{called.zh}”的概率；所有原因与正常训练的概率之和为 1。",
    )
    return SignalEntry(PREFIX + cause, "learned", "probability", 0.0, 1.0, meaning)


def learned_names() -> frozenset[str]:
    """The names under which a rule may ask for the probabilities."""
    return frozenset(learned_glossary())


def with_learned(signals: Signals) -> Signals:
    """The signals with the probability of each cause beside them, under `learned.<problem>`."""
    return {**signals, **{PREFIX + cause: p for cause, p in learned(signals).items()}}
