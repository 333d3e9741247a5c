"""Set a hyperparameter to a value."""

from collections.abc import Sequence

from advisor.advice.rounding import as_number
from advisor.chat import facts
from advisor.chat.advise import ask_to_apply
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.settings import Setting, impossible
from advisor.chat.staging import Edit
from advisor.chat.understand import Utterance
from advisor.text import Bilingual, short_number
from advisor.vocabulary import hyperparameter_role, role_title


def parse(utterance: Utterance) -> Slots:
    """What is to become what: one as `hparam`, `op`, `value`; several as `changes`."""
    wanted = utterance.settings
    if len(wanted) > 1:
        return {"changes": [(setting.role, setting.op, setting.value) for setting in wanted]}
    slots: dict[str, SlotValue] = {}
    for setting in wanted:
        slots = {"hparam": setting.role, "op": setting.op}
        if setting.value is not None:
            slots["value"] = setting.value
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """The edit as a diff, old -> new, and the question whether to write it; the impossible is refused."""
    wanted = utterance.settings
    if not wanted:
        return _by_name(context, utterance)
    if context.session.command is None:
        return staged(context, wanted)
    setting, *others = wanted
    value, reply = new_value(context, setting)
    if reply is not None or value is None:
        return reply or context.say("")
    lead = ""
    if others:
        later = ", ".join(role_title(other.role).in_(context.language) for other in others)
        lead = context.pick(
            f"One edit at a time: this first, then {later}.",
            f"一次改一处：先改这个，再改{later}。",
        )
    return ask_to_apply(context, context.session.plan_value(setting.role, value), lead)


def staged(context: Context, wanted: Sequence[Setting], *then: str) -> Reply:
    """Every setting as an edit that is noted and written nowhere; the first impossible one is answered."""
    if context.current is None and not context.dialogue.noted:
        return context.no_run()
    edits = []
    for setting in wanted:
        value, reply = new_value(context, setting)
        if reply is not None or value is None:
            return reply or context.say("")
        known = None if context.current is None else facts.known(context.current.run, setting.role)
        name = setting.role if known is None else known.name
        before = None if known is None else known.value if known.number is None else known.number
        number = as_number(value)
        edits.append(Edit(name, before, value if number is None else number))
    remarks = [_remark(context, edit) for edit in edits]
    context.dialogue.proposals = ()
    return context.stage(edits, *remarks, *then)


def _remark(context: Context, edit: Edit) -> str:
    """A word on a step that is very large, or on a rate that another optimiser takes otherwise."""
    before, after = as_number(edit.before), as_number(edit.after)
    if edit.role == "optimizer" and context.current is not None:
        rate = facts.known(context.current.run, "learning_rate")
        if rate is not None:
            return context.pick(
                f"The learning rate {rate.value} means another thing to {edit.after} than to {edit.before}: "
                "check it too.",
                f"学习率 {rate.value} 对 {edit.after} 和 {edit.before} 的含义不同，也要一起检查。",
            )
    if edit.role != "learning_rate" or not before or not after:
        return ""
    ratio = max(before, after) / min(before, after)
    if ratio < 100:
        return ""
    shown = short_number(float(f"{ratio:.3g}"))
    return (
        context.pick(
            f"That is {shown} times lower, which is probably too slow.", f"降到 1/{shown}，多半会太慢。"
        )
        if after < before
        else context.pick(
            f"That is {shown} times higher, which will probably diverge.", f"变为 {shown} 倍，多半会发散。"
        )
    )


def new_value(context: Context, setting: Setting) -> tuple[str | None, Reply | None]:
    """The value that a setting comes to, or the reply that says why there is none."""
    title = role_title(setting.role).in_(context.language)
    found = None if context.current is None else facts.known(context.current.run, setting.role)
    before = None if found is None else found.number
    after = setting.after(before)
    if after is None:
        if setting.value is None:
            return None, _to_what(context, setting, title)
        return None, context.say(
            context.pick(
                f"I do not know the current {title}, so I cannot work that out. Which value should it get?",
                f"我不知道当前的{title}，算不出新的值。要改成多少？",
            ),
            act="ask",
        )
    refused = impossible(setting.role, after)
    if refused is not None:
        return None, context.say(
            context.pick(
                f"I leave the {title} as it is: {refused.en}. Which value do you mean?",
                f"{title}不改：{refused.zh}。你想改成多少？",
            ),
            act="ask" if isinstance(after, float | int) and after < 0 else "refuse",
        )
    return after if isinstance(after, str) else f"{after:.12g}", None


def _to_what(context: Context, setting: Setting, title: str) -> Reply:
    """A direction without a size: what this run's advice says, else one question."""
    change = next(
        (c for c in context.open_changes() if c.hyperparameter == setting.role and c.after is not None), None
    )
    number = None if change is None else as_number(change.after)
    if change is not None and number is not None:
        context.dialogue.proposals = (change,)
        return context.say(
            context.pick(
                f"To which value? For this run I would take {short_number(number)}: `apply {change.number}`.",
                f"改到多少？就这次训练，我建议 {short_number(number)}：`apply {change.number}`。",
            ),
            act="ask",
        )
    return context.say(
        context.pick(f"To which value should the {title} change?", f"{title}要改成多少？"), act="ask"
    )


def _by_name(context: Context, utterance: Utterance) -> Reply:
    """`set NAME VALUE` with the user's own name for the setting."""
    word, rest = utterance.first_word
    name, _, value = rest.replace("=", " ").partition(" ")
    if word != "set" or not name or not value.strip():
        return context.say(
            context.pick(
                "Which setting, and to which value? For example `set lr 0.03`.",
                "改哪个参数，改成多少？例如 `set lr 0.03`。",
            ),
            act="ask",
        )
    number = as_number(value.strip())
    role = hyperparameter_role(name)
    refused = impossible(role, number) if role is not None and number is not None else None
    if refused is not None:
        return context.say(
            context.pick(f"I leave {name} as it is: {refused.en}.", f"{name} 不改：{refused.zh}。")
        )
    return ask_to_apply(context, context.session.plan_value(name, value.strip()))


_IMPERATIVE = (
    r"^(?:(?:ok(?:ay)?|so|now|then|well|alright|right|fine|just|go ahead and|let's|please|can you|could you)"
    r"[, ]+)*"
    r"(?:set|change|use|make|put|lower|raise|increase|decrease|"
    r"reduce|drop|cut|halve|double|turn on|"
    r"turn off|switch|bump|try|divide|multiply)(?![a-z])"
)
_QUESTION = (
    r"^(?:what|should|would|is|does|why|how|when|will|which|do|did|suppose|if)(?![a-z])|[?？]|吗|"
    r"呢|会不会|要不要|行不行|行吗|好不好|可不可以|能不能|合不合适|哪个|如果|要是|假如|多少|"
    r"还是|怎么|^试|了$|(?:再|重新).{0,2}(?:跑|训练|来)|rerun|retrain|resume|again"
)


def sure(utterance: Utterance) -> float:
    """An imperative that names a setting and what it is to become."""
    if not utterance.settings or utterance.has(_QUESTION) or "?" in utterance.text:
        return 0.0
    if utterance.has(_IMPERATIVE) and not _weighs(utterance):
        return 0.95
    if utterance.has(_IMPERATIVE) or utterance.has(
        r"改成|设成|设为|调到|改为|设置为|换成|降到|提高到|拉到|减半|翻倍|加倍|调小|调大|降低|"
        r"增大|除以|乘以|设到"
    ):
        return 0.9
    return 0.85 if utterance.has(r"^[a-z_ ]{1,24}\s?(?:=|:|->|to)?\s?[-+]?[0-9.]+(?:e-?[0-9]+)?$") else 0.0


def _weighs(utterance: Utterance) -> bool:
    """Whether it names several values to choose from, or something that no setting holds."""
    several = utterance.has(r"(?<![a-z])(?:or|vs|between)(?![a-z])|sweep|range")
    return several or any(setting.role == "train_size" for setting in utterance.settings)


INTENT = Intent(
    name="set_param",
    title=Bilingual(en="set a hyperparameter", zh="设置一个超参数"),
    answer=answer,
    parse=parse,
    sure=sure,
    commands={"set": r"\S+(?:\s+|\s*=\s*)\S.*"},
)
