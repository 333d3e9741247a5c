"""Optimizers and learning-rate schedules over a matrix of weights, a net a row, each with its own values."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from advisor.corpus.setting import Setting

ORDER = ("sgd", "rmsprop", "adam", "adamw")
"""In which the nets of one matrix are sorted, so that each optimizer works on adjacent rows."""
_BETA1, _BETA2, _ALPHA, _TINY = 0.9, 0.999, 0.99, 1e-8


def factors(setting: Setting, total: int) -> NDArray[np.float32]:
    """What the schedule makes of the rate at each step: shape (total,)."""
    warmup = round(setting.warmup_ratio * total)
    step = np.arange(total)
    done = np.clip((step - warmup) / max(1, total - warmup), 0, 1)
    factor = {
        "constant": np.ones(total),
        "cosine": 0.5 + 0.5 * np.cos(np.pi * done),
        "linear": 1 - done,
        "step": np.where(done < 2 / 3, 1.0, 0.1),
    }[setting.scheduler]
    warmed: NDArray[np.float32] = np.where(step < warmup, (step + 1) / max(1, warmup), factor).astype(
        "float32"
    )
    return warmed


class Optimizer:
    """One step of every net at once; the semantics are those of `torch.optim`.

    Args:
        settings: One for each row, sorted by `ORDER`.
        weights: Shape (nets, size).
        gradients: Of the same shape; read at each step.
        total: Steps of the whole training.
    """

    def __init__(self, settings: Sequence[Setting], weights: Tensor, gradients: Tensor, total: int) -> None:
        self._weights, self._gradients, self._step = weights, gradients, 0
        self._factors = torch.from_numpy(np.stack([factors(s, total) for s in settings], 1))
        self._rate = _column([s.learning_rate for s in settings])
        self._momentum = _column([s.momentum for s in settings])
        self._nesterov = _column([float(s.nesterov) for s in settings])
        self._decay = _column([s.weight_decay for s in settings])
        self._clip = _column([s.gradient_clipping or math.inf for s in settings])
        self._clips = any(s.gradient_clipping for s in settings)
        kinds = [s.optimizer for s in settings]
        bounds = {kind: [i for i, k in enumerate(kinds) if k == kind] for kind in ORDER}
        self._rows = {kind: slice(at[0], at[-1] + 1) for kind, at in bounds.items() if at}
        self._first, self._second = torch.zeros_like(weights), torch.zeros_like(weights)

    @property
    def rates(self) -> Tensor:
        """Each net's learning rate at the last step, shape (nets,)."""
        last = max(0, self._step - 1)
        rates: Tensor = self._rate[:, 0] * self._factors[last]
        return rates

    @torch.no_grad()
    def step(self) -> Tensor:
        """Moves the weights by the gradients; the gradients' norms before clipping, shape (nets,)."""
        norms: Tensor = self._gradients.norm(dim=1)
        if self._clips:
            self._gradients.mul_((self._clip[:, 0] / (norms + 1e-6)).clamp(max=1)[:, None])
        rate = self._rate * self._factors[self._step][:, None]
        self._step += 1
        for kind, rows in self._rows.items():
            self._move(kind, rows, rate[rows])
        return norms

    def _move(self, kind: str, rows: slice, rate: Tensor) -> None:
        weights, gradients, first, second = (
            t[rows] for t in (self._weights, self._gradients, self._first, self._second)
        )
        if kind == "adamw":
            weights.mul_(1 - rate * self._decay[rows])
        else:
            gradients.addcmul_(weights, self._decay[rows].expand_as(weights))
        if kind == "sgd":
            momentum = self._momentum[rows]
            first.mul_(momentum).add_(gradients)
            ahead = self._nesterov[rows]
            # Without Nesterov's look ahead the move is the velocity itself.
            weights.sub_(rate * (first * (1 - ahead + ahead * momentum) + ahead * gradients))
        elif kind == "rmsprop":
            second.mul_(_ALPHA).addcmul_(gradients, gradients, value=1 - _ALPHA)
            weights.sub_(rate * gradients / second.sqrt().add_(_TINY))
        else:
            first.lerp_(gradients, 1 - _BETA1)
            second.mul_(_BETA2).addcmul_(gradients, gradients, value=1 - _BETA2)
            spread = (second / (1 - _BETA2**self._step)).sqrt_().add_(_TINY)
            weights.sub_(rate / (1 - _BETA1**self._step) * first / spread)


def _column(values: Sequence[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float32)[:, None]
