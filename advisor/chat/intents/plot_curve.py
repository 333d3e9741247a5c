"""Draw curves."""

import re
from dataclasses import replace

import numpy as np

from advisor.chat import facts
from advisor.chat.comparing import called, names_of
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import ChartBlock, Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.run import Role, Run, Series
from advisor.text import Bilingual, clean_line, short_number

_RUN = regex(r"(?<![a-z0-9_])(run_[a-z0-9_]+|exp[0-9_]+|baseline)")
_FIRST = regex(r"(?:first|initial|前)\s*([0-9]+)")
_OF_ONE_SET = ("val_loss", "train_loss", "val_acc", "train_acc")
_EVERY_RUN = (
    r"(?<![a-z])(?:all|both|every|each)(?: of)?(?: the| my| these| those)? (?:two |three |four )?"
    r"(?:runs|trainings|logs|of them)|(?<![a-z])all (?:two|three|four|five|[2-9])(?![0-9a-z])|"
    r"on top of each other|overla[yi]|(?:所有|全部|这几|几)(?:个|次|条|组)?(?:训练|实验|run)|"
    r"[两三四]个(?:都|训练|实验|run)|叠在?一起"
)
_RANGE = regex(
    r"(?:epochs?|steps?|第)?\s*([0-9]+)\s*(?:to|-|到|至)\s*第?([0-9]+)\s*(?:轮|步|epochs?|steps?)?"
)


_PART = regex(
    r"(?P<half>first|second|last|latter|early|late) (?:half|part)|(?P<zh>前|后|最后)(?:面|"
    r"一)?半(?:段|程|部分|截)?|"
    r"(?<![a-z])(?P<end>last|final) (?P<n>[0-9]+)(?: (?:steps?|epochs?|points?|iterations?)"
    r")?|(?:最后|最近) ?(?P<nzh>[0-9]+) ?(?:步|轮|个)"
)


def _part(found: re.Match[str]) -> str | int:
    """A stretch that is told by an end of the run: `first`, `second`, or how much before the end."""
    count = found["n"] or found["nzh"]
    if count:
        return int(count)
    return "first" if (found["half"] or found["zh"]) in ("first", "early", "前") else "second"


def _stretch(series: Series, part: SlotValue) -> tuple[float, float]:
    """From where to where such a stretch goes on the axis of a curve."""
    first, last = float(series.x[0]), float(series.x[-1])
    middle = (first + last) / 2
    if isinstance(part, int):
        return (max(first, last - part), last)
    return (first, middle) if part == "first" else (middle, last)


def parse(utterance: Utterance) -> Slots:
    """The metric, the runs, the stretch and the axis."""
    slots: dict[str, SlotValue] = {}
    names = [mention.name for mention in utterance.metrics]
    if names:
        both = {"train_loss", "val_loss"} <= set(names)
        slots["metric"] = "loss" if both else names[0]
    elif any(mention.name == "learning_rate" for mention in utterance.hyperparameters):
        slots["metric"] = "learning_rate"
    runs = _RUN.findall(utterance.folded)
    if runs:
        slots["runs"] = list(dict.fromkeys(runs))
    if (part := _PART.search(utterance.folded)) is not None:
        slots["part"] = _part(part)
    first, span = _FIRST.search(utterance.folded), _RANGE.search(utterance.folded)
    if first:
        slots["range"] = [1, int(first[1])]
    elif span:
        slots["range"] = [int(span[1]), int(span[2])]
    if utterance.has(r"(?<![a-z])log(?:arithmic)?[ -]?(?:scale|axis|plot|y)|对数"):
        slots["scale"] = "log"
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """The curves asked for, else the two losses; the caption says the same in figures."""
    current = context.current
    if current is None:
        return context.no_run()
    slots = parse(utterance)
    chosen = _series(current.run, str(slots.get("metric", "loss")), utterance)
    if not chosen:
        logged = ", ".join(facts.name(series) for series in current.run.series[:8])
        asked = clean_line(str(slots.get("metric", "loss")), 60)
        return context.say(
            context.pick(
                f"The log has no {asked}. It has {logged}.", f"日志里没有 {asked}。有的是：{logged}。"
            )
        )
    span, names = _span(slots, chosen), _overlaid(context, utterance, slots)
    drawn = _drawn(context, chosen, names)
    if len(names) > 1:
        chosen = [
            *chosen,
            *(s for s in _counterparts(context, chosen, names) if s.name not in {c.name for c in chosen}),
        ]
    captions = [_caption(context, series, span) for series in drawn]
    caption = context.pick(" ", "").join(captions)
    if "scale" in slots:
        caption = context.pick("Logarithmic axis. ", "对数坐标。") + caption
    block = ChartBlock(tuple(s.name for s in chosen), caption, "scale" in slots, span, names)
    return context.say(block)


def _span(slots: Slots, chosen: list[Series]) -> tuple[float, float] | None:
    """From where to where is drawn; None for all."""
    wanted = slots.get("range")
    if isinstance(wanted, list) and not isinstance(wanted[0], tuple):
        return (float(wanted[0]), float(wanted[1]))
    return _stretch(chosen[0], slots["part"]) if "part" in slots else None


def _overlaid(context: Context, utterance: Utterance, slots: Slots) -> tuple[str, ...]:
    """The names of the runs that are drawn together; empty for the current run alone."""
    every = context.session.assessments
    shown = names_of([item.run for item in every])
    spoken = context.named_runs(utterance.folded)
    if len(spoken) > 1:
        return tuple(name for name, item in zip(shown, every, strict=True) if item in spoken)
    runs = slots.get("runs", [])
    names = tuple(str(run) for run in runs) if isinstance(runs, list) else ()
    return tuple(shown) if not names and utterance.has(_EVERY_RUN) else names


def _series(run: Run, metric: str, utterance: Utterance) -> list[Series]:
    if (called := facts.curve_in(run, utterance.folded)) is not None:
        return [called]
    if metric in _OF_ONE_SET and (one := facts.find_series(run, metric)) is not None:
        return [one]
    named = [
        s
        for s in run.series
        if len(s) and re.search(rf"(?<![a-z0-9_]){re.escape(s.name.lower())}(?![a-z0-9_])", utterance.folded)
    ]
    if named:
        return named
    if metric in ("loss", "gap"):
        mains = [run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)]
        found = [s for s in mains if s is not None and len(s)]
        judged = facts.verdict_series(run)
        return found or ([judged] if judged is not None else [])
    if metric == "accuracy":
        curves = [facts.find_series(run, "train_acc"), facts.find_series(run, "val_acc")]
        return [s for s in curves if s is not None]
    one = facts.find_series(run, metric)
    return [] if one is None else [one]


def _drawn(context: Context, chosen: list[Series], names: tuple[str, ...]) -> list[Series]:
    """The curves of every run that is overlaid, each under its run's name."""
    items = called(context.session.assessments, names)
    if len(items) < 2:
        return chosen
    return [
        replace(series, name=f"{shown} {series.name}")
        for shown, item in items
        for series in _alike(item.run, chosen)
        if len(series)
    ]


def _alike(run: Run, chosen: list[Series]) -> list[Series]:
    """The curves of a run that are called like those, else those of the same role."""
    names, roles = {series.name for series in chosen}, [series.role for series in chosen]
    same = [series for series in run.series if series.name in names]
    mains = [run.main(role) for role in dict.fromkeys(roles) if role is not Role.OTHER]
    return same or [series for series in mains if series is not None]


def _counterparts(context: Context, chosen: list[Series], names: tuple[str, ...]) -> list[Series]:
    """What the overlaid runs call their curves, where they call them otherwise; each name once."""
    found = [s for _, item in called(context.session.assessments, names) for s in _alike(item.run, chosen)]
    return list({series.name: series for series in found}.values())


def _within(series: Series, span: tuple[float, float] | None) -> Series:
    """The stretch of a curve that is shown."""
    if span is None:
        return series
    inside = (series.x >= span[0]) & (series.x <= span[1])
    if not inside.any():
        return series
    return replace(series, y=series.y[inside], x=series.x[inside], at=series.at[inside], wall_time=None)


def _caption(context: Context, series: Series, span: tuple[float, float] | None) -> str:
    series = _within(series, span)
    sentence = facts.best_and_last(series, context.language)
    bad = series.summary().non_finite
    if bad:
        where = _first_bad(context, series)
        sentence += context.pick(
            f" {bad} of its {len(series)} values are not finite, {where}.",
            f"其中 {short_number(bad)} 个值不是有限数，{where}。",
        )
    return sentence


def _first_bad(context: Context, series: Series) -> str:
    """Where the values that are not finite stand: the first and the last of them."""
    index = np.flatnonzero(~np.isfinite(series.y))
    first, last = (facts.place(series, int(i), context.language) for i in (index[0], index[-1]))
    return context.pick(f"from {first} to {last}", f"从{first}到{last}")


_PICTURE = regex(
    r"(?:please )?(?:give|get|show|send|draw|make) me (?:a |an |the )?"
    r"(?:pic|picture|image|graph|chart|plot|figure|drawing)s? of .+"
)


def sure(utterance: Utterance) -> float:
    """A picture of something is asked for."""
    return 0.95 if utterance.metrics and _PICTURE.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="plot_curve",
    title=Bilingual(en="draw a curve", zh="画曲线"),
    answer=answer,
    parse=parse,
    sure=sure,
    commands={"plot": r".*", "chart": r".*"},
)
