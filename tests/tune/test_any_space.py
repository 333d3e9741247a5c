"""The library asked in any space, told anything: it answers, inside the space, the same for the same seed."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from advisor.tune import Advisor

NAMES = (
    "lr", "log10_lr", "ln_wd", "learning rate", "batch_size", "log2_batch", "hidden", "momentum", "wd",
    "dropout", "optimizer", "epochs", "n_layers", "beta1", "warmup_steps", "patience", "max_depth", "学习率",
    "a.b/c d", "q", "", "1",
)  # fmt: skip
NUMBERS = st.floats(-1e3, 1e3)
POSITIVE = st.floats(1e-12, 1e6)


def _between(make, numbers):
    return st.tuples(numbers, numbers).map(lambda pair: make(min(pair), max(pair)))


DISTRIBUTIONS = st.one_of(
    _between(FloatDistribution, NUMBERS),
    _between(lambda low, high: FloatDistribution(low, high, log=True), POSITIVE),
    _between(IntDistribution, st.integers(-5, 500)),
    _between(lambda low, high: IntDistribution(low, high, log=True), st.integers(1, 5000)),
    st.sampled_from([FloatDistribution(0.1, 0.9, step=0.2), IntDistribution(0, 36, step=4)]),
    st.lists(
        st.sampled_from([None, True, 2.5, 0, 8, 16, 64, -3, "adam", "sgd", "none", ""]),
        min_size=1,
        unique=True,
    ).map(lambda choices: CategoricalDistribution(tuple(choices))),
)
SPACES = st.dictionaries(st.sampled_from(NAMES), DISTRIBUTIONS, min_size=1, max_size=20)
ODD = st.sampled_from([None, math.nan, math.inf, -math.inf, 0.0, -3.0, 1e-300, 1e300])
POINTS = st.lists(st.one_of(st.floats(0.0, 5.0), st.sampled_from([math.nan, math.inf, 1e300])), max_size=12)
CURVES = st.dictionaries(st.sampled_from(["val_loss", "loss", "val_acc", "验证损失", ""]), POINTS, max_size=2)
TURNS = st.lists(
    st.tuples(st.one_of(ODD, st.floats(0.0, 2.0)), st.one_of(st.none(), CURVES), st.booleans()),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(space=SPACES, mode=st.sampled_from(["min", "max"]), turns=TURNS, seed=st.integers(0, 9))
def test_any_space_and_any_runs(space, mode, turns, seed):
    answers = [_answers(space, mode, turns, seed) for _ in range(2)]
    assert repr(answers[0]) == repr(answers[1])
    for config in answers[0]:
        assert set(config) == set(space)
        for name, distribution in space.items():
            assert distribution._contains(distribution.to_internal_repr(config[name])), (distribution, config)


def _answers(space, mode, turns, seed):
    advisor = Advisor(space, mode, seed=seed)
    config, found = advisor.ask(), []
    for value, curves, whole in turns:
        told = config if whole else dict(list(config.items())[1:])
        advisor.tell(told, value, curves)
        config = advisor.ask(pending=[config])
        found.append(config)
    return found


@pytest.mark.filterwarnings("ignore:The distribution is specified by")
@pytest.mark.parametrize("low", [0.627386301133219, 1234.56789, -0.1])
def test_a_grid_of_odd_numbers_is_kept_to(low):
    grid = FloatDistribution(low, low + 2.0, step=0.25)
    advisor = Advisor({"temperature": grid, "dropout": FloatDistribution(0.0, 0.7)})
    config = {"temperature": low, "dropout": 0.1}
    for value in (1.0, 0.8, 0.9, 0.7):
        advisor.tell(config, value)
        config = advisor.ask()
        assert grid._contains(config["temperature"]), config


def test_exponents_that_no_number_holds_are_numbers_of_their_own():
    space = {"ln_lr": FloatDistribution(-900.0, 5.0), "log10_wd": FloatDistribution(-9.0, -1.0)}
    advisor = Advisor(space)
    advisor.tell({"ln_lr": -800.0, "log10_wd": 1e6}, 1.0)
    config = advisor.ask()
    assert -900.0 <= config["ln_lr"] <= 5.0
    assert -9.0 <= config["log10_wd"] <= -1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("min", -3.0, -5.0, -6.0, -5.5), ("min", -3100.0, -5100.0, -6100.0, -5600.0)),
        (("max", 0.25, 0.5, 0.875, 0.75), ("min", 0.75, 0.5, 0.125, 0.25)),
    ],
    ids=["in other units", "an accuracy and its error"],
)
def test_how_values_are_counted_changes_no_answer(one, other):
    space = {"lr": FloatDistribution(1e-5, 1.0, log=True), "dropout": FloatDistribution(0.0, 0.7)}

    def asked(mode, *values):
        advisor = Advisor(space, mode)
        for lr, value in zip((0.5, 0.02, 0.004, 0.01), values, strict=True):
            advisor.tell({"lr": lr, "dropout": 0.1}, value)
        return advisor.ask()

    assert asked(*one) == asked(*other)


@pytest.mark.parametrize(
    ("curves", "reason"), [(None, "often worth a try"), ([0.9, 0.5, 0.5, 0.5], "it has settled")]
)
def test_only_a_curve_says_that_a_run_has_settled(curves, reason):
    advisor = Advisor(
        {"lr": FloatDistribution(1e-5, 1.0, log=True), "units": IntDistribution(8, 64, log=True)}
    )
    for lr, value in ((0.5, 0.9), (0.004, 0.5)):
        advisor.tell({"lr": lr, "units": 32}, value, curves and {"val_loss": curves})
    assert advisor.advise().reason == reason
