"""How long did it take?"""

import numpy as np

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.run import Run
from advisor.text import Bilingual, short_number

_UNITS = ((3600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒"))


def answer(context: Context, utterance: Utterance) -> Reply:
    """The seconds that the log's clock or the journal tells, in all and for a point of the curve."""
    current = context.current
    if current is None:
        return context.no_run()
    seconds, of_the_log = spent(context, current.run)
    series = facts.verdict_series(current.run)
    if seconds is None:
        missing = context.pick(
            "I do not know: the log has no clock that I read, and nobody timed this training. "
            "`train COMMAND` does.",
            "我不知道：日志里没有读到时间，这次训练也没有计时。用 `train 命令` 启动就会计时。",
        )
        return context.say(missing, act="refuse")
    whole = in_words(seconds, context)
    said = (
        context.pick(f"The log spans {whole} from end to end.", f"日志首尾两点相隔 {whole}。")
        if of_the_log
        else context.pick(f"The command ran for {whole}.", f"这条命令运行了 {whole}。")
    )
    if series is None or len(series) < 2:
        return context.say(said)
    gaps = len(series) - 1 if of_the_log else len(series)
    each, name = in_words(seconds / gaps, context), facts.name(series)
    return context.say(
        said,
        context.pick(
            f"That is {each} for each of the {len(series)} points of {name}, with all that ran between them.",
            f"{name} 有 {len(series)} 个点，平均每个点 {each}（包括其间的所有工作）。",
        ),
    )


def spent(context: Context, run: Run) -> tuple[float | None, bool]:
    """The seconds, and whether the log itself tells them."""
    clocks = [series.wall_time for series in run.series if series.wall_time is not None]
    times = np.concatenate(clocks) if clocks else np.empty(0)
    times = times[np.isfinite(times)]
    if times.size > 1 and times.max() > times.min():
        return float(times.max() - times.min()), True
    rows = (row for row in context.session.history() if (row.source, row.name) == (run.source, run.name))
    return next((row.seconds for row in rows if row.seconds is not None), None), False


def in_words(seconds: float, context: Context) -> str:
    """A time in the largest unit that it fills: `35.8 min`."""
    size, en, zh = next((unit for unit in _UNITS if seconds >= unit[0]), _UNITS[-1])
    return f"{short_number(float(f'{seconds / size:.3g}'))} {context.pick(en, zh)}"


INTENT = Intent(
    name="how_long",
    title=Bilingual(en="say how long the training took", zh="说明训练用了多久"),
    answer=answer,
)
