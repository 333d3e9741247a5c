"""The built-in tasks, made of data that comes with scikit-learn or is generated; loaded when asked for."""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.probe.target import Probe

Task = Callable[..., "Probe"]


def _later(module: str, function: str) -> Callable[[], Task]:
    return lambda: getattr(importlib.import_module(f"advisor.probe.tasks.{module}"), function)


TASKS: dict[str, Callable[[], Task]] = {
    "digits": _later("digits", "dense"),
    "digits-cnn": _later("digits", "convolutional"),
    "regression": _later("regression", "dense"),
    "sequence-rnn": _later("sequence", "recurrent"),
    "sequence-transformer": _later("sequence", "transformer"),
    "characters": _later("characters", "language_model"),
}
