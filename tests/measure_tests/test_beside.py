"""The side-by-side measurement: AUTOTRAINER's conditions, what tools are asked, how answers are counted."""

import json
import subprocess
import sys

import numpy as np
import pytest

from advisor.diagnosis import load_rulebook
from advisor.diagnosis.problem import Problem
from advisor.run import Role, Run, Series
from tests.measure import beside_names, beside_sets, beside_worker
from tests.measure.autotrainer import Gradients, conditions
from tests.measure.beside import compared
from tests.measure.beside_asking import autotrainer, by_epoch, main_curves, ours
from tests.measure.beside_sets import LabelledSet
from tests.measure.beside_table import Compared, table
from tests.measure.thirteen_cases import ROOT

GOOD = np.linspace(0.5, 0.95, 30)
LOSSES = list(np.linspace(1.5, 0.2, 30))


def series(role, y, at=None):
    y = np.asarray(y, dtype=np.float64)
    at = np.arange(len(y)) if at is None else np.asarray(at)
    lower = role.value.endswith("loss")
    return Series(role.value, y, at.astype(np.float64), at.astype(np.int64), "step", role, lower)


def test_a_training_that_goes_well_has_none_of_the_five():
    assert conditions(GOOD, GOOD, LOSSES, LOSSES) == set()


def test_each_condition_is_met_by_what_it_is_about():
    stuck = np.full(30, 0.1)
    swings = np.where(np.arange(30) % 2, 0.9, 0.8)
    bad = [*LOSSES[:20], *[float("nan")] * 10]
    assert conditions(GOOD, GOOD, bad, LOSSES) == {"explode"}
    assert conditions(GOOD, GOOD, LOSSES, [*LOSSES[:-3], 2e5, 2e5, 2e5]) == {"explode"}
    assert conditions(stuck, stuck, LOSSES, LOSSES) == {"slow"}
    assert conditions(swings, swings, LOSSES, LOSSES) == {"oscillating"}
    gradients = {
        "vanish": Gradients(first=1e-6, last=1.0, zeros=0.0),
        "explode": Gradients(first=100.0, last=1.0, zeros=0.0),
        "relu": Gradients(first=1.0, last=1.0, zeros=0.8),
    }
    for name, one in gradients.items():
        assert conditions(stuck, stuck, LOSSES, LOSSES, [one] * 30) == {name}


def test_nothing_is_judged_before_the_start():
    late = np.concatenate((np.full(8, 0.1), GOOD[8:]))
    assert conditions(late, late, LOSSES, LOSSES) == set()


def test_an_epoch_is_what_lies_between_two_validations():
    run = Run(
        "r",
        (
            series(Role.TRAIN_LOSS, [4, 2, 3, 1], [0, 1, 3, 4]),
            series(Role.VAL_LOSS, [2.5, 1.5], [2, 5]),
            series(Role.TRAIN_METRIC, [0.5], [9]),
        ),
    )
    found = by_epoch(main_curves(run))
    assert found[Role.TRAIN_LOSS].tolist() == [3, 2]
    assert Role.TRAIN_METRIC not in found


def test_accuracies_in_per_cent_are_judged_alike_and_a_run_without_them_is_refused():
    def run(factor):
        metrics = [series(role, GOOD * factor) for role in (Role.TRAIN_METRIC, Role.VAL_METRIC)]
        return Run("r", (series(Role.TRAIN_LOSS, LOSSES), series(Role.VAL_LOSS, LOSSES), *metrics))

    assert autotrainer(run(1)) == autotrainer(run(100)) == (frozenset(), False)
    assert autotrainer(Run("r", run(1).series[:2])) is None


def test_every_name_stands_for_known_problems():
    known = {problem.value for problem in Problem}
    for tool, names in beside_names.TOOLS.items():
        for name, problems in names.items():
            assert problems <= known, (tool, name)
    assert beside_worker.TOOLS.keys() | {"AUTOTRAINER"} == beside_names.TOOLS.keys()


def test_a_tool_is_counted_only_where_it_can_be_asked():
    made = LabelledSet("a set")
    run = Run("r", (series(Role.TRAIN_LOSS, LOSSES),))
    made.add(run, False, iter([("overfitting", frozenset({"overfitting"}), True)]))
    made.add(run, True, iter([("overfitting", frozenset({"overfitting"}), False)]))
    made.add(run, True, iter([("dead_units", frozenset({"dead_units"}), True)]))
    yes, no = (frozenset({"overfitting"}), True), (frozenset(), False)
    told = [
        {"runmedic": yes, "advisor": yes},
        {"runmedic": yes, "advisor": no},
        {"runmedic": None, "advisor": no},
    ]
    assert compared(made, told, "runmedic") == Compared(
        "a set", "runmedic", (1, 1), (1, 1), (1, 1), (0, 1), (1, 1), (0, 1)
    )
    assert "100% of 1 | 0%" in table([compared(made, told, "runmedic")])


def test_the_sample_logs_are_questions_with_both_answers():
    made = beside_sets.samples(ROOT / "sample_logs")
    assert {question.truth for question in made.questions} == {True, False}
    assert made.healthy
    rulebook = load_rulebook()
    said = [ours(made.runs[q.run], rulebook) for q in made.questions[:6]]
    right = [
        bool(q.answers & one[0]) == q.truth for q, one in zip(made.questions[:6], said, strict=True) if one
    ]
    assert all(right)


def test_an_interpreter_without_the_packages_says_so():
    line = json.dumps({"curves": {"train_loss": [[0, 1.0]]}, "epochs": {}})
    done = subprocess.run(
        [sys.executable, beside_worker.__file__], input=line, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        pytest.skip("the packages are installed here")
    assert "No module named" in done.stderr
