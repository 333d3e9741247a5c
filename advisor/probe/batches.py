"""Batches of any shape: their inputs, their target, their size, parts of them, and the device they lie on."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

_TARGET_NAMES = ("labels", "label", "target", "targets", "y")


def mapped(batch: Any, function: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """`batch` with `function` applied to every tensor in it."""
    if isinstance(batch, torch.Tensor):
        return function(batch)
    if isinstance(batch, Mapping):
        return {key: mapped(value, function) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        return [mapped(value, function) for value in batch]
    return batch


def tensors(batch: Any) -> list[torch.Tensor]:
    """Every tensor in `batch`, in order."""
    if isinstance(batch, torch.Tensor):
        return [batch]
    if isinstance(batch, Mapping):
        batch = list(batch.values())
    if isinstance(batch, list | tuple):
        return [tensor for part in batch for tensor in tensors(part)]
    return []


def size(batch: Any) -> int:
    """How many samples a batch holds: the first dimension of its first tensor that has one."""
    return next((int(t.shape[0]) for t in tensors(batch) if t.ndim), 0)


def part(batch: Any, which: slice | torch.Tensor) -> Any:
    """The samples `which` of a batch; tensors without a dimension stay."""
    return mapped(batch, lambda tensor: tensor[which] if tensor.ndim else tensor)


def inputs(batch: Any) -> Any:
    """What the model is given: the first item of a pair, a mapping without its target."""
    if isinstance(batch, Mapping):
        return {key: value for key, value in batch.items() if key not in _TARGET_NAMES}
    return batch[0] if isinstance(batch, list | tuple) and len(batch) == 2 else batch


def target(batch: Any) -> Any:
    """What the model is to answer; None where the batch has no such part."""
    if isinstance(batch, Mapping):
        return next((batch[name] for name in _TARGET_NAMES if name in batch), None)
    return batch[1] if isinstance(batch, list | tuple) and len(batch) == 2 else None


def with_inputs(batch: Any, replaced: Any) -> Any:
    """`batch` with other inputs and its own target."""
    if isinstance(batch, Mapping):
        return {**batch, **replaced}
    return [replaced, batch[1]] if isinstance(batch, list | tuple) and len(batch) == 2 else replaced


def with_target(batch: Any, replaced: torch.Tensor) -> Any:
    """`batch` with another target and its own inputs."""
    if isinstance(batch, Mapping):
        name = next(name for name in _TARGET_NAMES if name in batch)
        return {**batch, name: replaced}
    return [batch[0], replaced]


def rows(batch: Any) -> torch.Tensor | None:
    """The inputs as one row per sample, float64, shape (samples, figures); None where there are none."""
    first = next((t for t in tensors(inputs(batch)) if t.ndim and not t.is_complex()), None)
    return None if first is None else first.detach().reshape(first.shape[0], -1).to("cpu", torch.float64)


def bytes_of(batch: Any) -> int:
    """Memory that the tensors of a batch, or of several, take."""
    return sum(t.numel() * t.element_size() for t in tensors(batch))
