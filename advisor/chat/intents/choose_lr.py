"""Which learning rate?"""

from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual

_RULE = Bilingual(
    en="In general: Adam and AdamW start well near 1e-3 (1e-5 to 5e-5 for fine-tuning), SGD with "
    "momentum near 0.1 to 0.01. "
    "Better than any table: raise it until the loss blows up in a short range test, and take a "
    "third to a tenth of that.",
    zh="一般规律：Adam 和 AdamW 从 1e-3 附近开始（微调用 1e-5 到 5e-5），带动量的 SGD 从 0.1 到 0.01。"
    "比任何表格更可靠的是范围测试：逐步增大到损失爆掉，再取那个值的三分之一到十分之一。",
)


def parse(utterance: Utterance) -> Slots:
    """The value and the optimiser that are named."""
    slots: dict[str, SlotValue] = {}
    if utterance.numbers:
        slots["value"] = utterance.numbers[0].value
    if utterance.optimisers:
        slots["optimizer"] = utterance.optimisers[0].name
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """This run first, the general rule second."""
    return about(context, ("learning_rate",), _RULE, "learning rate")


INTENT = Intent(
    name="choose_lr",
    title=Bilingual(en="choose a learning rate", zh="选学习率"),
    answer=answer,
    parse=parse,
    cues=(
        (
            r"(?:is|are) (?:the |my |an? )?(?:lr|learning rate|[0-9.e-]+) .{0,12}(?:too|ok|good|"
            r"fine|right|high|low|large|small)",
            0.85,
        ),
        (
            r"(?:which|what|good|best) (?:lr|learning rate) (?!did).{0,16}(?:use|suggest|for|take|start|"
            r"should|adam|sgd)",
            0.85,
        ),
        (
            r"(?:should|would) (?:the |my )?(?:lr|learning rate) be|how (?:do i|to|should i) "
            r"(?:choose|pick|select) .{0,8}(?:lr|learning rate)",
            0.9,
        ),
        (
            r"(?:学习率|lr).{0,10}(?:太大|太小|合适|怎么选|怎么设|设多少|一般|该调|调大还是|偏大|偏小|合理)",
            0.85,
        ),
    ),
)
