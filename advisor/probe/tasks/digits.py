"""Handwritten digits (scikit-learn's, 8 x 8 pixels): the dense starter network and a convolutional one."""

import torch
from torch import nn

from advisor.probe.target import Probe
from advisor.probe.tasks.building import Tensors, training

_VALIDATION = 360


def _data() -> tuple[Tensors, Tensors]:
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    x, y = torch.tensor(pixels, dtype=torch.float32) / 16, torch.tensor(labels)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    train, val = order[:-_VALIDATION], order[-_VALIDATION:]
    return (x[train], y[train]), (x[val], y[val])


def dense(
    *, lr: float = 0.001, batch_size: int = 32, hidden: int = 128, dropout: float = 0.0,
    optimizer: str = "adam", momentum: float = 0.9, weight_decay: float = 0.0,
    epochs: int = 20, seed: int = 0,
) -> Probe:  # fmt: skip
    """64 pixels, one hidden layer of `hidden` rectified units, 10 classes."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, 10))
    return training(
        model,
        nn.CrossEntropyLoss(),
        *_data(),
        lr,
        batch_size,
        optimizer,
        momentum,
        weight_decay,
        epochs,
        seed,
    )


def convolutional(
    *, lr: float = 0.001, batch_size: int = 32, channels: int = 16,
    optimizer: str = "adam", momentum: float = 0.9, weight_decay: float = 0.0,
    epochs: int = 15, seed: int = 0,
) -> Probe:  # fmt: skip
    """Two convolutions with batch normalisation, then a linear layer."""
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        nn.Conv2d(1, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(channels, 2 * channels, 3, padding=1), nn.BatchNorm2d(2 * channels), nn.ReLU(),
        nn.Flatten(), nn.Linear(2 * channels * 16, 10),
    )  # fmt: skip
    return training(
        model,
        nn.CrossEntropyLoss(),
        *_data(),
        lr,
        batch_size,
        optimizer,
        momentum,
        weight_decay,
        epochs,
        seed,
    )
