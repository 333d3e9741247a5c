"""Dimensions that hold a logarithm are understood, and answered in the user's own coding."""

import math

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from advisor.tune import Advisor
from advisor.tune.coded import Coding


@pytest.mark.parametrize(
    ("name", "distribution", "base"),
    [
        ("log_lr", FloatDistribution(-5.0, 0.0), 10),
        ("lr_log10", FloatDistribution(-5.0, -1.0), 10),
        ("log_learning_rate", FloatDistribution(-12.0, -1.0), math.e),
        ("ln_lr", FloatDistribution(-8.0, -1.0), math.e),
        ("log2_units", IntDistribution(3, 9), 2),
        ("batch_size_exp", IntDistribution(3, 8), 2),
        ("optim.log_weight_decay", FloatDistribution(-7.0, -1.0), 10),
        ("lr", FloatDistribution(-5.0, 0.0), None),
        ("exp_lr", FloatDistribution(1e-4, 0.1), None),
        ("log_interval", IntDistribution(1, 10), None),
        ("log_units", IntDistribution(8, 512, log=True), None),
        ("log2_units", CategoricalDistribution(("small", "large")), None),
    ],
)
def test_the_base_is_told_by_name_and_range(name, distribution, base):
    assert Coding.of({name: distribution}).bases.get(name) == base


def test_a_coded_space_gets_the_answers_of_a_plain_one():
    plain = {
        "lr": FloatDistribution(1e-5, 1.0, log=True),
        "hidden_units": CategoricalDistribution((8, 16, 32, 64, 128)),
        "dropout": FloatDistribution(0.0, 0.7),
    }
    coded = {
        "log10_lr": FloatDistribution(-5.0, 0.0),
        "log2_hidden_units": IntDistribution(3, 7),
        "dropout": FloatDistribution(0.0, 0.7),
    }
    one, other = Advisor(plain, seed=1), Advisor(coded, seed=1)
    told = {"lr": 0.5, "hidden_units": 8, "dropout": 0.6}
    for value in (2.0, 0.5, 0.4, 0.6):
        curve = {"val_loss": [3.0, value + 0.2, value + 0.1, value]}
        written = {
            "log10_lr": math.log10(told["lr"]),
            "log2_hidden_units": round(math.log2(told["hidden_units"])),
            "dropout": told["dropout"],
        }
        one.tell(told, value, curve)
        other.tell(written, value, curve)
        told, answer = one.ask(), other.ask()
        assert 10 ** answer["log10_lr"] == pytest.approx(told["lr"], rel=1e-3)
        assert 2 ** answer["log2_hidden_units"] == told["hidden_units"]
        assert isinstance(answer["log2_hidden_units"], int)
        assert answer["dropout"] == pytest.approx(told["dropout"], rel=1e-3)


def test_answers_keep_to_steps_and_bounds():
    space = {"log10_lr": FloatDistribution(-4.0, -1.0, step=0.5), "log2_bs": IntDistribution(3, 7)}
    advisor, config = Advisor(space), {"log10_lr": -1.0, "log2_bs": 7}
    for turn in range(6):
        advisor.tell(config, 1.0 / (turn + 1))
        config = advisor.ask()
        assert all(space[n]._contains(space[n].to_internal_repr(v)) for n, v in config.items()), config


@pytest.mark.parametrize(
    ("name", "distribution", "lacks"),
    [
        ("one_minus_momentum", FloatDistribution(1e-3, 1.0, log=True), True),
        ("1-momentum", FloatDistribution(0.01, 1.0), True),
        ("opt.one_minus_beta1", CategoricalDistribution((0.1, 0.01)), True),
        ("momentum", FloatDistribution(0.0, 0.99), False),
        ("one_minus_alpha", FloatDistribution(0.01, 1.0), False),
        ("conv1_momentum", FloatDistribution(0.01, 1.0), False),
    ],
)
def test_what_lacks_to_one_is_told_by_its_name(name, distribution, lacks):
    assert (name in Coding.of({name: distribution}).lacking) == lacks


def test_what_lacks_to_one_is_asked_for_as_the_user_writes_it():
    space = {
        "lr": FloatDistribution(1e-4, 10.0, log=True),
        "one_minus_momentum": FloatDistribution(1e-3, 1.0),
    }
    advisor = Advisor(space)
    advisor.tell({"lr": 1e-4, "one_minus_momentum": 1.0}, 2.3, {"val_loss": [2.31, 2.3]})
    assert advisor.ask()["one_minus_momentum"] == pytest.approx(0.1)
