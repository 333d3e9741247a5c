"""Studies that Optuna itself writes, against what Optuna itself reads from them."""

import logging
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, read_paths, read_source
from advisor.run import EventKind, Role

optuna = pytest.importorskip("optuna")
STEPS = 6


def storage(kind, folder):
    if kind == "sqlite":
        return f"sqlite:///{folder}/study.db", folder / "study.db"
    file = folder / "journal.log"
    return optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(file))), file


def objective(trial, reports=True):
    """Gradient descent on a parabola: its error after each step."""
    rate = trial.suggest_float("lr", 1e-3, 1.2, log=True)
    trial.suggest_int("hidden", 4, 64)
    trial.suggest_categorical("optimizer", ["adam", "sgd", None])
    x = 1.0
    for step in range(STEPS):
        x -= rate * 2 * x
        if reports:
            trial.report(x * x if trial.number != 2 else math.nan, step)
            if trial.should_prune():
                raise optuna.TrialPruned
    return x * x


def study(place, direction="minimize", trials=6, **settings):
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    pruner = optuna.pruners.MedianPruner(n_startup_trials=1)
    sampler = optuna.samplers.RandomSampler(seed=1)
    made = optuna.create_study(storage=place, direction=direction, sampler=sampler, pruner=pruner)
    made.optimize(lambda trial: objective(trial, **settings), n_trials=trials)
    return made


@pytest.mark.parametrize("kind", ["sqlite", "journal"])
@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_each_trial_that_reported_is_a_run(tmp_path, kind, direction):
    place, file = storage(kind, tmp_path)
    trials = {
        f"trial {t.number}": t for t in study(place, direction).trials if len(t.intermediate_values) > 1
    }
    runs = read_paths([str(file)])
    assert [run.name for run in runs] == sorted(trials, reverse=True)
    assert len(runs) > 1
    for run in runs:
        told = trials[run.name]
        (curve,) = run
        np.testing.assert_array_equal(curve.y, list(told.intermediate_values.values()))
        np.testing.assert_array_equal(curve.x, list(told.intermediate_values))
        assert curve.role == (Role.VAL_LOSS if direction == "minimize" else Role.VAL_METRIC)
        assert curve.lower_is_better == (direction == "minimize")
        assert {setting.name: setting.value for setting in run.hyperparameters} == told.params
        assert run.number("learning_rate") == told.params["lr"]
        pruned = told.state == optuna.trial.TrialState.PRUNED
        assert pruned == any("pruned" in event.text for event in run.events)


@pytest.mark.parametrize("kind", ["sqlite", "journal"])
def test_a_trial_that_ended_infinite_keeps_what_it_reported(tmp_path, kind):
    """SQLite holds no infinity: Optuna writes none and says beside it which way it went."""
    place, file = storage(kind, tmp_path)
    made = optuna.create_study(storage=place)
    for reported in ([3.0, 9.0, 81.0], [3.0, 2.0, 1.0]):
        trial = made.ask({"lr": optuna.distributions.FloatDistribution(0.1, 1.0)})
        for step, value in enumerate(reported):
            trial.report(value, step)
        made.tell(trial, math.inf if reported[-1] > 3 else reported[-1])
    assert {run.name: next(iter(run)).y.tolist() for run in read_paths([str(file)])} == {
        "trial 0": [3.0, 9.0, 81.0],
        "trial 1": [3.0, 2.0, 1.0],
    }


@pytest.mark.parametrize("kind", ["sqlite", "journal"])
def test_a_study_whose_trials_report_nothing_is_told_as_a_table(tmp_path, kind):
    place, file = storage(kind, tmp_path)
    best = study(place, trials=3, reports=False).best_trial
    with pytest.raises(UnreadableError, match=f"3 trials of an Optuna study .* best is trial {best.number}"):
        read_paths([str(file)])


def test_the_lines_that_optuna_logs_are_no_curve(tmp_path):
    optuna.logging.set_verbosity(optuna.logging.INFO)
    file = tmp_path / "console.log"
    handler = logging.FileHandler(file)
    optuna.logging.get_logger("optuna").addHandler(handler)
    try:
        made = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
        made.optimize(lambda trial: objective(trial, reports=False), n_trials=5)
    finally:
        optuna.logging.get_logger("optuna").removeHandler(handler)
        handler.close()
    best = made.best_trial
    with pytest.raises(UnreadableError, match=f"5 trials of an Optuna study .* best is trial {best.number}"):
        read_paths([str(file)])


def test_a_journal_that_is_cut_keeps_the_trials_before_the_cut(tmp_path):
    place, file = storage("journal", tmp_path)
    study(place)
    whole = read_paths([str(file)])
    data = file.read_bytes()
    file.write_bytes(data[: data.rindex(b'"op_code":7') + 40])
    cut = read_paths([str(file)])
    assert cut[-1].series[0].y.tolist() == whole[-1].series[0].y.tolist()
    assert cut[0].events[0].kind == EventKind.TRUNCATED


PIECES = st.sampled_from(
    [
        '{"op_code":0,"worker_id":"a","study_name":"s","directions":[2]}',
        '{"op_code":0,"worker_id":"a","directions":[]}',
        '{"op_code":4,"worker_id":"a","study_id":0}',
        '{"op_code":5,"worker_id":"a","trial_id":0,"param_name":"lr","param_value_internal":1e400,'
        '"distribution":"{\\"name\\": \\"C\\", \\"attributes\\": {\\"choices\\": [1]}}"}',
        '{"op_code":5,"worker_id":"a","trial_id":-7,"param_name":3,"param_value_internal":"x"}',
        '{"op_code":6,"worker_id":"a","trial_id":0,"state":1,"values":["x"]}',
        '{"op_code":6,"worker_id":"a","trial_id":0,"state":[],"values":5}',
        '{"op_code":7,"worker_id":"a","trial_id":0,"step":1,"intermediate_value":0.5}',
        '{"op_code":7,"worker_id":"a","trial_id":0,"step":2,"intermediate_value":"nan"}',
        '{"op_code":7,"worker_id":"a","trial_id":0,"step":null,"intermediate_value":NaN}',
        "[]",
        "\x00",
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(PIECES, max_size=12), st.binary(max_size=20))
def test_any_journal_gives_runs_or_one_sentence(pieces, tail):
    first = '{"op_code":0,"worker_id":"a","study_name":"s","directions":[1]}'
    content = "\n".join([first, *pieces]).encode() + b"\n" + tail
    try:
        runs = read_source(Source("journal.log", content=content))
    except UnreadableError:
        return
    assert all(len(series) > 1 for run in runs for series in run)
