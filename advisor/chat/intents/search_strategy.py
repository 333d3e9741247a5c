"""How to tune systematically?"""

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.report.parts import change_headline
from advisor.text import Bilingual


def parse(utterance: Utterance) -> Slots:
    """The search methods to choose from, or whether the order or automation is asked about."""
    slots: dict[str, SlotValue] = {}
    named = [
        n
        for n, p in (
            ("grid", r"grid|网格"),
            ("random", r"random|随机搜索"),
            ("bayesian", r"bayes|贝叶斯|optuna"),
        )
        if utterance.has(p)
    ]
    if len(named) > 1:
        slots["options"] = named
    elif utterance.has(r"order|first|顺序|先后"):
        slots["kind"] = "order"
    elif utterance.has(r"auto|自动"):
        slots["kind"] = "auto"
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """The order and the method; for automation, what can be done here and what cannot."""
    slots = parse(utterance)
    order = context.pick(
        "In this order: learning rate, then batch size and schedule, then regularisation, then "
        "the model's shape. Change one thing, "
        "train, compare with the run before, keep what helped.",
        "顺序：先学习率，再批大小和调度，然后正则化，最后模型结构。每次改一处，训练，"
        "与上一次比较，保留有效的。",
    )
    if "options" in slots:
        return context.say(
            context.pick(
                "Random search before grid search: with the same number of trials it tries more "
                "values of the few hyperparameters that "
                "matter (Bergstra and Bengio, 2012). Bayesian search pays when a trial is "
                "expensive. Draw the learning rate on a log scale.",
                "随机搜索优于网格搜索：同样的次数，它在少数真正重要的超参数上试了更多的值（Bergst"
                "ra 和 Bengio，2012）。单次训练昂贵时用贝叶斯搜索。学习率按对数刻度取样。",
            )
        )
    lead = ""
    if slots.get("kind") == "auto":
        lead = context.pick(
            "Not by itself: I propose one change, you say yes, I edit and rerun, and compare.",
            "不能完全自动：我提出一处修改，你确认，我改配置、重新训练并比较。",
        )
    change = next(iter(context.open_changes()), None)
    first = ""
    if change is not None:
        context.dialogue.proposals = (change,)
        headline = change_headline(change, context.language)
        first = context.pick(
            f"First here: {headline} (`apply {change.number}`).",
            f"这里先做：{headline}（`apply {change.number}`）。",
        )
    return context.say(lead, order, first)


INTENT = Intent(
    name="search_strategy",
    title=Bilingual(en="plan the tuning", zh="规划调参"),
    answer=answer,
    parse=parse,
    cues=(
        (
            r"(?:grid|random|bayes\w*)(?: search)? (?:or|vs\.?|and) (?:grid|random|bayes)|"
            r"(?:which|what) order|tune .{0,16}(?:systematic|automatic)",
            0.9,
        ),
        (
            r"(?:网格|随机|贝叶斯).{0,6}(?:还是|和|或).{0,3}(?:网格|随机|贝叶斯)|"
            r"调参.{0,4}(?:步骤|顺序|流程|方法)|(?:能|可以|会).{0,4}自动调参",
            0.9,
        ),
        (r"how (?:do|should|can) i tune|(?:can|could) you tune", 0.85),
    ),
)
