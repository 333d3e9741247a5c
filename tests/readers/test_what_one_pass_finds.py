# ruff: noqa: E501 (lines of logs are as long as they are)
"""What one pass over a console finds: headings, titles, programs, fits, settings; and the last line that is cut."""

import pytest

from advisor.readers import Source
from advisor.readers.lines import lines_of, read_lines
from advisor.readers.records import count_up_to, scan, scan_alike
from advisor.run import EventKind


def passed(*lines):
    return scan(lines_of("".join(line + "\n" for line in lines)))


def names(found):
    return [(r.line, *(f.name for f in r.template.fields if f.use == "value")) for r in found.records]


@pytest.mark.parametrize(("lines", "headings"), [
    (["Validation:", "loss 0.5"], [(1, "valid")]),
    (["Training:", "loss 0.5"], [(1, "train")]),
    (["2024-01-01 10:00:00 INFO Validating..."], [(1, "valid")]),
    (["Validation Epoch 3"], [(1, "valid")]),
    (["Epoch 3"], []),
    (["Training and Validation Epoch 3"], []),
    (["validation loss 0.5"], []),
    (["words"], []),
])  # fmt: skip
def test_headings(lines, headings):
    assert passed(*lines).headings == headings


@pytest.mark.parametrize(("lines", "told"), [
    (["Test Error:", "  loss 0.5"], [(2, "test_loss")]),
    (["Test Error:", "loss 0.5"], [(2, "loss")]),
    (["Test Error:", "  loss 0.5", "  acc 0.9", "loss 0.4"], [(2, "test_loss"), (3, "test_acc"), (4, "loss")]),
    (["Test Error:", "", "  loss 0.5"], [(3, "test_loss")]),
    (["Validation:", "loss 0.5", "acc 0.9"], [(2, "valid_loss"), (3, "valid_acc")]),
    (["Validation:", "loss 0.5", "Epoch 3 loss 0.4", "loss 0.3"], [(2, "valid_loss"), (3, "loss"), (4, "loss")]),
    (["Validation:", "batch 3/9 loss 0.5"], [(2, "loss")]),
    (["Validation:", "30%|##  | 3/9 [00:01<00:02, 3.2it/s, loss=0.5]"], [(2, "valid_loss")]),
    (["Validation:", "loss 0.5", "Training:", "loss 0.4"], [(2, "valid_loss"), (4, "loss")]),
])  # fmt: skip
def test_what_a_heading_holds_for(lines, told):
    assert names(passed(*lines)) == told


def test_titles_programs_and_fits():
    found = passed(
        "Model: LSTM", "$ python train.py --lr 0.1", "Training until scores don't improve for 9 rounds",
        "lr: 0.1", "Will train until auc hasn't improved in 80 rounds.",
    )  # fmt: skip
    assert found.titles == [(1, "lstm")]
    assert found.programs == [2]
    assert found.fits == [3, 5]
    assert [(s.line, s.hyperparameter.name) for s in found.settings] == [(2, "lr"), (4, "lr")]
    assert found.last_line == 5


@pytest.mark.parametrize(("line", "record", "setting"), [
    ("loss 0.5", True, False), ("optimizer lr: 0.1, weight decay: 0.2, dropout: 0.1", False, True),
    ("Namespace(lr=0.1, epochs=3)", False, True), ("epochs: 30", True, True), ("momentum: 0.9", True, True),
    ("epoch 3: momentum 0.9", True, False), ("2024-01-01 10:00:00 - INFO - optimizer: adam", False, True),
    ("Traceback (most recent call last):", False, False), ("Epoch 5: reducing learning rate to 0.1", False, False),
])  # fmt: skip
def test_records_and_settings(line, record, setting):
    found = passed(line)
    assert (bool([r for r in found.records if r.template.fields]), bool(found.settings)) == (record, setting)


@pytest.mark.parametrize("head", ["Best iteration:", "Early stopping, best iteration is:"])
def test_the_line_behind_the_best_iteration(head):
    found = passed("[1] auc: 0.5", head, "[1] auc: 0.5", "[2] auc: 0.6")
    assert [r.line for r in found.records] == [1, 4]
    found = passed("[1] auc: 0.5", head, "words", "[1] auc: 0.5")
    assert [r.line for r in found.records] == [1, 4]


@pytest.mark.parametrize(("last", "kept"), [
    ("step 9 loss 0.9", True), ("step 9 loss 0.95", True), ("step 9 lo", False), ("step 9 loss 0.", False),
    ("step 9 loss ", False), ("step 9", False), ("words", True),
])  # fmt: skip
def test_a_last_line_without_an_end(last, kept):
    rows = "".join(f"step {i} loss 0.{i}\n" for i in range(1, 9))
    found = scan_alike(read_lines(Source("a", content=(rows + last).encode())))
    cut = [(e.kind, e.line) for e in found.events]
    assert cut == ([] if kept else [(EventKind.TRUNCATED, 9)])
    whole = scan_alike(read_lines(Source("a", content=(rows + last + "\n").encode())))
    assert whole.events == []


def test_a_last_line_that_begins_another_wording():
    rows = "".join(f"step {i} loss 0.{i} acc 0.{i}\n" for i in range(1, 9))
    found = scan_alike(read_lines(Source("a", content=(rows + "step 9 loss 0.9").encode())))
    assert [(e.kind, e.line) for e in found.events] == [(EventKind.TRUNCATED, 9)]
    assert max((r.line for r in found.records), default=0) < 9
    found = scan_alike(read_lines(Source("a", content=(rows + "other 9 loss 0.9").encode())))
    assert found.events == []


def test_how_many_records_stand_up_to_a_line():
    records = passed("loss 1", "words", "loss 2", "loss 3").records
    assert [count_up_to(records, line) for line in range(6)] == [0, 1, 1, 2, 3, 3]
    assert count_up_to([], 3) == 0
