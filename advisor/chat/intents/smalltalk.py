"""Greetings and thanks."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual

_GREETING = (
    r"^(?:hi|hey|hello|hiya|yo|good (?:morning|evening|afternoon))(?: there| advisor)?$|^(?:你好|"
    r"您好|嗨|哈喽|早上好|晚上好|在吗)(?:啊|呀)?$"
)
_THANKS = r"(?<![a-z])(?:thanks?|thx|thank you|ty|cheers)(?![a-z])|谢谢|多谢|感谢|辛苦了"
_WHO = (
    r"who are you|what are you|are you (?:a |an )?(?:\w+ )?(?:person|human|bot|ai|robot|program|"
    r"machine)|你是(?:谁|什么|人|机器人|ai)|你叫什么"
)


def answer(context: Context, utterance: Utterance) -> Reply:
    """Two lines at most; says that it is a program where asked."""
    if utterance.has(_WHO):
        return context.say(
            context.pick(
                "I am advisor, a program: I read training logs and propose hyperparameter changes.",
                "我是 advisor，一个程序：读取训练日志，提出超参数修改建议。",
            )
        )
    if utterance.has(_THANKS):
        return context.say(context.pick("You are welcome.", "不客气。"))
    if utterance.has(_GREETING):
        return context.say(
            context.pick(
                "Hello. Open a log, or ask what is wrong with this run.",
                "你好。打开一份日志，或者问问这次训练有什么问题。",
            )
        )
    return context.say(
        context.pick(
            "I am here for the training. `help` lists what you can ask.",
            "我在这儿帮你看训练。输入 `help` 看看能问什么。",
        )
    )


INTENT = Intent(
    name="smalltalk",
    title=Bilingual(en="chat", zh="闲聊"),
    answer=answer,
)
