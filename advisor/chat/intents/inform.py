"""The user tells a fact about the training."""

import math

from advisor.advice.change import Change
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Finding
from advisor.patterns import regex
from advisor.report.parts import change_headline, value_text
from advisor.text import Bilingual, short_number
from advisor.vocabulary import role_title

_SLOTS = {"learning_rate": "lr", "batch_size": "batch_size", "train_size": "n_train"}
_REMARK = regex(
    r"(?:just )?(?:for the record|fyi|for your information|so (?:that )?you know)(?![a-z])|"
    r"(?:忘了说|忘了讲|补充一[下点句]|说明一下|顺便说|顺便提|顺带一提|跟你说一?[下声])"
)
_IT_IS = regex(
    r"(?:(?:it|that)(?:'s| is| was)|its|i (?:use|used|set it to|have)|是|用的是?) ?"
    r"[0-9.]+(?:e-?[0-9]+)?(?![0-9a-z])"
)
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
    asked = context.dialogue.asked_for or (_unknown(context) if _IT_IS.match(utterance.folded) else None)
    named = utterance.hyperparameters or utterance.metrics or slots.keys() - {"optimizer"}
    if asked is None or not utterance.numbers or (slots and named):
        return slots
    return {_SLOTS.get(asked, asked): utterance.numbers[0].value, **slots}


def _unknown(context: Context) -> str | None:
    """The setting whose present value the proposal on the table lacks."""
    first = next(iter(context.on_the_table()), None)
    lacks = first is not None and first.before is None and first.factor is not None
    return first.hyperparameter if first is not None and lacks else None


def answer(context: Context, utterance: Utterance) -> Reply:
    """Repeats what was noted; says that nothing in the configuration was changed by it."""
    slots = resolve(context, utterance, parse(utterance))
    if not slots:
        return context.say(
            _excluded(context, utterance),
            context.pick(
                "Noted for this conversation. The log itself does not say so, and no setting was changed.",
                "这次对话里我记下了。日志本身没有说明这一点，也没有改动任何设置。",
            ),
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
        *_meaning(context, slots),
        context.pick(
            f"Noted, on your word: {listed}. No setting was changed.",
            f"按你说的记下了：{listed}。没有改动任何设置。",
        ),
        *_as_known(context, slots),
    )


def _as_known(context: Context, slots: Slots) -> list[str]:
    """Whether the log or its configuration says the same as the user; nothing where it is silent."""
    told = []
    for name, value in slots.items():
        role = _ROLES.get(name, name)
        known = None if context.current is None else facts.known(context.current.run, role)
        if known is None or known.number is None or not isinstance(value, (int, float)):
            continue
        title = role_title(role).in_(context.language)
        stated = facts.stated_in(known.source, context.language).strip()
        if math.isclose(known.number, value, rel_tol=1e-6):
            told.append(context.pick(f"{stated} says the same.", f"{stated} 里也是这样。"))
        else:
            told.append(
                context.pick(
                    f"But {stated} says {title} {known.value}: which is right?",
                    f"但 {stated} 里{title}是 {known.value}：哪个对？",
                )
            )
    return told


def _excluded(context: Context, utterance: Utterance) -> str:
    """Which suspects a remark on the data removes, and what stays in question; empty where it is none."""
    told = utterance.has(r"shuffl|normali[sz]|scal(?:ed|ing)|standardi[sz]|打乱|归一|标准化|缩放")
    changes = _first_suspects(context)
    if not told or not changes:
        return ""
    left = context.pick(", ", "、").join(change_headline(change, context.language) for change in changes)
    return context.pick(
        "That removes the order and the scale of the inputs as suspects, on your word. What remains: "
        f"{left}.",
        f"按你说的，样本顺序和输入尺度可以排除。剩下的是：{left}。",
    )


def _first_suspects(context: Context) -> tuple[Change, ...]:
    """The changes that serve the finding whose change comes first."""
    changes = context.open_changes()
    return tuple(change for change in changes if change.serves(changes[0].finding.code))[:3]


def _meaning(context: Context, slots: Slots) -> list[str]:
    """What the fact means for this run: wrong labels, or a learning rate that the log did not hold."""
    if "label_noise" in slots:
        return [
            context.pick(
                "Wrong labels put a floor under the validation loss, and a model that learns them by heart "
                "looks overfitted: stop early, and read the samples with the highest loss.",
                "错误标签会抬高验证损失的下限，而死记它们的模型看起来就像过拟合：要早停，并检查损失最高的样本。",
            )
        ]
    current = context.current
    first = None if current is None else next(iter(current.findings), None)
    if "lr" not in slots or current is None or first is None or not isinstance(slots["lr"], (int, float)):
        return []
    known = facts.known(current.run, "learning_rate")
    if known is not None:
        return []
    return _with_rate(context, float(slots["lr"]), first)


def _with_rate(context: Context, rate: float, first: Finding) -> list[str]:
    """The diagnosis again, in the light of a learning rate that only the user knows."""
    title, shown = facts.title(first, context.language), short_number(rate)
    change = next((c for c in context.open_changes() if c.hyperparameter == "learning_rate"), None)
    seen = " ".join(context.seen(first)[:1])
    if change is None or change.factor is None:
        return [context.pick(f"With it the diagnosis stays: {title}. {seen}", f"诊断不变：{title}。{seen}")]
    high = change.factor < 1
    wanted = short_number(float(f"{rate * change.factor:.2g}"))
    return [
        context.pick(
            f"With it: {title}, so {shown} is too {'large' if high else 'small'}; try {wanted}. {seen}",
            f"结合它来看：{title}，{shown} 偏{'大' if high else '小'}，可以试 {wanted}。{seen}",
        )
    ]


def sure(utterance: Utterance) -> float:
    """What is introduced as a remark and asks nothing."""
    asks = "?" in utterance.text or utterance.has(r"吗$|呢$")
    return 0.95 if not asks and _REMARK.match(utterance.folded) else 0.0


INTENT = Intent(
    name="inform",
    title=Bilingual(en="note a fact about the training", zh="记下关于训练的信息"),
    answer=answer,
    parse=parse,
    resolve=resolve,
    sure=sure,
)
