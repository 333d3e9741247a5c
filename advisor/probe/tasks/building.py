"""What the built-in tasks have in common: how a training is put together, its loaders and optimizers."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from advisor.errors import UsageError
from advisor.probe.target import Probe

Tensors = tuple[torch.Tensor, torch.Tensor]


def loaders(train: Tensors, validation: Tensors, batch_size: int, seed: int) -> tuple[DataLoader, DataLoader]:  # type: ignore[type-arg]
    """Loaders of (inputs, target): the training data shuffled, the validation data as it stands."""
    generator = torch.Generator().manual_seed(seed)
    return (
        DataLoader(TensorDataset(*train), batch_size, shuffle=True, generator=generator, drop_last=True),
        DataLoader(TensorDataset(*validation), 256),
    )


def training(
    model: nn.Module, loss: nn.Module, train: Tensors, validation: Tensors, lr: float, batch_size: int,
    optimizer: str, momentum: float, weight_decay: float, epochs: int, seed: int,
) -> Probe:  # fmt: skip
    """The training of a model on (inputs, target) tensors, `epochs` long.

    Raises:
        UsageError: there is no optimizer of that name.
    """
    first, second = loaders(train, validation, batch_size, seed)
    made = optimizer_of(model, optimizer, lr, momentum, weight_decay)
    return Probe(model, loss, first, second, made, steps=epochs * len(first))


def optimizer_of(
    model: nn.Module, name: str, lr: float, momentum: float, weight_decay: float
) -> torch.optim.Optimizer:
    """An optimizer by its name.

    Raises:
        UsageError: there is none of that name.
    """
    if name == "sgd":
        return torch.optim.SGD(model.parameters(), lr, momentum=momentum, weight_decay=weight_decay)
    if name == "adam":
        return torch.optim.Adam(model.parameters(), lr, weight_decay=weight_decay)
    if name == "adamw":
        return torch.optim.AdamW(model.parameters(), lr, weight_decay=weight_decay)
    raise UsageError(f"There is no optimizer '{name}' here.", "There are sgd, adam and adamw.")
