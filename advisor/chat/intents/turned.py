"""Since when does it get worse, and how much was lost? The best point of a curve against its end."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.run import Role, Run, Series
from advisor.text import Bilingual, short_number


def parse(utterance: Utterance) -> Slots:
    """The metric that is named, if any."""
    return {"metric": utterance.metrics[0].name} if utterance.metrics else {}


def answer(context: Context, utterance: Utterance) -> Reply:
    """The best point, the end, their difference and the share of it; that it never turned is an answer."""
    current = context.current
    if current is None:
        return context.no_run()
    series = _curve(current.run, str(parse(utterance).get("metric", "")))
    if series is None:
        return context.say(context.pick("No curve that tells when.", "没有能看出来的曲线。"), act="refuse")
    best, last = facts.best_index(series), len(series) - 1
    if best is None:
        return context.say(facts.best_and_last(series, context.language))
    name = facts.name(series)
    if best == last:
        at = facts.at(series, last, context.language)
        return context.say(
            context.pick(
                f"It has not: {name} is at its best at the end, {at}.",
                f"没有变差：{name} 最后就是最好的，{at}。",
            )
        )
    return context.say(_worse(context, series, best), _meanwhile(context, current.run, series, best))


def _curve(run: Run, metric: str) -> Series | None:
    found = facts.find_series(run, metric) if metric and metric != "loss" else None
    return found or facts.verdict_series(run)


def _worse(context: Context, series: Series, best: int) -> str:
    """From where a curve got worse, and by how much until its end."""
    name, since = facts.name(series), facts.place(series, best, context.language)
    top, end = float(series.y[best]), float(series.y[-1])
    apart, share = short_number(float(f"{abs(end - top):.3g}")), ""
    if top > 0 and end > 0:
        share = (
            f" ({abs(end - top) / top:.0%})"
            if context.language == "en"
            else f"（{abs(end - top) / top:.0%}）"
        )
    at = facts.at(series, len(series) - 1, context.language)
    up = end > top
    return context.pick(
        f"Since {since}: {name} was best there with {short_number(top)} and {'rose' if up else 'fell'} by "
        f"{apart}{share}, to {at}.",
        (
            f"从{since}起：{name} 在那里最好，是 {short_number(top)}，之后{'升' if up else '降'}了 "
            f"{apart}{share}，到{at}。"
        ),
    )


def _meanwhile(context: Context, run: Run, series: Series, best: int) -> str:
    """What the training loss did in the meantime; empty where it is not known."""
    train = run.main(Role.TRAIN_LOSS)
    if train is None or train is series or series.role is not Role.VAL_LOSS or train.x_kind != series.x_kind:
        return ""
    then = facts.nearest_index(train, float(series.x[best]))
    if then is None or then >= len(train) - 1:
        return ""
    a, b = facts.at(train, then, context.language), facts.at(train, len(train) - 1, context.language)
    name = facts.name(train)
    return context.pick(f"In the same time {name} went from {a} to {b}.", f"同一时期 {name} 从{a} 变到{b}。")


_TURN = (
    r"(?:start|begin|began|turn)(?:ed|s)? (?:to |going |getting )*(?:ris\w*|up|around|"
    r"climb\w*|worse\w*|overfit\w*|"
    r"increas\w*|grow\w*|diverg\w*|go\w* up|get\w* worse|deteriorat\w*)"
)
_ASKED = regex(
    r"(?:and |so )*(?:from|at|since) (?:what|which) point(?: on)? (?:does|did|do|has) .{2,30}|"
    r".{0,60}(?<![a-z])since (?:when|what (?:epoch|step)|which (?:epoch|step))|"
    rf"(?:so |and |ok )*(?:when|where|at which (?:epoch|step)|at what (?:epoch|step)|which "
    rf"(?:epoch|step)|from which (?:epoch|step)) "
    rf"(?:exactly )?(?:did|does|do|was|is)? ?(?:it|the|my|this|that|val\w*|eval\w*|loss|"
    rf"test|validation|i|we)?.{{0,30}}(?:{_TURN}|start\w*|overfit|turn\w*|go wrong|went "
    rf"wrong)|"
    r"(?:show me |tell me )?(?:where|when) (?:it|that|the overfitting|overfitting) (?:starts?|"
    r"begins?|started|began|turns?)|"
    r"(?:so |and |but )*how much (?:did (?:it|i|we|the (?:loss|val loss|validation loss|accuracy)|val loss) "
    r"(?:lose|rise|worsen|fall|drop|go up|get worse|climb|increase)|was lost|is lost|"
    r"have i lost|worse (?:did it get|is (?:it|the end)))"
    r"(?: (?:since|after|from|by|between).{2,30})?|"
    r"(?:so |and )*how bad(?: did it get| exactly)?|"
    r".{0,16}(?:啥时候|什么时候|何时|从哪|哪一?(?:步|轮)|第几(?:步|轮)?).{0,8}(?:开始)"
    r"?(?:往上)?(?:涨|上升|升|变差|过拟合|恶化|反弹|掉头|拐头|变坏)的?(?:呢|啊)?|"
    r"(?:一共|总共|后来)?(?:涨|升|恶化|变差|反弹|损失)了(?:多少|几个?点)(?:呢|啊)?"
)


def sure(utterance: Utterance) -> float:
    """The moment or the size of a turn for the worse."""
    return 0.95 if _ASKED.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="turned",
    title=Bilingual(en="say since when it gets worse", zh="说明从什么时候开始变差"),
    answer=answer,
    parse=parse,
    sure=sure,
)
