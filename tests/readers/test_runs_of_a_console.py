# ruff: noqa: E501 (lines of logs are as long as they are)
"""The runs of a console: where each begins, what stands in it, what a line of its own says of the next."""

import pytest

from advisor.readers import Source
from advisor.readers.formats.console_text import READER
from advisor.run import EventKind


def read(text):
    return READER.read(Source("train.log", content=text.encode()))


def told(text):
    """Each run as {name: (kind, x, y)}."""
    return [{s.name: (s.x_kind, s.x.tolist(), s.y.tolist()) for s in run} for run in read(text)]


def lines(*some):
    return "".join(line + "\n" for line in some)


RUNS = {
    "a heading places what stands below it": (
        lines("Epoch 3", "loss 0.5", "Epoch 4", "loss 0.4"),
        [{"loss": ("epoch", [3, 4], [0.5, 0.4])}],
    ),
    "a heading with a place inside": (
        lines("Epoch 1 step 10", "loss 0.5", "Epoch 1 step 20", "loss 0.4", "Epoch 2 step 10", "loss 0.3"),
        [{"loss": ("step", [10, 20, 30], [0.5, 0.4, 0.3])}],
    ),
    "a heading of a step": (
        lines("Step 10", "loss 0.5", "Step 20", "loss 0.4"),
        [{"loss": ("step", [10, 20], [0.5, 0.4])}],
    ),
    "headings of an epoch and of a step in it": (
        lines("Epoch 1", "Step 10", "loss 0.5", "Step 20", "loss 0.4", "Epoch 2", "Step 10", "loss 0.3"),
        [{"loss": ("step", [10, 20, 30], [0.5, 0.4, 0.3])}],
    ),
    "headings of epochs and of steps that go on": (
        lines("Epoch 1", "Step 10", "loss 0.5", "Step 20", "loss 0.4", "Epoch 2", "Step 30", "loss 0.3"),
        [{"loss": ("step", [10, 20, 30], [0.5, 0.4, 0.3])}],
    ),
    "batches are the steps where nothing else is counted": (
        lines("batch 10/90", "loss 0.5", "batch 20/90", "loss 0.4"),
        [{"loss": ("step", [10, 20], [0.5, 0.4])}],
    ),
    "a line that counts for itself below a heading": (
        lines("Epoch 1", "step 10 loss 0.5", "step 20 loss 0.4", "Epoch 2", "step 10 loss 0.3"),
        [{"loss": ("step", [10, 20, 30], [0.5, 0.4, 0.3])}],
    ),
    "headings that start over": (
        lines("Epoch 1", "loss 0.5", "Epoch 2", "loss 0.4", "Epoch 1", "loss 0.3", "Epoch 2", "loss 0.2"),
        [{"loss": ("epoch", [1, 2], [0.5, 0.4])}, {"loss": ("epoch", [1, 2], [0.3, 0.2])}],
    ),
    "a recap under headings": (
        lines("Epoch 1 loss 0.5", "Epoch 2 loss 0.4", "Epoch 3 loss 0.3", "Epoch 1 loss 0.5", "Epoch 2 loss 0.4"),
        [{"loss": ("epoch", [1, 2, 3], [0.5, 0.4, 0.3])}],
    ),
    "a run that begins as the one before did": (
        lines("step 1 loss 0.5", "step 2 loss 0.4", "step 3 loss 0.3", "step 1 loss 0.5", "step 2 loss 0.45", "step 3 loss 0.35"),
        [{"loss": ("step", [1, 2, 3], [0.5, 0.4, 0.3])}, {"loss": ("step", [1, 2, 3], [0.5, 0.45, 0.35])}],
    ),
    "a training that is said to begin": (
        lines("Training until scores don't improve for 9 rounds", "[10] auc: 0.5", "[20] auc: 0.6",
              "Training until scores don't improve for 9 rounds", "[20] auc: 0.7", "[30] auc: 0.8"),
        [{"auc": ("step", [10, 20], [0.5, 0.6])}, {"auc": ("step", [20, 30], [0.7, 0.8])}],
    ),
    "a table whose heading comes again": (
        lines("epoch  loss", "1  0.5", "2  0.4", "epoch  loss", "3  0.3", "4  0.2"),
        [{"loss": ("epoch", [1, 2, 3, 4], [0.5, 0.4, 0.3, 0.2])}],
    ),
    "a table that begins again": (
        lines("epoch  loss", "1  0.5", "2  0.4", "epoch  loss", "1  0.3", "2  0.2"),
        [{"loss": ("epoch", [1, 2], [0.5, 0.4])}, {"loss": ("epoch", [1, 2], [0.3, 0.2])}],
    ),
    "a table of one epoch that begins again": (
        lines("epoch  loss", "1  0.5", "epoch  loss", "1  0.3"),
        [{"loss": ("epoch", [1], [0.5])}, {"loss": ("epoch", [1], [0.3])}],
    ),
    "a table without a count that begins again after settings": (
        lines("loss  acc", "0.5  0.1", "0.4  0.2", "lr: 0.1", "loss  acc", "0.3  0.3", "0.2  0.4"),
        [{"loss": ("index", [0, 1], [0.5, 0.4]), "acc": ("index", [0, 1], [0.1, 0.2])},
         {"loss": ("index", [0, 1], [0.3, 0.2]), "acc": ("index", [0, 1], [0.3, 0.4])}],
    ),
    "a table without a count whose heading comes again": (
        lines("loss  acc", "0.5  0.1", "0.4  0.2", "words", "loss  acc", "0.3  0.3", "0.2  0.4"),
        [{"loss": ("index", [0, 1, 2, 3], [0.5, 0.4, 0.3, 0.2]), "acc": ("index", [0, 1, 2, 3], [0.1, 0.2, 0.3, 0.4])}],
    ),
    "what is said again without a count of its own": (
        lines("epoch 1 loss 0.5", "a 1 b 2 acc 0.9", "a 1 b 2 acc 0.9", "epoch 2 loss 0.4", "a 1 b 2 acc 0.9", "a 1 b 2 acc 0.9"),
        None,
    ),
    "a single result says nothing of a curve": (lines("final loss: 0.5"), []),
    "a result after a plan": (lines("epoch 3/3", "final loss: 0.5"), [{"final loss": ("epoch", [3], [0.5])}]),
    "results of several seeds": (lines("seed: 1", "accuracy: 0.5", "seed: 2", "accuracy: 0.6"), []),
    "results of one seed": (lines("seed: 1", "accuracy: 0.5", "seed: 1", "accuracy: 0.6"), [{"accuracy": ("index", [0, 1], [0.5, 0.6])}]),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in RUNS if RUNS[name][1] is not None])
def test_the_runs_of_a_console(name):
    text, runs = RUNS[name]
    assert told(text) == runs


def test_what_is_said_again_without_a_count_is_one_point():
    def points(line):
        (run,) = read("".join(f"epoch {i} loss 0.{i}\n{line}\n{line}\n" for i in range(1, 4)))
        return {len(s) for s in run if "loss" not in s.name}, [
            e.count for e in run.events if "again" in e.text
        ]

    assert points("val acc: 0.9, f1: 0.8, auc: 0.7") == ({3}, [3])
    assert points("val acc: 0.9, f1: 0.8") == ({6}, [])


@pytest.mark.parametrize(
    ("plan", "planned"), [("epoch {i}/9", 9), ("step {i}/9", None), ("batch {i}/9", None)]
)
def test_how_long_a_run_is_to_be(plan, planned):
    (run,) = read("".join(plan.format(i=i) + f" loss 0.{i}\n" for i in range(1, 5)))
    assert run.number("epochs") == planned
    assert run.number("max_steps") == (9 if "step" in plan else None)


def test_steps_are_no_plan_where_epochs_are_counted():
    (run,) = read("".join(f"epoch {e}/3 step {i}/9 loss 0.{e}{i}\n" for e in (1, 2, 3) for i in (3, 6, 9)))
    assert (run.number("epochs"), run.number("max_steps")) == (3, None)


def test_settings_are_those_of_the_run_they_stand_before():
    block = "momentum: 0.{0}\ndropout: 0.{0}\nweight_decay: 0.{0}\n"
    rows = "epoch 1 loss 0.{0}\nepoch 2 loss 0.{0}1\n"
    first, second = read(block.format(5) + rows.format(9) + block.format(6) + rows.format(8))
    assert (first.number("momentum"), second.number("momentum")) == (0.5, 0.6)
    first, second = read(block.format(5) + rows.format(9) + rows.format(8))
    assert (first.number("momentum"), second.number("momentum")) == (0.5, 0.5)
    first, second = read(block.format(5) + rows.format(9) + "$ python train.py --lr 0.1\n" + rows.format(8))
    assert second.number("momentum") is None
    assert second.number("learning_rate") == 0.1
    (run,) = read(block.format(5) + "$ python train.py --lr 0.1\n" + rows.format(9))
    assert run.number("momentum") is None


def test_of_one_setting_the_last_counts():
    (run,) = read("dropout: 0.1\nmomentum: 0.5\ndropout: 0.2\nepoch 1 loss 0.9\nepoch 2 loss 0.8\n")
    assert [(h.name, h.value) for h in run.hyperparameters] == [("dropout", 0.2), ("momentum", 0.5)]


@pytest.mark.parametrize(("after", "kind", "run"), [
    ("Early stopping triggered after 12 epochs", EventKind.EARLY_STOP, 0),
    ("Saving checkpoint to a.pt", EventKind.CHECKPOINT, 0),
    ("Loss is nan, stopping training", EventKind.NON_FINITE, 0),
    ("too many open files", EventKind.WARNING, None),
])  # fmt: skip
def test_what_stands_between_two_runs_is_of_one_of_them(after, kind, run):
    rows = "epoch 1 loss 0.9\nepoch 2 loss 0.8\n"
    runs = read(rows + after + "\n" + rows.replace("0.", "0.5"))
    found = [number for number, one in enumerate(runs) for e in one.events if e.kind is kind]
    assert found == ([run] if run is not None else [0, 1])
