"""Data sets and nets of the thirteen situations: generated ones beside those of the planted faults."""

from functools import cache

import numpy as np
import torch
from torch import nn

from tests.measure.planted_trainer import ACTIVATIONS, REGRESSIONS, Data, load
from tests.measure.thirteen_former import FORMER
from tests.measure.thirteen_generated import GENERATED, IMAGE_SIDE
from tests.measure.thirteen_kept_back import KEPT_BACK
from tests.measure.thirteen_nets import (
    Attention,
    Connected,
    Gated,
    Mixer,
    Residual,
    Switched,
    Temporal,
    dense,
)

SEQUENCES = {
    "drifts": 2, "bursts": 2, "orders": 4, "chains": 4, "tides": 2, "motifs": 4, "melodies": 2, "echoes": 1,
}  # fmt: skip
"""Data sets of flat sequences, with the number of values at each step."""


@cache
def data(name: str) -> Data:
    """Training, validation and test set of one data set, standardised, shuffled; half is for training."""
    generated = GENERATED | FORMER | KEPT_BACK
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
    return name in REGRESSIONS | {
        "plane", "hills", "sparse", "tides", "low_rank", "echoes", "prices",
    }  # fmt: skip


def build(name: str, net: str, hidden: int, layers: int, activation: str) -> nn.Module:
    """One net for one data set.

    `net` is mlp, normalised (an mlp), residual, connected, switched, conv (one block of an image), cnn (two),
    or, of a sequence, gated, attention, temporal or mixer.
    """
    shape = data(name)
    inputs, outputs = shape.x[0].shape[1], shape.classes or 1
    if net in ("gated", "attention", "temporal", "mixer"):
        return _of_sequence(net, SEQUENCES[name], inputs, hidden, outputs, activation)
    if net in ("conv", "cnn"):
        return _of_image(net, hidden, outputs, activation)
    if net == "residual":
        return Residual(inputs, hidden, outputs, layers, activation)
    if net == "connected":
        return Connected(inputs, hidden, outputs, layers, activation)
    if net == "switched":
        return Switched(inputs, hidden, outputs, layers)
    return nn.Sequential(*dense([inputs, *[hidden] * layers, outputs], activation, net == "normalised"))


def _of_sequence(net: str, width: int, inputs: int, hidden: int, outputs: int, activation: str) -> nn.Module:
    steps = inputs // width
    if net == "gated":
        return Gated(width, hidden, outputs)
    if net == "attention":
        return Attention(width, steps, hidden, outputs)
    if net == "mixer":
        return Mixer(width, steps, hidden, outputs)
    return Temporal(width, hidden, outputs, activation)


def _of_image(net: str, hidden: int, outputs: int, activation: str) -> nn.Module:
    act = ACTIVATIONS[activation]
    first = [nn.Unflatten(1, (1, IMAGE_SIDE, IMAGE_SIDE)), nn.Conv2d(1, hidden, 3, padding=1), act()]
    if net == "conv":
        return nn.Sequential(
            *first, nn.MaxPool2d(2), nn.Flatten(), *dense([16 * hidden, 32, outputs], activation)
        )
    second = [nn.MaxPool2d(2), nn.Conv2d(hidden, hidden, 3, padding=1), act(), nn.MaxPool2d(2)]
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(4 * hidden, outputs))
