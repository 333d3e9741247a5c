"""A probe as a run: its figures are curves of one point, so that it is diagnosed and kept like any log."""

from collections.abc import Iterable, Sequence

import numpy as np

from advisor.probe.told import Told
from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Series, Trust
from advisor.text import clean_line
from advisor.vocabulary import hyperparameter_role

PREFIX = "probe/"
"""In front of the name of everything that a probe measured."""

_EVENTS = {"failed": EventKind.TRACEBACK, "out_of_memory": EventKind.OUT_OF_MEMORY}


def as_run(target: str, told: Iterable[Told]) -> Run:
    """The run that a probe amounts to.

    Args:
        target: What was probed, as the user named it.
        told: Everything that the probe told.
    """
    kept = _last_word(told)
    series: list[Series] = []
    events: list[LogEvent] = []
    settings: list[Hyperparameter] = []
    for at, item in enumerate(kept, start=1):
        series += [_figure(name, value, at) for name, value in item.figures.items()]
        series += [_curve(name, x, y, at) for name, x, y, x_name in item.curves if x_name == "step"]
        settings += [
            Hyperparameter(name, value, hyperparameter_role(name), target, Trust.OWN_RECORD)
            for name, value in item.settings.items()
        ]
        if item.kind in _EVENTS:
            events.append(LogEvent(_EVENTS[item.kind], f"{item.check}: {clean_line(item.text, 400)}"))
    failed = sum(item.kind == "failed" for item in kept)
    series.append(_figure("failed_checks", failed, len(kept) + 1))
    return Run(target, tuple(series), "", "probe", tuple(settings), tuple(events))


def _last_word(told: Iterable[Told]) -> list[Told]:
    """Without what a later measurement of the same check replaces."""
    kept = list(told)
    last = {item.check: index for index, item in enumerate(kept) if item.kind == "measured"}
    return [t for i, t in enumerate(kept) if t.kind != "measured" or last[t.check] == i]


def _figure(name: str, value: float, at: int) -> Series:
    point = np.array([value])
    return Series(PREFIX + name, point, np.zeros(1), np.array([at]), "index", Role.OTHER)


def _curve(name: str, x: Sequence[float], y: Sequence[float], at: int) -> Series:
    places = np.full(len(x), at)
    return Series(PREFIX + name, np.array(y, float), np.array(x, float), places, "step", Role.OTHER)
