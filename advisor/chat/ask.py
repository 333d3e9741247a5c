"""One turn by itself: what was asked, in what situation, and everything that came of it as plain data."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.chat.context import Dialogue
from advisor.chat.conversation import Conversation
from advisor.chat.grounds import Evidence, evidence
from advisor.chat.lexicon import hyperparameters
from advisor.chat.public import public_intent, public_slots, usual_action
from advisor.chat.reply import Reply
from advisor.chat.staging import Live, Offer, edits_of
from advisor.errors import UnreadableError, UsageError
from advisor.report.parts import change_headline
from advisor.text import Language, clean_line

if TYPE_CHECKING:
    from advisor.session import Session

_WIDTH = 100


def read_situation(path: str) -> Mapping[str, Any]:
    """The situation of a turn: JSON with `history`, `pending` and `state`, each of which may be missing.

    Raises:
        UnreadableError: the file is not there.
        UsageError: it holds no JSON object.
    """
    shown = clean_line(path, 200)
    try:
        data = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UnreadableError(f"{shown} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise UsageError(
            f"{shown} is not JSON: {error}.", "It holds 'history', 'pending', 'state'."
        ) from error
    if not isinstance(data, dict):
        raise UsageError(f"{shown} holds no JSON object.", "It holds 'history', 'pending', 'state'.")
    return data


def ask(
    session: "Session", text: str, situation: Mapping[str, Any] | None = None, language: Language = "en"
) -> dict[str, Any]:
    """Answers one turn; nothing is written and nothing started.

    Args:
        session: What is open.
        text: What was asked.
        situation: As `read_situation` gives it.
        language: Of the answer where the text could be either.

    Returns:
        `language`, `intent`, `slots`, `action`, `reply`, `evidence`, `proposals`, `top2`, `latency_ms`; where
        the user named a language model, also `model` with its `host`, `text`, `notice` and what was `sent`.

    Raises:
        UsageError: the situation is written in another way.
    """
    started = time.perf_counter()
    conversation = Conversation(session, language, dialogue_of(situation or {}, language))
    conversation.take_up(_asked_before(situation or {}))
    answer = conversation.reply(text)
    shown = answer.plain(_WIDTH)
    intent = public_intent(conversation.understood.intent)
    told: dict[str, Any] = {
        "language": answer.language,
        "intent": intent,
        "slots": public_slots(intent, conversation.understood.slots),
        "action": answer.act or (usual_action(intent) if answer.intent else "ask"),
        "reply": shown,
        "evidence": [asdict(item) for item in _evidence(conversation, shown, answer.language)],
        "proposals": _proposals(conversation, answer),
        "top2": [public_intent(name) for name in conversation.understood.first_two],
        "latency_ms": round((time.perf_counter() - started) * 1000, 1),
    }
    wording = conversation.wording(text, answer)
    if wording is not None:
        told["model"] = {**asdict(wording), "shown": wording.shown(answer.language)}
    return told


def _asked_before(situation: Mapping[str, Any]) -> str:
    """What the user said last before this turn; empty at the beginning."""
    said = [str(text) for speaker, text in situation.get("history") or () if speaker == "user"]
    return said[-1] if said else ""


def _evidence(conversation: Conversation, shown: str, language: Language) -> list[Evidence]:
    """What the answer quotes of the open runs, and what it rests on beside them."""
    cited = [Evidence(source, sentence, None) for source, sentence in conversation.dialogue.cited]
    return cited + evidence(shown, conversation.session.assessments, language)


def _proposals(conversation: Conversation, answer: Reply) -> list[dict[str, Any]]:
    dialogue = conversation.dialogue
    offered: list[dict[str, Any]] = [
        {"id": offer.label, "change": {e.name: [e.before, e.after] for e in offer.edits}}
        for offer in dialogue.offers
    ]
    offered.extend(
        {
            "id": f"P{change.number}",
            "change": {change.name: [change.before, change.after]} if change.do is None else {},
            "text": change_headline(change, answer.language),
        }
        for change in dialogue.proposals
    )
    return offered


def dialogue_of(situation: Mapping[str, Any], language: Language) -> Dialogue:
    """The state of a conversation that stands at `situation`.

    Raises:
        UsageError: a part of it is not what it should be.
    """
    try:
        dialogue = Dialogue(language=language)
        pending: Sequence[Mapping[str, Any]] = situation.get("pending") or ()
        dialogue.offers = tuple(
            Offer(clean_line(str(item.get("id", f"P{place}")), 20), edits_of(item["change"]))
            for place, item in enumerate(pending, start=1)
        )
        state: Mapping[str, Any] = situation.get("state") or {}
        dialogue.staged = list(edits_of(state.get("staged") or {}))
        live = state.get("live")
        if live:
            own = bool(live.get("started_by_advisor"))
            dialogue.live = Live(clean_line(str(live.get("run", "?")), 60), own, live.get("epoch"))
        history = [(str(speaker), str(said)) for speaker, said in situation.get("history") or ()]
        dialogue.past = tuple(said for _, said in history)
        dialogue.said = next((said for speaker, said in reversed(history) if speaker == "advisor"), "")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UsageError(
            f"The situation is not written as it should be: {clean_line(repr(error), 120)}.",
            "'history' holds [speaker, text] pairs, 'pending' objects with 'id' and 'change'.",
        ) from error
    dialogue.asked_for = _asked_for(dialogue)
    return dialogue


def _asked_for(dialogue: Dialogue) -> str | None:
    """The setting that the last sentence of ours asked a value of."""
    if dialogue.offers or not dialogue.said.rstrip().endswith(("?", "？")):
        return None
    named = hyperparameters(dialogue.said)
    return named[-1].name if named else None
