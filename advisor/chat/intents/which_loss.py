"""Which loss is it, and what would a guess score? What the log itself can tell of that."""

import math

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.run import Role, Run
from advisor.text import Bilingual, clean_line, short_number

_GUESS = r"guess|random(?:ly)?|chance level|untrained|know(?:s|ing)? nothing|dumb|瞎猜|乱猜|随机猜|蒙|没训练"
_NAMES = ("loss_function", "criterion", "loss_fn", "loss", "objective")


def answer(context: Context, utterance: Utterance) -> Reply:
    """The loss by its name where the log has one, else by the curves beside it; chance where K is known."""
    current = context.current
    if current is None:
        return context.no_run()
    if utterance.has(_GUESS):
        return context.say(*_of_a_guess(context, current.run))
    if utterance.epoch is None and utterance.numbers and (value := utterance.numbers[0].value) > 0:
        return context.say(*_level(context, current.run, value))
    return context.say(*_kind(context, current.run))


def _of_a_guess(context: Context, run: Run) -> list[str]:
    """Ln K, or that the number of classes is not known; then where this run began."""
    classes, train = run.number("classes"), run.main(Role.TRAIN_LOSS) or facts.verdict_series(run)
    began = ""
    if train is not None and len(train):
        at = facts.at(train, 0, context.language)
        began = context.pick(
            f"{facts.name(train)} was {at} at its first point.", f"{facts.name(train)} 的第一个点是{at}。"
        )
    if classes and classes > 1:
        chance = short_number(float(f"{math.log(classes):.4g}"))
        return [
            context.pick(
                f"{chance}: a guess among {short_number(classes)} classes pays ln {short_number(classes)} in "
                f"cross-entropy, and is right in {1 / classes:.0%}.",
                (
                    f"{chance}：在 {short_number(classes)} 类里瞎猜，交叉熵是 ln {short_number(classes)}，"
                    f"对的占 {1 / classes:.0%}。"
                ),
            ),
            began,
        ]
    return [
        context.pick(
            "With K equally frequent classes a guess pays ln K in cross-entropy (2.303 for 10, "
            "0.6931 for 2); "
            "for a regression it pays the variance of the target. The log does not say K.",
            "K 个均衡类别瞎猜，交叉熵是 ln K（10 类 2.303，2 类 0.6931）；回归则是目标的方差。"
            "日志里没有类别数。",
        ),
        began,
    ]


def _level(context: Context, run: Run, value: float) -> list[str]:
    """What a cross-entropy says: among how many equally likely classes one would be as unsure."""
    classes = run.number("classes")
    count, shown = short_number(float(f"{math.exp(min(value, 50.0)):.4g}")), short_number(value)
    told = context.pick(
        f"As a cross-entropy in nats, {shown} is as unsure as a guess among {count} equally likely classes.",
        f"按自然对数的交叉熵，{shown} 相当于在 {count} 个等可能的类别里猜。",
    )
    if not classes or classes <= 1:
        return [told, *_of_a_guess(context, run)]
    chance = short_number(float(f"{math.log(classes):.4g}"))
    better = value < math.log(classes)
    return [
        told,
        context.pick(
            f"Chance is {chance} here, so it is {'better' if better else 'no better'} than guessing.",
            f"这里瞎猜是 {chance}，所以它{'比瞎猜好' if better else '不比瞎猜好'}。",
        ),
    ]


def _kind(context: Context, run: Run) -> list[str]:
    named = next(
        (
            h
            for h in run.hyperparameters
            if h.name.lower().rpartition(".")[2] in _NAMES and isinstance(h.value, str)
        ),
        None,
    )
    if named is not None:
        value, source = clean_line(str(named.value), 60), facts.stated_in(named.source, context.language)
        return [
            context.pick(
                f"It is {value} ({named.name}, from {source}).", f"是 {value}（{named.name}，来自{source}）。"
            )
        ]
    train = facts.verdict_series(run)
    shares = [
        facts.name(s)
        for s in run.series
        if facts.ceiling(s) in (1.0, 100.0) and s.role in (Role.VAL_METRIC, Role.TRAIN_METRIC)
    ]
    if shares:
        lead = context.pick(
            (
                f"Probably cross-entropy: {shares[0]} is logged beside it, so it is a classification. "
                f"The log does not name the loss."
            ),
            f"多半是交叉熵：旁边记录了 {shares[0]}，所以是分类任务。日志没有写明损失函数。",
        )
    else:
        lead = context.pick(
            "I cannot tell: the log names no loss, and no accuracy beside it shows a classification.",
            "看不出来：日志没有写明损失函数，旁边也没有准确率能说明是分类。",
        )
    figures = "" if train is None else facts.best_and_last(train, context.language)
    return [lead, figures]


_ASKED = regex(
    r"(?:and |so )*how (?:well |good |bad )?(?:would|does|could|will) (?:a |an )?(?:pure|"
    r"random|blind|plain)? ?guess(?:ing|es)? .{2,16}|"
    r"(?:and |so |but )*(?:is|was|does|did) (?:my |the |this |its |it |second |third "
    r"|first |other |training |run |model |one )*(?:loss)? ?"
    r"(?:function )?(?:use |be |a |an |in |using )*(?:cross[- ]?entropy|mse|mean squared "
    r"error|mae|bce|nll|hinge|squared error)(?: loss)?(?: or .{2,24})?(?: here| then)"
    r"?|"
    r"(?:which|what)(?: kind of| type of)? loss(?: function)?(?: (?:is|was) (?:this|it|"
    r"that|used)|(?: did| do| does) (?:i|we|it|you|this run|the run) use|(?: am| are)"
    r" (?:i|we) using)?|"
    r"(?:so |and )*(?:what|how (?:high|big|large|much)) (?:would|is|should|will) (?:be "
    r")?(?:the |my )?(?:loss|accuracy)? ?(?:be |of )?(?:if (?:it|the model|the net|it "
    r"was) ?.{0,12}(?:just |only |simply |were )*(?:guess\w*|random\w*)|(?:a |for )?(?:random|"
    r"pure|blind) guess\w*|by guessing).{0,16}|"
    r"(?:这|我|它)?(?:个|的|用的)*(?:loss|损失)(?:函数)?(?:是|用的是|用)(?:交叉熵|mse|"
    r"均方误差|什么|哪种|哪个).{0,4}|"
    r".{0,6}(?:瞎猜|乱猜|随机猜|全靠猜|蒙).{0,8}(?:loss|损失|多少|是几).{0,6}"
)


_LEVEL = regex(
    r"(?:is |so is )?(?:an? |the |my )?(?:val |train |validation )?(?:loss|cross[- ]?entropy)"
    r" (?:of |at )?[0-9.]+ (?:any )?(?:good|high|low|bad|normal|ok|decent)|"
    r"what does (?:an? )?(?:loss|cross[- ]?entropy) (?:of )?[0-9.]+ mean|"
    r"(?:交叉熵|loss|损失) ?(?:到|降到|是|为)? ?[0-9.]+ ?(?:是|算)?(?:什么|啥)?(?:水平|"
    r"概念|意思|高|低|好)(?:吗|不|么|不好|呢)?"
)


def sure(utterance: Utterance) -> float:
    """The name of the loss, or the loss of a guess."""
    if _LEVEL.fullmatch(utterance.folded):
        return 0.95
    return 0.95 if _ASKED.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="which_loss",
    title=Bilingual(en="say which loss it is, and what a guess scores", zh="说明用的是什么损失，瞎猜是多少"),
    answer=answer,
    sure=sure,
)
