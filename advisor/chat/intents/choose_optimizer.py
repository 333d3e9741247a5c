"""Which optimiser, and its momentum?"""

from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual

_RULE = Bilingual(
    en="In general: AdamW is the safe start (it forgives a badly chosen learning rate, and decays "
    "weights apart from the gradient); "
    "SGD with momentum 0.9 often ends a little better on image models when its learning rate and "
    "schedule are tuned. Both have to be "
    "compared with their own tuned learning rates: one value for both compares nothing.",
    zh="一般规律：AdamW 是稳妥的起点（对学习率不敏感，权重衰减与梯度分开）；带 0.9 动量的 SGD "
    "在图像模型上调好学习率和调度后，最终往往略好。"
    "比较时两者要各用各自调好的学习率：用同一个值比较没有意义。",
)


def parse(utterance: Utterance) -> Slots:
    """The optimisers to choose from, or the one of their settings that is asked about."""
    names = list(dict.fromkeys(mention.name for mention in utterance.optimisers))
    slots: dict[str, SlotValue] = {}
    if any(mention.name == "momentum" for mention in utterance.hyperparameters):
        if "sgd" in names and len(names) > 1:
            names = ["sgd+momentum" if name == "sgd" else name for name in names]
        else:
            slots["hparam"] = "momentum"
    if len(names) > 1:
        slots["options"] = names
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """This run first, the trade-off second."""
    if parse(utterance).get("hparam") == "momentum":
        return about(context, ("momentum", "optimizer"), _RULE, "momentum")
    return about(context, ("optimizer", "momentum"), _RULE, "adamw")


INTENT = Intent(
    name="choose_optimizer",
    title=Bilingual(en="choose an optimiser", zh="选优化器"),
    answer=answer,
    parse=parse,
    cues=(
        (r"(?:which|what|best|change the|different|another) optimi[sz]er(?! (?:did|was|is used))", 0.85),
        (r"(?:adamw?|sgd|rmsprop)(?:\+momentum)? (?:or|vs\.?|better) |is (?:adamw?|sgd) better", 0.85),
        (
            r"(?:哪个|选|换|用什么).{0,6}优化器(?!吗?$)|(?:adamw?|sgd).{0,14}(?:还是|哪个|选哪|"
            r"不如|更好)|动量.{0,4}(?:设多少|多大|合适)",
            0.85,
        ),
        (r"(?:does|is|which|what) momentum .{0,30}(?:worse|better|use|set|good|fine)", 0.8),
    ),
)
