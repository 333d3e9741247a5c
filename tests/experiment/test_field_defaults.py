"""Of the defaults of nested dataclasses the one in force is listed, alone."""

import pytest

from advisor.experiment.places import search
from advisor.experiment.plan import plan_value

PROGRAM = """
import tyro
from dataclasses import dataclass, field
from functools import partial

@dataclass
class OptimConfig:
    lr: float = 3e-3
    decay: float = 0.1

@dataclass
class Config:
    optim: OptimConfig = {default}
    seed: int = 1

config = tyro.cli(Config)
"""


def rates(folder, text):
    (folder / "train.py").write_text(text)
    return [place for place in search(["python", "train.py"], folder).places if place.role == "learning_rate"]


@pytest.mark.parametrize(
    "default",
    [
        "field(default_factory=lambda: OptimConfig(lr=2.0))",
        "field(default_factory=partial(OptimConfig, lr=2.0))",
        "OptimConfig(lr=2.0)",
    ],
)
def test_what_the_default_of_a_field_gives_counts(tmp_path, default):
    (place,) = rates(tmp_path, PROGRAM.format(default=default))
    assert (place.name, place.value) == ("--optim.lr", 2.0)
    plan = plan_value("--optim.lr", 0.02, ["python", "train.py"], tmp_path)
    assert plan.command_after[2:] == ("--optim.lr", "0.02")


def test_what_the_default_of_the_whole_gives_counts(tmp_path):
    text = PROGRAM.format(default="field(default_factory=OptimConfig)")
    text = text.replace("tyro.cli(Config)", "tyro.cli(Config, default=Config(optim=OptimConfig(lr=2.0)))")
    assert [place.value for place in rates(tmp_path, text)] == [2.0]


@pytest.mark.parametrize(
    ("default", "more"),
    [
        ("field(default_factory=OptimConfig)", "other = OptimConfig(lr=5.0)"),
        ("OptimConfig(lr=2.0)", "@dataclass\nclass Second:\n    warm: OptimConfig = OptimConfig()\n"),
    ],
)
def test_a_call_that_need_not_be_in_force_hides_nothing(tmp_path, default, more):
    assert 3e-3 in [place.value for place in rates(tmp_path, PROGRAM.format(default=default) + more)]


def test_what_a_partial_calls_is_called(tmp_path):
    text = "from functools import partial\nmake = partial(torch.optim.Adam, lr=2.0)\n"
    assert [place.name for place in rates(tmp_path, text)] == ["Adam.lr"]
