"""Which batch size?"""

from advisor.chat import facts
from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual, short_number

_RULE = Bilingual(
    en="In general: take the largest batch that fits in memory and still learns as much per sample, "
    "and scale the learning rate with it: "
    "times k for SGD when the batch grows k-fold (Goyal et al., 2017), times the square root of "
    "k for Adam. Beyond the gradient "
    "noise scale a larger batch only saves time. Where memory runs out, halve the batch and "
    "accumulate gradients over two steps.",
    zh="一般规律：在显存放得下、且每个样本学到的东西不减少的范围内取大一些，"
    "并让学习率跟着变：批大小变为 k 倍，SGD 的学习率乘以 k（Goyal 等，2017），"
    "Adam 乘以 k 的平方根。超过梯度噪声尺度之后，更大的批只省时间。显存不够时，把批大小减半，"
    "并用两步梯度累积。",
)
_MEMORY = regex(r"([0-9]+)\s?(?:gb|g)(?![a-z])")


def parse(utterance: Utterance) -> Slots:
    """The sizes that are named, the memory, and whether memory ran out."""
    slots: dict[str, SlotValue] = {}
    memory = _MEMORY.search(utterance.folded)
    sizes = [n.value for n in utterance.numbers if n.value >= 1]
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
                f"Halve the batch: {batch.name} {batch.value} -> {half}, and accumulate gradients "
                "over 2 steps, so "
                f"that a step still sees {batch.value} samples and the learning rate can stay. Type "
                f"`set batch_size {half}`.",
                f"把批大小减半：{batch.name} {batch.value} -> {half}，并累积 2 步梯度，"
                f"这样一步仍看到 {batch.value} 个样本，"
                f"学习率可以不变。输入 `set batch_size {half}`。",
            ),
            context.pick(
                "How much memory that saves I cannot say without running it.",
                "能省多少显存，不运行就说不准。",
            ),
        )
    return about(context, ("batch_size", "gradient_accumulation"), _RULE, "batch size")


INTENT = Intent(
    name="choose_batch_size",
    title=Bilingual(en="choose a batch size", zh="选批大小"),
    answer=answer,
    parse=parse,
    cues=(
        (
            r"(?:which|what|good|best|bigger|larger|smaller) (?:batch|bs)(?! ?(?:norm|size (?:did|"
            r"was|is|in)))",
            0.8,
        ),
        (
            r"(?<![a-z])(?:batch|bs)(?![a-z]).{0,24}"
            r"(?:(?<![a-z])or(?![a-z])|better|too (?:small|large|big)|matter)|"
            r"out of memory|"
            r"(?<![a-z])oom(?![a-z])|vram",
            0.8,
        ),
        (
            r"(?:批大小|批量|batch).{0,16}(?:还是|哪个|越大|多大|设多少|合适|怎么选|太小|太大|"
            r"要跟着|和)|显存(?:不够|不足|爆|溢出)|爆显存",
            0.85,
        ),
    ),
)
