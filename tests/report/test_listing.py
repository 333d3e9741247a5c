"""The list of open runs: names, endings, verdicts, filter, order, the curve in a row."""

import numpy as np
import pytest

from advisor.advice import assess
from advisor.diagnosis import load_rulebook
from advisor.readers import read_paths
from advisor.report.listing import (
    distinct_names,
    entries,
    filtered,
    judged_series,
    ordered,
    short_names,
    sparkline,
)
from advisor.run import Role, Run, Series

GOOD = "epoch,loss,val_loss\n" + "".join(f"{i},{1 / (i + 1)},{1.1 / (i + 1)}\n" for i in range(30))
BAD = "epoch,loss,val_loss\n" + "".join(
    f"{i},{4.0**i if i < 12 else 'nan'},{4.0**i if i < 12 else 'nan'}\n" for i in range(30)
)


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    paths = []
    for name, text in (("b/log.csv", GOOD), ("a/log.csv", BAD), ("c/log.csv", GOOD.replace("1.1", "1.2"))):
        path = folder / name
        path.parent.mkdir()
        path.write_text(text.replace("1.1", "1.1"), encoding="utf-8")
        (path.parent / "config.yaml").write_text(f"lr: {0.1 * len(paths) + 0.1}\n", encoding="utf-8")
        paths.append(str(path))
    rulebook = load_rulebook(folder)
    return entries([assess(run, rulebook) for run in read_paths(paths)])


def test_names_are_the_shortest_ends_that_differ(listed):
    assert [entry.name for entry in listed] == ["b/log.csv", "a/log.csv", "c/log.csv"]
    assert distinct_names([Run("x/one.csv", ()), Run("x/two.csv", (), name="fold 1")]) == [
        "one.csv",
        "two.csv fold 1",
    ]


def test_a_run_whose_validation_has_one_value_is_listed_by_its_training_loss():
    def curve(role, n):
        return Series(role.value, np.ones(n), np.arange(n), np.arange(n), "step", role, True)

    start, training = curve(Role.VAL_LOSS, 1), curve(Role.TRAIN_LOSS, 5)
    assert judged_series(Run("log", (start, training))) is training
    assert judged_series(Run("log", (start,))) is start


def test_a_run_is_listed_with_its_ending_best_value_and_verdict(listed):
    good, bad, _ = listed
    assert (good.ending.en, bad.ending.en) == ("as logged", "diverged")
    assert good.metric == "val_loss"
    assert good.best == pytest.approx(1.1 / 30)
    assert bad.best == 1.0
    assert bad.finding is not None
    assert bad.finding.severity.name == "CRITICAL"


def numbers(found):
    return [entry.number for entry in found]


@pytest.mark.parametrize(
    ("text", "kept"),
    [("", [1, 2, 3]), ("a/log", [2]), ("CRITICAL", [2]), ("best<0.5", [1, 3]), ("best>=0.5 log", [2]),
     ("diverged", [2]), ("发散", [2]), ("nothing=1", []), ("best<x", []), ("zzz", [])],
)  # fmt: skip
def test_the_filter_keeps_what_every_word_holds_for(listed, text, kept):
    assert numbers(filtered(listed, text)) == kept


def test_the_filter_compares_hyperparameters_by_name_or_role(listed):
    if not any(entry.run.hyperparameters for entry in listed):
        pytest.fail("the settings beside the logs were not read")
    assert numbers(filtered(listed, "lr<0.15")) == [1]
    assert numbers(filtered(listed, "learning_rate>0.15")) == [2, 3]


def test_orders(listed):
    assert numbers(ordered(listed, "opened")) == [1, 2, 3]
    assert numbers(ordered(listed, "name")) == [2, 1, 3]
    assert numbers(ordered(listed, "best")) == [1, 3, 2]
    assert numbers(ordered(listed, "severity"))[0] == 2


def test_a_sparkline_has_a_mark_where_values_are_not_finite():
    rising = np.linspace(0.0, 1.0, 100)
    assert sparkline(rising, 8) == "▁▂▃▄▅▆▇█"
    assert sparkline(rising, 4, ascii_only=True).isascii()
    rising[40] = np.inf
    assert sparkline(rising, 10)[4] == "x"
    assert sparkline(np.full(5, np.nan), 8) == "xxxxx"
    assert sparkline(np.empty(0), 8) == ""
    assert len(set(sparkline(np.ones(9), 8))) == 1


def test_names_that_are_too_long_lose_what_all_begin_with():
    names = ["runs/caffenet_lsuv_adam_0999.log", "runs/caffenet_lsuv_rmsprop_099.log"]
    assert short_names(names, 40) == names
    assert short_names(names, 16) == ["…adam_0999.log", "…rmsprop_099.log"]
    assert short_names(["a-single-long-name"], 10) == ["a-single-…"]
