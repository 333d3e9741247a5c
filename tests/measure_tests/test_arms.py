"""Rules alone, the learned part alone, and both: what is counted, on logs made up for it."""

import pytest

from tests.measure.arms import ARMS, Named, calibration_error, table


def named(planted, said, probability, kind="step"):
    return Named(kind, planted, dict.fromkeys(ARMS, said), {planted: probability})


def test_the_calibration_error_is_how_far_stated_and_true_shares_are_apart():
    assert calibration_error([named("healthy", "healthy", 0.75)]) == pytest.approx(0.25)
    half = [Named("step", "healthy", {}, {"healthy": 0.75, "unshuffled": 0.25})]
    assert calibration_error(half) == pytest.approx(0.25)
    assert calibration_error([named("healthy", "healthy", 1.0)]) == 0


def test_each_arm_has_its_line_for_each_kind_of_log():
    rows = [
        named("healthy", "healthy", 0.9),
        named("unshuffled", "healthy", 0.9),
        named("healthy", "healthy", 0.9, "epoch"),
    ]
    lines = list(table(rows))
    assert len(lines) == 2 * (len(ARMS) + 1)
    assert "step logs (2), rules alone" in lines[0]
    assert "macro-F1 0.333, right first 50.0%" in lines[0]
    assert "macro-F1 1.000, right first 100.0%" in lines[4]
