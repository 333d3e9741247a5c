"""What counts as healthy: a rate with a margin, and a good result that is reached."""

import numpy as np
import pytest

from tests.measure.thirteen_healthy import good, reaches
from tests.measure.thirteen_trainer import Shape, Training

TASK = Shape("wine", optimizer="adam", epochs=30)
FALL = np.linspace(1.0, 0.1, 30)


def curves(val_loss):
    return {"val_loss": np.asarray(val_loss), "step_loss": np.asarray(val_loss)}


class Known:
    """Curves by rate, whatever the seed."""

    def __init__(self, by_rate):
        self.by_rate = by_rate

    def train(self, wanted):
        assert {one.learning_rate for one in wanted} == set(self.by_rate)

    def __getitem__(self, training):
        return curves(self.by_rate[training.learning_rate])


def best(margin, **by_rate):
    rates = (0.0005, 0.0015, 0.005, 0.015)
    return good([TASK], 0, Known(dict(zip(rates, by_rate.values(), strict=True))), margin)


def test_a_rate_at_the_edge_is_good_without_and_left_with_a_margin():
    wild = np.where(np.arange(30) > 20, np.nan, FALL)
    rates = {"a": FALL + 0.5, "b": FALL, "c": FALL, "d": wild}
    (edge,) = best(False, **rates)
    assert edge.training.learning_rate == 0.005
    (safe,) = best(True, **rates)
    assert safe.training.learning_rate == 0.0015
    assert safe.result == pytest.approx(0.1)
    assert safe.training.shape.epochs == 30


def test_a_task_whose_good_rate_has_no_margin_is_left_out():
    assert not best(True, a=FALL + 0.5, b=FALL + 0.4, c=FALL, d=FALL + 0.3)
    assert not best(True, a=FALL + 0.5, b=FALL + 0.4, c=FALL + 0.3, d=FALL)


def test_a_healthy_run_ends_near_its_good_result_and_is_finite_all_along():
    training = Training(TASK, 0.005)
    assert reaches(training, 0.1, curves(FALL))
    assert not reaches(training, 0.03, curves(FALL))
    assert not reaches(training, 0.1, curves(np.append(FALL, 0.3)))
    assert not reaches(training, 0.1, curves(np.where(np.arange(30) == 3, np.nan, FALL)))
