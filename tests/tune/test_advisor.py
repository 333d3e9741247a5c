"""What the recommender must do from the first answer on; how well it does is measured apart."""

import math

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from advisor.tune import Advisor

SPACE = {
    "lr": FloatDistribution(1e-5, 1.0, log=True),
    "batch_size": CategoricalDistribution((16, 32, 64, 128)),
    "hidden": IntDistribution(8, 256, log=True),
    "dropout": FloatDistribution(0.0, 0.7),
    "optimizer": CategoricalDistribution(("sgd", "adam")),
    "epochs": IntDistribution(2, 20),
    "temperature": FloatDistribution(0.0, 2.0, step=0.25),
}
FAR_OFF = {
    "lr": 0.9, "batch_size": 128, "hidden": 8, "dropout": 0.7, "optimizer": "sgd", "epochs": 3,
    "temperature": 1.0,
}  # fmt: skip


def inside(config):
    return set(config) == set(SPACE) and all(
        SPACE[n]._contains(SPACE[n].to_internal_repr(v)) for n, v in config.items()
    )


def training(config):
    """A made-up training: best at lr 0.02, wide, long, with little dropout."""
    if config["lr"] > 0.5:
        return None, [2.3, 40.0, math.nan]
    off = math.log10(config["lr"] / 0.02) ** 2 + config["dropout"] ** 2 + 4 / config["hidden"]
    end = 0.1 + 0.4 * off
    curve = [end + 2.0 * math.exp(-5 * (i + 1) / 20) for i in range(config["epochs"])]
    return curve[-1], curve


def test_first_answer_to_a_failed_run_is_a_safe_profile():
    advisor = Advisor(SPACE)
    advisor.tell(FAR_OFF, None, {"val_loss": [2.3, 40.0, math.nan]})
    config = advisor.ask()
    assert inside(config)
    assert 5e-4 <= config["lr"] <= 1e-2
    assert config["optimizer"] == "adam"
    assert config["dropout"] <= 0.3
    assert config["hidden"] > 32
    assert config["temperature"] == 1.0, "what has no known role keeps its value"


@pytest.mark.parametrize(
    "curves", [None, {"val": [1.0, 0.9, 0.8]}, {"train_loss": [1, 0.5], "val_loss": [1, 2]}]
)
def test_any_curves_or_none_will_do(curves):
    advisor = Advisor(SPACE)
    advisor.tell(FAR_OFF, 0.8, curves)
    assert inside(advisor.ask())


def test_never_the_same_configuration_twice_and_always_inside():
    advisor, seen = Advisor(SPACE, seed=3), []
    config = FAR_OFF
    for _ in range(12):
        value, curve = training(config)
        advisor.tell(config, value, {"val_loss": curve})
        seen.append(config)
        config = advisor.ask()
        assert inside(config)
        assert config not in seen


def test_five_reruns_come_near_the_best():
    advisor, config, values = Advisor(SPACE), FAR_OFF, []
    for _ in range(6):
        value, curve = training(config)
        values.append(value)
        advisor.tell(config, value, {"val_loss": curve})
        config = advisor.ask()
    assert values[0] is None
    assert min(v for v in values if v is not None) < 0.2


def test_the_same_seed_and_runs_give_the_same_answers():
    def answers():
        advisor, config = Advisor(SPACE, seed=5), FAR_OFF
        for _ in range(5):
            value, curve = training(config)
            advisor.tell(config, value, {"val_loss": curve})
            config = advisor.ask()
        return config

    assert answers() == answers()


def test_larger_is_better_where_the_mode_says_so():
    advisor = Advisor({"lr": SPACE["lr"], "width": IntDistribution(1, 9)}, mode="max")
    advisor.tell({"lr": 0.003, "width": 3}, 0.5)
    advisor.tell({"lr": 0.01, "width": 3}, 0.9)
    assert advisor.advise().config["lr"] >= 0.01, (
        "it goes on from the better run, in the direction that helped"
    )


def test_a_direction_that_was_refused_is_not_tried_again():
    space = {"lr": SPACE["lr"], "epochs": IntDistribution(5, 5)}
    curve = {"val_loss": [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]}
    advisor = Advisor(space)
    advisor.tell({"lr": 0.2, "epochs": 5}, 2.0)
    advisor.tell({"lr": 0.003, "epochs": 5}, 0.3, curve)
    up = advisor.ask()
    assert up["lr"] > 0.003, "a curve that still falls steeply asks for a higher rate"
    advisor.tell(up, 0.5, curve)
    assert advisor.ask()["lr"] < 0.003


def test_a_run_that_overfits_is_ended_where_it_was_best():
    curve = [1.0, 0.5, 0.3, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    advisor = Advisor({"lr": SPACE["lr"], "epochs": IntDistribution(2, 12)})
    advisor.tell({"lr": 0.9, "epochs": 3}, None)
    advisor.tell({"lr": 0.003, "epochs": 12}, curve[-1], {"val_loss": curve})
    assert advisor.ask() == {"lr": 0.003, "epochs": 4}


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match="mode"):
        Advisor(SPACE, mode="least")
    with pytest.raises(ValueError, match="empty"):
        Advisor({})
