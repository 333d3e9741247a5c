"""In plain words: the verdict and what to do, without terms and figures that nobody asked for."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.report.parts import change_headline
from advisor.text import Bilingual


def answer(context: Context, utterance: Utterance) -> Reply:
    """What it is, why it matters, the one thing to do; each in one sentence."""
    current, finding = context.current, context.spoken_of()
    if current is None:
        return context.no_run()
    if finding is None:
        return context.say(context.pick("In short: I found nothing wrong.", "简单说：没有发现问题。"))
    context.dialogue.subject = finding
    title, why = facts.title(finding, context.language), finding.rule.why.in_(context.language)
    stop = context.pick(".", "。")
    short = context.pick("In short: ", "简单说：") + title + stop
    if finding is facts.clean_bill(current):
        return context.say(short)
    first = context.on_the_table()[:1]
    do = [
        context.pick("Do this first: ", "先做这一件：") + change_headline(c, context.language) + stop
        for c in first
    ]
    reason = [change.reason.in_(context.language) for change in first]
    return context.say(short, why, " ".join((*do, *reason)))


INTENT = Intent(
    name="plain_words",
    title=Bilingual(en="say it in plain words", zh="用大白话说一遍"),
    answer=answer,
)
