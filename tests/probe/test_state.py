"""A training leaves a probe exactly as it came, also through an exception and an interrupt."""

import copy
import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from advisor.probe import Probe
from advisor.probe.check import Check, Result, all_checks
from advisor.probe.running import run_checks
from advisor.probe.state import unchanged
from advisor.text import Bilingual


def training() -> Probe:
    """Batch normalisation, dropout, an optimizer with a state, a gradient, a frozen layer."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(6, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.3), nn.Linear(12, 12), nn.Linear(12, 3)
    )
    model[4].weight.requires_grad_(False)
    model[1].eval()
    x = torch.randn(96, 6)
    loader = DataLoader(
        TensorDataset(x, x[:, :3].argmax(1)), 16, shuffle=True, generator=torch.Generator().manual_seed(3)
    )
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=0.01, weight_decay=0.1)
    probe = Probe(model, nn.CrossEntropyLoss(), loader, loader, optimizer)
    for batch in loader:
        optimizer.zero_grad()
        probe.loss(model(batch[0]), batch[1]).backward()
        optimizer.step()
    return probe


def seen(probe: Probe) -> dict:
    """Everything that a probe must not change, as bytes where it is numbers."""
    raw = {name: t.numpy().tobytes() for name, t in probe.model.state_dict().items()}
    return {
        "weights": raw,
        "gradients": [None if p.grad is None else p.grad.numpy().tobytes() for p in probe.model.parameters()],
        "trainable": [p.requires_grad for p in probe.model.parameters()],
        "modes": [m.training for m in probe.model.modules()],
        "identities": [id(t) for t in (*probe.model.parameters(), *probe.model.buffers())],
        "groups": [{k: v for k, v in g.items() if k != "params"} for g in probe.optimizer.param_groups],
        "moments": [
            {k: v.numpy().tobytes() for k, v in state.items()} for state in probe.optimizer.state.values()
        ],
        "torch": torch.get_rng_state().numpy().tobytes(),
        "numpy": np.random.get_state()[1].tobytes(),
        "python": random.getstate(),
        "loader": probe.train_loader.generator.get_state().numpy().tobytes(),
        "hooks": [len(m._forward_hooks) for m in probe.model.modules()],
    }


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.name)
def test_every_check_leaves_the_training_as_it_was(check):
    probe = training()
    torch.manual_seed(0)
    before = copy.deepcopy(seen(probe))
    run_checks(probe, [check], 400, 0, lambda told: None)
    assert seen(probe) == before


class Breaks(Check):
    """Does its worst, then ends as it is told to."""

    name, order, says, sources = "breaks", 0, (), ()
    title = Bilingual("what breaks", "出错")

    def __init__(self, how):
        self.how = how

    def cost(self, budget):
        return 0

    def run(self, bench, budget):
        random.random()
        np.random.rand()
        bench.train(5, 0.5)
        bench.model.eval()
        for parameter in bench.model.parameters():
            parameter.requires_grad_(True)
            parameter.data.fill_(7)
        bench.probe.optimizer.param_groups[0]["lr"] = 9
        if self.how is not None:
            raise self.how
        return Result()


@pytest.mark.parametrize("how", [ValueError("no"), KeyboardInterrupt(), MemoryError()], ids=repr)
def test_what_breaks_leaves_the_training_as_it_was(how):
    probe = training()
    before = copy.deepcopy(seen(probe))
    try:
        run_checks(probe, [Breaks(how)], 400, 0, lambda told: None)
    except KeyboardInterrupt:
        assert isinstance(how, KeyboardInterrupt)
    assert seen(probe) == before


def test_the_test_sees_a_change():
    """The kit itself: each part that a probe may change is looked at."""
    probe = training()
    before = copy.deepcopy(seen(probe))
    with unchanged(probe):
        probe.model.train()
        list(probe.train_loader)
        probe.optimizer.zero_grad()
        probe.loss(probe.model(torch.randn(8, 6)), torch.zeros(8, dtype=torch.long)).backward()
        probe.optimizer.step()
        changed = {name for name, value in seen(probe).items() if value != before[name]}
    assert changed >= {"weights", "gradients", "modes", "moments", "torch", "loader"}
    assert seen(probe) == before


def test_without_an_optimizer_none_is_left_behind():
    probe = training()
    probe.optimizer = None
    run_checks(probe, all_checks()[:3], 100, 0, lambda told: None)
    assert probe.optimizer is None
