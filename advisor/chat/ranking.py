"""Several open runs against each other: by a score, a setting or their time, in groups, on average."""

import math
from collections.abc import Sequence
from statistics import mean, median

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intents.how_long import in_words, spent
from advisor.chat.reply import Block, TableBlock
from advisor.chat.run_tables import MOST, as_table, unlike_note
from advisor.chat.selection import One, has_validation, listed, numeric, score, setting_value
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import short_number
from advisor.vocabulary import role_title

_COUNT = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "ten": 10,
    "一": 1,
    "两": 2,
    "三": 3,
    "五": 5,
    "十": 10,
}
SOME = regex(
    r"(?<![a-z])(?P<end>top|best|worst|bottom|first|last) (?P<n>[0-9]{1,3}|one|two|three|"
    r"four|five|ten)(?![a-z0-9.])|"
    r"(?P<zh>前|最好的|最差的|最后)(?P<nzh>[0-9]{1,3}|[一两三五十]) ?(?:个|名|次|条)?"
)
_WORST = r"worst|bottom|最差|最后|倒数|垫底"
_SHORT = r"shortest|fastest|quickest|最(?:快|短)"


def _metric_of(utterance: Utterance, runs: Sequence[One]) -> str:
    """The metric that is named, else the one that the runs are judged by."""
    return utterance.metrics[0].name if utterance.metrics else _usual_metric(runs)


def _ranked(runs: Sequence[One], metric: str) -> tuple[list[tuple[One, float]], bool]:
    """Runs with their best value of a metric, the best first, and whether lower is better."""
    found = [
        (one, value) for one in runs if (value := score(one, metric)) is not None and math.isfinite(value)
    ]
    series = facts.find_series(found[0][0].item.run, metric) if found else None
    lower = series is None or bool(series.lower_is_better)
    return sorted(found, key=lambda pair: pair[1] if lower else -pair[1]), lower


def count_in(utterance: Utterance) -> int | None:
    """How many runs of an end of the list are asked for; None where it is not said."""
    found = SOME.search(utterance.folded)
    if found is None:
        return None
    said = found["n"] or found["nzh"]
    return max(1, int(said) if said.isdigit() else _COUNT[said])


def _without(context: Context, n: int, metric: str, about: str) -> str:
    return context.pick(f"Not one of {n} runs has a {metric}{about}.", f"{n} 个训练都没有 {metric}{about}。")


def _from_the_end(utterance: Utterance, lower: bool) -> bool:
    """Whether the worst come first; the lowest are the worst where higher is better."""
    least = utterance.has(r"lowest|smallest|least|minimum|最低|最小") and not lower
    most = utterance.has(r"highest|largest|greatest|maximum|最高|最大") and lower
    return utterance.has(_WORST) or least or most


def by_metric(
    context: Context, runs: Sequence[One], utterance: Utterance, about: str, of: int
) -> list[Block | str]:
    """The first few (or the last few) by a metric or a setting, each with its value and where it stands."""
    if utterance.hyperparameters and not utterance.metrics:
        return _by_setting(context, runs, utterance, about)
    metric = _metric_of(utterance, runs)
    ranked, lower = _ranked(runs, metric)
    if not ranked:
        return [_without(context, len(runs), metric, about)]
    worst = _from_the_end(utterance, lower)
    order = ranked[::-1] if worst else ranked
    shown = order[: count_in(utterance) or MOST]
    context.dialogue.picked = tuple(one.item for one, _ in (shown if count_in(utterance) else order))
    first, value = order[0]
    context.dialogue.pointed = first.item
    place = context.pick("last" if worst else "first", "最后" if worst else "第一")
    lead = context.pick(
        f"{first.entry.name} comes {place} of {len(ranked)}{about}: best {metric} {short_number(value)}.",
        f"{len(ranked)} 个里排{place}的是 {first.entry.name}{about}：最佳 {metric} {short_number(value)}。",
    )
    rows = [(short_number(v), _where(context, one, metric)) for one, v in shown]
    header = (context.pick(f"best {metric}", f"最佳 {metric}"), context.pick("at", "位置"))
    missing = len(runs) - len(ranked)
    without = (
        context.pick(f"{missing} runs have no {metric}.", f"{missing} 个训练没有 {metric}。")
        if missing
        else ""
    )
    table = as_table(context, [one for one, _ in shown], header, rows)
    return [
        lead,
        table,
        " ".join(part for part in (without, unlike_note(context, [one for one, _ in shown])) if part),
    ]


def from_the_worst(utterance: Utterance) -> bool:
    """Whether the end of the ranking that is asked for is the lower one."""
    return utterance.has(_WORST)


def by_score(runs: Sequence[Assessment]) -> list[Assessment]:
    """Runs by the curve that most of them are judged by, the best first; those without it are left out."""
    every = listed(runs)
    return [one.item for one, _ in _ranked(every, _usual_metric(every))[0]]


def _usual_metric(runs: Sequence[One]) -> str:
    judged = [one.entry.metric for one in runs if one.entry.metric]
    validated = any(has_validation(one) for one in runs)
    return "val_loss" if validated else max(set(judged), key=judged.count, default="loss")


def _where(context: Context, one: One, metric: str) -> str:
    series = facts.find_series(one.item.run, metric)
    best = None if series is None else facts.best_index(series)
    return "-" if series is None or best is None else facts.place(series, best, context.language)


def _by_setting(context: Context, runs: Sequence[One], utterance: Utterance, about: str) -> list[Block | str]:
    role = utterance.hyperparameters[0].name
    title = role_title(role).in_(context.language)
    known = [one for one in runs if facts.known(one.item.run, role) is not None]
    if not known:
        return [
            context.pick(
                f"Not one of {len(runs)} runs states its {title}{about}.",
                f"{len(runs)} 个训练都没有说明{title}{about}。",
            )
        ]
    upwards = not utterance.has(r"highest|largest|greatest|maximum|biggest|最高|最大|从高")
    known.sort(key=lambda one: numeric(setting_value(one, role)))
    known = known if upwards else known[::-1]
    value = setting_value(known[0], role)
    lead = context.pick(
        f"{known[0].entry.name} comes first of {len(known)}{about}: {title} {value}.",
        f"{len(known)} 个里排第一的是 {known[0].entry.name}{about}：{title} {value}。",
    )
    shown = known[: count_in(utterance) or MOST]
    rows = [(setting_value(one, role), _best_text(one)) for one in shown]
    return [lead, as_table(context, shown, (title, context.pick("best", "最佳")), rows)]


def _best_text(one: One) -> str:
    return "-" if one.entry.best is None else f"{one.entry.metric} {short_number(one.entry.best)}"


def averaged(
    context: Context, runs: Sequence[One], utterance: Utterance, about: str, of: int
) -> list[Block | str]:
    """The mean or the median of the best values."""
    metric = _metric_of(utterance, runs)
    values = [value for _, value in _ranked(runs, metric)[0]]
    if not values:
        return [
            context.pick(
                f"Not one of {len(runs)} runs has a {metric}{about}.",
                f"{len(runs)} 个训练都没有 {metric}{about}。",
            )
        ]
    middle = utterance.has(r"median|中位")
    taken = short_number(float(f"{(median if middle else mean)(values):.4g}"))
    low, high = short_number(min(values)), short_number(max(values))
    n, (en, zh) = len(values), ("median", "中位数") if middle else ("mean", "平均值")
    lead = context.pick(
        f"The {en} of the best {metric} of {n} runs{about} is {taken}; they lie from {low} to {high}.",
        f"{n} 个训练{about}的最佳 {metric} 的{zh}是 {taken}，范围 {low} 到 {high}。",
    )
    return [lead, unlike_note(context, [one for one, _ in _ranked(runs, metric)[0]])]


def by_time(
    context: Context, runs: Sequence[One], utterance: Utterance, about: str, of: int
) -> list[Block | str]:
    """By the clock of the logs or the journal; what has none is counted."""
    per_point = utterance.has(r"per (?:step|epoch)|a step|an epoch|每(?:一)?(?:步|轮)")
    timed = []
    for one in runs:
        seconds = spent(context, one.item.run)[0]
        points = len(one.entry.curve)
        if seconds is not None and (not per_point or points > 1):
            timed.append((one, seconds / (points - 1) if per_point else seconds))
    if not timed:
        return [
            context.pick(
                f"Not one of {len(runs)} runs has a clock that I read{about}.",
                f"{len(runs)} 个训练的日志里都没有读到时间{about}。",
            )
        ]
    timed.sort(key=lambda pair: pair[1], reverse=not utterance.has(_SHORT))
    first, seconds = timed[0]
    each = context.pick(" for each point of its curve", "（曲线上每个点）") if per_point else ""
    lead = context.pick(
        f"{first.entry.name}{about}: {in_words(seconds, context)}{each}; first of {len(timed)} with a clock.",
        (
            f"{first.entry.name}{about}：{in_words(seconds, context)}{each}；有时间记录的 {len(timed)} "
            f"个里排第一。"
        ),
    )
    rows = [(in_words(value, context),) for _, value in timed[:MOST]]
    table = as_table(context, [one for one, _ in timed], (context.pick("time", "用时"),), rows)
    silent = len(runs) - len(timed)
    return [
        lead,
        table,
        context.pick(f"{silent} runs have no clock.", f"{silent} 个没有时间记录。") if silent else "",
    ]


def grouped(
    context: Context, runs: Sequence[One], utterance: Utterance, about: str, of: int
) -> list[Block | str]:
    """Runs by the value of a setting, each group with its best score."""
    role = utterance.hyperparameters[0].name if utterance.hyperparameters else "learning_rate"
    title = role_title(role).in_(context.language)
    known = [one for one in runs if facts.known(one.item.run, role) is not None]
    missing = len(runs) - len(known)
    without = context.pick(f"{missing} runs do not state it.", f"{missing} 个没有说明。") if missing else ""
    if not known:
        return [
            context.pick(
                f"Not one of {len(runs)} runs states its {title}.", f"{len(runs)} 个训练都没有说明{title}。"
            )
        ]
    metric = _metric_of(utterance, known)
    rows, scored = _groups(known, role, metric)
    header = (
        title,
        context.pick("runs", "个数"),
        context.pick(f"best {metric}", f"最佳 {metric}"),
        context.pick("mean", "平均"),
    )
    lead = _group_lead(context, title, metric, scored, len(rows))
    luck = context.pick(
        "Groups that differ in more than this setting prove nothing about it.",
        "各组如果还有别的不同，就说明不了这一项的作用。",
    )
    return [
        lead,
        TableBlock(header, tuple(rows[: 2 * MOST])),
        " ".join(p for p in (without, luck, unlike_note(context, known)) if p),
    ]


def _groups(
    known: Sequence[One], role: str, metric: str
) -> tuple[list[tuple[str, ...]], list[tuple[float, str, One]]]:
    """A row for each value of a setting, and each value's best score (turned so that lower is better)."""
    rows: list[tuple[str, ...]] = []
    scored = []
    for value in sorted({setting_value(one, role) for one in known}, key=numeric):
        group = [one for one in known if setting_value(one, role) == value]
        ranked, lower = _ranked(group, metric)
        best = ranked[0][1] if ranked else None
        scored += [(best if lower else -best, value, ranked[0][0])] if best is not None else []
        average = "-" if not ranked else short_number(float(f"{mean(v for _, v in ranked):.4g}"))
        rows.append((value, str(len(group)), "-" if best is None else short_number(best), average))
    return rows, scored


def _group_lead(
    context: Context, title: str, metric: str, scored: list[tuple[float, str, One]], n: int
) -> str:
    if not scored:
        return context.pick(
            f"{n} values of the {title}; none of these runs has a {metric}.",
            f"{title}有 {n} 个取值；这些训练都没有 {metric}。",
        )
    best, value, one = min(scored, key=lambda found: found[0])
    return context.pick(
        (
            f"With {title} {value} comes the best {metric}: {short_number(abs(best))} ({one.entry.name})"
            f"; {n} values were used."
        ),
        (
            f"{title} {value} 的最佳 {metric} 最好：{short_number(abs(best))}（{one.entry.name}）；一共用过 "
            f"{n} 个取值。"
        ),
    )
