"""Scripts as other people write them: subcommands, shared settings, an optimizer that no setting names."""

import sys

import pytest

from advisor.advice.change import Change
from advisor.errors import EditError
from advisor.experiment.places import search
from advisor.experiment.plan import plan_value
from advisor.experiment.program_modules import modules_of
from advisor.experiment.program_optimizer import optimizer_of
from advisor.experiment.proposals import first_possible, plan_numbered
from advisor.experiment.script import find_script
from advisor.journal import Journal
from advisor.session import Session
from advisor.text import Bilingual

ARGPARSE = """
import argparse
parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest="command")
train = commands.add_parser("train")
train.add_argument("--lr", type=float, default=0.05)
test = commands.add_parser("eval")
test.add_argument("--lr", type=float, default=1.0)
test.add_argument(
    "--batch-size",
    type=int,
    default=64,
)
"""
CLICK = """
import click
@click.group()
def main(): ...
@main.command()
@click.option("--lr", default=0.05)
def train(lr): ...
@main.command("eval")
@click.option("--lr", default=1.0)
@click.option("--batch-size", default=64)
def evaluate(lr, batch_size): ...
"""


@pytest.mark.parametrize("text", [ARGPARSE, CLICK], ids=["argparse", "click"])
def test_options_of_another_subcommand_do_not_count(tmp_path, text):
    (tmp_path / "main.py").write_text(text)

    def rates(*words):
        places = search(["python", "main.py", *words], tmp_path).places
        return [(p.name, p.value) for p in places if p.name in ("--lr", "--batch-size")]

    assert rates("train") == [("--lr", 0.05)]
    assert rates("eval") == [("--lr", 1.0), ("--batch-size", 64)]
    # Which one runs is not known: both stand.
    assert len(rates()) == 3
    plan = plan_value("lr", 0.01, ["python", "main.py", "train"], tmp_path)
    assert plan.command_after == ("python", "main.py", "train", "--lr", "0.01")


MADE = {
    "typer": (
        """
import typer
from typing import Annotated
def train(
    data: Annotated[str, typer.Argument()] = "x", lr: Annotated[float, typer.Option("--rate", "-r")] = 0.05,
    batch_size: int = typer.Option(64, "--bs", "-b"), epochs: int = 10,
): ...
typer.run(train)
""",
        ["-b", "32"],
        {"-b": 32, "--rate": 0.05, "--epochs": 10},
    ),
    "tyro": (
        """
import tyro
from dataclasses import dataclass, field
@dataclass
class Decay:
    weight_decay: float = 0.1
@dataclass
class Optim:
    lr: float = 0.05
    decay: Decay = field(default_factory=Decay)
@dataclass
class Args:
    optim: Optim = field(default_factory=Optim)
    epochs: int = 10
tyro.cli(Args)
""",
        ["--optim.lr", "0.1"],
        {"--optim.lr": 0.1, "--optim.decay.weight_decay": 0.1, "--epochs": 10},
    ),
    "of a class": (
        """
import fire
class Trainer:
    def __init__(self, lr=0.05, batch_size=64): ...
    def fit(self, epochs=10): ...
fire.Fire(Trainer)
""",
        ["--lr", "0.1", "fit", "--epochs", "12"],
        {"--lr": 0.1, "--epochs": 12, "Trainer.batch_size": 64},
    ),
    "pydantic": (
        """
from pydantic_settings import BaseSettings, SettingsConfigDict
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="my_", env_file=".env")
    lr: float = 0.05
    batch_size: int = 64
    epochs: int = 10
Settings()
""",
        [],
        {"MY_LR": 0.2, "MY_EPOCHS": 12, "MY_BATCH_SIZE": 64},
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_what_a_library_makes_of_a_signature_goes_by_its_name_there_and_counts_once(tmp_path, name):
    text, words, expected = MADE[name]
    (tmp_path / "main.py").write_text(text)
    (tmp_path / ".env").write_text("MY_EPOCHS=12\nMY_LR=9\n")
    command = ["env", "MY_LR=0.2", "python", "main.py", *words]
    places = search(command, tmp_path).places
    assert {
        p.name: p.value for p in places if (p.role and p.name != "MY_LR") or p.name in expected
    } == expected
    assert len({p.name for p in places}) == len(places)
    unsaid = [p for p in places if p.kind in ("option", "variable")]
    for place in unsaid:
        plan = plan_value(place.name, 3, command, tmp_path)
        assert not plan.edits
        assert (place.name if place.kind == "option" else f"{place.name}=3") in plan.command_after


def test_what_a_python_configuration_is_made_upon_is_told(tmp_path):
    (tmp_path / "my.py").write_text("_base_ = ['./_base_/data.py',\n'./lr.py']\noptimizer = dict(lr=0.1)\n")
    (tmp_path / "train.py").write_text("")
    found = search(["python", "train.py", "my.py"], tmp_path)
    assert found.problems == (
        "my.py line 1 draws in ./_base_/data.py, which was not searched.",
        "my.py line 2 draws in ./lr.py, which was not searched.",
    )


@pytest.mark.parametrize(
    ("optimizer", "in_force"),
    [
        ("dict(lr=8.0)", {"optimizer.lr": 8.0, "optimizer.momentum": 0.9, "runner.max_epochs": 12}),
        ("dict(_delete_=True, type='Adam', lr=8.0)", {"optimizer.lr": 8.0, "runner.max_epochs": 12}),
    ],
)
def test_the_bases_of_a_python_configuration_are_searched_below_it(tmp_path, optimizer, in_force):
    (tmp_path / "conf" / "base").mkdir(parents=True)
    (tmp_path / "conf" / "my.py").write_text(
        f"_base_ = ['base/sgd.py', './base/run.py']\noptimizer = {optimizer}\n"
    )
    (tmp_path / "conf" / "base" / "sgd.py").write_text(
        "optimizer = dict(type='SGD', lr=0.02, momentum=0.9)\n"
    )
    (tmp_path / "conf" / "base" / "run.py").write_text("runner = dict(max_epochs=12)\n")
    (tmp_path / "train.py").write_text("")
    command = ["python", "train.py", "conf/my.py"]
    found = search(command, tmp_path)
    assert found.problems == ()
    numbers = {p.name: p.value for p in found.places if isinstance(p.value, int | float) and p.role}
    assert numbers == in_force
    plan = plan_value("max_epochs", 24, command, tmp_path)
    assert [edit.label for edit in plan.edits] == ["conf/base/run.py"]


@pytest.mark.fault("G3")
def test_a_shared_value_is_set_where_it_is_named_in_full(tmp_path):
    config = tmp_path / "c.yaml"
    config.write_bytes("# 共享\r\nbase: &b {lr: 0.1}\r\ntrain:\r\n  <<: *b".encode())
    command = ["python", "train.py", "c.yaml"]
    with pytest.raises(EditError, match=r"for all of them: advisor set base\.lr VALUE"):
        plan_value("lr", 0.03, command, tmp_path)
    plan = plan_value("base.lr", 0.03, command, tmp_path)
    assert plan.edits[0].after == config.read_bytes().replace(b"0.1", b"0.03")
    assert "shared through an anchor" in plan.headline


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("o = torch.optim.AdamW(model.parameters(), lr=lr)", "AdamW"),
        ("o = SGD(params, lr=cfg.lr, momentum=0.9)", "SGD"),
        ("o = Adam(m.parameters()) if fast else SGD(m.parameters(), lr=0.1)", None),
        ("name = 'Adam'\nprint(Adam)", None),
        ("x = momentum(0.9)", None),
        ("from transformers import Trainer, TrainingArguments as A\nTrainer(args=A('out'))", "AdamW"),
        ("from transformers import TrainingArguments\na = TrainingArguments('out', optim='sgd')", None),
        ("from transformers import TrainingArguments\nt = Trainer(m, optimizers=(o, None))", None),
        (
            "from transformers import Trainer, TrainingArguments\nclass T(Trainer):\n"
            "    def create_optimizer(self): ...",
            None,
        ),
        ("from transformers import AutoModel", None),
        ("from mine import TrainingArguments", None),
    ],
)
def test_the_optimizer_is_taken_from_the_program_where_it_leaves_no_doubt(tmp_path, text, said):
    (tmp_path / "train.py").write_text(f"import torch\n{text}\n")
    made = optimizer_of(find_script(["python", "train.py"], tmp_path))
    assert (None if made is None else made.value) == said
    assert made is None or made.source == "train.py line 2"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("m = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Linear(8, 2))", "Conv2d Linear"),
        ("m = keras.layers.SimpleRNN(8)(layers.Embedding(9, 4)(x))", "Embedding SimpleRNN"),
        ("m = resnet18()\nprint('LSTM')", ""),
        ("m = torch.nn.LSTMCell(2, 8)", "LSTMCell"),
    ],
)
def test_the_layers_are_those_that_the_program_makes(tmp_path, text, made):
    (tmp_path / "train.py").write_text(f"import torch\n{text}\n")
    assert modules_of(find_script(["python", "train.py"], tmp_path)) == made


def change(number, role, name, before, after):
    reason = Bilingual(en="It should help.", zh="应该有用。")
    return Change(number, role, name, before, after, None, None, reason, None, 1.0, None, None)


def test_a_change_that_stands_nowhere_names_one_that_can_be_made(tmp_path):
    command = ["python", "train.py", "--lr", "3"]
    changes = [
        change(1, "normalisation", "normalisation", None, "batch"),
        change(2, "learning_rate", "--lr", 3, 0.1),
    ]
    with pytest.raises(EditError, match="'advisor apply 2' can be made here: --lr"):
        plan_numbered(changes, 1, command, tmp_path, None)
    assert plan_numbered(changes, 2, command, tmp_path, None).after == 0.1
    assert first_possible(changes, command, tmp_path).number == 2
    assert first_possible(changes[:1], command, tmp_path) is None


CALM_AND_FAR_OFF = """
lr, model = {rate}, object()
def Adam(parameters, lr): ...
Adam(model, lr=lr)
for epoch, loss in enumerate({losses}, 1):
    print(f"epoch {{epoch}} train loss {{loss}} val loss {{2 * loss}}")
"""


@pytest.mark.parametrize(
    ("rate", "losses", "after"),
    [
        ("4", [156, 285, 133, 131, 85, 63, 31, 12, 9, 7, 5, 4], 0.001),
        ("3e-6", [1.44 - 0.005 * i for i in range(12)], 0.001),
        ("0.002", [round(1.44 * 0.8**i, 4) for i in range(12)], None),
    ],
)
def test_a_rate_far_from_the_programs_optimizer_is_told_whatever_the_curve(tmp_path, rate, losses, after):
    program = tmp_path / "train.py"
    program.write_text(CALM_AND_FAR_OFF.format(rate=rate, losses=losses))
    session = Session(tmp_path, Journal.open())
    assessed = session.run([sys.executable, "train.py"])
    problems = {finding.rule.code for finding in assessed.findings}
    if after is None:
        assert not problems & {"CAU104", "CAU204"}
        return
    assert problems & {"CAU101", "CAU103", "CAU104", "CAU202", "CAU204"}
    first = session.possible(assessed.changes)
    assert (first.hyperparameter, first.after) == ("learning_rate", after)
    assert session.plan(first.number).edits[0].after != program.read_bytes()
