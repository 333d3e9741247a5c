"""How to regularise?"""

from advisor.chat import facts
from advisor.chat.advise import about, propose
from advisor.chat.context import Context
from advisor.chat.general import general_rule
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.symptoms import SYMPTOMS
from advisor.chat.understand import Utterance
from advisor.report.parts import change_headline
from advisor.text import Bilingual

_ROLES = (
    "weight_decay",
    "dropout",
    "label_smoothing",
    "l1",
    "l2",
    "data_augmentation",
    "patience",
    "train_size",
)
_OF_TREES = ("subsample", "max_depth", "min_child_weight")
_DATA = ("train_size", "data_augmentation")
_UNDERFIT = (
    "underfitting",
    "slow_convergence",
    "not_learning",
    "over_regularised",
    "lr_too_low",
    "capacity",
    "vanishing_gradients",
    "dead_units",
    "bad_initialisation",
)


def parse(utterance: Utterance) -> Slots:
    """The method, its values, or the methods to choose from."""
    slots: dict[str, SlotValue] = {}
    method = next((m.name for m in utterance.hyperparameters if m.name in _ROLES), None)
    if method is not None:
        slots["method"] = method
    values = [n.value for n in utterance.numbers]
    if len(values) > 1:
        slots["values"] = values
    if utterance.has(r"(?<![a-z])l1(?![0-9])") and utterance.has(r"(?<![a-z])l2(?![0-9])"):
        slots = {"options": ["l1", "l2"]}
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """This run first; a run that underfits is not to be regularised."""
    current = context.current
    under = (
        None if current is None else next((f for f in current.findings if f.problem.value in _UNDERFIT), None)
    )
    if current is not None and under is not None and under is current.findings[0]:
        context.dialogue.subject = under
        lead = context.pick(
            f"Not for this run: {under.title.en.rstrip('.')}, and regularisation would make that worse.",
            f"这次训练不该加正则化：{under.title.zh.rstrip('。')}，正则化会让它更糟。",
        )
        figures = facts.summary(current, context.language)[0]
        changes = context.open_changes()
        return (
            propose(context, changes[:1], f"{lead} {figures}")
            if changes
            else context.say(f"{lead} {figures}")
        )
    method = str(parse(utterance).get("method", ""))
    rule = general_rule(INTENT.name, utterance)
    if not method and rule.explain == "data augmentation":
        return about(context, _DATA, rule)
    trees = next((m.name for m in utterance.hyperparameters if m.name in _OF_TREES), None)
    if trees is not None:
        return about(context, (trees,), rule, _held_back(context, trees))
    roles = (method, *(r for r in _ROLES if r != method)) if method in _ROLES else _ROLES
    return about(context, roles, rule)


def _held_back(context: Context, role: str) -> str:
    """That trees which learn by heart are what random rows and heavier leaves are for; empty elsewhere."""
    current = context.current
    if current is None or any(change.hyperparameter == role for change in context.open_changes()):
        return ""
    found = next((f for f in current.findings if f.problem.value in SYMPTOMS["overfit"].problems), None)
    if found is None:
        return ""
    title = facts.title(found, context.language)
    first = next(iter(context.open_changes()), None)
    sooner = "" if first is None else change_headline(first, context.language)
    return context.pick(
        f"It may: {title}, and this holds it back."
        + (f" Before it: {sooner} (`apply {first.number}`)." if first else ""),
        f"可能有用：{title}，而它正是用来抑制这个的。"
        + (f"先做：{sooner}（`apply {first.number}`）。" if first else ""),
    )


INTENT = Intent(
    name="choose_regularization",
    title=Bilingual(en="choose a regularisation", zh="选正则化方法"),
    answer=answer,
    parse=parse,
)
