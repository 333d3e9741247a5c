"""Is the model the right one?"""

from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual

_RULE = Bilingual(
    en="In general: a model is too small when even the training loss stays high at a good learning "
    "rate, and too large for its data when the "
    "training loss goes to zero while the validation loss rises. Settle the learning rate before "
    "the shape. For depth: ReLU or GELU, "
    "He initialisation, and batch or layer normalisation keep the gradients alive; sigmoid "
    "layers in a stack do not.",
    zh="一般规律：学习率合适而训练损失仍然高，说明模型太小；训练损失趋近零而验证损失上升，"
    "说明模型相对数据太大。先定学习率，再谈结构。"
    "网络较深时：ReLU 或 GELU、He 初始化、批归一化或层归一化能让梯度传下去，堆叠的 sigmoid 层不能。",
)
_METHODS = {
    "batchnorm": r"batch ?norm|批归一化",
    "layernorm": r"layer ?norm|层归一化",
    "init": r"initiali[sz]|初始化",
    "residual": r"residual|skip connection|残差",
    "attention": r"attention|注意力",
}
_ACTIVATIONS = ("relu", "gelu", "sigmoid", "tanh", "silu", "leaky relu", "elu")


def parse(utterance: Utterance) -> Slots:
    """Whether it is about capacity, a method, or a choice between activations."""
    named = [word for word in _ACTIVATIONS if utterance.has(rf"(?<![a-z]){word}(?![a-z])")]
    slots: dict[str, SlotValue] = {}
    if len(named) > 1:
        slots["options"] = named
        return slots
    method = next((method for method, pattern in _METHODS.items() if utterance.has(pattern)), None)
    if method is not None:
        slots["method"] = method
    elif utterance.has(r"deep|shallow|big|large|small|wide|layers|capacity|深|浅|大|小|层|容量"):
        slots["direction"] = "capacity"
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """This run first, the general rule second."""
    slots = parse(utterance)
    if slots.get("method") == "init":
        return about(context, ("initialisation",), _RULE, "initialisation")
    if "method" in slots:
        return about(context, ("normalisation", "layers"), _RULE, "batch normalisation")
    if "options" in slots:
        return about(context, ("activation",), _RULE, "activation function")
    return about(context, ("hidden_units", "layers"), _RULE, "underfitting")


INTENT = Intent(
    name="choose_architecture",
    title=Bilingual(en="choose the model's shape", zh="选模型结构"),
    answer=answer,
    parse=parse,
    cues=(
        (
            r"(?:model|network|net) .{0,10}(?:too|deep enough|big enough|large enough|right size)|"
            r"(?:more|add|fewer) layers",
            0.85,
        ),
        (
            r"(?:relu|gelu|tanh|sigmoid|silu) (?:or|vs)|(?:batch ?norm|layer ?norm|residual|skip "
            r"connection).{0,10}(?:help|need|use)?",
            0.75,
        ),
        (r"how (?:should|do|can) i initiali[sz]e|(?:which|what) (?:activation|initiali[sz]ation)", 0.9),
        (
            r"(?:模型|网络).{0,6}(?:太大|太小|太深|太浅|容量|够深|够大)|(?:激活函数|初始化)"
            r".{0,6}(?:哪|选|用|怎么)",
            0.88,
        ),
    ),
)
