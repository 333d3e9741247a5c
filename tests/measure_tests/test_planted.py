"""The measuring machinery on a handful of tiny trainings: it plants, judges, changes, counts, and writes."""

import json
import math
from dataclasses import replace

import msgspec
import pytest

from advisor.advice import assess
from advisor.diagnosis import load_rulebook
from advisor.diagnosis.measured import Measured
from advisor.diagnosis.problem import Problem
from advisor.run import Role
from tests.measure import planted
from tests.measure.planted import judge
from tests.measure.planted_cases import Case, holds, outcome
from tests.measure.planted_changes import Trial, apply, sample, trials, what_came_of
from tests.measure.planted_log import as_run
from tests.measure.planted_scoring import Judged, rule_table, situation_table, tally
from tests.measure.planted_situations import (
    HEALTHY_SEEDS,
    HELD_OUT,
    SEEDS,
    SITUATIONS,
    TUNING,
    UNJUDGED,
)
from tests.measure.planted_store import Store
from tests.measure.planted_trainer import RARE_SHARE, Setting, data_of, train

BASE = Setting("wine", hidden_units=8, learning_rate=0.01, epochs=12)
BY_NAME = {situation.name: situation for situation in SITUATIONS}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


def test_a_setting_trains_the_same_twice_and_another_seed_trains_differently():
    first, second = train(BASE), train(BASE)
    assert first == second
    assert train(replace(BASE, seed=1))["train_loss"] != first["train_loss"]
    assert first["train_loss"][-1] < 0.7 * first["train_loss"][0]


def test_curves_are_kept_on_disk(store, tmp_path, monkeypatch):
    curves = store[BASE]
    monkeypatch.setattr("tests.measure.planted_store.train", lambda _: pytest.fail("trained again"))
    assert Store(tmp_path / "cache")[BASE] == curves


def test_a_run_shows_what_a_log_would_show_and_no_more(store):
    run = as_run(BASE, store[BASE])
    assert {s.role for s in run} == {
        Role.TRAIN_LOSS,
        Role.VAL_LOSS,
        Role.TRAIN_METRIC,
        Role.VAL_METRIC,
        Role.LEARNING_RATE,
    }
    assert run.number("learning_rate") == 0.01
    assert run.number("epochs") == 12
    secret = as_run(replace(BASE, label_noise=0.5, input_scale=9.0), store[BASE])
    assert not {"label_noise", "input_scale", "test_loss"} & {h.name for h in secret.hyperparameters}


def test_every_situation_names_known_problems_and_can_be_planted():
    known = {problem.value for problem in Problem}
    for situation in SITUATIONS:
        assert situation.names <= known
        assert situation.right <= known
        assert "healthy" not in situation.right or situation.name == "healthy"
        assert (
            any(situation.plant(task) not in {None, task} for task in HELD_OUT) or situation.name == "healthy"
        )


def test_the_halves_share_no_data_set():
    assert not {task.data for task in TUNING} & {task.data for task in HELD_OUT}


def test_a_planted_nan_is_found_and_counted_as_right(store):
    rulebook = load_rulebook()
    situation = BY_NAME["nan"]
    setting = situation.plant(BASE)
    assert math.isinf(outcome(store, setting))
    case = Case(situation, BASE, setting)
    judged = judge(case, store, rulebook)
    assert "non_finite" in judged.found
    counts = tally([judged])
    assert sum(count.right for count in counts.values()) >= 1
    assert "nan" in situation_table([judged])
    wrongly = tally([Judged(Case(BY_NAME["healthy"], BASE, setting), judged.assessment, frozenset())])
    assert sum(count.on_healthy for count in wrongly.values()) >= 1
    assert "healthy" in rule_table(wrongly)


def test_facts_hold_whatever_was_planted(store):
    overfitted = Case(BY_NAME["healthy"], BASE, BASE)
    store._known[BASE] = {"train_loss": [1.0, 0.5, 0.1], "test_loss": [1.0, 0.8, 0.9]}
    assert holds("past_best", overfitted, store)
    assert not holds("non_finite", overfitted, store)
    assert not holds("underfitting", overfitted, store)
    store._known[replace(BASE, epochs=2 * BASE.epochs)] = {"test_loss": [0.7]}
    assert holds("still_improving", overfitted, store)
    store._known[replace(BASE, epochs=2 * BASE.epochs)] = {"test_loss": [0.95]}
    assert not holds("still_improving", overfitted, store)


def fact(store, problem, setting=BASE, **curves):
    store._known[setting] = curves
    return holds(problem, Case(BY_NAME["healthy"], setting, setting), store)


def test_a_loss_that_gains_nothing_more_on_the_test_set_is_a_plateau(store):
    falling = [1.0 - 0.05 * i for i in range(18)]
    assert not fact(store, "plateau", test_loss=falling)
    assert fact(store, "plateau", test_loss=falling[:9] + [0.6] * 9)
    assert not fact(store, "plateau", test_loss=falling[:9] + [0.6 + 0.05 * i for i in range(9)])
    assert not fact(store, "plateau", test_loss=[math.nan] * 18)


def test_a_test_loss_that_rises_over_a_test_accuracy_that_does_not_fall_disagrees(store):
    rising = [1.0, 0.5, 0.4, 0.5, 0.6]
    assert fact(store, "loss_metric_disagree", test_loss=rising, test_accuracy=[0.5, 0.7, 0.8, 0.8, 0.8])
    assert not fact(store, "loss_metric_disagree", test_loss=rising, test_accuracy=[0.5, 0.7, 0.8, 0.8, 0.7])
    flat = [1.0, 0.5, 0.4, 0.4, 0.4]
    assert not fact(store, "loss_metric_disagree", test_loss=flat, test_accuracy=[0.5, 0.7, 0.8, 0.8, 0.8])
    assert not fact(store, "loss_metric_disagree", test_loss=rising, test_accuracy=[math.nan] * 5)


def test_a_spike_goes_up_and_comes_back(store):
    assert fact(store, "loss_spikes", test_loss=[1.0, 0.8, 3.0, 0.9, 0.7])
    assert not fact(store, "loss_spikes", test_loss=[1.0, 0.8, 3.0, 0.9, 0.9])
    assert not fact(store, "loss_spikes", test_loss=[1.0, 0.8, 0.9, 0.8, 0.7])


def test_rare_positives_are_rare_and_a_net_that_names_the_others_only_is_seen(store):
    setting = BY_NAME["rare positives"].plant(replace(BASE, data="moons"))
    data = data_of(setting)
    assert data.classes == 2
    assert sum(y.float().mean() for y in data.y) / 3 == pytest.approx(RARE_SHARE, abs=0.02)
    negatives = float((data.y[2] == 0).float().mean())
    assert fact(store, "class_imbalance", setting, test_accuracy=[0.3, negatives])
    assert not fact(store, "class_imbalance", setting, test_accuracy=[negatives, negatives - 0.05])
    balanced = replace(setting, rare_positives=False)
    assert not fact(store, "class_imbalance", balanced, test_accuracy=[0.5, 0.5])
    assert BY_NAME["rare positives"].plant(replace(BASE, data="diabetes")) is None


def test_a_change_of_a_finding_is_applied_and_judged(store):
    far_too_high = replace(BASE, learning_rate=30.0)
    assessment = assess(as_run(far_too_high, store[far_too_high]), load_rulebook())
    made = [
        trial
        for finding in assessment.findings
        for trial in trials(far_too_high, assessment.run, finding, assessment.signals)
    ]
    rates = [trial for trial in made if trial.after.learning_rate < far_too_high.learning_rate]
    assert rates
    assert all(trial.before == far_too_high for trial in made)
    good = Trial("ABC101", 0, far_too_high, BASE)
    assert what_came_of(good, store) == (True, False), "a lower loss under an accuracy that was high already"
    too_slow = replace(BASE, learning_rate=1e-6)
    assert what_came_of(Trial("ABC101", 0, too_slow, BASE), store) == (True, True)
    assert what_came_of(Trial("ABC101", 0, BASE, far_too_high), store) == (False, False)
    assert what_came_of(Trial("ABC101", 0, BASE, BASE), store) == (False, False)
    assert sample([good] * 3, most=2) == [good]


def test_a_change_that_the_net_ignores_is_not_tried(store):
    far_too_high = replace(BASE, learning_rate=30.0)
    change = assess(as_run(far_too_high, store[far_too_high]), load_rulebook()).changes[0]
    ignored = replace(change, hyperparameter="momentum", after=0.5)
    assert apply(BASE, ignored) is None
    assert apply(replace(BASE, optimizer="sgd"), ignored) == replace(BASE, optimizer="sgd", momentum=0.5)
    assert apply(BASE, replace(change, hyperparameter="precision", after="bf16")) is None
    assert apply(BASE, replace(change, hyperparameter="learning_rate", after=None)) is None


def test_the_command_measures_and_writes_what_the_engine_reads(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(planted, "HELD_OUT", (replace(BASE, epochs=14),))
    monkeypatch.setattr(planted, "MEASURED", tmp_path / "measured.json")
    monkeypatch.setattr(planted, "ROOT", tmp_path)
    monkeypatch.setattr("tests.measure.planted_cases.SITUATIONS", (BY_NAME["healthy"], BY_NAME["rate x300"]))
    monkeypatch.setattr("tests.measure.planted_cases.RATES", {"adam": (0.01,)})
    assert planted.main(["--cache", str(tmp_path / "cache"), "--write", "--trials", "1"]) == 0
    shown = capsys.readouterr().out
    assert "held-out half" in shown
    assert "with the reruns elsewhere, log loss" in shown
    content = (tmp_path / "measured.json").read_bytes()
    assert json.loads(content)["_made_by"]["runs"] <= len(SEEDS) + len(HEALTHY_SEEDS)
    codes = [code for code in msgspec.json.decode(content) if not code.startswith("_")]
    assert codes
    judged = {rule.code for rule in load_rulebook().rules if rule.problem not in UNJUDGED}
    assert "LIM301" in codes
    counts = msgspec.json.decode(content)
    assert all((counts[code].get("fired", 0) > 0) == (code in judged) for code in codes)
    assert Measured(content).helped("no such rule", 0) is None


def test_the_tuning_half_is_never_written(tmp_path):
    with pytest.raises(SystemExit):
        planted.main(["--cache", str(tmp_path), "--half", "tuning", "--write"])
