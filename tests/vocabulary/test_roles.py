from dataclasses import replace

import numpy as np
import pytest

from advisor.run import Role, Series
from advisor.vocabulary import assign_roles

T, V, TM, VM = Role.TRAIN_LOSS, Role.VAL_LOSS, Role.TRAIN_METRIC, Role.VAL_METRIC


def curve(name, rows=range(1, 6)):
    at = np.array(list(rows), dtype=np.int64)
    return Series(name, np.linspace(1, 0, at.size), at.astype(float), at)


def assign(*names):
    return {s.name: s for s in assign_roles([curve(name) for name in names])}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("loss", T),
        ("train_loss", T),
        ("Loss/train", T),
        ("training loss", T),
        ("trainLoss", T),
        ("tr_loss", T),
        ("train_loss_step", T),
        ("train/cross_entropy", T),
        ("nll_loss", T),
        ("cost", T),
        ("训练损失", T),
        ("训练集损失", T),
        ("trl", T),
        ("recon_train", T),
        ("重构误差", T),
        ("val_loss", V),
        ("valid_loss", V),
        ("recon_val", V),
        ("val/reconstruction_error", V),
        ("validation/ctc_loss", V),
        ("eval_loss", V),
        ("dev loss", V),
        ("Loss/val", V),
        ("valLoss", V),
        ("valloss", V),
        ("验证损失", V),
        ("验证集损失", V),
        ("test_loss", V),
        ("测试损失", V),
        ("accuracy", TM),
        ("train_acc", TM),
        ("训练准确率", TM),
        ("r", TM),
        ("rollout/ep_rew_mean", TM),
        ("val_acc", VM),
        ("eval_f1", VM),
        ("验证集准确率", VM),
        ("metrics/mAP50-95(B)", VM),
        ("val_mIoU", VM),
        ("validation/wer", VM),
        ("bbox/AP50", VM),
        ("lr", Role.LEARNING_RATE),
        ("learning_rate", Role.LEARNING_RATE),
        ("lr/pg0", Role.LEARNING_RATE),
        ("lr-AdamW", Role.LEARNING_RATE),
        ("train_lr", Role.LEARNING_RATE),
        ("学习率", Role.LEARNING_RATE),
        ("grad_norm", Role.GRAD_NORM),
        ("train/gnorm", Role.GRAD_NORM),
        ("grad_2.0_norm_total", Role.GRAD_NORM),
        ("train_samples_per_second", Role.THROUGHPUT),
        ("tok/s", Role.THROUGHPUT),
        ("wps", Role.THROUGHPUT),
        ("epoch", Role.OTHER),
        ("time", Role.OTHER),
        ("best_loss", Role.OTHER),
        ("memory", Role.OTHER),
        ("eta_seconds", Role.OTHER),
        ("loss_scale", Role.OTHER),
        ("train/epoch", Role.OTHER),
        ("total_flos", Role.OTHER),
        ("column 3", Role.OTHER),
    ],
)
def test_a_name_by_itself(name, role):
    assert assign(name)[name].role == role


@pytest.mark.parametrize(
    ("name", "lower"),
    [
        ("val_accuracy", False),
        ("val_f1", False),
        ("metrics/mAP50(B)", False),
        ("val_auc", False),
        ("reward", False),
        ("eval_bleu", False),
        ("val_psnr", False),
        ("val_ndcg@10", False),
        ("成功率", False),
        ("val_mae", True),
        ("val_ppl", True),
        ("eval/perplexity", True),
        ("validation/wer", True),
        ("val_rmse", True),
        ("val_fid", True),
        ("错误率", True),
        ("loss", True),
        ("val_score", None),
    ],
)
def test_the_direction_of_a_name(name, lower):
    assert (
        assign("loss", name)[name].lower_is_better is lower
        if name != "val_score"
        else (assign(name)[name].lower_is_better is None)
    )


def test_loss_beside_val_loss_is_surely_the_training_loss():
    both = assign("loss", "val_loss")
    assert (both["loss"].role, both["loss"].certainty) == (T, 1.0)
    alone = assign("loss")["loss"]
    assert (alone.role, alone.because != "") == (T, True)
    assert alone.certainty < 1


def test_a_test_curve_is_validation_only_where_there_is_none():
    assert assign("train_loss", "test_loss")["test_loss"].role == V
    three = assign("train_loss", "val_loss", "test_loss", "test_acc")
    assert three["test_loss"].role == Role.OTHER
    assert three["test_acc"].role == Role.OTHER
    assert three["test_loss"].because


def test_parts_give_way_to_the_total_and_stand_alone_without_one():
    with_total = assign("total_loss", "loss_cls", "loss_bbox")
    assert with_total["loss_cls"].certainty < with_total["total_loss"].certainty
    assert (
        with_total["loss_cls"].certainty
        < assign("train/box_loss", "train/cls_loss")["train/box_loss"].certainty
    )


def told(**values):
    """Roles and directions of curves with these values, named in this order."""
    rows = range(1, 1 + len(next(iter(values.values()))))
    curves = [curve(name, rows) for name in values]
    curves = [replace(c, y=np.array(y, dtype=float)) for c, y in zip(curves, values.values(), strict=True)]
    return {c.name: (c.role, c.lower_is_better) for c in assign_roles(curves)}


FALLS, RISES = (2.3, 2.1, 1.8, 1.6, 1.5), (0.1, 0.2, 0.4, 0.5, 0.6)
ERRORS = (0.9, 0.8, 0.6, 0.5, 0.4)


def test_a_split_alone_is_of_the_quantity_named_before_it():
    assert told(loss=FALLS, val=FALLS, acc=RISES)["val"] == (V, True)
    assert told(loss=FALLS, acc=RISES, val=RISES)["val"] == (VM, False)
    assert told(loss=FALLS, val=RISES, val_acc=RISES)["val"] == (V, True), "a validation loss may rise"


def test_splits_alone_are_the_loss_where_no_other_curve_is():
    found = told(train=FALLS, test=FALLS, acc=RISES)
    assert (found["train"], found["test"], found["acc"]) == ((T, True), (V, True), (VM, False))


def test_splits_alone_that_become_nan_are_losses():
    found = told(train=(2.3, 4.5, np.nan), valid=(2.2, np.nan, np.nan))
    assert (found["train"], found["valid"]) == ((T, True), (V, True))


def test_splits_alone_beside_the_training_loss_go_with_it_or_against_it():
    graph = told(Loss=FALLS, Train=RISES, Val=RISES, Test=RISES)
    assert (graph["Train"], graph["Val"]) == ((TM, False), (VM, False))
    assert graph["Test"][0] == Role.OTHER, "a test curve beside a validation curve"
    error = told(Loss=FALLS, Train=ERRORS, Val=ERRORS)
    assert (error["Train"], error["Val"]) == ((TM, True), (VM, True))
    assert told(Loss=FALLS, Val=FALLS)["Val"] == (V, True)


def test_splits_alone_are_the_loss_where_they_fall_on_the_training_data():
    pair = told(train=FALLS, val=FALLS)
    assert (pair["train"], pair["val"]) == ((T, True), (V, True))
    assert told(train=FALLS, val=RISES)["val"] == (V, True), "a validation loss may rise"
    assert told(train=FALLS[:3], test=FALLS[:3])["test"] == (V, True)
    assert told(train=FALLS[:2], val=FALLS[:2])["val"] == (VM, None), "two points show nothing"


def test_a_split_alone_where_the_training_loss_stands_is_that_loss():
    """As where the estimates on both splits are printed under the average of the epoch's batches."""
    means = tuple(1.04 * value for value in FALLS)
    found = told(loss=FALLS, train=means, val=RISES)
    assert (found["train"], found["val"]) == ((T, True), (V, True))
    assert told(loss=FALLS, train=tuple(reversed(FALLS)), val=RISES)["val"] == (VM, False)


def test_a_lone_training_split_beside_a_rate_is_the_loss_where_it_falls():
    assert told(train=FALLS, lr=FALLS)["train"] == (T, True)
    assert told(train=RISES, lr=FALLS)["train"] == (TM, None)
    assert told(train=FALLS)["train"] == (TM, None)


def test_a_split_alone_named_after_any_of_the_losses_it_moves_with_is_a_loss():
    names = ("loss", "LOSS train", "valid")
    curves = [curve("loss", (1, 4, 7, 10, 13)), *(curve(name, (3, 6, 9, 12, 15)) for name in names[1:])]
    curves = [replace(c, y=np.array(FALLS)) for c in curves]
    assert {c.name: c.role for c in assign_roles(curves)}["valid"] == V


def test_a_split_alone_names_no_quantity_where_nothing_shows_it():
    assert told(Loss=FALLS, Val=RISES)["Val"] == (VM, None), "a loss that overfits, or an accuracy"
    assert told(train=RISES, val=RISES)["val"] == (VM, None), "an accuracy, or a loss that diverges"
    assert told(val=FALLS)["val"] == (VM, None)
    assert told(Loss=FALLS, Train=(1, 1, 1, 1, 1), Val=RISES)["Val"] == (VM, None)
    doubted = assign("val")["val"]
    assert doubted.certainty < 0.5
    assert doubted.because


def test_a_metric_without_a_split_is_of_the_split_of_the_loss_before_it():
    assert told(loss=FALLS, val_loss=FALLS, acc=RISES)["acc"] == (VM, False)
    assert told(loss=FALLS, acc=RISES, val_loss=FALLS)["acc"] == (TM, False)
    assert told(loss=FALLS, acc=RISES, val_loss=FALLS, val_acc=RISES)["acc"] == (TM, False)


def test_a_loss_without_a_split_beside_the_training_loss_is_the_validation_loss():
    """The result of an evaluation in the record of an epoch: `{"train_loss": 1.0, **evaluate(model)}`."""
    found = told(epoch=range(5), train_loss=FALLS, loss=FALLS, precision=RISES, f1=RISES)
    assert (found["loss"], found["f1"]) == ((V, True), (VM, False))
    assert found["train_loss"] == (T, True)
    assert told(loss=FALLS, train_loss=FALLS, f1=RISES)["loss"][0] == T, "an evaluation follows the training"
    assert told(train_loss=FALLS, loss=FALLS)["loss"][0] == T, "nothing shows that it is of an evaluation"
    assert told(train_loss=FALLS, loss=FALLS, f1=RISES, val_loss=FALLS)["loss"][0] == T
    assert told(train_loss=FALLS, train_f1=RISES, loss=FALLS, f1=RISES)["f1"] == (VM, False)


@pytest.mark.parametrize(
    ("name", "role", "lower"),
    [
        ("val_aucs", VM, False),
        ("train_ious", TM, False),
        ("val_f1s", VM, False),
        ("test_maes", V, True),
        ("val_hits10", VM, False),
        ("val_hits1", VM, False),
    ],
)
def test_a_list_of_a_metric_is_named_in_the_plural(name, role, lower):
    found = assign(name)[name]
    assert (found.role, found.lower_is_better) == (role, lower)


@pytest.mark.parametrize("name", ["val_bias", "train_pos", "class", "val_ps"])
def test_no_metric_is_made_of_a_word_by_its_last_letter(name):
    assert assign(name)[name].lower_is_better is None


def test_a_smoothed_curve_is_no_second_loss_but_may_be_the_only_one():
    assert assign("train_loss", "train_running_loss")["train_running_loss"].role == Role.OTHER
    assert assign("running_loss", "val_loss")["running_loss"].role == T


def test_an_error_speaks_for_the_loss_where_none_is_logged():
    assert assign("train-rmse", "eval-rmse")["eval-rmse"].role == V
    assert assign("loss", "val_loss", "val_rmse")["val_rmse"].role == VM


def test_a_metric_without_a_split_belongs_to_the_rows_it_stands_on():
    train = curve("loss", range(1, 100))
    same, apart = curve("accuracy", range(1, 100)), curve("accuracy", range(100, 105))
    assert assign_roles([train, same])[1].role == TM
    assert assign_roles([train, apart])[1].role == VM


def test_a_single_value_beside_a_curve_is_a_summary():
    loss, summary = assign_roles([curve("loss"), curve("train_loss", [9])])
    assert loss.certainty > summary.certainty


def test_the_order_and_the_points_of_the_curves_stay():
    before = [curve(name) for name in ("val_loss", "x", "loss")]
    after = assign_roles(before)
    assert [s.name for s in after] == ["val_loss", "x", "loss"]
    assert all(a.y is b.y and a.x is b.x and a.at is b.at for a, b in zip(after, before, strict=True))
    assert assign_roles([]) == ()


@pytest.mark.parametrize("name", ["", " ", "/", "\x1b[31m", "x" * 100_000, "🤖", "\ud800", "训" * 500])
def test_no_name_makes_it_fail(name):
    assert len(assign(name)) == 1


@pytest.mark.parametrize(
    "name", ["Time cost", "Time for loss", "avg_reader_cost", "avg_batch_cost", "data_cost"]
)
def test_what_a_step_costs_in_time_is_no_loss(name):
    assert assign(name)[name].role is Role.OTHER
    assert assign("cost")["cost"].role is Role.TRAIN_LOSS


def test_losses_of_two_networks_that_work_against_each_other_speak_for_no_run():
    found = assign("Loss_D", "Loss_G", "val_fid")
    assert [found[name].role for name in ("Loss_D", "Loss_G", "val_fid")] == [Role.OTHER, Role.OTHER, VM]
    assert "against each other" in found["Loss_D"].because


def test_a_total_beside_the_losses_of_two_networks_speaks_for_the_run():
    assert assign("loss", "d_loss", "g_loss")["loss"].role == T


def test_a_metric_of_another_direction_is_no_twin():
    """`R2` follows the validation error: it is of the validation data though `val MSE` is no R2."""
    found = assign("train MSE", "val MSE", "val MAE", "R2")
    assert found["R2"].role == VM


def test_beside_a_reward_the_losses_of_an_actor_and_its_critic_say_nothing_of_the_run():
    found = assign("Last reward", "Average reward", "policy_loss", "value_loss")
    assert {name: s.role for name, s in found.items()} == {
        "Last reward": TM, "Average reward": TM, "policy_loss": Role.OTHER, "value_loss": Role.OTHER,
    }  # fmt: skip
    assert assign("policy_loss", "value_loss")["policy_loss"].role is T
