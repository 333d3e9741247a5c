"""The plainest question about every concept reaches its page."""

import pytest

from advisor.chat.concepts import load_concepts
from advisor.chat.intent import all_intents
from advisor.chat.understand import Recogniser, understand

CONCEPTS = load_concepts()


@pytest.fixture(scope="module")
def recogniser():
    return Recogniser(all_intents())


@pytest.mark.parametrize("concept", CONCEPTS, ids=[concept.name for concept in CONCEPTS])
def test_what_it_is_leads_to_its_page(recogniser, concept):
    term, zh = concept.title.en.lower(), concept.title.zh.lower()
    questions = (
        f"what is {term}?",
        f"explain {term}",
        f"what does {term} mean",
        f"什么是{zh}",
        f"{zh}是什么意思？",
    )
    said = {text: recogniser.rank(understand(text))[0].intent.name for text in questions}
    assert said == dict.fromkeys(questions, "explain_concept")
