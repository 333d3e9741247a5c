"""Tells a table of runs (one row per run) from a curve (one row per step)."""

from collections.abc import Mapping, Sequence

import numpy as np

from advisor.readers.columns import Columns
from advisor.vocabulary import hyperparameter_role, is_result, x_rank

_RUN_NAMES = {
    "name", "run", "run_name", "run name", "runname", "run_id", "run id", "id", "experiment",
    "experiment_name", "exp_name", "exp", "trial", "trial_id", "trial_name", "model", "model_name", "config",
    "config_name", "job", "job_id", "state", "实验", "实验名称", "模型",
}  # fmt: skip
_STATES = {
    "finished",
    "running",
    "crashed",
    "failed",
    "killed",
    "complete",
    "pruned",
    "completed",
    "terminated",
}
# Settings that a training loop logs on every row anyway do not make a table of runs.
_LOGGED_ANYWAY = {"learning_rate", "epochs", "max_steps", "loss", "momentum", "weight_decay", "rounds"}


def is_table_of_runs(
    names: Sequence[str], texts: Mapping[str, Sequence[str]], runs: Sequence[Columns]
) -> bool:
    """Whether the rows of a table are runs: they carry names or states of runs, or settings, and no x grows.

    Args:
        names: Names of the columns.
        texts: The text cells of each column that has any.
        runs: The numeric columns.
    """
    columns, *others = runs
    size = len(columns)
    if others or not columns.names() or _x_grows(columns):
        return False
    settings = {hyperparameter_role(name) for name in names} - {None} - _LOGGED_ANYWAY
    searched = any(name.startswith(("params_", "param_", "config/", "config.")) for name in names)
    for name, cells in texts.items():
        if name.strip().lower() not in _RUN_NAMES or len(cells) < size:
            continue
        distinct = len(set(cells)) == len(cells) and (size > 1 or bool(settings))
        stated = {cell.lower() for cell in cells} <= _STATES
        if distinct or (stated and (searched or settings)):
            return True
    return searched or len(settings) >= 4 or _is_labelled(names, texts, size) or _is_swept(columns)


def _is_labelled(names: Sequence[str], texts: Mapping[str, Sequence[str]], size: int) -> bool:
    """Whether each row is named by a text of its own and nothing in it is a result of a training."""
    if any(is_result(name) or x_rank(name) is not None for name in names if name not in texts):
        return False
    return size > 1 and any(len(cells) >= size == len(set(cells)) for cells in texts.values())


def _is_swept(columns: Columns) -> bool:
    """Whether settings that no training changes on its way have several values, and nothing is measured."""
    found = [name for name in columns.names() if hyperparameter_role(name) not in (None, *_LOGGED_ANYWAY)]
    if not found or any(is_result(name) or x_rank(name) is not None for name in columns.names()):
        return False
    return any(np.ptp(columns.values(name)) > 0 for name in found)


def _x_grows(columns: Columns) -> bool:
    """Whether some column that can be an x grows from row to row."""
    for name in columns.names():
        if x_rank(name) is not None:
            values = columns.values(name)
            if 2 * np.count_nonzero(values[1:] > values[:-1]) > max(1, values.size - 1):
                return True
    return False
