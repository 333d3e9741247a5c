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


@pytest.mark.parametrize(
    "text", ["show me the settings", "what hyperparameters did i use", "列出配置", "/settings"]
)
def test_settings_are_listed_with_their_places(talk, text):
    intent, answer = said(talk, "osc", text)
    assert intent == "list_settings"
    assert "lr = 0.45" in answer


def test_a_log_without_settings_says_so_and_asks(talk):
    intent, answer = said(talk, "nolr", "list the hyperparameters")
    assert intent == "list_settings"
    assert answer.startswith("The log states no settings")


@pytest.mark.parametrize(
    "text", ["what did you read from the log?", "which metrics were logged", "日志里有什么"]
)
def test_what_was_read_is_listed_curve_by_curve(talk, text):
    intent, answer = said(talk, "osc", text)
    assert intent == "list_curves"
    assert "train_loss" in answer
    assert "30" in answer


@pytest.mark.parametrize(
    "text", ["what should i log next time?", "is anything missing in my log", "日志还缺什么"]
)
def test_what_is_missing_is_told_by_what_it_would_allow(talk, text):
    intent, answer = said(talk, "noval", text)
    assert intent == "what_to_log"
    assert "overfitting" in answer
    assert "probe.watch" in answer


@pytest.mark.parametrize(
    ("text", "last", "count"),
    [
        ("what is the mean of the last 5 values of val_loss?", True, 5),
        ("average val loss over the first three epochs", False, 3),
        ("最后十轮的平均验证损失是多少", True, 10),
    ],
)
def test_a_mean_is_of_the_points_that_are_named(talk, column, text, last, count):
    _, answer = said(talk, "osc", text)
    values = list(column("osc", "val_loss").values())
    meant = values[-count:] if last else values[:count]
    assert f"{sum(meant) / count:.4g}" in answer


def test_whether_the_rate_changed_is_answered_by_its_curve(talk):
    _, answer = said(talk, "osc", "did the learning rate change during training?")
    assert "0.45" in answer


@pytest.mark.parametrize("text", ["i have too little data, what can i do?", "数据不够怎么办"])
def test_too_little_data_is_answered_by_data(talk, text):
    intent, answer = said(talk, "overfit", text)
    assert intent == "choose_regularization"
    assert "augmentation" in answer or "数据增强" in answer


@pytest.mark.parametrize("text", ["how can i tell whether it is overfitting?", "怎么判断有没有过拟合"])
def test_how_to_tell_overfitting_is_told_by_this_run(talk, text):
    intent, answer = said(talk, "overfit", text)
    assert intent == "diagnose"
    assert "GEN101" in answer


def test_the_settings_that_matter_most_come_first(talk):
    lines = talk("osc").reply("show me the settings").plain(200).splitlines()
    named = [line.split(" = ")[0] for line in lines if " = " in line]
    assert named[:2] == ["lr", "batch_size"]
    assert len(named) == len(set(named))
