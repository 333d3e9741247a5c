import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, read_paths, read_source
from advisor.readers.formats.mlflow_files import parse_metric
from advisor.run import EventKind, Role

START = 1_614_174_073_129


def lines(values, first_step=0, start=START):
    return "".join(f"{start + 1_000 * i} {y!r} {first_step + i}\n" for i, y in enumerate(values)).encode()


def make_run(home, metrics, params=(), meta="name: gentle-fox\nrun_id: abc\nstatus: 3\nartifact_uri: x\n"):
    for name, data in metrics.items():
        path = home / "metrics" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (home / "params").mkdir()
    for name, text in dict(params).items():
        (home / "params" / name).write_text(text)
    if meta is not None:
        (home / "meta.yaml").write_text(meta)
    return home


@pytest.fixture
def mlruns(tmp_path):
    experiment = tmp_path / "mlruns" / "0"
    losses = [1.0, 0.5, 0.25]
    home = make_run(
        experiment / ("a" * 32),
        {
            "loss": lines(losses),
            "val_loss": lines([1.5, 1.0, 2.0], start=START + 400),
            "eval/acc": lines([0.1]),
        },
        {"learning_rate": "0.001", "batch_size": "32", "class_weight": "None"},
    )
    (experiment / "meta.yaml").write_text("artifact_location: x\nexperiment_id: '0'\n")
    return tmp_path / "mlruns", experiment, home


def curves(run):
    return {series.name: series.y.tolist() for series in run}


@pytest.mark.parametrize(
    "named", ["metrics/loss", "metrics/eval/acc", "metrics", "meta.yaml", "", "..", "../.."]
)
def test_every_way_to_name_a_run_reads_all_of_it(mlruns, named):
    _, _, home = mlruns
    (run,) = read_paths([str(home / named)])
    assert curves(run) == {"loss": [1, 0.5, 0.25], "val_loss": [1.5, 1, 2], "eval/acc": [0.1]}
    assert run.reader == "mlflow-files"
    assert run.number("learning_rate") == 0.001
    assert run.number("batch_size") == 32
    assert "class_weight" not in {value.name for value in run.hyperparameters}
    assert {s.name: s.role for s in run}["val_loss"] == Role.VAL_LOSS


def test_points_logged_together_stand_on_one_row(mlruns):
    _, _, home = mlruns
    (run,) = read_paths([str(home)])
    rows = {series.name: series.at.tolist() for series in run}
    assert rows == {"loss": [1, 2, 3], "val_loss": [1, 2, 3], "eval/acc": [1]}
    (loss,) = [series for series in run if series.name == "loss"]
    assert loss.wall_time.tolist() == [START / 1_000 + i for i in range(3)]


@pytest.mark.fault("M1")
@pytest.mark.parametrize("bad", [b"\n", b"1614174073129\n", b"1 2 3 4\n", b"x y z\n", b"1614 nope 3\n"])
def test_a_bad_line_is_told_and_the_others_are_read(tmp_path, bad):
    good = lines([3, 2, 1, 0.5])
    cut = good.index(b"\n") + 1
    home = make_run(tmp_path / ("b" * 32), {"loss": good[:cut] + bad + good[cut:]})
    (run,) = read_paths([str(home)])
    assert curves(run) == {"loss": [3, 2, 1, 0.5]}
    (event,) = [e for e in run.events if e.kind == EventKind.UNREADABLE]
    assert (event.line, event.count) == (2, 1)
    assert "loss" in event.text


@pytest.mark.parametrize("size", range(1, 24))
def test_a_half_written_line_is_never_taken_for_a_point(tmp_path, size):
    last = b"1614174079608 0.0396782 12\n"
    events = []
    points = parse_metric(lines([3, 2, 1], first_step=9) + last[:size], "loss", events)
    assert points.values.tolist() == [3, 2, 1]
    assert [event.kind for event in events] == [EventKind.TRUNCATED]


def test_a_step_that_was_cut_to_one_in_the_midst_is_no_point():
    """Steps 0 to 100 by ten; of 110 the first two digits are written, which stand above the first step."""
    whole = b"".join(b"1614174079608 0.5 %d\n" % step for step in range(0, 101, 10))
    events = []
    assert len(parse_metric(whole + b"1614174079608 0.5 11", "loss", events).values) == 11
    assert [event.kind for event in events] == [EventKind.TRUNCATED]


def test_a_last_line_that_only_lacks_its_line_end_is_read():
    events = []
    assert parse_metric(lines([3, 2, 1])[:-1], "loss", events).values.tolist() == [3, 2, 1]
    assert not events


def test_values_that_are_not_finite_are_kept():
    points = parse_metric(
        b"".join(
            b"1614174073129 %s %d\n" % (w, i) for i, w in enumerate([b"nan", b"inf", b"-inf", b"1e400"])
        ),
        "x",
        [],
    )
    np.testing.assert_array_equal(points.values, [np.nan, np.inf, -np.inf, np.inf])


def test_lines_without_a_step_are_placed_by_their_index(tmp_path):
    data = b"".join(b"%d %f\n" % (START + i, 3 - i) for i in range(3))
    home = make_run(tmp_path / ("c" * 32), {"loss": data})
    (run,) = read_paths([str(home)])
    assert run.series[0].x.tolist() == [0, 1, 2]
    assert run.series[0].x_kind == "index"


@pytest.mark.fault("M2")
@pytest.mark.parametrize("meta", [None, ""])
def test_a_run_without_its_description_is_read_and_told(tmp_path, meta):
    home = make_run(tmp_path / "0" / ("d" * 32), {"loss": lines([3, 2, 1])}, meta=meta)
    (run,) = read_paths([str(tmp_path)])
    assert curves(run) == {"loss": [3, 2, 1]}
    assert any("meta.yaml" in event.text for event in run.events)
    assert run.source == str(home)


@pytest.mark.fault("M2")
def test_damage_in_one_run_hides_no_other(tmp_path):
    make_run(tmp_path / ("e" * 32), {"loss": b"\n"})
    make_run(tmp_path / ("f" * 32), {"loss": lines([3, 2, 1])})
    (run,) = read_paths([str(tmp_path)])
    assert curves(run) == {"loss": [3, 2, 1]}


def test_how_a_run_ended_is_told(tmp_path):
    home = make_run(
        tmp_path / ("a" * 32), {"loss": lines([3, 2])}, meta="status: 4\nrun_name: x\nartifact_uri: y\n"
    )
    (run,) = read_paths([str(home)])
    assert run.name == "x"
    assert any("failed" in event.text for event in run.events)


def test_a_resume_from_an_earlier_step_is_told(tmp_path):
    data = lines([3, 2, 1]) + lines([2, 1], first_step=1, start=START + 9_000)
    (run,) = read_paths([str(make_run(tmp_path / ("a" * 32), {"loss": data}))])
    (event,) = [e for e in run.events if e.kind == EventKind.RESTART]
    assert event.line == 4


@pytest.mark.fault("M5")
def test_links_out_of_the_run_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(lines([9, 9]))
    home = make_run(tmp_path / ("a" * 32), {"loss": lines([3, 2])})
    (home / "metrics" / "planted").symlink_to(secret)
    (run,) = read_paths([str(home / "metrics" / "loss")])
    assert curves(run) == {"loss": [3, 2]}


def test_the_description_of_an_experiment_is_no_run(mlruns):
    _, experiment, _ = mlruns
    with pytest.raises(UnreadableError, match="describes an MLflow experiment"):
        read_paths([str(experiment / "meta.yaml")])


def test_one_metric_file_from_standard_input():
    (run,) = read_source(Source("-", content=lines([3, 2, 1])))
    assert curves(run) == {"metric": [3, 2, 1]}


@pytest.mark.fault("M3")
@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(width=64), st.integers(0, 10**9)), min_size=1, max_size=30))
def test_what_mlflow_writes_is_read_exactly(points):
    data = "".join(f"{START + i} {y!r} {step}\n" for i, (y, step) in enumerate(points)).encode()
    events = []
    read = parse_metric(data, "m", events)
    np.testing.assert_array_equal(read.values, [y for y, _ in points])
    np.testing.assert_array_equal(read.steps, [step for _, step in points])
    assert not events


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"1614174073129 0.5 1", b"\n", b" ", b"nan", b"-", b"1e999", b"\xff"]), max_size=20
    )
)
def test_any_bytes_of_a_metric_file_give_points_and_told_lines(parts):
    data = b"".join(parts)
    events = []
    points = parse_metric(data, "m", events)
    told = sum(event.count for event in events)
    seen = data.count(b"\n") + bool(data.rsplit(b"\n", 1)[-1].strip())
    assert points.values.size + told == seen
    assert points.values.size == points.steps.size == points.times.size


def test_a_cut_at_any_line_reads_as_a_prefix():
    data = lines([3.5, float("nan"), 2.25, 1.125, 0.5])
    whole = parse_metric(data, "m", []).values
    for end in (i + 1 for i, byte in enumerate(data) if byte == 10):
        part = parse_metric(data[:end], "m", []).values
        np.testing.assert_array_equal(part, whole[: part.size])


def test_the_shared_runs_are_read_whole(shared):
    for case in range(10, 15):
        (folder,) = [p for p in (shared / "logs" / f"mlflow-{case}").iterdir() if p.is_dir()]
        (run,) = read_paths([str(folder.parent)])
        assert {s.name for s in run} == {
            "loss",
            "val_loss",
            "categorical_accuracy",
            "val_categorical_accuracy",
        }
        assert run.hyperparameters
