"""What goes on with a value that was told: where it stands, another curve there, what it comes to."""

import math
import re

import numpy as np

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance, understand
from advisor.patterns import regex
from advisor.run import Role, Run, Series
from advisor.text import short_number

_WHEN = regex(
    r"(?:and |so |ok )*(?:when|at (?:which|what) (?:epoch|step|point)|which (?:epoch|"
    r"step))(?: was (?:that|it|this)| exactly)?|"
    r"(?:那)?(?:是)?在?(?:什么时候|啥时候|哪一?轮|哪一?步|第几轮|第几步|在哪里?)(?:的)?(?:呢|啊)?"
)
_THEN = (
    r"(?<![a-z])(?:then|there|at (?:that|the same|this) (?:point|time|step|epoch|moment)"
    r")$|那时候?|当时|那一(?:步|轮)|同一(?:步|轮)|此时"
)
_MINE = regex(
    r"(?:and |so |ok )*(?:which(?: one)?|what) (?:did|do|have) (?:i|we) (?:use|used|have|"
    r"take|set|choose|chosen|pick)|(?:and |so )*(?:what (?:was|is)|what's) mine|"
    r"(?:and )?mine|(?:which|what) (?:is|was) used(?: here)?|(?:那)?我(?:的)?(?:用的?)"
    r"?(?:是|用的是)(?:哪个|多少|什么|哪一个|几)(?:呢)?"
)


def of_the_last(context: Context, current: Assessment, utterance: Utterance) -> Reply | None:
    """What goes on with the value told last: where it stands, or another curve at the same place."""
    last = context.dialogue.value
    if last is None:
        return None
    name, x = last
    if _WHEN.fullmatch(utterance.folded):
        series = facts.find_series(current.run, name)
        place = None if series is None else facts.nearest_index(series, x)
        if series is None or place is None:
            return None
        at = facts.place(series, place, context.language)
        return context.say(
            context.pick(f"At {at}: {name}", f"{at}：{name} 是")
            + f" {short_number(float(series.y[place]))}"
            + context.pick(".", "。")
        )
    if utterance.metrics and utterance.epoch is None and re.search(_THEN, utterance.folded):
        told, series = facts.find_series(current.run, name), facts.curve_in(current.run, utterance.folded)
        if series is None and utterance.has(r"(?<![a-z])train|训练"):
            roles = (Role.TRAIN_LOSS, Role.TRAIN_METRIC)
            series = facts.of_set(current.run, utterance.metrics[0].name, roles)
        series = series or facts.find_series(current.run, utterance.metrics[0].name)
        place = None if series is None or told is None else _same_place(told, x, series)
        if series is not None and place is not None:
            return context.say(_told(context, series, place))
    return None


def _same_place(told: Series, x: float, other: Series) -> int | None:
    """The point of another curve at a place of the first: by what both count, else by the log's own order."""
    if told.x_kind == other.x_kind or not len(other):
        return facts.nearest_index(other, x)
    here = facts.nearest_index(told, x)
    return None if here is None else int(np.argmin(np.abs(other.at - told.at[here])))


def _told(context: Context, series: Series, index: int) -> str:
    """A value and where it stands; remembered for what is asked next."""
    context.dialogue.value = (series.name, float(series.x[index]))
    at = facts.at(series, index, context.language)
    return context.pick(f"{facts.name(series)} is {at}.", f"{facts.name(series)} 是{at}。")


def spoken_setting(context: Context) -> str | None:
    """The setting that the turn before spoke of."""
    spoken = understand(context.dialogue.asked_before, context.own_names)
    named = [mention.name for mention in spoken.hyperparameters]
    return named[0] if named else "optimizer" if spoken.optimisers else None


def goes_on(utterance: Utterance) -> bool:
    """Whether it can only be understood from the turn before."""
    if _WHEN.fullmatch(utterance.folded) or asks_for_own(utterance):
        return True
    asked = utterance.has(r"^(?:and |so )?(?:what|how|the )|多少|呢")
    return bool(utterance.metrics) and asked and re.search(_THEN, utterance.folded) is not None


def asks_for_own(utterance: Utterance) -> bool:
    """Whether it asks which of what was spoken of is the run's own: `which one did I use?`."""
    return _MINE.fullmatch(utterance.folded) is not None


def perplexity_of(context: Context, run: Run) -> str:
    """The perplexity that the judged loss comes to, were it a cross-entropy in nats; empty without a loss."""
    series = facts.verdict_series(run)
    best = None if series is None or "loss" not in series.role.value else facts.best_index(series)
    if series is None or best is None or float(series.y[best]) > _LARGEST:
        return ""
    at, value = (
        facts.at(series, best, context.language),
        short_number(float(f"{math.exp(series.y[best]):.4g}")),
    )
    name = facts.name(series)
    return context.pick(
        f"Were {name} a cross-entropy in nats, its best, {at}, would be a perplexity of {value}.",
        f"如果 {name} 是以自然对数计的交叉熵，最好的{at} 对应的困惑度是 {value}。",
    )


_LARGEST = 50.0
"""Nats above which a loss is none of a single token or class."""
