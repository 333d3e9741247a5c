# ruff: noqa: E501 (lines of logs are as long as they are)
"""The bars of Keras, state by state: which are one bar, which are an epoch's result, what is left at the end."""

import pytest

from advisor.readers import Source
from advisor.readers.formats.keras_console import (
    READER,
    KerasSpeaksError,
    _Console,
    _finished,
    _state,
    without_keras,
)
from advisor.readers.lines import Line, lines_of
from advisor.run import EventKind


def read(text):
    return READER.read(Source("a.log", content=text.encode()))


def told(*lines):
    (run,) = read("".join(line + "\n" for line in lines))
    return {s.name: (s.x.tolist(), s.y.tolist(), s.at.tolist()) for s in run}


@pytest.mark.parametrize(("text", "done", "total", "values", "whole"), [
    ("3/9 [==>...] - ETA: 1s - loss: 0.5", 3, 9, {"loss": 0.5}, False),
    ("9/9 [=====] - 1s - loss: 0.5", 9, 9, {"loss": 0.5}, True),
    ("9/9 [=====] - ETA: 0s - loss: 0.5", 9, 9, {"loss": 0.5}, False),
    ("9/9 ━━━━━━ 1s 3ms/step - loss: 0.5 - acc: 1e-3", 9, 9, {"loss": 0.5, "acc": 0.001}, True),
    ("5/Unknown  [====] - 1s - loss: 0.5", None, None, {"loss": 0.5}, True),
    ("step 7/7 - loss: 0.09 - 58ms/step", 7, 7, {"loss": 0.09}, True),
    ("9/9 - 1s - loss: nan", 9, 9, {"loss": float("nan")}, True),
    ("1s - loss: 0.5", None, None, {"loss": 0.5}, True),
    (" - 1s - loss: 0.5", None, None, {"loss": 0.5}, True),
    ("1:02 - loss: 0.5", None, None, {"loss": 0.5}, True),
    ("9/9 [=====] - 1s", None, None, None, None),
    ("9/9 [=====] - ETA: 1s", None, None, None, None),
    ("words - loss: 0.5", None, None, None, None),
    ("loss: 0.5", None, None, None, None),
])  # fmt: skip
def test_the_state_that_a_line_shows(text, done, total, values, whole):
    state = _state(Line(7, text))
    if values is None:
        assert state is None
        return
    assert state is not None
    assert (state.line, state.done, state.total, state.whole) == (7, done, total, whole)
    assert {name: str(y) for name, y in state.values.items()} == {name: str(y) for name, y in values.items()}


def test_a_bar_that_is_drawn_again_with_its_validation_is_one():
    full = "9/9 [=====] - 1s - loss: 0.{}"
    lines = [
        part
        for i in (1, 2)
        for part in (f"Epoch {i}/2", full.format(i), full.format(i) + f" - val_loss: 0.{i}5")
    ]
    assert told(*lines) == {"loss": ([1, 2], [0.1, 0.2], [3, 6]), "val_loss": ([1, 2], [0.15, 0.25], [3, 6])}
    apart = [part for i in (1, 2) for part in (
        f"Epoch {i}/2", full.format(i), "Saving a model", full.format(i) + f" - val_loss: 0.{i}5")]  # fmt: skip
    assert told(*apart)["val_loss"] == ([1, 2], [0.15, 0.25], [4, 8])
    other = [part for i in (1, 2) for part in (
        f"Epoch {i}/2", full.format(i), "Evaluating", f"5/5 [===] - 1s - loss: 0.{i} - val_loss: 0.{i}5")]  # fmt: skip
    assert "val_loss" not in told(*other), "another length is another bar"
    more = [part for i in (1, 2) for part in (
        f"Epoch {i}/2", full.format(i), "Evaluating", full.format(i) + f" - acc: 0.{i}5")]  # fmt: skip
    assert "acc" not in told(*more), "what it adds is no validation"
    changed = [part for i in (1, 2) for part in (
        f"Epoch {i}/2", full.format(i), f"9/9 [=====] - 1s - loss: 0.{i}9")]  # fmt: skip
    assert told(*changed)["loss"][1] == [0.1, 0.2]


def test_an_evaluation_that_paddle_draws_inside_an_epoch():
    lines = [part for i in (1, 2) for part in (
        f"Epoch {i}/2", f"step 7/7 - loss: 0.{i} - 58ms/step", "Eval begin...", "", f"step 3/3 - loss: 0.{i}5 - 9ms/step")]  # fmt: skip
    assert {name: y for name, (_, y, _) in told(*lines).items()} == {
        "loss": [0.1, 0.2],
        "val_loss": [0.15, 0.25],
    }
    lines = [part for i in (1, 2) for part in (
        f"Epoch {i}/2", f"step 7/7 - loss: 0.{i} - 58ms/step", "Eval begin...", "words", f"step 3/3 - loss: 0.{i}5 - 9ms/step")]  # fmt: skip
    assert set(told(*lines)) == {"loss"}


def test_bars_that_all_come_before_their_headings():
    bar = "9/9 [=====] - 1s - loss: 0.{}"
    lines = [bar.format(1), "Epoch 1/3", bar.format(2), "Epoch 2/3", bar.format(3), "Epoch 3/3"]
    assert told(*lines)["loss"][:2] == ([1, 2, 3], [0.1, 0.2, 0.3])
    assert told(*lines[:-1])["loss"][:2] == ([1, 2], [0.2, 0.3])
    assert told(bar.format(0), *lines)["loss"][:2] == ([1, 2], [0.2, 0.3])


@pytest.mark.parametrize(("last", "kept"), [
    ("3/9 [==>...] - ETA: 1s - loss: 0.3", False), ("3/9 [==>...] - ETA: 1s - loss: nan", True),
    ("9/9 [=====] - 1s - loss: 0.3", True),
])  # fmt: skip
def test_a_last_epoch_that_is_cut(last, kept):
    lines = ["Epoch 1/9", "9/9 [=====] - 1s - loss: 0.5", "Epoch 2/9", last]
    assert told(*lines)["loss"][0] == ([1, 2] if kept else [1])
    console = _Console()
    console.run(lines_of("".join(line + "\n" for line in lines)))
    assert len(_finished(console.fits[0])) == 1 + kept


def test_redrawn_lines_are_taken_by_their_last_state():
    def epoch(i, states=5):
        drawn = "\r".join(f"{k}/9 [==>..] - ETA: 1s - loss: 0.{k}{i}" for k in range(1, states))
        return f"Epoch {i}/3\n{drawn}\r9/9 [====] - 1s - loss: 0.9{i}\n"

    (run,) = read("".join(epoch(i) for i in (1, 2, 3)))
    (loss,) = run.series
    assert (loss.x.tolist(), loss.y.tolist(), loss.at.tolist()) == ([1, 2, 3], [0.91, 0.92, 0.93], [2, 4, 6])
    assert run.events == ()
    (run,) = read(epoch(1).replace("9/9 [====] - 1s", "5/9 [==>..] - ETA: 1s"))
    (loss,) = run.series
    assert (loss.x_kind, loss.x.tolist()) == ("step", [1, 2, 3, 4, 5])
    assert [e.kind for e in run.events] == [EventKind.TRUNCATED]


@pytest.mark.parametrize(("lines", "speaks"), [
    (["Epoch 1/3", "3/9 [==>..] - loss: 0.5"], True), (["Epoch 1/3", " - 1s - loss: 0.5"], True),
    (["3/9 [==>..] - loss: 0.5", "Epoch 1/3"], False), (["Epoch 1/3", "loss 0.5"], False),
    (["Epoch 1", "3/9 [==>..] - loss: 0.5"], False), (["Epoch 1/3 loss", "3/9 [=>..] - loss: 0.5"], False),
    (["Epoch 1/3", "words", "9/9 ━━━━ - loss: 0.5"], True),
])  # fmt: skip
def test_where_keras_speaks_in_another_text(lines, speaks):
    seen = []

    def look():
        seen.extend(line.text for line in without_keras(map(Line, range(1, len(lines) + 1), lines)))

    if speaks:
        with pytest.raises(KerasSpeaksError):
            look()
    else:
        look()
        assert seen == lines


def test_how_many_samples_there_are():
    (run,) = read("Train on 600 samples, validate on 100 samples\nEpoch 1/1\n9/9 - 1s - loss: 0.5\n")
    stated = {h.name: (h.value, h.source) for h in run.hyperparameters}
    assert stated["train_size"] == (600, "log line 1")
    assert stated["val_size"] == (100, "log line 1")
    (run,) = read("Train on 600 samples\nlr: 0.1\nEpoch 1/1\n9/9 - 1s - loss: 0.5\n")
    assert {h.name: h.value for h in run.hyperparameters} == {"epochs": 1, "train_size": 600, "lr": 0.1}


def test_settings_between_two_fits_are_of_the_second():
    fit = "Epoch 1/2\n9/9 - 1s - loss: 0.5\nEpoch 2/2\n9/9 - 1s - loss: 0.4\n"
    first, second = read("lr: 0.1\n" + fit + "lr: 0.2\n" + fit)
    assert (first.number("learning_rate"), second.number("learning_rate")) == (0.1, 0.2)
    first, second = read("lr: 0.1\n" + fit + fit)
    assert (first.number("learning_rate"), second.number("learning_rate")) == (0.1, None)
    first, second = read("lr: 0.1\n$ python train.py --seed 3\n" + fit + fit)
    assert (first.number("learning_rate"), first.number("seed")) == (None, 3)
