"""Modules of Lightning and models of Hugging Face themselves, where they are installed."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from advisor.probe import Probe
from advisor.probe.bench import Bench
from advisor.probe.check import chosen_checks
from advisor.probe.outcome import Outcome
from advisor.probe.running import run_checks

CHECKS = ("data-audit", "initial-loss", "layer-scale", "dependence", "training-step", "one-batch")


def probed(probe):
    """Every figure of the cheap checks; the model must be as before."""
    before = {name: value.clone() for name, value in probe.model.state_dict().items()}
    outcome = Outcome("real")
    run_checks(probe, chosen_checks([*CHECKS, "learning-rate"]), 1000, 0, outcome.take)
    assert [(t.check, t.text) for t in outcome.told if t.kind == "failed"] == []
    after = probe.model.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())
    return outcome.figures


def test_a_lightning_module_is_probed_with_its_own_optimizer():
    lightning = pytest.importorskip("lightning")

    class Classifier(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.save_hyperparameters()
            self.layers = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3))

        def training_step(self, batch, batch_idx):
            loss = functional.cross_entropy(self.layers(batch[0]), batch[1])
            self.log("train_loss", loss)
            return loss

        def configure_optimizers(self):
            optimizer = torch.optim.SGD(self.parameters(), lr=0.3, momentum=0.9)
            schedule = torch.optim.lr_scheduler.StepLR(optimizer, 5)
            return {"optimizer": optimizer, "lr_scheduler": schedule}

    torch.manual_seed(0)
    x = torch.randn(320, 6)
    data = [(x[i : i + 16], x[i : i + 16, :3].argmax(1)) for i in range(0, 320, 16)]
    figures = probed(Probe(Classifier(), None, data, data))
    assert figures["initial_loss"] == pytest.approx(1.1, abs=0.3)
    assert figures["lr_now"] == pytest.approx(0.3), "the rate of its own optimizer"
    assert figures["lr_low"] <= figures["lr_best"] <= figures["lr_high"]


@pytest.mark.parametrize("kind", ["classifier", "language model"])
def test_a_hugging_face_model_is_probed_with_the_loss_it_computes(kind):
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    tokens = torch.randint(2, 40, (128, 12))
    if kind == "classifier":
        config = transformers.BertConfig(
            vocab_size=40, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
            num_labels=3,
        )  # fmt: skip
        model, labels = transformers.BertForSequenceClassification(config), tokens[:, 0] % 3
    else:
        config = transformers.GPT2Config(vocab_size=40, n_positions=16, n_embd=16, n_layer=1, n_head=2)
        model, labels = transformers.GPT2LMHeadModel(config), tokens
    batches = [{"input_ids": tokens[i : i + 16], "labels": labels[i : i + 16]} for i in range(0, 128, 16)]
    figures = probed(Probe(model, None, batches, batches))
    expected = 1.1 if kind == "classifier" else 3.7
    assert figures["initial_loss"] == pytest.approx(expected, abs=0.3)
    assert figures["lr_low"] <= figures["lr_best"] <= figures["lr_high"]


@pytest.mark.parametrize(
    "shape",
    [
        lambda o, s: o,
        lambda o, s: [o],
        lambda o, s: ([o], [s]),
        lambda o, s: {"optimizer": o, "lr_scheduler": s},
        lambda o, s: [{"optimizer": o}],
    ],
)
def test_every_shape_that_configure_optimizers_may_return_is_taken(shape):
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 2)

        def configure_optimizers(self):
            return shape(torch.optim.SGD(self.parameters(), lr=0.25), "a schedule")

    bench = Bench(Probe(Own(), functional.cross_entropy, []))
    assert isinstance(bench.optimizer, torch.optim.SGD)
    assert bench.rate == 0.25


def test_a_configure_optimizers_that_needs_its_trainer_gives_way_to_the_default():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 2)

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1 * self.trainer.max_steps)

    bench = Bench(Probe(Own(), functional.cross_entropy, []))
    assert isinstance(bench.optimizer, torch.optim.Adam)
