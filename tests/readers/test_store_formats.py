"""CatBoost, DVCLive, Sacred and evals_result: formats whose files are small and few."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, read_paths, read_source
from advisor.run import EventKind, Role

META = {
    "test_sets": ["test", "test1"],
    "test_metrics": [{"best_value": "Max", "name": "AUC"}, {"best_value": "Min", "name": "Logloss"}],
    "learn_metrics": [
        {"best_value": "Min", "name": "Logloss"},
        {"best_value": "Max", "name": "PRAUC:type=One"},
    ],
    "launch_mode": "Train",
    "parameters": "",
    "iteration_count": 3,
}
ITERATIONS = [
    {
        "learn": [0.5 - i / 10, i / 7],
        "iteration": i,
        "passed_time": 1,
        "test": [i / 9, 0.6],
        "test1": [i / 8, 0.7],
    }
    for i in range(3)
]
STEPS = {"steps": [0, 1, 2], "timestamps": ["2026-01-02T03:04:05.5"] * 3, "values": [3, 2, 1]}


def curves(run):
    return {series.name: series.y.tolist() for series in run}


def catboost_text():
    """As CatBoost writes it, one iteration a line."""
    rows = ",\n".join(json.dumps(row) for row in ITERATIONS)
    return f'{{\n"meta":{json.dumps(META)},\n"iterations":[\n{rows}\n]}}'


@pytest.fixture
def catboost(tmp_path):
    home = tmp_path / "catboost_info"
    home.mkdir()
    (home / "catboost_training.json").write_text(catboost_text())
    (home / "learn_error.tsv").write_text(
        "iter\tLogloss\tPRAUC:type=One\n0\t0.5\t0\n1\t0.4\t0.14\n2\t0.3\t0.28\n"
    )
    (home / "test_error.tsv").write_text("iter\tAUC:0\tAUC\n0\t0\t0\n1\t0.11\t0.125\n2\t0.22\t0.25\n")
    (home / "time_left.tsv").write_text("iter\tPassed\tRemaining\n0\t1\t2\n1\t2\t1\n")
    return home


def test_where_a_catboost_file_is_cut_is_told_by_its_line(tmp_path):
    text = json.dumps({"meta": META, "iterations": ITERATIONS}, indent=1)
    before = text[: text.rindex('{\n   "learn"')]
    path = tmp_path / "catboost_training.json"
    path.write_text(text[: text.rindex('"test1"')])
    (run,) = read_paths([str(path)])
    assert len(run.series[0]) == len(ITERATIONS) - 1
    (cut,) = [event for event in run.events if event.kind is EventKind.TRUNCATED]
    assert cut.line == before.count("\n") + 1


@pytest.mark.parametrize("named", ["", "catboost_training.json", "learn_error.tsv", "test_error.tsv"])
def test_catboost_is_read_whole_from_any_of_its_files(catboost, named):
    (run,) = read_paths([str(catboost / named)])
    assert run.reader == "catboost"
    assert {s.name: (s.role, s.lower_is_better) for s in run} == {
        "learn/Logloss": (Role.TRAIN_LOSS, True),
        "learn/PRAUC:type=One": (Role.TRAIN_METRIC, False),
        "test/AUC": (Role.VAL_METRIC, False),
        "test/Logloss": (Role.VAL_LOSS, True),
        "test1/AUC": (Role.VAL_METRIC, False),
        "test1/Logloss": (Role.VAL_LOSS, True),
    }
    assert curves(run)["test1/AUC"] == [0, 1 / 8, 2 / 8]
    assert all(series.at.tolist() == [1, 2, 3] for series in run)


def test_catboost_tables_alone_are_read_under_the_same_names(catboost):
    (catboost / "catboost_training.json").unlink()
    (run,) = read_paths([str(catboost)])
    assert curves(run) == {
        "learn/Logloss": [0.5, 0.4, 0.3],
        "learn/PRAUC:type=One": [0, 0.14, 0.28],
        "test/AUC": [0, 0.11, 0.22],
        "test1/AUC": [0, 0.125, 0.25],
    }


def test_a_catboost_document_that_is_cut_is_read_up_to_the_cut():
    text = catboost_text()
    for end in range(text.index('"iterations"') + 20, len(text) - 1):
        try:
            (run,) = read_source(Source("catboost_training.json", content=text[:end].encode()))
        except UnreadableError:
            assert end < text.index(json.dumps(ITERATIONS[0])) + len(json.dumps(ITERATIONS[0]))
            continue
        assert [0.5, 0.4, 0.3][: len(run.series[0])] == run.series[0].y.tolist()
        assert run.events[0].kind == EventKind.TRUNCATED


def test_bad_lines_of_a_catboost_table_are_told(catboost):
    (catboost / "catboost_training.json").unlink()
    (catboost / "learn_error.tsv").write_text("iter\tLogloss\n0\t0.5\n1\t\nx\ty\n2\t0.3\n3\t0.2")
    (run,) = read_paths([str(catboost / "learn_error.tsv")])
    assert curves(run)["learn/Logloss"] == [0.5, 0.3]
    assert {(e.kind, e.line, e.count) for e in run.events} == {
        (EventKind.UNREADABLE, 3, 2),
        (EventKind.TRUNCATED, 6, 1),
    }


@pytest.fixture
def dvclive(tmp_path):
    home = tmp_path / "dvclive"
    for name, rows in {"train/loss": range(4), "train/acc": range(4), "val/loss": (1, 3)}.items():
        path = home / "plots" / "metrics" / f"{name}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"step\t{path.stem}\n" + "".join(f"{i}\t{1 / (i + 1)}\n" for i in rows))
    (home / "metrics.json").write_text('{"train": {"loss": 0.25, "acc": 0.25}, "step": 3}')
    (home / "params.yaml").write_text("lr: 0.01\n")
    return home


@pytest.mark.parametrize("named", ["", "..", "metrics.json", "plots/metrics/train/loss.tsv", "plots/metrics"])
def test_dvclive_is_one_run_however_it_is_named(dvclive, named):
    (run,) = read_paths([str(dvclive / named)])
    assert run.reader == "dvclive"
    assert {s.name: s.at.tolist() for s in run} == {
        "train/loss": [1, 2, 3, 4],
        "train/acc": [1, 2, 3, 4],
        "val/loss": [2, 4],
    }
    assert [value.value for value in run.hyperparameters] == [0.01]
    assert {s.name: s.role for s in run}["val/loss"] == Role.VAL_LOSS


def test_old_dvclive_files_with_a_time_are_read(tmp_path):
    path = tmp_path / "loss.tsv"
    path.write_text(
        "timestamp\tstep\tloss\n" + "".join(f"{1_600_000_000_000 + i}\t{i}\t{3 - i}\n" for i in range(3))
    )
    (run,) = read_paths([str(path)])
    assert curves(run) == {"loss": [3, 2, 1]}
    assert run.series[0].wall_time.tolist() == [1_600_000_000 + i / 1_000 for i in range(3)]


def test_damaged_dvclive_lines_are_told(dvclive):
    path = dvclive / "plots" / "metrics" / "train" / "loss.tsv"
    path.write_text("step\tloss\n0\t3\nx\n2\t1\n3\t0.")
    (run,) = read_paths([str(dvclive)])
    assert curves(run)["train/loss"] == [3, 1]
    assert {(e.kind, e.count) for e in run.events} == {(EventKind.UNREADABLE, 1), (EventKind.TRUNCATED, 1)}


def test_a_table_that_only_has_a_step_is_left_to_the_csv_reader(tmp_path):
    (tmp_path / "log.tsv").write_text("step\tloss\tval_loss\n0\t3\t4\n1\t2\t3\n2\t1\t2\n")
    (run,) = read_paths([str(tmp_path / "log.tsv")])
    assert run.reader == "csv"


@pytest.fixture
def sacred(tmp_path):
    home = tmp_path / "runs" / "3"
    home.mkdir(parents=True)
    (home / "metrics.json").write_text(json.dumps({"training.loss": STEPS, "val.loss": STEPS}, indent=2))
    (home / "config.json").write_text('{"lr": 0.1}')
    trace = ["Traceback (most recent call last):\n", "RuntimeError: boom\n"]
    stated = {"experiment": {"name": "toy"}, "status": "FAILED", "fail_trace": trace}
    (home / "run.json").write_text(json.dumps(stated))
    return home


@pytest.mark.parametrize("named", ["", "metrics.json", "run.json", ".."])
def test_sacred_runs_are_read_with_their_configuration_and_their_end(sacred, named):
    (run,) = read_paths([str(sacred / named)])
    assert (run.reader, run.name) == ("sacred", "toy 3")
    assert curves(run) == {"training.loss": [3, 2, 1], "val.loss": [3, 2, 1]}
    assert run.number("learning_rate") == 0.1
    assert [e.text for e in run.events if e.kind == EventKind.TRACEBACK] == ["RuntimeError: boom"]
    assert run.series[0].wall_time[0] == 1_767_323_045.5


def test_sacred_metrics_that_are_cut_keep_the_whole_ones(sacred):
    text = json.dumps({"a.loss": STEPS, "b.loss": STEPS})
    (sacred / "metrics.json").write_text(text[:-10])
    (run,) = read_paths([str(sacred / "metrics.json")])
    assert curves(run) == {"a.loss": [3, 2, 1]}
    assert EventKind.TRUNCATED in {event.kind for event in run.events}


def test_evals_results_are_read():
    tree = {
        "train": {"rmse": [3, 2, 1]},
        "validation_0": {"rmse": [4, 3, 3.5], "mae": [1, float("nan"), "x"]},
    }
    (run,) = read_source(Source("evals.json", content=json.dumps(tree).encode()))
    assert run.reader == "evals-result"
    assert curves(run)["train-rmse"] == [3, 2, 1]
    assert len(curves(run)["validation_0-mae"]) == 2
    assert run.main(Role.VAL_LOSS) or run.main(Role.VAL_METRIC)
    (event,) = run.events
    assert (event.kind, event.count) == (EventKind.UNREADABLE, 1)


def test_the_shared_logs_are_read_by_their_own_readers(shared):
    for case, file, reader, settings_known in [
        ("catboost-01", "learn_error.tsv", "catboost", False),
        ("catboost-02", "catboost_training.json", "catboost", False),
        ("dvclive-01", "loss.tsv", "dvclive", True),
        ("sacred-01", "metrics.json", "sacred", True),
    ]:
        (run,) = read_paths([str(shared / "logs" / case / file)])
        assert run.reader == reader
        assert bool(run.hyperparameters) == settings_known


PIECES = [
    '{"a":{"b":[1,2',
    '{"a":{"steps":[0,1],"values":[1,',
    "iter\tA\n",
    "step\tx\n",
    "0\t1\n",
    "1e999",
    "nan",
    "]}",
    '"learn_metrics"',
    '"iterations":[{"learn":[1]}',
    "{",
    '"meta":',
    "\x00",
    "9" * 5_000,
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=12),
    st.sampled_from(
        ["catboost_training.json", "learn_error.tsv", "x.tsv", "metrics.json", "run.json", "meta.yaml"]
    ),
)
def test_any_text_gives_runs_or_one_sentence(pieces, name):
    try:
        runs = read_source(Source(name, content="".join(pieces).encode()))
    except UnreadableError as error:
        said = str(error)
    else:
        said = "read"
        assert all(len(series) == series.x.size > 0 for run in runs for series in run)
    assert said
    assert "\n" not in said


def test_readers_do_not_read_the_files_of_another(dvclive, sacred, catboost):
    root = Path(dvclive).parent
    runs = read_paths([str(root)])
    assert {run.reader for run in runs} == {"dvclive", "sacred", "catboost"}
    assert len(runs) == 3
