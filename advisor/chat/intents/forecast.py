"""Will it get better? Read off the end of the curve, as an extrapolation and nothing more."""

from advisor.chat import facts
from advisor.chat.ahead import ahead
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Severity
from advisor.patterns import regex
from advisor.report.parts import change_headline
from advisor.run import Series
from advisor.text import Bilingual, short_number


def parse(utterance: Utterance) -> Slots:
    """What is asked (longer, target, final, recover, eta), and its epochs, value and metric."""
    slots: dict[str, SlotValue] = {"kind": _kind(utterance)}
    if utterance.epoch_count is not None:
        slots["epochs"] = utterance.epoch_count
    if slots["kind"] == "target" and utterance.numbers:
        slots["value"] = utterance.numbers[-1].value
    if utterance.metrics and slots["kind"] == "final":
        name = utterance.metrics[0].name
        slots["metric"] = "val_acc" if name == "accuracy" else name
    return slots


def _kind(utterance: Utterance) -> str:
    if utterance.has(r"recover|恢复过来|自己(?:恢复|好)|救回"):
        return "recover"
    beside_the_epoch = len(utterance.numbers) > (utterance.epoch is not None)
    if beside_the_epoch and utterance.has(
        r"(?:below|under|above|reach|hit|get to|till|until)|降到|达到|到.{0,8}(?:以下|以上)|低于|高于"
    ):
        return "target"
    if utterance.has(r"how long|eta|remaining|还要多久|多长时间|剩多少"):
        return "eta"
    if utterance.has(r"final|end up|eventually|最后能|最终|能到多少"):
        return "final"
    return "longer"


def answer(context: Context, utterance: Utterance) -> Reply:
    """The present slope with its figures; says that it is an extrapolation, promises nothing."""
    current = context.current
    if current is None:
        return context.no_run()
    slots = parse(utterance)
    series = facts.verdict_series(current.run)
    if series is None:
        return context.say(*facts.summary(current, context.language))
    if (lost := facts.lost_at(series, context.language)) is not None:
        return context.say(_lost(context, series, lost))
    wanted = str(slots.get("metric", ""))
    series = (facts.find_series(current.run, wanted) if wanted else None) or series
    slope = facts.recent_slope(series)
    if slots["kind"] == "eta":
        return context.say(
            context.pick(
                "The log has no clock that I read, so I cannot say how long it takes. "
                f"{facts.best_and_last(series, context.language)}",
                f"我没有从日志里读到时间，无法估计还要多久。{facts.best_and_last(series, context.language)}",
            )
        )
    if slope is None:
        return context.say(
            context.pick(
                f"{facts.name(series)} has {len(series)} points: too few to extrapolate.",
                f"{facts.name(series)} 只有 {len(series)} 个点，不足以外推。",
            )
        )
    value = slots.get("value")
    goal = float(value) if isinstance(value, (int, float)) else None
    foreseen = ahead(context, series, _further(utterance, slots, series), goal)
    target = "" if goal is None else _target(context, series, slope, goal)
    if slots["kind"] == "final" and not target:
        return context.say(_end(context, series, slope), foreseen)
    return context.say(
        target or _longer(context, series, slope), foreseen, "" if target else _cheaper(context)
    )


def _further(utterance: Utterance, slots: Slots, series: Series) -> float | None:
    """How many epochs further are asked about; None where the question does not say."""
    more = slots.get("epochs")
    if isinstance(more, (int, float)):
        return more
    left = 0.0 if utterance.epoch is None else utterance.epoch - float(series.x[-1])
    return left if left > 0 else None


def _end(context: Context, series: Series, slope: float) -> str:
    """That the end cannot be promised, and the figures an estimate would rest on."""
    last, unit = len(series) - 1, _unit(context, series)
    planned = "" if context.current is None else facts.planned_sentence(context.current.run, context.language)
    return context.pick(
        f"I promise no final value. {facts.name(series)} is {facts.at(series, last, 'en')} and changes by "
        f"{short_number(slope)} per {unit} over its last points; curves flatten, so the straight line is "
        f"the most it can reach. {planned}",
        f"我不承诺最终值。{facts.name(series)} 现在是{facts.at(series, last, 'zh')}，最近平均每{unit}变化 "
        f"{short_number(slope)}；曲线会变平，所以直线外推是上限。{planned}",
    ).strip()


def _cheaper(context: Context) -> str:
    """The change that is worth more than waiting, where the learning rate is too low."""
    first = next(iter(context.open_changes()), None)
    if first is None or first.hyperparameter != "learning_rate" or first.finding.severity <= Severity.INFO:
        return ""
    headline = change_headline(first, context.language)
    return context.pick(
        f"Cheaper than waiting: {headline} (`apply {first.number}`).",
        f"比等下去划算的是：{headline}（`apply {first.number}`）。",
    )


def _lost(context: Context, series: Series, where: str) -> str:
    return context.pick(
        f"No. {facts.name(series)} is not finite from {where} on, and once the weights are NaN no "
        "step brings them back. "
        "Start again from a checkpoint before it, with a lower learning rate.",
        f"不会。{facts.name(series)} 从{where}起就不是有限数，权重一旦变成 NaN，再训练也回不来。"
        "请从那之前的检查点用更低的学习率重新开始。",
    )


def _target(context: Context, series: Series, slope: float, value: float) -> str:
    last, unit = float(series.y[-1]), _unit(context, series)
    distance = value - last
    if slope == 0 or distance * slope <= 0:
        return context.pick(
            f"Not at the present slope: {facts.name(series)} is "
            f"{facts.at(series, len(series) - 1, 'en')} and changes by {short_number(slope)} per "
            f"{unit}.",
            f"按现在的趋势达不到：{facts.name(series)} "
            f"现在是{facts.at(series, len(series) - 1, 'zh')}，每{unit}变化 "
            f"{short_number(slope)}。",
        )
    needed = short_number(float(f"{distance / slope:.2g}"))
    return context.pick(
        f"About {needed} more {unit}s at the present slope of {short_number(slope)} per {unit}, "
        f"from {facts.at(series, len(series) - 1, 'en')}. "
        "That is a straight-line extrapolation; curves flatten.",
        f"按现在每{unit} {short_number(slope)} 的变化，"
        f"从{facts.at(series, len(series) - 1, 'zh')} 算起大约还要 {needed} {unit}。这是直线外推，"
        "曲线通常会变平。",
    )


def _longer(context: Context, series: Series, slope: float) -> str:
    better = series.lower_is_better
    unit, best = _unit(context, series), facts.best_index(series)
    if better is None or best is None:
        return facts.best_and_last(series, context.language)
    tail = max(3, len(series) // 4)
    improving = (slope < 0) == better and best >= len(series) - tail
    figures = context.pick(
        f"Over its last {tail} points {facts.name(series)} changes by {short_number(slope)} per "
        f"{unit}; its best is {facts.at(series, best, 'en')}.",
        f"{facts.name(series)} 最后 {tail} 个点平均每{unit}变化 {short_number(slope)}；"
        f"最佳值是{facts.at(series, best, 'zh')}。",
    )
    lead = (
        context.pick("Probably, a little: it is still improving.", "可能会再好一点：它还在改进。")
        if improving
        else context.pick(
            "Not likely as it is: it has stopped improving.", "照这样下去不太会：它已经不再改进。"
        )
    )
    return f"{lead} {figures}"


def _unit(context: Context, series: Series) -> str:
    en, zh = {"epoch": ("epoch", "轮"), "step": ("step", "步")}.get(series.x_kind, ("point", "个点"))
    return context.pick(en, zh)


_LONGER = regex(
    r"(?:and |but |so |ok )*(?:what if |if |suppose )?(?:i|we|it|you)?(?: had|'d| would "
    r"have| have)? ?(?:just )?(?:keep|kept|continued?|carried on|went on|gone on|let "
    r"it|run|ran|trained)"
    r"(?: going| training| running| on| it)*(?: for| at)?(?: (?:twice|two times|three "
    r"times|double|much) (?:as long|longer|the time|the epochs|the steps)| longer| on)"
    r"(?: then)?|"
    r"(?:那)?(?:如果|要是)?(?:再|继续)(?:训练?|跑)(?:一倍|两倍|更久|久一点|下去).{0,10}"
)


_AT_A_PLACE = regex(
    r"(?:and |so )*(?:what|where|how (?:low|high|good))(?:'d| would| will|'ll| is| do you think| might)+ "
    r"(?:the |my |it |its |val\w* |train\w* |test )*(?:loss|acc\w*|error|perplexity|curve|it)? ?"
    r"(?:be|end up|land|go to|reach|stand)(?: at| by| after| in| around)+ (?:epoch|step|iteration)s? ?[0-9]+|"
    r"(?:and |so )*(?:what|where)(?:'d| would| will|'ll)+ (?:the |my |it |its |val\w* |train\w* |test )*"
    r"(?:loss|acc\w*|error|perplexity|it) ?(?:be|end up|land|stand)(?: at| by| after| in) [0-9]+ (?:more )?"
    r"(?:epochs|steps|iterations)|"
    r"(?:那)?(?:如果|要是)?(?:再|继续)(?:多)?(?:训练?|跑|练)(?:上)? ?[0-9一二三四五六七八九十百两]+ "
    r"?(?:个)? ?"
    r"(?:epochs?|轮|步|代)(?:的话)?(?:，|,| )?(?:会怎么?样|怎么样|如何|会更?好吗|能到多少|"
    r"有用吗|会好吗|会有提升吗)|"
    r"(?:那)?(?:到|训到|跑到)了?第? ?[0-9]+ ?(?:个)? ?(?:epoch|轮|步)(?:的时候|时)?.{0,8}(?:会是|"
    r"大概是|能到|会到)多少"
)


def sure(utterance: Utterance) -> float:
    """A longer training that is thought of, or a place ahead."""
    if _AT_A_PLACE.fullmatch(utterance.folded):
        return 0.96
    return 0.95 if _LONGER.fullmatch(utterance.folded) and not utterance.settings else 0.0


INTENT = Intent(
    name="forecast",
    title=Bilingual(en="look ahead along the curve", zh="预测曲线走向"),
    answer=answer,
    parse=parse,
    sure=sure,
)
