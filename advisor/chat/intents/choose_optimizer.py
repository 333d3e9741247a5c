"""Which optimiser, and its momentum?"""

from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.figures import figures
from advisor.chat.general import general_rule
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual

_SWINGS = ("oscillating", "loss_spikes", "lr_too_high", "diverged", "exploding_gradients")


def parse(utterance: Utterance) -> Slots:
    """The optimisers to choose from, or the one of their settings that is asked about."""
    names = list(dict.fromkeys(mention.name for mention in utterance.optimisers))
    slots: dict[str, SlotValue] = {}
    if any(mention.name == "momentum" for mention in utterance.hyperparameters):
        if "sgd" in names and len(names) > 1:
            names = ["sgd+momentum" if name == "sgd" else name for name in names]
        else:
            slots["hparam"] = "momentum"
    if len(names) > 1:
        slots["options"] = names
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """This run first, the trade-off second."""
    rule = general_rule(INTENT.name, utterance)
    if parse(utterance).get("hparam") == "momentum":
        return about(context, ("momentum", "optimizer"), rule, _swinging(context, utterance))
    return about(context, ("optimizer", "momentum"), rule)


def _swinging(context: Context, utterance: Utterance) -> str:
    """That momentum adds to the swings, where the run swings and its effective step is known."""
    current = context.current
    first = None if current is None else next(iter(current.findings), None)
    if current is None or first is None or first.problem.value not in _SWINGS:
        return ""
    known = figures(current, context.language)
    rate, momentum, effective = (known.get(n) for n in ("learning_rate", "momentum", "effective_rate"))
    if effective is None:
        return ""
    doubted = utterance.has(r"^(?:is|does|do|could|can)(?![a-z])|会不会|是不是|吗$|worse|加大|加重")
    yes = context.pick("Yes, it adds", "会，它加大了") if doubted else context.pick("It adds", "它加大了")
    return context.pick(
        f"{yes} to the swings: with momentum {momentum} the learning rate {rate} acts like {effective} "
        "along a steady slope. Lower the rate first; the momentum itself is a usual value.",
        f"{yes}摆动：动量 {momentum} 下，学习率 {rate} 沿稳定方向相当于 {effective}。"
        "先降学习率；动量本身是常用值。",
    )


INTENT = Intent(
    name="choose_optimizer",
    title=Bilingual(en="choose an optimiser", zh="选优化器"),
    answer=answer,
    parse=parse,
)
