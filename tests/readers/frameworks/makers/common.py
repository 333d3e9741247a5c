"""What a case is, the data that all train on, and the form of its truth."""

import contextlib
import importlib
import importlib.util
import math
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

Truth = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One training of which the files are kept."""

    name: str
    package: str  # the module that is imported
    run: Callable[[Path], Truth]

    @property
    def installed(self) -> bool:
        return importlib.util.find_spec(self.package) is not None

    @property
    def version(self) -> str:
        try:
            found = version(DISTRIBUTIONS.get(self.package, self.package))
        except PackageNotFoundError:
            # Installed under another name, such as `xgboost-cpu`.
            found = importlib.import_module(self.package).__version__
        return found.split("+")[0]


CASES: dict[str, Case] = {}
DISTRIBUTIONS = {"guild": "guildai", "ignite": "pytorch-ignite", "sklearn": "scikit-learn"}


def case(name: str, package: str) -> Callable[[Callable[[Path], Truth]], Callable[[Path], Truth]]:
    """Registers a function that trains and writes into the folder which it is given."""

    def register(run: Callable[[Path], Truth]) -> Callable[[Path], Truth]:
        CASES[name] = Case(name, package, run)
        return run

    return register


def data(size: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Features (size, 4) and two classes that the first feature tells apart, with noise."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(size, 4)).astype("float32")
    return x, (x[:, 0] + 0.5 * rng.normal(size=size) > 0).astype("int64")


def curve(
    y: Iterable[float],
    x: Iterable[float] | None = None,
    *,
    kind: str = "step",
    role: str = "other",
    lower: bool | None = None,
    printed: str = "",
) -> Truth:
    """What one curve must read as.

    Args:
        y: Its values as the framework gives them.
        x: Where each stands as the framework counts; None where it counts nothing.
        kind: What x counts: step, epoch or index.
        role: Its role.
        lower: Whether lower is better.
        printed: The format in which the framework prints a value (`.4f`); empty where it writes it whole.
    """
    values = [float(value) for value in y]
    places = list(range(len(values))) if x is None else [float(place) for place in x]
    kind = "index" if x is None else kind
    return {"y": values, "x": places, "x_kind": kind, "role": role, "lower": lower, "printed": printed}


def run(
    series: dict[str, Truth], settings: dict[str, Any] | None = None, others: Iterable[str] = ()
) -> Truth:
    """What one run must read as.

    Args:
        series: The curves of which the framework tells the values.
        settings: Hyperparameters that the files state.
        others: Further curves that the files may hold (times, speeds).
    """
    return {"series": series, "settings": settings or {}, "others": sorted(others)}


def truth(log: str, *runs: Truth) -> Truth:
    """The truth of a case: which file or folder is read, and the runs in it."""
    return {"log": log, "runs": list(runs)}


def by_name(records: Iterable[dict[str, Any]], x: str) -> dict[str, tuple[list[float], list[float]]]:
    """Records of named numbers as {name: (values, places)}, where `x` is the name of the place."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    for record in records:
        for name, value in record.items():
            if isinstance(value, int | float) and name != x:
                values, places = found.setdefault(name, ([], []))
                values.append(float(value))
                places.append(float(record.get(x, math.nan)))
    return found


@contextlib.contextmanager
def captured(path: Path):
    """Writes what the process prints on standard output, the C side's too, into a file."""
    sys.stdout.flush()
    saved = os.dup(1)
    with path.open("wb") as stream:
        os.dup2(stream.fileno(), 1)
        before, sys.stdout = sys.stdout, os.fdopen(1, "w", encoding="utf-8", closefd=False)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stdout = before
            os.dup2(saved, 1)
            os.close(saved)
