"""Several open runs side by side: what differs, which is best, how much the seed alone moves them."""

from collections.abc import Sequence

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.reply import Reply
from advisor.report.parts import value_text
from advisor.run import Run, Scalar
from advisor.text import Language, short_number
from advisor.vocabulary.lengths import LENGTHS

_MOST = 4


def settings_of(run: Run) -> dict[str, Scalar]:
    """Every hyperparameter by its name."""
    return {item.name: item.value for item in run.hyperparameters}


def difference_sentence(first: Run, second: Run, language: Language) -> str:
    """Which settings differ between two runs: the first few, and how many more."""
    from advisor.experiment.configuration import configuration_differences

    found = configuration_differences(first, second)
    if not found and not (first.hyperparameters and second.hyperparameters):
        return (
            "两次的配置没有都记录，说不出有什么不同。"
            if language == "zh"
            else "What differs in their settings is not logged."
        )
    if not found:
        return "两次的配置相同。" if language == "zh" else "Their configurations are the same."
    told = [f"{d.name} {value_text(d.before)} / {value_text(d.after)}" for d in found[:_MOST]]
    here, there = names_of([first, second])
    more = len(found) - len(told)
    if language == "zh":
        rest = f"有 {len(found)} 处不同，其中：" if more else "只有这些不同："
        return f"{here} 和 {there} {rest}{'、'.join(told)}。"
    rest = f"and in {more} more" if more else "and in nothing else"
    return f"{here} and {there} differ in {', '.join(told)}, {rest}."


def best_of(run: Run, metric: str, language: Language, name: str = "") -> str:
    """A run's best value of a metric, and where; under `name`, or what a user calls it."""
    series = facts.find_series(run, metric) or facts.verdict_series(run)
    best = None if series is None else facts.best_index(series)
    if series is None or best is None:
        return ""
    at = facts.at(series, best, language)
    name = name or facts.run_name(run)
    if language == "zh":
        return f"{name} 最佳 {facts.name(series)}：{at}。"
    return f"{name}: best {facts.name(series)} {at}."


def among(context: Context, aspect: str, metric: str) -> Reply:
    """All open runs: ranked by a metric, with the seeds' own spread as the yardstick."""
    runs = context.session.assessments
    ranked = _ranked(runs, metric)
    if not ranked:
        return context.say(
            context.pick(f"No open run has a {metric}.", f"打开的训练都没有 {metric}。"), act="refuse"
        )
    noise = seed_sentence(runs, metric, context.language)
    called = names_of([item.run for item, _ in ranked])
    told = [
        best_of(item.run, metric, context.language, name)
        for (item, _), name in zip(ranked, called, strict=True)
    ]
    order = " ".join(told if len(told) <= _MOST else [*told[: _MOST - 1], _between(context, told)])
    if aspect == "seed_noise":
        return context.say(noise or _no_seeds(context), order)
    if aspect == "diff" and len(runs) == 2:
        return context.say(difference_sentence(runs[0].run, runs[1].run, context.language), order, noise)
    if aspect == "worst":
        lead = context.pick(f"{called[-1]} comes last.", f"{called[-1]} 排最后。")
        return context.say(lead, order, _one_sample(context, runs, metric), noise or _no_seeds(context))
    lead = context.pick(f"{called[0]} comes first.", f"{called[0]} 排第一。") + _margin(
        context, ranked, called
    )
    ties = [name for name, (_, value) in zip(called, ranked, strict=True) if value == ranked[0][1]]
    if len(ties) > 1:
        tied = ", ".join(ties)
        lead = context.pick(f"A tie: {tied}.", f"并列：{tied}。")
    varied = varied_sentence([item.run for item, _ in ranked], context.language) if aspect == "diff" else ""
    return context.say(lead, order, varied, _one_sample(context, runs, metric), noise or _no_seeds(context))


def varied_sentence(runs: Sequence[Run], language: Language) -> str:
    """Which settings differ among several runs, with the value of each run in their order; the first few."""
    from advisor.experiment.configuration import configuration_differences

    first, *others = runs
    each = [{d.name: d for d in configuration_differences(first, other)} for other in others]
    names = list(dict.fromkeys(name for found in each for name in found))
    if not names:
        return "它们的配置相同。" if language == "zh" else "Their configurations are the same."
    told = []
    for name in names[:_MOST]:
        before = next(found[name].before for found in each if name in found)
        values = [before, *(found[name].after if name in found else before for found in each)]
        told.append(f"{name} {_side_by_side([value_text(value) for value in values], language)}")
    if language == "zh":
        return f"按这个顺序，不同的配置：{'；'.join(told)}。"
    return f"In this order they differ in {'; '.join(told)}."


def _side_by_side(values: Sequence[str], language: Language) -> str:
    """The value of each run, or how many there are where no one would count along."""
    if len(values) <= _MOST:
        return " / ".join(values)
    different = list(dict.fromkeys(values))
    shown = ", ".join(different[:_MOST]) + (", ..." if len(different) > _MOST else "")
    return f"{len(different)} 种（{shown}）" if language == "zh" else f"{len(different)} values ({shown})"


def names_of(runs: Sequence[Run]) -> list[str]:
    """What a user calls each run; with as much of its folder as it takes where several are called alike."""
    from advisor.report.listing import distinct_names

    short = [facts.run_name(run) for run in runs]
    return short if len(set(short)) == len(short) else distinct_names(runs)


def called(every: Sequence[Assessment], names: Sequence[str]) -> list[tuple[str, Assessment]]:
    """The open runs that are meant by these names, in the order named, each under the name to show."""
    shown = names_of([item.run for item in every])
    pairs = list(zip(shown, every, strict=True))
    found = [pair for n in names for pair in pairs if n == pair[0] or facts.is_called(pair[1].run, n)]
    return [pair for place, pair in enumerate(found) if pair not in found[:place]]


def _between(context: Context, told: Sequence[str]) -> str:
    """How many runs are left out, and the last one."""
    left = len(told) - _MOST
    return context.pick(
        f"{left} more lie between; last is {told[-1]}", f"中间还有 {left} 个；最后是 {told[-1]}"
    )


def _one_sample(context: Context, runs: Sequence[Assessment], metric: str) -> str:
    """What one sample is worth in a share of right answers; empty for another metric or an unknown size."""
    sizes = {known.number for item in runs if (known := facts.known(item.run, "val_size")) is not None}
    if "acc" not in metric or len(sizes) != 1 or not (size := next(iter(sizes))):
        return ""
    points = short_number(float(f"{100 / size:.2g}"))
    return context.pick(
        f"One sample of {short_number(size)} is {points} points: smaller differences are a tie.",
        f"{short_number(size)} 个样本里的一个就是 {points} 个百分点：更小的差别算平手。",
    )


def _margin(context: Context, ranked: Sequence[tuple[Assessment, float]], called: Sequence[str]) -> str:
    """By how much the first is ahead of the second; empty where nothing is, or where it is a tie."""
    if len(ranked) < 2 or ranked[0][1] == ranked[1][1]:
        return ""
    (_, first), (_, second) = ranked[:2]
    apart = short_number(float(f"{abs(first - second):.3g}"))
    best, next_best = short_number(first), short_number(second)
    return context.cite(
        "runs.best",
        context.pick(
            f" It is ahead of {called[1]} by {apart} ({best} against {next_best}).",
            f"比 {called[1]} 好 {apart}（{best} 对 {next_best}）。",
        ),
    )


def _no_seeds(context: Context) -> str:
    return context.pick(
        "No two runs differ in the seed alone, so I cannot tell luck from effect.",
        "没有两次训练只差随机种子，所以无法区分运气和效果。",
    )


def _ranked(runs: Sequence[Assessment], metric: str) -> list[tuple[Assessment, float]]:
    found = []
    for item in runs:
        series = facts.find_series(item.run, metric)
        best = None if series is None else facts.best_index(series)
        if series is not None and best is not None:
            found.append((item, float(series.y[best]), bool(series.lower_is_better)))
    lower = bool(found) and found[0][2]
    return sorted(
        ((item, value) for item, value, _ in found), key=lambda pair: pair[1] * (1 if lower else -1)
    )


def seed_sentence(runs: Sequence[Assessment], metric: str, language: Language) -> str:
    """How far apart runs are that differ in nothing but the seed; empty without two of those.

    Runs that state no setting, or their length alone, may differ in anything.
    """
    groups: dict[str, list[Assessment]] = {}
    for item in runs:
        stated = sorted((k, str(v)) for k, v in settings_of(item.run).items() if k != "seed")
        if any(known.role not in (*LENGTHS, "seed") for known in item.run.hyperparameters):
            groups.setdefault(repr(stated), []).append(item)
    alike = max(groups.values(), key=len, default=[])
    values = [value for _, value in _ranked(alike, metric)]
    if len(values) < 2:
        return ""
    mean, spread = sum(values) / len(values), max(values) - min(values)
    names = ", ".join(names_of([item.run for item in alike])[:_MOST]) + (" ..." if len(alike) > _MOST else "")
    shown, apart = short_number(float(f"{mean:.3g}")), short_number(float(f"{spread:.2g}"))
    if language == "zh":
        return f"只差随机种子的 {names}：最佳 {metric} 平均 {shown}，相差 {apart}；更小的差别可能只是运气。"
    return (
        f"The seed alone ({names}): best {metric} {shown} on average, {apart} apart; a smaller difference "
        "may be luck."
    )
