"""Data sets and nets of the thirteen situations: generated ones beside those of the planted faults."""

import itertools
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from tests.measure.planted_trainer import ACTIVATIONS, REGRESSIONS, Data, load
from tests.measure.thirteen_generated import GENERATED, IMAGE_SIDE
from tests.measure.thirteen_kept_back import KEPT_BACK

SEQUENCES = {"drifts": 2, "bursts": 2, "orders": 4, "chains": 4, "tides": 2}
"""Data sets of flat sequences, with the number of values at each step."""


@cache
def data(name: str) -> Data:
    """Training, validation and test set of one data set, standardised, shuffled; half is for training."""
    generated = GENERATED | KEPT_BACK
    if name not in generated:
        return load(name)
    x, y = generated[name]()
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
    return name in REGRESSIONS | {"plane", "hills", "sparse", "tides", "low_rank"}


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


class Residual(nn.Module):
    """Blocks that add a normalised hidden layer to what they got."""

    def __init__(self, inputs: int, hidden: int, outputs: int, blocks: int, activation: str) -> None:
        super().__init__()
        self.first, self.head = nn.Linear(inputs, hidden), nn.Linear(hidden, outputs)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(hidden), *_dense([hidden, hidden, hidden], activation))
            for _ in range(blocks)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)


def _dense(widths: list[int], activation: str, normalised: bool = False) -> list[nn.Module]:
    parts: list[nn.Module] = []
    for n_in, n_out in itertools.pairwise(widths[:-1]):
        norm = [nn.LayerNorm(n_out)] if normalised else []
        parts += [nn.Linear(n_in, n_out), *norm, ACTIVATIONS[activation]()]
    return [*parts, nn.Linear(widths[-2], widths[-1])]


def build(name: str, net: str, hidden: int, layers: int, activation: str) -> nn.Module:
    """One net for one data set; `net` is mlp, normalised (an mlp), residual, conv (one block), cnn (two),
    gated or attention.
    """
    shape = data(name)
    inputs, outputs = shape.x[0].shape[1], shape.classes or 1
    act = ACTIVATIONS[activation]
    if net == "gated":
        return Gated(SEQUENCES[name], hidden, outputs)
    if net == "attention":
        return Attention(SEQUENCES[name], inputs // SEQUENCES[name], hidden, outputs)
    if net == "residual":
        return Residual(inputs, hidden, outputs, layers, activation)
    if net in ("mlp", "normalised"):
        return nn.Sequential(*_dense([inputs, *[hidden] * layers, outputs], activation, net == "normalised"))
    first = [nn.Unflatten(1, (1, IMAGE_SIDE, IMAGE_SIDE)), nn.Conv2d(1, hidden, 3, padding=1), act()]
    if net == "conv":
        return nn.Sequential(
            *first, nn.MaxPool2d(2), nn.Flatten(), *_dense([16 * hidden, 32, outputs], activation)
        )
    second = [nn.MaxPool2d(2), nn.Conv2d(hidden, hidden, 3, padding=1), act(), nn.MaxPool2d(2)]
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(4 * hidden, outputs))
