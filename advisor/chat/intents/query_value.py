"""The value of a metric or a hyperparameter."""

import math

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.run import Series
from advisor.text import Bilingual, clean_line, short_number

_HOW_MANY_SAMPLES = (
    r"训练集.{0,3}(?:多大|多少|几)|how (?:big|large) (?:is|was) .{0,8}(?:train|data)|"
    r"how many (?:training )?(?:samples|images|examples|rows)"
)


def parse(utterance: Utterance) -> Slots:
    """The metric and which of its values, or the hyperparameter."""
    slots: dict[str, SlotValue] = {}
    roles = [mention.name for mention in utterance.hyperparameters]
    metrics = [mention.name for mention in utterance.metrics]
    if utterance.has(r"how (?:many|long).{0,12}epochs|多少(?:轮|个?epoch)|(?<!第)几(?:轮|个epoch)|跑了多少"):
        slots["hparam"] = "epochs"
    elif utterance.has(_HOW_MANY_SAMPLES):
        slots["hparam"] = "train_size"
    elif metrics:
        slots["metric"] = metrics[0]
    elif roles:
        slots["hparam"] = roles[0]
    elif utterance.optimisers:
        slots["hparam"] = "optimizer"
    if utterance.epoch is not None:
        slots["epoch"] = utterance.epoch
    elif "metric" in slots and (wanted := _aggregate(utterance)):
        slots["agg"] = wanted
    return slots


def resolve(context: Context, utterance: Utterance, slots: Slots) -> Slots:
    """The open run that is named."""
    named = context.named_runs(utterance.folded)
    return {**slots, "run": facts.run_name(named[0].run)} if named else slots


def _aggregate(utterance: Utterance) -> str:
    for wanted, pattern in (
        ("best", r"best|最好|最佳|最优"),
        ("min", r"lowest|minimum|(?<![a-z])min(?![a-z])|smallest|最低|最小"),
        ("max", r"highest|maximum|(?<![a-z])max(?![a-z])|largest|peak|最高|最大"),
        ("first", r"first|initial|start|起始|初始|一开始"),
        ("mean", r"average|mean|平均"),
        ("last", r"final|last|end|current|now|latest|最后|最终|当前|现在"),
    ):
        if utterance.has(pattern):
            return wanted
    return ""


def answer(context: Context, utterance: Utterance) -> Reply:
    """The exact value and where it stands; 'not logged' is an answer."""
    current = context.current
    if current is None:
        return context.no_run()
    slots = parse(utterance)
    role = slots.get("hparam")
    if role == "epochs" and utterance.has(r"how|多少|几"):
        return context.say(_length(context, current))
    if isinstance(role, str):
        unknown = facts.known(current.run, role) is None
        asking = context.pick(" Which one did you use?", "你用的是多少？") if unknown else ""
        return context.say(
            facts.hyperparameter_sentence(current.run, role, context.language) + asking,
            act="refuse" if unknown else "",
        )
    metric = str(slots.get("metric", ""))
    if metric == "gap":
        gap = facts.gap_sentence(current.run, context.language)
        return context.say(
            gap
            or _not_logged(
                context, current, context.pick("validation and training loss", "验证损失与训练损失")
            )
        )
    series = facts.find_series(current.run, metric) if metric else facts.verdict_series(current.run)
    if series is None:
        return context.say(_not_logged(context, current, metric or "metric"), act="refuse")
    wanted = slots if metric else {**slots, "agg": _aggregate(utterance)}
    return context.say(_value(context, series, wanted))


_PLACED = {
    "best": ("best ", "最佳"),
    "min": ("lowest ", "最低"),
    "max": ("highest ", "最高"),
    "last": ("last ", "最后"),
    "first": ("first ", "最初"),
}


def _value(context: Context, series: Series, slots: Slots) -> str:
    epoch, agg = slots.get("epoch"), str(slots.get("agg", ""))
    if isinstance(epoch, int):
        return _value_at(context, series, epoch)
    if agg == "mean":
        return _mean(context, series)
    name, summary = facts.name(series), series.summary()
    index = {
        "min": summary.argmin,
        "max": summary.argmax,
        "first": 0,
        "last": len(series) - 1,
        "best": facts.best_index(series),
    }.get(agg)
    if index is not None:
        (en, zh), value = _PLACED[agg], facts.at(series, index, context.language)
        return context.pick(f"The {en}{name} is {value}.", f"{name} 的{zh}值是{value}。")
    if agg == "best":
        low, high = short_number(summary.min), short_number(summary.max)
        return context.pick(
            f"I do not know whether lower or higher is better for {name}; it ran from {low} to {high}.",
            f"我不知道 {name} 是越低越好还是越高越好；它的范围是 {low} 到 {high}。",
        )
    return facts.best_and_last(series, context.language)


def _value_at(context: Context, series: Series, epoch: int) -> str:
    name, index = facts.name(series), facts.index_at(series, epoch)
    if index is not None:
        value = facts.at(series, index, context.language)
        return context.pick(f"{name} is {value}.", f"{name}：{value}。")
    ends = f"{short_number(float(series.x[0]))} - {short_number(float(series.x[-1]))}"
    return context.pick(
        f"{name} has no value at {epoch}; it was logged from {ends}.",
        f"{name} 在 {epoch} 处没有记录；记录范围是 {ends}。",
    )


def _mean(context: Context, series: Series) -> str:
    name, finite = facts.name(series), [float(value) for value in series.y if math.isfinite(value)]
    mean = short_number(sum(finite) / len(finite)) if finite else "nan"
    return context.pick(
        f"{name} is {mean} on average over {len(finite)} values.",
        f"{name} 的平均值是 {mean}（{len(finite)} 个值）。",
    )


def _length(context: Context, current: Assessment) -> str:
    series = facts.verdict_series(current.run)
    planned = facts.known(current.run, "epochs")
    if series is None:
        return _not_logged(context, current, "epoch")
    n, last = len(series), facts.place(series, len(series) - 1, context.language)
    text = context.pick(
        f"The log has {n} values of {facts.name(series)}, the last at {last}.",
        f"日志里有 {n} 个 {facts.name(series)} 的值，最后一个在{last}。",
    )
    if planned is None:
        return text
    return text + context.pick(
        f" {planned.value} epochs were planned ({planned.source}).",
        f"计划是 {planned.value} 轮（来自{facts.stated_in(planned.source, context.language)}）。",
    )


def _not_logged(context: Context, current: Assessment, what: str) -> str:
    names = ", ".join(clean_line(series.name, 40) for series in current.run.series[:8])
    shown = clean_line(what, 60)
    return context.pick(f"The log has no {shown}. It has {names}.", f"日志里没有 {shown}。有的是：{names}。")


INTENT = Intent(
    name="query_value",
    title=Bilingual(en="look a value up", zh="查一个数值"),
    answer=answer,
    parse=parse,
    resolve=resolve,
)
