"""The data sets of the corpus: scikit-learn's bundled ones and generated ones of varied difficulty."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from advisor.corpus import generators as own
from advisor.corpus.generators import Random, Samples
from advisor.corpus.setting import Conditions, NetKind

POOL = 1_600
"""Samples that a generator draws; training, validation and test samples are taken from them."""
MOST_VALIDATION, MOST_TEST = 200, 500


@dataclass(frozen=True)
class Source:
    """Where a data set comes from.

    Attributes:
        make: Draws it: (random generator, samples) -> inputs, targets.
        kind: `table` (rows), `image` (8 x 8), or `sequence` (steps x channels).
        regression: Whether the target is a value.
        origin: `bundled with scikit-learn` or `generated`.
    """

    make: Callable[[Random, int], Samples]
    kind: str = "table"
    regression: bool = False
    origin: str = "generated"


@dataclass(frozen=True, eq=False)
class Data:
    """One data set under its conditions, split and standardised.

    Attributes:
        x: Training, validation and test inputs, float32: (n, inputs), (n, 64, 1) for images, or
            (n, steps, channels).
        y: Targets: int64 classes, or float32 values with mean 0 and variance 1 on the training set.
        unscaled: The inputs of `x` as they would be had nobody scaled them.
        classes: 0 for a regression.
    """

    x: tuple[NDArray[np.float32], ...]
    y: tuple[NDArray[np.generic], ...]
    unscaled: tuple[NDArray[np.float32], ...]
    classes: int


def _scikit(name: str, random: Random, n: int, *, options: Mapping[str, object]) -> Samples:
    from sklearn import datasets

    seed = int(random.integers(2**31))
    x, y = getattr(datasets, f"make_{name}")(n_samples=n, random_state=seed, **options)[:2]
    return x, (y > 0).astype(int) if name == "hastie_10_2" else y


def _bundled(name: str, random: Random, n: int) -> Samples:
    from sklearn import datasets

    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return x, y


def _table(name: str, regression: bool = False, **options: object) -> Source:
    return Source(partial(_scikit, name, options=options), regression=regression)


def _of_scikit(name: str, kind: str = "table", regression: bool = False) -> Source:
    return Source(partial(_bundled, name), kind, regression, "bundled with scikit-learn")


def _own(make: Callable[..., Samples], kind: str = "table", regression: bool = False, **how: float) -> Source:
    return Source(partial(make, **how), kind, regression)


SOURCES: dict[str, Source] = {
    "iris": _of_scikit("iris"),
    "wine": _of_scikit("wine"),
    "breast_cancer": _of_scikit("breast_cancer"),
    "digits": _of_scikit("digits", "image"),
    "diabetes": _of_scikit("diabetes", regression=True),
    "moons_clear": _table("moons", noise=0.15),
    "moons_blurred": _table("moons", noise=0.35),
    "circles_clear": _table("circles", noise=0.08, factor=0.5),
    "circles_blurred": _table("circles", noise=0.15, factor=0.65),
    "blobs_few": _table("blobs", n_features=4, centers=4, cluster_std=3.0),
    "blobs_many": _table("blobs", n_features=12, centers=10, cluster_std=7.0),
    "cubes_two": _table("classification", n_features=10, n_informative=4, class_sep=0.9),
    "cubes_four": _table("classification", n_features=20, n_informative=8, n_classes=4, class_sep=1.2),
    "cubes_ten": _table("classification", n_features=16, n_informative=10, n_classes=10,
                        n_clusters_per_class=1, class_sep=1.5),
    "cubes_wide": _table("classification", n_features=40, n_informative=6, n_classes=3, class_sep=1.4),
    "cubes_flipped": _table("classification", n_features=12, n_informative=6, n_classes=3, flip_y=0.15),
    "shells_three": _table("gaussian_quantiles", n_features=4, n_classes=3),
    "shells_five": _table("gaussian_quantiles", n_features=8, n_classes=5),
    "hastie": _table("hastie_10_2"),
    "spirals_two": _own(own.spirals, arms=2, noise=0.2),
    "spirals_four": _own(own.spirals, arms=4, noise=0.15),
    "board_two": _own(own.checkerboard, cells=2),
    "board_three": _own(own.checkerboard, cells=3),
    "parity_two": _own(own.parity, bits=2),
    "parity_three": _own(own.parity, bits=3),
    "topics": _own(own.topics, count=6),
    "clouds": _own(own.many_classes, classes=15, spread=1.0),
    "teacher_three": _own(own.random_network, inputs=8, classes=3),
    "teacher_six": _own(own.random_network, inputs=20, classes=6),
    "friedman1": _table("friedman1", True, noise=1.0),
    "friedman2": _table("friedman2", True, noise=60.0),
    "friedman3": _table("friedman3", True, noise=0.1),
    "plane": _table("regression", True, n_features=15, n_informative=8, noise=30.0),
    "sparse": _table("sparse_uncorrelated", True, n_features=10),
    "roll": _table("swiss_roll", True, noise=0.5),
    "hills_three": _own(own.hills, regression=True, inputs=3),
    "hills_five": _own(own.hills, regression=True, inputs=5),
    "waves_slow": _own(own.waves, regression=True, frequency=0.4),
    "waves_fast": _own(own.waves, regression=True, frequency=0.9),
    "teacher_value": _own(own.random_network, regression=True, inputs=10, classes=0),
    "gratings_clear": _own(own.gratings, "image", noise=0.4),
    "gratings_noisy": _own(own.gratings, "image", noise=0.9),
    "figures_clear": _own(own.figures, "image", noise=0.25),
    "figures_noisy": _own(own.figures, "image", noise=0.5),
    "spots": _own(own.spots, "image", True, noise=0.15),
    "rhythms_clear": _own(own.rhythms, "sequence", noise=0.3),
    "rhythms_noisy": _own(own.rhythms, "sequence", noise=0.7),
    "recall_short": _own(own.recall, "sequence", tokens=3, steps=6),
    "recall_long": _own(own.recall, "sequence", tokens=4, steps=10),
    "drifts": _own(own.drifts, "sequence", ways=5),
    "bursts_high": _own(own.bursts, "sequence", height=2.0),
    "bursts_low": _own(own.bursts, "sequence", height=1.2),
    "adding": _own(own.adding, "sequence", True, steps=8),
    "next_value": _own(own.next_value, "sequence", True, noise=0.15),
}  # fmt: skip
NAMES = tuple(SOURCES)


def nets_for(name: str) -> tuple[NetKind, ...]:
    """The kinds of net that suit a data set, the most usual first."""
    kinds: dict[str, tuple[NetKind, ...]] = {
        "table": ("mlp",),
        "image": ("conv", "mlp"),
        "sequence": ("gru", "attention", "conv", "mlp"),
    }
    return kinds[SOURCES[name].kind]


@cache
def load(conditions: Conditions) -> Data:
    """A data set under its conditions.

    Raises:
        KeyError: there is no data set of this name.
    """
    source = SOURCES[conditions.data]
    random = np.random.default_rng([crc32(conditions.data.encode()), conditions.draw])
    x, y = source.make(random, POOL)
    x, y = _imbalanced(np.asarray(x, float), y, conditions.imbalance, source.regression, random)
    order = random.permutation(len(x))
    x, y = x[order], y[order]
    if source.kind == "image":
        x = x.reshape(len(x), own.SIDE**2, 1)
    parts = _parts(len(x), conditions.train_size)
    train = parts[0]
    # One spread for all positions: a pixel that is nearly always 0 must not be blown up.
    axis = None if source.kind == "image" else tuple(range(x.ndim - 1))
    x = (x - x[train].mean(axis=axis)) / (x[train].std(axis=axis) + 1e-6)
    unscaled = _unscaled(x, source.kind, random)
    classes = 0 if source.regression else int(y.max()) + 1
    y = y.astype("int64") if classes else ((y - y[train].mean()) / y[train].std()).astype("float32")
    noisy = _with_noise(y[train], conditions.label_noise, classes, random)
    return Data(
        x=tuple(x[part].astype("float32") for part in parts),
        y=(noisy, y[parts[1]], y[parts[2]]),
        unscaled=tuple(unscaled[part].astype("float32") for part in parts),
        classes=classes,
    )


def _parts(n: int, train_size: int) -> tuple[slice, slice, slice]:
    """Training, validation and test rows: at most half of all for training, then a fifth, then the rest."""
    train = min(train_size, n // 2)
    val = min(MOST_VALIDATION, n // 5)
    return slice(0, train), slice(n // 2, n // 2 + val), slice(n // 2 + val, n // 2 + val + MOST_TEST)


def _imbalanced(
    x: own.Array, y: NDArray[np.generic], ratio: float, regression: bool, random: Random
) -> Samples:
    if regression or ratio >= 1:
        return x, y
    label = y.astype(int)
    keep = random.random(len(y)) < ratio ** (label / max(1, label.max()))
    # A class that lost all its samples would change the number of classes.
    keep[np.unique(label, return_index=True)[1]] = True
    return x[keep], y[keep]


def _with_noise(y: NDArray[np.generic], share: float, classes: int, random: Random) -> NDArray[np.generic]:
    """Training targets, a share of which is drawn anew (classes) or exchanged with others (values)."""
    y = y.copy()
    rows = np.flatnonzero(random.random(len(y)) < share)
    y[rows] = (
        random.integers(classes, size=rows.size) if classes else y[random.permutation(len(y))[: rows.size]]
    )
    return y


def _unscaled(x: own.Array, kind: str, random: Random) -> own.Array:
    """Columns of very different size and offset; pixels and channels as 0 to 255."""
    if kind != "table":
        return 64 * x + 128
    scale = 10 ** random.uniform(-1.5, 1.5, x.shape[1])
    return scale * (x + random.uniform(-2, 2, x.shape[1]))
