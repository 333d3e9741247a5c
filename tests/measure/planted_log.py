"""The run that a reader would give for a planted training's log."""

from dataclasses import fields

import numpy as np

from advisor.run import Hyperparameter, Role, Run, Series
from tests.measure.planted_trainer import REGRESSIONS, Curves, Setting

HIDDEN_FIELDS = {
    "data",
    "net",
    "train_share",
    "label_noise",
    "rare_positives",
    "input_scale",
    "loss_with_log",
    "dead_bias",
}
"""Fields of a setting that are no hyperparameter: no change can reach them and no run shows them."""

ALWAYS_LOGGED = {
    "learning_rate",
    "batch_size",
    "epochs",
    "optimizer",
    "hidden_units",
    "layers",
    "activation",
    "seed",
}
"""Hyperparameters that the run shows always; the others only where they are not left at their default."""

_ROLES = {
    "train_loss": (Role.TRAIN_LOSS, True),
    "val_loss": (Role.VAL_LOSS, True),
    "train_accuracy": (Role.TRAIN_METRIC, False),
    "val_accuracy": (Role.VAL_METRIC, False),
    "learning_rate": (Role.LEARNING_RATE, None),
    "grad_norm": (Role.GRAD_NORM, None),
}


def as_run(setting: Setting, curves: Curves) -> Run:
    """The run that a reader would give for this training's log.

    Accuracies stand in it for classifications only, the gradient norm for odd seeds only, as most logs
    have none.
    """
    shown = dict(_ROLES)
    if setting.data in REGRESSIONS:
        shown = {name: role for name, role in shown.items() if not name.endswith("accuracy")}
    if setting.seed % 2 == 0:
        del shown["grad_norm"]
    epochs = np.arange(1, len(curves["train_loss"]) + 1)
    series = tuple(
        Series(
            name=name,
            y=np.asarray(curves[name], dtype=np.float64),
            x=epochs.astype(np.float64),
            at=epochs.astype(np.int64),
            x_kind="epoch",
            role=role,
            lower_is_better=lower,
        )
        for name, (role, lower) in shown.items()
    )
    name = f"{setting.data}-{setting.net}-{setting.seed}"
    return Run(source=name, series=series, reader="planted", hyperparameters=_hyperparameters(setting))


def _hyperparameters(setting: Setting) -> tuple[Hyperparameter, ...]:
    values = {
        field.name: getattr(setting, field.name)
        for field in fields(setting)
        if field.name not in HIDDEN_FIELDS
        and (field.name in ALWAYS_LOGGED or getattr(setting, field.name) != field.default)
    }
    if setting.data in REGRESSIONS:
        values["loss"] = "mse"
    return tuple(Hyperparameter(name, value, name, "command line") for name, value in values.items())
