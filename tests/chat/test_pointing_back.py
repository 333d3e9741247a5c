"""What a turn points back to, suspected causes, and disagreement: told with the figures of the run."""

import pytest

from advisor.chat.suspects import SUSPECTS, suspected
from advisor.chat.understand import understand


def said(conversation, text):
    return " ".join(conversation.reply(text).plain(200).split())


def test_it_is_the_setting_spoken_of_before(talk):
    conversation = talk("osc")
    conversation.reply("lr too high?")
    halved = said(conversation, "halve it?")
    assert conversation.understood.intent == "what_if"
    assert "same direction" in halved
    assert "other direction" in said(conversation, "what if i quadruple it")


def test_a_second_change_beside_the_first_is_told_apart(talk):
    conversation = talk("osc")
    conversation.reply("lr too high?")
    assert "One at a time" in said(conversation, "and the batch size with it?")


def test_the_best_one_is_that_of_the_curve_told_last(talk, column):
    losses, conversation = column("overfit", "val_loss"), talk("overfit")
    conversation.reply("what was the last val loss")
    assert f"{min(losses.values()):.4g}" in said(conversation, "and the best one?")


def test_why_not_repeats_what_is_missing(talk):
    conversation = talk("osc")
    conversation.reply("what is wrong")
    conversation.reply("what should i do")
    first = said(conversation, "apply 1")
    again = said(conversation, "why can't you")
    assert conversation.understood.intent == "accept"
    assert first[:40] in again


@pytest.mark.parametrize("place", range(len(SUSPECTS)))
def test_a_suspected_cause_is_weighed_beside_the_verdict(talk, place):
    text = ("seed issue maybe?", "couldn't it be bad initialisation", "or the data being shuffled wrong",
            "maybe it's a bug", "could it be the gpu", "maybe the labels")[place]  # fmt: skip
    conversation = talk("overfit")
    answer = said(conversation, text)
    assert conversation.understood.intent == "second_thoughts"
    assert SUSPECTS[place].told.en in answer


@pytest.mark.parametrize("text", ["how many seeds do i need", "would more data help", "是不是数据泄漏"])
def test_what_supposes_no_cause_is_no_suspicion(text):
    assert suspected(understand(text)) is None


def test_the_source_of_a_rule_is_told(talk):
    conversation = talk("overfit")
    conversation.reply("what is wrong")
    finding = conversation.dialogue.subject
    answer = said(conversation, "any paper?")
    assert finding.code in answer
    assert all(one[:40] in answer for one in finding.rule.references)


def test_disagreement_does_not_move_the_log(talk):
    answer = said(talk("overfit"), "我觉得不是这个原因")
    assert answer.startswith("日志显示的没有变")


def test_an_epoch_ahead_is_a_matter_of_the_forecast(talk):
    conversation = talk("overfit")
    for text in ("what'd the loss be at epoch 200", "再训20个epoch会怎样"):
        said(conversation, text)
        assert conversation.understood.intent == "forecast"
