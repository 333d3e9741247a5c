import json
import subprocess
import sys

import numpy as np
import pytest

from advisor.chat.classifier import ARTEFACT
from advisor.chat.fit import examples, fillers, fingerprint
from advisor.chat.grammar import expand, templates
from advisor.chat.intent import all_intents
from advisor.chat.safety import is_unsafe
from advisor.chat.understand import FAINT, SURE, Recogniser, understand
from tests.chat.utterances import TABLE, UNSAFE


@pytest.fixture(scope="module")
def recogniser():
    return Recogniser(all_intents())


def recognise(recogniser, text):
    utterance = understand(text)
    command = next((intent for intent in all_intents() if intent.is_command(utterance)), None)
    if command is not None:
        return command, 1.0, utterance
    best = recogniser.rank(utterance)[0]
    return best.intent, best.certainty, utterance


@pytest.mark.parametrize(("text", "intent", "slots"), TABLE, ids=[row[0] for row in TABLE])
def test_an_utterance_is_understood(recogniser, text, intent, slots):
    found, certainty, utterance = recognise(recogniser, text)
    assert found.name == intent
    assert certainty >= SURE
    if slots is not None:
        assert (
            found.parse(utterance) == pytest.approx(slots)
            if _numeric(slots)
            else found.parse(utterance) == slots
        )


def _numeric(slots):
    return bool(slots) and all(isinstance(value, float) for value in slots.values())


def test_the_table_is_large_enough_and_in_both_languages():
    chinese = [text for text, _, _ in TABLE if understand(text).language == "zh"]
    assert len(TABLE) >= 120
    assert len(chinese) >= 40
    assert len({intent for _, intent, _ in TABLE}) >= 30


@pytest.mark.parametrize("text", UNSAFE)
def test_unsafe_requests_are_seen(text):
    assert is_unsafe(understand(text).text.lower())


@pytest.mark.parametrize("text", [text for text, _, _ in TABLE])
def test_ordinary_requests_are_not_taken_for_unsafe_ones(text):
    assert not is_unsafe(understand(text).text.lower())


def test_every_intent_of_the_public_list_has_a_module(shared):
    public = json.loads((shared / "chat" / "intents.json").read_text("utf-8"))
    assert set(public) <= {intent.name for intent in all_intents()}


def test_every_intent_has_templates_in_both_languages_and_every_template_an_intent():
    names = {intent.name for intent in all_intents()}
    assert {template.intent for template in templates()} == names
    for name in names:
        for language in ("en", "zh"):
            assert sum(t.intent == name and t.language == language for t in templates()) >= 4, name


def test_there_are_templates_enough_and_none_stands_for_two_intents():
    sentences = {}
    for template in templates():
        for text in expand(template, 3, fillers(template.language), seed=1):
            sentences.setdefault(text, set()).add(template.intent)
    assert len(templates()) >= 2_500
    assert len(sentences) >= 5_000
    # A few words are honest to several intents ('ok', '{problem}?'); they are rare.
    assert sum(len(names) > 1 for names in sentences.values()) < 0.01 * len(sentences)


def test_the_shipped_model_was_fitted_on_the_templates_as_they_stand():
    with np.load(ARTEFACT, allow_pickle=False) as kept:
        made_from = bytes(kept["made_from"]).decode("ascii")
    assert made_from == fingerprint(), "run 'python -m advisor.chat.fit'"
    assert ARTEFACT.stat().st_size < 3_000_000


def test_sentences_that_the_model_never_saw_are_mostly_recognised(recogniser):
    # Drawn by another seed; those that the fit drew too are left out.
    seen = {example.text for example in examples(templates())}
    fresh = [
        (text, template.intent)
        for template in templates()
        for text in expand(template, 1, fillers(template.language), seed=77)
        if text not in seen and not is_unsafe(text)
    ]
    assert len(fresh) > 500
    right = [recognise(recogniser, text)[0].name == intent for text, intent in fresh[::5]]
    assert sum(right) / len(right) > 0.85


@pytest.mark.parametrize("text", ["qwrtz plmk", "zzz", "㊙㊙", "🙂🙂", "ひらがな"])
def test_noise_is_no_intent(recogniser, text):
    assert recogniser.rank(understand(text))[0].certainty < FAINT


def test_control_sequences_and_tricks_with_letters_are_gone():
    utterance = understand("\x1b[31mｓｅｔ\x1b]0;x\x07 ｌｒ\u202e ０.０１\n\n")
    assert utterance.text == "set lr 0.01"


def test_an_endless_utterance_is_cut():
    assert len(understand("why " * 100_000).text) <= 2_000


def test_languages():
    assert understand("怎么办").language == "zh"
    assert understand("ok 就这么办").language == "zh"
    assert understand("what is wrong").language == "en"
    assert understand("3e-4").language is None
    assert understand("rerun").language is None


def test_a_turn_needs_no_heavy_import():
    script = (
        "import sys\n"
        "from types import SimpleNamespace\n"
        "from advisor.chat.conversation import Conversation\n"
        "s = SimpleNamespace(current=None, assessments=[], command=None, language='en', told=())\n"
        "Conversation(s).reply('what is wrong with my run')\n"
        "Conversation(s).reply('explain momentum')\n"
        "print(sorted({'torch', 'sklearn', 'pandas', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
