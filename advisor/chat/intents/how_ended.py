"""How did it end: to its plan, stopped, failed, or cut off in the log?"""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.report.listing import entries
from advisor.run import EventKind
from advisor.text import Bilingual, clean_line


def answer(context: Context, utterance: Utterance) -> Reply:
    """The ending as the log tells it, the line it stands on, and where the curve stops."""
    current = context.current
    if current is None:
        return context.no_run()
    ending = entries([current])[0].ending
    said = {
        "failed": ("It failed: the log holds an error.", "它失败了：日志里有报错。"),
        "diverged": ("It diverged: its last value is no number.", "它发散了：最后一个值不是有限数。"),
        "stopped early": ("It was stopped early, as the log says.", "按日志，它提前停止了。"),
        "cut off": ("The log is cut off in the middle.", "日志在中间被截断了。"),
    }.get(ending.en)
    lead = said or (
        "The log shows no crash: it goes to its last line without an error.",
        "日志里没有崩溃：到最后一行都没有报错。",
    )
    run, series = current.run, facts.verdict_series(current.run)
    kinds = (EventKind.TRACEBACK, EventKind.OUT_OF_MEMORY, EventKind.EARLY_STOP, EventKind.TRUNCATED)
    event = next((e for e in reversed(run.events) if e.kind in kinds), None)
    at = ""
    if event is not None:
        line = "" if event.line is None else context.pick(f"line {event.line}: ", f"第 {event.line} 行：")
        at = line + clean_line(event.text, 120)
    last = ""
    if series is not None and len(series):
        where = facts.at(series, len(series) - 1, context.language)
        last = context.pick(
            f"The last {facts.name(series)} is {where}.", f"最后一个 {facts.name(series)} 是{where}。"
        )
    planned = facts.planned_sentence(run, context.language)
    return context.say(context.pick(*lead), at, " ".join(part for part in (last, planned) if part))


_ASKED = regex(
    r"(?:so |and |wait )*(?:did|has|is|was) (?:it|this|that|the (?:run|training|job)|"
    r"my (?:run|training|job)|this run)"
    r"(?: actually| really| just)? (?:crash(?:ed)?|finish(?:ed)?|complete[d]?|die[d]?|"
    r"end(?:ed)?|done|killed|interrupted|stopped)"
    r"(?: (?:properly|normally|cleanly|early|or [a-z]+(?: [a-z]+){0,3}|or (?:not|finish(?:ed)"
    r"?|crash(?:ed)?|did it \w+|what)))*|"
    r"(?:and |so )*how did (?:it|the run|the training|this run|my run) end|why did (?:it|"
    r"the run|the training) (?:stop|end)(?: there| early)?|"
    r"(?:训练|它|这次)?(?:是)?(?:跑完|训练?完|结束|崩|挂|中断|正常结束)了?(?:还是.{1,8})"
    r"?(?:吗|没|没有|么)(?:有)?|"
    r"(?:它|训练|这次)?(?:是)?怎么(?:结束|停|停下|断)(?:的|了)?"
)


def sure(utterance: Utterance) -> float:
    """Whether it came to its end."""
    return 0.95 if _ASKED.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="how_ended",
    title=Bilingual(en="say how the run ended", zh="说明训练是怎么结束的"),
    answer=answer,
    sure=sure,
)
