"""Trains all nets of one shape at once; they differ in hyperparameters, seed and the scaling of the inputs.

A net that diverges turns NaN without touching its neighbours. Everything follows from the settings: the same
settings in the same order give the same curves.
"""

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from advisor.corpus.datasets import Data, load
from advisor.corpus.nets import Mode, Net, Part
from advisor.corpus.setting import Setting, Shape
from advisor.corpus.steps import ORDER, Optimizer

Floats = NDArray[np.float32]
BY_EPOCH = (
    "train_loss", "train_metric", "val_loss", "val_metric", "learning_rate",
    "grad_norm", "first_grad_norm", "last_grad_norm", "update_ratio", "dead_share",
)  # fmt: skip
"""Curves with a value for each epoch; the last five but `grad_norm` are what only a probe would see."""
STEP_POINTS = 64
"""Most step losses that are kept of a training, evenly spread over it."""
JUDGED_EPOCHS = 3
"""The end of a training is the mean of its last epochs, as many as this."""


@dataclass(frozen=True, eq=False)
class Curves:
    """What was measured on trainings of one shape, in the order of their settings.

    Attributes:
        by_epoch: Each of `BY_EPOCH`, shape (nets, epochs).
        step_loss: Training loss of single batches, shape (nets, at most `STEP_POINTS`).
        step_at: The steps of `step_loss`, from 1.
        steps: Steps of the whole training.
        test_loss: Mean loss on the test set at the end, shape (nets,).
        test_score: There, accuracy, or the share of the variance that is explained, not below 0.
    """

    by_epoch: dict[str, Floats]
    step_loss: Floats
    step_at: NDArray[np.int64]
    steps: int
    test_loss: Floats
    test_score: Floats


def train_together(settings: Sequence[Setting]) -> Curves:
    """Trains settings of one shape.

    Raises:
        ValueError: the settings differ in their shape.
    """
    if len({s.shape for s in settings}) != 1:
        raise ValueError("Trainings of several shapes cannot run together: group them by `Setting.shape`.")
    order = sorted(range(len(settings)), key=lambda i: ORDER.index(settings[i].optimizer))
    with _settings_of_torch():
        curves = _Training([settings[i] for i in order]).run()
    back = np.argsort(order)
    return Curves(
        {name: values[back] for name, values in curves.by_epoch.items()},
        curves.step_loss[back],
        curves.step_at,
        curves.steps,
        curves.test_loss[back],
        curves.test_score[back],
    )


@contextmanager
def _settings_of_torch() -> Iterator[None]:
    """What the trainings need of the process, which is as it was afterwards."""
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    # Weights of a dying net become denormal, which slows every product a hundredfold.
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
        torch.set_num_threads(threads)
        torch.set_rng_state(state)


class _Training:
    """One pass through all epochs of nets of one shape, sorted by optimizer."""

    def __init__(self, settings: Sequence[Setting]) -> None:
        self._settings, self._shape = settings, settings[0].shape
        self._data = load(self._shape.conditions)
        self._net = Net(self._shape, self._data.x[0].shape[1:], self._data.classes or 1)
        self._weights = _initial(self._net, settings)
        self._gradients = torch.zeros_like(self._weights)
        self._views = self._net.views(self._weights)
        for name, gradient in self._net.views(self._gradients).items():
            self._views[name].requires_grad_().grad = gradient
        self._variant = torch.tensor([int(s.inputs != "standard") for s in settings])
        self._x = [torch.from_numpy(np.stack(both)) for both in _pairs(self._data)]
        self._y = [torch.from_numpy(y) for y in self._data.y]
        drops = any(s.dropout for s in settings)
        kept = torch.tensor([1 - s.dropout for s in settings])[:, None, None] if drops else None
        self._mode = Mode(kept=kept)
        self._smoothing = torch.tensor([s.label_smoothing for s in settings])
        batch = self._shape.batch_size
        self._batches = math.ceil(len(self._y[0]) / batch)
        self._total = self._shape.epochs * self._batches
        self._optimizer = Optimizer(settings, self._weights, self._gradients, self._total)

    def run(self) -> Curves:
        kept_steps = _spread(self._total)
        epochs: dict[str, list[Tensor]] = {name: [] for name in BY_EPOCH}
        steps: list[Tensor] = []
        tests: list[tuple[Tensor, Tensor]] = []
        orders = _Orders(self._settings, len(self._y[0]))
        for epoch in range(self._shape.epochs):
            for name, value in self._epoch(orders.draw(), steps).items():
                epochs[name].append(value)
            loss, metric, dead = self._evaluate(1)
            for name, value in (("val_loss", loss), ("val_metric", metric), ("dead_share", dead)):
                epochs[name].append(value)
            if epoch >= self._shape.epochs - JUDGED_EPOCHS:
                tests.append(self._evaluate(2)[:2])
        test_loss = torch.stack([loss for loss, _ in tests]).mean(0)
        score = torch.stack([metric for _, metric in tests]).mean(0)
        return Curves(
            {name: torch.stack(values, 1).numpy() for name, values in epochs.items()},
            torch.stack([steps[i] for i in kept_steps], 1).numpy(),
            np.asarray(kept_steps) + 1,
            self._total,
            test_loss.numpy(),
            (score if self._data.classes else 1 - test_loss.nan_to_num(math.inf)).clamp(min=0).numpy(),
        )

    def _epoch(self, order: Tensor, steps: list[Tensor]) -> dict[str, Tensor]:
        """One pass over the training set in an order (nets, samples)."""
        batch = self._shape.batch_size
        self._mode.training = True
        losses = hits = norms = torch.zeros(len(self._settings))
        for at, rows in enumerate(torch.split(order, batch, dim=1)):
            x, y = self._x[0][self._variant[:, None], rows], self._y[0][rows]
            self._gradients.zero_()
            output, _ = self._net(self._views, x, self._mode)
            loss, hit = _losses(output, y, self._smoothing)
            with warnings.catch_warnings():
                # Gradients are slices of one matrix; torch would lay them out otherwise, once, and says so.
                warnings.filterwarnings("ignore", "grad and param do not obey")
                torch.autograd.backward(loss.sum())
            before = self._weights.clone() if at == self._batches - 1 else None
            layers = self._layer_norms() if before is not None else None
            norms = norms + self._optimizer.step()
            steps.append(loss.detach())
            losses, hits = losses + loss.detach() * rows.shape[1], hits + hit * rows.shape[1]
        assert before is not None  # an epoch has a last batch
        assert layers is not None
        moved = (self._weights - before).norm(dim=1) / (before.norm(dim=1) + 1e-12)
        return {
            "train_loss": losses / order.shape[1],
            "train_metric": hits / order.shape[1],
            "learning_rate": self._optimizer.rates,
            "grad_norm": norms / self._batches,
            "first_grad_norm": layers[0],
            "last_grad_norm": layers[1],
            "update_ratio": moved,
        }

    def _layer_norms(self) -> tuple[Tensor, Tensor]:
        """Norms of the gradient of the first and of the last layer's weights, shape (nets,)."""
        names = [part.name for part in self._net.parts if part.kind == "weight"]
        first, last = (self._views[name].grad for name in (names[0], names[-1]))
        assert first is not None  # set once, zeroed in place
        assert last is not None
        return first.flatten(1).norm(dim=1), last.flatten(1).norm(dim=1)

    @torch.no_grad()
    def _evaluate(self, part: int) -> tuple[Tensor, Tensor, Tensor]:
        """Plain loss, metric and share of dead or saturated units on a part of the data, shape (nets,)."""
        self._mode.training = False
        x = self._x[part][self._variant]
        y = self._y[part].expand(len(self._settings), -1)
        output, hidden = self._net(self._views, x, self._mode)
        loss, metric = _losses(output, y, torch.zeros(len(y)))
        if self._data.classes:
            # What answers NaN answers nothing; torch would count it as class 0.
            chance = 1 / self._data.classes
            metric = torch.where(output.isfinite().all(2).all(1), metric, chance)
        return loss, metric, _dead(hidden, self._shape)


class _Orders:
    """The order of the samples, epoch by epoch: the same for every net of one seed."""

    def __init__(self, settings: Sequence[Setting], samples: int) -> None:
        seeds = sorted({s.seed for s in settings})
        self._random = [torch.Generator().manual_seed(10_000 + seed) for seed in seeds]
        self._which = torch.tensor([seeds.index(s.seed) for s in settings])
        self._samples = samples

    def draw(self) -> Tensor:
        """The next epoch's order, shape (nets, samples)."""
        drawn = [torch.randperm(self._samples, generator=random) for random in self._random]
        return torch.stack(drawn)[self._which]


def _pairs(data: Data) -> list[tuple[Floats, Floats]]:
    return list(zip(data.x, data.unscaled, strict=True))


def _spread(total: int) -> list[int]:
    return sorted({round(i) for i in np.linspace(0, total - 1, min(total, STEP_POINTS))})


def _losses(output: Tensor, y: Tensor, smoothing: Tensor) -> tuple[Tensor, Tensor]:
    """Mean loss and accuracy (NaN for a value) of each net: shapes (nets,)."""
    if y.is_floating_point():
        losses = (output[:, :, 0] - y).square().mean(1)
        return losses, torch.full_like(losses, math.nan).detach()
    log = nn.functional.log_softmax(output, 2)
    likely = log.gather(2, y[:, :, None])[:, :, 0].mean(1)
    losses = -(1 - smoothing) * likely - smoothing * log.mean((1, 2))
    return losses, (output.argmax(2) == y).float().mean(1)


def _dead(hidden: Tensor, shape: Shape) -> Tensor:
    """Share of the last hidden layer's units that never answer, or always at their limit."""
    if shape.activation == "sigmoid":
        hidden = 2 * hidden - 1
    limited = shape.activation in ("tanh", "sigmoid") or shape.net == "gru"
    idle = hidden.abs() > 0.97 if limited else hidden.abs() < 1e-6
    return idle.all(1).float().mean(1)


def _initial(net: Net, settings: Sequence[Setting]) -> Tensor:
    """Weights (nets, size): one draw for each seed, scaled part by part as each setting asks."""
    draws = {}
    for seed in {s.seed for s in settings}:
        draws[seed] = torch.rand(net.size, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    scheme_scale = {
        scheme: torch.cat([_bound(part, scheme).flatten() for part in net.parts])
        for scheme in {s.initialisation for s in settings}
    }
    weights = torch.stack([draws[s.seed] * scheme_scale[s.initialisation] for s in settings])
    for name, view in net.views(weights).items():
        if name.endswith(".gain"):
            view.fill_(1.0)
    return weights


def _bound(part: Part, scheme: str) -> Tensor:
    """Half the width of the uniform distribution from which a part is drawn, in the part's shape."""
    if part.kind == "gain":
        return torch.zeros(part.shape)
    if part.kind == "bias":
        bound = 1 / math.sqrt(part.fan_in) if scheme == "default" else 0.0
    else:
        spread = {
            "default": 1 / math.sqrt(3 * part.fan_in),
            "he": math.sqrt(2 / part.fan_in),
            "xavier": math.sqrt(2 / (part.fan_in + part.fan_out)),
            "small": 0.01,
            "large": 1.0,
        }[scheme]
        bound = math.sqrt(3) * spread
    return torch.full(part.shape, bound)
