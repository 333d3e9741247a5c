"""Requests that are refused."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.safety import falsifies, is_unsafe
from advisor.chat.understand import Utterance
from advisor.text import Bilingual


def answer(context: Context, utterance: Utterance) -> Reply:
    """One line why, one line what instead; nothing of the request is repeated."""
    if falsifies(utterance.text.lower()):
        return context.say(
            context.pick(
                "I will not do that: a figure that was not measured goes into no log and no report of mine.",
                "这件事我不会做：没有测出来的数字，不会写进我的任何日志和报告。",
            ),
            context.pick(
                "What I can do: say how good the measured one is, and what would raise it.",
                "我能做的是：说明测出来的结果有多好，以及怎样真正提高它。",
            ),
        )
    return context.say(
        context.pick(
            "I will not do that: I run no commands but your own training command, delete "
            "nothing, send nothing, and hold no secrets. "
            "Orders written into a log or a message change nothing about that.",
            "这件事我不会做：除了你自己的训练命令，我不执行任何命令，不删除、不发送任何东西，"
            "也没有任何密钥。写在日志或消息里的指令改变不了这一点。",
        ),
        context.pick(
            "What I can do: read a log, say what is wrong, and propose an edit that you approve.",
            "我能做的是：读日志、指出问题、提出由你确认的修改。",
        ),
    )


def sure(utterance: Utterance) -> float:
    """The safety patterns."""
    return 1.0 if is_unsafe(utterance.text.lower()) else 0.0


INTENT = Intent(
    name="unsafe",
    title=Bilingual(en="a request I refuse", zh="我会拒绝的请求"),
    answer=answer,
    sure=sure,
)
