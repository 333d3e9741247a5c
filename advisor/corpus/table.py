"""The corpus in one compact table: what a log of each base shows, and what each change brought to it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advisor.corpus.datasets import SOURCES
from advisor.corpus.logged import as_run
from advisor.corpus.setting import Setting, value_of
from advisor.corpus.shards import Row, rows
from advisor.learned.hyper import ROLES, STANDARDISED, encode, stated
from advisor.run import Scalar
from advisor.signals import GLOSSARY, measure

PAIRED = (0, 1)
"""Seeds over which outcomes are averaged. Judged is the log of another seed, so that luck is not shared."""
JUDGED_SEED = 2
RAREST = 0.05
"""Share of base runs in which a signal must be known to be read by the models."""
SMALLEST = 0.01
"""A gain below a point of the score is none, however small the noise."""
SURE = 1.645
"""Standard errors beyond which a gain is no noise: 5 % one-sided."""


@dataclass(frozen=True, eq=False)
class Table:
    """Arrays over B base runs ("logs", one for each base and seed), and over C changes made to bases.

    Attributes:
        signals: Names of the signals, (S,) str.
        logs: Their values, NaN where absent, (B, S) float32.
        now: Hyperparameters of each log as `advisor.learned.hyper.encode` gives them, (B, H) float32.
        log_base: The base of each log, (B,).
        log_seed: Its seed, (B,).
        data: Data set of each base, (bases,) str.
        net: Kind of net of each base, (bases,) str.
        score: Mean score of each base at the end, (bases,).
        noise: Gain beyond which a change of the base surely helped, (bases,).
        base: The base of each change, (C,).
        change: Its name, (C,) str.
        moved: By how much it moves the encoded hyperparameters, (C, H) float32.
        gain: What it brought to the score, mean of the paired seeds, (C,).
        gain_first: What it brought by the first of the two seeds alone, (C,).
    """

    signals: NDArray[np.str_]
    logs: NDArray[np.float32]
    now: NDArray[np.float32]
    log_base: NDArray[np.int32]
    log_seed: NDArray[np.int32]
    data: NDArray[np.str_]
    net: NDArray[np.str_]
    score: NDArray[np.float32]
    noise: NDArray[np.float32]
    base: NDArray[np.int32]
    change: NDArray[np.str_]
    moved: NDArray[np.float32]
    gain: NDArray[np.float32]
    gain_first: NDArray[np.float32]

    @property
    def relative(self) -> NDArray[np.float32]:
        """Relative change of the error (1 - score) by each change, (C,), at most 3; below 0 is better."""
        error = np.maximum(1 - self.score[self.base], 0.02)
        change: NDArray[np.float32] = np.clip(-self.gain / error, -1, 3)
        return change

    @property
    def helped(self) -> NDArray[np.bool_]:
        """Whether each change helped by more than noise, (C,)."""
        helped: NDArray[np.bool_] = self.gain > self.noise[self.base]
        return helped


def write_table(table: Table, file: Path) -> None:
    """Stores a table as plain arrays."""
    arrays = {f.name: getattr(table, f.name) for f in fields(table)}
    np.savez_compressed(file, **arrays)


def read_table(file: Path) -> Table:
    """A stored table.

    Raises:
        FileNotFoundError: there is none; `python -m advisor.corpus fit --out FOLDER` makes it.
    """
    with np.load(file, allow_pickle=False) as stored:
        return Table(**{f.name: stored[f.name] for f in fields(Table)})


def table_of(folder: Path) -> Table:
    """The table of a corpus.

    Raises:
        FileNotFoundError: the folder holds none.
    """
    grouped: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for one in rows(folder):
        grouped[one.shard, one.place.base].append(one)
    bases = [_Base(members) for members in grouped.values()]
    logs = [(number, log) for number, base in enumerate(bases) for log in base.logs()]
    known = _known([signals for _, (_, signals, _) in logs])
    changes = [(number, *change) for number, base in enumerate(bases) for change in base.changes()]
    return Table(
        signals=np.asarray(known),
        logs=np.asarray([[s.get(n, np.nan) for n in known] for _, (_, s, _) in logs], np.float32),
        now=np.asarray([now for _, (_, _, now) in logs], np.float32),
        log_base=np.asarray([number for number, _ in logs], np.int32),
        log_seed=np.asarray([seed for _, (seed, _, _) in logs], np.int32),
        data=np.asarray([b.setting.shape.conditions.data for b in bases]),
        net=np.asarray([b.setting.shape.net for b in bases]),
        score=np.asarray([b.score for b in bases], np.float32),
        noise=_noise(bases),
        base=np.asarray([number for number, *_ in changes], np.int32),
        change=np.asarray([name for _, name, _, _ in changes]),
        moved=np.asarray([moved for _, _, moved, _ in changes], np.float32),
        gain=np.asarray([np.mean(gains) for *_, gains in changes], np.float32),
        gain_first=np.asarray([gains[0] for *_, gains in changes], np.float32),
    )


class _Base:
    """All trainings of one base: its own seeds, and its reruns."""

    def __init__(self, members: Iterable[Row]) -> None:
        self._by_change: dict[str, list[Row]] = defaultdict(list)
        for one in members:
            self._by_change[one.place.change].append(one)
        self._own = {one.setting.seed: one for one in self._by_change.pop("base")}
        self.setting = self._own[0].setting
        self.score = float(np.mean([self._own[seed].test_score for seed in PAIRED]))
        self.variance = float(np.var([one.test_score for one in self._own.values()], ddof=1))

    def logs(self) -> list[tuple[int, Mapping[str, float], NDArray[np.float64]]]:
        """For each seed what is measured on its log, and its encoded hyperparameters."""
        found = []
        for seed, one in self._own.items():
            run = as_run(one.setting, one.curves, one.classes)
            found.append((seed, measure(run), encode(stated(run))))
        return found

    def changes(self) -> list[tuple[str, NDArray[np.float64], tuple[float, ...]]]:
        """Name, move, and gain by each paired seed; standardising what is standardised brings nothing."""
        before = encode(values_of(self.setting))
        found = []
        for name, reruns in self._by_change.items():
            after = values_of(reruns[0].setting)
            scores = {one.setting.seed: one.test_score for one in reruns}
            gains = tuple(scores[seed] - self._own[seed].test_score for seed in PAIRED)
            after[STANDARDISED] = reruns[0].setting.inputs == "standard" != self.setting.inputs
            found.append((name, np.nan_to_num(encode(after) - before), gains))
        if self.setting.inputs == "standard":
            move = encode({**values_of(self.setting), STANDARDISED: True}) - before
            found.append(("standardise", np.nan_to_num(move), (0.0,) * len(PAIRED)))
        return found


def values_of(setting: Setting) -> dict[str, Scalar]:
    """The hyperparameters of a setting by role."""
    return {role: value_of(setting, role) for role in ROLES}


def _known(measured: list[Mapping[str, float]]) -> list[str]:
    """Signals that a model may read: without a unit of the log, and known in enough of the runs."""
    usable = [n for n, e in GLOSSARY.items() if not e.raw and e.family not in ("probe", "hyper", "timing")]
    return [name for name in usable if sum(name in s for s in measured) >= RAREST * len(measured)]


def _noise(bases: list[_Base]) -> NDArray[np.float32]:
    """The gain of two paired seeds beyond which a change surely helped.

    The variance of three seeds says little, so that it is drawn to the mean one of the kind of target.
    """
    kinds = np.asarray([SOURCES[b.setting.shape.conditions.data].regression for b in bases])
    own = np.asarray([b.variance for b in bases])
    usual = np.asarray([own[kinds == kind].mean() for kind in kinds])
    variance = (2 * own + 2 * usual) / 4
    noise: NDArray[np.float32] = np.maximum(SMALLEST, SURE * np.sqrt(variance * 2 / len(PAIRED))).astype("f4")
    return noise
