"""When to stop?"""

import numpy as np

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.run import Series
from advisor.text import Bilingual, short_number

_PATIENCE = 10


def answer(context: Context, utterance: Utterance) -> Reply:
    """The best point so far and how long ago it was; patience as the rule, no universal number."""
    current = context.current
    series = None if current is None else facts.verdict_series(current.run)
    watched = None if series is None else facts.name(series)
    rule = context.pick(
        f"Stop when {watched or 'the validation loss'} has not improved for 5 to 10 evaluations, and keep "
        "the best checkpoint. No value is a target by itself.",
        f"当 {watched or '验证损失'} 连续 5 到 10 次评估没有改进时停下，并保留最佳检查点。"
        "没有哪个数值本身就是目标。",
    )
    best = None if series is None else facts.best_index(series)
    if series is None or best is None:
        return context.say(rule)
    if (lost := facts.lost_at(series, context.language)) is not None:
        lead = context.pick(
            f"Stop now: {watched} is not finite from {lost} on, and no further step brings it back.",
            f"现在就停：{watched} 从{lost}起不再有限，继续训练也回不来。",
        )
        return context.say(lead, facts.best_and_last(series, context.language), rule)
    since = len(series) - 1 - best
    where, name = facts.at(series, best, context.language), facts.name(series)
    if since >= 3:
        lead = context.pick(
            f"It could have stopped already: {name} was best with {where}, {short_number(since)} "
            "evaluations ago.",
            f"早就可以停了：{name} 的最佳值是{where}，之后 {short_number(since)} 次评估都没有更好。",
        )
    else:
        lead = context.pick(
            f"Not yet: {name} was best with {where}, at or near the end.",
            f"还不用停：{name} 的最佳值是{where}，就在末尾附近。",
        )
        if len(series) > 2 and (np.diff(series.y) * (1 if series.lower_is_better else -1) < 0).all():
            lead += context.pick(
                f" It improved at each of its {len(series)} points.", f"{len(series)} 个点一路都在改进。"
            )
    return context.say(lead, _patience(context, series, best), rule)


def _patience(context: Context, series: Series, best: int) -> str:
    """Where a patience of ten evaluations would have ended the run; empty where it would not have."""
    stop = best + _PATIENCE
    if stop >= len(series) - 1:
        return ""
    where = facts.place(series, stop, context.language)
    return context.pick(
        f"A patience of {_PATIENCE} would have stopped it at {where}.",
        f"耐心值 {_PATIENCE} 会在{where}停下。",
    )


INTENT = Intent(
    name="choose_stopping",
    title=Bilingual(en="decide when to stop", zh="决定何时停止"),
    answer=answer,
)
