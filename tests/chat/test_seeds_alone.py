"""What several runs say of luck: only of runs whose settings are stated and the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from advisor.chat.comparing import seed_sentence
from advisor.run import Hyperparameter
from advisor.session import Session

LOG = Path(__file__).parents[2] / "sample_logs" / "starter-default"


@pytest.fixture
def assessed():
    (item,) = Session.aside().look([str(LOG)])
    return item


def with_settings(item, **settings):
    stated = tuple(Hyperparameter(name, value, name, "log line 1") for name, value in settings.items())
    return replace(item, run=replace(item.run, hyperparameters=stated))


def test_runs_that_differ_in_their_seed_alone_tell_what_luck_is_worth(assessed):
    runs = [with_settings(assessed, learning_rate=0.1, seed=seed) for seed in (1, 2)]
    assert "0 apart" in seed_sentence(runs, "val loss", "en")
    assert "只差随机种子" in seed_sentence(runs, "val loss", "zh")


def test_runs_that_state_nothing_or_something_else_tell_nothing_of_luck(assessed):
    assert seed_sentence([with_settings(assessed)] * 3, "val loss", "en") == ""
    assert seed_sentence([with_settings(assessed, seed=seed) for seed in (1, 2)], "val loss", "en") == ""
    assert seed_sentence([with_settings(assessed, epochs=10)] * 3, "val loss", "en") == "", (
        "models may differ"
    )
    others = [with_settings(assessed, learning_rate=rate, seed=1) for rate in (0.1, 0.2)]
    assert seed_sentence(others, "val loss", "en") == ""
