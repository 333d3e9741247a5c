"""What would happen if?"""

from advisor.advice.assessment import Assessment
from advisor.advice.change import Change
from advisor.advice.rounding import as_number
from advisor.chat import facts
from advisor.chat.consequences import consequence
from advisor.chat.context import Context
from advisor.chat.going_on import AT_ONCE, OF_A_VALUE
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.intents import how_much
from advisor.chat.reply import Reply
from advisor.chat.settings import Setting, impossible
from advisor.chat.understand import Utterance, understand
from advisor.patterns import regex
from advisor.report.parts import change_headline, odds_notes
from advisor.text import Bilingual, short_number
from advisor.vocabulary import role_title

_PROBABLY = 0.5


def parse(utterance: Utterance) -> Slots:
    """The setting and what it would become."""
    slots: dict[str, SlotValue] = {}
    for setting in utterance.settings[:1]:
        slots = {"hparam": setting.role, "op": setting.op}
        if setting.value is not None:
            slots["value"] = setting.value
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """Whether it goes the way of this run's advice; no exact prediction, and how to find out."""
    current, supposed = context.current, _supposed(context, utterance)
    if supposed is None and current is not None and context.dialogue.proposals:
        return how_much.answer(context, utterance)
    if supposed is None:
        return context.say(
            context.pick(
                "If which setting became what? For example: what if lr were 0.01?",
                "假设哪个参数变成多少？例如：如果学习率是 0.01 呢？",
            )
        )
    setting = supposed
    title = role_title(setting.role).in_(context.language)
    if (
        isinstance(setting.value, float)
        and setting.op == "set"
        and (refused := impossible(setting.role, setting.value))
    ):
        return context.say(
            context.pick(f"The {title} cannot be that: {refused.en}.", f"{title}不能这样设：{refused.zh}。")
        )
    if current is None:
        return context.no_run()
    now = facts.hyperparameter_sentence(current.run, setting.role, context.language)
    change = next((c for c in current.changes if c.hyperparameter == setting.role), None)
    honest = context.pick(
        "By how much I cannot say without training: set it, `rerun`, and `compare`.",
        "影响有多大，不训练就说不出来：改掉它，`rerun`，再 `compare`。",
    )
    if AT_ONCE.fullmatch(utterance.folded):
        honest = context.pick(
            "One at a time: after two changes at once, the outcome would not tell which of them did it.",
            "一次只改一处：同时改两处，结果就说明不了是哪一处起了作用。",
        )
    direction = consequence(current.run, setting, context.language)
    if change is None:
        return context.say(*_unconcerned(context, current, title, now, direction), honest)
    if not AT_ONCE.fullmatch(utterance.folded):
        # Beside another change it is not what a yes would mean.
        context.dialogue.proposals, context.dialogue.subject = (change,), change.finding
    lead = f"{_for_or_against(context, setting, change)} {direction}".strip()
    evidence = " ".join(e.sentence.in_(context.language) for e in change.finding.evidence[:1])
    return context.say(lead, f"{now} {evidence}", _sooner(context, change), honest)


def _supposed(context: Context, utterance: Utterance) -> Setting | None:
    """The setting that is thought of, with or without a value, or another value of the last one."""
    if (why_not := _WHY_NOT.match(utterance.folded)) is not None:
        # In Chinese 'why not use it' holds the words for 'without it'.
        utterance = understand(utterance.folded[why_not.end() :], utterance.own)
    if utterance.settings:
        return utterance.settings[0]
    if utterance.hyperparameters:
        return Setting(utterance.hyperparameters[0].name, "set", None)
    if context.dialogue.before not in OF_A_VALUE or len(utterance.numbers) != 1:
        return None
    before = understand(context.dialogue.asked_before)
    named = [s.role for s in before.settings] or [mention.name for mention in before.hyperparameters]
    return Setting(named[0], "set", utterance.numbers[0].value) if named else None


def _for_or_against(context: Context, setting: Setting, change: Change) -> str:
    """Whether the setting goes the way of the change that is proposed for it."""
    agrees = _same_way(setting, as_number(change.before), as_number(change.after), change.factor)
    headline = change_headline(change, context.language)
    if agrees is None:
        return context.pick(f"My own proposal for it is {headline}.", f"对它，我的建议是 {headline}。")
    if not agrees:
        return context.pick(
            f"It would probably hurt: I propose the other direction, {headline}.",
            f"多半有害：我建议的是相反方向，{headline}。",
        )
    odds = context.pick("; ", "；").join(odds_notes(change, context.language))
    known = context.pick(f" ({odds})", f"（{odds}）") if odds else ""
    known += _further(context, setting, change)
    if (change.probability or 0.0) >= _PROBABLY:
        return context.pick(
            f"It would probably help: I propose the same direction, {headline}{known}.",
            f"多半有帮助：我建议的是同一方向，{headline}{known}。",
        )
    return context.pick(
        f"It may help: I propose the same direction, {headline}{known}.",
        f"可能有帮助：我建议的是同一方向，{headline}{known}。",
    )


def _further(context: Context, setting: Setting, change: Change) -> str:
    """That the value that is thought of lies beyond the proposed one; empty where it does not."""
    before, after = as_number(change.before), as_number(change.after)
    wanted = setting.after(before)
    if before is None or after is None or not isinstance(wanted, float) or after == before:
        return ""
    if (wanted - before) / (after - before) <= 1:
        return ""
    shown = short_number(wanted)
    return context.pick(f"; {shown} goes further than that", f"；{shown} 走得比它更远")


def _sooner(context: Context, change: Change) -> str:
    """What is proposed before this change; empty where nothing is."""
    first = next(iter(context.open_changes()), change)
    if first.number >= change.number:
        return ""
    headline = change_headline(first, context.language)
    return context.pick(f"I would try this before it: {headline}.", f"在它之前，我会先试：{headline}。")


def _unconcerned(
    context: Context, current: Assessment, title: str, now: str, direction: str
) -> tuple[str, ...]:
    """What is known of a setting that no finding speaks of."""
    first = next(iter(context.open_changes()), None)
    headline = "" if first is None else change_headline(first, context.language)
    sooner = headline and context.pick(f"What I would change first: {headline}.", f"我会先改：{headline}。")
    if direction:
        return direction, now, sooner
    finding = facts.verdict(current)
    none = context.pick(
        f"Nothing found in this run points at the {title}.", f"这次训练的发现没有指向{title}。"
    )
    found = "" if finding is None else facts.title(finding, context.language)
    return f"{none} {now}", found and found + context.pick(".", "。"), sooner


def _same_way(
    setting: Setting, before: float | None, after: float | None, factor: float | None
) -> bool | None:
    """Whether a setting moves a hyperparameter the way a change does; None where that cannot be known."""
    if factor is None and (before is None or after is None):
        return None
    up = (
        factor > 1
        if factor is not None
        else float(short_number(after or 0)) > float(short_number(before or 0))
    )
    if setting.op in ("increase", "decrease"):
        return up == (setting.op == "increase")
    wanted = setting.after(before)
    if setting.factor is not None:
        return up == (setting.factor > 1)
    if not isinstance(wanted, float) or before is None or wanted == before:
        return None
    return up == (wanted > before)


_COMES_OF_IT = (
    r"(?:what|how) about|what if|(?:is|would) (?:it |that )?(?:be )?(?:safe|ok)|"
    r"会不会|会怎|行不行|可不可以|能不能"
)
_WHY_NOT = regex(
    r"(?:so |and |but |ok(?:ay)? )*why (?:not|(?:don'?t|shouldn'?t|didn'?t) (?:we|i|you)) |"
    r"那?(?:为什么|为啥|干嘛|怎么)不"
)
_WOULD_IT = (
    r"^(?:would|will|could|is|isn't|wouldn't) .{1,40}(?:help|hurt|work|be (?:better|worse)|better)(?: here)?"
    r"(?: than (?:your|the|that|what you) ?.{0,24})?$"
)
_SOMEBODY = (
    r"(?:friend|colleague|boss|advisor|supervisor|professor|prof|teacher|chatgpt|gpt|somebody|someone|"
    r"people|they|reddit|he|she) (?:all |always |just )?(?:said|says|told me|thinks?|suggest\w*|recommend\w*|"
    r"claims?|say)(?![a-z])|(?:朋友|同事|老板|导师|师兄|师姐|老师|别人|有人|网上)(?:都|总)?(?:说|让我|建议|觉得|认为)"
)


def sure(utterance: Utterance) -> float:
    """A hypothetical about a setting, or why another one is not proposed."""
    if _WHY_NOT.match(utterance.folded) and (utterance.settings or utterance.hyperparameters):
        return 0.0 if utterance.optimisers else 0.95
    if not utterance.settings:
        return 0.0
    first = utterance.settings[0]
    if utterance.has(_SOMEBODY):
        return 0.95
    # More epochs of the same are a matter of the forecast.
    if first.value is not None and first.role != "epochs" and utterance.has(_WOULD_IT):
        return 0.95
    hypothetical = utterance.has(
        r"what (?:if|would|happens)|(?:would|will) (?:it|that) (?:help|be better|hurt)|suppose|"
        r"imagine|(?:如果|要是|假如|假设|万一)|会不会(?:更?好|有用)|会怎么?样|会有帮助"
    )
    # Of a value the question may be whether it is right; of a factor it can only be what would come of it.
    if first.factor is not None and utterance.has(_COMES_OF_IT):
        return 0.95
    return 0.92 if hypothetical else 0.0


INTENT = Intent(
    name="what_if",
    title=Bilingual(en="think a change through", zh="设想一个修改"),
    answer=answer,
    parse=parse,
    sure=sure,
)
