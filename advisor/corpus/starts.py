"""Base settings as users have them: two in five near sensible values, the others far off in some of them."""

from dataclasses import replace

import numpy as np

from advisor.corpus.changes import with_values
from advisor.corpus.datasets import NAMES, SOURCES, nets_for
from advisor.corpus.setting import Conditions, NetKind, Setting, Shape

Random = np.random.Generator
NEAR = 0.4
"""Share of bases whose own values are all near sensible ones."""
NOT_DENSE = 0.42
"""Share of structures outside dense nets; they hold fewer bases each, so that of all bases it is a third."""
MOST_VISITS = {"mlp": 4_000, "conv": 2_400, "gru": 2_000, "attention": 2_000}
"""Cost cap: samples times epochs of one training."""
BASES = {"mlp": 7, "conv": 4, "gru": 4, "attention": 4}
"""Bases that share a structure."""


def draw_shape(random: Random, number: int) -> Shape:
    """The structure of one shard.

    Args:
        random: Of this shard.
        number: Of the shard; data sets are taken in turn, so that each comes up as often as any other.
    """
    dense = random.random() >= NOT_DENSE
    names = [name for name in NAMES if dense or SOURCES[name].kind != "table"]
    name = names[number % len(names)] if dense else names[int(random.integers(len(names)))]
    fitting = [net for net in nets_for(name) if dense == (net == "mlp")]
    net: NetKind = fitting[int(random.integers(len(fitting)))]
    return _shape(random, name, net)


def _shape(random: Random, name: str, net: NetKind) -> Shape:
    size = int(random.choice([60, 100, 160, 250] if net == "mlp" else [80, 120, 200]))
    conditions = Conditions(
        data=name,
        train_size=size,
        label_noise=float(random.choice([0.0, 0.0, 0.0, 0.1, 0.3])),
        imbalance=float(random.choice([1.0, 1.0, 1.0, 0.15])),
        draw=int(random.integers(1_000)),
    )
    epochs = int(random.choice([10, 15, 20, 30], p=[0.3, 0.3, 0.25, 0.15]))
    sensible = random.random() < 0.6
    batch = [8, 16, 32] if sensible else [4, 64, 128]
    if net != "mlp":
        batch = [16, 32] if sensible else [64, 128]
    width = {"mlp": [8, 16, 32, 48], "conv": [4, 6, 8], "gru": [6, 10, 16], "attention": [8, 12, 16]}[net]
    layers = int(random.choice([1, 2, 3] if sensible else [1, 4, 5])) if net == "mlp" else 1
    if net == "conv":
        layers = int(random.choice([1, 2]))
    usual = ["relu", "relu", "relu", "tanh", "gelu", "leaky_relu"]
    return Shape(
        conditions,
        net,
        hidden_units=int(random.choice(width if sensible or net != "mlp" else [4, 8, 64])),
        layers=layers,
        activation=str(random.choice(usual if sensible else ["sigmoid", "relu", "tanh", "gelu"])),
        normalisation=str(random.choice(["none", "none", "none", "layer", "batch"]))
        if net == "mlp"
        else "none",
        batch_size=int(min(random.choice(batch), size)),
        epochs=max(8, min(epochs, MOST_VISITS[net] // size)),
    )


def draw_bases(random: Random, shape: Shape) -> list[Setting]:
    """The bases of one shard; they share its structure and whether somebody scaled the inputs."""
    inputs = "standard" if random.random() < 0.75 else "unscaled"
    bases = [replace(_near(random, shape), inputs=inputs) for _ in range(BASES[shape.net])]
    return [base if random.random() < NEAR else _far(random, base) for base in bases]


def _near(random: Random, shape: Shape) -> Setting:
    optimizer = str(random.choice(["sgd", "sgd", "adam", "adam", "adamw", "rmsprop"]))
    usual = 0.04 if optimizer == "sgd" else 0.003
    regularised = random.random() < 0.35
    return Setting(
        shape,
        initialisation=str(random.choice(["default", "default", "default", "he", "xavier"])),
        optimizer=optimizer,
        learning_rate=float(f"{usual * 10 ** random.normal(0, 0.35):.2g}"),
        momentum=float(random.choice([0.0, 0.9, 0.9])) if optimizer == "sgd" else 0.0,
        nesterov=optimizer == "sgd" and random.random() < 0.25,
        weight_decay=float(random.choice([0.0, 0.0, 1e-4, 1e-3, 1e-2])),
        scheduler=str(random.choice(["constant", "constant", "constant", "cosine", "linear", "step"])),
        warmup_ratio=float(random.choice([0.0, 0.0, 0.05, 0.1])),
        gradient_clipping=float(random.choice([0.0, 0.0, 0.0, 1.0, 5.0])),
        dropout=float(random.choice([0.1, 0.2, 0.3])) if regularised else 0.0,
        label_smoothing=0.0,
    )


def _far(random: Random, base: Setting) -> Setting:
    """The base with one to three of its values far off."""
    for fault in random.choice(9, size=int(random.integers(1, 4)), replace=False, p=_FAULT_WEIGHTS):
        base = _spoilt(random, base, int(fault))
    return base


_FAULT_WEIGHTS = np.array([3, 3, 1, 1, 1, 1, 0.7, 0.7, 0.6]) / 12


def _spoilt(random: Random, base: Setting, fault: int) -> Setting:
    away = float(10 ** random.uniform(0.6, 2.2))
    match fault:
        case 0:
            return replace(base, learning_rate=float(f"{base.learning_rate * away:.2g}"))
        case 1:
            return replace(base, learning_rate=float(f"{base.learning_rate / away:.2g}"))
        case 2:
            return replace(base, dropout=float(random.choice([0.5, 0.6, 0.7])))
        case 3:
            return replace(base, weight_decay=float(random.choice([0.03, 0.1, 0.3])))
        case 4:
            return replace(base, initialisation=str(random.choice(["small", "large"])))
        case 5:
            return with_values(base, optimizer="sgd", momentum=float(random.choice([0.0, 0.0, 0.99])))
        case 6:
            return replace(base, gradient_clipping=float(random.choice([0.01, 0.1])))
        case 7:
            return replace(base, warmup_ratio=0.6, scheduler="linear")
        case _:
            return replace(base, label_smoothing=0.3)
