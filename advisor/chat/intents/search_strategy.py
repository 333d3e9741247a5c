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
    elif utterance.has(r"auto|自动|optuna|ray tune|hyperopt|by hand|manual|手动|手调"):
        slots["kind"] = "auto"
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """The order and the method; for automation, what can be done here and what cannot."""
    slots = parse(utterance)
    order = context.pick(
        "Five steps: choose starting values, train, evaluate on held-out data, adjust one thing, repeat "
        "until it is good enough. In this order: learning rate, then batch size and schedule, then "
        "regularisation, then the model's shape. Compare with the run before, and keep what helped.",
        "五步：选定初始值，训练，用留出的数据评估，调整一处，重复直到满意。顺序：先学习率，再批大小和调度，然后正则化，最后模型结构。每次都"
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
            "Yes, within a budget: `advisor tune --rounds 5 -- YOUR COMMAND` trains up to 6 times (as it "
            "stands, then 5 other configurations), each in a copy of the folder. Learning rate first, then "
            "what its curves speak for. It starts only when you type it.",
            "可以，先定预算：`advisor tune --rounds 5 -- 你的命令` 最多训练 6 次（先照原样，"
            "再 5 种别的配置），每次都在文件夹的副本里。先调学习率，再调曲线所指的设置。"
            "你自己输入才会开始。",
        )
    return context.say(lead, order, _first(context))


def _first(context: Context) -> str:
    """What comes first in the open run; empty where nothing is proposed."""
    change = next(iter(context.open_changes()), None)
    if change is None:
        return ""
    context.dialogue.proposals = (change,)
    headline = change_headline(change, context.language)
    return context.pick(
        f"First here: {headline} (`apply {change.number}`).",
        f"这里先做：{headline}（`apply {change.number}`）。",
    )


INTENT = Intent(
    name="search_strategy",
    title=Bilingual(en="plan the tuning", zh="规划调参"),
    answer=answer,
    parse=parse,
)
