"""Numbers of one name that two kinds of line print at the same place."""

import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source


def curves(text):
    (run,) = read_source(Source("train.log", content=text.encode()))
    return {series.name: series.y.tolist() for series in run}


def test_the_time_of_two_parts_of_a_round_is_two_curves():
    text = "".join(
        f"Iteration {i}/9\n  self-play: {3000 + i} positions | time: {300 + i}.5s\n"
        f"  update: loss=1.{i} | time: 4.{i}s\n"
        for i in range(1, 6)
    )
    found = curves(text)
    assert found["time"] == [301.5, 302.5, 303.5, 304.5, 305.5]
    assert found["time#2"] == [4.1, 4.2, 4.3, 4.4, 4.5]


def test_two_rounds_and_the_beginning_of_a_third_tell_two_parts_apart():
    part = "  update: loss=1.{0} | time: 4.{0}s\n"
    text = "".join(
        f"Iteration {i}/9\n  self-play: {3000 + i} positions | time: {300 + i}.5s\n"
        + (part.format(i) if i < 3 else "")
        for i in range(1, 4)
    )
    found = curves(text)
    assert (found["time"], found["time#2"]) == ([301.5, 302.5, 303.5], [4.1, 4.2])


def test_the_time_of_a_validation_is_called_so():
    text = "".join(
        f"Epoch(train) [{i}] loss: 0.{i} time: 1.{i}\nEpoch(val) [{i}] acc: 0.{i} time: 0.0{i}\n"
        for i in range(1, 6)
    )
    found = curves(text)
    assert (found["time"], found["time (val)"]) == ([1.1, 1.2, 1.3, 1.4, 1.5], [0.01, 0.02, 0.03, 0.04, 0.05])


def test_a_line_that_says_more_now_and_then_goes_on_with_the_same_curve():
    text = "".join(
        f"step {i} loss 0.{i}\n" if i % 2 else f"step {i} loss 0.{i} grad_norm 3.{i}\n" for i in range(1, 9)
    )
    assert curves(text)["loss"] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]


def test_what_is_said_again_stays_one_curve():
    text = "".join(
        f"Epoch {i} loss 0.{i} lr 0.01\nEpoch {i} val_loss 0.{i + 1} lr 0.01\n" for i in range(1, 6)
    )
    assert set(curves(text)) == {"loss", "lr", "val_loss"}


LAYERS = (
    'layer {{\n  name: "conv{i}"\n  lr_mult: {a}\n  num_output: {n}\n  std: {s}\n}}\n',
    "block {i}\n  kernel_size: {a}\n  filters: {n}\n  dropout_after: {s}\n",
)


@pytest.mark.parametrize("form", LAYERS)
def test_settings_of_layers_before_any_training_are_no_curves(form):
    text = "".join(
        form.format(i=i, a=1 + i % 2, n=n, s=0.01 if i % 3 else 0.005)
        for i, n in enumerate([96, 256, 384, 384, 256, 4096, 4096, 1000])
    )
    with pytest.raises(UnreadableError):
        read_source(Source("train.log", content=text.encode()))


def test_a_program_printed_before_its_training_declares_no_curve():
    text = "class Settings:\n" + "".join(
        f"    {name}: float = {value}\n" for name, value in (("alpha", 0.5), ("beta", 0.25), ("gamma", 0.125))
    )
    with pytest.raises(UnreadableError):
        read_source(Source("train.log", content=text.encode()))
