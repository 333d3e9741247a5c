"""The noise of the gradients and the curvature, where both are known."""

import pytest
import torch
from torch import nn

from advisor.probe import Probe
from advisor.probe.check import chosen_checks
from advisor.probe.outcome import Outcome
from advisor.probe.running import run_checks
from advisor.probe.target import load_target

FEATURES, BATCH = 200, 16


class Direction(nn.Module):
    """Answers w x: where the loss is the mean answer, the gradient is the mean of the inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(FEATURES))

    def forward(self, x):
        return x @ self.weight


def measured(probe: Probe, check: str) -> Outcome:
    outcome = Outcome("gradients")
    run_checks(probe, chosen_checks([check]), 1000, 0, outcome.take)
    assert not outcome.unfinished
    return outcome


def batches_of(mean: float, spread: float) -> list:
    torch.manual_seed(0)
    inputs = mean + spread * torch.randn(60, BATCH, FEATURES)
    return [(x, torch.zeros(BATCH)) for x in inputs]


def mean_answer(output: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return output.mean()


@pytest.mark.parametrize("scale", [1, 9, 400])
def test_the_noise_scale_is_the_variance_of_a_samples_gradient_over_the_square_of_its_mean(scale):
    probe = Probe(Direction(), mean_answer, batches_of(1.0, scale**0.5))
    found = measured(probe, "noise-scale").figures
    assert found["noise_scale_start"] == pytest.approx(scale, rel=0.2)
    assert found["noise_scale"] == pytest.approx(scale, rel=0.2)
    assert found["batch_over_noise_scale"] == pytest.approx(BATCH / scale, rel=0.2)


def test_gradients_that_are_all_alike_have_no_noise():
    found = measured(Probe(Direction(), mean_answer, batches_of(1.0, 0.0)), "noise-scale").figures
    assert found["noise_scale"] == pytest.approx(0, abs=1e-3)


def test_gradients_without_anything_in_common_say_so_in_both_languages():
    given = [pair for x, y in batches_of(0.0, 1.0)[:30] for pair in ((x, y), (-x, y))]
    found = measured(Probe(Direction(), mean_answer, given), "noise-scale")
    assert "batch_over_noise_scale" not in found.figures
    (note,) = (note for told in found.told for note in told.notes)
    assert "160 samples" in note.en
    assert "160 个样本" in note.zh


def test_one_batch_is_compared_with_nothing():
    found = measured(Probe(Direction(), mean_answer, batches_of(1.0, 1.0)[:1]), "noise-scale")
    assert not found.figures


def test_the_sharpness_of_a_parabola_is_its_curvature():
    probe = Probe(
        Direction(),
        lambda output, _: 3.5 * output.square().sum(),
        [(torch.eye(FEATURES), torch.zeros(FEATURES))],
    )
    probe.optimizer = torch.optim.SGD(probe.model.parameters(), lr=0.1)
    found = measured(probe, "sharpness").figures
    assert found["sharpness"] == pytest.approx(7.0, rel=1e-3)
    assert found["rate_over_stable"] == pytest.approx(0.1 * 7.0 / 2, rel=1e-3)


@pytest.mark.parametrize("task", ["sequence-transformer", "sequence-rnn"])
def test_attention_and_recurrent_layers_have_a_sharpness_too(task):
    assert measured(load_target(task, {}), "sharpness").figures["sharpness"] > 0
