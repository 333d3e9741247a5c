"""Tables of several open runs: as a list, with the columns asked for, by what they have in common."""

from collections.abc import Sequence

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.reply import Block, Reply, TableBlock
from advisor.chat.selection import One, score, setting_value
from advisor.chat.understand import Utterance
from advisor.report.parts import change_headline
from advisor.text import clean_line, short_number
from advisor.vocabulary import role_title

MOST = 10
"""Rows of a table that still fit on a small screen; more are counted."""
_HEAD, _TAIL = 7, 12
"""Of a long name both ends are shown: runs of one log differ at the end, logs at the beginning."""


def listing(
    context: Context, runs: Sequence[One], utterance: Utterance, about: str, of: int
) -> list[Block | str]:
    """How many of how many, and a line each."""
    n = len(runs)
    if about:
        lead = context.pick(f"{n} of {of} runs{about}:", f"{of} 个训练里有 {n} 个{about}：")
    else:
        left = "" if n == 1 else "s"
        are = "is" if n == 1 else "are"
        lead = context.pick(f"{n} run{left} {are} open:", f"打开了 {n} 个训练：")
    return [lead, as_table(context, runs, *_usual(context, runs)), _more(context, n)]


def _short(name: str) -> str:
    return name if len(name) <= _HEAD + _TAIL + 1 else f"{name[:_HEAD]}…{name[-_TAIL:]}"


def _more(context: Context, n: int) -> str:
    return (
        context.pick(
            f"... and {n - MOST} more; `runs` lists all that are open.",
            f"……另有 {n - MOST} 个；输入 `runs` 列出全部打开的。",
        )
        if n > MOST
        else ""
    )


def _usual(context: Context, runs: Sequence[One]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Best value and first finding of each; how it ended where that says anything."""
    shown = [one.entry for one in runs[:MOST]]
    endings = [entry.ending.in_(context.language) for entry in shown]
    tell = any(entry.ending.en != "as logged" for entry in shown)
    header = (context.pick("best", "最佳"), *([context.pick("ended", "结束")] if tell else []))
    rows: list[tuple[str, ...]] = []
    for entry, ending in zip(shown, endings, strict=True):
        best = "-" if entry.best is None else f"{short_number(entry.best)} {entry.metric}"
        found = "-" if entry.finding is None else entry.finding.rule.name
        rows.append((best, *([ending] if tell else []), clean_line(found, 34)))
    return (*header, context.pick("found", "发现")), rows


def as_table(
    context: Context, runs: Sequence[One], header: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> TableBlock:
    """A table with a number and a name for each run before its cells."""
    names = [_short(one.entry.name) for one in runs[: len(rows)]]
    numbered = [
        (str(one.entry.number), name, *row) for one, name, row in zip(runs, names, rows, strict=False)
    ]
    return TableBlock(("#", context.pick("run", "训练"), *header), tuple(numbered))


def unlike_note(context: Context, runs: Sequence[One]) -> str:
    """That figures of unlike trainings do not compare; empty where all were read alike."""
    if len({(one.item.run.reader, one.entry.metric) for one in runs}) < 2:
        return ""
    return context.pick(
        "These logs are of different kinds: such figures compare only where data and loss are the same.",
        "这些日志的种类不同：只有数据和损失函数相同，这些数字才可比。",
    )


def in_common(
    context: Context, runs: Sequence[One], utterance: Utterance, about: str, of: int
) -> list[Block | str]:
    """What was found most often as the first finding or beside it."""
    titles = [
        {facts.title(f, context.language) for f in one.item.findings if f.problem.value != "healthy"}
        for one in runs
    ]
    counts = {title: sum(title in own for own in titles) for title in set().union(*titles)}
    if not counts:
        return [
            context.pick(
                f"Nothing was found in any of the {len(runs)} runs.", f"{len(runs)} 个训练里都没有发现问题。"
            )
        ]
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    (title, n), rows = order[0], tuple((name, str(count)) for name, count in order[:MOST])
    lead = context.pick(
        f"The most frequent: '{title}', in {n} of {len(runs)} runs{about}.",
        f"最常见的是“{title}”：{len(runs)} 个训练里有 {n} 个{about}。",
    )
    return [lead, TableBlock((context.pick("finding", "发现"), context.pick("runs", "个数")), rows)]


def alike_runs(
    context: Context, runs: Sequence[One], utterance: Utterance, about: str, of: int
) -> list[Block | str]:
    """Runs whose curves are equal to the last digit."""
    groups: dict[bytes, list[One]] = {}
    for one in runs:
        if len(one.entry.curve) > 1:
            groups.setdefault(one.entry.curve.tobytes(), []).append(one)
    twice = [group for group in groups.values() if len(group) > 1]
    if not twice:
        return [
            context.pick(
                f"No two of the {len(runs)} runs have the same curve.", f"{len(runs)} 个训练的曲线各不相同。"
            )
        ]
    lines = [", ".join(one.entry.name for one in group) for group in twice[:MOST]]
    n = len(twice)
    lead = context.pick(
        f"Yes: in {n} case(s) runs have the same curve to the last digit.", f"有：{n} 组训练的曲线完全相同。"
    )
    return [lead, *lines]


def tabled(
    context: Context, runs: Sequence[One], utterance: Utterance, about: str, of: int
) -> list[Block | str]:
    """The settings and scores that are named as columns; without any, the usual ones."""
    roles = list(dict.fromkeys(m.name for m in utterance.hyperparameters))
    wanted = list(dict.fromkeys(m.name for m in utterance.metrics))
    if not roles and not wanted:
        return listing(context, runs, utterance, about, of)
    if wanted:
        runs = sorted(runs, key=lambda one: _place(one, wanted[0]))
    rows = []
    for one in runs[: 2 * MOST]:
        scores = [score(one, metric) for metric in wanted]
        rows.append(
            (
                *(setting_value(one, role) for role in roles),
                *("-" if s is None else short_number(s) for s in scores),
            )
        )
    header = (
        *(role_title(role).in_(context.language) for role in roles),
        *(context.pick(f"best {m}", f"最佳 {m}") for m in wanted),
    )
    n, left = len(runs), len(runs) - 2 * MOST
    lead = context.pick(f"{n} runs{about}:", f"{n} 个训练{about}：")
    return [
        lead,
        as_table(context, runs, header, rows),
        context.pick(f"... and {left} more.", f"……另有 {left} 个。") if left > 0 else "",
    ]


def would_gain(context: Context, runs: Sequence[One], utterance: Utterance) -> Reply:
    """The runs for which a change of the named setting is proposed, those with the surest reason first."""
    roles = [m.name for m in utterance.hyperparameters]
    rows, found = [], []
    for one in runs:
        change = next(
            (c for c in one.item.changes if c.hyperparameter in roles and _goes(utterance, c.factor)), None
        )
        if change is not None:
            found.append((change.finding.probability or 0.0, one, change))
    found.sort(key=lambda each: -each[0])
    title = role_title(roles[0]).in_(context.language) if roles else context.pick("setting", "配置")
    if not found:
        return context.say(
            context.pick(
                f"For no open run I propose such a change of the {title}.",
                f"没有：没有哪个训练我建议这样改{title}。",
            )
        )
    rows = [
        (
            clean_line(change_headline(c, context.language), 36),
            clean_line(facts.title(c.finding, context.language), 36),
        )
        for _, _, c in found[:MOST]
    ]
    context.dialogue.picked = tuple(one.item for _, one, _ in found)
    lead = context.pick(
        f"{found[0][1].entry.name}, first of {len(found)} runs for which I propose it.",
        f"{found[0][1].entry.name}；一共有 {len(found)} 个训练我建议这样改。",
    )
    header = (context.pick("change", "修改"), context.pick("since", "因为"))
    return context.say(lead, as_table(context, [one for _, one, _ in found], header, rows))


def _goes(utterance: Utterance, factor: float | None) -> bool:
    """Whether a change goes the way that is asked for."""
    if utterance.has(r"lower|smaller|less|reduc|decreas|更小|更低|降低|减小|调小"):
        return factor is not None and factor < 1
    if utterance.has(r"higher|larger|bigger|more|increas|更大|更高|提高|增大|调大"):
        return factor is not None and factor > 1
    return True


def _place(one: One, metric: str) -> tuple[bool, float]:
    """A key that puts the best value of a metric first and runs without it last."""
    value, series = score(one, metric), facts.find_series(one.item.run, metric)
    if value is None or series is None:
        return (True, 0.0)
    return (False, value if series.lower_is_better else -value)
