# ruff: noqa: E501 (cases are as long as they are)
"""What the keys of a JSON document say, and where rows of unequal lists stand."""

import pytest

from advisor.readers.json_histories import History, Table, are_histories, histories
from advisor.readers.json_labels import (
    belongs_to_split,
    by_model,
    is_loss,
    is_of_quantity,
    label,
    may_be_run,
    names_split,
    speaks,
    split_label,
)
from advisor.readers.json_rows import rows_of, split_prefix


@pytest.mark.parametrize(("key", "left", "split"), [
    ("train_history", "train", "train"), ("log", "", None), ("history", "", None), ("train", "train", "train"),
    ("valid_0", "valid 0", "validation"), ("dtrain", "dtrain", "train"), ("val_1_2", "val 1 2", None),
    ("LSTM", "lstm", None), ("model A", "model a", None), ("epoch_logs", "", None), ("0", "0", None),
    ("test a", "test a", None),
])  # fmt: skip
def test_what_a_key_says(key, left, split):
    assert (label(key), split_label(key)) == (left, split)


@pytest.mark.parametrize(("name", "tells", "of_split", "loss", "run"), [
    ("loss", True, False, True, False), ("train", True, True, True, False), ("val_acc", True, True, False, False),
    ("epoch", False, False, False, False), ("foo", False, False, False, True), ("7", False, False, False, False),
    ("train_loss", True, True, True, False), ("f1", True, False, False, False), ("mean", False, False, False, False),
])  # fmt: skip
def test_what_a_name_says(name, tells, of_split, loss, run):
    assert (speaks(name), names_split(name), is_loss(name), may_be_run(name)) == (tells, of_split, loss, run)


def test_whose_the_columns_below_a_key_are():
    assert is_of_quantity("loss", ["train", "val"])
    assert is_of_quantity("loss", ["epoch", "train"])
    assert not is_of_quantity("loss", ["adam", "sgd"])
    assert not is_of_quantity("loss", ["train", "adam"])
    assert not is_of_quantity("loss", ["epoch"])
    assert not is_of_quantity("foo", ["train"])
    assert belongs_to_split("train", ["loss", "train_acc"])
    assert not belongs_to_split("train", ["loss", "val_acc"])
    assert not belongs_to_split("foo", ["loss"])


def models(**lengths):
    found = by_model({name: [1.0] * size for name, size in lengths.items()})
    return {model: sorted(columns) for model, columns in found.items()}


def test_the_models_in_the_names_of_columns():
    both = {"lstm": ["loss", "val_loss"], "gru": ["loss", "val_loss"]}
    assert models(lstm_loss=3, lstm_val_loss=3, gru_loss=3, gru_val_loss=3) == both
    assert models(lstm_loss=3, gru_loss=3) == {}
    assert models(lstm_val_loss=3, gru_val_loss=3) == {}
    assert models(lstm_loss=3, lstm_val_loss=3, loss=3) == {}
    assert models(lstm_loss=3, lstm_val_loss=3) == {}
    assert models(cls_loss=3, cls_val_loss=3, reg_loss=3, reg_val_loss=3) == {}
    assert models(cls_loss=3, cls_val_loss=3, reg_loss=2, reg_val_loss=2) != {}
    assert models(cls_loss=3, cls_val_loss=2, reg_loss=3, reg_val_loss=2) == {}
    counted = models(epoch=3, lstm_loss=3, lstm_val_loss=3, gru_loss=2, gru_val_loss=2)
    assert counted == {"lstm": ["epoch", "loss", "val_loss"], "gru": ["loss", "val_loss"]}


def rows(**columns):
    found, events = rows_of(History((Table({name: list(cells) for name, cells in columns.items()}),)))
    return found, [event.text for event in events]


def test_a_list_that_is_a_part_as_long_stands_at_the_end_of_each_part():
    found, told = rows(loss=range(6), val_loss=[7, 8])
    assert [row.get("val_loss") for row in found] == [None, None, 7, None, None, 8]
    assert told == ["'val_loss' has 2 values and 'loss' 6: one for every 3 was assumed."]
    found, told = rows(loss=range(5), val_loss=[7, 8])
    assert [row.get("val_loss") for row in found] == [7, 8, None, None, None]
    assert told == ["'val_loss' has 2 values and 'loss' 5: both were counted from their first."]
    found, told = rows(loss=range(2), foo=range(4))
    assert ([row.get("foo") for row in found], told) == ([0, 1, 2, 3], [])


def test_lists_that_count_alike_meet_at_their_count():
    found, told = rows(epoch=[1, 2, 3, 4], loss=[9, 8, 7, 6])
    tables = (Table({"epoch": [1, 2, 3], "loss": [9, 8, 7]}), Table({"epoch": [2, 4], "val_loss": [5, 4]}))
    found, events = rows_of(History(tables))
    assert found == [
        {"epoch": 1, "loss": 9}, {"epoch": 2, "loss": 8, "val_loss": 5}, {"epoch": 3, "loss": 7},
        {"epoch": 4, "val_loss": 4},
    ]  # fmt: skip
    assert (told, events) == ([], [])
    falling = (Table({"epoch": [3, 2, 1], "loss": [9, 8, 7]}), Table({"epoch": [2, 4], "val_loss": [5, 4]}))
    assert rows_of(History(falling))[0][0] == {"epoch": 3, "loss": 9, "val_loss": 5}
    assert rows_of(History(())) == ([], [])


@pytest.mark.parametrize(("record", "prefix"), [
    ({"mode": "val"}, "val/"), ({"mode": "train"}, ""), ({"split": "test"}, "test/"), ({"mode": 3}, ""), ({}, ""),
    ({"mode": "train", "phase": "valid"}, "valid/"),
])  # fmt: skip
def test_what_stands_before_the_names_of_a_record(record, prefix):
    assert split_prefix(record) == prefix


LOSSES = {"loss": [3, 2, 1], "val_loss": [4, 3, 2]}


def named(document):
    return [(history.name, sorted(history.names())) for history in histories(document)]


@pytest.mark.parametrize(("document", "found"), [
    (LOSSES, [("", ["loss", "val_loss"])]),
    ({"a": LOSSES, "b": LOSSES}, [("a", ["loss", "val_loss"]), ("b", ["loss", "val_loss"])]),
    ({"train": {"loss": [3, 2]}, "val": {"loss": [4, 3]}}, [("", ["train/loss", "val/loss"])]),
    ({"train": {"loss": [3, 2]}, "holdout": {"loss": [4, 3]}}, [("", ["holdout/loss", "train/loss"])]),
    ({"loss": {"train": [3, 2], "val": [4, 3]}}, [("", ["loss/train", "loss/val"])]),
    ({"epochs": [1, 2, 3], "a": LOSSES, "b": LOSSES},
     [("a", ["epochs", "loss", "val_loss"]), ("b", ["epochs", "loss", "val_loss"])]),
    ({"epochs": [1, 2], "a": LOSSES, "b": LOSSES}, [("a", ["loss", "val_loss"]), ("b", ["loss", "val_loss"])]),
    ({"a": LOSSES, "b": {"acc": [1, 2]}}, [("", ["loss", "val_loss"])]),
    ({"foo": [1, 2, 3]}, [("", ["foo"])]),
    ({"foo": "bar"}, []),
    ([], []),
    (3, []),
    ([LOSSES, LOSSES], [("run 1 of 2", ["loss", "val_loss"]), ("run 2 of 2", ["loss", "val_loss"])]),
    ([[{"loss": 3}, {"loss": 2}], [{"loss": 4}]], [("1", ["loss"]), ("2", ["loss"])]),
    ({"x": [LOSSES], "y": [LOSSES]}, [("x/run 1 of 1", ["loss", "val_loss"]), ("y/run 1 of 1", ["loss", "val_loss"])]),
])  # fmt: skip
def test_the_histories_of_a_document(document, found):
    assert [names for _, names in named(document)] == [names for _, names in found]
    if len(found) > 1:
        assert [name for name, _ in named(document)] == [name for name, _ in found]


@pytest.mark.parametrize(("entries", "whole"), [
    ([LOSSES, LOSSES], True),
    ([{"epoch": 1, "loss": 3, "per_class": [1, 2]}, {"epoch": 2, "loss": 2, "per_class": [1, 2]}], False),
    ([{"loss": 3, "acc": [1, 2]}, {"loss": 2, "acc": [1, 2]}], False),
    ([{"history": LOSSES}, {"history": LOSSES}], True),
    ([{"fold": 1, **LOSSES}, {"fold": 2, **LOSSES}], True),
    ([{"loss": [3]}, {"loss": [2]}], False),
    ([{"loss": 3}, {"loss": 2}], False),
])  # fmt: skip
def test_entries_that_are_whole_histories(entries, whole):
    assert are_histories(entries) is whole
