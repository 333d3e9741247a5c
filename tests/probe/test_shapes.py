"""Models that compute their loss themselves, batches with names, a loss for every token."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional

from advisor.probe import Probe
from advisor.probe.bench import Bench
from advisor.probe.check import all_checks
from advisor.probe.outcome import Outcome
from advisor.probe.running import run_checks


class OwnStep(nn.Module):
    """As a Lightning module: the step computes the loss."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))

    def training_step(self, batch, _index):
        return {"loss": functional.cross_entropy(self.layers(batch[0]), batch[1])}


class Named(nn.Module):
    """As a Hugging Face model: called with the batch's items by name, answers with an object."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.head = nn.Linear(8, 3)

    def forward(self, input_ids, labels=None):
        logits = self.head(self.embedding(input_ids).mean(1))
        return SimpleNamespace(loss=functional.cross_entropy(logits, labels), logits=logits)


def plain_batches():
    x = torch.randn(160, 6, generator=torch.Generator().manual_seed(0))
    return [(x[i : i + 16], x[i : i + 16, :3].argmax(1)) for i in range(0, 160, 16)]


def named_batches():
    tokens = torch.randint(20, (160, 5), generator=torch.Generator().manual_seed(0))
    labels = tokens[:, 0] % 3
    return [{"input_ids": tokens[i : i + 16], "labels": labels[i : i + 16]} for i in range(0, 160, 16)]


@pytest.mark.parametrize(("model", "data"), [(OwnStep, plain_batches), (Named, named_batches)])
def test_models_with_a_loss_of_their_own_are_probed_by_every_check(model, data):
    torch.manual_seed(0)
    outcome = Outcome("own")
    run_checks(Probe(model(), None, data(), data()), all_checks(), 1000, 0, outcome.take)
    assert [(t.check, t.text) for t in outcome.told if t.kind == "failed"] == []
    figures = outcome.figures
    assert figures["initial_loss"] == pytest.approx(1.1, abs=0.3)
    assert figures["one_batch_left"] < 1
    assert figures["lr_low"] <= figures["lr_best"] <= figures["lr_high"]
    assert figures["label_signal"] > 0


def test_a_loss_for_every_token_is_probed():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(12, 8), nn.Linear(8, 12))
    tokens = torch.randint(12, (64, 10))
    data = [(tokens[i : i + 16], (tokens[i : i + 16] + 1) % 12) for i in range(0, 64, 16)]

    def loss(output, target):
        return functional.cross_entropy(output.reshape(-1, 12), target.reshape(-1))

    outcome = Outcome("tokens")
    run_checks(Probe(model, loss, data), all_checks()[:6], 100, 0, outcome.take)
    assert outcome.figures["initial_loss_ratio"] == pytest.approx(1, abs=0.3)
    assert outcome.figures["loss_over_halves"] == pytest.approx(1, abs=0.01)


def test_the_training_data_is_gone_through_once_and_gives_the_same_batches_each_time():
    asked = []

    def coming():
        for number in range(40):
            asked.append(number)
            yield torch.full((4, 2), float(number)), torch.zeros(4, dtype=torch.long)

    bench = Bench(Probe(nn.Linear(2, 2), functional.cross_entropy, coming()))
    first = [batch[0][0, 0].item() for batch in bench.train_batches(3)]
    again = [batch[0][0, 0].item() for batch in bench.train_batches(10)]
    assert again[:3] == first
    assert asked == list(range(10))
    assert len(bench.train_batches(100)) == 40
