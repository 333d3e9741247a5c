"""Which batch size?"""

from advisor.chat import facts
from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.general import general_rule
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual, short_number

_MEMORY = regex(r"(?<![0-9.])([0-9]+)\s?(?:gb|g)(?![a-z])")
_BYTES = regex(r"\s?[kmgt]i?b?(?![a-z])|;")
"""What makes a number one of bytes, or of a device in the message of an allocator (`GPU 0;`)."""


def parse(utterance: Utterance) -> Slots:
    """The sizes that are named, the memory, and whether memory ran out."""
    slots: dict[str, SlotValue] = {}
    memory = _MEMORY.search(utterance.folded)
    sizes = [
        n.value
        for n in utterance.numbers
        if n.value >= 1 and n.value.is_integer() and not _BYTES.match(utterance.folded, n.end)
    ]
    if memory:
        return {"memory": f"{memory[1]} GB"}
    if utterance.has(r"out of memory|(?<![a-z])oom(?![a-z])|显存|爆内存"):
        slots["symptom"] = "oom"
    if len(sizes) >= 2 and utterance.has(r"从.*到|from .* to|->"):
        slots.update({"frm": sizes[0], "value": sizes[1]})
    elif len(sizes) >= 2:
        slots["values"] = sizes
    elif sizes:
        slots["value"] = sizes[0]
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """This run first, which scaling rule second; no memory figure that was not measured."""
    current = context.current
    batch = None if current is None else facts.known(current.run, "batch_size")
    if parse(utterance).get("symptom") == "oom" and batch is not None and batch.number and batch.number >= 2:
        half = short_number(batch.number // 2)
        return context.say(
            context.pick(
                f"Halve the batch: {batch.name} {batch.value} -> {half}, and accumulate gradients over 2 "
                f"steps, so that a step still sees {batch.value} samples and the learning rate can stay. "
                f"Type `set batch_size {half}`.",
                f"把批大小减半：{batch.name} {batch.value} -> {half}，并累积 2 步梯度，"
                f"这样一步仍看到 {batch.value} 个样本，"
                f"学习率可以不变。输入 `set batch_size {half}`。",
            ),
            context.pick(
                "How much memory that saves I cannot say without running it.",
                "能省多少显存，不运行就说不准。",
            ),
        )
    rule = general_rule(INTENT.name, utterance)
    return about(context, ("batch_size", "gradient_accumulation"), rule, _otherwise(context, utterance))


def _otherwise(context: Context, utterance: Utterance) -> str:
    """That the log has another batch size than the one that is taken for the present one."""
    current, told = context.current, parse(utterance).get("frm")
    batch = None if current is None else facts.known(current.run, "batch_size")
    if batch is None or not isinstance(told, (int, float)) or batch.number in (None, told):
        return ""
    shown = short_number(told)
    return context.pick(
        f"The present batch size is {batch.value}, not {shown}, so count the factor from {batch.value}.",
        f"现在的批大小是 {batch.value}，不是 {shown}，倍数要从 {batch.value} 算起。",
    )


_OUT_OF_MEMORY = (
    r"out ?of ?memory|(?<![a-z])oom(?![a-z])|(?:显存|内存)(?:不够|不足|爆|满|溢出)|爆(?:显存|内存)"
)
_WHAT_TO_DO = (
    r"(?<![a-z])(?:how|what|which|fix|help|solve|avoid|batch|bs)(?![a-z])|怎|咋|如何|多少|办|求|解决|批"
)


def sure(utterance: Utterance) -> float:
    """Memory that ran out, and what to do about it."""
    return 0.95 if utterance.has(_OUT_OF_MEMORY) and utterance.has(_WHAT_TO_DO) else 0.0


INTENT = Intent(
    name="choose_batch_size",
    title=Bilingual(en="choose a batch size", zh="选批大小"),
    answer=answer,
    parse=parse,
    sure=sure,
)
