"""Whether a curve still goes a way, how large a model is, what single samples do: read off the files."""

import itertools
import json
import math

import pytest

from advisor.text import short_number


def said(conversation, text):
    return conversation.reply(text).plain(100).replace("\n", " ")


def test_a_run_that_is_lost_is_stopped_and_since_when(talk, column):
    losses = column("diverge", "val_loss")
    lost = min(epoch for epoch, loss in losses.items() if not math.isfinite(loss))
    answer = said(talk("diverge"), "is it worth continuing")
    assert answer.startswith(f"Stop now: val_loss is not finite from epoch {lost} on")


@pytest.mark.parametrize(
    ("name", "text", "verdict"),
    [
        ("healthy", "is the val loss still going down", "Yes"),
        ("osc", "is the val loss still going down", "No"),
        ("osc", "val loss 还在降吗", "没有"),
        ("overfit", "is the training loss still falling?", "Yes"),
    ],
)
def test_whether_a_curve_still_goes_a_way(talk, column, name, text, verdict):
    losses = column(name, "train_loss" if "training" in text else "val_loss")
    epoch = min(losses, key=losses.get)
    answer = said(talk(name), text)
    assert answer.startswith(verdict)
    assert short_number(losses[epoch]) in answer
    assert str(epoch) in answer


def test_the_value_of_ones_own_setting_is_meant_not_its_meaning(talk):
    assert said(talk("osc"), "what is my batch size").startswith("The batch size is 32")


def test_a_reward_that_was_not_logged_is_no_other_curve(talk):
    assert said(talk("osc"), "is the reward still going up").startswith("The log has no reward")


def test_the_epochs_until_an_epoch_are_no_target(talk):
    answer = said(talk("osc"), "if I let it go on till epoch 80 what do I get")
    assert "at epoch 80" in answer
    assert "below 80" not in answer


def test_the_layers_come_from_the_list_of_their_widths(talk, logs):
    widths = json.loads((logs / "stuck" / "config.json").read_text())["hidden"]
    assert f"The network has {len(widths)} sigmoid layers" in said(
        talk("stuck"), "are my gradients vanishing"
    )
    answer = said(talk("stuck"), "would it help to use 2 layers")
    assert f"layers {len(widths)} -> " in answer
    assert f"passes 2 layers instead of {len(widths)}" in answer


def test_the_size_of_a_net_is_no_depth_of_trees(talk, logs):
    widths = json.loads((logs / "overfit" / "config.json").read_text())["hidden"]
    between = sum((a + 1) * b for a, b in itertools.pairwise(widths))
    answer = said(talk("overfit"), "is the model too big")
    assert f"{between:,} weights" in answer
    assert "tree" not in said(talk("slow"), "is the network too shallow")


def test_single_samples_of_a_small_validation_set_are_counted(talk, column):
    accuracy = list(column("tinyval", "val_acc").values())
    moves = sum(a != b for a, b in itertools.pairwise(accuracy))
    answer = said(talk("tinyval"), "val acc jumps around every epoch")
    assert answer.startswith("It jumps by counting")
    assert f"moves in {moves} of its {len(accuracy) - 1} steps" in answer


def test_a_direction_that_seldom_helped_is_not_said_to_help_probably(talk):
    conversation = talk("osc")
    answer = said(conversation, "would it help to use batch size 256")
    change = next(c for c in conversation._context.current.changes if c.hyperparameter == "batch_size")
    assert change.probability < 0.5
    assert answer.startswith("It may help")
    assert f"{change.probability:.0%}" in answer
