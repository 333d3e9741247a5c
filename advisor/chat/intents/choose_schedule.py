"""Which learning-rate schedule?"""

from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual

_RULE = Bilingual(
    en="In general: cosine decay is smooth and needs the total length beforehand; step decay is "
    "simple and needs its milestones; "
    "reducing on a plateau needs neither but reacts late. Warm-up (1 to 5 % of the steps) "
    "matters for transformers, large batches and Adam "
    "at a high rate, and does little for a small network.",
    zh="一般规律：余弦退火平滑，但要事先知道总长度；阶梯衰减简单，但要定里程碑；"
    "遇平台再降（ReduceLROnPlateau）两者都不需要，但反应慢。"
    "预热（总步数的 1% 到 5%）对 transformer、大批量和高学习率的 Adam 重要，对小网络作用不大。",
)
_KINDS = {
    "warmup": r"warm-?\s?up|预热|热身",
    "cosine": r"cosine|余弦",
    "step": r"step decay|step lr|阶梯|multistep",
    "plateau": r"plateau|平台",
    "onecycle": r"one ?cycle",
    "linear": r"linear|线性",
    "exponential": r"exponential|指数",
}


def parse(utterance: Utterance) -> Slots:
    """The schedule asked about, or the ones to choose from."""
    slots: dict[str, SlotValue] = {}
    named = [kind for kind, pattern in _KINDS.items() if utterance.has(pattern)]
    if len(named) > 1:
        slots["options"] = named
    elif named:
        slots["kind"] = named[0]
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """This run first, the trade-off second."""
    warmup = parse(utterance).get("kind") == "warmup"
    roles = (
        ("warmup_steps", "warmup_ratio", "scheduler")
        if warmup
        else ("scheduler", "scheduler_gamma", "scheduler_step", "min_learning_rate")
    )
    return about(context, roles, _RULE, "warm-up" if warmup else "learning-rate schedule")


INTENT = Intent(
    name="choose_schedule",
    title=Bilingual(en="choose a learning-rate schedule", zh="选学习率调度"),
    answer=answer,
    parse=parse,
    cues=(
        (
            r"(?:need|use|add|want|which|what|long).{0,14}(?:scheduler?|warm-?\s?up|annealing|lr "
            r"decay)(?! do)",
            0.85,
        ),
        (r"cosine (?:or|vs)|(?:step|linear|plateau) (?:or|vs) cosine", 0.9),
        (
            r"(?:要不要|需要|该不该|用|有必要).{0,8}(?:学习率衰减|余弦|预热|调度|warmup|退火)|"
            r"(?:warmup|预热|余弦|衰减).{0,4}(?:有必要|要不要|需要|设多少)",
            0.88,
        ),
        (r"学习率要不要", 0.85),
    ),
)
