"""Asked tasks of a third kind: named choices, one role in several dimensions, a perplexity.

They were written on 30 November 2026 and ran before anything was changed by them; by them a rate of plain
steps that worked is kept, and ranges and numbered names are read better. The names are those of published
tables and of an old example. The last two, of nets for pictures and for signals with choices of length and
optimizer, were written after all of those.
"""

import math
from functools import cache
from typing import Any

from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from tests.asking.further import fit, tensors
from tests.asking.task import Config, Task, log_floats, log_ints
from tests.asking.trainers import Outcome

_SYMBOLS, _PAST = 12, 10


def _cells(c: Config) -> Outcome:
    import torch
    from torch import nn

    kinds = {"ReLU": nn.ReLU, "Hardswish": nn.Hardswish, "Mish": nn.Mish}

    def build(_: int, outputs: int) -> Any:
        wide, parts = c["W"], [nn.Conv2d(1, c["W"], 3, padding=1)]
        for _ in range(c["N"]):
            parts += [nn.Conv2d(wide, wide, 3, padding=1), nn.BatchNorm2d(wide), kinds[c["Activation"]]()]
        return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * wide, outputs))

    return fit(
        "digits", build, lambda w: torch.optim.SGD(w, c["LearningRate"], 0.9, weight_decay=c["WeightDecay"]),
        64, 4, ("valid-acc",), image=True,
        schedule=lambda step, total: 0.5 * (1 + math.cos(math.pi * step / total)),
    )  # fmt: skip


def _two_layers(c: Config) -> Outcome:
    import torch
    from torch import nn

    kinds = {"relu": nn.ReLU, "tanh": nn.Tanh}

    def build(inputs: int, outputs: int) -> Any:
        parts: list[Any] = []
        for layer in ("1", "2"):
            units = c[f"n_units_{layer}"]
            parts += [nn.Linear(inputs, units), kinds[c[f"activation_fn_{layer}"]]()]
            parts += [nn.Dropout(c[f"dropout_{layer}"])]
            inputs = units
        return nn.Sequential(*parts, nn.Linear(inputs, outputs))

    def schedule(step: int, total: int) -> float:
        return 0.5 * (1 + math.cos(math.pi * step / total)) if c["lr_schedule"] == "cosine" else 1.0

    return fit(
        "friedman", build, lambda w: torch.optim.Adam(w, c["init_lr"]), c["batch_size"], 10, ("valid_mse",),
        schedule=schedule,
    )  # fmt: skip


def _text(length: int) -> Any:
    """Symbols of which each follows from the two before it, most of the time."""
    import torch

    draw = torch.Generator().manual_seed(4)
    follows = torch.randint(_SYMBOLS, (_SYMBOLS, _SYMBOLS), generator=draw)
    symbols = [0, 1]
    for luck, other in zip(
        torch.rand(length, generator=draw).tolist(),
        torch.randint(_SYMBOLS, (length,), generator=draw).tolist(),
        strict=True,
    ):
        symbols.append(int(follows[symbols[-2], symbols[-1]]) if luck < 0.75 else other)
    return torch.tensor(symbols)


def _next_symbol(c: Config) -> Outcome:
    import torch
    from torch import nn

    torch.manual_seed(1)
    rows = _text(3600).unfold(0, _PAST + 1, 4)
    held_out, rows = rows[600:], rows[:600]
    embed = nn.Embedding(_SYMBOLS, c["emsize"])
    body = nn.LSTM(c["emsize"], c["nhid"], c["nlayers"], batch_first=True)
    drop, head = nn.Dropout(c["dropout"]), nn.Linear(c["nhid"], _SYMBOLS)
    weights = [w for part in (embed, body, head) for w in part.parameters()]
    steps = torch.optim.SGD(weights, c["lr"])

    def loss_of(part: Any) -> Any:
        out = head(drop(body(drop(embed(part[:, :-1])))[0]))
        return nn.functional.cross_entropy(out.flatten(0, 1), part[:, 1:].flatten())

    points = []
    for _ in range(6):
        drop.train()
        for part in torch.randperm(len(rows)).split(c["batch_size"]):
            steps.zero_grad()
            loss_of(rows[part]).backward()
            nn.utils.clip_grad_norm_(weights, c["clip"])
            steps.step()
        drop.eval()
        with torch.no_grad():
            points.append(math.exp(min(float(loss_of(held_out)), 50.0)))
    return Outcome(points[-1] if math.isfinite(points[-1]) else None, {"valid ppl": points})


def _bottleneck(c: Config) -> Outcome:
    import torch
    from torch import nn

    torch.manual_seed(2)
    seen, _, held_out, _ = tensors("digits", image=False)
    kinds = {"relu": nn.ReLU, "elu": nn.ELU, "sigmoid": nn.Sigmoid}
    wide, act, size = c["hidden_dim"], kinds[c["activation"]], c["code_size"]
    model = nn.Sequential(
        nn.Linear(64, wide), act(), nn.Linear(wide, size), nn.Linear(size, wide), act(), nn.Linear(wide, 64)
    )
    steps = torch.optim.RMSprop(model.parameters(), c["learning_rate"], weight_decay=c["weight_decay"])
    points = []
    for _ in range(c["num_epochs"]):
        for part in seen.split(c["batch_size"]):
            steps.zero_grad()
            given = part + c["corruption"] * torch.randn(part.shape)
            ((model(given) - part) ** 2).mean().backward()
            steps.step()
        with torch.no_grad():
            points.append(float(((model(held_out) - held_out) ** 2).mean()))
    return Outcome(points[-1] if math.isfinite(points[-1]) else None, {"val_reconstruction_loss": points})


@cache
def _signals() -> Any:
    """Noisy signals of three kinds: how they swing changes halfway, at the end, or never."""
    import torch

    draw = torch.Generator().manual_seed(6)
    kind = torch.randint(0, 3, (900,), generator=draw)
    speed = 0.5 + torch.rand(900, 1, generator=draw)
    time = torch.arange(32.0)
    turn = torch.tensor([16.0, 26.0, 99.0])[kind, None]
    phase = speed * time + (time - turn).clamp(min=0) * speed
    return torch.sin(phase)[..., None] + 0.4 * torch.randn(900, 32, 1, generator=draw), kind


def _gated(c: Config) -> Outcome:
    import torch
    from torch import nn

    torch.manual_seed(2)
    x, y = _signals()
    body = nn.GRU(1, c["hidden_size"], c["num_layers"], batch_first=True)
    drop, head = nn.Dropout(c["dropout"]), nn.Linear(c["hidden_size"], 3)
    weights = [*body.parameters(), *head.parameters()]
    kinds = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW}
    steps = kinds[c["optimizer"]](weights, c["lr"])
    losses, rights = [], []
    for _ in range(c["epochs"]):
        drop.train()
        for part in torch.randperm(500).split(c["batch_size"]):
            steps.zero_grad()
            nn.functional.cross_entropy(head(drop(body(x[part])[0][:, -1])), y[part]).backward()
            nn.utils.clip_grad_norm_(weights, c["max_norm"])
            steps.step()
        drop.eval()
        with torch.no_grad():
            out = head(drop(body(x[500:])[0][:, -1]))
        losses.append(float(nn.functional.cross_entropy(out, y[500:])))
        rights.append(float((out.argmax(1) == y[500:]).float().mean()))
    failed = not math.isfinite(losses[-1])
    return Outcome(None if failed else rights[-1], {"val_acc": rights, "val_loss": losses})


LATEST: tuple[Task, ...] = (
    Task(
        "cells of convolutions, accuracy curve", "max",
        {"LearningRate": log_floats(1e-3, 1.0), "WeightDecay": log_floats(1e-5, 1e-2),
         "N": CategoricalDistribution((1, 2, 3)), "W": CategoricalDistribution((4, 8, 16)),
         "Activation": CategoricalDistribution(("ReLU", "Hardswish", "Mish"))},
        _cells,
    ),
    Task(
        "two layers set apart, error curve", "min",
        {"init_lr": CategoricalDistribution((5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1)),
         "lr_schedule": CategoricalDistribution(("cosine", "const")),
         "batch_size": CategoricalDistribution((8, 16, 32, 64)),
         "n_units_1": CategoricalDistribution((16, 32, 64, 128)),
         "n_units_2": CategoricalDistribution((16, 32, 64, 128)),
         "dropout_1": CategoricalDistribution((0.0, 0.3, 0.6)),
         "dropout_2": CategoricalDistribution((0.0, 0.3, 0.6)),
         "activation_fn_1": CategoricalDistribution(("tanh", "relu")),
         "activation_fn_2": CategoricalDistribution(("tanh", "relu"))},
        _two_layers,
    ),
    Task(
        "a language model of plain steps, perplexity curve", "min",
        {"lr": log_floats(1e-2, 100.0), "clip": log_floats(0.05, 10.0), "emsize": log_ints(4, 64),
         "nhid": log_ints(8, 64), "nlayers": IntDistribution(1, 2), "dropout": FloatDistribution(0.0, 0.7),
         "batch_size": log_ints(8, 64)},
        _next_symbol,
    ),
    Task(
        "a bottleneck for pictures, reconstruction curve", "min",
        {"learning_rate": log_floats(1e-6, 0.3), "batch_size": CategoricalDistribution((8, 16, 32, 64, 128)),
         "hidden_dim": log_ints(8, 128), "code_size": log_ints(2, 32), "corruption": FloatDistribution(0, 1),
         "weight_decay": log_floats(1e-7, 0.1),
         "activation": CategoricalDistribution(("sigmoid", "relu", "elu")),
         "num_epochs": IntDistribution(3, 20)},
        _bottleneck,
    ),
    Task(
        "gates over signals, accuracy and loss curves", "max",
        {"optimizer": CategoricalDistribution(("SGD", "Adam", "AdamW")), "lr": log_floats(1e-5, 1),
         "hidden_size": log_ints(4, 64), "num_layers": IntDistribution(1, 2),
         "dropout": FloatDistribution(0, 0.8), "max_norm": log_floats(1e-2, 100),
         "batch_size": log_ints(8, 256), "epochs": IntDistribution(2, 10)},
        _gated,
    ),
)  # fmt: skip
