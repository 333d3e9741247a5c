"""The corpus runs that are most like a run, and what a change brought to them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.arrays import distinct, shipped_arrays
from advisor.learned.effect import columns, shipped_effect_model
from advisor.learned.hyper import NAMES, encode, moves
from advisor.run import Floats, Scalar
from advisor.signals import Signals

FILE = "table.npz"
MOST, FEWEST = 20, 10
"""How many similar runs are asked; with fewer that saw such a change nothing is said."""
NEAR = 0.5
"""A move of at most this share more or less counts as the same change."""
FAR = 3.0
"""Standard deviations beyond which a value is no odder."""
_SHOWN = 2
"""Seed whose log stands for a base; its noise was no part of what its changes are judged by."""


@dataclass(frozen=True)
class Similar:
    """One corpus run and what the change brought to it.

    Attributes:
        data: Its data set.
        net: Its kind of net.
        score: What it ended at without the change: accuracy, or share of the variance explained.
        gain: By how much the change raised that, mean of two seeds.
        helped: Whether that is more than noise.
    """

    data: str
    net: str
    score: float
    gain: float
    helped: bool


@dataclass(frozen=True, eq=False)
class _Corpus:
    """The table, with its logs scaled so that a distance means something.

    Attributes:
        stored: The arrays of the table.
        asked: Signals and hyperparameters that the trees ask for, by their place among all, (columns,).
        logs: Those of one log a base, scaled by `place`, (bases, columns).
        middle: Mean of each column.
        spread: Its standard deviation.
        weight: Of each column: how often the trees ask for it.
    """

    stored: Mapping[str, NDArray[Any]]
    asked: NDArray[np.intp]
    logs: Floats
    middle: Floats
    spread: Floats
    weight: Floats

    def place(self, x: Floats) -> Floats:
        """Values in standard deviations from the mean."""
        return np.clip((x - self.middle) / self.spread, -FAR, FAR)


def similar_runs(
    signals: Signals, now: Mapping[str, Scalar], after: Mapping[str, Scalar], most: int = MOST
) -> tuple[Similar, ...]:
    """What the same change brought to the corpus runs nearest to a run, nearest first.

    The distance is the mean absolute difference of signals and hyperparameters, each in standard
    deviations over the corpus and weighed by how often the effect model asks for it; what only one of the two
    runs has counts as one.

    Args:
        signals: What was measured on the run.
        now: Its hyperparameters by role.
        after: The same with the change made.
        most: How many to give.

    Returns:
        At most `most`; none where fewer than `FEWEST` corpus runs saw such a change.
    """
    corpus = _corpus()
    if corpus is None:
        return ()
    before = encode(now)
    rows = _same_change(corpus, moves(now, after))
    bases = corpus.stored["base"][rows]
    if len(distinct(bases)) < FEWEST:
        return ()
    measured = [signals.get(str(name), np.nan) for name in corpus.stored["signals"]]
    distance = _distances(corpus, np.concatenate([measured, before])[corpus.asked])[bases]
    chosen: dict[int, int] = {}
    for at in np.argsort(distance, kind="stable"):
        chosen.setdefault(int(bases[at]), int(rows[at]))
        if len(chosen) == most:
            break
    return tuple(_similar(corpus, base, row) for base, row in chosen.items())


def _same_change(corpus: _Corpus, wanted: Floats) -> NDArray[np.intp]:
    """Rows of changes that move the same hyperparameters in the same direction about as far."""
    moved = corpus.stored["moved"]
    rows = np.arange(len(moved) if np.any(wanted != 0) else 0)
    # What moves farthest first: it leaves the fewest rows to look at.
    for column in np.argsort(-np.abs(wanted)):
        apart = np.abs(moved[rows, column] - wanted[column])
        rows = rows[apart <= NEAR * np.abs(wanted[column]) + 1e-6]
    return rows


def _distances(corpus: _Corpus, x: Floats) -> Floats:
    """The distance of a log to each base's log, (bases,)."""
    apart = np.abs(corpus.logs - corpus.place(x))
    one_absent = np.isnan(corpus.logs) != np.isnan(x)
    apart = np.where(one_absent, 1.0, np.nan_to_num(apart))
    distances: Floats = apart @ corpus.weight / corpus.weight.sum()
    return distances


def _similar(corpus: _Corpus, base: int, row: int) -> Similar:
    stored = corpus.stored
    gain, score = float(stored["gain"][row]), float(stored["score"][base])
    helped = bool(stored["gain"][row] > stored["noise"][base])
    return Similar(str(stored["data"][base]), str(stored["net"][base]), score, gain, helped)


@cache
def _corpus() -> _Corpus | None:
    """The table that travels with the program; None where it or the model does not."""
    stored, model = shipped_arrays("advisor.learned", FILE), shipped_effect_model()
    if stored is None or model is None:
        return None
    shown = stored["log_seed"] == _SHOWN
    logs = np.full((len(stored["data"]), stored["logs"].shape[1] + stored["now"].shape[1]), np.nan)
    logs[stored["log_base"][shown]] = np.hstack([stored["logs"][shown], stored["now"][shown]])
    names = np.array(columns(model.signals))
    nodes = np.concatenate([names[model.heads[head].asked()] for head in ("gain", "helps")])
    held = [*stored["signals"], *(f"now.{name}" for name in NAMES)]
    weight = np.array([float(np.sum(nodes == name)) for name in held])
    asked = np.flatnonzero(weight)
    logs = logs[:, asked]
    middle, spread = np.nanmean(logs, axis=0), np.maximum(np.nanstd(logs, axis=0), 1e-6)
    corpus = _Corpus(stored, asked, logs, middle, spread, weight[asked])
    return replace(corpus, logs=corpus.place(logs))
