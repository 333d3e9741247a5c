"""Stop a training."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply, Stop
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual


def parse(utterance: Utterance) -> Slots:
    """Whether a pause is meant."""
    return {"op": "pause"} if utterance.has(r"pause|暂停") else {}


def answer(context: Context, utterance: Utterance) -> Reply:
    """Only a training that was started here can be stopped, and only from where it runs."""
    live = context.dialogue.live
    if live is not None and not live.own:
        return context.say(
            context.pick(
                f"I did not start {live.run}, so I do not stop it.", f"{live.run} 不是我启动的，我不会停它。"
            ),
            act="refuse",
        )
    if live is not None:
        at = (
            ""
            if live.epoch is None
            else context.pick(f", now at epoch {live.epoch}", f"，现在第 {live.epoch} 轮")
        )
        pause = (
            context.pick("There is no pause; I can stop it. ", "没有暂停功能，只能停止。")
            if "op" in parse(utterance)
            else ""
        )
        return context.ask(
            Stop(),
            pause
            + context.pick(
                f"Stopping {live.run}, which I started{at}. Its log is kept. It ends once you say yes.",
                f"停止 {live.run}（由我启动{at}）。日志会保留。你确认后才会停。",
            ),
        )
    return context.say(
        context.pick(
            "No training that I started is running now, and I stop no other process. While a "
            "rerun is going, Ctrl-C or Esc stops it.",
            "现在没有由我启动的训练在运行，其他进程我不会去停。重新训练进行中时，按 Ctrl-C 或 Esc 停止。",
        ),
        act="ask",
    )


_STOP = regex(
    r"(?:actually|ok|okay|no|wait|please|oh|hm+)?[, ]*(?:stop|halt|abort|kill)"
    r"(?: it| that| this| everything| (?:the |this |my )?(?:tuning|training|run|rerun|search))?"
    r"(?: now| please| right now)*|"
    r"(?:请|先|快|马上|立刻|好了?|算了)*[,， ]*(?:停止?|停下来?|停掉|停一下|终止|中止|中断)"
    r"(?:它|这个|当前|现在)?的?(?:训练|调优|调参|搜索)?(?:吧|了|一下)?"
)


def sure(utterance: Utterance) -> float:
    """A bare order to stop."""
    return 0.95 if _STOP.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="stop_run",
    title=Bilingual(en="stop a training", zh="停止训练"),
    answer=answer,
    parse=parse,
    sure=sure,
    commands={"stop": r""},
)
