"""How the corpus is kept: one shard a structure, a zip of plain numpy arrays that runs no code when read.

A shard `shard-00012.npz` holds R trainings ("rows") of one structure and its changes. E is the longest
training's number of epochs; shorter rows are padded with NaN. Arrays:

- `base` (R,) int: which base setting of the shard a row belongs to; `round` (R,) int: 1 for a drawn base and
  its reruns, 2 for a base that is itself the best single change of an earlier one; `parent` (R,) int: that
  earlier base, else -1.
- `change` (R,) str: the change's name (`advisor.corpus.changes.CHANGES`), `base` for the base itself,
  `advised_1` to `advised_3` for what the shipped rules proposed for it.
- `setting_<field>` (R,): the value of each field of the row's `Setting`, its `Shape` and its `Conditions`,
  `setting_seed` among them: rows of one base with equal seeds are paired (same initial weights where the
  structure allows, same order of the samples where their number is the same).
- `curve_<name>` (R, E) float32, one value an epoch: `train_loss`, `train_metric` (accuracy; NaN for a
  regression), `val_loss`, `val_metric`, `learning_rate`, `grad_norm` are what a log would hold;
  `first_grad_norm`, `last_grad_norm`, `update_ratio`, `dead_share` are what only a probe would see.
- `step_loss` (R, 64) float32: training losses of single batches, evenly spread; `step_at` (R, 64) float32:
  their steps, from 1. NaN behind the last one.
- `steps` (R,) int: steps of the whole training; `epochs_run` (R,) int: its epochs.
- `test_loss`, `test_score` (R,) float32: mean over the last three epochs, on data that no curve shows; the
  score is the accuracy, or the share of the variance that is explained, never below 0.
- `classes` () int: 0 for a regression.

`rows(folder)` gives them one by one.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advisor.corpus.setting import (
    CONDITION_FIELDS,
    OWN_FIELDS,
    SHAPE_FIELDS,
    Conditions,
    Setting,
    Shape,
    value_of,
)
from advisor.corpus.trainer import STEP_POINTS, Curves

Array = NDArray[np.generic]
FIELDS = (*CONDITION_FIELDS, *SHAPE_FIELDS, *OWN_FIELDS)


@dataclass(frozen=True)
class Place:
    """What a training is in its shard.

    Attributes:
        base: Number of the base setting that it belongs to.
        change: What was changed; `base` for nothing.
        round: 1, or 2 for what starts from an improved run.
        parent: The base from which a base of round 2 came, else -1.
    """

    base: int
    change: str
    round: int = 1
    parent: int = -1


@dataclass(frozen=True, eq=False)
class Row:
    """One training, read back.

    Attributes:
        shard: Number of its shard.
        place: What it is there.
        setting: What it was trained with.
        curves: By name without the prefix; each shape (epochs,), without padding.
        step_loss: Losses of single batches, shape (n,).
        step_at: Their steps, from 1.
        steps: Steps of the whole training.
        test_loss: At the end, on unseen data.
        test_score: At the end, on unseen data, 0 to 1, higher is better.
        classes: 0 for a regression.
    """

    shard: int
    place: Place
    setting: Setting
    curves: Mapping[str, NDArray[np.float32]]
    step_loss: NDArray[np.float32]
    step_at: NDArray[np.float32]
    steps: int
    test_loss: float
    test_score: float
    classes: int


def shard_file(folder: Path, number: int) -> Path:
    """Where a shard stands."""
    return folder / f"shard-{number:05d}.npz"


def shard_numbers(folder: Path) -> list[int]:
    """The shards that are there, whole; a build in progress may add to them."""
    return sorted(int(file.stem.removeprefix("shard-")) for file in folder.glob("shard-*.npz"))


def write_shard(
    folder: Path, number: int, trained: list[tuple[Place, Setting, Curves, int]], classes: int
) -> None:
    """Writes a shard so that it is there whole or not at all.

    Args:
        folder: Of the corpus.
        number: Of the shard.
        trained: For each row its place, its setting, the curves of its group, and its index in these.
        classes: Of the data set; 0 for a regression.
    """
    arrays: dict[str, Array] = {"classes": np.asarray(classes)}
    for name in ("base", "change", "round", "parent"):
        arrays[name] = np.asarray([getattr(place, name) for place, *_ in trained])
    for name in FIELDS:
        arrays[f"setting_{name}"] = np.asarray([value_of(setting, name) for _, setting, *_ in trained])
    epochs = [s.shape.epochs for _, s, *_ in trained]
    for name in trained[0][2].by_epoch:
        lines = [curves.by_epoch[name][at] for *_, curves, at in trained]
        arrays[f"curve_{name}"] = _padded(lines, max(epochs))
    arrays["step_loss"] = _padded([c.step_loss[at] for *_, c, at in trained], STEP_POINTS)
    arrays["step_at"] = _padded([c.step_at.astype(np.float32) for *_, c, _ in trained], STEP_POINTS)
    arrays["steps"] = np.asarray([c.steps for *_, c, _ in trained])
    arrays["epochs_run"] = np.asarray(epochs)
    for name in ("test_loss", "test_score"):
        arrays[name] = np.asarray([getattr(c, name)[at] for *_, c, at in trained], np.float32)
    partial = folder / f".shard-{number:05d}.{os.getpid()}.part"
    with partial.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    partial.replace(shard_file(folder, number))


def _padded(lines: list[NDArray[np.float32]], width: int) -> NDArray[np.float32]:
    padded = np.full((len(lines), width), np.nan, np.float32)
    for row, line in zip(padded, lines, strict=True):
        row[: len(line)] = line
    return padded


def rows(folder: Path) -> Iterator[Row]:
    """Every training of a corpus, shard by shard.

    Raises:
        FileNotFoundError: the folder holds no shard; `python -m advisor.corpus build` makes some.
    """
    numbers = shard_numbers(folder)
    if not numbers:
        raise FileNotFoundError(
            f"{folder} holds no corpus: "
            f"make one with 'python -m advisor.corpus build --hours 1 --out {folder}'."
        )
    for number in numbers:
        yield from read_shard(folder, number)


def read_shard(folder: Path, number: int) -> list[Row]:
    """The trainings of one shard, in the order in which they were written."""
    with np.load(shard_file(folder, number), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return [_row(arrays, number, at) for at in range(len(arrays["base"]))]


def _row(arrays: Mapping[str, Array], number: int, at: int) -> Row:
    values = {name: arrays[f"setting_{name}"][at].item() for name in FIELDS}
    conditions = Conditions(**{name: values[name] for name in CONDITION_FIELDS})
    shape = Shape(conditions, **{name: values[name] for name in SHAPE_FIELDS})
    n = int(arrays["epochs_run"][at])
    curves = {k.removeprefix("curve_"): v[at, :n] for k, v in arrays.items() if k.startswith("curve_")}
    known = int(np.isfinite(arrays["step_at"][at]).sum())
    return Row(
        shard=number,
        place=Place(*(arrays[name][at].item() for name in ("base", "change", "round", "parent"))),
        setting=Setting(shape, **{name: values[name] for name in OWN_FIELDS}),
        curves=curves,  # type: ignore[arg-type]
        step_loss=arrays["step_loss"][at, :known],  # type: ignore[arg-type]
        step_at=arrays["step_at"][at, :known],  # type: ignore[arg-type]
        steps=int(arrays["steps"][at]),
        test_loss=float(arrays["test_loss"][at]),
        test_score=float(arrays["test_score"][at]),
        classes=int(arrays["classes"]),
    )
