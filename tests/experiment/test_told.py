"""What a value is, told by what stands around it."""

import pytest

from advisor.experiment.places import search
from advisor.experiment.plan import plan_value

OPTION = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--gamma', default=0.9, help='{}')\n"
TYPER = """
import typer
from enum import Enum

class Opt(str, Enum):
    adam = "adam"
    sgd = "sgd"

app = typer.Typer()

@app.command()
def train(opt: Opt = Opt.adam, lr: float = 0.1): ...
"""


def roles(folder, text, *words):
    (folder / "train.py").write_text(text)
    return {place.name: place.role for place in search(["python", "train.py", *words], folder).places}


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("LinearLR(optimizer, start_factor=0.1, total_iters=20)", "LinearLR.total_iters", "warmup_steps"),
        ("LinearLR(optimizer, end_factor=0.1, total_iters=20)", "LinearLR.total_iters", "scheduler_step"),
        ("PolynomialLR(optimizer, total_iters=20)", "PolynomialLR.total_iters", "scheduler_step"),
        ("MLPClassifier(alpha=1e-4)", "MLPClassifier.alpha", "weight_decay"),
        ("MLPRegressor(hidden_layer_sizes=(8,))", "MLPRegressor.hidden_layer_sizes.0", "hidden_units"),
        ("params = {'feature_fraction': 0.9}", "params.feature_fraction", None),
        ("XGBClassifier(colsample_bytree=0.9)", "XGBClassifier.colsample_bytree", None),
    ],
)
def test_an_argument_is_what_the_call_makes_of_it(tmp_path, text, name, role):
    assert roles(tmp_path, text) == {name: role}


def test_an_alpha_of_anything_else_is_no_weight_decay(tmp_path):
    assert roles(tmp_path, "scatter(x, y, alpha=0.5)\nEMA(alpha=0.9)") == {}


def test_a_file_that_names_the_type_of_an_object_tells_as_much(tmp_path):
    text = "s:\n- {type: torch.optim.lr_scheduler.LinearLR, total_iters: 9}\ntotal_iters: 5\n"
    (tmp_path / "c.yaml").write_text(text)
    found = roles(tmp_path, "", "c.yaml")
    assert (found["s.0.total_iters"], found["total_iters"]) == ("warmup_steps", "max_steps")


@pytest.mark.parametrize("words", [(), ("--gamma", "0.8")])
def test_what_discounts_rewards_is_no_decay_of_a_schedule(tmp_path, words):
    assert roles(tmp_path, OPTION.format("discount factor"), *words) == {"--gamma": None}
    assert roles(tmp_path, OPTION.format("decay of the rate"), *words) == {"--gamma": "scheduler_gamma"}


def test_a_setting_is_one_member_of_its_class_and_the_others_are_none(tmp_path):
    assert roles(tmp_path, TYPER) == {"--opt": "optimizer", "--lr": "learning_rate"}
    (place,) = (p for p in search(["python", "train.py"], tmp_path).places if p.name == "--opt")
    assert (place.value, place.fixed) == ("adam", "")
    plan = plan_value("optimizer", "sgd", ["python", "train.py"], tmp_path)
    assert plan.command_after[2:] == ("--opt", "sgd")


def test_a_member_that_a_call_is_given_is_left_to_be_edited_by_hand(tmp_path):
    roles(tmp_path, TYPER + "fit(optimizer=Opt.sgd)\n")
    (place,) = (p for p in search(["python", "train.py"], tmp_path).places if p.name == "fit.optimizer")
    assert place.value == "sgd"
    assert place.fixed


def test_tables_in_tables_are_named_by_the_way_to_them(tmp_path):
    text = "model = dict(net=dict(hidden=64, p=[0, 1]), heads=[dict(hidden=8), {'hidden': 4}])\n"
    (tmp_path / "c.py").write_text(text)
    assert list(roles(tmp_path, "", "c.py")) == [
        "model.net.hidden",
        "model.net.p.0",
        "model.net.p.1",
        "model.heads.0.hidden",
        "model.heads.1.hidden",
    ]
