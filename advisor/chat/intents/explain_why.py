"""Why do you say that? The evidence, the basis, the test that would refute it."""

import re

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Clause, Finding
from advisor.report.parts import probability_note
from advisor.text import Bilingual, clean_line, short_number

_WEIGHED = (
    r"first|rather|instead|and not|而不是|先(?:调|改|动)|(?<![a-z])not (?:the )?[a-z]+ ?(?:size|rate|decay)?$"
)


def parse(utterance: Utterance) -> Slots:
    """The hyperparameter asked about, if any."""
    return {"topic": utterance.hyperparameters[0].name} if utterance.hyperparameters else {}


def resolve(context: Context, utterance: Utterance, slots: Slots) -> Slots:
    """The finding that was told last, unless one setting is weighed against another."""
    told = re.findall(r"(?<![A-Za-z0-9])F[1-9](?![0-9])", context.dialogue.said)
    if not told or utterance.has(_WEIGHED):
        return slots
    return {"finding": told[-1]}


def answer(context: Context, utterance: Utterance) -> Reply:
    """Evidence, then the rule's condition with its values, then what would show it to be wrong."""
    current = context.current
    if current is None:
        return context.no_run()
    finding = _subject(context, current, str(parse(utterance).get("topic", "")))
    if finding is None:
        lead = context.pick(
            "I have made no claim that needs a reason: nothing was found.",
            "我没有需要解释的结论：没有发现问题。",
        )
        return context.say(lead, *facts.summary(current, context.language))
    context.dialogue.subject = finding
    ruled = [e.sentence.in_(context.language) for e in finding.evidence[:3]]
    evidence = [*context.seen(finding), *ruled]
    lead = finding.title.in_(context.language) + probability_note(finding.probability, context.language)
    check = context.pick("How to test it: ", "如何验证：") + finding.rule.check.in_(context.language)
    doubt = context.pick(
        "When this is known to be wrong: ", "已知的误报情形："
    ) + finding.rule.false_alarms.in_(context.language)
    return context.say(lead, " ".join(evidence), _basis(context, finding), doubt, check)


def _subject(context: Context, current: Assessment, topic: str) -> Finding | None:
    about = [change.finding for change in current.changes if topic and change.hyperparameter == topic]
    still_there = {finding.code: finding for finding in current.findings}
    if about:
        return about[0]
    subject = context.dialogue.subject or _told(context, current)
    if subject is not None and subject.code in still_there:
        return still_there[subject.code]
    return next(iter(current.findings), None)


def _told(context: Context, current: Assessment) -> Finding | None:
    """The finding that what was said last names by its symptom."""
    from advisor.chat.intents.diagnose import problems_in

    problems = problems_in(context.dialogue.said)
    return next((f for f in current.findings if f.problem.value in problems), None)


def _basis(context: Context, finding: Finding) -> str:
    clauses = [_clause(clause) for clause in finding.trace if clause.holds and _telling(clause)][:3]
    lead = context.pick(
        f"Rule {finding.code} ({finding.rule.name})", f"规则 {finding.code}（{finding.rule.name}）"
    )
    if not clauses:
        return lead + context.pick(".", "。")
    return lead + context.pick(": ", "：") + context.pick("; ", "；").join(clauses) + context.pick(".", "。")


def _telling(clause: Clause) -> bool:
    """Whether a clause compares something; that a signal is known at all convinces nobody."""
    return bool(clause.values) and any(sign in clause.text for sign in "<>=")


def _clause(clause: Clause) -> str:
    values = ", ".join(
        f"{name} = {short_number(value)}" for name, value in clause.values.items() if value is not None
    )
    return f"{clean_line(clause.text, 120)} ({values})"


INTENT = Intent(
    name="explain_why",
    title=Bilingual(en="explain why that was found", zh="解释为什么这样判断"),
    answer=answer,
    parse=parse,
    resolve=resolve,
    cues=(
        (
            r"^(?:but |and |ok )?(?:why|how come)(?: (?:is that|so|that|do you (?:say|think)(?: "
            r"so| that)?))?$",
            0.95,
        ),
        (r"^(?:为什么|为啥|凭什么|何以见得)(?:呢|啊|这么说|这样说|这么判断)?$", 0.95),
        (
            r"evidence|what makes you (?:say|think)|how do you know|(?:which|what) rule (?:fired|"
            r"is|was)|something else",
            0.8,
        ),
        (r"依据|证据|凭什么|哪条规则|你怎么知道|别的原因", 0.88),
        (r"why (?:the |not )?(?:lr|learning rate|batch|dropout|weight decay|should i)", 0.7),
    ),
    commands={"why": r"", "evidence": r""},
)
