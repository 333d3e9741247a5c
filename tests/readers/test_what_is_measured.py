# ruff: noqa: E501 (lines of logs are as long as they are)
"""Which lines of a console are measurements, and where its runs begin and end, at the edges of each rule."""

import pytest

from advisor.readers import Source
from advisor.readers.formats.console_text import READER
from advisor.readers.usable import usable_numbers
from advisor.run import EventKind


def read(*lines):
    return READER.read(Source("train.log", content="".join(line + "\n" for line in lines).encode()))


def curves(*lines):
    """{name: y} of each run."""
    return [{s.name: s.y.tolist() for s in run} for run in read(*lines)]


def one(*lines):
    (run,) = curves(*lines) or [{}]
    return run


def each(shape, *values):
    return [shape.format(i=i, y=y) for i, y in enumerate(values, 1)]


STEPS = each("step {i} loss {y}", 0.9, 0.8, 0.7)


@pytest.mark.parametrize(("lines", "found"), [
    # A lead counts where it goes up in steps of one size, three times at least.
    (each("{i}: foo 1, loss {y}", 0.9, 0.8, 0.7), {"foo": [1, 1, 1], "loss": [0.9, 0.8, 0.7]}),
    (each("{i}: foo {y}", 0.9, 0.8), {}),
    (each("{i}: foo {y}", 0.9, 0.8, 0.7), {"foo": [0.9, 0.8, 0.7]}),
    (each("[{i}] foo {y}", 0.9, 0.8, 0.7), {"foo": [0.9, 0.8, 0.7]}),
    (["1: foo 0.9", "7: foo 0.8", "9: foo 0.7", "4: foo 0.2"], {}),
    (["1.5: foo 0.9", "2.5: foo 0.8", "3.5: foo 0.7"], {}),
    (["-1: foo 0.9", "0: foo 0.8", "1: foo 0.7"], {}),
    # Words that speak of training, though nothing counts.
    (each("loss {y}", 0.9, 0.8), {"loss": [0.9, 0.8]}),
    (each("foo: {y}", 0.9, 0.8), {}),
    (each("foo: {y}", 0.9, 0.8, 0.7), {"foo": [0.9, 0.8, 0.7]}),
    (each("foo {y}", 0.9, 0.8, 0.7), {}),
    (each("foo: {y}", 9, 8, 7), {}),
    (each("foo: {y}", 0.5, 0.5, 0.5), {}),
    (each("foo: {y}", 0.5, 0.5, 0.7, 0.5), {}),
    (each("foo: {y}", 0.5, 0.6, 0.7, 0.5), {"foo": [0.5, 0.6, 0.7, 0.5]}),
    (each("foo_weight: {y}", 0.9, 0.8, 0.7), {}),
    (each("lr: {y}", 0.1, 0.1, 0.1), {}),
    (each("lr: {y}", 0.1, 0.01, 0.001), {"lr": [0.1, 0.01, 0.001]}),
    (each("lr: {y}", 0.1, 0.01), {}),
    (each("items/sec: {y}", 100.5, 101.5, 99.5), {"items/sec": [100.5, 101.5, 99.5]}),
    (["total loss: 0.5"], {}),
])  # fmt: skip
def test_lines_without_a_count_of_their_own(lines, found):
    assert one(*lines) == found


@pytest.mark.parametrize(("lines", "found"), [
    (each("foo: {y}", 0.9, 0.8, 0.7), {}),
    (each("loss: {y}", 0.9, 0.8), {"loss": [0.9, 0.8]}),
    (["final loss: 0.5"], {"final loss": [0.5]}),
    (["final loss 0.5"], {}),
    (["test: loss 0.5"], {"test_loss": [0.5]}),
    (["lr: 0.5"], {}),
    (["final loss: 0.5" + "." * 105], {"final loss": [0.5]}),
    (["final loss: 0.5" + "." * 106], {}),
    (["optimizer lr: 0.1, weight decay: 0.2, dropout: 0.1"], {}),
])  # fmt: skip
def test_lines_without_a_count_below_some_that_count(lines, found):
    known = one(*STEPS, *lines)
    assert known.pop("loss")[:3] == [0.9, 0.8, 0.7]
    if "loss" in found:
        return
    told = {name.partition(" (")[0]: y for name, y in known.items()}
    assert told == found


def turns(*lines, count=4):
    """The lines after each of so many epochs; `{y}` is another value each time."""
    return [
        line.format(y=f"0.{i}5", i=i) for i in range(1, count + 1) for line in ("epoch {i} loss {y}", *lines)
    ]


@pytest.mark.parametrize(("line", "told"), [
    ("Spikes fired: {y}", True), ("Spikes fired {y}", False), ("Spikes fired: 3", False), ("lr: 0.1", True),
    ("spike_weight: {y}", False), ("momentum: {y}", False), ("'spikes': {y},", False),
])  # fmt: skip
def test_what_is_said_with_each_epoch(line, told):
    found = one(*turns(line))
    assert found.pop("loss") == [0.15, 0.25, 0.35, 0.45]
    assert bool(found) is told
    assert all(len(y) == 4 for y in found.values())


def test_what_is_said_with_most_epochs():
    lines = turns("Spikes fired: {y}", count=20)
    assert len(one(*lines)["Spikes fired"]) == 20
    fewer = [line for i, line in enumerate(lines) if i not in (5, 9)]
    assert len(one(*fewer)["Spikes fired"]) == 18
    much_fewer = [line for i, line in enumerate(lines) if not (line.startswith("Spikes") and i < 12)]
    assert "Spikes fired" not in one(*much_fewer)
    assert "Spikes fired" not in one(*turns("Spikes fired: {y}", count=2))


def test_the_results_of_each_class_are_no_curve():
    classes = [f"class {k}: ap 0.{k}5" for k in range(1, 4)]
    found = one(*(line for i in range(3) for line in (f"epoch {i} loss 0.{9 - i}", *classes)))
    assert set(found) == {"loss"}


@pytest.mark.parametrize("word", ["fold", "Fold", "seed"])
def test_what_each_fold_came_to_is_no_curve(word):
    assert set(one(*STEPS, *(f"{word} {i} accuracy 0.{i}" for i in (7, 3, 9)))) == {"loss"}


def test_models_under_titles_of_their_own_are_no_curve():
    lines = [line for name in ("SVM", "Ridge", "LSTM") for line in (f"Model: {name}", "accuracy: 0.9")]
    assert one(*lines) == {}
    assert one("Model: SVM", "accuracy: 0.9", "accuracy: 0.8") == {"accuracy": [0.9, 0.8]}
    again = [line for name in ("SVM", "SVM") for line in (f"Model: {name}", "accuracy: 0.9")]
    assert one(*again) == {"accuracy": [0.9, 0.9]}


def test_a_count_that_starts_over_is_another_run():
    runs = curves(*each("epoch {i} loss {y}", 0.9, 0.8, 0.7), *each("epoch {i} loss {y}", 0.6, 0.5))
    assert runs == [{"loss": [0.9, 0.8, 0.7]}, {"loss": [0.6, 0.5]}]
    first, second = read(*each("epoch {i} loss {y}", 0.9, 0.8), *each("epoch {i} loss {y}", 0.6, 0.5))
    assert (first.name, second.name) == ("run 1 of 2", "run 2 of 2")
    assert [(e.kind, e.line, e.text) for e in second.events] == [
        (EventKind.RESTART, 3, "The counter goes back from 2 to 1: read as a new run.")
    ]


def test_a_recap_is_no_run():
    (run,) = read(*each("epoch {i} loss {y}", 0.9, 0.8, 0.7), "epoch 2 loss 0.8")
    assert run.series[0].y.tolist() == [0.9, 0.8, 0.7]
    assert [(e.line, e.count) for e in run.events if "again" in e.text] == [(4, 1)]


def test_a_line_that_is_printed_twice_is_one_point():
    lines = [line for line in each("epoch {i} loss {y}", 0.9, 0.8, 0.7) for _ in range(2)]
    (run,) = read(*lines)
    assert run.series[0].y.tolist() == [0.9, 0.8, 0.7]
    assert [(e.line, e.count) for e in run.events if "again" in e.text] == [(2, 3)]


@pytest.mark.parametrize(("settings", "runs"), [(2, 1), (3, 2)])
def test_settings_that_are_printed_again_begin_a_run(settings, runs):
    block = ["momentum: 0.9", "weight_decay: 0.1", "dropout: 0.1"][:settings]
    lines = [*block, "epoch 1 loss 0.9", *block, "epoch 1 loss 0.8"]
    assert len(curves(*lines)) == runs
    lines = [*block, "epoch 1 loss 0.9", *block, "epoch 2 loss 0.8"]
    (run,) = read(*lines)
    resumed = [e.line for e in run.events if e.kind is EventKind.RESTART]
    assert resumed == ([8] if settings == 3 else [])


def test_a_list_of_settings_with_one_that_sounds_measured_is_no_log():
    settings = ["momentum: 0.9", "weight_decay: 0.1", "dropout: 0.1", "batch_size: 3", "seed: 1"]
    assert curves(*settings, "iou: 0.7") == []


def test_lines_before_the_first_that_counts_are_settings_and_that_is_told():
    (run,) = read("scale 0.5 loss 0.1", "scale 0.5 loss 0.1", *STEPS)
    assert run.series[0].y.tolist() == [0.9, 0.8, 0.7]
    assert [(e.line, e.count) for e in run.events if "before the first" in e.text] == [(1, 2)]


@pytest.mark.parametrize(("last", "planned", "told"), [(3, 4, False), (3, 5, True), (4, 5, False)])
def test_a_run_that_ends_early_is_told(last, planned, told):
    (run,) = read(*(f"epoch {i}/{planned} loss 0.{9 - i}" for i in range(1, last + 1)))
    said = [(e.line, e.text) for e in run.events if "ends at epoch" in e.text]
    words = f"The log of this run ends at epoch {last} of {planned} planned."
    assert said == [(last, words)] * told
    assert run.number("epochs") == planned


@pytest.mark.parametrize(("total", "last", "epochs"), [
    (24, 24, 25), (24, 3, 25), (23, 23, 24), (23, 3, 23), (20, 20, 20), (4, 3, 4), (4, 4, 5), (9, 3, 10),
])  # fmt: skip
def test_the_number_behind_an_epoch_that_is_counted_from_zero(total, last, epochs):
    (run,) = read(*(f"epoch {i}/{total} loss 0.{90 - i}" for i in range(last + 1)))
    assert run.number("epochs") == epochs


def test_the_batch_size_of_each_line_is_a_setting():
    (run,) = read(*(f"step {i} loss 0.{i} batch_size 32" for i in range(1, 5)))
    assert run.number("batch_size") == 32
    (run,) = read(*(f"step {i} loss 0.{i} batch_size {32 + i}" for i in range(1, 5)))
    assert run.number("batch_size") is None


def test_what_is_printed_between_two_runs():
    first, second = read(
        *each("epoch {i} loss {y}", 0.9, 0.8), "Saving checkpoint to a.pt", "Killed",
        *each("epoch {i} loss {y}", 0.7, 0.6),
    )  # fmt: skip
    assert [e.line for e in first.events if e.kind is EventKind.CHECKPOINT] == [3]
    assert [e.line for e in second.events if e.kind is EventKind.CHECKPOINT] == []


def test_labels_that_come_by_turns():
    turns_ = [line for i in range(1, 4) for line in (f"G: loss 0.{i}", f"D: loss 0.{i + 5}")]
    assert one(*turns_) == {"G loss": [0.1, 0.2, 0.3], "D loss": [0.6, 0.7, 0.8]}
    assert one(*turns_[:4]) == {"loss": [0.1, 0.6, 0.2, 0.7]}
    in_order = [f"{k}: loss 0.{i}" for k in "GD" for i in range(1, 4)]
    assert one(*in_order) == {"loss": [0.1, 0.2, 0.3] * 2}
    unequal = [*turns_, "G: loss 0.4", "G: loss 0.5", "G: loss 0.6"]
    assert set(one(*unequal)) == {"G loss", "D loss"}
    assert set(one(*unequal, "G: loss 0.7")) == {"loss"}


LOSSES = each("epoch {i} loss {y}", 0.9, 0.8, 0.7)


@pytest.mark.parametrize(("before", "planned"), [
    (["momentum: 0.9", "dropout: 0.1", "epoch: 1000"], 1000),
    (["momentum: 0.9", "epoch: 1000", "dropout: 0.1"], 1000),
    (["epoch: 1000", "momentum: 0.9", "dropout: 0.1"], 1000),
    (["momentum: 0.9", "dropout: 0.1", "words", "epoch: 1000"], None),
    (["momentum: 0.9", "epoch: 1000"], None),
    (["momentum: 0.9", "dropout: 0.1", "epoch 1000"], None),
    (["momentum: 0.9", "dropout: 0.1", "epoch: 1"], None),
    (["momentum: 0.9", "dropout: 0.1", "epoch: 2"], 2),
    (["momentum: 0.9", "dropout: 0.1", "epoch: 1000/2000"], None),
])  # fmt: skip
def test_how_many_epochs_there_are_to_be_may_stand_among_settings(before, planned):
    runs = read(*before, *LOSSES)
    stated = runs[-1].number("epochs")
    assert (stated if stated != 2000 else None) == planned
    assert runs[-1].series[0].y.tolist() == [0.9, 0.8, 0.7]


@pytest.mark.parametrize(("line", "first"), [
    ("test loss 0.95", True), ("valid loss 0.95", True), ("train loss 0.95", False),
])  # fmt: skip
def test_an_evaluation_before_the_first_epoch_is_its_first_point(line, first):
    split = line.partition(" ")[0]
    lines = [part for i in range(1, 4) for part in (f"epoch {i} foo 0.{i}", f"{split} loss 0.{i}")]
    (run,) = read(line, *lines)
    loss = next(s for s in run if "loss" in s.name)
    assert loss.y.tolist() == ([0.95] if first else []) + [0.1, 0.2, 0.3]
    assert loss.x.tolist() == ([0] if first else []) + [1, 2, 3]
    twice = read(line, line.replace("5", "6"), *lines)[0]
    loss = next(s for s in twice if "loss" in s.name)
    assert loss.y.tolist() == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(("lines", "kind", "told"), [
    (["Traceback (most recent call last):", "  File x", "ValueError"], EventKind.TRACEBACK, "ValueError"),
    (["Traceback (most recent call last):", "  File x", "", "E: no"], EventKind.TRACEBACK, "E: no"),
    (["Traceback (most recent call last):", "  File x", "3 words"], None, None),
    (["exited with code 137"], EventKind.TRACEBACK, "exited with code 137"),
    (["exited with code 1"], None, None),
])  # fmt: skip
def test_how_a_program_died(lines, kind, told):
    (run,) = read(*LOSSES, *lines)
    assert [(e.kind, e.text) for e in run.events] == ([(kind, told)] if kind else [])
    if kind:
        assert run.events[0].line == 3 + len(lines)


@pytest.mark.parametrize(("lines", "found"), [
    # A line that counts needs words of training, or to come again with another count.
    (["epoch 7 foo 3.5"], {}),
    (["epoch 7 foo 3.5", "epoch 8 foo 3.6"], {"foo": [3.5, 3.6]}),
    (["epoch 7 foo 3.5", "epoch 7 foo 3.6"], {}),
    (["epoch 7 acc 3.5"], {"acc": [3.5]}),
    # Most of a line that comes once are settings, and it is out of nothing.
    (["epoch 7 acc 0.5 lr 0.1 momentum 0.9"], {}),
    (["epoch 7 acc 0.5 f1 0.3 lr 0.1 momentum 0.9"], {"acc": [0.5], "f1": [0.3], "lr": [0.1], "momentum": [0.9]}),
    (["epoch 7/9 acc 0.5 lr 0.1 momentum 0.9"], {"acc": [0.5], "lr": [0.1], "momentum": [0.9]}),
    (["epoch 7 acc 0.5 lr 0.1 momentum 0.9", "epoch 8 acc 0.5 lr 0.1 momentum 0.9"],
     {"acc": [0.5, 0.5], "lr": [0.1, 0.1], "momentum": [0.9, 0.9]}),
    # Settings alone are measured where they come three times and change.
    (["momentum 0.9", "momentum 0.8"], {}),
    (["fold 3 accuracy: 0.9"], {"accuracy": [0.9]}),
    (["fold 3 accuracy: 0.9", "fold 4 accuracy: 0.8"], {}),
    (["'foo': 0.5,"], {}),
    (["Loaded 10/31 items", "Loaded 20/31 items", "Loaded 31/31 items"], {}),
])  # fmt: skip
def test_lines_beside_some_that_count(lines, found):
    known = one(*(f"epoch {i} loss 0.{i}" for i in range(1, 6)), *lines)
    assert known.pop("loss") == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert {name.partition(" (")[0]: y for name, y in known.items()} == found


def test_a_position_that_never_moves_counts_nothing():
    found = read(*(f"391/391 [====] loss 0.{i}" for i in range(1, 5)))[0].series[0]
    assert (found.x_kind, found.y.tolist()) == ("index", [0.1, 0.2, 0.3, 0.4])
    found = read(*(f"{i}/391 [====] loss 0.{i}" for i in range(1, 5)))[0].series[0]
    assert (found.x_kind, found.x.tolist()) == ("step", [1, 2, 3, 4])
    lines = [line for i in range(1, 4) for line in (f"epoch {i}", f"391/391 [====] loss 0.{i}")]
    found = read(*lines)[0].series[0]
    assert (found.x_kind, found.x.tolist()) == ("epoch", [1, 2, 3])
    lines = [f"Epoch {i} [100/100] test acc 0.{i}" for i in range(1, 4)]
    found = read(*lines)[0].series[0]
    assert (found.x_kind, found.x.tolist()) == ("epoch", [1, 2, 3])


def test_a_number_that_counts_in_one_kind_of_line_counts_in_the_others():
    lines = [
        line
        for i in range(1, 5)
        for line in (f"{i}: train loss 0.{i}", *([f"{i}: valid loss 0.{i}5"] * (i == 3)))
    ]
    found = {s.name: (s.x_kind, s.x.tolist()) for s in read(*lines)[0]}
    assert found["train loss"] == ("step", [1, 2, 3, 4])
    assert found["valid loss"] == ("step", [3])


@pytest.mark.parametrize(("steps", "counts"), [
    ([10, 20, 30, 40], True), ([10, 20, 30, 35], True), ([10, 20, 25, 40], False), ([10, 20, 30, 50], False),
    ([10, 20, 30, 40, 50, 70], True), ([10, 20, 30, 40, 45, 70], False), ([40, 30, 20, 10], False),
    ([10, 20, 30, 10, 20, 30], True), ([10, 20, 10, 20, 10, 20], False), ([7, 7, 7], False), ([1, 2, 3, 3, 4], True),
])  # fmt: skip
def test_which_numbers_count(steps, counts):
    runs = read(*(f"{step}: foo 0.{i}1, baz 0.{i}2" for i, step in enumerate(steps, 1)))
    assert any(s.x_kind == "step" for run in runs for s in run) is counts


@pytest.mark.parametrize(
    ("texts", "usable"),
    [
        (("on ", "/", "/", ""), set()),
        (("loss ", " on ", "/", "/", ""), {0}),
        (("on ", "/", ""), {0, 1}),
    ],
)
def test_three_numbers_between_slashes_are_a_date_also_at_the_end_of_a_line(texts, usable):
    assert usable_numbers(texts) == usable


def test_a_title_of_two_words_is_one_between_as_few_as_two_bars():
    found = one("epoch | train loss | val loss", *each("{i} | {y} | 1.5", 0.9, 0.8, 0.7))
    assert found == {"train loss": [0.9, 0.8, 0.7], "val loss": [1.5, 1.5, 1.5]}
