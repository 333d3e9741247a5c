"""Faults that no rule named once: gradients of zero, a sigmoid before a loss of logits, wrong labels."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional

from advisor.probe import Probe
from advisor.probe.check import chosen_checks
from advisor.probe.outcome import Outcome
from advisor.probe.running import run_checks
from tests.measure import probe_held_out
from tests.measure.probe import assessed, found
from tests.measure.probe_faults import MODELS, _plain_step, clipping_too_tight, detached_branch


@pytest.mark.parametrize(
    ("fault", "checks", "problem"),
    [
        (probe_held_out.weights_all_zero, ["layer-scale"], "bad_initialisation"),
        (probe_held_out.saturated_squashing, ["layer-scale"], "saturated_units"),
        (probe_held_out.nearly_all_dropped, ["layer-scale"], "over_regularised"),
        (probe_held_out.sigmoid_before_cross_entropy, ["loss-setup"], "loss_setup"),
        (probe_held_out.half_the_labels_random, ["label-signal"], "label_noise"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_check_names_the_fault_and_not_the_unbroken_model(fault, checks, problem):
    make = MODELS["convolutional"]
    assert problem in found(fault(make()).probe(), checks)
    assert problem not in found(make().probe(), checks)


@pytest.mark.parametrize(
    "loss", [functional.binary_cross_entropy_with_logits, functional.binary_cross_entropy]
)
def test_a_sigmoid_is_right_before_a_loss_of_probabilities_and_wrong_before_one_of_logits(loss):
    torch.manual_seed(0)
    x = torch.randn(64, 5)
    data = [(x[i : i + 16], (x[i : i + 16, :1] > 0).float()) for i in range(0, 64, 16)]
    model = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())
    named = found(Probe(model, loss, data, data), ["loss-setup"])
    assert ("loss_setup" in named) == (loss is functional.binary_cross_entropy_with_logits)


def test_outputs_that_are_the_same_for_every_sample_are_not_taken_for_probabilities():
    torch.manual_seed(0)
    model = nn.Linear(5, 2)
    with torch.no_grad():
        model.weight.zero_()
        model.bias.fill_(0.1)
    data = [(torch.randn(16, 5), torch.arange(16) % 2)] * 2
    assert "loss_setup" not in found(Probe(model, functional.cross_entropy, data, data), ["loss-setup"])


def test_a_training_that_is_not_finite_says_nothing_of_the_labels():
    made = probe_held_out.nan_among_the_inputs(MODELS["dense"]()).probe()
    outcome = Outcome("nan")
    run_checks(made, chosen_checks(["label-signal"]), 200, 0, outcome.take)
    assert not outcome.figures
    assert outcome.done <= 20


@pytest.mark.parametrize("zero", [True, False])
def test_gradients_that_add_up_are_found_although_they_are_clipped(zero):
    def step(probe, batch):
        return _plain_step(probe, batch, zero=zero, clip=1.0)

    named = found(replace(MODELS["dense"](), step=step).probe(), ["training-step"])
    assert ("wiring" in named) == (not zero)


def test_the_limit_of_clipping_is_to_be_the_norm_that_was_seen():
    assessment = assessed(clipping_too_tight(MODELS["dense"]()).probe(), ["training-step"])
    (change,) = assessment.changes
    assert change.after == pytest.approx(assessment.signals["probe.clip_norm"], rel=0.05)


@pytest.mark.parametrize(("scale", "wrong"), [(1.0, False), (5000.0, True)])
def test_a_target_off_zero_is_a_bad_start_only_where_it_is_not_scaled(scale, wrong):
    torch.manual_seed(0)
    x = torch.randn(256, 5)
    y = scale * (1 + 0.3 * torch.randn(256, 1))
    data = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 256, 16)]
    model = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 1))
    named = found(Probe(model, nn.MSELoss(), data, data), ["initial-loss"])
    assert ("bad_initialisation" in named) == wrong


@pytest.mark.parametrize("factor", [0.01, 1.0, 100.0])
def test_a_rate_that_does_not_suit_is_no_model_that_cannot_learn(factor):
    made = MODELS["dense"]()
    assert "not_learning" not in found(replace(made, lr=made.lr * factor).probe(), ["one-batch"])
    frozen = detached_branch(
        replace(MODELS["dense"](), lr=made.lr * factor, trained=lambda m: [m.body.body[0].bias])
    )
    assert "not_learning" in found(frozen.probe(), ["one-batch"])


class Branch(nn.Module):
    """A residual branch whose last layer starts at zero: the one before it has no gradient at first."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.outer = nn.Linear(20, 20), nn.Linear(20, 20)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, x):
        return x + self.outer(torch.tanh(self.inner(x)))


def test_weights_whose_gradient_stays_zero_are_a_finding():
    made = MODELS["dense"]()
    for parameter in made.model.parameters():
        nn.init.zeros_(parameter)
    assert "vanishing_gradients" in found(made.probe(), ["training-step"])


def test_a_branch_that_starts_at_zero_and_wakes_up_is_no_finding():
    made = MODELS["dense"]()
    torch.manual_seed(0)
    made.model = nn.Sequential(Branch(), nn.Linear(20, 4))
    assert "vanishing_gradients" not in found(made.probe(), ["training-step"])
