"""Conversations over the sample logs, turn by turn, as `journeys.yaml` has them."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from advisor.chat.conversation import Conversation
from advisor.chat.public import public_intent, public_slots, usual_action
from advisor.chat.understand import understand
from advisor.journal import Journal
from advisor.session import Session
from tests.measure.chat_turns import alike, founded, known_numbers, quoted_numbers

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "sample_logs"
JOURNEYS = yaml.safe_load((HERE / "journeys.yaml").read_text("utf-8"))
HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def opened(names):
    paths = [HERE / "logs" / name / "train.log" if name == "gan" else SAMPLES / name for name in names]
    session = Session(HERE, Journal.in_memory())
    found = session.look([str(path) for path in paths]) if paths else []
    return found, known_numbers(found)


@pytest.mark.parametrize("journey", JOURNEYS, ids=[one["turns"][0]["say"][:40] for one in JOURNEYS])
def test_every_turn_is_understood_and_answered_with_what_it_owes(journey, tmp_path):
    found, facts = opened(tuple(journey["logs"]))
    session = Session(tmp_path, Journal.in_memory())
    session.assessments = list(found)
    session.current = found[-1] if found else None
    talk = Conversation(session, "zh" if journey["turns"][0]["lang"] == "zh" else "en")
    heard = set(facts)
    for turn in journey["turns"]:
        answer = talk.reply(turn["say"])
        intent = public_intent(talk.understood.intent)
        said = answer.plain(100)
        assert intent in map(public_intent, turn["intent"].split("|")), turn["say"]
        assert (answer.act or (usual_action(intent) if answer.intent else "ask")) in turn["action"].split("|")
        slots = public_slots(intent, talk.understood.slots)
        assert alike({name: slots.get(name) for name in turn.get("slots", {})}, turn.get("slots", {}))
        for owed in turn["holds"]:
            assert re.search(owed, said), f"{turn['say']!r} owes {owed!r}: {said}"
        expected = "zh" if turn["lang"] != "en" or HAN.search(turn["say"]) else "en"
        if intent != "set_preference":
            assert answer.language == expected
            assert (expected == "zh") == bool(HAN.search(said))
        cited = " ".join(sentence for _, sentence in talk.dialogue.cited)
        heard |= {number for number, _ in quoted_numbers(f"{turn['say']} {cited}")}
        heard |= {number.value for number in understand(turn["say"]).numbers}
        assert not [word for number, word in quoted_numbers(said) if not founded(number, heard)], said
    assert not list(tmp_path.iterdir())
    assert talk.dialogue.waiting is None
