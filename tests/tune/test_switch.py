"""ADVISOR_LEARNED reaches the recommender: what it reads of a run is left to the rules where it is off."""

from advisor.diagnosis.problem import Problem
from advisor.tune.evidence import read

CURVES = {
    "train loss": [2.29, 2.2, 2.11, 2.0, 1.87, 1.73, 1.57, 1.42, 1.28, 1.15, 1.02, 0.91],
    "val loss": [2.26, 2.19, 2.09, 1.97, 1.84, 1.69, 1.55, 1.39, 1.25, 1.12, 1.0, 0.9],
}
SETTINGS = {"lr": 0.001, "batch-size": 32, "hidden": 64, "optimizer": "adam", "epochs": 12}


def test_what_only_the_learned_part_suspects_goes_with_the_switch(monkeypatch):
    def found(setting):
        monkeypatch.setenv("ADVISOR_LEARNED", setting)
        return read(SETTINGS, 0.9, CURVES, "min").problems

    assert Problem.UNSHUFFLED in found("on")
    assert Problem.UNSHUFFLED not in found("off")
