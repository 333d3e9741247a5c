"""Which learning rate?"""

from advisor.chat import facts
from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.general import general_rule
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.range_test import range_test
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual, short_number


def parse(utterance: Utterance) -> Slots:
    """The value and the optimiser that are named."""
    slots: dict[str, SlotValue] = {}
    if utterance.numbers:
        slots["value"] = utterance.numbers[0].value
    if utterance.optimisers:
        slots["optimizer"] = utterance.optimisers[0].name
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """This run first, the general rule second."""
    rule = general_rule(INTENT.name, utterance)
    return about(context, ("learning_rate",), rule, _range_test(context))


def _range_test(context: Context) -> str:
    """What a log of one short training per learning rate shows; empty where the log is no such test."""
    current = context.current
    found = None if current is None else range_test(current.run)
    if found is None:
        return ""
    lowest, edge = facts.name(found.series), short_number(found.edge)
    best, low, high = short_number(found.best), f"{found.best / 6:.1g}", f"{found.best / 2:.1g}"
    return context.pick(
        f"This log is a range test over {found.points} rates: {lowest} is lowest at {best} and blows up from "
        f"{edge} on. A safe choice is a factor of 2 to 6 below the lowest: {low} to {high}.",
        f"这份日志是 {found.points} 个学习率的范围测试：{lowest} 在学习率 {best} 处最低，从 {edge} 起爆掉。"
        f"稳妥的取值比最低处再低 2 到 6 倍：{low} 到 {high}。",
    )


INTENT = Intent(
    name="choose_lr",
    title=Bilingual(en="choose a learning rate", zh="选学习率"),
    answer=answer,
    parse=parse,
)
