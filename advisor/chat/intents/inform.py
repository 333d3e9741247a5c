"""The user tells a fact about the training."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.report.parts import value_text
from advisor.text import Bilingual
from advisor.vocabulary import role_title

_SLOTS = {"learning_rate": "lr", "batch_size": "batch_size", "train_size": "n_train"}
_ROLES = {"lr": "learning_rate", "n_train": "train_size", "n_val": "val_size"}


def parse(utterance: Utterance) -> Slots:
    """What was told, by name."""
    slots: dict[str, SlotValue] = {}
    if utterance.optimisers:
        slots["optimizer"] = utterance.optimisers[0].name
    for setting in utterance.settings:
        if setting.op == "set" and setting.role in _SLOTS and isinstance(setting.value, float):
            slots[_SLOTS[setting.role]] = setting.value
    values = [n.value for n in utterance.numbers]
    if utterance.has(r"label.{0,20}(?:nois|wrong|dirty)|标签.{0,12}(?:脏|错|噪)") and values:
        slots["label_noise"] = values[0]
    elif (
        utterance.has(r"(?:val|validation|test) (?:set|data).{0,16}samples|验证集.{0,8}(?:样本|张|条)")
        and values
    ):
        slots["n_val"] = int(values[0])
    elif (
        utterance.has(r"samples|images|样本|张|条数据|数据.{0,4}(?:张|条|个)")
        and values
        and "n_train" not in slots
    ):
        slots["n_train"] = int(values[-1])
    return slots


def resolve(context: Context, utterance: Utterance, slots: Slots) -> Slots:
    """A bare number answers the question that is open."""
    asked = context.dialogue.asked_for
    if slots or asked is None or not utterance.numbers:
        return slots
    return {_SLOTS.get(asked, asked): utterance.numbers[0].value}


def answer(context: Context, utterance: Utterance) -> Reply:
    """Repeats what was noted; says that nothing in the configuration was changed by it."""
    slots = resolve(context, utterance, parse(utterance))
    if not slots:
        return context.say(
            context.pick(
                "Noted for this conversation. The log itself does not say so, and no setting was changed.",
                "这次对话里我记下了。日志本身没有说明这一点，也没有改动任何设置。",
            )
        )
    told = []
    for name, value in slots.items():
        if isinstance(value, (int, float, str)):
            role = _ROLES.get(name, name)
            context.dialogue.noted[role] = value
            title = (
                context.pick("share of wrong labels", "错误标签的比例")
                if name == "label_noise"
                else role_title(role).in_(context.language)
            )
            told.append(f"{title} {value_text(value)}")
    listed = context.pick(", ", "，").join(told)
    return context.say(
        context.pick(
            f"Noted, on your word: {listed}. No setting was changed.",
            f"按你说的记下了：{listed}。没有改动任何设置。",
        )
    )


def sure(utterance: Utterance) -> float:
    """A statement about the user's own training that names a value."""
    told = utterance.has(
        r"(?:^|by the way |btw |fyi )(?:the |my )?(?:lr|learning rate|batch size|momentum|dropout|"
        r"optimi[sz]er|val(?:idation)? set|train(?:ing)? set|labels?) (?:is|was|are|were|has|have)"
        r" "
        r"|^i (?:use|used|am using|have|trained|shuffled|normali[sz]ed|scaled|augmented)|我(?:用|"
        r"是用|的)的?(?:是|学习率|批|数据)|^(?:学习率|批大小|动量|优化器)(?:是|用的是) ?[0-9a-z.]"
    )
    asked = (
        utterance.has(r"^(?:what|which|is|should|why|how|do|does)|[?？]|吗|呢|多少|什么|怎么|改|设")
        or "?" in utterance.text
    )
    return 0.85 if told and not asked else 0.0


INTENT = Intent(
    name="inform",
    title=Bilingual(en="note a fact about the training", zh="记下关于训练的信息"),
    answer=answer,
    parse=parse,
    resolve=resolve,
    sure=sure,
    cues=(
        (r"(?:by the way|(?<![a-z])btw(?![a-z])|(?<![a-z])fyi(?![a-z]))", 0.8),
        (r"标签.{0,10}(?:脏|噪|错的)|顺便说", 0.8),
    ),
)
