# ruff: noqa: E501 (lines of logs are as long as they are)
"""Sentences that count between a name and its value, columns side by side, and what callbacks print."""

import pytest

from advisor.readers.callback_lines import named_numbers, printed_curves
from advisor.readers.numbers import parse_number
from advisor.readers.parallel import may_be_parallel, spelt_out
from advisor.readers.sentences import counter_first


@pytest.mark.parametrize(("text", "turned"), [
    ("Cost after iteration 100: 0.69", "iteration 100 Cost: 0.69"),
    ("Loss at epoch 3 is 0.5", "epoch 3 Loss: 0.5"),
    ("train loss after 3 epochs: 0.5", "epoch 3 train loss: 0.5"),
    ("accuracy in round #7 = 0.5", "round 7 accuracy: 0.5"),
    ("loss for step 7, 0.5", "step 7 loss: 0.5"),
    ("Score at iteration 5 is 0.3", "iteration 5 Score (loss): 0.3"),
    ("Score at iteration 5: 0.3", "iteration 5 Score: 0.3"),
    ("best loss at epoch 3: 0.5", "best loss at epoch 3: 0.5"),
    ("Final loss after 3 epochs: 0.5", "Final loss after 3 epochs: 0.5"),
    ("lowest loss after 3 epochs: 0.5", "lowest loss after 3 epochs: 0.5"),
    ("words after 3 epochs: 0.5", "words after 3 epochs: 0.5"),
    ("loss after 3 minutes: 0.5", "loss after 3 minutes: 0.5"),
    ("loss by epoch 3: 0.5", "loss by epoch 3: 0.5"),
    ("loss after epoch 3: words", "loss after epoch 3: words"),
    ("loss after epoch 3: nan", "epoch 3 loss: nan"),
])  # fmt: skip
def test_a_sentence_that_counts_in_its_middle(text, turned):
    assert counter_first(text) == turned


@pytest.mark.parametrize(("text", "said"), [
    ("val_f1: 0.83 - val_recall: 0.84", [("val_f1", 0.83), ("val_recall", 0.84)]),
    ("valid: f1: 0.9, best f1: 0.91", [("valid f1", 0.9), ("valid best f1", 0.91)]),
    ("— f1 = 0.9%", [("f1", 0.9)]),
    ("f1: nan | acc: -1e-3", [("f1", float("nan")), ("acc", -0.001)]),
    ("size: 3", []),
    ("f1: 0.9 words", []),
    ("f1 0.9", []),
    ("f1: 0.9".ljust(400), [("f1", 0.9)]),
    ("f1: 0.9".ljust(401), []),
])  # fmt: skip
def test_what_a_callback_prints(text, said):
    found = named_numbers(text)
    assert [name for name, _ in found] == [name for name, _ in said]
    assert [str(y) for _, y in found] == [str(y) for _, y in said]


def test_what_comes_once_an_epoch_is_a_curve():
    epochs = [(1, {"f1": [(3, 0.5)], "x": [(4, 1.0)]}), (2, {"f1": [(7, 0.6)], "x": [(8, 1.0), (9, 2.0)]}),
              (3, {"y": [(12, 1.0)], "loss": [(13, 1.0)]}), (4, {"f1": [(15, 0.7)], "loss": [(16, 1.0)]})]  # fmt: skip
    (curve,) = printed_curves(epochs, {"loss"})
    assert (curve.name, curve.x_kind) == ("f1", "epoch")
    assert (curve.x.tolist(), curve.y.tolist(), curve.at.tolist()) == ([1, 2, 4], [0.5, 0.6, 0.7], [3, 7, 15])


@pytest.mark.parametrize(("word", "comma", "number"), [
    ("0.5", False, 0.5), (" 0.5 ", False, 0.5), ("54%", False, 54), ("1,234.5", False, 1234.5), ("0,5", True, 0.5),
    ("tensor(0.5)", False, 0.5), ("[0.5]", False, 0.5), ("nan", False, float("nan")), ("-inf", False, float("-inf")),
    ("words", False, None), ("", False, None), ("0.5x", False, None), ("%", False, None),
    ("1.234,5", True, None), ("tensor(0.5, device='cuda:0')", False, 0.5),
])  # fmt: skip
def test_the_number_in_a_cell(word, comma, number):
    found = parse_number(word, comma)
    assert str(found) == str(number if number is None else float(number))


@pytest.mark.parametrize(("text", "said"), [
    ("train/val loss: 0.5/0.6", "train loss: 0.5, val loss: 0.6"),
    ("loss/acc 0.5 / 0.6", "loss: 0.5, acc: 0.6"),
    ("(p/r/f): (78/70/74)", "precision: 78, recall: 70, f1: 74"),
    ("loss/acc: 0.5/0.6/0.7", "loss/acc: 0.5/0.6/0.7"),
    ("loss/words: 0.5/0.6", "loss/words: 0.5/0.6"),
    ("path/to/loss: 3", "path/to/loss: 3"),
])  # fmt: skip
def test_values_that_are_listed_side_by_side(text, said):
    assert may_be_parallel(text)
    assert spelt_out(text) == said
    assert not may_be_parallel("epoch 3/20")


@pytest.mark.parametrize(("epochs", "curves"), [(1, 0), (2, 1), (3, 1)])
def test_what_comes_in_two_epochs_is_a_curve(epochs, curves):
    told = [(number, {"f1": [(number, 0.5)]}) for number in range(epochs)]
    assert len(printed_curves(told, ())) == curves
