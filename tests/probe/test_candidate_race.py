"""Single changes race against the training as it stands: pairing, the floor of luck, nothing left behind."""

import pytest
import torch
from torch import nn

from advisor.advice.assessment import assess
from advisor.diagnosis import load_rulebook
from advisor.probe.bench import Bench
from advisor.probe.candidates import Data, candidates
from advisor.probe.check import chosen_checks
from advisor.probe.outcome import Outcome
from advisor.probe.running import run_checks
from advisor.probe.target import Probe, load_target


def raced(probe: Probe, budget: int = 400) -> Outcome:
    outcome = Outcome("race")
    run_checks(probe, chosen_checks(["candidate-race"]), budget, 0, outcome.take)
    return outcome


@pytest.fixture(scope="module")
def slow() -> Outcome:
    torch.set_num_threads(1)
    return raced(load_target("digits", {"lr": 1e-5, "hidden": 16}))


def test_a_change_that_helps_every_seed_by_more_than_luck_wins(slow):
    figures = slow.figures
    assert figures["race_gain"] > figures["race_floor"] > 0
    assert figures["race_seeds_won"] == 1
    findings = {f.code: f for f in assess(slow.run(), load_rulebook()).findings}
    assert "PRB901" in findings


def test_an_arm_that_changes_nothing_gains_nothing(slow):
    # The gradients of this start never reach the limit, so the arm is the training itself, seed by seed.
    assert slow.figures["race_clipping"] == 0


def test_each_seed_has_its_own_start_and_the_words_say_how_long_and_which(slow):
    curve = next(c for told in slow.told for c in told.curves if c[0] == "held-out loss as it stands by seed")
    assert len(set(curve[2])) == 3
    told = next(told for told in slow.told if told.kind == "measured")
    assert "3 seeds" in told.notes[0].en
    assert "学习率" in told.notes[1].zh


def test_only_the_winner_is_proposed(slow):
    finding = next(f for f in assess(slow.run(), load_rulebook()).findings if f.code == "PRB901")
    changes = [c for c in assess(slow.run(), load_rulebook()).changes if c.finding.code == "PRB901"]
    assert len(changes) == 1, finding


def _bench() -> Bench:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))
    x = 30 * torch.randn(64, 4)
    data = [(x[i : i + 8], (x[i : i + 8, 0] > 0).long()) for i in range(0, 64, 8)]
    optimizer = torch.optim.SGD(model.parameters(), 0.01, weight_decay=0.1)
    return Bench(Probe(model, nn.CrossEntropyLoss(), data, data, optimizer))


def test_every_change_is_undone_also_where_training_breaks():
    bench = _bench()
    data = Data(bench.train_batches(8), bench.held_out())
    found = candidates(bench)
    names = {c.name for c in found}
    assert names == {
        "rate_up", "rate_down", "adamw", "no_decay", "no_dropout", "clipping", "scaled_inputs", "half_batch",
    }  # fmt: skip
    own = bench.optimizer
    for one in found:
        with pytest.raises(ValueError, match="breaks"), one.on(bench, data):
            raise ValueError("breaks")
        bench.start.restore()
        assert bench.optimizer is bench.probe.optimizer is own
        assert bench.model[2].p == 0.3
        assert own.param_groups[0]["weight_decay"] == 0.1
        assert own.param_groups[0]["lr"] == 0.01
        assert not own._optimizer_step_pre_hooks


def test_changes_do_what_they_say():
    bench = _bench()
    data = Data(bench.train_batches(8), bench.held_out())
    arms = {c.name: c for c in candidates(bench)}
    with arms["scaled_inputs"].on(bench, data) as scaled:
        whole = torch.cat([x for x, _ in scaled.train])
        assert whole.std(0) == pytest.approx([1, 1, 1, 1], abs=1e-4)
    with arms["half_batch"].on(bench, data) as halved:
        assert [len(x) for x, _ in halved.train] == [4] * 16
    with arms["clipping"].on(bench, data):
        bench.step(data.train[0])
        norms = [p.grad.norm() for p in bench.model.parameters()]
        assert float(torch.stack(norms).norm()) <= 1.001


def test_a_step_of_the_users_own_keeps_its_optimizer_and_a_good_rate_is_raced():
    bench = _bench()
    bench.probe.train_step = lambda batch: torch.zeros(())
    bench.good_rate = 0.5
    arms = {c.name: c.rate for c in candidates(bench)}
    assert arms["rate"] == 0.5
    assert not arms.keys() & {"adamw", "sgd", "rate_up", "rate_down"}
