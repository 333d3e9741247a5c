"""Questions about what was not proposed, what a figure says, and what sets two terms apart."""

import pytest


def said(talk, log, text):
    reply = talk(log).reply(text)
    return reply.intent, " ".join(reply.plain(1000).split())


@pytest.mark.parametrize(
    "text", ["why not momentum instead?", "why don't you try momentum", "为什么不用动量？"]
)
def test_why_not_something_else_speaks_of_that_and_of_what_comes_first(talk, text):
    intent, answer = said(talk, "overfit", text)
    assert intent == "what_if"
    assert "momentum" in answer or "动量" in answer
    assert "What I would change first:" in answer or "我会先改：" in answer


def test_whether_a_setting_would_help_is_answered_of_that_setting(talk):
    _, answer = said(talk, "overfit", "would gradient clipping help me here?")
    assert "gradient clipping" in answer


@pytest.mark.parametrize("text", ["what does the 96% mean?", "where does the 96% come from", "96%是什么意思"])
def test_a_percentage_is_asked_for_its_meaning(talk, text):
    intent, answer = said(talk, "overfit", text)
    assert intent == "how_sure"
    assert "That is how often this rule was right" in answer or "每次触发时判断正确的比例" in answer


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("what's the difference between dropout and weight decay", ("Dropout", "Weight decay and L2")),
        ("dropout和权重衰减有什么区别", ("Dropout", "权重衰减与 L2")),
    ],
)
def test_two_terms_are_set_side_by_side(talk, text, both):
    intent, answer = said(talk, "overfit", text)
    assert intent == "explain_concept"
    assert answer.startswith(both[0])
    assert both[1] in answer


def test_a_page_that_speaks_of_both_is_shown_alone(talk):
    _, answer = said(talk, "overfit", "what is the difference between adam and sgd?")
    assert answer.startswith("Adam and SGD compared")


@pytest.mark.parametrize(
    "text",
    [
        "why is my validation loss lower than the training loss?",
        "the training loss is higher than the validation loss, why",
        "验证损失比训练损失还低，为什么？",
    ],
)
def test_a_validation_below_the_training_leads_to_the_gap(talk, text):
    intent, answer = said(talk, "overfit", text)
    assert intent == "explain_concept"
    assert "negative where dropout or augmentation" in answer or "差距为负" in answer


def test_a_loss_that_is_a_number_throughout_did_not_blow_up(talk):
    _, answer = said(talk, "overfit", "the loss is nan")
    assert answer.startswith("No, the log does not show a blow-up.")


@pytest.mark.parametrize("text", ["what would you try first and why?", "what should i change first"])
def test_what_comes_first_is_a_proposal(talk, text):
    intent, answer = said(talk, "overfit", text)
    assert intent == "recommend"
    assert "1. " in answer
