# ruff: noqa: E501 (lines of logs are as long as they are)
"""Parts of an epoch under headings, by turns, in bars and in callbacks: what is whose, at the edges."""

import pytest

from advisor.readers import Source
from advisor.readers.formats.console_text import READER
from advisor.readers.formats.keras_console import READER as KERAS
from advisor.readers.formats.notebook import READER as NOTEBOOK
from advisor.readers.formats.printed_lists import READER as LISTS
from advisor.readers.lines import read_lines
from advisor.readers.ranks import find_ranks
from advisor.run import EventKind


def read(*lines):
    return READER.read(Source("train.log", content="".join(line + "\n" for line in lines).encode()))


def curves(*lines):
    (run,) = read(*lines)
    return {s.name: s.y.tolist() for s in run}


def under(heading, *, inner="Epoch {i} loss 0.{i}", part="Epoch {i} loss 0.{i}5", count=4):
    return [
        line.format(i=i)
        for i in range(1, count + 1)
        for line in (inner, *([heading] if heading else []), part)
    ]


@pytest.mark.parametrize("heading", ["Validation:", "Validating...", "*** validation ***", "VALIDATION"])
def test_a_part_prints_the_line_of_the_training_again(heading):
    found = curves(*under(heading))
    assert found["loss"] == [0.1, 0.2, 0.3, 0.4]
    assert found["valid_loss"] == [0.15, 0.25, 0.35, 0.45]


def test_a_heading_that_the_training_goes_on_below_opens_nothing():
    lines = [
        line for i in range(1, 7, 2)
        for line in (f"Epoch {i} loss 0.{i}", "Validating...", f"Epoch {i + 1} loss 0.{i + 1}")
    ]  # fmt: skip
    assert curves(*lines) == {"loss": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}


@pytest.mark.parametrize("name", ["test", "valid"])
def test_steps_inside_a_part_stand_no_further_than_the_trainings(name):
    lines = [
        line
        for e in range(1, 4)
        for line in (
            *(f"Epoch {e} [{b}/9] loss 0.{e}{b}" for b in range(1, 10, 2)),
            f"{name.title()} results:",
            *(f"Epoch {e} [{b}/5] loss 0.9{b}" for b in range(1, 6, 2)),
        )
    ]
    found = curves(*lines)
    assert len(found["loss"]) == 15
    assert len(found[f"{name}_loss"]) == 9
    assert max(found["loss"]) < 0.5


@pytest.mark.parametrize("before", [[], ["Epoch 0"]])
@pytest.mark.parametrize("training", [[], ["Training:"]])
@pytest.mark.parametrize("more", [[], ["Epoch {i} acc 0.9{i}"]])
def test_a_log_that_begins_with_such_a_part(before, training, more):
    later = [*training, "Epoch {i} loss 0.{i}", "Validation:", "Epoch {i} loss 0.{i}5", *more]
    rest = [line.format(i=i) for i in range(1, 5) for line in later]
    found = curves(*before, "Validation:", "Epoch 0 loss 0.95", *rest)
    if training or not more:
        assert found["loss"] == [0.1, 0.2, 0.3, 0.4]
        assert found["valid_loss"] == [0.95, 0.15, 0.25, 0.35, 0.45]
    other = curves(*before, "Testing...", "Epoch 0 loss 0.95", *rest)
    assert other["valid_loss"] == [0.15, 0.25, 0.35, 0.45]


@pytest.mark.parametrize(("rounds", "apart"), [(1, False), (2, True), (5, True)])
def test_numbers_of_one_name_at_one_place(rounds, apart):
    lines = [
        line for i in range(1, rounds + 1)
        for line in (f"Epoch {i} foo 3 time: 30{i}", f"Epoch {i} loss 0.{i} time: 4.{i}")
    ]  # fmt: skip
    found = curves(*lines)
    assert ("time#2" in found) is apart


def test_numbers_of_one_name_that_are_the_same_are_one_curve():
    def times(same):
        lines = [
            line for i in range(10)
            for line in (
                f"Epoch {i} foo 3 time: {i + 30}", f"Epoch {i} loss 0.{i} time: {i + 30 if i < same else 7.5}",
            )
        ]  # fmt: skip
        return curves(*lines)

    assert "time#2" not in times(1)
    assert "time#2" in times(0)


def test_three_kinds_of_line_with_one_name():
    lines = [
        line for i in range(1, 5)
        for line in (f"Epoch {i} foo 3 time: 30{i}", f"Epoch {i} baz 1 time: 20{i}", f"Epoch {i} loss 0.{i} time: 4.{i}")
    ]  # fmt: skip
    found = curves(*lines)
    assert found["time"] == [301, 302, 303, 304]
    assert found["time#2"] == [201, 202, 203, 204]
    assert found["time#3"] == [4.1, 4.2, 4.3, 4.4]


def bar(epoch, done, loss, of=5):
    return f"Epoch {epoch}: {100 * done // of}%|##| {done}/{of} [00:01<00:02, 3.2it/s, loss={loss}]"


def drawn(text):
    (run,) = READER.read(Source("train.log", content=text.encode()))
    return {s.name: (s.x.tolist(), s.y.tolist()) for s in run}


def test_of_a_bar_its_last_state_is_the_point():
    text = "".join(
        "\r".join(bar(epoch, done, f"0.{epoch}{done}") for done in range(6)) + "\n" for epoch in range(1, 4)
    )
    assert drawn(text)["loss"][1] == [0.15, 0.25, 0.35]
    below = "".join(bar(epoch, done, f"0.{epoch}{done}") + "\n" for epoch in range(1, 4) for done in range(6))
    assert drawn(below)["loss"][1] == [0.15, 0.25, 0.35]


def test_of_one_bar_without_an_epoch_each_state_is_a_point():
    text = "\r".join(
        f"{done}%|##| {done}/50 [00:01<00:02, 3.2it/s, loss=0.{50 - done // 2}]" for done in range(1, 9)
    )
    assert drawn(text + "\n")["loss"][1] == [0.5, 0.49, 0.48, 0.47, 0.46]


def test_states_of_steps_that_are_out_of_nothing_are_places_of_their_own():
    def states(shape):
        return drawn("\r".join(shape.format(i=i) for i in range(1, 5)) + "\n")["loss"]

    assert states("step {i} loss 0.{i}") == ([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4])
    assert states("epoch 1 step {i} loss 0.{i}") == ([4], [0.4])
    text = "".join(
        "\r".join(f"epoch {e} step {i}/4 loss 0.{e}{i}" for i in range(1, 5)) + "\n" for e in (1, 2, 3)
    )
    assert drawn(text)["loss"][1] == [0.14, 0.24, 0.34]
    text = "".join("\r".join(f"step {i}/4 loss 0.{e}{i}" for i in range(1, 5)) + "\n" for e in (1, 2, 3))
    assert drawn(text)["loss"][1][-1] == 0.34
    assert len(drawn(text)["loss"][1]) == 3


def test_the_state_of_a_bar_with_the_most_values_is_kept():
    text = "".join(
        bar(e, 4, f"0.{e}1")
        + "\r"
        + bar(e, 5, f"0.{e}2, val_loss=0.{e}9")
        + "\r"
        + bar(e, 5, f"0.{e}3")
        + "\n"
        for e in range(1, 4)
    )
    found = drawn(text)
    assert found["loss"][1] == [0.12, 0.22, 0.32]
    assert found["val_loss"][1] == [0.19, 0.29, 0.39]


def keras(*lines):
    (run,) = KERAS.read(Source("a.log", content="".join(line + "\n" for line in lines).encode()))
    return {s.name: (s.x.tolist(), s.y.tolist()) for s in run}, run


@pytest.mark.parametrize(("said", "curve"), [
    ("val_f1: 0.{i}", True), ("val_f1: 0.{i}\nval_f1: 0.{i}5", False), ("lr: 0.1", True), ("words {i}", False),
])  # fmt: skip
def test_what_a_callback_prints_below_the_bar(said, curve):
    lines = [
        line.format(i=i) for i in range(1, 4)
        for line in ("Epoch {i}/3", "9/9 - 1s - loss: 0.{i}", said)
    ]  # fmt: skip
    found, _ = keras(*lines)
    assert found["loss"] == ([1, 2, 3], [0.1, 0.2, 0.3])
    assert (len(found) > 1) is curve


def test_states_of_one_epoch_are_the_curve_until_it_is_over():
    states = [f"{k}/9 [==>...] - ETA: 1s - loss: 0.{9 - k}" for k in range(1, 5)]
    found, run = keras("Epoch 1/3", *states, states[-1])
    assert found == {"loss": ([1, 2, 3, 4], [0.8, 0.7, 0.6, 0.5])}
    assert [(e.kind, e.text) for e in run.events] == [(EventKind.TRUNCATED, "Epoch 1 of 3 was not finished.")]
    found, _ = keras("Epoch 1/3", *states, "9/9 [====] - 1s - loss: 0.1")
    assert found == {"loss": ([1], [0.1])}


def test_a_bar_behind_an_epoch_that_is_over_is_told():
    found, run = keras("Epoch 1/2", "9/9 [===] - 1s - loss: 0.5", "7/7 [===] - 0s - loss: 0.9", "Epoch 2/2",
                       "9/9 [===] - 1s - loss: 0.4")  # fmt: skip
    assert found["loss"][1] == [0.5, 0.4]
    assert [(e.line, e.text) for e in run.events] == [
        (3, "A bar after the end of epoch 1 (an evaluation or a prediction) is no epoch: "
            "7/7 [===] - 0s - loss: 0.9"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("block", [16, 64, 1 << 20])
def test_wide_characters_are_read_in_blocks_of_any_size(monkeypatch, encoding, block):
    from advisor.readers import lines

    monkeypatch.setattr(lines, "_BLOCK", block)
    text = "".join(f"epoch {i} loss 0.{i}\n" for i in range(1, 9))
    found = [line.text for line in read_lines(Source("a", content=text.encode(encoding)))]
    assert found == text.splitlines()


@pytest.mark.parametrize(("mark", "known"), [
    ("[rank{}]: ", True), ("[default{}]:", True), ("[1,{}]<stdout>:", True), ("[{}]<stderr>: ", True), ("{}: ", True),
    ("Rank {}: ", True), ("(rank: {}) ", True), ("words rank={} ", True), ("worker {}: ", False),
])  # fmt: skip
def test_how_ranks_are_marked(mark, known):
    found = find_ranks([mark.format(rank) + "loss 0.5" for _ in range(3) for rank in (0, 1)])
    assert (found is not None) is known


def test_lists_that_a_program_prints():
    def lists(text):
        runs = LISTS.read(Source("history.txt", content=text.encode()))
        return [{s.name: s.y.tolist() for s in run} for run in runs]

    assert lists("loss = [0.5, 0.4, 0.3]\n") == [{"loss": [0.5, 0.4, 0.3]}]
    assert lists("loss: [0.5, 0.4]\n") == []
    assert lists("loss = [0.5, 0.4, 0.3]\nval_loss = [0.6, 0.5, 0.4]\n") == [
        {"loss": [0.5, 0.4, 0.3], "val_loss": [0.6, 0.5, 0.4]}
    ]


def test_a_notebook_without_a_log_is_none():
    empty = b'{"cells": [{"cell_type": "code", "outputs": []}], "nbformat": 4}'
    assert list(NOTEBOOK.read(Source("a.ipynb", content=empty))) == []
