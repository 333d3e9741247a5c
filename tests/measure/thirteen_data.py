"""Data sets and nets of the thirteen situations: generated ones beside those of the planted faults."""

import itertools
from functools import cache

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn

from tests.measure.planted_trainer import ACTIVATIONS, REGRESSIONS, Data, load

IMAGE_SIDE = 8
SEQUENCES = {"rhythms": 3, "echoes": 5, "drifts": 2}
"""Data sets of flat sequences, with the number of values at each step."""


@cache
def data(name: str) -> Data:
    """Training, validation and test set of one data set, standardised, shuffled; half is for training."""
    if name not in GENERATED:
        return load(name)
    x, y = GENERATED[name]()
    random = np.random.default_rng(3)
    order = random.permutation(len(x))
    x, y = x[order].astype("float32"), y[order]
    half, three = len(x) // 2, 3 * len(x) // 4
    x = (x - x[:half].mean(axis=0)) / (x[:half].std(axis=0) + 1e-6)
    if is_regression(name):
        y = (y - y[:half].mean()) / y[:half].std()
    parts = (slice(None, half), slice(half, three), slice(three, None))
    target = torch.from_numpy(y.astype("float32" if is_regression(name) else "int64"))
    source = torch.from_numpy(x)
    classes = 0 if is_regression(name) else int(y.max()) + 1
    return Data(tuple(source[p] for p in parts), tuple(target[p] for p in parts), classes)


def is_regression(name: str) -> bool:
    """Whether the target of a data set is a number."""
    return name in REGRESSIONS | {"friedman3", "plane"}


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


def _echoes() -> tuple[np.ndarray, np.ndarray]:
    """Ten steps of one of four tokens and a mark; the class is the token under the mark."""
    random = np.random.default_rng(12)
    tokens = random.integers(4, size=(1_600, 10))
    place = random.integers(10, size=1_600)
    x = np.zeros((1_600, 10, 5))
    np.put_along_axis(x, tokens[:, :, None], 1.0, axis=2)
    x[np.arange(1_600), place, 4] = 2.0
    x += random.normal(0, 0.25, x.shape)
    return x.reshape(1_600, -1), tokens[np.arange(1_600), place]


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


GENERATED = {
    "patterns": _patterns,
    "echoes": _echoes,
    "drifts": _drifts,
    "plane": _plane,
    "quantiles": lambda: datasets.make_gaussian_quantiles(
        n_samples=1_400, n_features=6, n_classes=5, random_state=5
    ),
    "clusters": lambda: datasets.make_classification(
        1_600, 16, n_informative=10, n_redundant=2, n_classes=10, n_clusters_per_class=1,
        class_sep=1.5, flip_y=0.02, random_state=6,
    ),
    "spread": lambda: datasets.make_classification(
        1_200, 30, n_informative=12, n_classes=6, n_clusters_per_class=2, class_sep=1.8, flip_y=0.03,
        random_state=7,
    ),
    "friedman3": lambda: datasets.make_friedman3(1_200, noise=0.1, random_state=8),
    "iris": lambda: datasets.load_iris(return_X_y=True),
}  # fmt: skip


class Gated(nn.Module):
    """A gated recurrent net written in plain products, so that many of them train at once."""

    def __init__(self, width: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.width, self.hidden = width, hidden
        self.input = nn.Linear(width, 3 * hidden)
        self.inner = nn.Linear(hidden, 3 * hidden)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        steps = self.input(x.unflatten(-1, (-1, self.width)))
        state = x.new_zeros(x.shape[0], self.hidden)
        for time in range(steps.shape[1]):
            reset_a, update_a, new_a = steps[:, time].chunk(3, -1)
            reset_b, update_b, new_b = self.inner(state).chunk(3, -1)
            update = torch.sigmoid(update_a + update_b)
            new = torch.tanh(new_a + torch.sigmoid(reset_a + reset_b) * new_b)
            state = (1 - update) * new + update * state
        return self.head(state)


class Attention(nn.Module):
    """One block of self-attention and a feed-forward part over a flat sequence, averaged over its steps."""

    def __init__(self, width: int, steps: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.width = width
        self.embed = nn.Linear(width, hidden)
        self.place = nn.Parameter(0.1 * torch.randn(steps, hidden))
        self.mix = nn.Linear(hidden, 3 * hidden)
        self.norm, self.last_norm = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.up, self.down = nn.Linear(hidden, 2 * hidden), nn.Linear(2 * hidden, hidden)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x.unflatten(-1, (-1, self.width))) + self.place
        query, key, value = self.mix(self.norm(x)).chunk(3, -1)
        weight = torch.softmax(query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5, -1)
        x = x + weight @ value
        x = x + self.down(torch.relu(self.up(self.last_norm(x))))
        return self.head(x.mean(-2))


def _dense(widths: list[int], activation: str) -> list[nn.Module]:
    parts: list[nn.Module] = []
    for n_in, n_out in itertools.pairwise(widths[:-1]):
        parts += [nn.Linear(n_in, n_out), ACTIVATIONS[activation]()]
    return [*parts, nn.Linear(widths[-2], widths[-1])]


def build(name: str, net: str, hidden: int, layers: int, activation: str) -> nn.Module:
    """One net for one data set; `net` is mlp, conv (one block), cnn (two), gated or attention."""
    shape = data(name)
    inputs, outputs = shape.x[0].shape[1], shape.classes or 1
    act = ACTIVATIONS[activation]
    if net == "gated":
        return Gated(SEQUENCES[name], hidden, outputs)
    if net == "attention":
        return Attention(SEQUENCES[name], inputs // SEQUENCES[name], hidden, outputs)
    if net == "mlp":
        return nn.Sequential(*_dense([inputs, *[hidden] * layers, outputs], activation))
    first = [nn.Unflatten(1, (1, IMAGE_SIDE, IMAGE_SIDE)), nn.Conv2d(1, hidden, 3, padding=1), act()]
    if net == "conv":
        return nn.Sequential(
            *first, nn.MaxPool2d(2), nn.Flatten(), *_dense([16 * hidden, 32, outputs], activation)
        )
    second = [nn.MaxPool2d(2), nn.Conv2d(hidden, hidden, 3, padding=1), act(), nn.MaxPool2d(2)]
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(4 * hidden, outputs))
