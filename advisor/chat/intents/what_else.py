"""Anything else? What was found and not told yet, then what the log could not show."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Finding
from advisor.report.parts import probability_note, unchecked_reasons
from advisor.text import Bilingual

_MOST = 3


def answer(context: Context, utterance: Utterance) -> Reply:
    """The next findings, each with its first figure; 'nothing else' is an answer."""
    current = context.current
    if current is None:
        return context.no_run()
    told, subject = context.dialogue.told, context.dialogue.subject
    known = (subject, facts.clean_bill(current))
    left = [f for f in current.findings if f.code not in told and f not in known]
    if not left:
        return context.say(*_nothing_else(context))
    shown = left[:_MOST]
    told.update(finding.code for finding in shown)
    context.dialogue.subject = shown[0]
    lines = [f"- {_line(context, finding)}" for finding in shown]
    more = context.pick(
        "`why` explains the first of them, `findings` shows all in full.",
        "`why` 解释其中第一条，`findings` 完整列出全部。",
    )
    return context.say(context.pick("Also found:", "另外还发现："), *lines, more)


def _line(context: Context, finding: Finding) -> str:
    title = facts.title(finding, context.language)
    figures = [e.sentence.in_(context.language) for e in finding.evidence[:1]]
    note = probability_note(finding.probability, context.language)
    return context.pick(". ", "。").join([title + note, *figures])


def _nothing_else(context: Context) -> list[str]:
    missing = (
        [] if context.current is None else unchecked_reasons(context.current.unchecked, context.language)
    )
    lead = context.pick(
        "Nothing else: that was all that this log shows.", "没有别的了：这份日志能看出的就是这些。"
    )
    rest = context.pick("; ", "；").join(missing[:_MOST])
    unseen = rest and context.pick("It cannot show: ", "它看不出的：") + rest
    offer = context.pick("`recommend` lists what to change.", "输入 `recommend` 看该改什么。")
    return [lead, unseen, offer if context.open_changes() else ""]


INTENT = Intent(
    name="what_else",
    title=Bilingual(en="tell what else was found", zh="说说还发现了什么"),
    answer=answer,
)
