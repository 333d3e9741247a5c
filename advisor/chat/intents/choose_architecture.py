"""Is the model the right one?"""

from itertools import pairwise

from advisor.advice.change import Change
from advisor.advice.rounding import as_number
from advisor.chat import facts
from advisor.chat.advise import about
from advisor.chat.context import Context
from advisor.chat.general import general_rule
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.report.parts import change_headline
from advisor.run import Run
from advisor.text import Bilingual
from advisor.vocabulary.widths import layer_widths

_METHODS = {
    "batchnorm": r"batch ?norm|批归一化",
    "layernorm": r"layer ?norm|层归一化",
    "init": r"initiali[sz]|初始化",
    "residual": r"residual|skip connection|残差",
    "attention": r"attention|注意力",
}
_OF_NETS = ("hidden_units", "layers")
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
    slots, rule = parse(utterance), general_rule(INTENT.name, utterance)
    if slots.get("method") == "init":
        return about(context, ("initialisation",), rule)
    if "method" in slots:
        return about(context, ("normalisation", "layers"), rule)
    if "options" in slots:
        return about(context, ("activation",), rule)
    return about(context, _capacity(context, utterance), rule, _crowded(context))


def _capacity(context: Context, utterance: Utterance) -> tuple[str, ...]:
    """What holds the size of the model: what is asked about first, then what this run states."""
    current = context.current
    if current is not None and "run.boosting" in current.signals:
        return ("max_depth", *_OF_NETS)
    if utterance.has(r"deep|shallow|depth|layers|深|浅|层"):
        return _OF_NETS[::-1]
    stated = [r for r in _OF_NETS if current is not None and facts.known(current.run, r) is not None]
    return tuple(dict.fromkeys((*stated, *_OF_NETS)))


def _crowded(context: Context) -> str:
    """That the model is large for its data, where the run overfits and a smaller model is on the list."""
    current = context.current
    if current is None or not facts.has_drifted_apart(current.run):
        return ""
    smaller = next((c for c in context.open_changes() if c.hyperparameter in _OF_NETS and _shrinks(c)), None)
    samples, first = facts.known(current.run, "train_size"), next(iter(context.open_changes()), None)
    if smaller is None or samples is None or first is None or first is smaller:
        return ""
    ends = facts.best_and_last(facts.verdict_series(current.run) or current.run.series[0], context.language)
    weights = _weights(context, current.run)
    return context.pick(
        f"Yes, for {samples.value} training samples{weights}: the training loss is still at its best while "
        f"{ends} A smaller model ({smaller.number}. {change_headline(smaller, 'en')}) is the last resort; "
        f"first {first.number}. {change_headline(first, 'en')}.",
        f"对 {samples.value} 个训练样本来说偏大{weights}：训练损失仍在最好处，而{ends}"
        f"换小模型（{smaller.number}. {change_headline(smaller, 'zh')}）是最后手段；"
        f"先做 {first.number}. {change_headline(first, 'zh')}。",
    )


def _shrinks(change: Change) -> bool:
    """Whether it makes the net smaller, by a value or by a factor."""
    before, after = as_number(change.before), as_number(change.after)
    if before is not None and after is not None:
        return after < before
    return change.factor is not None and change.factor < 1


def _weights(context: Context, run: Run) -> str:
    """How many weights lie between the listed layers; empty where none are listed."""
    widths = layer_widths(run)
    count = sum((before + 1) * after for before, after in pairwise(widths))
    if not count:
        return ""
    listed = "-".join(str(width) for width in widths)
    return context.pick(
        f" ({count:,} weights between its layers of {listed} alone)",
        f"（仅 {listed} 各层之间就有 {count:,} 个权重）",
    )


INTENT = Intent(
    name="choose_architecture",
    title=Bilingual(en="choose the model's shape", zh="选模型结构"),
    answer=answer,
    parse=parse,
)
