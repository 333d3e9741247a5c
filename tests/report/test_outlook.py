"""Where a watched training is heading: once for each quarter of the plan, beside the best earlier run."""

import numpy as np
import pytest

from advisor.journal import Journal
from advisor.report.outlook import Outlook, planned_length
from advisor.run import Hyperparameter, Run, Series
from advisor.vocabulary import assign_roles

EPOCHS = 40
CURVE = 0.3 + 2 / np.sqrt(np.arange(1, EPOCHS + 1)) + 0.01 * np.sin(np.arange(EPOCHS) * 2.3)


def run(points, epochs=EPOCHS, curve=CURVE):
    y = curve[:points]
    series = assign_roles([Series("val_loss", y, np.arange(1, points + 1.0), np.arange(points), "epoch")])
    return Run("train.log", tuple(series), hyperparameters=(Hyperparameter("epochs", epochs, "epochs", "x"),))


def lines(outlook, **how):
    told = {points: outlook.line(run(points, **how)) for points in range(2, EPOCHS + 1)}
    return {points: line for points, line in told.items() if line}


def test_it_is_told_once_for_each_quarter_of_the_plan():
    told = lines(Outlook("en"))
    assert sorted(told) == [10, 20, 30]
    assert "ahead: val_loss " in told[20]
    assert " at epoch 40 (80%: " in told[20]
    numbers = [
        float(word.strip("%:;,()")) for word in told[20].split() if word[0].isdigit() or word[0] == "("
    ]
    middle, _, _, low, high = numbers[:5]
    assert low < CURVE[-1] < high
    assert low < middle < high
    assert lines(Outlook("en", on=False)) == {}
    assert "预计：val_loss 到轮 40 时为" in lines(Outlook("zh"))[20]


@pytest.mark.parametrize("how", [{"epochs": None}, {"epochs": 1000}, {"curve": np.full(EPOCHS, np.nan)}])
def test_without_a_plan_near_enough_or_a_curve_nothing_is_told(how):
    assert lines(Outlook("en"), **how) == {}


def test_it_is_held_against_the_best_earlier_run():
    with Journal.in_memory() as journal:
        for factor in (1.0, 3.0, 0.2):
            journal.add_run("/p", run(EPOCHS, curve=factor * CURVE))
        rows = journal.runs("/p")
        best = min(rows, key=lambda row: row.summary["val_loss"]["best"])
        told = lines(Outlook("en", rows))[20]
        assert f"the best of run {best.id}" in told
        assert " 2% likely to end below " in told
        assert " 98% likely to end below " in lines(Outlook("en", [r for r in rows if r.id == 2]))[20]


def test_the_length_of_a_plan_counts_points():
    assert planned_length(run(10), run(10).series[0]) == EPOCHS
    assert planned_length(run(EPOCHS), run(EPOCHS).series[0]) == 0
