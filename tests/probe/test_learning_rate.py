"""Which rate the race takes: a mean of those that chance tells apart; a word where nothing was learned."""

import pytest
import torch
from torch import nn

from advisor.probe import Probe
from advisor.probe.check import chosen_checks
from advisor.probe.checks.learning_rate import Runner, _by_rate, _chosen, _compare, _edge, _ranked
from advisor.probe.outcome import Outcome
from advisor.probe.running import run_checks
from advisor.probe.seeds import agreed


def finalists(**losses):
    return [
        Runner(float(rate.replace("r", "").replace("_", "-")), None, 100, loss)
        for rate, loss in losses.items()
    ]


def chosen(**losses):
    runners = finalists(**losses)
    _compare(runners, 2.3)
    return _chosen(runners, 2.3, 1.0, 1e-3)


def test_rates_that_chance_tells_apart_share_the_choice():
    tied = chosen(r1e_3=0.1, r1e_2=0.1, r1e_1=9.0)
    assert tied["lr_best"] == pytest.approx(10**-2.5, rel=0.01)
    clear = chosen(r1e_3=0.5, r1e_2=0.1, r1e_1=9.0)
    assert clear["lr_best"] == pytest.approx(1e-2, rel=0.01)
    assert clear["lr_now_over_best"] == pytest.approx(0.1, rel=0.01)


def test_an_interval_reaches_half_way_to_the_rates_beside_it_that_are_worse():
    alone = chosen(r1e_3=2.0, r1e_2=0.1, r1e_1=9.0)
    assert (alone["lr_low"], alone["lr_high"]) == pytest.approx((10**-2.5, 10**-1.5))
    pair = chosen(r1e_4=2.0, r1e_3=0.1, r1e_2=0.2, r1e_1=9.0)
    assert (pair["lr_low"], pair["lr_high"]) == pytest.approx((10**-3.5, 10**-1.5))


def test_an_interval_has_no_gap_and_ends_at_the_edge():
    apart = chosen(r1e_4=0.1, r1e_3=2.0, r1e_2=0.11, r1e_1=9.0)
    assert apart["lr_high"] == pytest.approx(10**-3.5)
    top = chosen(r1e_2=2.0, r1e_1=1.9, r1e_0=0.1)
    assert top["lr_high"] == 1.0


def test_a_jump_below_the_first_loss_is_no_divergence():
    """A loss that fell to a hundredth comes back to a tenth: the sweep goes on."""

    class Sweep:
        model = nn.Identity()

        def __init__(self, losses):
            self.left = iter(losses)

        def train_batches(self, count):
            return [None]

        def set_rate(self, rate):
            self.rate = rate

        def step(self, batch):
            return next(self.left)

    low, jumps = [1.0] * 30 + [0.01] * 10, [0.1, 0.01] * 5
    assert _edge(Sweep([*low, *jumps, *[1.5] * 10]))[1].y[-1] == 1.5
    assert len(_edge(Sweep([*low, *jumps, *[1.5] * 10]))[1].y) == 51


def test_on_a_plateau_the_highest_rate_that_holds_is_gone_on_with():
    plateau = finalists(r1e_4=2.301, r1e_3=2.30, r1e_2=2.303, r1e_1=5.0, r1e_0=float("inf"))
    assert [r.rate for r in _ranked(plateau, 2.3)] == [1e-2, 1e-3, 1e-4, 1e-1]
    learned = finalists(r1e_4=2.301, r1e_3=1.2, r1e_2=1.5)
    assert [r.rate for r in _ranked(learned, 2.3)] == [1e-3, 1e-2, 1e-4]


def toy(steps=None, lr=0.01):
    torch.manual_seed(0)
    x = torch.randn(128, 3)
    data = [(x[i : i + 16], (x[i : i + 16, 0] > 0).long()) for i in range(0, 128, 16)]
    model = nn.Linear(3, 2)
    return Probe(
        model, nn.CrossEntropyLoss(), data, data, torch.optim.SGD(model.parameters(), lr), steps=steps
    )


def race(probe, budget):
    outcome = Outcome("race")
    run_checks(probe, chosen_checks(["learning-rate"]), budget, 0, outcome.take)
    return outcome


def test_alone_it_takes_the_whole_budget():
    assert 0.9 * 600 < race(toy(), 600).done <= 600


def test_a_full_training_of_four_steps_can_be_raced():
    assert "lr_now" in race(toy(steps=4), 600).figures


def test_where_no_rate_learned_anything_the_present_one_is_not_judged():
    torch.manual_seed(0)
    x = torch.zeros(64, 2)
    data = [(x[i : i + 16], torch.tensor([0, 1] * 8)) for i in range(0, 64, 16)]
    model = nn.Linear(2, 2)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    outcome = Outcome("nothing to learn")
    sgd = torch.optim.SGD(model.parameters(), lr=1e-4)
    run_checks(
        Probe(model, nn.CrossEntropyLoss(), data, data, sgd),
        chosen_checks(["learning-rate"]),
        300,
        0,
        outcome.take,
    )
    figures = outcome.figures
    assert figures["lr_best"] == pytest.approx(figures["lr_edge"] / 30)
    assert "lr_now_over_low" not in figures
    notes = [note.en for told in outcome.told for note in told.notes]
    assert any("no rate lowered the held-out loss" in note for note in notes)
    assert agreed([figures, figures]) == figures


def test_seeds_that_share_no_more_than_one_rate_agree_on_the_usual_bounds():
    def found(low, high):
        middle = (low * high) ** 0.5
        return {"lr_low": low, "lr_high": high, "lr_best": middle, "lr_now": 0.001, "lr_edge": 0.65}

    together = agreed([found(0.2, 0.44), found(0.1, 0.2), found(0.2, 0.44)])
    assert (together["lr_low"], together["lr_high"]) == (0.2, 0.44)
    assert together["lr_low"] <= together["lr_best"] <= together["lr_high"]
    wide = agreed([found(0.01, 0.44), found(0.02, 0.5)])
    assert (wide["lr_low"], wide["lr_high"]) == (0.02, 0.44)


def test_the_chart_of_the_race_is_not_stretched_by_a_rate_that_diverged():
    curve = _by_rate(finalists(r1=1e17, r1e_2=0.7, r1e_1=0.4), 1.1)
    assert curve.x == (0.01, 0.1)
    assert curve.y == (0.7, 0.4)
    assert _by_rate(finalists(r1=1e17), 1.1).y == (1e17,)
