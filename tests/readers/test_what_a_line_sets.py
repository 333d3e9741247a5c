"""Which settings a line states: one or several, in columns or a dictionary; none where it measures too."""

import pytest

from advisor.readers.lines import Line
from advisor.readers.printed_config import printed_hyperparameters

LINES = {
    "{'batch_size': 32, 'dropout': 0.1}": {"batch_size": 32, "dropout": 0.1},
    # The rate and the momentum are shown beside what steps measure; a third setting tells that they are set.
    "{'lr': 0.1, 'momentum': 0.9}": {},
    "{'lr': 0.1, 'momentum': 0.9, 'epochs': 3}": {"lr": 0.1, "momentum": 0.9, "epochs": 3},
    "{'lr': 0.1, 'loss': 0.9, 'epoch': 3}": {},
    "{'a': {'batch_size': 32}, 'b': {'batch_size': 64, 'dropout': 0.1}}": {
        "a.batch_size": 32,
        "b.batch_size": 64,
        "dropout": 0.1,
    },
    # What a closed section was called is told of none behind it, however many are closed.
    "{'a': {'batch_size': 32}, 'batch_size': 64, 'dropout': 0.1}": {
        "a.batch_size": 32,
        "batch_size": 64,
        "dropout": 0.1,
    },
    "}} {'a': {'batch_size': 32}, 'batch_size': 64, 'dropout': 0.1}": {
        "a.batch_size": 32,
        "batch_size": 64,
        "dropout": 0.1,
    },
    "Batch Size:    16          Dropout:    0.1": {"Batch Size": 16, "Dropout": 0.1},
    "Batch Size:    16    Dropout:    0.1    Seed:     3": {"Batch Size": 16, "Dropout": 0.1, "Seed": 3},
    "Epochs:   3    Batch Size:   16": {"Epochs": 3, "Batch Size": 16},
    "Learning Rate:   0.1    Momentum:   0.9": {},
    "Learning Rate:   0.1    Epochs:   5    Momentum:   0.9    Dropout:   0.1": {},
    "Epoch:   3    Batch Size:   16   Dropout:   0.1": {},
    "Batch Size:   16    Accuracy:   0.9    Dropout:   0.1": {},
    "Batch Size:   16    Loss:   0.9    Dropout:   0.1": {},
    "Batch Size:    16   of    Dropout:   0.1": {},
    "lr=0.1 batch_size=32": {"lr": 0.1, "batch_size": 32},
    "lr=0.1 momentum=0.9": {},
    "lr=0.1 accuracy=0.9 batch_size=32 dropout=0.1": {},
    "batch_size: 32, dropout: 0.1": {"batch_size": 32, "dropout": 0.1},
    "batch_size: 32": {"batch_size": 32},
    "INFO: lr: 0.1": {"lr": 0.1},
    "lr = 0.1  # the rate": {"lr": 0.1},
    "lr = cfg.optim.lr": {},
    "self.lr = 0.1": {},
    "loss: 0.5": {},
    "loss: mse": {"loss": "mse"},
    "Training for 30 epochs": {"epochs": 30},
}


@pytest.mark.parametrize("text", LINES)
def test_what_a_line_sets(text):
    assert {h.name: h.value for h in printed_hyperparameters(Line(7, text))} == LINES[text]
