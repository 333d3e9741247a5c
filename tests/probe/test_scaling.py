"""Width, speed, memory, and the rate that is estimated without trying any."""

import sys

import pytest
import torch
from torch import nn

from advisor.probe import Probe
from advisor.probe.bench import Bench
from advisor.probe.check import chosen_checks
from advisor.probe.doubling import Tried, _read
from advisor.probe.outcome import Outcome
from advisor.probe.request import Request
from advisor.probe.running import run_checks
from advisor.probe.target import load_target
from advisor.probe.told import framed, unframed

TARGET = """
import torch
from torch import nn
def training(width=64, scaled=False, batch=32):
    model = nn.Sequential(nn.Linear(8, width), nn.ReLU(), nn.Linear(width, 2))
    x = torch.randn(1024, 8)
    data = [(x[i : i + batch], (x[i : i + batch, 0] > 0).long()) for i in range(0, 1024, batch)]
    optimizer = torch.optim.Adam(model.parameters(), 0.5 / width if scaled else 0.005)
    return model, nn.CrossEntropyLoss(), data, None, optimizer
"""


@pytest.fixture
def target(tmp_path):
    (tmp_path / "scaling.py").write_text(TARGET)
    return f"{tmp_path}/scaling.py:training"


def measured(probe: Probe, check: str) -> Outcome:
    outcome = Outcome("scaling")
    run_checks(probe, chosen_checks([check]), 1000, 0, outcome.take)
    assert not outcome.unfinished
    return outcome


def test_steps_grow_with_the_width_unless_the_rate_shrinks_with_it(target):
    torch.manual_seed(0)
    usual = measured(load_target(target, {}), "width").figures["width_slope"]
    scaled = measured(load_target(target, {"scaled": True}), "width").figures["width_slope"]
    assert usual > 0.5
    assert scaled < 0.3


def test_what_is_told_goes_through_the_pipe_as_it_is(target):
    told = measured(load_target(target, {}), "width").told
    assert any(one.curves for one in told)
    assert unframed(b"".join(map(framed, told))) == (told, b"")


def test_without_a_setting_for_the_width_both_languages_say_so():
    model = nn.Linear(2, 2)
    probe = Probe(model, nn.CrossEntropyLoss(), [(torch.ones(4, 2), torch.ones(4, dtype=torch.long))])
    told = measured(probe, "width").told
    note = next(t.notes[0] for t in told if t.notes)
    assert "width" in note.en
    assert "宽度" in note.zh


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is Linux's")
def test_out_of_memory_is_a_finding_and_ends_only_the_process_that_tried(target):
    probe = load_target(target, {"width": 10_000})
    probe.memory = 48 * 2**20
    figures = measured(probe, "throughput").figures
    assert figures["batch_out_of_memory"] == 2 * figures["batch_fits"]
    assert 32 <= figures["batch_fits"] < 1024
    assert figures["samples_per_second"] > 0


def test_a_process_that_the_system_ended_had_no_memory_for_what_it_began():
    told = b'noise\nadvisor-doubling {"samples":8}\nadvisor-doubling {"samples":8,"seconds":0.1}\n'
    begun = told + b'advisor-doubling {"samples":16}\n'
    assert list(_read(begun, -9)) == [Tried(8, 0.1), Tried(16, out_of_memory=True)]
    assert list(_read(begun, 1)) == [Tried(8, 0.1)]


def test_a_loader_that_can_be_gone_through_once_is_not_timed():
    data = ((torch.ones(4, 2), torch.ones(4, dtype=torch.long)) for _ in range(20))
    probe = Probe(nn.Linear(2, 2), nn.CrossEntropyLoss(), data)
    figures = measured(probe, "throughput").figures
    assert "data_share" not in figures
    assert len(list(data)) == 13


@pytest.mark.parametrize(("optimizer", "low", "high"), [("adam", 1e-3, 0.1), ("sgd", 1e-3, 1.0)])
def test_the_estimated_rate_leaves_its_beginning_and_stays_sane(optimizer, low, high):
    probe = load_target("digits", {"optimizer": optimizer, "lr": 1.0})
    assert low < measured(probe, "distance-estimate").figures["lr_estimate"] < high


def test_what_is_skipped_says_in_both_languages_how_to_have_it():
    outcome = Outcome("short")
    run_checks(load_target("digits", {}), chosen_checks(["candidate-race"]), 10, 0, outcome.take)
    (told,) = outcome.unfinished
    assert "--only candidate-race --budget 315" in told.words.en
    assert "步" in told.words.zh


def test_the_default_budget_is_enough_for_every_check_but_the_race_of_changes():
    left, skipped = Request("digits").budget, []
    for check in chosen_checks([]):
        cost = check.cost(left)
        if cost > left:
            skipped.append(check.name)
        else:
            left -= cost
    assert skipped == ["candidate-race"]


def test_a_training_can_be_made_anew_with_other_settings(target):
    probe = load_target(target, {"width": 16})
    assert probe.remake({"width": 4}).model[0].out_features == 4
    assert probe.remake({}).model[0].out_features == 16
    assert Bench(probe).model[0].out_features == 16
