"""Leaves a training as it was found: weights, buffers, gradients, optimizer, modes, random numbers."""

import copy
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from advisor.probe.target import Probe


class Snapshot:
    """Everything of a training that a step changes, kept; `restore` may be called any number of times.

    Tensors are written back in place, so that whoever holds one (an optimizer, a tied layer) keeps it.
    """

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        model = probe.model
        self._tensors = [(t, t.detach().clone()) for t in (*model.parameters(), *model.buffers())]
        self._buffers = [(m, dict(m._buffers)) for m in model.modules()]
        self._trainable = [(p, p.requires_grad) for p in model.parameters()]
        self._gradients = [
            (p, p.grad, None if p.grad is None else p.grad.detach().clone()) for p in model.parameters()
        ]
        self._modes = [(m, m.training) for m in model.modules()]
        self._optimizer = None if probe.optimizer is None else _optimizer_state(probe.optimizer)
        self._generators = [(g, g.get_state()) for g in _generators(probe)]
        self._random = _random_state()

    def restore(self) -> None:
        """Put everything back, bit for bit."""
        with torch.no_grad():
            for module, buffers in self._buffers:
                module._buffers.update(buffers)
            for tensor, kept in self._tensors:
                tensor.copy_(kept)
            for parameter, gradient, values in self._gradients:
                parameter.grad = gradient
                if gradient is not None and values is not None:
                    gradient.copy_(values)
        for parameter, trainable in self._trainable:
            parameter.requires_grad_(trainable)
        for module, mode in self._modes:
            module.training = mode
        if self._probe.optimizer is not None and self._optimizer is not None:
            _restore_optimizer(self._probe.optimizer, *self._optimizer)
        for generator, state in self._generators:
            generator.set_state(state)
        _restore_random(self._random)


@contextmanager
def unchanged(probe: Probe) -> Iterator[Snapshot]:
    """While open, the training may be stepped; it leaves as it came, also through an exception or Ctrl-C."""
    snapshot = Snapshot(probe)
    try:
        yield snapshot
    finally:
        snapshot.restore()


def _optimizer_state(optimizer: torch.optim.Optimizer) -> tuple[dict[Any, Any], list[dict[str, Any]]]:
    # The keys are the parameters themselves and must stay so.
    state = {parameter: copy.deepcopy(kept) for parameter, kept in optimizer.state.items()}
    groups = [
        {key: list(value) if key == "params" else copy.deepcopy(value) for key, value in group.items()}
        for group in optimizer.param_groups
    ]
    return state, groups


def _restore_optimizer(
    optimizer: torch.optim.Optimizer, state: dict[Any, Any], groups: list[dict[str, Any]]
) -> None:
    optimizer.state.clear()
    optimizer.state.update({parameter: copy.deepcopy(kept) for parameter, kept in state.items()})
    for group, kept in zip(optimizer.param_groups, groups, strict=True):
        group.clear()
        group.update({k: list(v) if k == "params" else copy.deepcopy(v) for k, v in kept.items()})


def _generators(probe: Probe) -> list[torch.Generator]:
    loaders = [loader for loader in (probe.train_loader, probe.val_loader) if loader is not None]
    owners = [owner for loader in loaders for owner in (loader, getattr(loader, "sampler", None))]
    found = [getattr(owner, "generator", None) for owner in owners]
    return list({id(g): g for g in found if isinstance(g, torch.Generator)}.values())


def _random_state() -> dict[str, Any]:
    state: dict[str, Any] = {
        "python": random.getstate(),
        "numpy": np.random.get_state(),
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available() and torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        state["cuda"] = torch.cuda.get_rng_state_all()
    if torch.backends.mps.is_available():
        state["mps"] = torch.mps.get_rng_state()
    return state


def _restore_random(state: dict[str, Any]) -> None:
    random.setstate(state["python"])
    np.random.set_state(state["numpy"])
    torch.set_rng_state(state["torch"])
    if "cuda" in state:
        torch.cuda.set_rng_state_all(state["cuda"])
    if "mps" in state:
        torch.mps.set_rng_state(state["mps"])
