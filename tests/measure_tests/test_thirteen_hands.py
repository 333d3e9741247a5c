"""A training written by other hands holds figures of the training, each at the place it belongs to."""

import numpy as np
import pytest

from advisor.run import Role
from tests.measure.thirteen_cases import Case, Log, as_run, in_other_hands
from tests.measure.thirteen_hands import FEWEST, PLAIN, Hand, drawn
from tests.measure.thirteen_situations import SITUATIONS
from tests.measure.thirteen_trainer import Shape, Training

EPOCHS, STEPS = 30, 20


@pytest.fixture
def curves():
    chance = np.random.default_rng(5)
    by_step = np.geomspace(2, 0.1, EPOCHS * STEPS) * chance.uniform(0.8, 1.2, EPOCHS * STEPS)
    val = np.geomspace(1.9, 0.2, EPOCHS)
    return {"step_loss": by_step, "step_accuracy": 1 / by_step, "val_loss": val, "val_accuracy": 1 / val}


@pytest.fixture
def case():
    training = Training(Shape("wine"), 0.01, seed=4)
    return Case("tuning", SITUATIONS[0], training, training, 0.1)


def losses(case, curves, kind, hand):
    run = as_run(Log(case, kind, False, False, hand), curves)
    return run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)


def test_a_plain_log_by_step_holds_every_step(case, curves):
    train, val = losses(case, curves, "step", PLAIN)
    assert train.y == pytest.approx(curves["step_loss"])
    assert val.y == pytest.approx(curves["val_loss"])


def test_every_fifth_step_is_written_where_it_was(case, curves):
    train, _ = losses(case, curves, "step", Hand(thinned=5))
    assert train.x.tolist() == list(range(4, EPOCHS * STEPS, 5))
    assert train.y == pytest.approx(curves["step_loss"][4::5])


def test_a_mean_since_the_last_line_is_one_of_those_steps(case, curves):
    train, _ = losses(case, curves, "step", Hand(thinned=7, since_last=True))
    assert train.y[1] == pytest.approx(curves["step_loss"][7:14].mean())
    assert len(train.y) == EPOCHS * STEPS // 7


def test_a_running_average_forgets_at_its_pace(case, curves):
    train, _ = losses(case, curves, "step", Hand(memory=0.9))
    before, now = train.y[10], curves["step_loss"][11]
    assert train.y[0] == curves["step_loss"][0]
    assert train.y[11] == pytest.approx(0.9 * before + 0.1 * now)


def test_a_log_by_epoch_holds_the_mean_or_the_last_batch(case, curves):
    each = curves["step_loss"].reshape(EPOCHS, STEPS)
    assert losses(case, curves, "epoch", PLAIN)[0].y == pytest.approx(each.mean(axis=1))
    assert losses(case, curves, "epoch", Hand(last_batch=True))[0].y == pytest.approx(each[:, -1])


def test_seldom_validations_leave_their_epochs_alone(case, curves):
    train, val = losses(case, curves, "epoch", Hand(every=3))
    assert val.x.tolist() == train.x.tolist() == list(range(3, EPOCHS + 1, 3))
    assert val.y == pytest.approx(curves["val_loss"][2::3])


def test_no_hand_leaves_too_few_validations(case, curves):
    _, val = losses(case, curves, "epoch", Hand(every=3, share=0.5))
    assert len(val.y) >= FEWEST


def test_a_log_of_a_run_under_way_ends_early_on_both_curves(case, curves):
    train, val = losses(case, curves, "step", Hand(share=0.5))
    assert len(val.y) == EPOCHS // 2
    assert len(train.y) == EPOCHS // 2 * STEPS


def test_digits_are_those_of_the_unit(case, curves):
    _, val = losses(case, curves, "epoch", Hand(digits=3, unit=1000.0))
    assert val.y.tolist() == np.round(1000 * curves["val_loss"]).tolist()


def test_an_accuracy_has_no_unit(case, curves):
    run = as_run(Log(case, "epoch", True, False, Hand(unit=1000.0)), curves)
    assert run.main(Role.VAL_METRIC).y == pytest.approx(curves["val_accuracy"])


def test_hands_differ_and_come_again(case, curves):
    first, again = (list(in_other_hands(case, curves, 6)) for _ in range(2))
    assert first == again
    assert len({log.hand for log in first}) > 6
    assert {log.kind for log in first} == {"step", "epoch"}


def test_only_a_regression_has_another_unit():
    hands = [drawn(str(i), "epoch", EPOCHS, STEPS, regression=False) for i in range(40)]
    assert {hand.unit for hand in hands} == {1.0}
    assert any(drawn(str(i), "epoch", EPOCHS, STEPS, regression=True).unit != 1 for i in range(40))
