"""The user says what came of a change, or that the advice is wrong."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Finding
from advisor.journal.told import Outcome, Word
from advisor.patterns import regex
from advisor.report.parts import change_headline, value_text
from advisor.run import Scalar
from advisor.text import Bilingual, short_number
from advisor.vocabulary import role_title

_OUTCOMES = {
    "disagree": r"you'?re wrong|you are wrong|not true|i disagree|"
    r"that'?s (?:wrong|not)|wrong,|was fine|(?:你|"
    r"说)错了?|不对吧|不是过拟合|我不同意|不认同",
    "no_effect": r"没涨也没(?:跌|降)|没降也没(?:涨|升)|不涨不跌|no better|didn'?t move|same|"
    r"no (?:change|difference|effect|improvement)|nothing changed|still|didn'?t (?:help|change|work)|"
    r"没(?:啥|什么|有)?(?:变化|效果|用|改善|区别)|还是|依旧|一样",
    "worse": r"worse|更差|变差|更糟|更坏|反而更|下降了|掉了|恶化",
    "better": r"work(?:ed|s)|better|improved|fixed|helped|great|good now|calm(?:er|ed)|steadier|变好|好了|"
    r"好多了|稳多了|稳定了|平稳了|平滑了|提升了|提高了|有效|有用|成功|降到|涨到|升到",
}

# A curve that was moved, by what is better for it; only where no plainer word says how it ended.
_MOVED = {
    "down": r"(?<![a-z])(?:lower|down|dropped|fell|shr[au]nk)(?![a-z])|降|掉|跌|变小|低了",
    "up": r"(?<![a-z])(?:higher|up|rose|climbed|grew)(?![a-z])|涨|升|变大|高了",
}
_DONE = regex(
    r"^(?:(?:ok(?:ay)?|so|well|meh|hm+|yes|yep|no|and|just|fyi|update|by the way|btw|i|i've|we|we've|already)"
    r"[ ,:]*)*(?:tried|did (?:what|as|so|(?:that|it)(?=,| and| but))|changed|set|used|lowered|raised|"
    r"reduced|increased|halved|doubled|switched|added|removed|took|followed|applied|reran|retrained)(?![a-z])|"
    r"^(?:halving|doubling|lowering|raising|reducing|increasing|adding|removing|changing|dropping|switching) "
    r".{1,40}(?:made|did|gave|brought|helped|hurt)(?![a-z])|"
    r"(?<![不没别])(?:改|换|调|降|升|加|减|试|照|按|用)[^?？]{0,16}(?:[了完过]|之后|以后|后|结果)"
)
_ASKS = (
    r"[?？]|吗|呢|会|如果|要是|假如|能不能|要不要|怎|咋|为啥|为何|多少|什么|可以|该|是不是|撤|还原|"
    r"^(?:what|should|would|is|does|why|how|will|can|could)(?![a-z])"
)

_TOLD: dict[Outcome, Bilingual] = {
    "better": Bilingual(en="helped", zh="变好"),
    "worse": Bilingual(en="made it worse", zh="变差"),
    "no_effect": Bilingual(en="changed nothing", zh="没有效果"),
}


def parse(utterance: Utterance) -> Slots:
    """The outcome, the value reached, and the change it is about."""
    slots: dict[str, SlotValue] = {}
    outcome = _outcome(utterance)
    if outcome is not None:
        slots["outcome"] = outcome
    if outcome == "better" and utterance.numbers:
        tried = next((s for s in utterance.settings if s.op == "set"), None)
        if tried is not None and tried.value is not None and len(utterance.numbers) > 1:
            told = tried.value if isinstance(tried.value, str) else short_number(tried.value)
            slots["change"] = f"{'lr' if tried.role == 'learning_rate' else tried.role} {told}"
        value = utterance.numbers[-1].value
        percent = value > 1 and any(m.name in ("val_acc", "accuracy", "train_acc") for m in utterance.metrics)
        slots["value"] = value / 100 if percent else value
    return slots


def _outcome(utterance: Utterance) -> str | None:
    """How it ended: by the words for it, else by the way that a named curve went."""
    for name, pattern in _OUTCOMES.items():
        if utterance.has(pattern):
            return name
    moved = next((way for way, pattern in _MOVED.items() if utterance.has(pattern)), None)
    named = next((mention.name for mention in utterance.metrics), None)
    if moved is None or named is None:
        return None
    return "better" if (moved == "down") == ("loss" in named) else "worse"


def answer(context: Context, utterance: Utterance) -> Reply:
    """Does not fold without evidence, and claims no success it has not seen."""
    outcome = parse(utterance).get("outcome")
    current = context.current
    if outcome == "disagree" and current is not None and current.findings:
        finding = context.dialogue.subject or current.findings[0]
        context.dialogue.subject = finding
        evidence = " ".join(e.sentence.in_(context.language) for e in finding.evidence[:2])
        lead = context.pick("That may be, but this is what I go by: ", "也许吧，不过我的依据是：")
        return context.say(lead + evidence, *context.seen(finding)[:1], _settling(context, finding))
    noted = next((_remembered(context, utterance, name) for name in _TOLD if name == outcome), "")
    lead = context.pick(
        "I have not seen that run, so I take your word and claim nothing. `open PATH` with the "
        "new log and then `compare` shows whether the "
        "difference is more than noise.",
        "那次训练我没有看到，先按你说的，不下结论。用 `open 路径` 打开新日志，再 `compare`，"
        "就能看出差别是否超出噪声。",
    )
    figures = (
        ""
        if current is None
        else context.pick("In the log that is open: ", "当前打开的日志：")
        + facts.summary(current, context.language)[0]
    )
    return context.say(noted, _reached(context, utterance), lead, figures, _next(context, str(outcome or "")))


def _settling(context: Context, finding: Finding) -> str:
    """The one training that would show who is right, and what it should show."""
    check = finding.rule.check.in_(context.language)
    change = next((c for c in context.open_changes() if c.serves(finding.code) and c.do is None), None)
    if change is None:
        return context.pick("What would settle it: ", "可以这样验证：") + check
    headline = change_headline(change, context.language)
    return context.pick(
        f"What would settle it is one training with {headline} (`apply {change.number}`): {check}",
        f"用一次训练就能验证：{headline}（`apply {change.number}`）。{check}",
    )


def _reached(context: Context, utterance: Utterance) -> str:
    """The value that the user says was reached, as hearsay; empty where none is named."""
    value = parse(utterance).get("value")
    if not isinstance(value, float):
        return ""
    metric = next((mention.name for mention in utterance.metrics), context.pick("the value", "数值"))
    shown = short_number(value)
    return context.pick(
        f"By your report {metric} is now {shown}; no log shows it yet.",
        f"按你的反馈，{metric} 现在是 {shown}；还没有日志能证实。",
    )


def _next(context: Context, outcome: str) -> str:
    """What to try after a change that did not help: the next suspects; empty after one that did."""
    if outcome not in ("no_effect", "worse"):
        return ""
    listed = [f"{c.number}. {change_headline(c, context.language)}" for c in context.open_changes()[1:3]]
    if not listed:
        return ""
    return (
        context.pick("The next suspects: ", "接下来可以怀疑：")
        + context.pick("; ", "；").join(listed)
        + (context.pick(".", "。"))
    )


def _remembered(context: Context, utterance: Utterance, outcome: Outcome) -> str:
    """Keeps the report for the project where it is known what was tried; says so."""
    tried = _tried(context, utterance)
    if tried is None:
        return ""
    role, value = tried
    context.take_word(Word(role, outcome, value))
    change = f"{role_title(role).in_(context.language)} -> {value_text(value)}"
    told = _TOLD[outcome].in_(context.language)
    last = "" if outcome == "better" else context.pick(" I propose it last now.", "之后把它排在最后。")
    return context.pick(
        f"Noted for this project: {change} {told}, as you report.{last}",
        f"已记下（本项目）：你反馈 {change} {told}。{last}",
    )


def _tried(context: Context, utterance: Utterance) -> tuple[str, Scalar] | None:
    """The hyperparameter and value that the report is about: named in it, else the last applied change."""
    named = next((s for s in utterance.settings if s.op == "set" and s.value is not None), None)
    if named is not None:
        return named.role, named.value
    roles = {mention.name for mention in utterance.hyperparameters}
    if roles or utterance.settings:
        proposed = [(c.hyperparameter, c.after) for c in context.open_changes()]
        kin = {_family(role) for role in roles}
        about = ((r, after) for r, after in proposed if r and _family(r) in kin and after is not None)
        return next(about, None)
    session = context.session
    last = session.journal.last_applied(str(session.project))
    if last is None or last.applied.plan.role is None:
        return None
    return last.applied.plan.role, last.applied.plan.after


def _family(role: str) -> str:
    """What settings of one kind have in common: a warm-up is one, in steps or as a share."""
    return "warmup" if role.startswith("warmup") else role


def sure(utterance: Utterance) -> float:
    """Something that was done, and how it ended; no question."""
    asks = "?" in utterance.text or utterance.has(_ASKS)
    done = not asks and _DONE.search(utterance.folded) is not None
    return 0.96 if done and _outcome(utterance) not in (None, "disagree") else 0.0


INTENT = Intent(
    name="report_outcome",
    title=Bilingual(en="report what came of a change", zh="反馈修改的结果"),
    answer=answer,
    parse=parse,
    sure=sure,
)
