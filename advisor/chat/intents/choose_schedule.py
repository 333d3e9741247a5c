"""Which learning-rate schedule?"""

from advisor.chat import facts
from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.general import general_rule
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual

_KINDS = {
    "warmup": r"warm-?\s?up|预热|热身",
    "cosine": r"cosine|余弦",
    "step": r"step decay|step lr|阶梯|multistep",
    "plateau": r"plateau|平台",
    "onecycle": r"one ?cycle",
    "linear": r"linear|线性",
    "exponential": r"exponential|指数",
}


def parse(utterance: Utterance) -> Slots:
    """The schedule asked about, or the ones to choose from."""
    slots: dict[str, SlotValue] = {}
    named = [kind for kind, pattern in _KINDS.items() if utterance.has(pattern)]
    if len(named) > 1:
        slots["options"] = named
    elif named:
        slots["kind"] = named[0]
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """This run first, the trade-off second."""
    warmup = parse(utterance).get("kind") == "warmup"
    roles = (
        ("warmup_steps", "warmup_ratio", "scheduler")
        if warmup
        else ("scheduler", "scheduler_gamma", "scheduler_step", "min_learning_rate")
    )
    rule = general_rule(INTENT.name, utterance)
    return about(context, roles, rule, _calm_start(context) if warmup else "")


def _calm_start(context: Context) -> str:
    """That the run needs no warm-up, where its loss falls from the first value on."""
    current = context.current
    series = None if current is None else facts.verdict_series(current.run)
    if series is None or len(series) < 3 or series.lower_is_better is not True:
        return ""
    first, second, third = (float(value) for value in series.y[:3])
    if not first > second > third:
        return ""
    before, after = facts.at(series, 0, context.language), facts.at(series, 2, context.language)
    name = facts.name(series)
    return context.pick(
        f"Not needed here: {name} falls from the start, from {before} to {after}, without a spike.",
        f"这里不需要：{name} 从一开始就在下降，从{before} 到{after}，没有尖峰。",
    )


INTENT = Intent(
    name="choose_schedule",
    title=Bilingual(en="choose a learning-rate schedule", zh="选学习率调度"),
    answer=answer,
    parse=parse,
)
