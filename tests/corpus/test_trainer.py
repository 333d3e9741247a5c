"""Training many nets at once gives what PyTorch gives for each alone."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from advisor.corpus.changes import CHANGES, SINGLE, reruns_of, with_values
from advisor.corpus.datasets import NAMES, SOURCES, load, nets_for
from advisor.corpus.setting import Conditions, Setting, Shape
from advisor.corpus.steps import Optimizer, factors
from advisor.corpus.trainer import train_together

SHAPE = Shape(Conditions("cubes_four", 80), "mlp", 12, 2, "relu", "none", 16, 8)
OPTIMIZERS = {
    Setting(SHAPE, optimizer="sgd", learning_rate=0.1): lambda p: torch.optim.SGD(p, 0.1),
    Setting(SHAPE, optimizer="sgd", learning_rate=0.1, momentum=0.9, weight_decay=0.01): lambda p: (
        torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01)
    ),
    Setting(SHAPE, optimizer="sgd", learning_rate=0.1, momentum=0.9, nesterov=True): lambda p: (
        torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True)
    ),
    Setting(SHAPE, optimizer="rmsprop", learning_rate=0.01): lambda p: torch.optim.RMSprop(p, 0.01),
    Setting(SHAPE, optimizer="adam", learning_rate=0.01, weight_decay=0.1): lambda p: torch.optim.Adam(
        p, 0.01, weight_decay=0.1
    ),
    Setting(SHAPE, optimizer="adamw", learning_rate=0.01, weight_decay=0.1): lambda p: torch.optim.AdamW(
        p, 0.01, weight_decay=0.1
    ),
}


def test_every_optimizer_moves_as_pytorchs_does() -> None:
    settings = list(OPTIMIZERS)
    start = torch.randn(5, generator=torch.Generator().manual_seed(0))
    curvature = torch.linspace(0.5, 3, 5)
    weights = start.repeat(len(settings), 1)
    gradients = torch.zeros_like(weights)
    ours = Optimizer(settings, weights, gradients, 20)
    alone = [nn.Parameter(start.clone()) for _ in settings]
    theirs = [OPTIMIZERS[s]([p]) for s, p in zip(settings, alone, strict=True)]
    for _ in range(20):
        gradients.copy_(curvature * weights)
        ours.step()
        for parameter, optimizer in zip(alone, theirs, strict=True):
            parameter.grad = curvature * parameter.detach()
            optimizer.step()
    torch.testing.assert_close(weights, torch.stack([p.detach() for p in alone]), rtol=1e-4, atol=1e-5)


def test_clipping_bounds_the_step() -> None:
    setting = Setting(SHAPE, optimizer="sgd", learning_rate=1.0, gradient_clipping=0.5)
    weights = torch.zeros(1, 4)
    norm = Optimizer([setting], weights, torch.full((1, 4), 10.0), 1).step()
    assert norm.item() == pytest.approx(20)
    assert weights.norm().item() == pytest.approx(0.5, rel=1e-4)


def test_schedules_rise_and_fall() -> None:
    warm = factors(Setting(SHAPE, scheduler="cosine", warmup_ratio=0.2), 50)
    assert warm[0] == pytest.approx(0.1)
    assert warm[9] == pytest.approx(1)
    assert warm[-1] < 0.01
    assert set(factors(Setting(SHAPE, scheduler="step"), 30)) == {np.float32(1.0), np.float32(0.1)}


@pytest.mark.parametrize("net", ["mlp", "conv", "gru", "attention"])
def test_a_net_trains_the_same_alone_and_among_others(net: str) -> None:
    shape = replace(SHAPE, conditions=Conditions("recall_short", 80), net=net, layers=1, hidden_units=8)
    one = Setting(shape, optimizer="adamw", learning_rate=0.02)
    others = [
        replace(one, learning_rate=1e6, optimizer="sgd"),
        one,
        replace(one, optimizer="sgd", inputs="unscaled"),
    ]
    alone, among = train_together([one]), train_together(others)
    np.testing.assert_allclose(among.by_epoch["val_loss"][1], alone.by_epoch["val_loss"][0], rtol=1e-3)
    assert not among.by_epoch["train_loss"][0, -1] < 100
    losses = alone.by_epoch["train_loss"][0]
    assert losses[-1] < 0.9 * losses[0]


def test_the_layers_are_pytorchs() -> None:
    setting = Setting(with_values(Setting(SHAPE), normalisation="layer").shape, learning_rate=0.0)
    curves = train_together([setting])
    data = load(SHAPE.conditions)
    draw = torch.rand(10_000, generator=torch.Generator().manual_seed(0)) * 2 - 1
    net, at = [], 0
    widths = [data.x[0].shape[1], 12, 12, data.classes]
    for layer, (a, b) in enumerate(itertools.pairwise(widths)):
        linear = nn.Linear(a, b)
        parts = [(linear.weight, a * b), (linear.bias, b)]
        for parameter, n in parts:
            values = draw[at : at + n] / math.sqrt(a)
            parameter.data = values.view(a, b).T if parameter.dim() == 2 else values
            at += n
        at += b if layer < 2 else 0  # the gain
        net += [linear, nn.LayerNorm(b), nn.ReLU()] if layer < 2 else [linear]
    with torch.no_grad():
        output = nn.Sequential(*net)(torch.from_numpy(data.x[1]))
        loss = nn.functional.cross_entropy(output, torch.from_numpy(data.y[1]))
    assert curves.by_epoch["val_loss"][0, 0] == pytest.approx(loss.item(), rel=1e-4)


def test_there_are_forty_data_sets_of_every_kind() -> None:
    assert len(NAMES) >= 40
    assert {source.kind for source in SOURCES.values()} == {"table", "image", "sequence"}
    for name in NAMES:
        data = load(Conditions(name, 60, label_noise=0.1, imbalance=0.3))
        assert len(data.x[0]) <= 60
        assert all(np.isfinite(x).all() for x in (*data.x, *data.unscaled))
        assert nets_for(name)
    load.cache_clear()


def test_a_change_that_changes_nothing_is_left_out() -> None:
    base = Setting(SHAPE, optimizer="adamw", learning_rate=0.003)
    names = tuple(change.name for change in SINGLE)
    found = reruns_of(base, names)
    assert not {"adamw", "relu", "dropout_off", "standardise", "momentum", "init_default"} & found.keys()
    assert found["lr_x10"].learning_rate == pytest.approx(0.03)
    assert CHANGES["batch_x4"].edit(base).shape.batch_size == 64


def test_a_training_leaves_the_process_as_it_was() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    train_together([Setting(SHAPE, optimizer="sgd", learning_rate=0.1)])
    assert torch.equal(torch.rand(3), expected)
    assert torch.tensor([1e-310], dtype=torch.float64).mul(1.0).item() != 0
