import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source
from advisor.run import EventKind, Role, Trust

HISTORY = [
    {"epoch": 0.5, "grad_norm": 1.5, "learning_rate": 1e-4, "loss": 2.0, "step": 10},
    {"epoch": 1.0, "grad_norm": 1.2, "learning_rate": 5e-5, "loss": 1.0, "step": 20},
    {"epoch": 1.0, "eval_loss": 1.5, "eval_accuracy": 0.6, "eval_runtime": 3.2, "step": 20},
    {"epoch": 1.5, "grad_norm": 1.1, "learning_rate": 1e-5, "loss": 0.8, "step": 30},
    {"epoch": 1.5, "step": 30, "total_flos": 1e15, "train_loss": 1.27, "train_runtime": 99.0},
]
STATE = {
    "best_metric": 1.5,
    "epoch": 1.5,
    "global_step": 30,
    "logging_steps": 10,
    "log_history": HISTORY,
    "max_steps": 30,
    "num_train_epochs": 2,
    "train_batch_size": 16,
}


def read(text):
    return read_source(Source("trainer_state.json", content=text.encode()))


def test_training_and_evaluation_records_are_curves_by_step():
    (run,) = read(json.dumps(STATE, indent=2))
    assert run.reader == "hf-trainer-state"
    loss = run.main(Role.TRAIN_LOSS)
    assert (loss.name, loss.y.tolist(), loss.x.tolist(), loss.x_kind) == (
        "loss",
        [2, 1, 0.8],
        [10, 20, 30],
        "step",
    )
    assert run.main(Role.VAL_LOSS).y.tolist() == [1.5]
    assert run.main(Role.VAL_METRIC).name == "eval_accuracy"
    assert run.main(Role.GRAD_NORM).y.size == 3
    assert run.main(Role.LEARNING_RATE).y.size == 3
    assert next(s for s in run if s.name == "epoch").y.tolist() == [0.5, 1, 1, 1.5, 1.5]


def test_the_final_summary_is_not_joined_with_the_loss():
    (run,) = read(json.dumps(STATE))
    summary = next(s for s in run if s.name == "train_loss")
    assert summary.y.tolist() == [1.27]
    assert summary.certainty < run.main(Role.TRAIN_LOSS).certainty


def test_the_state_is_the_tools_own_record_of_its_settings():
    (run,) = read(json.dumps(STATE))
    assert run.number("batch_size") == 16
    assert run.number("epochs") == 2
    assert run.number("max_steps") == 30
    assert run.hyperparameter("epochs").trust == Trust.OWN_RECORD


def test_a_nan_loss_is_read():
    history = [*HISTORY[:2], {"loss": float("nan"), "step": 30, "epoch": 1.5}]
    (run,) = read(json.dumps({"log_history": history}))
    assert np.isnan(run.main(Role.TRAIN_LOSS).y[-1])


def test_two_trainings_in_one_history_are_two_runs():
    first, second = read(json.dumps({"log_history": [*HISTORY[:4], *HISTORY[:4]]}))
    assert len(first.main(Role.TRAIN_LOSS)) == len(second.main(Role.TRAIN_LOSS)) == 3


def test_an_empty_history_is_told():
    with pytest.raises(UnreadableError, match="log_history is empty"):
        read(json.dumps({**STATE, "log_history": []}))


@settings(max_examples=80, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.sampled_from([None, 2]))
def test_a_file_cut_anywhere_reads_as_a_prefix(share, indent):
    text = json.dumps(STATE, indent=indent)
    text = text[: int(share * len(text))]
    (whole,) = read(json.dumps(STATE))
    expected = {s.name: s.y for s in whole}
    try:
        (run,) = read(text)
    except UnreadableError:
        assert text.count("}") == 0
        return
    assert EventKind.TRUNCATED in [event.kind for event in run.events]
    for series in run:
        np.testing.assert_array_equal(series.y, expected[series.name][: len(series)])
