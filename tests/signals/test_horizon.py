"""How long a falling curve would go on: against curves whose end is known, and where nothing may be said."""

import numpy as np
import pytest

from advisor.signals import measure

FLAT, QUARTER = 0.01, 1.25


def signals(run_of, values, x_kind="epoch"):
    return measure(run_of({"val_loss": values}, x_kind=x_kind))


def flat_time(curve, start):
    """The first of many moments at which a quarter more gains less than a hundredth of what was gained."""
    times = np.linspace(1, 1_000, 20_000)
    gain = curve(times) - curve(QUARTER * times)
    return float(times[(gain < FLAT * (start - curve(times))).argmax()])


@pytest.mark.parametrize("rate", [0.04, 0.06, 0.09])
def test_an_exponential_is_carried_on_to_where_it_flattens(run_of, rate):
    def curve(t):
        return 0.4 + 2 * np.exp(-rate * t)

    found = signals(run_of, curve(np.arange(1, 31)))
    truth = flat_time(curve, curve(1))
    # the log counts its epochs from 0
    assert found["val_loss.flat_x_low"] + 1 <= 1.1 * truth
    assert truth <= 1.1 * (found["val_loss.flat_x_high"] + 1)
    assert found["val_loss.flat_after"] * 30 == pytest.approx(found["val_loss.flat_x"] + 1, abs=1)


@pytest.mark.parametrize(("noise", "least"), [(0.001, 20), (0.008, 1)])
def test_the_interval_holds_the_truth_under_noise_or_nothing_is_said(run_of, noise, least):
    def curve(t):
        return 0.3 + 2.5 * t**-0.6

    truth = flat_time(curve, curve(1))
    logged = [curve(np.arange(1, 41)) + np.random.default_rng(s).normal(0, noise, 40) for s in range(24)]
    said = [found for values in logged if "val_loss.flat_x" in (found := signals(run_of, values))]
    assert len(said) >= least
    for found in said:
        assert found["val_loss.flat_x_low"] + 1 <= 1.1 * truth
        assert truth <= 1.1 * (found["val_loss.flat_x_high"] + 1)


@pytest.mark.parametrize(
    "values",
    [
        [2.0, 1.5, 1.2, 1.0, 0.9],
        [1 / t for t in range(1, 20)] + [0.1 + 0.02 * t for t in range(20)],
        [2.0] * 30,
        [3.0 - 0.05 * t for t in range(30)],
    ],
    ids=["too few points", "turned", "flat throughout", "a straight line has no end"],
)
def test_nothing_is_said_where_the_curve_does_not_tell(run_of, values):
    assert not {name for name in signals(run_of, values) if "flat_" in name}


def test_a_metric_that_rises_is_carried_on_as_well(run_of):
    rising = [0.9 - 0.8 * np.exp(-0.06 * t) for t in range(30)]
    found = measure(run_of({"val_metric": rising}, x_kind="epoch"))
    assert found["val_metric.flat_x"] > 29
