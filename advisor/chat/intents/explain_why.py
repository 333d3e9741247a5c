"""Why do you say that? The evidence, the basis, the test that would refute it."""

import re

from advisor.advice.assessment import Assessment
from advisor.advice.change import Change
from advisor.chat import facts
from advisor.chat.acting import probe_targets
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Clause, Evidence, Finding
from advisor.patterns import regex
from advisor.report.parts import change_headline, probability_note
from advisor.text import Bilingual, clean_line, short_number
from advisor.vocabulary import role_title

_WEIGHED = (
    r"first|rather|instead|and not|而不是|先(?:调|改|动)|(?<![a-z])not (?:the )?[a-z]+ ?(?:size|rate|decay)?$"
)

_THIS_VALUE = (
    r"why (?:(?:exactly )?(?:that|this) (?:value|number|much)|so (?:much|little)|[0-9.e-]+)$|"
    r"(?:为什么|为啥)(?:是|要|改成|选)? ?(?:这个值|这个数|这么[多少大小]|[0-9.e-]+)"
)
_SURE = 0.9
_NEAREST = 3
"""Corpus runs that are named; more convince nobody."""


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
    if utterance.has(_THIS_VALUE) and (value := _why_this_value(context)):
        return context.say(value)
    finding = _subject(context, current, str(parse(utterance).get("topic", "")))
    if finding is None:
        lead = context.pick(
            "I have made no claim that needs a reason: nothing was found.",
            "我没有需要解释的结论：没有发现问题。",
        )
        return context.say(lead, *facts.summary(current, context.language))
    context.dialogue.subject = finding
    ruled = [e.sentence.in_(context.language) for e in finding.evidence[:3] if not _is_bare(e)]
    evidence = [*context.seen(finding), *ruled]
    lead = finding.title.in_(context.language) + probability_note(finding.probability, context.language)
    other = instead(context, utterance, finding)
    if other:
        return context.say(lead, other, " ".join(evidence), _basis(context, finding))
    lead = " ".join(part for part in (_why_first(context, utterance, finding), lead) if part)
    check = context.pick("How to test it: ", "如何验证：") + finding.rule.check.in_(context.language)
    doubt = context.pick(
        "When this is known to be wrong: ", "已知的误报情形："
    ) + finding.rule.false_alarms.in_(context.language)
    learned = _nearest(context, finding)
    offer = _probe(context, current, finding)
    return context.say(lead, " ".join(evidence), _basis(context, finding), learned, doubt, check, offer)


def _probe(context: Context, current: Assessment, finding: Finding) -> str:
    """That a probe would settle it; empty where none can, none is needed, or there is nothing to probe."""
    if finding.probability is None or finding.probability > _SURE or current.run.reader == "probe":
        return ""
    rules = context.session.rulebook.rules
    measured = {r.problem for r in rules if any(name.startswith("probe.") for name in r.only_with)}
    if finding.problem not in measured or len(probe_targets(context.session.folder)) != 1:
        return ""
    return context.pick(
        "A probe measures it on the training itself, in about 1000 steps: say 'probe it'.",
        "试探可以在训练本身上测出来，约需 1000 步：请说“探一下”。",
    )


def _why_this_value(context: Context) -> str:
    """How the value of the proposal on the table comes about; empty where there is none."""
    change = next((c for c in context.on_the_table() if c.after is not None and c.do is None), None)
    if change is None or not context.dialogue.proposals:
        return ""
    context.dialogue.subject = change.finding
    headline, reason = change_headline(change, context.language), change.reason.in_(context.language)
    if change.factor is None or change.before is None:
        return f"{headline}{context.pick(': ', '：')}{reason}"
    factor, back = short_number(change.factor), short_number(float(f"{change.factor**0.5:.2g}"))
    return context.pick(
        f"{headline}: a factor of {factor}, rounded, which is what the rule for this finding proposes. "
        f"{reason} If it goes too far, a factor of {back} is half the way.",
        f"{headline}：{factor} 倍（取整），是针对这个问题的规则给出的步子。{reason}"
        f"如果过头了，{back} 倍就是一半的步子。",
    )


def instead(context: Context, utterance: Utterance, finding: Finding) -> str:
    """What the log can and cannot say of another cause that the user names; empty where none is named."""
    data = utterance.has(r"bad data|label|dirty|noisy data|数据.{0,6}(?:问题|脏|坏|噪)|标签")
    if not data and not utterance.has(r"something else|another (?:cause|reason)|别的(?:原因|可能)|其他原因"):
        return ""
    if not data:
        return context.pick("What would show it to be something else: ", "什么情况下是别的原因：") + (
            finding.rule.false_alarms.in_(context.language)
        )
    return context.pick(
        "It could be the data too, and the curves alone cannot exclude that: wrong labels do not show in "
        "them, but put a floor under the validation loss and look like learning by heart. To tell them "
        "apart: read the twenty training samples with the highest loss; if many labels are wrong, mend "
        "those first. If the labels are right, it is what was found.",
        "也可能是数据问题，只凭曲线排除不了：错误标签在曲线上看不出来，但会抬高验证损失的下限，样子和死记硬背一样。"
        "区分的办法：看损失最高的二十个训练样本；如果很多标签是错的，先改标签。如果标签没错，就是上面的原因。",
    )


def _why_first(context: Context, utterance: Utterance, finding: Finding) -> str:
    """Why one setting comes before another, where two are weighed against each other."""
    named = list(dict.fromkeys(mention.name for mention in utterance.hyperparameters))
    if len(named) < 2 or not utterance.has(_WEIGHED):
        return ""
    title = role_title(named[0]).in_(context.language)
    return context.pick(
        f"The {title} is the first suspect because of what follows, and one change at a time shows what "
        "did it.",
        f"先怀疑{title}，因为下面这些现象；一次只改一处，才看得出是什么起了作用。",
    )


def _subject(context: Context, current: Assessment, topic: str) -> Finding | None:
    about = [change.finding for change in current.changes if topic and change.hyperparameter == topic]
    if topic == "learning_rate":
        # That it is the cause is a finding of its own; others only propose to change it too.
        about.sort(key=lambda finding: not finding.problem.value.startswith("lr_"))
    still_there = {finding.code: finding for finding in current.findings}
    if about:
        return about[0]
    subject = context.dialogue.subject or _told(context, current)
    if subject is not None and subject.code in still_there:
        return still_there[subject.code]
    return next(iter(current.findings), None)


def _told(context: Context, current: Assessment) -> Finding | None:
    """The finding that what was said last names by its symptom."""
    from advisor.chat.symptoms import problems_in

    problems = problems_in(context.dialogue.said)
    return next((f for f in current.findings if f.problem.value in problems), None)


def holding(finding: Finding) -> list[str]:
    """The first clauses of a finding's rule that held, each with its values."""
    return [_clause(clause) for clause in finding.trace if clause.holds and _telling(clause)][:3]


def _basis(context: Context, finding: Finding) -> str:
    clauses = holding(finding)
    lead = context.pick(
        f"Rule {finding.code} ({finding.rule.name})", f"规则 {finding.code}（{finding.rule.name}）"
    )
    if clauses:
        lead += context.pick(": ", "：") + context.pick("; ", "；").join(clauses)
    return " ".join(
        part for part in (lead + context.pick(".", "。"), agreement_sentence(context, finding)) if part
    )


def agreement_sentence(context: Context, finding: Finding) -> str:
    """Whether the learned part bears the finding out; empty where it does not speak."""
    from advisor.diagnosis.agreement import agreement

    if not context.session.learned or context.current is None:
        return ""
    said = agreement(finding.problem, context.current.signals)
    return context.cite(f"learned.{finding.problem.value}", said.in_(context.language) if said else "")


def _nearest(context: Context, finding: Finding) -> str:
    """What the first change for the finding brought to the corpus runs most like this one."""
    change = next(
        (c for c in context.open_changes() if c.serves(finding.code) and c.learned is not None), None
    )
    return "" if change is None else nearest_sentence(context, change)


def nearest_sentence(context: Context, change: Change) -> str:
    """What a change brought to the corpus runs most like this one; empty where nobody can say."""
    if context.current is None or change.learned is None:
        return ""
    from advisor.advice.weighing import nearest

    runs = nearest(context.current.run, context.current.signals, change, _NEAREST)
    if not runs:
        return ""
    headline = change_headline(change, context.language)
    lead = context.pick(
        f"The corpus runs most like this one, and their final score before and after '{headline}': ",
        f"与这次训练最相似的语料训练，以及“{headline}”前后的最终得分：",
    )
    listed = [
        f"{one.data} ({one.net}) {one.score:.2f} -> {max(0.0, one.score + one.gain):.2f}" for one in runs
    ]
    sentence = lead + context.pick("; ", "；").join(listed) + context.pick(".", "。")
    return context.cite(f"corpus.like_this[{change.hyperparameter}]", sentence)


def _is_bare(evidence: Evidence) -> bool:
    """Whether it is a signal with its definition, which the rule's clauses tell again."""
    return re.match(r"[a-z_]+\.[a-z_]+ is ", evidence.sentence.en) is not None


def _telling(clause: Clause) -> bool:
    """Whether a clause compares something; that a signal is known or long enough at all convinces nobody."""
    # What the learned part says is told in a sentence of its own.
    measured = [n for n in clause.values if not n.endswith(".points") and not n.startswith("learned.")]
    return bool(measured) and any(sign in clause.text for sign in "<>=")


def _clause(clause: Clause) -> str:
    values = ", ".join(
        f"{name} = {short_number(value)}" for name, value in clause.values.items() if value is not None
    )
    return f"{clean_line(clause.text, 120)} ({values})"


_EVIDENCE = regex(
    r"(?:please |can you |could you )*(?:show|give|tell|list)(?: me)? (?:the |your |some "
    r")?(?:evidence|proof|grounds|reasons|reasoning)"
    r"(?: please| for (?:it|that|this))?|(?:on what grounds|based on what|(?:你)?(?:凭|"
    r"根据)(?:什么|啥)(?:这么说|判断|得出)?的?)"
)


def sure(utterance: Utterance) -> float:
    """The bare demand for evidence."""
    return 0.95 if _EVIDENCE.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="explain_why",
    title=Bilingual(en="explain why that was found", zh="解释为什么这样判断"),
    answer=answer,
    parse=parse,
    resolve=resolve,
    sure=sure,
    commands={"why": r"", "evidence": r""},
)
