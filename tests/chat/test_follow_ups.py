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


@pytest.mark.parametrize(
    ("before", "text", "curve"),
    [("plot loss", "now the accuracy as well", "val_acc"), ("画一下loss", "换成准确率的", "val_acc")],
)
def test_a_further_name_is_drawn_after_a_curve(talk, before, text, curve):
    told, answer = said(talk("osc"), before, text)
    assert answer.intent == "plot_curve"
    assert curve in told


def test_another_value_is_supposed_of_the_same_setting(talk):
    told, answer = said(talk("osc"), "what if the learning rate were 0.9", "and if it were 0.05 instead")
    assert answer.intent == "what_if"
    assert "From 0.45 to 0.05" in told.replace("\n", " ")


@pytest.mark.parametrize(
    ("before", "text"), [("学习率该调多大", "那改成0.01呢"), ("is the lr too low", "what about 0.01")]
)
def test_a_value_is_supposed_of_the_setting_asked_about(talk, before, text):
    told, answer = said(talk("slow"), before, text)
    assert answer.intent == "what_if"
    assert "0.0005" in told
    assert "0.01" in told


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("tried a smaller rate, val loss came down", "better"),
        ("lowered lr to 0.1 and the accuracy went down", "worse"),
        ("halving lr made everything worse by the way", "worse"),
        ("did what you said and it still wobbles", "no_effect"),
        ("改成 lr 0.1 之后 acc 没涨也没跌", "no_effect"),
        ("改完之后稳多了", "better"),
        ("照你说的降了学习率，结果反而更差了", "worse"),
    ],
)
def test_an_outcome_in_free_words_is_a_report_and_changes_nothing(talk, text, outcome):
    conversation = talk("osc")
    answer = conversation.reply(text)
    assert answer.intent == "report_outcome"
    assert conversation.understood.slots["outcome"] == outcome
    assert not conversation.dialogue.staged
    assert answer.waiting is None


@pytest.mark.parametrize("text", ["did it get better than before", "改成0.1会不会更好", "lower lr to 0.1"])
def test_a_question_and_an_order_are_no_report(talk, text):
    assert talk("osc").reply(text).intent != "report_outcome"


@pytest.mark.parametrize("text", ["lr or batch size, which one first", "先动学习率还是先动批大小"])
def test_which_of_two_comes_first_is_answered_with_the_reason(talk, text):
    conversation = talk("osc")
    told, answer = said(conversation, text)
    assert answer.intent == "recommend"
    change = next(c for c in conversation._context.current.changes if c.hyperparameter == "learning_rate")
    assert told.startswith(("The learning rate first", "先调学习率"))
    assert f"{change.number}. lr 0.45 -> " in told


def test_a_remark_is_noted_although_it_sounds_like_an_order(talk):
    told, answer = said(talk("osc"), "for the record I resumed this from a checkpoint at epoch 10")
    assert answer.intent == "inform"
    assert "Noted" in told


def test_a_turn_of_another_process_goes_on_where_the_last_one_stood(session, logs):
    from advisor.chat.ask import ask

    session.look([str(logs / name) for name in ("osc", "healthy")])
    situation = {"history": [["user", "which run is best?"], ["advisor", "healthy comes first."]]}
    told = ask(session, "by how much", situation)
    assert told["intent"] == "compare_runs"
    assert "healthy comes first. It is ahead of osc by" in told["reply"]
    assert ask(session, "by how much")["intent"] != "compare_runs"
