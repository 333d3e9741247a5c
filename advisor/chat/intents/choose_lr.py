"""Which learning rate?"""

import math
from dataclasses import replace

from advisor.advice.rounding import as_number
from advisor.chat import facts
from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.general import general_rule
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.range_test import range_test
from advisor.chat.reply import Paragraph, Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
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
    rule, few = general_rule(INTENT.name, utterance), _weighed(context, utterance)
    told = about(context, ("learning_rate",), rule, _range_test(context))
    return replace(told, blocks=(Paragraph(few), *told.blocks)) if few else told


def _weighed(context: Context, utterance: Utterance) -> str:
    """Which of several rates that are named is nearest to what this run asks for; empty where none is."""
    named = [number.value for number in utterance.numbers if 0 < number.value < _HIGHEST]
    if len(named) < 2 or context.current is None:
        return ""
    proposed = (c for c in context.open_changes() if c.hyperparameter == "learning_rate")
    wanted = next((as_number(change.after) for change in proposed), None)
    known = facts.known(context.current.run, "learning_rate")
    aim = wanted or (None if known is None else known.number)
    if aim is None or aim <= 0:
        return ""
    nearest = short_number(min(named, key=lambda value: abs(math.log(value / aim))))
    basis = (
        context.pick(
            f"what I would propose here, {short_number(aim)}", f"我在这里的建议值 {short_number(aim)}"
        )
        if wanted
        else context.pick(
            f"the present {short_number(aim)}, which nothing found speaks against",
            f"现在的 {short_number(aim)}，而目前没有发现它有问题",
        )
    )
    return context.pick(
        f"Of these {nearest}: it is nearest to {basis}.", f"这几个里选 {nearest}：它最接近{basis}。"
    )


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


_OR = r"\s*(?:,? ?(?<![a-z])(?:or|vs\.?|versus|and)(?![a-z])|还是|和|跟|或者?|、)\s*"
_RATE = r"[0-9.]+(?:e-?[0-9]+)?"
_CHOICE = regex(
    rf"(?:so |ok |and |then |那|lr |learning rate |学习率)*{_RATE}(?:{_OR}{_RATE})+ ?"
    r"(?:which.*|哪个.*|选哪个|吧|呢)?"
)
_JUDGED = regex(
    rf"(?:so |ok |and |but |then |well |hm+ )*is {_RATE} (?:a |an )?(?:bit |too |way too |really )*"
    r"(?:ok|okay|fine|good|reasonable|sane|sensible|normal|high|low|big|small|large|much|timid|aggressive)"
    r"(?: then| here| now| for (?:this|that|it))*"
)
_HIGHEST = 0.5
"""What is named without a name and is below this is taken for a rate."""


def sure(utterance: Utterance) -> float:
    """A bare choice of values, or whether one is right, where the values can only be rates."""
    values = [number.value for number in utterance.numbers]
    rates = bool(values) and all(0 < value < _HIGHEST for value in values)
    named = utterance.metrics or any(m.name != "learning_rate" for m in utterance.hyperparameters)
    percent = any(number.percent for number in utterance.numbers)
    asks = _CHOICE.fullmatch(utterance.folded) or _JUDGED.fullmatch(utterance.folded)
    return 0.95 if rates and asks and not named and not percent else 0.0


INTENT = Intent(
    name="choose_lr",
    title=Bilingual(en="choose a learning rate", zh="选学习率"),
    answer=answer,
    parse=parse,
    sure=sure,
)
