"""A training that is recorded is the training that is not, bit for bit, and its log is read and judged."""

import json

import pytest
import torch
from torch import nn

from advisor.advice.assessment import assess
from advisor.diagnosis import load_rulebook
from advisor.probe import watch
from advisor.readers import read_paths


def model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 3))


def trained(net: nn.Module, path=None, every: int = 1, steps: int = 40, lr: float = 0.01) -> dict:
    """Weights and buffers after a training, and the random state it left."""
    optimizer = torch.optim.AdamW(net.parameters(), lr)
    torch.manual_seed(1)

    def loop(recorder=None):
        for _ in range(steps):
            x = torch.randn(32, 6)
            loss = nn.functional.cross_entropy(net(x), x[:, :3].argmax(1))
            optimizer.zero_grad()
            loss.backward()
            if recorder is not None:
                recorder.log(loss=loss.item())
            optimizer.step()

    if path is None:
        loop()
    else:
        with watch(net, optimizer, path, every=every) as recorder:
            loop(recorder)
        assert recorder.step == steps
    return {**net.state_dict(), "random": torch.get_rng_state()}


@pytest.mark.parametrize("every", [1, 7])
def test_a_recorded_training_is_the_same_bit_for_bit(tmp_path, every):
    plain, recorded = trained(model()), trained(model(), tmp_path / "log.jsonl", every)
    assert plain.keys() == recorded.keys()
    assert all(torch.equal(plain[name], recorded[name]) for name in plain)


def test_each_line_has_its_figures_and_they_are_right(tmp_path):
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU())
    with torch.no_grad():
        net[0].weight.copy_(torch.tensor([[3.0, 0.0], [-4.0, 0.0]]))
    optimizer = torch.optim.SGD(net.parameters(), 0.5)
    with watch(net, optimizer, tmp_path / "log.jsonl", every=1):
        net(torch.tensor([[1.0, 0.0], [2.0, 0.0]])).sum().backward()
        optimizer.step()
    (line,) = (json.loads(text) for text in (tmp_path / "log.jsonl").read_text().splitlines())
    # The first unit answers 3 and 6, the second never; the gradient is (3, 0), the step half of that.
    assert line["step"] == 1
    assert line["learning_rate"] == 0.5
    assert line["grad_norm"] == pytest.approx(3)
    assert line["update_ratio"] == pytest.approx(1.5 / 5)
    assert line["dead_share"] == 0.5


def test_lines_come_every_so_many_steps_and_hooks_are_taken_off(tmp_path):
    net = model()
    trained(net, tmp_path / "log.jsonl", every=10)
    lines = [json.loads(text) for text in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 20, 30, 40]
    assert all("loss" in line for line in lines)
    assert not any(m._forward_hooks for m in net.modules())


def test_an_evaluation_between_the_steps_does_not_count(tmp_path):
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    with torch.no_grad():
        net[0].weight.fill_(1.0)
        net[0].bias.fill_(0.0)
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    with watch(net, optimizer, tmp_path / "log.jsonl", every=1):
        with torch.no_grad():
            net(-torch.ones(4, 2))
        net(torch.ones(4, 2)).sum().backward()
        optimizer.step()
    shares = [json.loads(text)["dead_share"] for text in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert shares == [0.0]


def test_its_log_is_read_and_a_fault_is_named(tmp_path):
    net = model()
    with torch.no_grad():
        net[1].bias.fill_(-20)
    trained(net, tmp_path / "log.jsonl", every=1, lr=1e-4)
    (run,) = read_paths([str(tmp_path / "log.jsonl")])
    assessment = assess(run, load_rulebook())
    assert assessment.signals["units.dead"] == 1
    # A whole layer that never answers lets no gradient through.
    assert "vanishing_gradients" in {finding.problem.value for finding in assessment.findings}


def test_every_counts_steps():
    net = model()
    with (
        pytest.raises(ValueError, match="every is 0"),
        watch(net, torch.optim.SGD(net.parameters()), "x", every=0),
    ):
        pass
