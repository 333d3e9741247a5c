"""How good is the model really?"""

import math

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.run import Run
from advisor.text import Bilingual, short_number

_SHARE = r"acc|准确|精度|正确率|f1|召回"


def parse(utterance: Utterance) -> Slots:
    """The value that is doubted."""
    if not utterance.numbers:
        return {}
    value = utterance.numbers[0].value
    return {"value": value / 100 if 1 < value <= 100 and utterance.has(_SHARE) else value}


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share observed on `n` samples (Wilson, 1927)."""
    z = 1.959964
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def answer(context: Context, utterance: Utterance) -> Reply:
    """The validation accuracy with its interval; recall first where a class is not found at all."""
    rule = context.pick(
        "Judge on data that neither training nor tuning has seen; with unequal classes look at "
        "precision, recall and F1 beside accuracy.",
        "用训练和调参都没见过的数据来评估；类别不均衡时，除准确率外还要看精确率、召回率和 F1。",
    )
    current = context.current
    if current is None:
        return context.say(rule)
    run = current.run
    recall = facts.find_series(run, "recall")
    accuracy = facts.find_series(run, "val_acc") or facts.find_series(run, "accuracy")
    sentences = []
    if recall is not None and float(recall.y[-1]) == 0:
        where = facts.at(recall, len(recall) - 1, context.language)
        sentences.append(
            context.pick(
                f"Not good for the class that counts: {facts.name(recall)} is {where}, so that the accuracy "
                "is only the share of the other class.",
                f"对关键的那一类没有用：{facts.name(recall)} 是{where}，准确率只是另一类的占比。",
            )
        )
    if accuracy is not None:
        sentences.append(
            _accuracy(
                context,
                float(accuracy.y[-1]),
                facts.name(accuracy),
                facts.place(accuracy, len(accuracy) - 1, context.language),
            )
        )
    if not sentences:
        sentences = facts.summary(current, context.language)
    several = _chosen_among(context)
    return context.say(" ".join(sentences), several, _base_rate(context, run), rule)


def _chosen_among(context: Context) -> str:
    """That the best of several runs looks better than it is; empty where one run is open."""
    count = len(context.session.assessments)
    if count < 2:
        return ""
    return context.pick(
        f"A test set, yes: {count} runs are open, and the best of them by its validation score is partly the "
        "luckiest; only data that chose nothing tells how good it is.",
        f"需要测试集：打开了 {count} 次训练，按验证分数挑出的最好一次多少带着运气；"
        "只有没参与挑选的数据才说明它有多好。",
    )


def _base_rate(context: Context, run: Run) -> str:
    """What a guess would score, where the number of classes is known."""
    classes = facts.known(run, "classes")
    if classes is None or not classes.number or classes.number < 2:
        return context.pick(
            "Compare it with a simple baseline, such as a linear model on the same split.",
            "再和简单的基线比一比，例如同样划分上的线性模型。",
        )
    return context.pick(
        f"A guess among {classes.value} classes is right in {1 / classes.number:.0%}; a linear baseline is "
        "the fairer comparison.",
        f"在 {classes.value} 个类别中瞎猜的准确率是 {1 / classes.number:.0%}；和线性基线比更公平。",
    )


def _accuracy(context: Context, share: float, name: str, where: str) -> str:
    current = context.current
    size = facts.known(current.run, "val_size") if current is not None else None
    noted = context.dialogue.noted.get("val_size")
    n = size.number if size is not None else float(noted) if isinstance(noted, (int, float)) else None
    shown = short_number(share)
    if not n or n < 1 or not 0 <= share <= 1:
        return context.pick(
            f"{name} is {shown} at {where}; without the number of validation samples I cannot "
            "give its interval.",
            f"{name} 在{where}是 {shown}；不知道验证集有多少样本，我给不出它的区间。",
        )
    low, high = wilson(share, n)
    right = short_number(round(share * n))
    return context.pick(
        f"{name} is {shown} at {where}: {right} of {short_number(n)} samples; the 95 % interval is "
        f"{low:.1%} to {high:.1%}.",
        f"{name} 在{where}是 {shown}：{short_number(n)} 个样本对了 {right} 个；"
        f"95% 区间是 {low:.1%} 到 {high:.1%}。",
    )


_JUDGED = regex(
    r"(?:so |and )*how good is (?:my |the |this )?(?:model|net|network|classifier)(?: really| now)?|"
    r"(?:我的|这个)?(?:模型|网络)(?:到底)?(?:好不好|怎么样|行不行|咋样)"
)


def sure(utterance: Utterance) -> float:
    """The bare question."""
    return 0.95 if _JUDGED.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="evaluate_model",
    title=Bilingual(en="judge the model", zh="评估模型"),
    answer=answer,
    parse=parse,
    sure=sure,
)
