"""Leave the program."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Quit, Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual


def answer(context: Context, utterance: Utterance) -> Reply:
    """Good-bye."""
    return context.say(context.pick("Good-bye.", "再见。"), action=Quit())


INTENT = Intent(
    name="quit",
    title=Bilingual(en="leave the program", zh="退出程序"),
    answer=answer,
    commands={"quit": r"", "exit": r"", "q": r"", "bye": r""},
)
