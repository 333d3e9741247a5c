"""Trains many nets of one shape at once: they differ in their data, seed, rate and planted fault.

Their weights lie in one tensor for each layer, and one vectorised forward pass serves all of them. A net that
diverges turns NaN without touching its neighbours.
"""

import ast
import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from tests.measure import (
    thirteen_data,
    thirteen_former,
    thirteen_generated,
    thirteen_kept_back,
    thirteen_nets,
)
from tests.measure.planted_trainer import Data
from tests.measure.thirteen_data import build, data

MOST_AT_ONCE = 40


@dataclass(frozen=True)
class Shape:
    """What all nets that train at once have in common."""

    data: str
    net: str = "mlp"
    hidden_units: int = 64
    layers: int = 1
    activation: str = "relu"
    optimizer: str = "adam"
    batch_size: int = 32
    epochs: int = 30
    train_samples: int = 0
    """0 for all there are."""
    schedule: str = "constant"
    """constant, cosine (to 0), or step (a tenth after two thirds)."""


@dataclass(frozen=True)
class Training:
    """One net: its shape, and what is its own; inputs are in standard deviations."""

    shape: Shape
    learning_rate: float
    seed: int = 0
    label_noise: float = 0.0
    sorted_by_class: bool = False
    input_scale: float = 1.0
    input_offset: float = 0.0
    hidden_bias: float = 0.0
    init_gain: float = 1.0
    validation: str = "own"
    """own, leaked (rows of the training set), permuted (another order of the classes), shifted."""
    validation_shift: float = 0.0


Curves = dict[str, np.ndarray]
"""`step_loss`, `step_accuracy` by step; `val_loss`, `val_accuracy`, `test_loss`, `test_accuracy` by epoch."""


class Trainings:
    """Curves by training, kept in a folder; what is missing is trained in groups of one shape."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._version = "".join(
            _code(file)
            for file in (
                __file__,
                thirteen_data.__file__,
                thirteen_former.__file__,
                thirteen_generated.__file__,
                thirteen_kept_back.__file__,
                thirteen_nets.__file__,
            )
        )
        self._known: dict[Training, Curves] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, training: Training) -> Curves:
        return self._known[training]

    def train(self, wanted: Iterable[Training]) -> None:
        """Makes the curves of every training known."""
        missing = [t for t in dict.fromkeys(wanted) if t not in self._known and not self._read(t)]
        groups: dict[Shape, list[Training]] = {}
        for training in missing:
            groups.setdefault(training.shape, []).append(training)
        for done, group in enumerate(groups.values(), start=1):
            for start in range(0, len(group), MOST_AT_ONCE):
                part = group[start : start + MOST_AT_ONCE]
                for training, curves in zip(part, train_together(part), strict=True):
                    self._known[training] = curves
                    self._write(training, curves)
            print(f"  trained shape {done} of {len(groups)} ({len(group)} nets)", flush=True)

    def _file(self, training: Training) -> Path:
        key = json.dumps(asdict(training), sort_keys=True) + self._version + torch.__version__
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npz"

    def _read(self, training: Training) -> bool:
        file = self._file(training)
        if not file.is_file():
            return False
        with np.load(file) as stored:
            self._known[training] = {name: stored[name] for name in stored.files}
        return True

    def _write(self, training: Training, curves: Curves) -> None:
        partial = self._file(training).with_suffix(".part.npz")
        np.savez(partial, **curves)
        partial.replace(self._file(training))


def _code(file: str) -> str:
    """What a source file does, whatever its layout and comments."""
    return ast.dump(ast.parse(Path(file).read_text("utf-8")))


def train_together(trainings: Sequence[Training]) -> list[Curves]:
    """Trains nets of one shape; the curves in the order of `trainings`."""
    torch.set_num_threads(1)
    shape = trainings[0].shape
    sets = [_sets(training) for training in trainings]
    x, y = (torch.stack([one[0][part] for one in sets]) for part in (0, 1))
    held_out = [tuple(torch.stack([one[i][part] for one in sets]) for part in (0, 1)) for i in (1, 2)]
    nets = [_net(training) for training in trainings]
    weights, _ = stack_module_state(nets)
    forward = vmap(lambda values, batch: functional_call(nets[0], values, (batch,)))
    update = _Optimizer(shape.optimizer, list(weights.values()), [t.learning_rate for t in trainings])
    orders = [_Order(training, one[0][1]) for training, one in zip(trainings, sets, strict=True)]
    steps, epochs = [], []
    for epoch in range(shape.epochs):
        update.factor = _factor(shape.schedule, epoch / shape.epochs)
        order = torch.stack([one.draw() for one in orders])
        for rows in order.split(shape.batch_size, dim=1):
            chosen = torch.take_along_dim(x, rows[:, :, None], 1), torch.take_along_dim(y, rows, 1)
            losses, hits = _losses(forward(weights, chosen[0]), chosen[1])
            update(torch.autograd.grad(losses.sum(), list(weights.values())))
            steps.append((losses.detach(), hits))
        with torch.no_grad():
            epochs.append([_losses(forward(weights, a), b) for a, b in held_out])
    return [_curves_of(i, steps, epochs) for i in range(len(trainings))]


def _curves_of(i: int, steps: list, epochs: list) -> Curves:
    curves = {
        "step_loss": [loss[i].item() for loss, _ in steps],
        "step_accuracy": [hits[i].item() for _, hits in steps],
    }
    for at, name in enumerate(("val", "test")):
        curves[f"{name}_loss"] = [both[at][0][i].item() for both in epochs]
        curves[f"{name}_accuracy"] = [both[at][1][i].item() for both in epochs]
    return {name: np.asarray(values, dtype=np.float32) for name, values in curves.items()}


def _losses(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Mean loss and accuracy (NaN for a regression) of each net: shapes (nets,)."""
    if y.is_floating_point():
        losses = (output[:, :, 0] - y).square().mean(dim=1)
        return losses, torch.full_like(losses, float("nan")).detach()
    each = nn.functional.cross_entropy(output.flatten(0, 1), y.flatten(), reduction="none")
    return each.view(y.shape).mean(dim=1), (output.argmax(dim=2) == y).float().mean(dim=1)


class _Order:
    """The order of one training's samples, epoch by epoch."""

    def __init__(self, training: Training, y: Tensor) -> None:
        self._random = torch.Generator().manual_seed(1_000 + training.seed)
        self._fixed = y.argsort() if training.sorted_by_class else None
        self._size = len(y)

    def draw(self) -> Tensor:
        """The rows of the next epoch."""
        return torch.randperm(self._size, generator=self._random) if self._fixed is None else self._fixed


def _factor(schedule: str, done: float) -> float:
    """What the schedule makes of the rate after a share of the epochs."""
    if schedule == "cosine":
        return 0.5 + 0.5 * math.cos(math.pi * done)
    return 0.1 if schedule == "step" and done >= 2 / 3 else 1.0


DECAY = 0.01
"""Decoupled weight decay of adamw."""


class _Optimizer:
    """Gradient descent, plain or with momentum 0.9 (sgd), RMSprop, Adam or AdamW; a rate for each net."""

    def __init__(self, kind: str, weights: list[Tensor], rates: list[float]) -> None:
        self._kind, self._weights, self._step, self.factor = kind, weights, 0, 1.0
        self._rates = [torch.tensor(rates).view(-1, *[1] * (w.dim() - 1)) for w in weights]
        self._first = [torch.zeros_like(w) for w in weights]
        self._second = [torch.zeros_like(w) for w in weights]

    @torch.no_grad()
    def __call__(self, gradients: Sequence[Tensor]) -> None:
        self._step += 1
        rates = [self.factor * rate for rate in self._rates]
        for weight, gradient, rate, first, second in zip(
            self._weights, gradients, rates, self._first, self._second, strict=True
        ):
            if self._kind in ("sgd", "plain"):
                weight -= rate * (first.mul_(0.9).add_(gradient) if self._kind == "sgd" else gradient)
                continue
            if self._kind == "rmsprop":
                second.mul_(0.99).addcmul_(gradient, gradient, value=0.01)
                weight -= rate * gradient / second.sqrt().add_(1e-8)
                continue
            if self._kind == "adamw":
                weight *= 1 - rate * DECAY
            first.mul_(0.9).add_(gradient, alpha=0.1)
            second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
            unbiased = (second / (1 - 0.999**self._step)).sqrt_().add_(1e-8)
            weight -= rate / (1 - 0.9**self._step) * first / unbiased


def _net(training: Training) -> nn.Module:
    shape = training.shape
    torch.manual_seed(training.seed)
    net = build(shape.data, shape.net, shape.hidden_units, shape.layers, shape.activation)
    parts = [part for part in net.modules() if isinstance(part, nn.Linear | nn.Conv2d)]
    with torch.no_grad():
        for part in parts:
            part.weight *= training.init_gain
        for part in parts[:-1]:
            part.bias += training.hidden_bias
    return net


Pair = tuple[Tensor, Tensor]


def _sets(training: Training) -> tuple[Pair, Pair, Pair]:
    """Training, validation and test set of one training, its fault in them."""
    whole = data(training.shape.data)
    random = torch.Generator().manual_seed(training.seed)
    size = training.shape.train_samples or len(whole.y[0])
    rows = torch.randperm(len(whole.y[0]), generator=random)[:size]
    x, y = whole.x[0][rows], whole.y[0][rows].clone()
    noisy = torch.rand(len(y), generator=random) < training.label_noise
    y[noisy] = _drawn_labels(y, int(noisy.sum()), whole.classes, random)
    val_x, val_y = _validation(training, whole, (x, y), random)
    scale, offset = training.input_scale, training.input_offset
    moved = [scale * (part + offset) for part in (x, val_x, whole.x[2])]
    return (moved[0], y), (moved[1], val_y), (moved[2], whole.y[2])


def _drawn_labels(y: Tensor, count: int, classes: int, random: torch.Generator) -> Tensor:
    """Labels drawn at random; for a regression, targets of other samples."""
    if classes:
        return torch.randint(classes, (count,), generator=random)
    return y[torch.randint(len(y), (count,), generator=random)]


def _validation(training: Training, whole: Data, train: Pair, random: torch.Generator) -> Pair:
    x, y = whole.x[1], whole.y[1]
    if training.validation == "leaked":
        rows = torch.arange(len(y)) % len(train[1])
        return train[0][rows], train[1][rows]
    if training.validation == "permuted":
        order = torch.randperm(whole.classes, generator=random)
        place = torch.argsort(order)
        return x, order[(place[y] + 1) % whole.classes]  # a cycle: no class keeps its number
    if training.validation == "shifted":
        sign = torch.randint(0, 2, (x.shape[1],), generator=random) * 2.0 - 1
        return x + training.validation_shift * (sign if training.seed % 2 else 1.0), y
    return x, y


def longer(training: Training, factor: float) -> Training:
    """The same training with more epochs."""
    return replace(training, shape=replace(training.shape, epochs=round(training.shape.epochs * factor)))
