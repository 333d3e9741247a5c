"""Histories printed or assigned whole."""

import pytest

from advisor.readers import Source, read_source
from advisor.run import EventKind, Role


def read(text):
    return read_source(Source("history.txt", content=text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "train_loss = [0.9, 0.7, 0.5, 0.4]\nval_loss = [1.0, 0.8, 0.7, 0.75]\n",
        "{'train_loss': [0.9, 0.7, 0.5, 0.4], 'val_loss': [1.0, 0.8, 0.7, 0.75]}\n",
        "train_loss: [tensor(0.9), tensor(0.7), tensor(0.5), tensor(0.4)]\nval_loss: [1., .8, 7e-1, 0.75]\n",
        "train_loss = np.array([0.9, 0.7,\n   0.5, 0.4])\nval_loss = array([1.0 0.8\n 0.7 0.75])\n",
    ],
)
def test_each_list_is_a_curve(text):
    (run,) = read(text)
    assert run.reader == "printed-lists"
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [0.9, 0.7, 0.5, 0.4]
    assert run.main(Role.VAL_LOSS).y.tolist() == [1.0, 0.8, 0.7, 0.75]
    assert run.main(Role.VAL_LOSS).x_kind == "index"


def test_a_name_that_comes_again_begins_another_run():
    runs = read("loss: [0.9, 0.8, 0.7]\nacc: [0.1, 0.2, 0.3]\n\nloss: [0.5, 0.4, nan]\n")
    assert [[series.name for series in run] for run in runs] == [["loss", "acc"], ["loss"]]
    assert runs[1].series[0].summary().non_finite == 1
    assert runs[1].series[0].at.tolist() == [4, 4, 4]


def test_a_list_that_is_cut_off_is_read_up_to_its_last_whole_number():
    (run,) = read("loss: [0.9, 0.8, 0.7, 0.6, 0.")
    assert run.series[0].y.tolist() == [0.9, 0.8, 0.7, 0.6]
    assert [event.kind for event in run.damage] == [EventKind.TRUNCATED]


def test_lists_beside_a_log_are_left_to_the_console():
    text = "losses = [0.9, 0.8, 0.7]\n" + "".join(f"epoch {i} loss: 0.{i}0\n" for i in range(1, 6))
    (run,) = read(text)
    assert run.reader == "console-text"


def test_lists_of_settings_are_no_curves():
    text = "hidden = [64, 32, 16]\nmilestones = [30, 60, 90]\n" + "".join(
        f"epoch {i} loss: 0.{i}0\n" for i in range(1, 6)
    )
    (run,) = read(text)
    assert [series.name for series in run] == ["loss"]
