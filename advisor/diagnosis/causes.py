"""The learned part: how likely each cause is, from the signals alone.

Four models, for logs by step and by epoch, with and without accuracies (see `cause_models`). They were fitted
on real trainings with planted faults and calibrated by temperature (Guo et al., 2017) on data sets left out
of the fit: `python -m tests.measure causes --write` makes `causes.json` and `causes.npz` anew from nothing.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from advisor.arrays import shipped_arrays
from advisor.diagnosis.cause_models import Forest, Judge, Regression
from advisor.diagnosis.problem import Problem
from advisor.signals import SignalEntry, Signals
from advisor.text import Bilingual

PREFIX = "learned."
"""How a rule names the probability of a cause: `learned.unshuffled`."""
FEWEST_STEPS, FEWEST_VALIDATIONS = 8, 7
STEPS_PER_VALIDATION = 3.0
"""Training points for each validation from which a log counts as one by step."""
LEAKS_PLANTED, LEAKS_ASSUMED = 0.075, 0.01
"""Share of leaks among the trainings that the models were fitted on, and an assumed one among real logs."""
MOST_LIKELIER_WITH_A_LEAK = 10.0
"""How many times likelier a leak may make what a log shows, however sure a model is.

The models are surer than .9 of 74 % of the planted leaks, and of 8 % of the real logs they judge, of none
of which a leak is known (`python -m tests.measure arms --half held-out`)."""
WITH_FOREST = ("step+metric", "epoch+metric")
"""Kinds of log for which a forest stands beside the regression (see `cause_models`)."""


class Regressions(msgspec.Struct, frozen=True):
    """The file `causes.json`: regressions by kind of log (`step+metric`, `step`, `epoch+metric`, `epoch`)."""

    made_by: dict[str, str | float]
    models: dict[str, Regression]


def kind_of_log(signals: Signals) -> str | None:
    """Which model speaks for a log; None where it is too short, or lacks a training or a validation loss.

    None speaks, either, where validation is judged by something else than an accuracy or a share of the
    variance, as detection and translation are: the trainings that the models were fitted on were
    classifications and regressions.
    """
    train, val = signals.get("train_loss.points"), signals.get("val_loss.points")
    if train is None or val is None or train < FEWEST_STEPS or val < FEWEST_VALIDATIONS:
        return None
    judged_by = {"val_metric.accuracy", "val_metric.explained"}
    if "val_metric.points" in signals and judged_by.isdisjoint(signals):
        return None
    kind = "step" if is_by_step(signals) else "epoch"
    both = "train_metric.accuracy" in signals and "val_metric.accuracy" in signals
    return f"{kind}+metric" if both else kind


def is_by_step(signals: Signals) -> bool:
    """Whether the training losses are those of single batches: several stand between two validations."""
    train, val = signals.get("train_loss.points"), signals.get("val_loss.points")
    return train is not None and val is not None and train >= STEPS_PER_VALIDATION * val


def learned(signals: Signals) -> Mapping[str, float]:
    """The probability of each cause by its problem id, and of `healthy`; they sum to 1.

    Args:
        signals: What was measured on the run.

    Returns:
        Empty where no model speaks for such a log.
    """
    kind = kind_of_log(signals)
    judge = judge_of(kind) if kind else None
    return judge.chances(signals) if judge else {}


def where_leaks_are_rare(chances: Mapping[str, float]) -> dict[str, float]:
    """Chances of causes shifted from the share of leaks that was planted to the one that is assumed.

    Only leaks are: no symptom stands beside them that a healthy run lacks, since an easy task with many
    samples shows no gap either, and four of 52 real logs that a hand labelled healthy were said to be leaked.

    Args:
        chances: By cause; they sum to 1.

    Returns:
        The same causes, summing to 1 (Saerens, Latinne and Decaestecker, 2002); a leak's is bounded by what
        real logs bear out (`MOST_LIKELIER_WITH_A_LEAK`).
    """
    planted = chances.get(Problem.VALIDATION_LEAKAGE, 0.0)
    likelier = MOST_LIKELIER_WITH_A_LEAK
    if planted < 1:
        likelier = min(likelier, _odds(planted) / _odds(LEAKS_PLANTED))
    odds = likelier * _odds(LEAKS_ASSUMED)
    share = 1 / (1 + odds) / (1 - planted) if planted < 1 else 1.0
    shifted = {cause: chance * share for cause, chance in chances.items()}
    if planted:
        shifted[Problem.VALIDATION_LEAKAGE] = odds / (1 + odds)
    return shifted


def _odds(chance: float) -> float:
    return chance / (1 - chance)


@cache
def judge_of(kind: str) -> Judge | None:
    """The model for a kind of log that travels with the program; None where none does."""
    regressions = shipped_regressions()
    if regressions is None or kind not in regressions.models:
        return None
    asked = kind in WITH_FOREST
    stored = shipped_arrays("advisor.diagnosis", "causes.npz", f"{kind}.") if asked else None
    return Judge(regressions.models[kind], Forest.of_arrays(kind, stored) if stored else None)


@cache
def shipped_regressions() -> Regressions | None:
    """The regressions that travel with the program; None where none do."""
    file = files("advisor.diagnosis") / "causes.json"
    return msgspec.json.decode(file.read_bytes(), type=Regressions) if file.is_file() else None


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
