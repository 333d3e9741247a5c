"""What a program's own functions take, and which of it every call gives."""

import ast

from advisor.experiment.places import search
from advisor.experiment.signatures import given_parameters, parameters_of

PROGRAM = """
from dataclasses import dataclass

class Net:
    def __init__(self, hidden=32, dropout=0.1, layers=2): ...
    def fit(self, lr=0.1, epochs=5): ...

@dataclass
class Options:
    rate: float = 0.1
    size: int = 8

def train(net, lr=0.1, momentum=0.9, weight_decay=1e-4): ...

def twice(a): ...
def twice(a, b): ...

net = Net(width, dropout=share)
train(net, *rest, weight_decay=decay)
train(net, rate, 0.95, weight_decay=decay)
net.fit(0.02)
"""


def test_parameters_are_those_that_a_call_gives():
    found = parameters_of([ast.parse(PROGRAM)])
    assert found == {
        "Net": ("hidden", "dropout", "layers"),
        "fit": ("lr", "epochs"),
        "Options": ("rate", "size"),
        "train": ("net", "lr", "momentum", "weight_decay"),
    }


def test_only_what_every_call_gives_is_given():
    assert given_parameters([ast.parse(PROGRAM)]) == {
        ("Net", "hidden"), ("Net", "dropout"), ("fit", "lr"), ("train", "net"), ("train", "weight_decay"),
    }  # fmt: skip


def test_a_default_that_never_counts_is_no_setting_and_a_number_in_a_call_is_one(tmp_path):
    (tmp_path / "train.py").write_text(PROGRAM)
    places = {(p.name, p.value): p.kind for p in search(["python", "train.py"], tmp_path).places}
    assert places == {
        ("train.momentum", 0.95): "argument",
        ("fit.lr", 0.02): "argument",
        ("Net.layers", 2): "parameter",
        ("fit.epochs", 5): "parameter",
        ("train.lr", 0.1): "parameter",
    }
