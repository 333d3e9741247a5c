"""Is it the learning rate or the dropout? One or two settings that are blamed, against what was found."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Severity
from advisor.patterns import regex
from advisor.report.parts import change_headline
from advisor.text import Bilingual
from advisor.vocabulary import role_title


def parse(utterance: Utterance) -> Slots:
    """The settings that are blamed."""
    return {"hparams": list(dict.fromkeys(m.name for m in utterance.hyperparameters))}


def answer(context: Context, utterance: Utterance) -> Reply:
    """Which of them a finding points at, their values, and the change that would tell."""
    current = context.current
    if current is None:
        return context.no_run()
    roles = list(dict.fromkeys(m.name for m in utterance.hyperparameters))
    blamed = [
        c for c in context.open_changes() if c.hyperparameter in roles and _is_cause(c.finding.severity)
    ]
    blamed = [
        c for c in blamed if c.learned is None or c.learned.effect.probability >= _HALF or not _added(c)
    ]
    values = " ".join(facts.hyperparameter_sentence(current.run, role, context.language) for role in roles)
    found = facts.verdict(current)
    title = "" if found is None else facts.title(found, context.language)
    what = context.pick(f"What was found: {title}.", f"发现的是：{title}。") if title else ""
    if not blamed:
        lead = (
            context.pick("Neither, as far as the log shows.", "从日志看，都不是。")
            if len(roles) > 1
            else context.pick("Nothing in the log points at it.", "日志里没有迹象指向它。")
        )
        first = context.open_changes()[:1]
        headline = [change_headline(c, context.language) for c in first]
        do = (
            context.pick(f"I would start with: {headline[0]}.", f"我会先做：{headline[0]}。")
            if headline
            else ""
        )
        return context.say(f"{lead} {what}".strip(), values, do)
    first_change = blamed[0]
    context.dialogue.proposals, context.dialogue.subject = tuple(blamed[:1]), first_change.finding
    name = role_title(first_change.hyperparameter or "").in_(context.language)
    evidence = [*context.seen(first_change.finding)][:2] or [
        e.sentence.in_(context.language) for e in first_change.finding.evidence[:1]
    ]
    headline_of = change_headline(first_change, context.language)
    lead = context.pick(f"The {name} rather: {headline_of}.", f"更像是{name}：{headline_of}。")
    return context.say(f"{lead} {what}".strip(), " ".join(evidence), values, _only_a_rerun(context))


_HALF = 0.5


def _added(change: object) -> bool:
    from advisor.advice.weighing import was_added

    return was_added(change)  # type: ignore[arg-type]


def _is_cause(severity: Severity) -> bool:
    return severity > Severity.INFO


def _only_a_rerun(context: Context) -> str:
    return context.pick(
        "Change one at a time: a rerun that differs in one setting alone tells which it was.",
        "一次只改一处：只差一项的重训才能说明是哪一个。",
    )


_BLAME = regex(
    r"(?:so |and |but |ok )*(?:is|was|could|might|can) (?:it|this|that)(?: be)?(?: really|"
    r" just)? (?:due to |because of |caused by |from )?(?:the |my |our )?.{2,30}?"
    r" or (?:rather |is it |more )?(?:the |my |our )?.{2,30}|"
    r".{2,30}(?:to blame|the culprit|at fault|culprit|the cause)|"
    r"(?:是|问题在|问题出在|怪).{1,12}(?:还是).{1,12}|.{1,12}(?:的锅|背锅)(?:吗|么|吧)?"
)


def sure(utterance: Utterance) -> float:
    """Blame put on settings by name."""
    if utterance.has(r"^(?:why|how)|怎么|咋|为什么|为啥"):
        return 0.0
    if not utterance.hyperparameters or utterance.numbers or not _BLAME.fullmatch(utterance.folded):
        return 0.0
    several = len({m.name for m in utterance.hyperparameters}) > 1
    # Before the plain question what to blame, which names no setting.
    return (
        0.96 if several or utterance.has(r"to blame|culprit|at fault|'s fault|the cause|的锅|背锅") else 0.0
    )


INTENT = Intent(
    name="which_cause",
    title=Bilingual(en="weigh which setting is to blame", zh="判断该怪哪个配置"),
    answer=answer,
    parse=parse,
    sure=sure,
)
