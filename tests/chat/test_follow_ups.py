"""Short questions that mean what was just said, in both languages: one answer each, never the same again."""

import pytest

from advisor.chat.reply import Apply


def said(conversation, *texts):
    answers = [conversation.reply(text) for text in texts]
    return answers[-1].plain(100), answers[-1]


@pytest.mark.parametrize("text", ["how sure are you?", "are you sure", "你有多大把握", "确定吗"])
def test_how_sure_names_the_measured_share_and_the_test(talk, text):
    conversation = talk("overfit")
    told, answer = said(conversation, "diagnose", text)
    probability = conversation._context.current.findings[0].probability
    assert answer.intent == "how_sure"
    assert f"{probability:.0%}" in told
    assert "GEN101" not in told  # the evidence was asked for by `why`, not by this


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("and if I don't?", "same fault"),
        ("what if i leave it", "same fault"),
        ("不改会怎样", "还是同样的问题"),
    ],
)
def test_without_the_change_the_fault_stays(talk, text, words):
    told, answer = said(talk("overfit"), "diagnose", text)
    assert answer.intent == "leave_it"
    assert words in told


def test_what_else_tells_the_next_findings_and_then_nothing(talk):
    conversation = talk("osc")
    current = conversation._context.current
    first = conversation.reply("diagnose").plain(100)
    told, answer = said(conversation, "anything else?")
    assert answer.intent == "what_else"
    others = [f for f in current.findings[1:] if f.title.en not in first]
    assert all(finding.title.en.rstrip(".") in told for finding in others[:3])
    again, _ = said(conversation, "what else", "what else")
    assert "Nothing else" in again


@pytest.mark.parametrize("text", ["how much would that help", "能提升多少", "what about the second one"])
def test_how_much_a_change_helped_elsewhere(talk, text):
    conversation = talk("overfit")
    told, answer = said(conversation, "怎么办" if "能" in text else "what should I change", text)
    wanted = conversation._context.current.changes[1 if "second" in text else 0]
    assert answer.intent == "how_much"
    assert f"{wanted.number}. " in told
    assert str(wanted.helped[1]) in told


def test_where_to_change_shows_the_edit_and_asks(talk, project):
    before = project.read_text()
    _, answer = said(talk("osc"), "what should I change", "which file do I edit?")
    assert isinstance(answer.waiting, Apply)
    assert project.read_text() == before


@pytest.mark.parametrize(
    ("text", "place"),
    [("where exactly", "config.json"), ("具体改哪里", "config.json"), ("do it", "config.json")],
)
def test_where_no_command_is_known_it_is_told_how_to_do_it_by_hand(talk, text, place):
    conversation = talk("osc")
    told, answer = said(conversation, "怎么办" if "具体" in text else "what should I change", text)
    assert answer.waiting is None
    assert place in told
    assert "lr 0.45 -> " in told
    assert "advisor run -- " in told
    assert ("手动修改" in told) == ("具体" in text)


@pytest.mark.parametrize(
    ("first", "text", "words"),
    [("what should I change", "then what?", "`rerun`"), ("怎么办", "然后呢", "`rerun`")],
)
def test_after_the_proposals_comes_how_to_try_one(talk, first, text, words):
    told, answer = said(talk("osc"), first, text)
    assert answer.intent == "next_step"
    assert words in told
    assert "\n2. " not in told  # not the list again


def test_then_what_before_any_proposal_lists_them(talk):
    told, _ = said(talk("osc"), "then what?")
    assert "1. lr 0.45 -> " in told


@pytest.mark.parametrize("text", ["i don't understand", "in plain words please", "说人话", "没听懂"])
def test_plain_words_are_short_and_hold_no_rule(talk, text):
    told, answer = said(talk("overfit"), "why" if text.isascii() else "为什么", text)
    assert answer.intent == "plain_words"
    assert "GEN101" not in told
    assert len(told) < 700


@pytest.mark.parametrize(
    ("text", "words"), [("what did you change", "Nothing"), ("你改了什么", "什么都没改")]
)
def test_what_was_changed(talk, project, text, words):
    conversation = talk("osc")
    assert words in said(conversation, text)[0]
    conversation.reply("apply 1")
    conversation.perform(conversation.reply("yes").action)
    assert "lr 0.45 -> " in said(conversation, text)[0]


def test_why_this_value_tells_the_factor(talk):
    told, _ = said(talk("osc"), "what should I change", "why this value")
    change = "lr 0.45 -> "
    assert change in told
    assert "factor of" in told


@pytest.mark.parametrize("text", ["自动调参是什么意思", "what is automatic tuning"])
def test_a_question_about_what_would_start_is_no_order(talk, text):
    _, answer = said(talk("osc"), text)
    assert answer.intent == "explain_concept"


def test_two_terms_are_explained_and_two_runs_compared(talk):
    assert said(talk("osc"), "precision vs recall?")[1].intent == "explain_concept"
    conversation = talk("osc")
    conversation.reply("run_a vs run_b")
    assert conversation.understood.intent == "compare_runs"


def test_traditional_characters_are_understood(talk):
    told, answer = said(talk("osc"), "學習率是多少")
    assert answer.intent == "query_value"
    assert "0.45" in told


def test_chinese_beside_a_command_word_is_answered_in_chinese(talk):
    assert said(talk("osc"), "plot 一下")[1].language == "zh"
    assert said(talk("osc"), "plot val_loss")[1].language == "en"


def test_how_many_samples(talk):
    assert "200" in said(talk("overfit"), "训练集多大")[0]
    assert "200" in said(talk("overfit"), "how many training samples are there")[0]
