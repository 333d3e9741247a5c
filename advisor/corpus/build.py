"""Makes the corpus: shard by shard, each from its own seed, until the time is up."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from advisor.corpus.advised import advised
from advisor.corpus.changes import PAIRS, SINGLE, reruns_of, with_seeds
from advisor.corpus.datasets import load
from advisor.corpus.logged import as_run
from advisor.corpus.setting import Setting, Shape
from advisor.corpus.shards import Place, shard_file, shard_numbers, write_shard
from advisor.corpus.starts import draw_bases, draw_shape
from advisor.corpus.trainer import Curves, train_together

BASE_SEEDS, RERUN_SEEDS = (0, 1, 2), (0, 1)
MOST_AT_ONCE = 256
MOST_BASES = 9
STRUCTURAL = frozenset(
    {"batch_x4", "batch_d4", "width_x3", "width_d2", "deeper", "shallower", "layer_norm", "batch_norm",
     "relu", "epochs_x2", "epochs_d2"}
)  # fmt: skip
"""Changes of what nets that train together share; each costs a group of its own."""
TRIED_STRUCTURAL, TRIED_PAIRS = 6, 3
"""How many of these are drawn for a shard; changes of values are all tried."""
SECOND_ROUNDS, SECOND_TRIED = 2, 12
"""Improved bases of a shard that are changed once more, and single changes drawn for them."""

Trained = list[tuple[Place, Setting, Curves, int]]
Say = Callable[[str], None]


@dataclass
class _Shard:
    """The trainings of one structure while they are made."""

    shape: Shape
    random: np.random.Generator
    trained: Trained = field(default_factory=list)

    def train(self, wanted: Sequence[tuple[Place, Setting]]) -> None:
        """Trains in groups of one shape, and keeps the rows in the order asked for."""
        groups: dict[Shape, list[int]] = {}
        for at, (_, setting) in enumerate(wanted):
            groups.setdefault(setting.shape, []).append(at)
        curves: dict[int, tuple[Curves, int]] = {}
        for members in groups.values():
            for start in range(0, len(members), MOST_AT_ONCE):
                part = members[start : start + MOST_AT_ONCE]
                together = train_together([wanted[at][1] for at in part])
                curves |= {at: (together, row) for row, at in enumerate(part)}
        self.trained += [(place, s, *curves[at]) for at, (place, s) in enumerate(wanted)]

    def scores(self, base: int) -> Mapping[str, float]:
        """Mean test score of each single change of a base, and of the base, over the reruns' seeds."""
        found: dict[str, list[float]] = {}
        for place, setting, curves, row in self.trained:
            if (
                place.base == base
                and setting.seed in RERUN_SEEDS
                and place.change in (*_SINGLE_NAMES, "base")
            ):
                found.setdefault(place.change, []).append(float(curves.test_score[row]))
        return {change: float(np.mean(values)) for change, values in found.items()}


_SINGLE_NAMES = tuple(change.name for change in SINGLE)


def build_shard(seed: int, number: int, folder: Path, most_bases: int = MOST_BASES) -> int:
    """Makes one shard; the same seed, number and limit make the same shard.

    Args:
        seed: Of the whole corpus.
        number: Of the shard.
        folder: Where it is written.
        most_bases: Bases that it holds at most; 1 makes a small shard to try things with.

    Returns:
        Its number of trainings.
    """
    random = np.random.default_rng([seed, number])
    shape = draw_shape(random, number)
    shard = _Shard(shape, random)
    bases = draw_bases(random, shape)[:most_bases]
    shard.train(_first_round(shard, bases))
    shard.train(_advised(shard, len(bases)))
    _second_round(shard, bases)
    write_shard(folder, number, shard.trained, load(shape.conditions).classes)
    load.cache_clear()
    return len(shard.trained)


def _first_round(shard: _Shard, bases: Sequence[Setting]) -> list[tuple[Place, Setting]]:
    values = [name for name in _SINGLE_NAMES if name not in STRUCTURAL]
    structural = shard.random.permutation(sorted(STRUCTURAL))[:TRIED_STRUCTURAL]
    pairs = shard.random.permutation([change.name for change in PAIRS])[:TRIED_PAIRS]
    names = (*values, *map(str, structural), *map(str, pairs))
    wanted = []
    for number, base in enumerate(bases):
        wanted += _placed(number, {"base": base}, BASE_SEEDS)
        wanted += _placed(number, reruns_of(base, names), RERUN_SEEDS)
    return wanted


def _placed(
    base: int, settings: Mapping[str, Setting], seeds: tuple[int, ...], round_: int = 1, parent: int = -1
) -> list[tuple[Place, Setting]]:
    return [(Place(base, name, round_, parent), s) for name, s in with_seeds(settings, seeds)]


def _advised(shard: _Shard, bases: int) -> list[tuple[Place, Setting]]:
    """What the shipped rules say of each base's log, as further reruns."""
    wanted = []
    for place, setting, curves, row in shard.trained:
        if place.change != "base" or setting.seed != 0 or place.base >= bases:
            continue
        log = {name: values[row] for name, values in curves.by_epoch.items()}
        proposals = advised(as_run(setting, log, load(setting.shape.conditions).classes), setting)
        named = {f"advised_{i}": one for i, one in enumerate(proposals, start=1)}
        wanted += _placed(place.base, named, RERUN_SEEDS)
    return wanted


def _second_round(shard: _Shard, bases: Sequence[Setting]) -> None:
    """Changes the best rerun of some bases once more: the states that good advice leads to."""
    chosen = shard.random.permutation(len(bases))[:SECOND_ROUNDS]
    wanted = []
    for number, parent in enumerate(map(int, chosen), start=len(bases)):
        scores = shard.scores(parent)
        best = max(scores, key=lambda name: scores[name])
        if best == "base":
            continue
        improved = next(s for p, s, *_ in shard.trained if p.base == parent and p.change == best)
        names = tuple(map(str, shard.random.permutation(_SINGLE_NAMES)[:SECOND_TRIED]))
        improved = replace(improved, seed=0)
        wanted += _placed(number, {"base": improved}, BASE_SEEDS, 2, parent)
        wanted += _placed(number, reruns_of(improved, names), RERUN_SEEDS, 2, parent)
    shard.train(wanted)


def build(folder: Path, hours: float, seed: int, resume: bool, say: Say, most_bases: int = MOST_BASES) -> int:
    """Makes shards until the time is up, at least one.

    A build that was killed loses the shard that it was making; with `resume` the next goes on behind the
    last whole one, and makes the same shard again.

    Args:
        folder: Where the corpus stands; made when it is not there.
        hours: Wall-clock time after which no further shard is begun.
        seed: Of the whole corpus.
        resume: Whether to go on with what is there.
        say: Told of each shard.
        most_bases: Bases of a shard at most.

    Returns:
        The number of trainings made.

    Raises:
        FileExistsError: the folder holds a corpus and `resume` was not asked for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = set(shard_numbers(folder))
    if done and not resume:
        raise FileExistsError(
            f"{folder} holds a corpus already: go on with it by --resume, or name another folder."
        )
    for left in folder.glob(".shard-*.part"):
        left.unlink()
    end, number, total = time.monotonic() + 3600 * hours, 0, 0
    while True:
        if number not in done:
            began = time.process_time()
            made = build_shard(seed, number, folder, most_bases)
            total += made
            cpu, size = time.process_time() - began, shard_file(folder, number).stat().st_size
            say(f"shard {number}: {made} trainings, {cpu:.1f} CPU seconds, {size // 1024} kB")
            if time.monotonic() >= end:
                return total
        number += 1
