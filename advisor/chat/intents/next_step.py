"""And then? The next step from where the conversation stands."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.intents import recommend
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.report.parts import change_headline
from advisor.text import Bilingual

_SHOWN = frozenset({"recommend", "how_much", "where_to_change", "accept", "set_param", "next_step"})


def answer(context: Context, utterance: Utterance) -> Reply:
    """Before the proposals were shown, they are; after them, how one is tried out and judged."""
    changes = context.on_the_table()
    if context.current is None or not changes or context.dialogue.before not in _SHOWN:
        return recommend.answer(context, utterance)
    if context.session.has_applied():
        return context.say(
            context.pick(
                "A change is written. `rerun` trains with it, `compare` says whether it helped beyond noise, "
                "and `undo` takes it back.",
                "修改已经写入。`rerun` 用它训练，`compare` 判断提升是否超出噪声，`undo` 撤销。",
            )
        )
    change = changes[0]
    headline, check = change_headline(change, context.language), change.finding.rule.check
    steps = context.pick(
        f"First: {headline}. `apply {change.number}` shows the edit and asks. Then `rerun`, then `compare`.",
        f"先做：{headline}。`apply {change.number}` 会显示修改并征求同意。然后 `rerun`，再 `compare`。",
    )
    sign = context.pick("What to look for then: ", "届时看什么：") + check.in_(context.language)
    more = [c for c in context.open_changes() if c.number > change.number]
    after = more and context.pick(
        f"If that does not do it, next: {change_headline(more[0], 'en')}.",
        f"如果还不行，下一个是：{change_headline(more[0], 'zh')}。",
    )
    healthy = facts.clean_bill(context.current) is not None
    fine = (
        context.pick("Nothing has to change; if you want to go on:", "不必改动；想继续的话：")
        if healthy
        else ""
    )
    return context.say(" ".join(part for part in (fine, steps) if part), sign, after or "")


INTENT = Intent(
    name="next_step",
    title=Bilingual(en="say what comes next", zh="说明下一步"),
    answer=answer,
)
