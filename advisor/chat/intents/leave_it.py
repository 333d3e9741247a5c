"""And if I change nothing? What the finding costs, and where the curve goes by itself."""

from advisor.chat import facts
from advisor.chat.ahead import ahead
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.report.parts import change_headline
from advisor.text import Bilingual


def answer(context: Context, utterance: Utterance) -> Reply:
    """Why the finding matters, the forecast, and the first change as the alternative."""
    current = context.current
    if current is None:
        return context.no_run()
    finding, series = context.spoken_of(), facts.verdict_series(current.run)
    foreseen = "" if series is None else ahead(context, series)
    healthy = facts.clean_bill(current)
    if finding is None or finding is healthy:
        lead = context.pick("Then it stays as it is, which is fine:", "那就保持现状，没有问题：")
        return context.say(" ".join((lead, *facts.summary(current, context.language)[:1])), foreseen)
    context.dialogue.subject = finding
    lead = context.pick("Then a rerun has the same fault.", "那么再训一次还是同样的问题。")
    changes = context.on_the_table()
    instead = changes and context.pick(
        f"What I would do instead: {change_headline(changes[0], 'en')} (`apply {changes[0].number}`).",
        f"我会改的是：{change_headline(changes[0], 'zh')}（`apply {changes[0].number}`）。",
    )
    return context.say(f"{lead} {finding.rule.why.in_(context.language)}", foreseen, instead or "")


INTENT = Intent(
    name="leave_it",
    title=Bilingual(en="say what happens without a change", zh="说明不改会怎样"),
    answer=answer,
)
