"""In which language and at what length is answered, and what is said to what is not understood."""

import re

import pytest

from advisor.chat.reply import Open


def test_the_language_follows_the_user(talk):
    conversation = talk("osc")
    assert conversation.reply("what is wrong").language == "en"
    assert conversation.reply("怎么办").language == "zh"
    assert conversation.reply("why").language == "zh"
    assert conversation.reply("apply 1").language == "zh"
    assert conversation.reply("what is the best val loss").language == "en"


def test_a_language_that_was_asked_for_stays(talk):
    conversation = talk("osc")
    assert conversation.reply("please answer in Chinese").language == "zh"
    assert conversation.reply("what is wrong with it").language == "zh"
    assert conversation.reply("/lang en").language == "en"
    assert conversation.reply("怎么办").language == "en"


def test_what_is_unclear_is_asked_back_with_two_readings(talk):
    conversation = talk("osc")
    asked = conversation.reply("dropout and such")
    assert asked.intent == ""
    assert asked.action is None
    options = [block.text for block in asked.blocks if block.text[:2] in ("1.", "2.")]
    assert len(options) == 2
    first = conversation._context.dialogue.choices[0]
    assert conversation.reply("1").intent == first


def test_noise_is_not_answered(talk):
    answer = talk("osc").reply("zzz")
    assert answer.intent == ""
    assert "do not understand" in answer.plain(80)


def test_an_unknown_slash_command_names_the_nearest(talk):
    assert "/undo" in talk("osc").reply("/undoo").plain(80)


@pytest.mark.parametrize("text", ["", "   ", "\n", "\x1b[2J", "?", "。。。"])
def test_empty_lines_are_met_kindly(talk, text):
    assert talk("osc").reply(text).plain(80)


@pytest.mark.parametrize(
    ("language", "question", "lead"),
    [("en", "what is wrong", "As before: "), ("zh", "有什么问题", "和刚才一样：")],
)
def test_the_same_question_again_is_answered_shorter_and_then_in_full(talk, language, question, lead):
    conversation = talk("osc", language)
    full = conversation.reply(question).plain()
    again = conversation.reply(question).plain()
    assert again.startswith(lead)
    assert "0.3625" in again
    assert len(again) < len(full) / 2
    assert conversation.reply(question).plain() == full


def test_another_run_is_told_in_full(talk, session, logs):
    conversation = talk("osc")
    conversation.reply("what is wrong")
    conversation.perform(Open((str(logs / "slow"),)))
    assert not conversation.reply("what is wrong").plain().startswith("As before")


def test_what_asks_for_a_yes_is_shown_in_full_every_time(talk, project):
    conversation = talk("osc")
    assert conversation.reply("apply 1").plain() == conversation.reply("apply 1").plain()


def test_short_answers_are_short_when_asked_for(talk):
    conversation = talk("osc")
    full = conversation.reply("what is wrong").plain()
    conversation.reply("keep it short please")
    assert conversation.dialogue.noted["verbosity"] == "short"
    short = conversation.reply("what should I change").plain()
    conversation.dialogue.forget_run()
    assert len(conversation.reply("what is wrong").plain()) < len(full) / 2
    assert "One change at a time" in short


@pytest.mark.parametrize("asked", ["give me that in english", "say it in english please"])
def test_the_last_answer_is_given_again_in_another_language(talk, asked):
    conversation = talk("osc", "zh")
    first = conversation.reply("这次训练怎么样")
    again = conversation.reply(asked)
    assert again.language == "en"
    assert not re.search("[\u4e00-\u9fff]", again.plain(80))
    assert first.plain(80)[:20] not in again.plain(80)
    assert "val_loss" in again.plain(80)


@pytest.mark.parametrize(
    ("first", "then", "intent", "word"),
    [
        ("explain cross entropy", "and mse?", "explain_concept", "Mean squared error"),
        ("交叉熵是什么", "那均方误差呢", "explain_concept", "均方误差"),
        ("what is the best val loss", "and the batch size?", "query_value", "batch size"),
    ],
)
def test_a_bare_name_goes_on_with_the_question_before(talk, first, then, intent, word):
    conversation = talk("osc")
    conversation.reply(first)
    answer = conversation.reply(then)
    assert answer.intent == intent
    assert word in answer.plain(100)
