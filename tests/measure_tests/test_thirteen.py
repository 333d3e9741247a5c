"""The machinery of the thirteen situations on tiny trainings: it trains, plants, logs and judges."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from advisor.diagnosis import load_rulebook
from advisor.diagnosis.problem import Problem
from advisor.readers import read_paths
from advisor.run import Role
from tests.measure import diagnosis
from tests.measure.diagnosis import Judged, judge, problems, situations
from tests.measure.thirteen_cases import Case, Log, as_run, cases, logs
from tests.measure.thirteen_data import SEQUENCES, build, data, is_regression
from tests.measure.thirteen_situations import FORMER, HALVES, HELD_OUT, SITUATIONS, TUNING, Part
from tests.measure.thirteen_trainer import Shape, Training, Trainings, _sets, train_together

SHAPE = Shape("wine", hidden_units=8, batch_size=16, epochs=13)
BASE = Training(SHAPE, 0.015)
BY_NAME = {situation.name: situation for situation in SITUATIONS}


@pytest.fixture(scope="module")
def curves():
    return train_together([BASE, replace(BASE, learning_rate=100.0), replace(BASE, seed=1)])


def log_of(training, kind="step", name="healthy", accuracy=True, settings=True):
    return Log(Case("tuning", BY_NAME[name], training, BASE, 0.1), kind, accuracy, settings)


def test_a_net_learns_whatever_trains_beside_it(curves):
    alone = train_together([BASE])[0]
    assert curves[0]["val_loss"] == pytest.approx(alone["val_loss"], rel=1e-3)
    assert curves[0]["val_loss"][-1] < 0.5 * curves[0]["val_loss"][0]
    assert not np.allclose(curves[0]["step_loss"], curves[2]["step_loss"])
    assert curves[1]["step_loss"].max() > 10


def test_the_halves_share_no_data_set():
    seen, new = ([shape for part in HALVES[half] for shape in part.tasks] for half in ("tuning", "held-out"))
    assert not {shape.data for shape in seen} & {shape.data for shape in new}
    for half in (seen, new):
        assert len({shape.data for shape in half}) >= 5
    assert len({shape.net for shape in new} - {shape.net for shape in seen}) >= 3


@pytest.mark.parametrize("shape", [*TUNING, *FORMER, *HELD_OUT], ids=lambda s: f"{s.data}-{s.net}")
def test_every_net_fits_its_data(shape):
    net = build(shape.data, shape.net, shape.hidden_units, shape.layers, shape.activation)
    sets = data(shape.data)
    assert net(sets.x[0][:3]).shape == (3, sets.classes or 1)
    assert bool(sets.classes) != is_regression(shape.data)
    assert shape.net not in ("gated", "attention", "temporal", "mixer") or shape.data in SEQUENCES


def test_every_situation_is_named_by_a_known_problem_and_changes_the_training():
    known = {problem.value for problem in Problem}
    for situation in SITUATIONS:
        assert set(situation.answers) <= known
        planted = [situation.plant(Training(shape, 0.01)) for shape in HELD_OUT]
        assert any(p not in (None, Training(s, 0.01)) for p, s in zip(planted, HELD_OUT, strict=True)) == (
            situation.name != "healthy"
        )


def test_faults_of_the_data_are_what_they_are_called():
    clean = _sets(BASE)
    noisy = _sets(replace(BASE, label_noise=0.5))
    assert 0.15 < (clean[0][1] != noisy[0][1]).float().mean() < 0.5
    permuted = _sets(replace(BASE, validation="permuted"))
    assert (permuted[1][1] != clean[1][1]).all()
    assert torch.equal(permuted[0][1], clean[0][1])
    leaked = _sets(replace(BASE, validation="leaked"))
    assert torch.equal(leaked[1][0], leaked[0][0][: len(leaked[1][0])])
    shifted = _sets(replace(BASE, validation="shifted", validation_shift=2.0))
    assert (shifted[1][0] - clean[1][0]).abs().mean() == pytest.approx(2.0)
    assert torch.equal(shifted[2][0], clean[2][0])


def test_a_sorted_epoch_goes_through_the_classes_in_order(curves):
    sorted_run = train_together([replace(BASE, sorted_by_class=True)])[0]
    steps = len(sorted_run["step_loss"]) // SHAPE.epochs
    spread = [c["step_loss"].reshape(-1, steps).std(axis=1).mean() for c in (curves[0], sorted_run)]
    assert spread[1] > 2 * spread[0]


def test_curves_are_kept_on_disk(tmp_path, monkeypatch):
    first = Trainings(tmp_path)
    first.train([BASE])
    monkeypatch.setattr(
        "tests.measure.thirteen_trainer.train_together", lambda _: pytest.fail("trained again")
    )
    second = Trainings(tmp_path)
    second.train([BASE])
    assert np.array_equal(second[BASE]["step_loss"], first[BASE]["step_loss"])


@pytest.mark.parametrize("kind", ["step", "epoch"])
def test_a_run_is_what_a_reader_makes_of_the_same_log(kind, curves, tmp_path):
    run = as_run(log_of(BASE, kind), curves[0])
    lines = ["step,epoch,train_loss,train_accuracy,val_loss,val_accuracy"]
    train = {name: run.main(role) for name, role in (("loss", Role.TRAIN_LOSS), ("acc", Role.TRAIN_METRIC))}
    val = {name: run.main(role) for name, role in (("loss", Role.VAL_LOSS), ("acc", Role.VAL_METRIC))}
    steps = len(train["loss"]) // len(val["loss"])
    for i in range(len(train["loss"])):
        epoch = i // steps + 1
        row = f"{i},{epoch},{train['loss'].y[i]!r},{train['acc'].y[i]!r}"
        if kind == "step":
            lines.append(row + ",,")
        if (i + 1) % steps == 0:
            head = f"{i},{epoch},," if kind == "step" else row
            lines.append(f"{head},{val['loss'].y[epoch - 1]!r},{val['acc'].y[epoch - 1]!r}")
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    (read,) = read_paths([str(tmp_path / "log.csv")])
    for role in (Role.TRAIN_LOSS, Role.TRAIN_METRIC, Role.VAL_LOSS, Role.VAL_METRIC):
        assert np.array_equal(read.main(role).y, run.main(role).y), role
    order = np.searchsorted(run.main(Role.TRAIN_LOSS).at, run.main(Role.VAL_LOSS).at, side="right")
    assert np.array_equal(
        np.searchsorted(read.main(Role.TRAIN_LOSS).at, read.main(Role.VAL_LOSS).at, side="right"), order
    )


def test_a_log_shows_what_it_says_and_no_more(curves):
    bare = as_run(log_of(BASE, accuracy=False, settings=False), curves[0])
    assert {series.role for series in bare} == {Role.TRAIN_LOSS, Role.VAL_LOSS}
    assert not bare.hyperparameters
    told = as_run(log_of(replace(BASE, input_scale=9.0)), curves[0])
    assert told.number("learning_rate") == 0.015
    assert not {"input_scale", "seed"} & {h.name for h in told.hyperparameters}


def test_the_first_answer_counts_and_a_healthy_run_must_be_left_alone(curves):
    rulebook = load_rulebook()
    log = log_of(replace(BASE, learning_rate=100.0), name="rate x30")
    assert judge(log, as_run(log, curves[1]), rulebook).alarmed
    found = Judged(log, ("lr_too_high", "plateau"), True)
    assert found.right_first
    assert not Judged(log, ("plateau", "lr_too_high"), True).right_first
    assert not Judged(log, (), False).right_first
    assert Judged(log_of(BASE), ("plateau",), False).right_first
    assert not Judged(log_of(BASE), ("healthy", "plateau"), True).right_first
    text = "\n".join([*situations([found]), *problems([found])])
    assert "1 of 1 (100%)" in text
    assert "lr_too_high" in text


def test_the_command_prints_every_set(tmp_path, monkeypatch, capsys):
    halves = {half: (Part((SHAPE,), 0, margin=half == "held-out"),) for half in HALVES}
    monkeypatch.setattr("tests.measure.thirteen_cases.HALVES", halves)
    monkeypatch.setattr("tests.measure.thirteen_cases.SEEDS", (0, 1))
    monkeypatch.setattr("tests.measure.thirteen_cases.HEALTHY_SEEDS", (0,))
    monkeypatch.setattr(
        "tests.measure.thirteen_cases.SITUATIONS", (BY_NAME["healthy"], BY_NAME["permuted labels"])
    )
    assert diagnosis.main(["--cache", str(tmp_path), "--logs", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert shown.count("first right: step logs") == 2
    assert "sample logs" in shown
    kept, dropped = cases("tuning", Trainings(tmp_path))
    assert len(kept) == 3
    assert not dropped
    assert [log.kind for log in logs(kept[0])] == ["step", "epoch"]
