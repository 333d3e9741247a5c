"""What the shipped rules would have a user change, as settings of the corpus."""

from dataclasses import replace
from functools import cache

from advisor.advice import Change, assess
from advisor.corpus.changes import DEEPEST, WIDEST, with_values
from advisor.corpus.setting import SHAPE_FIELDS, Setting, value_of
from advisor.diagnosis import Rulebook, load_rulebook
from advisor.diagnosis.problem import Problem
from advisor.run import Run

MOST = 3
"""How many of the first changes are followed."""
_CAPS = {"hidden_units": WIDEST, "layers": DEEPEST, "epochs": 80}
_ONE_OF = {
    "optimizer": ("sgd", "adam", "adamw", "rmsprop"),
    "scheduler": ("constant", "cosine", "linear", "step"),
    "normalisation": ("none", "layer", "batch"),
    "activation": ("relu", "leaky_relu", "tanh", "sigmoid", "gelu"),
    "initialisation": ("default", "he", "xavier", "small", "large"),
}
_NUMBERS = (
    "learning_rate", "momentum", "weight_decay", "warmup_ratio", "gradient_clipping", "dropout",
    "label_smoothing", "batch_size", "epochs", "hidden_units", "layers",
)  # fmt: skip


@cache
def _rulebook() -> Rulebook:
    return load_rulebook()


def advised(run: Run, setting: Setting) -> list[Setting]:
    """The settings after each of the first changes that the shipped rules propose and the corpus can make.

    Args:
        run: The log of the training.
        setting: What was trained.
    """
    found: list[Setting] = []
    for change in assess(run, _rulebook()).changes:
        edited = followed(setting, change)
        if edited is not None and edited != setting and edited not in found:
            found.append(edited)
    return found[:MOST]


def followed(setting: Setting, change: Change) -> Setting | None:
    """The setting with a change of the advice made; None where the corpus has nothing that answers to it."""
    role = change.hyperparameter
    if role is None:
        scaling = change.finding.problem == Problem.UNSCALED_INPUTS
        return replace(setting, inputs="standard") if scaling else None
    if role in _ONE_OF:
        return with_values(setting, **{role: change.after}) if change.after in _ONE_OF[role] else None
    if role not in _NUMBERS:
        return None
    before = value_of(setting, role)
    after = change.after
    if after is None and change.factor is not None:
        after = float(before) * change.factor
    if not isinstance(after, int | float):
        return None
    if role in SHAPE_FIELDS:
        after = max(1, min(_CAPS.get(role, 128), round(after)))
    return with_values(setting, **{role: after})
