"""What can be tuned of a command, from where it starts."""

from dataclasses import replace

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution

from advisor.errors import UsageError
from advisor.run import Role, Run, Series
from advisor.tune import Advisor
from advisor.tune.limits import Limits, tunable
from advisor.tune.metric import choose_metric
from advisor.tune.rounds import Context, Rounds
from advisor.tune.space import Space
from advisor.tune.steps import at_coordinate, coordinate


def test_a_decay_or_clipping_of_nothing_can_be_left(tmp_path):
    (tmp_path / "train.py").write_text("weight_decay = 0.0\ngrad_clip = 0\nlr = 0.1\n")
    command = ("python", "train.py")
    found = tunable(command, tmp_path, Limits())
    assert found.space["weight_decay"].choices == (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)
    assert found.space["grad_clip"].choices == (0, 0.1, 1.0, 10.0)
    rounds = Rounds.start(tmp_path / "kept", Context(command, str(tmp_path), 3), found)
    first = rounds.ask()
    assert first.params == found.start
    rounds.tell(first, None, 1.0)
    assert rounds.ask().params["weight_decay"] > 0


def test_nothing_is_one_step_below_the_smallest():
    (d,) = Space.of({"wd": CategoricalDistribution((0.0, 1e-4, 1e-3))}).dimensions
    assert [coordinate(d, c) for c in d.choices] == [0, 1, 2]
    assert [at_coordinate(d, x) for x in (-3.0, 0.4, 1.2, 9.0)] == [0.0, 0.0, 1e-4, 1e-3]


def test_what_the_program_does_with_a_value_reaches_the_recommender(tmp_path):
    (tmp_path / "train.py").write_text(
        "import torch\nspeed = 1e-6\ntorch.optim.SGD(model.parameters(), lr=speed)\n"
    )
    found = tunable(("python", "train.py"), tmp_path, Limits())
    assert found.roles == {"speed": "learning_rate"}
    assert found.stated == {"optimizer": "SGD"}
    assert found.space["speed"].high == 10.0, "small gradients need a rate beyond 1"
    rounds = Rounds.start(tmp_path / "kept", Context(("python", "train.py"), str(tmp_path), 3), found)
    rounds.tell(rounds.ask(), None, 2.3, curves={"val_loss": [2.3, 2.3, 2.3]})
    plain = Advisor(found.space, roles=found.roles)
    plain.tell({"speed": 1e-6}, 2.3, {"val_loss": [2.3, 2.3, 2.3]})
    adaptive = plain.ask()["speed"]
    # Plain gradient steps need a larger rate than Adam's.
    assert rounds.ask().params["speed"] > 2 * adaptive


def run_of(*curves):
    steps = np.arange(1, 4)
    return Run("r", [Series(n, np.array(y), steps.astype(float), steps, "epoch", r) for n, y, r in curves])


@pytest.mark.parametrize(
    ("curves", "chosen"),
    [
        ([("te", [2.0, 1.5, 1.2], Role.VAL_METRIC)], ("te", "min")),
        ([("验证", [0.9, 0.8, 0.7], Role.VAL_METRIC)], ("验证", "min")),
        ([("val", [0.2, 0.5, 0.7], Role.VAL_METRIC)], None),
        ([("score", [3.0, 2.0, 1.0], Role.VAL_METRIC)], None),
    ],
)
def test_a_curve_named_by_its_split_alone_is_the_loss(curves, chosen):
    if chosen is None:
        with pytest.raises(UsageError, match="not known"):
            choose_metric(run_of(*curves), None, None)
    else:
        metric = choose_metric(run_of(*curves), None, None)
        assert (metric.name, metric.mode) == chosen


def test_an_agent_is_judged_by_the_average_of_its_rewards_and_not_by_its_luckiest_episode():
    names = "Last reward", "Average reward"
    run = run_of(*((name, [1.0, 3.0, 2.0], Role.TRAIN_METRIC) for name in names))
    known = replace(run, series=tuple(replace(s, lower_is_better=False) for s in run.series))
    metric = choose_metric(known, None, None)
    assert (metric.name, metric.mode) == ("Average reward", "max")


def test_the_layers_that_a_program_makes_tell_what_clipping_does_not(tmp_path):
    command = ("python", "train.py", "--lr", "1e-5", "--clip", "0.1", "--batch-size", "64")
    rates = []
    for layer in ("nn.Linear(2, 8)", "nn.GRU(2, 8)"):
        (tmp_path / "train.py").write_text(
            "import argparse, torch\nfrom torch import nn\np = argparse.ArgumentParser()\n"
            "p.add_argument('--lr', type=float)\np.add_argument('--clip', type=float)\n"
            f"p.add_argument('--batch-size', type=int)\na = p.parse_args()\nmodel = {layer}\n"
            "torch.optim.Adam(model.parameters(), lr=a.lr)\n"
        )
        found = tunable(command, tmp_path, Limits())
        advisor = Advisor(found.space, roles=found.roles)
        advisor.tell({**found.stated, **found.start}, 0.5, {"val_loss": [0.5, 0.5, 0.5]})
        rates.append(advisor.ask()["--lr"])
    assert found.stated == {"optimizer": "Adam", "modules": "GRU"}
    assert rates[0] < rates[1]
