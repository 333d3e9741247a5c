"""How much of a difference is the luck of the seed."""

import numpy as np
import pytest

from advisor.experiment import noise
from advisor.experiment.noise import level_of, seed_error


def test_a_loss_that_fell_far_varies_by_a_larger_share():
    shares = [seed_error(np.linspace(first, 0.1, 20), 0.1, True) / 0.1 for first in (0.1, 1.0, 10.0)]
    assert shares == sorted(set(shares))
    assert shares[0] == pytest.approx(noise.LOSS_SHARE)
    assert shares[1] == pytest.approx(np.hypot(noise.LOSS_SHARE, noise.LOSS_DROP * np.log(10)))


@pytest.mark.parametrize("unit", [1.0, 100.0])
def test_an_accuracy_varies_by_its_binomial_error(unit):
    flat = np.array([0.8, 0.81, 0.8, 0.79, 0.8, 0.8, 0.8, 0.8]) * unit
    expected = np.sqrt(0.8 * 0.2 / 400) * unit
    assert seed_error(flat, 0.8 * unit, False, examples=400) == pytest.approx(expected, rel=0.02)
    by_grain = np.sqrt(0.8 * 0.2 / 100) * unit
    assert seed_error(flat, 0.8 * unit, False) == pytest.approx(by_grain, rel=0.03), (
        "steps of 1 % are 100 examples"
    )


def test_a_run_that_still_moves_is_less_certain():
    moving = np.linspace(0.5, 0.9, 20)
    assert seed_error(moving, 0.9, False, examples=10_000) > 0.05


def test_all_right_is_not_taken_for_certain():
    assert seed_error(np.ones(10), 1.0, False, examples=50) > 0.02
    assert seed_error(np.ones(10), 1.0, False) > 0


def test_a_metric_that_is_no_proportion():
    values = np.full(10, -3.0)
    assert seed_error(values, -3.0, False) == pytest.approx(3 * noise.METRIC_SHARE)


def test_too_few_values_have_no_level():
    assert level_of(np.array([1.0, 2.0]), True) is None
