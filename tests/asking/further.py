"""Further asked tasks: the spaces of published benchmarks of hyperparameters, and what is searched at home.

They were written on 30 November 2026; all but the one of attention ran before anything was changed by them.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from tests.asking.task import Config, Task, log_floats, log_ints
from tests.asking.trainers import Outcome

Build = Callable[[int, int], Any]
"""Makes a net for so many inputs and outputs."""


@cache
def _data(name: str) -> tuple[Any, Any, Any, Any]:
    """Inputs and targets to train on and to validate on, standardised and shuffled: float32 inputs."""
    from sklearn import datasets

    if name == "classes":
        x, y = datasets.make_classification(
            1400, 30, n_informative=12, n_redundant=6, n_classes=5, flip_y=0.04, random_state=5
        )
    elif name == "digits":
        x, y = datasets.load_digits(return_X_y=True)
    elif name == "friedman":
        x, y = datasets.make_friedman1(900, 12, noise=1.5, random_state=2)
        y = (y - y.mean()) / y.std()
    else:
        x, y = datasets.make_classification(
            1500, 20, n_informative=6, weights=[0.92], flip_y=0.03, class_sep=0.8, random_state=8
        )
    x = (x - x.mean(0)) / (x.std(0) + 1e-9)
    order = np.random.default_rng(3).permutation(len(x))
    x, y, part = x[order].astype("f4"), y[order], len(x) * 6 // 10
    return x[:part], y[:part], x[part:], y[part:]


def tensors(name: str, image: bool) -> tuple[Any, Any, Any, Any]:
    import torch

    xt, yt, xv, yv = (torch.tensor(part) for part in _data(name))
    if name == "friedman":
        yt, yv = yt.float(), yv.float()
    if image:
        xt, xv = xt.view(-1, 1, 8, 8), xv.view(-1, 1, 8, 8)
    return xt, yt, xv, yv


def fit(
    name: str, build: Build, optimizer: Callable[[list[Any]], Any], batch: int, epochs: int,
    curves: Sequence[str], schedule: Callable[[int, int], float] | None = None, l1: float = 0.0,
    l2: float = 0.0, image: bool = False,
) -> Outcome:  # fmt: skip
    """Train; the value is the last point of the first curve, what a curve holds follows from its name."""
    import torch
    from torch import nn

    torch.manual_seed(1)
    xt, yt, xv, yv = tensors(name, image)
    outputs = 1 if name == "friedman" else int(yt.max()) + 1
    model = build(xt.shape[1], outputs)
    judge = nn.functional.cross_entropy if outputs > 1 else lambda out, y: ((out[:, 0] - y) ** 2).mean()
    weights = list(model.parameters())
    steps, step, total = optimizer(weights), 0, epochs * math.ceil(len(xt) / batch)
    rates = [group["lr"] for group in steps.param_groups]
    found: dict[str, list[float]] = {curve: [] for curve in curves}
    for _ in range(epochs):
        model.train()
        for part in torch.randperm(len(xt)).split(batch):
            for group, rate in zip(steps.param_groups, rates, strict=True):
                group["lr"] = rate * (schedule(step, total) if schedule else 1.0)
            steps.zero_grad()
            loss = judge(model(xt[part]), yt[part])
            if l1 or l2:
                loss = loss + sum(l1 * w.abs().sum() + l2 * (w**2).sum() for w in weights)
            loss.backward()
            steps.step()
            step += 1
        model.eval()
        with torch.no_grad():
            out = model(xv)
        for curve in curves:
            found[curve].append(_judged(curve, out, yv, float(judge(out, yv))))
        if not torch.isfinite(out).all():
            return Outcome(None, found)
    value = found[curves[0]][-1]
    return Outcome(value if math.isfinite(value) else None, found)


def _judged(curve: str, out: Any, y: Any, loss: float) -> float:
    if "acc" in curve:
        return float((out.argmax(1) == y).float().mean())
    if "f1" in curve:
        said = out.argmax(1)
        return 2 * float(((said == 1) & (y == 1)).sum()) / max(float((said == 1).sum() + (y == 1).sum()), 1.0)
    return math.sqrt(loss) if "rmse" in curve and loss >= 0 else loss


def _dense(
    units: int, layers: int = 2, dropout: float = 0.0, act: str = "relu", funnel: bool = False
) -> Build:
    def build(inputs: int, outputs: int) -> Any:
        from torch import nn

        kinds = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
        parts: list[Any] = []
        for layer in range(layers):
            width = max(int(units - (units - outputs) * layer / layers), outputs) if funnel else units
            parts += [nn.Linear(inputs, width), kinds[act](), nn.Dropout(min(dropout, 0.95))]
            inputs = width
        return nn.Sequential(*parts, nn.Linear(inputs, outputs))

    return build


def _funnel(c: Config) -> Outcome:
    import torch

    return fit(
        "classes", _dense(c["max_units"], c["num_layers"], c["max_dropout"], funnel=True),
        lambda w: torch.optim.SGD(w, c["learning_rate"], c["momentum"], weight_decay=c["weight_decay"]),
        c["batch_size"], 10, ("val_balanced_accuracy", "val_cross_entropy"),
        schedule=lambda step, total: 0.5 * (1 + math.cos(math.pi * step / total)),
    )  # fmt: skip


def _adam_of_eight(c: Config) -> Outcome:
    import torch

    return fit(
        "digits", _dense(32),
        lambda w: torch.optim.Adam(w, c["learning_rate"], (c["beta1"], c["beta2"]), c["epsilon"]),
        64, 10, ("valid_loss",), l1=c["l1"], l2=c["l2"],
        schedule=lambda step, _: (
            max(0.0, 1 - c["linear_decay"] * step * 100) * math.exp(-c["exponential_decay"] * step * 10)
        ),
    )  # fmt: skip


def _polynomial(c: Config) -> Outcome:
    import torch

    lacking, factor = c["one_minus_momentum"], c["lr_decay_steps_factor"]
    return fit(
        "classes", _dense(64),
        lambda w: torch.optim.SGD(w, c["lr_initial"], 1 - lacking, nesterov=lacking < 1),
        32, 8, ("valid/ce_loss",),
        schedule=lambda step, total: (1 - min(step / (total * factor), 1)) ** c["lr_power"] + 0.001,
    )  # fmt: skip


def _attention(c: Config) -> Outcome:
    import torch
    from torch import nn

    class Rows(nn.Module):
        def __init__(self, outputs: int) -> None:
            super().__init__()
            wide = c["d_model"]
            layer = nn.TransformerEncoderLayer(wide, 4, 2 * wide, c["dropout"], batch_first=True)
            self.enter, self.place = nn.Linear(8, wide), nn.Parameter(torch.zeros(8, wide))
            self.body = nn.TransformerEncoder(layer, c["n_layers"], enable_nested_tensor=False)
            self.leave = nn.Linear(wide, outputs)

        def forward(self, x: Any) -> Any:
            return self.leave(self.body(self.enter(x[:, 0]) + self.place).mean(1))

    def schedule(step: int, total: int) -> float:
        return min(1.0, (step + 1) / max(1.0, c["warmup_ratio"] * total)) * max(0.0, 1 - step / total)

    return fit(
        "digits", lambda _, outputs: Rows(outputs),
        lambda w: torch.optim.AdamW(w, c["learning_rate"], weight_decay=c["weight_decay"]),
        c["batch_size"], 4, ("eval_loss",), schedule=schedule, image=True,
    )  # fmt: skip


def _table(c: Config) -> Outcome:
    import torch

    named = {
        "sgd": lambda w: torch.optim.SGD(w, c["lr"], 0.9),
        "adam": lambda w: torch.optim.Adam(w, c["lr"]),
        "rmsprop": lambda w: torch.optim.RMSprop(w, c["lr"]),
    }
    build = _dense(c["n_units"], c["n_layers"], c["dropout_rate"], c["activation"])
    return fit("friedman", build, named[c["optimizer"]], c["batch_size"], c["epochs"], ("val_rmse",))


def _rare(c: Config) -> Outcome:
    import torch

    return fit(
        "rare", _dense(c["hidden_dim"], 2, c["dropout"]),
        lambda w: torch.optim.Adam(w, c["lr"], weight_decay=c["weight_decay"]),
        c["batch_size"], 8, ("val_f1",),
    )  # fmt: skip


def _logistic(c: Config) -> Outcome:
    import torch
    from torch import nn

    return fit(
        "digits", nn.Linear,
        lambda w: torch.optim.SGD(w, 10 ** c["log_lr"], weight_decay=10 ** c["log_l2"]),
        c["bsz"], 6, ("valid_nll",),
    )  # fmt: skip


FURTHER: tuple[Task, ...] = (
    Task(
        "funnel net, accuracy and loss curves", "max",
        {"batch_size": log_ints(16, 512), "learning_rate": log_floats(1e-4, 0.1),
         "max_dropout": FloatDistribution(0, 1), "max_units": log_ints(64, 1024),
         "momentum": FloatDistribution(0.1, 0.99), "num_layers": IntDistribution(1, 5),
         "weight_decay": FloatDistribution(1e-5, 0.1)},
        _funnel,
    ),
    Task(
        "eight settings of Adam, loss curve", "min",
        {"learning_rate": log_floats(1e-8, 10), "beta1": FloatDistribution(0, 0.999),
         "beta2": FloatDistribution(0.9, 0.9999), "epsilon": log_floats(1e-10, 1e3),
         "l1": log_floats(1e-8, 10), "l2": log_floats(1e-8, 10), "linear_decay": log_floats(1e-7, 1e-4),
         "exponential_decay": log_floats(1e-6, 1e-3)},
        _adam_of_eight,
    ),
    Task(
        "a polynomial schedule, loss curve", "min",
        {"lr_initial": log_floats(1e-5, 10), "lr_power": FloatDistribution(0.1, 2),
         "lr_decay_steps_factor": FloatDistribution(0.01, 0.99), "one_minus_momentum": log_floats(1e-3, 1)},
        _polynomial,
    ),
    Task(
        "attention over rows, loss curve", "min",
        {"learning_rate": log_floats(1e-5, 0.1), "weight_decay": log_floats(1e-5, 1),
         "d_model": CategoricalDistribution((8, 16, 32, 64)), "n_layers": IntDistribution(1, 3),
         "dropout": FloatDistribution(0, 0.5), "warmup_ratio": FloatDistribution(0, 0.5),
         "batch_size": CategoricalDistribution((16, 32, 64))},
        _attention,
    ),
    Task(
        "dense regression, error curve", "min",
        {"lr": log_floats(1e-6, 1), "optimizer": CategoricalDistribution(("sgd", "rmsprop", "adam")),
         "activation": CategoricalDistribution(("sigmoid", "tanh", "relu")), "n_units": log_ints(8, 128),
         "n_layers": IntDistribution(1, 4), "dropout_rate": FloatDistribution(0, 0.8),
         "batch_size": log_ints(8, 256), "epochs": IntDistribution(3, 15)},
        _table,
    ),
    Task(
        "a rare class, F1 curve", "max",
        {"lr": log_floats(1e-5, 1), "weight_decay": log_floats(1e-6, 0.1), "batch_size": log_ints(16, 256),
         "hidden_dim": log_ints(4, 128), "dropout": FloatDistribution(0, 0.7)},
        _rare,
    ),
    Task(
        "logistic, in logarithms, loss curve", "min",
        {"log_lr": FloatDistribution(-4, 1), "log_l2": FloatDistribution(-7, -1),
         "bsz": CategoricalDistribution((8, 16, 32, 64, 128))},
        _logistic,
    ),
)  # fmt: skip
