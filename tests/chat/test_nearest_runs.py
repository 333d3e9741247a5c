"""`why?` names the corpus runs that are most like this one, and what the change did to them."""

import re
from pathlib import Path

import pytest

from advisor.chat.conversation import Conversation

SAMPLE = Path(__file__).parents[2] / "sample_logs" / "starter-rate-too-low"


@pytest.mark.parametrize(
    ("language", "question", "lead"),
    [("en", "why?", "The corpus runs most like this one"), ("zh", "为什么？", "与这次训练最相似的语料训练")],
)
def test_why_names_the_nearest_corpus_runs(session, language, question, lead):
    session.open([str(SAMPLE)])
    reply = " ".join(Conversation(session, language).reply(question).plain(1000).split())
    assert lead in reply
    assert len(re.findall(r"\w+ \((?:mlp|conv|gru|attention)\) 0\.\d\d -> [01]\.\d\d", reply)) == 3


def test_without_the_model_why_names_none(session):
    session.learned = False
    session.open([str(SAMPLE)])
    assert "orpus" not in Conversation(session).reply("why?").plain(1000)


@pytest.mark.parametrize(
    ("language", "question", "said"),
    [
        ("en", "what should I change?", "These are for what was found"),
        ("zh", "该改什么？", "这些建议针对所发现的问题"),
    ],
)
def test_the_chat_says_where_no_remedy_is_likely_to_raise_the_score(
    session, monkeypatch, language, question, said
):
    talk = Conversation(session, language)
    session.open([str(SAMPLE)])
    assert said not in talk.reply(question).plain(1000)
    session.open([str(SAMPLE.parent / "pytorch-oscillating")])
    likeliest = max(change.probability or 0.0 for change in session.current.changes)
    monkeypatch.setattr("advisor.advice.change.UNLIKELY", likeliest + 0.01)
    assert said in " ".join(Conversation(session, language).reply(question).plain(1000).split())


@pytest.mark.parametrize(
    ("language", "question", "asked", "tried"),
    [
        ("en", "should I lower the learning rate?", "For this run: lower it", "will hardly help"),
        ("zh", "学习率是不是太大了", "就这次训练而言：该调小", "多半没有明显效果"),
    ],
)
def test_a_change_that_no_rule_asks_for_and_that_hardly_helps_is_no_verdict(
    session, monkeypatch, language, question, asked, tried
):
    session.open([str(SAMPLE.parent / "pytorch-oscillating")])
    talk = Conversation(session, language)
    assert asked in talk.reply(question).plain(1000)
    monkeypatch.setattr("advisor.advice.weighing.was_added", lambda change: True)
    monkeypatch.setattr("advisor.advice.weighing.MORE_LIKELY_THAN_NOT", 1.01)
    answer = talk.reply(question).plain(1000)
    assert tried in answer
    assert asked not in answer
