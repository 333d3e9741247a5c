"""In plain words: the verdict and what to do, without terms and figures that nobody asked for."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
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
    open_changes = context.open_changes()
    # The best change, also where others were shown since.
    first = [c for c in open_changes if c.serves(finding.code)][:1] or open_changes[:1]
    do = [
        context.pick("Do this first: ", "先做这一件：") + change_headline(c, context.language) + stop
        for c in first
    ]
    reason = [change.reason.in_(context.language) for change in first]
    return context.say(short, why, " ".join((*do, *reason)))


_SIMPLER = regex(
    r"(?:can you |could you |please |pls |ok |and )*(?:explain|say|put|tell me|describe)"
    r" (?:it|that|this|all that)(?: again)? "
    r"(?:simpler|more simply|simply|in simpler (?:words|terms)|easier|in (?:plain|simple|"
    r"easy) (?:words|english|terms)|like i'?m (?:five|5)|for a beginner)(?: please| pls|"
    r" again)?|"
    r"(?:please |can you )*(?:simplify (?:it|that|this)?|simpler(?: please)?)|(?:能|可以|"
    r"请)?(?:再)?(?:说|讲|解释)(?:得)?(?:再)?(?:简单|通俗|明白)(?:一?点|些)?(?:吗|吧)"
    r"?"
)


def sure(utterance: Utterance) -> float:
    """The wish for simpler words, about what was said: no term is asked for, though it begins like that."""
    return 0.97 if _SIMPLER.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="plain_words",
    title=Bilingual(en="say it in plain words", zh="用大白话说一遍"),
    answer=answer,
    sure=sure,
)
