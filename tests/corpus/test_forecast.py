"""The forecast: without units, honest about what it cannot know, and wide enough."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from advisor.chat.conversation import Conversation
from advisor.corpus.__main__ import CURVES
from advisor.corpus.curves import (
    crps,
    cut_at,
    cut_short,
    cuts_of_logs,
    fit_forecast,
    held,
    power_law,
    read_cuts,
    write_cuts,
)
from advisor.journal import Journal
from advisor.learned.forecast import LEVELS, fan, forecast, widths
from advisor.session import Session

SAMPLES = Path(__file__).parents[2] / "sample_logs"
FALLING = 0.3 + 2 / np.sqrt(np.arange(1, 31)) + 0.01 * np.sin(np.arange(30) * 2.3)


def test_a_falling_curve_goes_on_falling_within_an_interval():
    told = forecast(FALLING[:15], 30, lower_is_better=True)
    low, high = told.interval(0.9)
    assert low < told.median < high
    assert told.median < FALLING[14]
    assert (np.diff(told.values) >= 0).all()
    assert 15 < told.best_at[1] <= 30
    assert 0 < told.collapse < 0.5


def test_intervals_hold_the_ends_of_curves_that_fall_as_powers():
    random = np.random.default_rng(0)
    held_here = []
    for points in random.integers(20, 200, 60):
        noise = random.choice([0.003, 0.01, 0.03]) * random.standard_normal(points)
        curve = 0.3 + 2 * np.arange(1.0, points + 1) ** -random.uniform(0.2, 1.2) + noise
        low, high = forecast(curve[: points // 2], points, lower_is_better=True).interval(0.9)
        held_here.append(low < curve[-1] < high)
    assert np.mean(held_here) == pytest.approx(0.9, abs=0.1)


def test_units_and_direction_change_nothing():
    told = forecast(FALLING[:15], 30, lower_is_better=True)
    scaled = forecast(1000 * FALLING[:15], 30, lower_is_better=True)
    risen = forecast(-FALLING[:15], 30, lower_is_better=False)
    np.testing.assert_allclose(scaled.values, 1000 * told.values, rtol=1e-5)
    np.testing.assert_allclose(risen.values, -told.values[::-1])
    assert risen.below(-0.5) == pytest.approx(1 - told.below(0.5))


def test_no_value_below_zero_is_told_of_a_curve_that_has_none():
    places = np.arange(20)
    uneven = 0.1 + 0.8 * 0.9**places + 0.5 * (places % 3 == 1)
    told = forecast(uneven, 30, lower_is_better=True)
    assert told.values[0] == 0 < told.median
    assert fan(uneven, 30, lower_is_better=True)[1].min() == 0
    shifted = forecast(uneven - 2, 30, lower_is_better=True)
    assert shifted.values[0] < -2
    falling_through = forecast(np.linspace(1, 0.01, 20), 60, lower_is_better=True)
    assert falling_through.median < 0


def test_zero_is_the_floor_of_a_curve_that_turned_back_from_it():
    swings = np.array(
        [0.3, 0.05, 1.8, 0.04, 7.8, 0.3, 0.04, 0.006, 3.2, 8.2, 0.3, 0.009, 0.05, 0.004, 0.001, 1.7]
    )
    for curve in (swings, np.concatenate([swings, [0.03, 0.01, 0.003, 0.01]])):
        told = forecast(curve, 2 * len(curve), lower_is_better=True)
        assert (told.values >= 0).all()
    assert forecast(swings - 2, 30, lower_is_better=True).values[0] < 0


def test_the_chance_to_end_below_a_value_rises_with_it():
    told = forecast(FALLING[:15], 30, lower_is_better=True)
    chances = [told.below(value) for value in np.linspace(0, 3, 30)]
    assert (np.diff(chances) >= 0).all()
    assert told.below(told.median) == pytest.approx(0.5)
    assert (chances[0], chances[-1]) == (0.02, 0.98)


@pytest.mark.parametrize(
    ("curve", "length"),
    [(FALLING[:4], 30), (FALLING[:15], 15), (FALLING[:15], 301), (np.r_[FALLING[:14], np.nan], 30)],
)
def test_what_cannot_be_known_is_not_forecast(curve, length):
    assert forecast(curve, length, lower_is_better=True) is None
    assert fan(curve, length, lower_is_better=True)[0].size == 0


def test_the_fan_ends_in_the_forecast():
    places, values = fan(FALLING[:15], 30, lower_is_better=True, points=6)
    assert (places[0], places[-1]) == (16, 30)
    assert values.shape == (len(places), len(LEVELS))
    np.testing.assert_allclose(values[-1], forecast(FALLING[:15], 30, lower_is_better=True).values)


def test_the_power_law_finds_a_power_law():
    t = np.arange(1, 41)
    y = 0.2 + 3 * t**-0.5
    assert power_law(y[:20], 40) == pytest.approx(y[39])
    ((row, move, place, power),) = cut_at(y, 20, 40)
    assert move == pytest.approx(power)
    assert move < 0
    assert place == 1
    assert np.isfinite(row).all()


def test_a_curve_that_blows_up_counts_as_the_worst_that_can_be():
    y = np.r_[FALLING[:20], np.full(10, np.nan)]
    assert cut_at(y, 12, 30)[0][1] == 5
    assert cut_at(y, 25, 30) == []
    assert all(len(cut_short(y, np.random.default_rng(seed))) < 2 for seed in range(20))


def test_the_cuts_that_ship_refit_a_forecast_that_holds_what_it_says(tmp_path):
    cuts = read_cuts(CURVES)
    some = cuts.of(np.arange(len(cuts.move)) % 24 == 0)
    write_cuts(some, tmp_path / "curves.npz")
    np.testing.assert_array_equal(read_cuts(tmp_path / "curves.npz").move, some.move)
    models, shift = fit_forecast(some, rounds=15)
    other = cuts.of(np.arange(len(cuts.move)) % 24 == 5)
    raw = np.stack([models[f"value_{q}"].predict(other.x) for q in LEVELS], axis=1)
    quantiles = np.sort(raw + widths(raw)[:, None] * shift, axis=1)
    assert held(quantiles, other.move) == pytest.approx([0.5, 0.8, 0.9], abs=0.08)
    still = np.tile(np.quantile(some.move, LEVELS), (len(other.move), 1))
    assert crps(quantiles, other.move) < 0.9 * crps(still, other.move)


def test_real_logs_are_cut_where_they_are_long_enough(tmp_path):
    for name in ("pytorch-oscillating", "starter-well-tuned"):
        shutil.copytree(SAMPLES / name, tmp_path / name)
    (tmp_path / "README.md").write_text("no log", "utf-8")
    assert list(cuts_of_logs(tmp_path).data) == ["pytorch-oscillating"]


@pytest.mark.parametrize("learned", [True, False])
def test_the_chat_tells_what_it_foresees(learned, tmp_path):
    session = Session(tmp_path, Journal.in_memory())
    session.learned = learned
    session.open([str(SAMPLES / "starter-default")])
    talk = Conversation(session, "en")
    said = " ".join(talk.reply("will 10 more epochs help?").plain(1000).split())
    assert ("Going by how the trainings of the corpus went on" in said) is learned
    assert ("at epoch 20 (80%: " in said) is learned
    chinese = Conversation(session, "zh").reply("再训练10轮会更好吗").plain(1000)
    assert ("按语料中开头相似的训练后来的走向" in chinese) is learned
