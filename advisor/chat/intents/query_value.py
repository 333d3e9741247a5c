"""The value of a metric or a hyperparameter."""

import math
import re

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.lexicon import is_a_name
from advisor.chat.reply import Reply
from advisor.chat.told_values import asks_for_own, goes_on, of_the_last, perplexity_of, spoken_setting
from advisor.chat.understand import Utterance
from advisor.chat.values import chinese_number
from advisor.patterns import regex
from advisor.run import Role, Run, Series
from advisor.text import Bilingual, clean_line, short_number

_HOW_MANY_SAMPLES = (
    r"训练集.{0,3}(?:多大|多少|几)|how (?:big|large) (?:is|was) .{0,8}(?:train|data)|"
    r"how many (?:training )?(?:samples|images|examples|rows)"
)


_APART = (
    r"(?:diff(?:erence)?|distance|spread|how far apart).{0,24}(?<![a-z])train.{0,14}(?:val|eval|test)|"
    r"(?:diff(?:erence)?|distance|spread|how far apart).{0,24}(?:val|eval|test).{0,14}(?<![a-z])train|"
    r"(?:(?:训练|train).{0,10}(?:验证|val|eval)|(?:验证|val|eval).{0,10}(?:训练|train)"
    r").{0,10}(?:差多少|相差|差了|差值|差几)|"
    r"^(?:train\w*|val\w*|eval|test)(?: loss)? (?:vs\.?|versus|against|compared (?:to|"
    r"with)) (?:the |my )?(?:train\w*|val\w*|eval|test)(?: loss)?$"
)
_SETS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    (
        r"验证|测试|(?<![a-z])(?:val|valid|validation|eval|test|dev)(?![a-z])",
        (Role.VAL_LOSS, Role.VAL_METRIC),
    ),
    (
        r"训练集|训练(?!.{0,2}[得了])|(?<![a-z])(?:train|training)(?![a-z])",
        (Role.TRAIN_LOSS, Role.TRAIN_METRIC),
    ),
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
    elif utterance.has(_APART):
        slots["metric"] = "gap"
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
    if utterance.has(_AVERAGE) and (of := _window(utterance)):
        slots["of"] = of
    return slots


def _window(utterance: Utterance) -> str:
    """How many points at an end are meant: `-5` for the last five; empty for all."""
    found = _WINDOW.search(utterance.folded)
    if found is None:
        return ""
    said = found["en"] or found["zh"]
    count = int(said) if said.isdigit() else int(chinese_number(said)) if found["zh"] else _WORDS.index(said)
    first = (found["end"] or found["end_zh"]) in ("first", "前", "最前", "开头")
    return str(count if first else -count) if count else ""


_WORDS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WINDOW = regex(
    rf"(?<![a-z])(?P<end>last|final|first) (?P<en>[0-9]{{1,6}}|{'|'.join(_WORDS[1:])})(?![0-9.])|"
    r"(?P<end_zh>最后|最近|前|最前|开头)(?P<zh>[0-9]{1,6}|[一二三四五六七八九十百两]{1,4}) ?(?:轮|个|步|次)"
)
_AVERAGE = r"average|(?<![a-z])avg(?![a-z])|mean|平均"
_CHANGED = regex(
    r"(?:did|does|has|is|was) (?:the |my )?.{2,30}? (?:changed?|changing|decay(?:ed|ing)?|evolved?|moved?|"
    r"constant)(?: (?:during|over|in) .{2,30}| at all)?|"
    r".{1,12}(?:变过|变化过|有变化|变了|有没有变化?|一直没变|一直不变|没变过|没变)(?:吗|么|没有|吧)?"
)
_CONSTANT = r"constant|fixed|the same|stay|没变|不变|没有变|固定"
_OVER_TIME = (
    r"(?<![a-z])(?:change|changing|constant|evolve|decay|move|over time|during|develop)|变|下降|衰减|过程"
)
_STILL = regex(
    r"(?:so |and |but )*(?:is|are|was|were) (?:the |my |our )?.{2,40}? still "
    r"(?P<en>[a-z]+(?: (?:up|down|better|worse))?).*|"
    r".{1,20}?(?:还|仍|仍然|依然)(?:在|能)?(?:往|继续)?"
    r"(?P<zh>上升|上涨|变大|涨|升|下降|降低|变小|降|跌|掉|变好|改进|提升|提高|改善|进步).{0,4}"
)
_WHAT_IS = regex(r"(?:and )?what(?:'s| is| was) (the|my|our) (.+)")
_UPWARDS = r"up|ris|climb|increas|grow|涨|升|变大"
_DOWNWARDS = r"down|fall|drop|decreas|declin|shrink|降|跌|掉|变小"


def resolve(context: Context, utterance: Utterance, slots: Slots) -> Slots:
    """The open run that is named."""
    named = context.named_runs(utterance.folded)
    return {**slots, "run": facts.run_name(named[0].run)} if named else slots


def _aggregate(utterance: Utterance) -> str:
    for wanted, pattern in (
        ("best", r"best|最好|最佳|最优"),
        ("min", r"lowest|minimum|(?<![a-z])min(?![a-z])|smallest|最低|最小"),
        ("max", r"highest|maximum|(?<![a-z])max(?![a-z])|largest|peak|最高|最大"),
        ("mean", _AVERAGE),
        ("first", r"first|initial|start|起始|初始|一开始"),
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
    if (again := of_the_last(context, current, utterance)) is not None:
        return again
    slots = parse(utterance)
    role = slots.get("hparam")
    if role is None and not slots.get("metric") and asks_for_own(utterance):
        role = spoken_setting(context)
    if role == "epochs" and utterance.has(r"how|多少|几"):
        return context.say(_length(context, current))
    rates = current.run.main(Role.LEARNING_RATE)
    if role in ("learning_rate", "scheduler") and rates is not None and utterance.has(_OVER_TIME):
        return context.say(_went(context, rates, constant=utterance.has(_CONSTANT)))
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
    series = _curve(current.run, metric, utterance)
    if series is None:
        derived = perplexity_of(context, current.run) if metric == "perplexity" else ""
        return context.say(_not_logged(context, current, metric or "metric"), derived, act="refuse")
    if (still := _STILL.fullmatch(utterance.folded)) is not None:
        return context.say(_still(context, series, still["en"] or still["zh"]))
    wanted = slots if metric else {**slots, "agg": _aggregate(utterance)}
    return context.say(_value(context, series, wanted))


def _curve(run: Run, metric: str, utterance: Utterance) -> Series | None:
    """The curve that is asked about: by its own name, by its set and a part of its name, by what it is."""
    if (called := facts.curve_in(run, utterance.folded)) is not None:
        return called
    if not metric:
        return facts.verdict_series(run)
    sets = [roles for pattern, roles in _SETS if utterance.has(pattern)]
    one = facts.of_set(run, metric, sets[0]) if len(sets) == 1 else None
    return one or facts.find_series(run, metric)


def _still(context: Context, series: Series, going: str) -> str:
    """Whether a curve still goes a way at its end: by where it stood furthest that way."""
    summary, name = series.summary(), facts.name(series)
    better = facts.best_index(series)
    furthest = summary.argmax if re.search(_UPWARDS, going) else summary.argmin
    if not re.search(f"{_UPWARDS}|{_DOWNWARDS}", going):
        furthest = better
    if furthest is None:
        return facts.best_and_last(series, context.language)
    where, since = facts.at(series, furthest, context.language), len(series) - 1 - furthest
    last = facts.at(series, len(series) - 1, context.language)
    extreme = {summary.argmax: ("highest", "最高"), summary.argmin: ("lowest", "最低")}[furthest]
    if since == 0:
        return context.pick(
            f"Yes: {name} is at its {extreme[0]} at the end, {where}.",
            f"是的：{name} 最后就在{extreme[1]}处，{where}。",
        )
    lead = (
        context.pick("Yes, nearly: ", "基本是的：")
        if since < max(2, len(series) // 10)
        else context.pick("No: ", "没有：")
    )
    return lead + context.pick(
        f"{name} was {extreme[0]} with {where}, {since} points before the end; it ended with {last}.",
        f"{name} {extreme[1]}是{where}，那是 {since} 个点之前；最后是{last}。",
    )


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
        return _mean(context, series, str(slots.get("of", "")))
    name, summary = facts.name(series), series.summary()
    index = {
        "min": summary.argmin,
        "max": summary.argmax,
        "first": 0,
        "last": len(series) - 1,
        "best": facts.best_index(series),
    }.get(agg)
    if index is not None:
        context.dialogue.value = (series.name, float(series.x[index]))
        (en, zh), value = _PLACED[agg], facts.at(series, index, context.language)
        return context.pick(f"The {en}{name} is {value}.", f"{name} 的{zh}值是{value}。")
    if agg == "best":
        low, high = short_number(summary.min), short_number(summary.max)
        return context.pick(
            f"I do not know whether lower or higher is better for {name}; it ran from {low} to {high}.",
            f"我不知道 {name} 是越低越好还是越高越好；它的范围是 {low} 到 {high}。",
        )
    best = facts.best_index(series)
    if best is not None:
        context.dialogue.value = (series.name, float(series.x[best]))
    return facts.best_and_last(series, context.language)


def _value_at(context: Context, series: Series, epoch: int) -> str:
    name, index = facts.name(series), facts.index_at(series, epoch)
    if index is not None:
        context.dialogue.value = (series.name, float(series.x[index]))
        value = facts.at(series, index, context.language)
        return context.pick(f"{name} is {value}.", f"{name}：{value}。")
    if (between := _around(context, series, epoch)) is not None:
        return between
    ends = f"{short_number(float(series.x[0]))} - {short_number(float(series.x[-1]))}"
    return context.pick(
        f"{name} has no value at {epoch}; it was logged from {ends}.",
        f"{name} 在 {epoch} 处没有记录；记录范围是 {ends}。",
    )


def _around(context: Context, series: Series, x: int) -> str | None:
    """The points on both sides of a place that was not logged; None outside of the curve."""
    after = next((i for i in range(len(series)) if series.x[i] > x), None)
    if not after:
        return None
    before, behind = (facts.at(series, i, context.language) for i in (after - 1, after))
    name = facts.name(series)
    return context.pick(
        f"{name} was {before} and {behind}; nothing was logged at {x} itself.",
        f"{name} 先是{before}，然后是{behind}；{x} 处没有记录。",
    )


def _mean(context: Context, series: Series, of: str) -> str:
    """The mean of all points, or of so many first (`3`) or last ones (`-3`)."""
    count = int(of or 0)
    meant = series.y[:count] if count > 0 else series.y[count:]
    name, finite = facts.name(series), [float(value) for value in meant if math.isfinite(value)]
    mean = short_number(sum(finite) / len(finite)) if finite else "nan"
    if count and finite:
        en, zh = ("last", "最后") if count < 0 else ("first", "最前")
        return context.pick(
            f"{name} is {mean} on average over its {en} {len(finite)} values.",
            f"{name} {zh} {len(finite)} 个值的平均值是 {mean}。",
        )
    return context.pick(
        f"{name} is {mean} on average over {len(finite)} values.",
        f"{name} 的平均值是 {mean}（{len(finite)} 个值）。",
    )


def _went(context: Context, rates: Series, constant: bool) -> str:
    """Where the learning rate began, stood highest and ended; `constant` where asked for that."""
    summary, name = rates.summary(), facts.name(rates)
    if summary.argmax is None:
        return facts.best_and_last(rates, context.language)
    if summary.min == summary.max:
        rate, n = short_number(summary.min), len(rates)
        return context.pick(
            f"{'Yes' if constant else 'No'}: {name} is {rate} at each of its {n} points.",
            f"{'是的' if constant else '没有'}：{name} 的 {n} 个点都是 {rate}。",
        )
    first, highest, last = (facts.at(rates, i, context.language) for i in (0, summary.argmax, len(rates) - 1))
    top = context.pick(f", was highest with {highest}", f"，最高是{highest}")
    top = top if summary.argmax not in (0, len(rates) - 1) else ""
    return context.pick(
        f"{'No' if constant else 'Yes'}: {name} began with {first}{top}, and ended with {last}.",
        f"{'不是' if constant else '有变化'}：{name} 开始是{first}{top}，最后是{last}。",
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


def sure(utterance: Utterance) -> float:
    """Whether a curve still goes a way, what one is by its name or on average, whether the rate changed."""
    still = bool(utterance.metrics) and _STILL.fullmatch(utterance.folded) is not None
    asked = _WHAT_IS.fullmatch(utterance.folded)
    own = utterance.hyperparameters if asked and asked[1] != "the" else []
    named = asked is not None and any(m.end - m.start == len(asked[2]) for m in (*utterance.metrics, *own))
    rate = any(mention.name == "learning_rate" for mention in utterance.hyperparameters)
    changed = rate and not utterance.settings and _CHANGED.fullmatch(utterance.folded) is not None
    spoken = bool(utterance.metrics) or not utterance.hyperparameters
    averaged = spoken and utterance.has(_AVERAGE) and _window(utterance) != ""
    apart = utterance.has(_APART) and not utterance.has(r"runs?(?![a-z])|why|为什么|为啥|说明")
    # A setting's name and nothing else asks what it is.
    on = goes_on(utterance) or (is_a_name(utterance.folded.strip(" ?？")) and bool(utterance.hyperparameters))
    return 0.95 if still or named or changed or averaged or apart or on else 0.0


INTENT = Intent(
    name="query_value",
    title=Bilingual(en="look a value up", zh="查一个数值"),
    answer=answer,
    parse=parse,
    resolve=resolve,
    sure=sure,
)
