"""What did you change? Only what was written after a yes, and what is agreed on and not written."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual, clean
from advisor.translation import with_place


def answer(context: Context, utterance: Utterance) -> Reply:
    """The last written change and how to take it back; that there is none."""
    staged = "; ".join(edit.headline for edit in context.dialogue.staged)
    noted = staged and context.pick(
        f"Agreed on, written nowhere: {staged}.", f"已同意但还没有写入：{staged}。"
    )
    last = context.session.journal.last_applied(str(context.session.project))
    if last is None:
        lead = context.pick(
            "Nothing: I have written no file and started nothing here.",
            "什么都没改：我没有写过文件，也没有启动任何东西。",
        )
        return context.say(lead, noted)
    headline = with_place(clean(last.applied.plan.headline, 300), context.language)
    return context.say(
        context.pick(
            f"The last change that I wrote: {headline}. `undo` takes it back.",
            f"我最后写入的修改是：{headline}。输入 `undo` 撤销。",
        ),
        noted,
    )


INTENT = Intent(
    name="changed",
    title=Bilingual(en="say what was changed so far", zh="说明改过什么"),
    answer=answer,
)
