"""Where exactly, and to what? The edit that a proposal stands for."""

from advisor.chat.advise import plan_or_by_hand, why_no_proposal
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual


def answer(context: Context, utterance: Utterance) -> Reply:
    """The first proposal that is an edit: its file and line as a diff, else where to write it by hand."""
    if context.current is None:
        return context.no_run()
    changes = context.on_the_table()
    if not changes:
        return why_no_proposal(context)
    change = next((change for change in changes if change.do is None), changes[0])
    context.dialogue.proposals, context.dialogue.subject = (change,), change.finding
    return plan_or_by_hand(context, change)


INTENT = Intent(
    name="where_to_change",
    title=Bilingual(en="show where a change is made", zh="指出具体改哪里"),
    answer=answer,
)
