"""The run that a reader would give for the log of a training of the corpus."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from advisor.corpus.setting import Setting, value_of
from advisor.run import Hyperparameter, Role, Run, Series

_ROLES = {
    "train_loss": (Role.TRAIN_LOSS, True),
    "val_loss": (Role.VAL_LOSS, True),
    "train_metric": (Role.TRAIN_METRIC, False),
    "val_metric": (Role.VAL_METRIC, False),
    "learning_rate": (Role.LEARNING_RATE, None),
}
_NAMES = {"train_metric": "train_accuracy", "val_metric": "val_accuracy"}
ALWAYS = ("learning_rate", "batch_size", "epochs", "optimizer", "hidden_units", "layers", "activation")
"""Hyperparameters that every such log states."""
WHERE_USED = (
    "momentum", "weight_decay", "warmup_ratio", "gradient_clipping", "dropout", "label_smoothing",
    "normalisation", "initialisation", "scheduler",
)  # fmt: skip
"""Those that it states where they are not left at what they are by default."""
_DEFAULTS = (0, 0.0, "none", "default", "constant")


def as_run(setting: Setting, curves: Mapping[str, NDArray[np.float32]], classes: int) -> Run:
    """An epoch-by-epoch log with what most people log: losses, accuracies where there are classes, the rate.

    Args:
        setting: What was trained; of it the log holds what a user chose.
        curves: By name, each shape (epochs,).
        classes: 0 for a regression.
    """
    epochs = np.arange(1, len(curves["train_loss"]) + 1)
    shown = [name for name in _ROLES if classes or not name.endswith("metric")]
    series = tuple(
        Series(
            name=_NAMES.get(name, name),
            y=np.asarray(curves[name], np.float64),
            x=epochs.astype(np.float64),
            at=epochs.astype(np.int64),
            x_kind="epoch",
            role=_ROLES[name][0],
            lower_is_better=_ROLES[name][1],
        )
        for name in shown
    )
    conditions = setting.shape.conditions
    return Run(f"{conditions.data}.csv", series, reader="corpus", hyperparameters=_stated(setting, classes))


def _stated(setting: Setting, classes: int) -> tuple[Hyperparameter, ...]:
    values = {name: value_of(setting, name) for name in ALWAYS}
    values |= {n: v for n in WHERE_USED if (v := value_of(setting, n)) not in _DEFAULTS}
    if not classes:
        values["loss"] = "mse"
    return tuple(Hyperparameter(name, value, name, "command line") for name, value in values.items())
