"""What if it had been stopped sooner? What the curves held there against their end."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.run import Role, Series
from advisor.text import Bilingual
from advisor.vocabulary.lengths import LENGTHS


def parse(utterance: Utterance) -> Slots:
    """The epoch or step, or the share of the run, at which it would have ended."""
    at = utterance.epoch
    if at is not None:
        return {"epoch": at}
    share = next((n.value for n in utterance.numbers if 0 < n.value < 1), None)
    halved = 0.5 if utterance.has(r"half|一半|中途") else None
    if (part := share or halved) is not None:
        return {"share": part}
    whole = next((int(n.value) for n in utterance.numbers if n.value >= 1), None)
    return {} if whole is None else {"epoch": whole}


def answer(context: Context, utterance: Utterance) -> Reply:
    """The value at that place beside the best and the last one; a log needs no model to tell this."""
    current = context.current
    if current is None:
        return context.no_run()
    series = facts.verdict_series(current.run)
    best = None if series is None else facts.best_index(series)
    if series is None or best is None:
        return context.say(context.pick("No curve here tells that.", "没有曲线能说明这一点。"), act="refuse")
    slots = parse(utterance)
    x = slots.get("epoch")
    if x is None and (share := slots.get("share")) is not None:
        x = float(series.x[0]) + float(str(share)) * float(series.x[-1] - series.x[0])
    place = best if x is None else facts.nearest_index(series, float(str(x)))
    if place is None:
        return context.say(facts.best_and_last(series, context.language))
    return context.say(_compared(context, series, place), *_beside(context, series, place))


def _compared(context: Context, series: Series, place: int) -> str:
    here, last = float(series.y[place]), float(series.y[-1])
    better = here < last if series.lower_is_better else here > last
    same = here == last
    verdict = (
        context.pick("The same: ", "一样：")
        if same
        else context.pick("Better: ", "会更好：")
        if better
        else context.pick("Worse: ", "会更差：")
    )
    name = facts.name(series)
    at, end = (facts.at(series, i, context.language) for i in (place, len(series) - 1))
    return verdict + context.pick(f"{name} was {at}, and ended with {end}.", f"{name} 是{at}，最后是{end}。")


def _beside(context: Context, series: Series, place: int) -> list[str]:
    """The best stop in hindsight, the training loss at the stop, and what a schedule spoils."""
    current = context.current
    best = facts.best_index(series)
    told = []
    if best is not None and best != place:
        at = facts.at(series, best, context.language)
        told.append(context.pick(f"The best stop was {at}.", f"最好的停点是{at}。"))
    train = None if current is None else current.run.main(Role.TRAIN_LOSS)
    if train is not None and train is not series and train.x_kind == series.x_kind:
        then = facts.nearest_index(train, float(series.x[place]))
        if then is not None:
            at = facts.at(train, then, context.language)
            told.append(context.pick(f"{facts.name(train)} was {at}.", f"{facts.name(train)} 是{at}。"))
    caveat = context.pick(
        "A shorter run with its own schedule would have decayed sooner, and may end elsewhere.",
        "如果学习率有调度，按更短的计划训练会更早衰减，结果可能不同。",
    )
    return [" ".join(told), caveat]


_ASKED = regex(
    r"(?:and |but |so |ok )*(?:what if|what would have happened if|suppose|if|how would "
    r"it (?:be|look) if|would it (?:have been|be) better (?:if|to)) "
    r"(?:i|we|it|you)?(?: had|'d| would have| have)? ?(?:just )?(?:stop(?:ped)?|end(?:ed)"
    r"?|quit|halted|only (?:trained|run|ran)|trained only)"
    r"(?: (?:at|after|by|in|with|for|around|near|the training|training|it|early|earlier|"
    r"sooner|already))*.{0,40}|"
    r"(?:那|那么)?(?:如果|要是|假如)(?:我|当时|早点)?(?:在|到|只|就)?.{0,10}(?:就停|停下|"
    r"停止|停掉|停了|提前停|早停|训到.{1,8}停).{0,10}"
)


def _sets_more(utterance: Utterance) -> bool:
    """Whether it speaks of another setting than the length of the run."""
    return any(setting.role not in LENGTHS for setting in utterance.settings)


def sure(utterance: Utterance) -> float:
    """A stop that is thought of, not asked for."""
    return 0.95 if _ASKED.fullmatch(utterance.folded) and not _sets_more(utterance) else 0.0


INTENT = Intent(
    name="had_stopped",
    title=Bilingual(en="say how it would stand if it had stopped sooner", zh="说明早点停会怎样"),
    answer=answer,
    parse=parse,
    sure=sure,
)
