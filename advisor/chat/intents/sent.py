"""What was sent to the language model."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual


def answer(context: Context, utterance: Utterance) -> Reply:
    """The last request in full, or that there was none."""
    del utterance
    if context.dialogue.sent:
        return context.say(*context.dialogue.sent.split("\n\n"))
    return context.say(
        context.pick(
            "Nothing was sent anywhere: only a language model that you name (`--llm`, ADVISOR_LLM) is sent "
            "anything, and then a summary with its figures.",
            "没有发送过任何内容：只有你指定了语言模型（`--llm`、ADVISOR_LLM）才会发送，而且只发摘要和数字。",
        )
    )


INTENT = Intent(
    name="sent",
    title=Bilingual(en="show what was sent to the language model", zh="查看发给语言模型的内容"),
    answer=answer,
    commands={"sent": r""},
)
