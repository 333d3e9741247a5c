"""An answer about the run that a sentence means, where that is not the one spoken of."""

from dataclasses import replace

from advisor.advice.assessment import Assessment
from advisor.chat.context import Context
from advisor.chat.facts import run_name
from advisor.chat.intent import Intent
from advisor.chat.pointing_back import pointed_run
from advisor.chat.reply import Paragraph, Reply
from advisor.chat.understand import Utterance

_OF_SEVERAL = frozenset({"compare_runs", "manage_runs", "many_runs"})
_OF_CHANGES = frozenset(
    {"set_param", "accept", "undo", "rerun", "stop_run", "run_probe", "reject", "report_outcome", "which_run"}
)
"""Where `the first one` is a change, or the run is to be opened: never pointed to."""


def answer_about(context: Context, intent: Intent, utterance: Utterance) -> Reply:
    """The answer; about the open run that is named or pointed to, where the intent speaks of one run."""
    session, dialogue, pointed = context.session, context.dialogue, None
    named = context.named_runs(utterance.folded) if intent.name not in _OF_SEVERAL else []
    if not named and intent.name not in _OF_SEVERAL | _OF_CHANGES:
        pointed = pointed_run(context, utterance)
        named = [] if pointed is None else [pointed]
    dialogue.pointed = pointed
    if len(named) != 1 or named[0] is session.current:
        return intent.answer(context, utterance)
    before, session.current = session.current, named[0]
    try:
        answer = intent.answer(context, utterance)
    finally:
        session.current = before
    return answer if pointed is None else _headed(context, pointed, answer)


def _headed(context: Context, run: Assessment, answer: Reply) -> Reply:
    """The answer under the name of a run that the user only pointed to."""
    name = run_name(run.run)
    head = Paragraph(context.pick(f"Of {name}:", f"关于 {name}："))
    return replace(answer, blocks=(head, *answer.blocks))
