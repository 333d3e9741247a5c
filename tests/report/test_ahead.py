"""Where a curve is going, drawn beside what is known of it."""

import numpy as np
import pytest

from advisor.advice import Assessment
from advisor.report.ahead import with_forecast
from advisor.report.panels import panels
from advisor.run import Hyperparameter, Role, Run, Series

LOGGED, PLANNED = 40, 400


def panel_of_plan(planned):
    x = np.arange(1.0, LOGGED + 1)
    loss = Series("loss", 2 * x**-0.5, x, np.arange(LOGGED), role=Role.TRAIN_LOSS, lower_is_better=True)
    plan = Hyperparameter("max_steps", planned, "max_steps", "args.yaml")
    (drawn,) = panels(Assessment(Run("log.csv", (loss,), hyperparameters=(plan,)), {}, (), (), ()))
    return drawn


@pytest.fixture(scope="module")
def panel():
    """Of a run that was left after a tenth of the steps it was to have."""
    return panel_of_plan(PLANNED)


@pytest.mark.parametrize(("live", "end"), [(False, 3 * LOGGED - 2), (True, PLANNED)])
def test_what_a_run_that_was_left_has_logged_stays_in_view(panel, live, end):
    ahead = with_forecast(panel, "en", live=live)
    _, middle, band = ahead.curves
    assert middle.x[-1] == band.x[-1] == end
    assert f"at {PLANNED}:" in ahead.as_text("en")


def test_the_interval_is_drawn_without_gaps_that_swim(panel):
    _, middle, band = with_forecast(panel, "en", live=True).curves
    low, high = band.y[::2], band.y[1::2]
    assert (low <= middle.y).all()
    assert (middle.y <= high).all()
    columns = np.floor(500 * (band.x - band.x[0]) / (band.x[-1] - band.x[0]))
    assert np.unique(columns[columns < 500]).size == 500


@pytest.mark.parametrize(
    ("planned", "live", "is_drawn"),
    [(LOGGED + 1, False, False), (LOGGED + 1, True, True), (LOGGED + 2, False, True)],
)
def test_a_run_that_is_a_point_short_of_its_plan_has_no_forecast(planned, live, is_drawn):
    ahead = with_forecast(panel_of_plan(planned), "en", live=live)
    assert (ahead.ahead is not None) == is_drawn
