"""How much would that bring? What a proposal did elsewhere, and what it can be expected to do here."""

from advisor.advice.change import Change
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.intents.explain_why import nearest_sentence
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.report.parts import change_headline, learned_note
from advisor.text import Bilingual, short_number


def parse(utterance: Utterance) -> Slots:
    """Which proposal; nothing for the first."""
    return {"index": utterance.ordinals[0]} if utterance.ordinals else {}


def answer(context: Context, utterance: Utterance) -> Reply:
    """What the change did in reruns and in the corpus, its cost, and how to find out here."""
    if context.current is None:
        return context.no_run()
    change = _meant(context, utterance)
    if change is None:
        return context.say(
            context.pick("I have no change to propose for this run.", "这次训练我没有要建议的修改。")
        )
    context.dialogue.proposals, context.dialogue.subject = (change,), change.finding
    if utterance.has(_TIME):
        return context.say(_time(context, change), _experience(context, change))
    headline = f"{change.number}. {change_headline(change, context.language)}"
    reason = context.pick(": ", "：") + change.reason.in_(context.language)
    honest = context.pick(
        f"By how much here, only a rerun shows: `apply {change.number}`, `rerun`, `compare`.",
        f"在这里能有多大效果，只有重训才知道：`apply {change.number}`、`rerun`、`compare`。",
    )
    return context.say(
        headline + reason, _experience(context, change), nearest_sentence(context, change), honest
    )


_TIME = r"(?<![a-z])(?:time|longer|slower|faster|runtime|compute|cost)(?![a-z])|时间|多久|更慢|更快|成本|算力"


def _time(context: Context, change: Change) -> str:
    """What a training takes with the change, beside one without."""
    headline = change_headline(change, context.language)
    if change.cost == 1:
        return context.pick(
            f"About as long as now: {headline} adds no training time.",
            f"和现在差不多：{headline} 不增加训练时间。",
        )
    times = short_number(change.cost)
    return context.pick(
        f"With {headline} a training takes {times} times as long.",
        f"{headline} 之后，训练时间变为 {times} 倍。",
    )


def _meant(context: Context, utterance: Utterance) -> Change | None:
    shown, index = context.on_the_table(), parse(utterance).get("index")
    if isinstance(index, int) and index > 0:
        return next((change for change in context.open_changes() if change.number == index), None)
    return next(iter(shown[::-1] if index == -1 else shown), None)


def _experience(context: Context, change: Change) -> str:
    """How often it helped where it was tried; that nobody knows where it never was."""
    known = []
    if change.helped is not None and change.helped[1]:
        helped, tried = change.helped
        known.append(
            context.pick(
                f"In {tried} reruns that I can look back on, it lowered the held-out loss {helped} times",
                f"在我能回看的 {tried} 次重训里，它有 {helped} 次降低了留出损失",
            )
        )
    if change.learned is not None:
        known.append(learned_note(change, context.language))
    if change.cost != 1:
        cost = short_number(change.cost)
        known.append(context.pick(f"it takes {cost} times the training time", f"训练时间变为 {cost} 倍"))
    if not known:
        return context.pick(
            "How often that helps was never measured, so I put no figure on it.",
            "它多常有用还没有测过，所以我不给数字。",
        )
    return context.pick("; ", "；").join(known) + context.pick(".", "。")


INTENT = Intent(
    name="how_much",
    title=Bilingual(en="say how much a change would help", zh="说明一个修改能有多大效果"),
    answer=answer,
    parse=parse,
)
