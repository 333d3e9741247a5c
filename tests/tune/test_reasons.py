"""What a tuning says is said in Chinese where that is asked for."""

import re
import sys

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from advisor.tune import Advisor
from advisor.tune.reasons import reason_in_both
from tests.tune.test_tune import FLAGS, program, tune

SPACE = {
    "lr": FloatDistribution(1e-5, 10.0, log=True),
    "units": IntDistribution(8, 128, log=True),
    "batch_size": CategoricalDistribution((8, 16, 32, 64)),
    "dropout": FloatDistribution(0.0, 0.7),
    "epochs": IntDistribution(2, 20),
}
CURVES = {
    "settled": [1.6, 0.9, 0.5, 0.35, 0.3, 0.29, 0.285, 0.284, 0.283, 0.282],
    "overfitted": [0.9, 0.5, 0.4, 0.45, 0.55, 0.7, 0.85, 1.0, 1.1, 1.2],
    "flat": [2.3, 2.31, 2.3, 2.3, 2.31, 2.3, 2.3, 2.31, 2.3, 2.3],
    "falling": [2.3, 2.1, 1.9, 1.7, 1.5, 1.3, 1.1, 0.9, 0.7, 0.5],
    "noisy": [2.3, 1.0, 2.0, 0.9, 1.8, 0.8, 1.7, 0.8, 1.9, 0.9],
    "diverged": [2.3, 5.0, 90.0, 4e5, float("nan"), float("nan")],
}


@pytest.mark.parametrize("shape", CURVES)
def test_every_reason_has_its_chinese(shape):
    advisor = Advisor(SPACE)
    config = {"lr": 0.01, "units": 16, "batch_size": 32, "dropout": 0.1, "epochs": 10}
    for step in range(6):
        curve = [value * (1 - 0.02 * step) for value in CURVES[shape]]
        value = None if shape == "diverged" else curve[-1]
        advisor.tell(config, value, {"val_loss": curve})
        advice = advisor.advise()
        assert re.search("[一-龥]", reason_in_both(advice.reason).zh), advice.reason
        config = advice.config


def test_a_tuning_is_told_in_chinese(tmp_path):
    folder = program(tmp_path / "work", FLAGS)
    done = tune(
        tmp_path, folder, "--rounds", "1", "--lang", "zh", "--", sys.executable, "train.py", "--lr", "0.9"
    )
    assert done.returncode == 0, done.stderr
    assert "调整 --lr" in done.stdout
    assert "第 1 轮：" in done.stdout
    assert "目前最好" in done.stdout
    assert not re.search("round|judged|measured|profile|best", done.stdout)
