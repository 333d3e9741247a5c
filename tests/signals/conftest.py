"""Builds runs from short lists of numbers."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from advisor.run import Hyperparameter, LogEvent, Role, Run, Series

Curves = dict[str, Sequence[float]]
LOWER = {"train_loss": True, "val_loss": True, "train_metric": False, "val_metric": False}


@pytest.fixture(scope="session")
def run_of() -> Callable[..., Run]:
    """`run_of({"train_loss": [2, 1]})`; a key may hold a name (`val_metric:accuracy`)."""

    def build(
        curves: Curves,
        at: dict[str, Sequence[int]] | None = None,
        hyper: dict[str, float | str] | None = None,
        events: Sequence[LogEvent] = (),
        wall_time: Sequence[float] | None = None,
        x_kind: str = "step",
        lower: dict[str, bool | None] | None = None,
    ) -> Run:
        series = []
        for key, values in curves.items():
            role, _, name = key.partition(":")
            y = np.asarray(values, dtype=np.float64)
            places = np.asarray((at or {}).get(role, range(y.size)), dtype=np.int64)
            times = None if wall_time is None else np.asarray(wall_time, dtype=np.float64)
            series.append(
                Series(
                    name or role,
                    y,
                    np.arange(y.size, dtype=np.float64),
                    places,
                    x_kind=x_kind,
                    role=Role(role),
                    lower_is_better=(LOWER | (lower or {})).get(role),
                    wall_time=times,
                )
            )
        chosen = tuple(Hyperparameter(role, value, role, "test") for role, value in (hyper or {}).items())
        return Run("test", tuple(series), hyperparameters=chosen, events=tuple(events))

    return build
