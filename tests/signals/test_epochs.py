"""What epochs are to the curves: their rhythm, and which validation belongs to which training points."""

import numpy as np
import pytest

from advisor.signals import measure


def _epochs(train_epoch, count):
    """A training curve of `count` epochs, and the places of it and of the validations in the log."""
    length = len(train_epoch)
    places = [e * (length + 1) + i for e in range(count) for i in range(length)]
    return train_epoch * count, places, [(e + 1) * (length + 1) - 1 for e in range(count)]


def test_epoch_rhythm_is_found_where_batches_repeat(run_of):
    train, train_at, val_at = _epochs([3, 1, 3, 1, 3, 1, 3, 1], 6)
    curves = {"train_loss": train, "val_loss": [2] * 6}
    signals = measure(run_of(curves, at={"train_loss": train_at, "val_loss": val_at}))
    assert signals["noise.epoch_sawtooth"] == pytest.approx(1)
    # the standard deviation is 1, the straight line takes a little of it
    assert signals["noise.within_epoch"] == pytest.approx(0.49, abs=0.02)
    noise = np.random.default_rng(0).normal(2, 0.5, size=48)
    mixed = measure(run_of(curves | {"train_loss": noise}, at={"train_loss": train_at, "val_loss": val_at}))
    assert mixed["noise.epoch_sawtooth"] < 0.3


def _repeat(run_of, epochs):
    """`noise.epoch_repeat` of epochs of equal length, shape (epochs, steps), with a validation after each."""
    size, steps = epochs.shape
    _, train_at, val_at = _epochs([0] * steps, size)
    curves = {"train_loss": epochs.ravel(), "val_loss": [2] * size}
    return measure(run_of(curves, at={"train_loss": train_at, "val_loss": val_at})).get("noise.epoch_repeat")


def test_batches_in_a_fixed_order_repeat_their_moves_and_drawn_ones_do_not(run_of):
    random = np.random.default_rng(1)
    fall = np.linspace(3, 1, 12)[:, None]
    fixed = fall + 0.2 * random.normal(size=24) + 0.05 * random.normal(size=(12, 24))
    assert _repeat(run_of, fixed) > 8
    assert _repeat(run_of, fixed * 1e6) == pytest.approx(_repeat(run_of, fixed))
    drawn = [_repeat(run_of, fall + 0.2 * random.normal(size=(12, 24))) for _ in range(60)]
    assert abs(np.mean(drawn)) < 0.4
    assert 0.7 < np.std(drawn) < 1.3  # a standard error is one
    assert max(drawn) < 4


def test_a_mean_that_starts_anew_in_every_epoch_is_no_order_of_batches(run_of):
    batches = np.linspace(3, 1, 240).reshape(10, 24) + 0.3 * np.random.default_rng(2).normal(size=(10, 24))
    running = batches.cumsum(axis=1) / np.arange(1, 25)
    assert abs(_repeat(run_of, running)) < 5


def test_a_smooth_fall_that_bends_alike_in_every_epoch_is_no_order_of_batches(run_of):
    smooth = 2 * np.exp(-np.arange(1_000) / 200).reshape(20, 50)
    assert _repeat(run_of, smooth) == 0
    assert _repeat(run_of, smooth + 0.1 * np.sin(np.arange(50) * 2.3)) > 5


def test_a_frozen_loss_repeats_nothing(run_of):
    assert _repeat(run_of, np.full((6, 8), 2.3)) in (None, 0)


def test_train_per_step_meets_validation_per_epoch_by_place_in_the_log(run_of):
    train, train_at, val_at = _epochs([4, 4, 4, 4], 3)
    train[8:] = [1, 1, 1, 1]
    signals = measure(
        run_of({"train_loss": train, "val_loss": [4, 4, 2]}, at={"train_loss": train_at, "val_loss": val_at})
    )
    assert signals["gap.start"] == 0
    assert signals["gap.final"] == pytest.approx(0.5)


def test_a_record_that_holds_both_curves_belongs_to_its_own_epoch(run_of):
    signals = measure(run_of({"train_loss": [4, 1, 1, 2, 2, 2], "val_loss": [1, 2]}, at={"val_loss": [2, 5]}))
    assert signals["gap.start"] == 0
    assert signals["gap.final"] == 0


def test_a_validation_row_just_before_its_training_row_is_read_with_it(run_of):
    at = {"val_loss": [10, 20, 30], "train_loss": [11, 21, 31]}
    signals = measure(run_of({"train_loss": [4, 2, 1], "val_loss": [4, 2, 1]}, at=at))
    assert signals["gap.start"] == signals["gap.final"] == signals["gap.at_best"] == 0
