"""The workbench of the checks: batches at hand, losses, training steps that are counted."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch

from advisor.probe import batches
from advisor.probe.lightning import own_optimizer
from advisor.probe.state import Snapshot
from advisor.probe.target import Probe
from advisor.run import Floats

_CACHE_BYTES = 256 * 2**20
_CACHED_BATCHES = 512
_VALIDATION_BATCHES = 8
DEFAULT_RATE = 1e-3
"""Of Adam (Kingma and Ba, 2015), where the user gives no optimizer."""


class Bench:
    """A training on the workbench.

    Args:
        probe: What is probed; its model stands on `device`.
        seed: Of everything random that a check does itself.

    Attributes:
        good_rate: A learning rate that was found to train well; None where none was looked for yet.
        on_step: Called after each training step, or pass of about its cost.
        steps_done: How many there were.
    """

    def __init__(self, probe: Probe, seed: int = 0) -> None:
        self.probe = probe
        self.seed = seed
        self.on_step: Callable[[], None] = lambda: None
        self.steps_done = 0
        self.good_rate: float | None = None
        self.device = next(probe.model.parameters()).device
        probe.optimizer = probe.optimizer or own_optimizer(probe.model)
        if probe.optimizer is None:
            trained = [p for p in probe.model.parameters() if p.requires_grad]
            probe.optimizer = torch.optim.Adam(trained, lr=DEFAULT_RATE)
        self.optimizer = probe.optimizer
        self.start = Snapshot(probe)
        self._coming = iter(probe.train_loader)
        self._train: list[Any] = []
        self._validation: list[Any] | None = None

    @property
    def model(self) -> torch.nn.Module:
        """The user's model."""
        return self.probe.model

    @property
    def rate(self) -> float:
        """The learning rate of the first parameter group."""
        return float(self.optimizer.param_groups[0]["lr"])

    def to_device(self, batch: Any) -> Any:
        """`batch` where the model is."""
        return batches.mapped(batch, lambda tensor: tensor.to(self.device))

    def train_batches(self, count: int) -> list[Any]:
        """The first `count` batches of the training data, or as many as it has or as fit in a quarter GiB.

        They are the same ones each time: the data is gone through once, as far as it is asked for.
        """
        if not self._fill(self._train, self._coming, min(count, _CACHED_BATCHES)):
            self._coming = iter(())
        return self._train[:count]

    def validation_batches(self) -> list[Any]:
        """Some batches of the validation data; empty where there is none."""
        if self._validation is None:
            loader = self.probe.val_loader
            self._validation = []
            if loader is not None:
                self._fill(self._validation, iter(loader), _VALIDATION_BATCHES)
        return self._validation

    def _fill(self, kept: list[Any], coming: Iterator[Any], count: int) -> bool:
        """Take batches until `count` are kept; False where one came that does not fit beside the others."""
        room = _CACHE_BYTES - batches.bytes_of(kept)
        for batch in islice(coming, max(0, count - len(kept))):
            room -= batches.bytes_of(batch)
            if room < 0 and kept:
                return False
            kept.append(self.to_device(batch))
        return True

    def output(self, batch: Any) -> Any:
        """What the model makes of the inputs."""
        given = batches.inputs(batch)
        return self.model(**given) if isinstance(given, dict) else self.model(given)

    def loss(self, batch: Any) -> torch.Tensor:
        """The loss of the model on a batch, with its graph."""
        probe = self.probe
        model: Any = probe.model
        if probe.loss is not None:
            return probe.loss(self.output(batch), batches.target(batch))
        if hasattr(model, "training_step"):
            made = model.training_step(batch, 0)
        else:
            made = model(**batch) if isinstance(batch, dict) else model(*batch)
        return _loss_in(made)

    def tick(self) -> None:
        """One step of cost has been spent."""
        self.steps_done += 1
        self.on_step()

    def step(self, batch: Any) -> float:
        """One training step as the user's program makes it; returns the loss before it."""
        if self.probe.train_step is not None:
            loss = float(self.probe.train_step(batch))
        else:
            self.optimizer.zero_grad(set_to_none=True)
            computed = self.loss(batch)
            computed.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            loss = float(computed.detach())
        self.tick()
        return loss

    def train(
        self,
        steps: int,
        rate: float | None = None,
        given: Sequence[Any] | None = None,
        begin: int = 0,
    ) -> Floats:
        """Train on, on the same batches in the same order each time.

        Args:
            steps: How many.
            rate: Learning rate of the first group, the others in proportion; as it stands where None.
            given: Batches to go round; those of the training data where None.
            begin: Number of steps that were trained before, so that a training goes on where it stopped.

        Returns:
            The loss before each step; shorter than `steps` where it was not finite any more.
        """
        if rate is not None:
            self.set_rate(rate)
        pool = self.train_batches(begin + steps) if given is None else given
        self.model.train()
        losses: list[float] = []
        for index in range(begin, begin + steps):
            losses.append(self.step(pool[index % len(pool)]))
            if not math.isfinite(losses[-1]):
                break
        return np.array(losses)

    def set_rate(self, rate: float) -> None:
        """Set the learning rate of the first group; the others keep their proportion to it."""
        first = self.rate
        for group in self.optimizer.param_groups:
            share = float(group["lr"]) / first if first > 0 else 1.0
            group["lr"] = rate * share

    def evaluate(self, given: Sequence[Any]) -> float:
        """Mean loss over batches, weighted by their samples, in evaluation mode and without a gradient."""
        modes = [(module, module.training) for module in self.model.modules()]
        self.model.eval()
        total, count = 0.0, 0
        with torch.no_grad():
            for batch in given:
                samples = batches.size(batch)
                total += float(self.loss(batch)) * samples
                count += samples
        for module, mode in modes:
            module.training = mode
        return total / count if count else math.nan

    def held_out(self) -> list[Any]:
        """Batches to judge by: validation data, else the last quarter of the cached training data."""
        validation = self.validation_batches()
        if validation:
            return validation
        cached = self.train_batches(32)
        return cached[-max(1, len(cached) // 4) :]

    def gradient(self, batch: Any) -> torch.Tensor:
        """The gradient on a batch as one vector; parameters that get none count as zeros."""
        trained = [p for p in self.model.parameters() if p.requires_grad]
        found = torch.autograd.grad(self.loss(batch), trained, allow_unused=True)
        return torch.cat(
            [
                (torch.zeros_like(p) if g is None else g).reshape(-1)
                for p, g in zip(trained, found, strict=True)
            ]
        )


def _loss_in(made: Any) -> torch.Tensor:
    """The loss in what a model returns that computes it itself: bare, by name, or as an attribute."""
    if isinstance(made, torch.Tensor):
        return made
    loss: torch.Tensor = made["loss"] if isinstance(made, dict) else made.loss
    return loss
