"""Doubts, moments and counterfactuals: the figures are those of the log."""

import math

import numpy as np
import pytest

from advisor.chat.intents.second_thoughts import scatter
from advisor.run import Role, Series


def said(conversation, text):
    return " ".join(conversation.reply(text).plain(200).split())


@pytest.mark.parametrize(
    "text", ["since when does the val loss go up", "验证损失什么时候开始涨的", "so how much was lost"]
)
def test_a_turn_is_told_with_its_place_and_its_size(talk, column, text):
    losses = column("overfit", "val_loss")
    epoch = min(losses, key=losses.__getitem__)
    end = losses[max(losses)]
    answer = said(talk("overfit"), text)
    assert str(epoch) in answer
    assert f"{losses[epoch]:.4g}" in answer
    assert f"{end:.4g}" in answer
    assert f"{(end - losses[epoch]) / losses[epoch]:.0%}" in answer


def test_a_curve_at_its_best_has_not_turned(talk):
    assert said(talk("healthy"), "since when does the val loss go up").startswith("It has not")


def test_a_sooner_stop_is_read_off_the_log(talk, column):
    losses = column("overfit", "val_loss")
    answer = said(talk("overfit"), "what if i had stopped at epoch 10")
    assert answer.startswith("Better") == (losses[10] < losses[max(losses)])
    assert f"{losses[10]:.4g}" in answer
    assert f"{min(losses.values()):.4g}" in answer


def test_noise_is_measured_about_the_trend():
    generator = np.random.default_rng(0)
    x = np.arange(400.0)
    for sigma in (0.01, 0.3):
        series = Series(
            "val_loss",
            5 - 0.01 * x + sigma * generator.standard_normal(400),
            x,
            np.arange(400),
            role=Role.VAL_LOSS,
        )
        assert scatter(series) == pytest.approx(sigma, rel=0.25)
    assert scatter(Series("val_loss", 5 - 0.01 * x, x, np.arange(400), role=Role.VAL_LOSS)) == pytest.approx(
        0, abs=1e-9
    )


def test_doubts_are_answered_from_the_other_side(talk):
    conversation = talk("overfit")
    conversation.reply("what is wrong")
    assert "noise" in said(conversation, "how do you know it isn't noise").lower()
    assert said(conversation, "what would change your mind").startswith("I would drop")
    assert "rule" in said(conversation, "is a rule or a model saying this?").lower()
    other = said(conversation, "what's your second best explanation")
    assert "Mine is wrong where this applies" in other
    assert "compare" in said(conversation, "how will i know if it worked")


def test_values_go_on_from_the_one_told_last(talk, column):
    losses, training = column("overfit", "val_loss"), column("overfit", "train_loss")
    conversation = talk("overfit")
    best = min(losses, key=losses.__getitem__)
    conversation.reply("what was its best val loss")
    assert f"epoch {best}:" in said(conversation, "and when?")
    assert f"{training[best]:.4g}" in said(conversation, "what was the train loss then")


def test_a_guess_costs_ln_k_where_the_classes_are_known(talk, session):
    answer = said(talk("osc"), "what would the loss be if it just guessed")
    classes = session.current.run.number("classes")
    if classes:
        assert f"{math.log(classes):.4g}" in answer
    else:
        assert "does not say K" in answer


def test_two_settings_are_weighed(talk):
    answer = said(talk("osc"), "is it the learning rate or the dropout?")
    assert answer.startswith("The learning rate rather")
    assert said(talk("overfit"), "is it the momentum or the warmup?").startswith("Neither")


def test_how_it_ended_and_which_run_it_is(talk):
    assert said(talk("diverge"), "did it crash or finish").startswith("It diverged")
    assert said(talk("healthy"), "was it crashed or finished").startswith("The log shows no crash")
    assert said(talk("healthy"), "which run is this").startswith("About")


def test_a_switch_is_no_learning_rate():
    from advisor.run import Hyperparameter, Run, Trust

    stated = [
        Hyperparameter("decay_lr", True, "learning_rate", "config.yaml", Trust.COMMAND_LINE),
        Hyperparameter("learning_rate", 0.0006, "learning_rate", "config.yaml", Trust.COMMAND_LINE),
    ]
    assert Run("a.csv", (), hyperparameters=tuple(stated)).hyperparameter("learning_rate").value == 0.0006


def test_said_again_it_still_says_what_to_do(talk):
    conversation = talk("overfit")
    conversation.reply("what should i change?")
    again = said(conversation, "what should i change?")
    assert "->" in again


def test_a_value_between_two_points_is_told_by_both(session, tmp_path):
    rows = "\n".join(f"{step},{2 / step:.4f}" for step in range(100, 1100, 100))
    (tmp_path / "run.csv").write_text("step,train_loss\n" + rows + "\n")
    session.open([str(tmp_path / "run.csv")])
    from advisor.chat.conversation import Conversation

    answer = said(Conversation(session), "train loss at step 550")
    assert "step 500" in answer
    assert "step 600" in answer


def test_a_perplexity_is_that_of_the_validation_unless_the_training_is_named(session, tmp_path):
    rows = "\n".join(f"{n},{9 / n:.3f},{12 / n + n:.3f}" for n in range(1, 8))
    (tmp_path / "run.csv").write_text("epoch,train_ppl,valid_ppl\n" + rows + "\n")
    session.open([str(tmp_path / "run.csv")])
    from advisor.chat.conversation import Conversation

    conversation = Conversation(session)
    assert f"{12 / 3 + 3:.4g}" in said(conversation, "what was the best perplexity")
    assert f"{9 / 3:.4g}" in said(conversation, "and the training perplexity at that point")


def test_what_comes_next_where_a_change_does_not_help(talk):
    conversation = talk("overfit")
    conversation.reply("what should i change?")
    assert conversation.reply("n if that doesnt work").intent == "recommend"
