# ruff: noqa: E501 (cases are as long as they are)
"""Stores of runs at the edges: lines that are cut, tables that lack cells, names that say whose a file is."""

import json
import struct
from pathlib import Path, PurePath

import numpy as np
import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source
from advisor.readers.archives import _Budget, _target
from advisor.readers.columns import Columns
from advisor.readers.event_folders import curve_name, homes
from advisor.readers.event_hparams import settings
from advisor.readers.formats.catboost_info import READER as CATBOOST
from advisor.readers.formats.dvclive import READER as DVCLIVE
from advisor.readers.formats.evals_result import READER as EVALS
from advisor.readers.formats.keras_console import READER as KERAS
from advisor.readers.formats.mlflow_files import READER as MLFLOW
from advisor.readers.formats.mlflow_files import parse_metric
from advisor.readers.formats.number_column import READER as NUMBERS
from advisor.readers.formats.optuna_study import READER as OPTUNA
from advisor.readers.formats.sacred_run import READER as SACRED
from advisor.readers.points import Points, curves, restart
from advisor.readers.runtable import is_table_of_runs
from advisor.run import EventKind


def metric(text):
    events = []
    found = parse_metric(text.encode(), "loss", events)
    points = list(zip(found.times.tolist(), found.values.tolist(), found.steps.tolist(), strict=True))
    return points, [(e.kind, e.line, e.count) for e in events]


@pytest.mark.parametrize(("text", "points", "told"), [
    ("1000 0.5 1\n2000 0.4 2\n", [(1, 0.5, 1), (2, 0.4, 2)], []),
    ("1000 0.5 1\n2000 0.4 2", [(1, 0.5, 1), (2, 0.4, 2)], []),
    ("1000 0.5 1\n2000 0.4 1", [(1, 0.5, 1)], [(EventKind.TRUNCATED, 2, 1)]),
    ("1000 0.5 1\n2000 0.4", [(1, 0.5, 1)], [(EventKind.TRUNCATED, 2, 1)]),
    ("1000 0.5 1", [(1, 0.5, 1)], []),
    ("1000 0.5 1\n \n2000 0.4 2\n", [(1, 0.5, 1), (2, 0.4, 2)], [(EventKind.UNREADABLE, 2, 1)]),
    ("1000 0.5\n2000 0.4\n", [(1, 0.5, 0), (2, 0.4, 0)], []),
    ("1000 0.5 1 7\n2000 0.4 2\n", [(2, 0.4, 2)], [(EventKind.UNREADABLE, 1, 1)]),
    ("1000 x 1\ny 0.4 2\n3000 0.3 3\n", [(3, 0.3, 3)], [(EventKind.UNREADABLE, 1, 2)]),
    ("1000 nan 1\n2000 0.4 nan\n", [(1, np.nan, 1)], [(EventKind.UNREADABLE, 2, 1)]),
    ("1000  0.5 1\n2000 0.4 2\n", [(1, 0.5, 1), (2, 0.4, 2)], []),
    ("1000 0.5 1,2000\n", [], [(EventKind.UNREADABLE, 1, 1)]),
])  # fmt: skip
def test_the_lines_of_a_metric_of_mlflow(text, points, told):
    found, events = metric(text)
    np.testing.assert_array_equal(found, points) if points else None
    assert len(found) == len(points)
    assert events == told


@pytest.mark.parametrize(("head", "sure"), [
    (b"1700000000000 0.5 1\n", 0.96), (b"1700000000000 0.5", 0.96), (b"17 0.5 1\n", 0.0),
    (b"1700000000000 0.5 1\nwords\n", 0.96), (b"1700000000000 0.5 1\nwords\nmore\n", 0.0), (b"", 0.0),
])  # fmt: skip
def test_how_surely_lines_are_those_of_mlflow(head, sure):
    assert MLFLOW.sniff(head, PurePath("loss")) == sure


def test_points_of_several_curves_stand_on_common_rows():
    found = curves({
        "a": Points.of([1, 2, 3], [0, 1, 2], [10, 20, 30]),
        "b": Points.of([5, 6], [0, 2], [10, 31]),
        "c": Points.of([7, 8], [9, 9], [1, 2]),
        "d": Points.of([7], [9], [40]),
        "e": Points.of([7, 8], [np.nan, 1], [np.nan, 2]),
    })  # fmt: skip
    told = {s.name: (s.x_kind, s.x.tolist(), s.wall_time is None) for s in found}
    assert told == {
        "a": ("step", [0, 1, 2], False), "b": ("step", [0, 2], False), "c": ("index", [0, 1], False),
        "d": ("step", [9], False), "e": ("index", [0, 1], True),
    }  # fmt: skip
    at = {s.name: s.at.tolist() for s in found}
    assert at["a"][0] == at["b"][0]
    assert at["a"][2] == at["b"][1]
    assert at["a"] == sorted(set(at["a"]))
    assert min(at["c"]) >= 1


def test_a_step_that_goes_back_is_told():
    def told(*steps):
        found = curves({"a": Points.of([0.5] * len(steps), steps, range(len(steps)))})
        return [(e.text, e.line, e.count) for e in restart(found)]

    assert told(0, 1, 2) == []
    assert told(0, 1, 1) == []
    assert told(0, 1, 2, 1, 2, 0) == [("step of 'a' goes back from 2 to 1", 4, 2)]
    assert told(1, 1, 1) == []
    assert restart([]) == []


def dvclive(text, name="loss.tsv"):
    (run,) = DVCLIVE.read(Source(name, content=text.encode()))
    (series,) = run.series
    return series.x.tolist(), series.y.tolist(), [(e.kind, e.line, e.count) for e in run.events]


@pytest.mark.parametrize(("text", "x", "y", "told"), [
    ("step\tloss\n1\t0.5\n2\t0.4\n", [1, 2], [0.5, 0.4], []),
    ("step\tloss\n1\t0.5\n2\t0.4", [1], [0.5], [(EventKind.TRUNCATED, 3, 1)]),
    ("step\tloss\n1\tx\n2\n3\t0.3\n", [3], [0.3], [(EventKind.UNREADABLE, 2, 2)]),
    ("timestamp\tstep\tloss\n1000\t1\t0.5\n2000\t2\t0.4\n", [1, 2], [0.5, 0.4], []),
    ("step\tloss\n1\t0.5\t7\n2\t0.4\n", [2], [0.4], [(EventKind.UNREADABLE, 2, 1)]),
])  # fmt: skip
def test_the_lines_of_a_metric_of_dvclive(text, x, y, told):
    assert dvclive(text) == (x, y, told)


@pytest.mark.parametrize(("head", "name", "sure"), [
    (b"step\tloss\n1\t2\n", "loss.tsv", 0.99), (b"timestamp\tstep\tloss\n", "loss.tsv", 0.99),
    (b"step\tacc\n", "loss.tsv", 0.0), (b"step\tloss\n", "loss.csv", 0.0), (b"epoch\tloss\n", "loss.tsv", 0.0),
])  # fmt: skip
def test_how_surely_a_table_is_that_of_dvclive(head, name, sure):
    assert DVCLIVE.sniff(head, PurePath(name)) == sure


def catboost(text, name="learn_error.tsv"):
    (run,) = CATBOOST.read(Source(name, content=text.encode()))
    found = {s.name: (s.x.tolist(), s.y.tolist()) for s in run}
    return found, [(e.kind, e.line, e.count) for e in run.events]


@pytest.mark.parametrize(("text", "name", "found", "told"), [
    ("iter\tA\n0\t0.5\n1\t0.4\n", "learn_error.tsv", {"learn/A": ([0, 1], [0.5, 0.4])}, []),
    ("iter\tA\n0\t0.5\n1\t0.4", "learn_error.tsv", {"learn/A": ([0], [0.5])}, [(EventKind.TRUNCATED, 3, 1)]),
    ("iter\tA\n0\tx\n1\n2\t0.3\n", "learn_error.tsv", {"learn/A": ([2], [0.3])}, [(EventKind.UNREADABLE, 2, 2)]),
    ("iter\tA:0\tA\n0\t0.5\t0.6\n", "test_error.tsv", {"test/A": ([0], [0.5]), "test1/A": ([0], [0.6])}, []),
    ("iter\tA:0\tA:1\tA\n0\t1\t2\t3\n", "test_error.tsv",
     {"test/A": ([0], [1]), "test1/A": ([0], [2]), "test2/A": ([0], [3])}, []),
])  # fmt: skip
def test_the_tables_of_catboost(text, name, found, told):
    assert catboost(text, name) == (found, told)


def test_the_iterations_of_catboost_that_lack_something():
    document = {
        "meta": {"learn_metrics": [{"name": "A", "best_value": "Max"}, 3], "test_metrics": 3},
        "iterations": [
            {"iteration": 5, "learn": [0.5, 0.1], "test": [0.7], "passed_time": 1}, 3,
            {"learn": [0.6, "x"], "test": 3},
        ],
    }  # fmt: skip
    (run,) = CATBOOST.read(Source("x.json", content=json.dumps(document).encode()))
    assert {s.name: (s.x.tolist(), s.y.tolist(), s.lower_is_better) for s in run} == {
        "learn/A": ([5, 2], [0.5, 0.6], False), "learn/metric 2": ([5], [0.1], None),
        "test/metric 1": ([5], [0.7], None),
    }  # fmt: skip


def sacred(**lists):
    (run,) = SACRED.read(Source("metrics.json", content=json.dumps({"loss": lists}).encode()))
    (series,) = run.series
    wall = None if series.wall_time is None else series.wall_time.tolist()
    return series.x.tolist(), series.y.tolist(), wall, [(e.kind, e.count) for e in run.events]


def test_lists_of_sacred_that_lack_something():
    stamp = "1970-01-01T00:00:0{}"
    stamps = [stamp.format(i) for i in range(3)]
    assert sacred(values=[3, 2, 1], steps=[5, 6, 7], timestamps=stamps) == (
        [5, 6, 7],
        [3, 2, 1],
        [0, 1, 2],
        [],
    )
    assert sacred(values=[3, 2, 1], steps=[5], timestamps=stamps)[0] == [5, 1, 2]
    assert sacred(values=[3, 2, 1], steps=[5, 6, 7], timestamps=stamps[:1])[2] == [0, 0, 0]
    assert sacred(values=[3, "x", 1], steps=[5, 6, None], timestamps=stamps) == (
        [5], [3], [0], [(EventKind.UNREADABLE, 2)],
    )  # fmt: skip
    with pytest.raises(UnreadableError):
        sacred(values=3, steps=[5], timestamps=[])


def message(number, body):
    return bytes([number << 3 | 2, len(body)]) + body


def hparams(value, plugin=b"hparams"):
    entry = message(1, b"lr") + message(2, value)
    return settings(memoryview(message(1, message(1, plugin) + message(2, message(3, message(1, entry))))))


@pytest.mark.parametrize(("value", "setting"), [
    (b"\x11" + struct.pack("<d", 0.5), 0.5), (b"\x11" + struct.pack("<d", 3.0), 3),
    (b"\x11" + struct.pack("<d", 2.0**53 - 1), 2**53 - 1), (b"\x11" + struct.pack("<d", 2.0**53), 2.0**53),
    (b"\x11" + struct.pack("<d", -(2.0**53)), -(2.0**53)), (b"\x1a\x02ab", "ab"), (b"\x20\x01", True),
    (b"\x20\x00", False), (b"\x32\x00", None),
])  # fmt: skip
def test_the_settings_in_event_files(value, setting):
    found = hparams(value)
    assert found == {"lr": setting}
    assert type(found["lr"]) is type(setting)
    assert hparams(value, b"scalars") == {}


@pytest.mark.parametrize(("folders", "together"), [
    (["a/train", "a/validation"], {"a/train": "a", "a/validation": "a"}),
    (["a/train", "a/test"], {"a/train": "a", "a/test": "a"}),
    (["a/train"], {"a/train": "a/train"}),
    (["a/validation", "a/test"], {"a/validation": "a/validation", "a/test": "a/test"}),
    (["a", "a/eval"], {"a": "a", "a/eval": "a"}),
    (["a", "a/train"], {"a": "a", "a/train": "a/train"}),
    (["a", "a/loss_train", "a/loss_val"], {"a": "a", "a/loss_train": "a", "a/loss_val": "a"}),
    (["a", "a/loss_train"], {"a": "a", "a/loss_train": "a/loss_train"}),
    (["a/loss_train", "a/loss_val"], {"a/loss_train": "a/loss_train", "a/loss_val": "a/loss_val"}),
    (["a", "a/1700000000.123"], {"a": "a", "a/1700000000.123": "a"}),
    (["a", "a/b"], {"a": "a", "a/b": "a/b"}),
])  # fmt: skip
def test_which_folders_are_one_run(folders, together):
    assert homes([Path(f) for f in folders]) == {Path(k): Path(v) for k, v in together.items()}


@pytest.mark.parametrize(("tag", "folder", "name"), [
    ("loss", "", "loss"), ("loss", "train", "train/loss"), ("loss", "loss_train", "loss/train"),
    ("a/loss", "a_loss_train", "a/loss/train"), ("loss", "1700000000.123", "loss"),
])  # fmt: skip
def test_what_a_curve_of_a_folder_is_called(tag, folder, name):
    assert curve_name(tag, folder) == name


@pytest.mark.parametrize(("name", "taken", "told"), [
    ("a.csv", True, False), ("./a.csv", True, False), ("b/a.csv", True, False), ("b\\a.csv", True, False),
    ("../a.csv", False, True), ("/a.csv", False, True), ("b//a.csv", False, True), ("b/./a.csv", False, True),
    ("c:/a.csv", False, True), ("b/../a.csv", False, True), ("a.exe", False, False), ("a\0.csv", False, True),
])  # fmt: skip
def test_the_names_in_an_archive(tmp_path, name, taken, told):
    budget = _Budget(100)
    assert (_target(name, tmp_path, budget) is not None) is taken
    assert bool(budget.left_out) is told
    assert budget.members == 1


def runs_table(names, rows, texts=None, parts=1):
    columns = Columns()
    for number, row in enumerate(rows, 1):
        columns.add(number, [n for n in names if n not in (texts or {})], row)
    return is_table_of_runs(names, texts or {}, [columns] * parts)


@pytest.mark.parametrize(("names", "rows", "texts", "runs"), [
    (["name", "loss"], [[0.5], [0.4]], {"name": ["a", "b"]}, True),
    (["name", "loss"], [[0.5], [0.4]], {"name": ["a", "a"]}, False),
    (["name", "loss"], [[0.5], [0.4]], {"name": ["a"]}, False),
    (["name", "loss"], [[0.5]], {"name": ["a"]}, False),
    (["name", "batch_size", "loss"], [[32, 0.5]], {"name": ["a"]}, True),
    (["state", "batch_size", "loss"], [[32, 0.5], [64, 0.4]], {"state": ["finished", "Finished"]}, True),
    (["state", "loss"], [[0.5], [0.4]], {"state": ["finished", "finished"]}, False),
    (["state", "batch_size", "loss"], [[32, 0.5], [64, 0.4]], {"state": ["on", "on"]}, False),
    (["epoch", "name", "loss"], [[1, 0.5], [2, 0.4]], {"name": ["a", "b"]}, False),
    (["params_lr", "value"], [[0.5, 1], [0.4, 2]], None, True),
    (["batch_size", "dropout", "seed", "num_layers", "loss"], [[1, 2, 3, 4, 5]] * 2, None, True),
    (["batch_size", "dropout", "seed", "loss"], [[1, 2, 3, 5]] * 2, None, False),
    (["batch_size", "dropout"], [[32, 0.5], [64, 0.5]], None, True),
    (["batch_size", "dropout"], [[32, 0.5], [32, 0.5]], None, False),
    (["batch_size", "loss"], [[32, 0.5], [64, 0.5]], None, False),
    (["word", "size"], [[1], [2]], {"word": ["a", "b"]}, True),
    (["word", "size"], [[1], [2]], {"word": ["a", "a"]}, False),
    (["word", "loss"], [[1], [2]], {"word": ["a", "b"]}, False),
])  # fmt: skip
def test_a_table_of_runs(names, rows, texts, runs):
    assert runs_table(names, rows, texts) is runs
    assert not runs_table(names, rows, texts, parts=2), "a header that comes again begins a run"


@pytest.mark.parametrize(("text", "sure"), [
    ("Epoch 1/3\n10/10 [======] - 1s - loss: 0.5\n", 0.9), ("Epoch 1/3\n", 0.2),
    ("10/10 [======] - 1s - loss: 0.5\n", 0.5), ("5s - loss: 0.5\n", 0.0), ("words\n", 0.0),
    ("Epoch 1/3\r10/10 [======] - 1s - loss: 0.5\r", 0.9),
])  # fmt: skip
def test_how_surely_a_console_is_that_of_keras(text, sure):
    assert KERAS.sniff(text.encode(), PurePath("a.log")) == sure


def keras(*lines):
    return KERAS.read(Source("a.log", content="".join(line + "\n" for line in lines).encode()))


def epochs(first, last, of, loss=0.5):
    return [
        line for i in range(first, last + 1) for line in (f"Epoch {i}/{of}", f"9/9 - 1s - loss: {loss + i}")
    ]


def test_which_epochs_are_one_fit():
    assert [len(run.series[0]) for run in keras(*epochs(1, 3, 3), *epochs(1, 2, 2))] == [3, 2]
    assert [len(run.series[0]) for run in keras(*epochs(1, 2, 5), *epochs(3, 5, 5))] == [5]
    assert [len(run.series[0]) for run in keras(*epochs(1, 2, 5), *epochs(2, 5, 5))] == [2, 4]
    assert [len(run.series[0]) for run in keras(*epochs(1, 1, 1) * 4)] == [4]
    (run,) = keras(*epochs(1, 1, 1) * 4)
    assert run.series[0].x.tolist() == [1, 2, 3, 4]
    assert "4 fits of one epoch each" in run.events[0].text
    first, second = keras(*epochs(1, 3, 3), *epochs(1, 2, 2))
    assert [e.text for e in second.events] == ["The epochs start again at 1 of 2: a new run."]
    assert [e.line for e in second.events] == [7]
    assert (first.name, second.name) == ("run 1 of 2", "run 2 of 2")


@pytest.mark.parametrize(("lines", "kind"), [
    (epochs(1, 3, 5), EventKind.NOTE), ([*epochs(1, 3, 5), "bye"], EventKind.EARLY_STOP),
    (epochs(1, 5, 5), None), ([*epochs(1, 3, 5), "Epoch 4/5"], EventKind.TRUNCATED),
])  # fmt: skip
def test_a_fit_that_ends_before_its_plan(lines, kind):
    (run,) = keras(*lines)
    assert [e.kind for e in run.events] == ([kind] if kind else [])
    assert run.number("epochs") == 5


@pytest.mark.parametrize(("lines", "reads"), [(6, True), (5, False)])
def test_so_many_numbers_are_a_column(lines, reads):
    text = "".join(f"0.{9 - i}5\n" for i in range(lines)).encode()
    found = NUMBERS.sniff(text, PurePath("loss.txt")) > 0 and NUMBERS.read(Source("loss.txt", content=text))
    assert bool(found) is reads


def test_lines_of_a_study_are_told_from_others():
    told = (
        "[I] Trial {} finished with value: 0.5 and parameters: {{'a': 1}}. Best is trial 0 with value: 0.5.\n"
    )
    assert OPTUNA.sniff((told.format(0) + told.format(1)).encode(), PurePath("a")) == 0.99
    assert OPTUNA.sniff(told.format(0).encode(), PurePath("a")) == 0.0
    assert OPTUNA.sniff((told.format(0) + told.format(1) + "x\n").encode(), PurePath("a")) == 0.99
    assert OPTUNA.sniff((told.format(0) + told.format(1) + "x\n" * 2).encode(), PurePath("a")) == 0.0
    assert OPTUNA.sniff(b'{"op_code": 0, "worker_id": "a"}\n', PurePath("a")) == 0.99


def test_the_lists_of_boosted_trees():
    text = json.dumps({"train": {"logloss": [0.6, 0.5, "x", 0.3]}, "valid": {"logloss": [0.7, 0.6]}})
    (run,) = EVALS.read(Source("evals_result.json", content=text.encode()))
    lists = {s.name: (s.x.tolist(), s.y.tolist()) for s in run}
    assert len(lists) == 2
    assert sorted(len(x) for x, _ in lists.values()) == [2, 3]
    assert sum(e.count for e in run.damage) == 1
