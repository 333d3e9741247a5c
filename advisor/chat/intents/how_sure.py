"""How sure are you? What a verdict's certainty rests on, and what would overturn it."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.intents.explain_why import agreement_sentence
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Finding
from advisor.patterns import regex
from advisor.report.parts import unchecked_reasons
from advisor.text import Bilingual

_MOST = 2


def answer(context: Context, utterance: Utterance) -> Reply:
    """The measured share, the second opinion, what could not be checked, and the test."""
    current, finding = context.current, context.spoken_of()
    if current is None:
        return context.no_run()
    missing = context.pick("; ", "；").join(unchecked_reasons(current.unchecked, context.language)[:_MOST])
    unseen = missing and context.pick("What this log cannot show: ", "这份日志看不出的：") + missing
    if finding is None:
        return context.say(
            context.pick(
                "I found nothing, which is as sure as the log is full.",
                "我没有发现问题；能有多确定，取决于日志记了多少。",
            ),
            unseen,
        )
    context.dialogue.subject = finding
    doubt = context.pick("It would be wrong if this applies: ", "下面这种情况下它就是错的：")
    check = context.pick("The test: ", "验证办法：")
    return context.say(
        _share(context, finding),
        agreement_sentence(context, finding),
        doubt + finding.rule.false_alarms.in_(context.language),
        unseen,
        check + finding.rule.check.in_(context.language),
    )


def _share(context: Context, finding: Finding) -> str:
    title = facts.title(finding, context.language)
    if finding.probability is None:
        return context.pick(
            f"{title}: how often this verdict is right was never measured, so I put no figure on it.",
            f"{title}：这个判断有多准还没有测过，所以我不给数字。",
        )
    share = f"{finding.probability:.0%}"
    return context.pick(
        f"{title}: {share}. That is how often this rule was right where it fired, on trainings that none of "
        "its thresholds was set on.",
        f"{title}：{share}。这是这条规则在没有用来定阈值的训练上，每次触发时判断正确的比例。",
    )


_DOUBTS = regex(
    r"(?:and |so |but )*(?:what share of the time|how often|how reliably|in how many "
    r"cases) (?:is|are|was) (?:this|that|the|your) "
    r"(?:verdict|rule|diagnosis|finding|claim|answer)s? (?:correct|right|true|wrong|false)|"
    r"(?:but |and |so )?(?:how (?:sure|certain|confident)(?: are you)?|(?:are you )?(?:really |quite )?"
    r"(?:sure|certain))(?: (?:about|of) (?:that|this|it))?|你?(?:确定|肯定|有把握)(?:吗|么)|"
    r"what (?:does|do) (?:the |that |this |your )?[0-9.]+ ?%(?: likely)? (?:mean|stand for)|"
    r"where (?:does|do) (?:the |that |this |your )?[0-9.]+ ?% come from|"
    r"这?个?[0-9.]+ ?%(?:的可能(?:性)?)?(?:是什么意思|什么意思|是怎么来的|怎么来的|怎么算的)"
)


def sure(utterance: Utterance) -> float:
    """A bare doubt, or what the percentage says."""
    return 0.95 if _DOUBTS.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="how_sure",
    title=Bilingual(en="say how sure the verdict is", zh="说明判断有多大把握"),
    answer=answer,
    sure=sure,
)
