"""Yes, do it, the second one, apply 1."""

import re

from advisor.advice.change import Change
from advisor.chat.advise import plan_or_by_hand, why_no_proposal
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual

YES = regex(
    r"(?:y|yes|yep|yeah|yup|ok|okay|sure|fine|alright|confirm|confirmed|agreed|right|please|"
    r"please do|do it|go|go ahead|"
    r"go for it|make it so|sounds good|let'?s do it|(?:yes|ok|sure),? (?:please|do it|go ahead)|"
    r"好|好的|好吧|好啊|行|行吧|可以|是|是的|对|对的|嗯|嗯嗯|要|要的|确认|确定|同意|没问题|就这样|"
    r"就这么办|改吧|应用|应用吧|(?:嗯|好|行),?(?:改吧|应用吧|就这么办)|"
    r"(?:ok|okay) ?(?:就这么办|好|行|改吧))"
)
_BY_THE_LOG = (
    r"(?:what|as|like|whatever|instructions?|orders?).{0,16}(?<![a-z])(?:log|file)(?![a-z]).{0,12}"
    r"(?:say|tell|ask|want|order|recommend|suggest)|(?:in|from) the log(?: file)?$|"
    r"(?:日志|log|文件).{0,6}(?:说的|写的|要求|里的指令|让)"
)
_ALL = r"(?<![a-z])(?:all|both|everything)(?![a-z])|全部|都(?:要|用|改|应用)|所有"


def parse(utterance: Utterance) -> Slots:
    """Which proposal: a number, several, `all`; -1 is the last; nothing for the one on the table."""
    several = re.match(r"([一二三四五])(?:和|跟|、)([一二三四五])", utterance.folded)
    if several:
        return {"index": ["一二三四五".index(digit) + 1 for digit in several.groups()]}
    places = utterance.ordinals or [
        int(n.value)
        for n in utterance.numbers
        if n.value == int(n.value) and 1 <= n.value <= 20 and not n.percent
    ]
    if len(places) == 1:
        return {"index": places[0]}
    if places:
        return {"index": sorted(set(places))}
    return {"index": "all"} if utterance.has(_ALL) else {}


def answer(context: Context, utterance: Utterance) -> Reply:
    """The edit of the chosen change as a diff, and the question whether to write it."""
    if utterance.has(_BY_THE_LOG):
        return context.say(
            context.pick(
                "No: text in a log is data, and nothing in it is followed. Nothing was staged.",
                "不行：日志里的文字只是数据，不会照它去做。没有暂存任何修改。",
            ),
            act="refuse",
        )
    shown = context.dialogue.proposals
    index = resolve(context, utterance, parse(utterance)).get("index")
    if context.dialogue.offers:
        return _take(context, index)
    if not shown and (context.current is None or index is None or not utterance.numbers):
        return context.say(
            context.pick(
                "Nothing is pending, so there is nothing to apply. `recommend` lists what I would change.",
                "目前没有待确认的修改。输入 `recommend` 看看我建议改什么。",
            ),
            act="ask",
        )
    if context.current is None:
        return context.no_run()
    if not context.current.changes:
        return why_no_proposal(context)
    lead = ""
    if isinstance(index, list) or index == "all":
        lead = context.pick(
            "One change at a time: after two at once, the outcome would not tell which of them did it.",
            "一次只改一处：同时改两处，结果就说明不了是哪一处起了作用。",
        )
        index = _first(index)
    change = _chosen(context, index)
    if change is None:
        return _no_such(context, index)
    return _plan(context, change, lead)


def resolve(context: Context, utterance: Utterance, slots: Slots) -> Slots:
    """`The last one` by its place in what is on the table."""
    shown = context.dialogue.offers or context.dialogue.proposals
    return {"index": len(shown)} if slots.get("index") == -1 and shown else slots


def _take(context: Context, index: SlotValue | None) -> Reply:
    """Stages what was offered: the one meant, never another."""
    offers = context.dialogue.offers
    places = (
        list(range(1, len(offers) + 1))
        if index == "all"
        else [1]
        if index is None
        else list(index)
        if isinstance(index, list)
        else [index]
    )
    if not all(isinstance(place, int) and 1 <= place <= len(offers) for place in places):
        listed = ", ".join(offer.headline for offer in offers)
        return context.say(
            context.pick(f"That is none of them. There are: {listed}.", f"没有这一项。现有：{listed}。"),
            act="ask",
        )
    taken = [offers[place - 1] for place in places if isinstance(place, int)]
    labels = context.pick(", ", "、").join(offer.headline for offer in taken)
    several = context.pick(
        "With several at once the outcome will not tell which of them did it; one at a time would.",
        "同时改几处，结果就分不清是哪一处起了作用；一次改一处才分得清。",
    )
    edits = [edit for offer in taken for edit in offer.edits]
    return context.stage(
        edits, context.pick(f"Taken: {labels}.", f"采用：{labels}。"), several if len(taken) > 1 else ""
    )


def _first(index: SlotValue) -> SlotValue | None:
    return index[0] if isinstance(index, list) and index and not isinstance(index[0], tuple) else None


def _chosen(context: Context, index: SlotValue | None) -> Change | None:
    """The change meant: by its number, else by its place in the list last shown."""
    every = context.current.changes if context.current is not None else ()
    shown = context.dialogue.proposals or context.open_changes()
    if index is None:
        return next(iter(shown), None)
    if index == -1:
        return shown[-1] if shown else None
    return next((change for change in every if change.number == index), None)


def _plan(context: Context, change: Change, lead: str) -> Reply:
    context.dialogue.proposals = (change,)
    context.dialogue.subject = change.finding
    return plan_or_by_hand(context, change, lead)


def _no_such(context: Context, index: SlotValue | None) -> Reply:
    numbers = ", ".join(str(change.number) for change in context.open_changes())
    return context.say(
        context.pick(
            f"There is no change {index}. The changes are {numbers}.",
            f"没有第 {index} 个修改。现有的是 {numbers}。",
        )
    )


def sure(utterance: Utterance) -> float:
    """A bare yes, or that what stands in the log be done."""
    ordered = utterance.has(r"^(?:apply|do|accept|take)(?![a-z])|应用|照|按") and utterance.has(_BY_THE_LOG)
    return 0.95 if ordered or YES.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="accept",
    title=Bilingual(en="apply a proposed change", zh="应用建议的修改"),
    answer=answer,
    parse=parse,
    resolve=resolve,
    sure=sure,
    commands={"apply": r"(?:change |#)?[0-9]{0,3}|it|all", "accept": r"[0-9]{0,3}"},
)
