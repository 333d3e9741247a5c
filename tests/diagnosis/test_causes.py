"""The learned part by itself, and how it and the rules agree on the order of what is told."""

import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from advisor.advice import assess
from advisor.diagnosis import causes as causes_module
from advisor.diagnosis import load_rulebook
from advisor.diagnosis.agreement import agreement
from advisor.diagnosis.cause_models import ABSENT, Forest, Input, Judge, Regression, columns, row, squeeze
from advisor.diagnosis.causes import (
    CAUSES_KNOWN,
    PREFIX,
    WITH_FOREST,
    judge_of,
    kind_of_log,
    learned,
    learned_glossary,
    learned_names,
    shipped_regressions,
    with_learned,
)
from advisor.diagnosis.finding import Finding, Severity
from advisor.diagnosis.measured import Measured
from advisor.diagnosis.problem import CAUSES, Problem
from advisor.diagnosis.ranking import ranked as ranked_by
from advisor.readers import read_paths
from advisor.signals import GLOSSARY, measure
from advisor.trees import Trees

STEP_LOG = {"train_loss.points": 400.0, "val_loss.points": 20.0}
RULES = {rule.code: rule for rule in load_rulebook().rules}


def ranked(findings, signals):
    return ranked_by(findings, signals, Measured())


def finding(code, probability=None):
    rule = RULES[code]
    return Finding(rule, Severity[rule.severity.upper()], probability, (), ())


def test_every_cause_is_a_public_problem():
    assert set(CAUSES_KNOWN) <= {problem.value for problem in Problem}
    assert {name.partition(".")[2] for name in learned_names()} == set(CAUSES_KNOWN)
    entries = learned_glossary().values()
    assert {(entry.unit, entry.low, entry.high) for entry in entries} == {("probability", 0.0, 1.0)}


@pytest.mark.parametrize("kind", ["step", "step+metric", "epoch", "epoch+metric"])
def test_the_shipped_models_know_their_signals_and_causes(kind):
    judge = judge_of(kind)
    own, forest = judge.regression, judge.forest
    assert set(own.causes) == set(CAUSES_KNOWN)
    assert np.asarray(own.weights).shape == (len(own.causes), 2 * len(own.inputs))
    assert own.temperature > 0
    assert (forest is None) == (kind not in WITH_FOREST)
    names = [one.name for one in own.inputs]
    if forest:
        assert forest.temperature > 0
        assert forest.trees.feature.max() < len(forest.names)
        assert forest.trees.value.shape[1] == len(own.causes)
        names += forest.names
    for asked in names:
        assert set(asked.split(" / ")) <= set(GLOSSARY)
        assert not any(GLOSSARY[name].raw for name in asked.split(" / "))


def test_no_model_speaks_where_none_was_shipped():
    assert set(shipped_regressions().models) == {"step", "step+metric", "epoch", "epoch+metric"}
    assert judge_of("minute") is None


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("none", 0.3, 0.3),
        ("none", 1e9, 8.0),
        ("log", 10.0, 1.0),
        ("log", 0.0, -4.0),
        ("signed", -99.0, -2.0),
        ("signed", 0.0, 0.0),
    ],
)
def test_squeezing(kind, value, expected):
    assert squeeze(kind, value) == pytest.approx(expected, abs=1e-4)


def test_which_model_speaks():
    assert kind_of_log(STEP_LOG) == "step"
    assert kind_of_log({"train_loss.points": 20.0, "val_loss.points": 20.0}) == "epoch"
    both = {"train_metric.accuracy": 0.9, "val_metric.accuracy": 0.8}
    assert kind_of_log({**STEP_LOG, **both}) == "step+metric"
    assert kind_of_log({"train_loss.points": 400.0}) is None
    assert kind_of_log({"train_loss.points": 8.0, "val_loss.points": 7.0}) == "epoch"
    assert kind_of_log({"train_loss.points": 7.0, "val_loss.points": 7.0}) is None
    assert kind_of_log({"train_loss.points": 8.0, "val_loss.points": 6.0}) is None
    assert kind_of_log({"train_loss.points": 24.0, "val_loss.points": 8.0}) == "step"
    assert kind_of_log({"train_loss.points": 23.0, "val_loss.points": 8.0}) == "epoch"
    assert kind_of_log({**STEP_LOG, "val_metric.points": 20.0, "val_metric.accuracy": 0.9}) == "step"
    assert kind_of_log({**STEP_LOG, "val_metric.points": 20.0}) is None  # a mean average precision, say


def test_an_absent_signal_takes_the_median_and_is_marked():
    inputs = (Input("a.b", "none", 2.0, 1.0, 0.5), Input("a.c / a.d", "none", 0.0, 0.0, 1.0))
    assert row(inputs, {"a.b": 3.0, "a.c": 1.0, "a.d": 2.0}).tolist() == [4.0, 0.5, 0.0, 0.0]
    assert row(inputs, {"a.c": 1.0, "a.d": 0.0}).tolist() == [2.0, 0.0, 1.0, 1.0]
    assert row(inputs, {"a.b": 99.0}).tolist() == [4.0, 0.0, 0.0, 1.0]


def judging(model, monkeypatch):
    monkeypatch.setattr(causes_module, "judge_of", {"step": model}.get)


def test_probabilities_sum_to_one_and_heat_flattens_them(monkeypatch):
    inputs = (Input("train_loss.points", "none", 0.0, 0.0, 1.0),)
    model = Regression(inputs, ("healthy", "unshuffled"), [[1.0, 0.0], [0.0, 0.0]], [0.0, 0.0], 1.0)
    said = []
    for heat in (1.0, 4.0):
        judging(Judge(msgspec.structs.replace(model, temperature=heat)), monkeypatch)
        found = learned(STEP_LOG)
        assert math.isclose(sum(found.values()), 1.0)
        said.append(found["healthy"])
    assert said[0] > said[1] > 0.5
    assert with_learned(STEP_LOG)["learned.healthy"] == said[1]
    assert learned({"train_loss.points": 3.0}) == {}


@pytest.fixture
def forest():
    """Two trees of two leaves: an early rise speaks for the second cause, an absent signal for the first."""
    leaves = {"left": [1, 1, 2, 4, 4, 5], "right": [2, 1, 2, 5, 4, 5], "roots": [0, 3]}
    shares = np.array([[0, 0], [0.9, 0.1], [0.2, 0.8]] * 2) / 2
    trees = Trees(
        feature=np.zeros(6, np.int16),
        threshold=np.full(6, 0.1, np.float32),
        value=shares,
        missing_left=np.zeros(6, bool),
        start=0.0,
        depth=1,
        **{name: np.array(at, np.int32) for name, at in leaves.items()},
    )
    return Forest(("val_loss.rise",), trees, temperature=0.5)


def test_a_forest_states_the_mean_share_of_its_trees(forest):
    assert columns(forest.names, {}).tolist() == [ABSENT]
    low, high = (forest.shares({"val_loss.rise": value}) for value in (0.0, 3.0))
    # What no training showed may be all the same: each cause has two thousandths more.
    assert low == pytest.approx([0.902, 0.102])
    assert high == pytest.approx([0.202, 0.802])
    assert forest.shares({}).tolist() == low.tolist()


def test_regression_and_forest_are_pooled(forest, monkeypatch):
    inputs = (Input("train_loss.points", "none", 0.0, 0.0, 1.0),)
    own = Regression(inputs, ("healthy", "overfitting"), [[0.0, 0.0], [0.0, 0.0]], [math.log(2), 0.0], 1.0)
    judging(Judge(own, forest), monkeypatch)
    calm, rising = learned(STEP_LOG), learned({**STEP_LOG, "val_loss.rise": 3.0})
    share = forest.shares({"val_loss.rise": 3.0})
    odds = (2 * share[0] / share[1]) ** (1 / forest.temperature)
    assert rising["healthy"] == pytest.approx(odds / (1 + odds))
    assert calm["healthy"] > 2 / 3 > rising["healthy"]


def test_a_forest_is_read_back_as_it_was_stored(forest, tmp_path):
    np.savez_compressed(tmp_path / "x.npz", **forest.arrays("step"))
    with np.load(tmp_path / "x.npz", allow_pickle=False) as stored:
        again = Forest.of_arrays("step", stored)
    assert (again.names, again.temperature) == (forest.names, forest.temperature)
    for signals in ({}, {"val_loss.rise": 1.0}):
        assert again.shares(signals).tolist() == forest.shares(signals).tolist()


def test_a_cause_stands_before_a_symptom_of_its_severity():
    told = ranked([finding("CNV101", 0.99), finding("INI101", 0.7)], {})
    assert [f.code for f in told] == ["INI101", "CNV101"]


def test_the_probability_is_the_mean_of_rule_and_learned_part():
    (told,) = ranked([finding("VAL103", 0.9)], {"learned.validation_labels": 0.5, "learned.healthy": 0.0})
    assert told.probability == pytest.approx(0.7)
    (alone,) = ranked([finding("VAL103")], {"learned.validation_labels": 0.5, "learned.healthy": 0.0})
    assert alone.probability == 0.5
    (symptom,) = ranked([finding("CNV101", 0.8)], {"learned.dead_units": 0.1})
    assert symptom.probability == 0.8


def test_a_poor_record_however_short_counts_against_a_rule_of_the_same_cause():
    counts = Measured(b'{"CAU101": {"fired": 4, "right": 1}, "CAU103": {"fired": 65, "right": 65}}')
    signals = {"learned.lr_too_high": 0.99, "learned.healthy": 0.0}
    rivals = [finding("CAU101"), finding("CAU103", counts.probability("CAU103"))]
    assert [f.code for f in ranked_by(rivals, signals, counts)] == ["CAU103", "CAU101"]


def test_competing_causes_share_one():
    signals = {"learned.unscaled_inputs": 0.6, "learned.bad_initialisation": 0.35, "learned.healthy": 0.0}
    told = ranked([finding("INI102", 0.95), finding("DAT401", 0.9)], signals)
    assert sum(f.probability for f in told) == pytest.approx(1.0)
    assert [f.code for f in told] == ["DAT401", "INI102"]
    assert all(f.problem in CAUSES for f in told)


@pytest.mark.parametrize(("chance", "told"), [(0.04, ["DAT401"]), (0.06, ["DAT401", "INI102"])])
def test_a_cause_is_left_out_beside_one_that_leaves_no_room_for_it(chance, told):
    signals = {"learned.unscaled_inputs": 0.9, "learned.bad_initialisation": chance, "learned.healthy": 0.0}
    assert [f.code for f in ranked([finding("INI102"), finding("DAT401")], signals)] == told
    doubtful = {**signals, "learned.unscaled_inputs": 0.45}
    assert len(ranked([finding("INI102"), finding("DAT401")], doubtful)) == 2


def test_a_doubtful_cause_is_a_note_unless_it_leads_and_something_is_surely_wrong():
    signals = {"learned.unscaled_inputs": 0.42, "learned.bad_initialisation": 0.4, "learned.healthy": 0.02}
    leading, other = ranked([finding("INI102"), finding("DAT401")], signals)
    assert (leading.code, leading.severity) == ("DAT401", Severity.CRITICAL)
    assert other.severity == Severity.INFO
    unsure = {**signals, "learned.healthy": 0.4}
    assert {f.severity for f in ranked([finding("INI102"), finding("DAT401")], unsure)} == {Severity.INFO}


def test_rule_and_learned_part_are_said_to_agree_or_to_differ(monkeypatch):
    inputs = (Input("train_loss.points", "none", 0.0, 0.0, 1.0),)
    model = Regression(inputs, ("lr_too_high", "unshuffled"), [[1.0, 0.0], [0.0, 0.0]], [0.0, 0.0], 1.0)
    judging(Judge(model), monkeypatch)
    both = agreement(Problem.LR_TOO_HIGH, STEP_LOG)
    assert "agrees: 98% that the learning rate is too high" in both.en
    assert "98%" in both.zh
    other = agreement(Problem.UNSHUFFLED, STEP_LOG)
    assert "disagrees: 2% that the training data are not shuffled, 98% that the learning" in other.en
    assert agreement(Problem.PLATEAU, STEP_LOG) is None
    assert agreement(Problem.LR_TOO_HIGH, {"train_loss.points": 3.0}) is None


def test_a_leak_is_as_likely_in_the_words_of_the_learned_part_as_in_its_finding(monkeypatch):
    inputs = (Input("train_loss.points", "none", 0.0, 0.0, 1.0),)
    model = Regression(inputs, ("healthy", "validation_leakage"), [[0.0, 0.0]] * 2, [0.0, math.log(9)], 1.0)
    judging(Judge(model), monkeypatch)
    said = agreement(Problem.HEALTHY, STEP_LOG)
    assert "agrees: 91% that nothing is wrong" in said.en
    said = agreement(Problem.VALIDATION_LEAKAGE, STEP_LOG)
    assert "disagrees: 9% that" in said.en
    assert "91% that nothing is wrong" in said.en


def test_without_the_learned_part_the_rules_stand_alone():
    (run,) = read_paths(["sample_logs/wandb-collapsed"])
    book, signals = load_rulebook(), measure(run)
    traced = {
        on: {n for f in book.diagnose(run, signals, learned=on).findings for c in f.trace for n in c.values}
        for on in (True, False)
    }
    assert any(name.startswith(PREFIX) for name in traced[True])
    assert not any(signals.get(n) for n in traced[False] if n.startswith(PREFIX))
    alone = assess(run, book, causes=False)
    assert alone.findings == book.diagnose(run, signals, learned=False).findings
    assert not {f.code for f in alone.findings} & {"CAU103", "INI101", "INI102"}


def test_a_cause_that_is_not_far_likelier_than_a_healthy_run_is_a_note():
    sure = {"learned.label_noise": 0.6, "learned.healthy": 0.19}
    unsure = {"learned.label_noise": 0.6, "learned.healthy": 0.21}
    told = [ranked([finding("DAT201", 0.9)], signals)[0].severity for signals in (sure, unsure)]
    assert told == [Severity.WARNING, Severity.INFO]


def test_a_cause_of_which_the_learned_part_says_nothing_does_not_lead():
    known, unknown = finding("DAT201", 0.6), finding("DAT302", 0.6)
    signals = {"learned.label_noise": 0.6, "learned.healthy": 0.01}
    assert ranked([unknown, known], signals)[0].code == "DAT201"


def test_the_order_of_the_samples_is_not_blamed_for_a_loss_that_is_not_finite():
    signals = {"learned.unshuffled": 0.9, "learned.lr_too_high": 0.05, "learned.healthy": 0.0}
    without, with_nan = [finding("DAT302", 0.9)], [finding("DAT302", 0.9), finding("STB101", 0.97)]
    assert ranked([*without, finding("STB202", 0.6)], signals)[0].code == "DAT302"
    assert [f.code for f in ranked(with_nan, signals)] == ["STB101", "DAT302"]
    high = {"learned.unshuffled": 0.05, "learned.lr_too_high": 0.9, "learned.healthy": 0.0}
    assert ranked([finding("STB101", 0.97), finding("CAU103", 0.9)], high)[0].code == "CAU103"


def test_ranking_changes_no_order_among_equals_and_keeps_every_finding():
    found = [finding("GEN101", 0.9), finding("CNV202", 0.6), finding("LIM301")]
    told = ranked([replace(f) for f in found], {})
    assert {f.code for f in told} == {f.code for f in found}
    assert [f.severity for f in told] == sorted((f.severity for f in told), reverse=True)
