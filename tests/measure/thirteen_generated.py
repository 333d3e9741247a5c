"""Generated data sets of the thirteen situations, as (inputs, targets); each the same at every call."""

import itertools

import numpy as np
from sklearn import datasets

IMAGE_SIDE = 8


def _patterns() -> tuple[np.ndarray, np.ndarray]:
    """Noisy 8 x 8 images of six shapes: bars along four directions, a ring, a cross; moved at random."""
    random = np.random.default_rng(11)
    y = random.integers(6, size=1_200)
    row, column = np.mgrid[:IMAGE_SIDE, :IMAGE_SIDE] - (IMAGE_SIDE - 1) / 2
    moved = random.normal(0, 1.0, (y.size, 2, 1, 1))
    r, c = row - moved[:, 0], column - moved[:, 1]
    lines = [r, c, (r - c) / np.sqrt(2), (r + c) / np.sqrt(2), np.hypot(r, c) - 2.5]
    lines.append(np.minimum(abs(r), abs(c)))
    distance = np.choose(y[:, None, None], lines)
    images = np.exp(-(distance**2)) + random.normal(0, 0.45, distance.shape)
    return images.reshape(y.size, -1), y


def _drifts() -> tuple[np.ndarray, np.ndarray]:
    """Random walks of twelve steps in two channels; the class says which of five ways they drift."""
    random = np.random.default_rng(13)
    y = random.integers(5, size=1_200)
    angle = 2 * np.pi * y / 5
    drift = 0.45 * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    steps = drift[:, None] + random.normal(0, 0.7, (y.size, 12, 2))
    return steps.cumsum(axis=1).reshape(y.size, -1), y


def _plane() -> tuple[np.ndarray, np.ndarray]:
    x, y = datasets.make_regression(1_000, 12, n_informative=6, noise=25.0, random_state=4)
    return x, y + 40 * np.sin(2 * x[:, 0])


def _spirals() -> tuple[np.ndarray, np.ndarray]:
    """Three arms that wind about one another, with noise, in a plane."""
    random = np.random.default_rng(14)
    y = random.integers(3, size=1_400)
    along = random.uniform(0.15, 1, y.size)
    angle = 2 * np.pi * (y / 3 + 0.8 * along) + random.normal(0, 0.25, y.size)
    return along[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1), y


def _textures() -> tuple[np.ndarray, np.ndarray]:
    """Noisy 8 x 8 gratings; the class is one of eight pairs of direction and frequency."""
    random = np.random.default_rng(15)
    y = random.integers(8, size=1_400)
    angle, waves = np.pi * (y % 4) / 4, 0.16 + 0.14 * (y // 4)
    row, column = np.mgrid[:IMAGE_SIDE, :IMAGE_SIDE]
    along = np.cos(angle)[:, None, None] * row + np.sin(angle)[:, None, None] * column
    phase = random.uniform(0, 2 * np.pi, (y.size, 1, 1))
    images = np.sin(2 * np.pi * waves[:, None, None] * along + phase)
    return (images + random.normal(0, 0.7, images.shape)).reshape(y.size, -1), y


def _topics() -> tuple[np.ndarray, np.ndarray]:
    """Counts of 60 words in short texts on one of seven topics; topics share most of their words."""
    random = np.random.default_rng(16)
    words = 0.65 * random.dirichlet(np.ones(60)) + 0.35 * random.dirichlet(np.full(60, 0.15), 7)
    y = random.integers(7, size=1_500)
    return np.stack([random.multinomial(25, words[topic]) for topic in y]).astype(float), y


def _many() -> tuple[np.ndarray, np.ndarray]:
    """Twenty classes in 24 dimensions, unequally frequent."""
    random = np.random.default_rng(17)
    centres = random.normal(0, 1, (20, 24))
    y = random.choice(20, size=2_000, p=np.linspace(1, 3, 20) / np.linspace(1, 3, 20).sum())
    return centres[y] + random.normal(0, 1.1, (y.size, 24)), y


def _bursts() -> tuple[np.ndarray, np.ndarray]:
    """Sixteen steps of noise in two channels with one short burst; the class is its quarter and channel."""
    random = np.random.default_rng(18)
    y = random.integers(8, size=1_600)
    start = 4 * (y % 4) + random.integers(0, 3, y.size)
    x = random.normal(0, 0.6, (y.size, 16, 2))
    for later in range(2):
        x[np.arange(y.size), start + later, y // 4] += 1.6
    return x.reshape(y.size, -1), y


def _orders() -> tuple[np.ndarray, np.ndarray]:
    """Eight steps of one of three tokens; the class is which token comes first, second and third."""
    random = np.random.default_rng(19)
    permutations = np.array(list(itertools.permutations(range(3))))
    y = random.integers(6, size=1_500)
    place = np.sort(random.random((y.size, 8)).argsort(axis=1)[:, :3], axis=1)
    x = np.zeros((y.size, 8, 4))
    x[np.arange(y.size)[:, None], place, permutations[y]] = 1.5
    return (x + random.normal(0, 0.3, x.shape)).reshape(y.size, -1), y


def _hills() -> tuple[np.ndarray, np.ndarray]:
    """A smooth field of twelve hills over four dimensions, measured with noise."""
    random = np.random.default_rng(20)
    x = random.uniform(-1, 1, (1_200, 4))
    centres, heights = random.uniform(-1, 1, (12, 4)), random.normal(0, 1, 12)
    far = ((x[:, None] - centres) ** 2).sum(axis=2)
    return x, np.exp(-far / 0.5) @ heights + random.normal(0, 0.1, 1_200)


def _from_zero(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x, (y > 0).astype(int)


GENERATED = {
    "patterns": _patterns,
    "drifts": _drifts,
    "plane": _plane,
    "quantiles": lambda: datasets.make_gaussian_quantiles(
        n_samples=1_400, n_features=6, n_classes=5, random_state=5
    ),
    "clusters": lambda: datasets.make_classification(
        1_600, 16, n_informative=10, n_redundant=2, n_classes=10, n_clusters_per_class=1,
        class_sep=1.5, flip_y=0.02, random_state=6,
    ),
    "spirals": _spirals,
    "textures": _textures,
    "topics": _topics,
    "many": _many,
    "bursts": _bursts,
    "orders": _orders,
    "hills": _hills,
    "hastie": lambda: _from_zero(*datasets.make_hastie_10_2(2_000, random_state=9)),
    "sparse": lambda: datasets.make_sparse_uncorrelated(1_200, 10, random_state=10),
}  # fmt: skip
