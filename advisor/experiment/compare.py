"""Which of two runs is better, by how much, and whether that can be told from noise."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from advisor.experiment.configuration import Difference, configuration_differences
from advisor.experiment.noise import FEWEST, TAIL, Level, level_of
from advisor.run import Role, Run, Series, XKind
from advisor.text import Bilingual, clean_line, short_number
from advisor.vocabulary.curve_titles import CURVE_TITLES

Verdict = Literal["better", "worse", "cannot tell"]

SIGMAS = 2.0
"""Differences below this many standard errors are noise."""
_COMPARED = (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC)
_LENGTH_ROLES = frozenset({"epochs", "max_steps", "rounds"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, compared.

    Attributes:
        verdict: What the second run is beside the first.
        metric: Name of the curve that was compared, as the second run logs it; empty where there is none.
        role: What that curve is; None where there is none.
        lower_is_better: Its direction; None where there is none.
        before: Its value in the first run; NaN where that run went non-finite, None where there is no curve.
        after: Its value in the second run, likewise.
        difference: `after - before`; None where either is not finite.
        relative: `difference` as a share of the size of `before`; None where that is 0.
        noise: What a difference must exceed to count, in the metric's unit; None where it was not needed.
        until: Last step or epoch that was compared; None where all of both runs was.
        x_kind: What `until` counts.
        configuration: The hyperparameters that differ.
        sentence: All that in one sentence.
    """

    verdict: Verdict
    metric: str
    role: Role | None
    lower_is_better: bool | None
    before: float | None
    after: float | None
    difference: float | None
    relative: float | None
    noise: float | None
    until: float | None
    x_kind: XKind
    configuration: tuple[Difference, ...]
    sentence: Bilingual


@dataclass(frozen=True, slots=True)
class _Pair:
    before: Series
    after: Series
    lower_is_better: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What of two runs is compared.

    Attributes:
        until: Last x that both reached, in the first run's steps; None for all.
        ratio: What a step of the second run is worth in steps of the first.
    """

    until: float | None
    ratio: float


def compare(before: Run, after: Run) -> Comparison:
    """Say whether the second run is better than the first, worse, or cannot be told from it.

    The curves: the validation loss, else a validation metric, else the training loss, else a training metric
    that both runs log, with one direction; one of fewer than three finite values only where there is no
    other. A run whose training or validation loss ended non-finite is worse than any that did not.

    The stretch: both runs up to the last step (or epoch) of the shorter one, unless the number of epochs or
    steps is itself what was changed. Steps of different batch sizes are compared at equal numbers of samples.

    The value and its noise: `noise.level_of`. A difference counts beyond `SIGMAS` standard errors, the
    curves' own and those between seeds. Where each of the last values of one run lies beyond all of the
    other's, the curves' own noise cannot be the reason and only the seeds count, by factors where that is
    less: a run that grows without bound has steps that no noise estimate can tell from noise.

    Multiplying all values of a loss by a constant changes no verdict; exchanging the runs exchanges 'better'
    and 'worse'.
    """
    configuration = configuration_differences(before, after)
    pair = _choose(before, after)
    broken = (_ended_non_finite(before), _ended_non_finite(after))
    if broken[0] or broken[1]:
        return _with_broken(pair, broken, configuration, (before, after))
    if pair is None:
        return _undecided(configuration, pair, _NO_COMMON_CURVE)
    stretch = _common_stretch(pair, before, after, configuration)
    old = _level(pair.before, stretch.until, 1.0, pair.lower_is_better, before)
    new = _level(pair.after, stretch.until, stretch.ratio, pair.lower_is_better, after)
    if old is None or new is None:
        return _undecided(configuration, pair, _TOO_FEW_POINTS)
    return _weighed(pair, old, new, stretch.until, configuration)


def _weighed(
    pair: _Pair, old: Level, new: Level, until: float | None, configuration: tuple[Difference, ...]
) -> Comparison:
    """The verdict on two levels of a pair of curves."""
    noise = _floor(old, new)
    difference = new.value - old.value
    gain = -difference if pair.lower_is_better else difference
    verdict: Verdict = "cannot tell" if abs(gain) <= noise else "better" if gain > 0 else "worse"
    relative = difference / abs(old.value) if old.value else None
    x_kind = pair.after.x_kind
    return Comparison(
        verdict=verdict,
        metric=pair.after.name,
        role=pair.after.role,
        lower_is_better=pair.lower_is_better,
        before=old.value,
        after=new.value,
        difference=difference,
        relative=relative,
        noise=noise,
        until=until,
        x_kind=x_kind,
        configuration=configuration,
        sentence=_sentence(verdict, pair.after, old.value, new.value, relative, noise, until, x_kind),
    )


def common_metric(runs: Sequence[Run]) -> tuple[str, Role, bool] | None:
    """Name, role and direction of the curve by which runs are compared; None where none is in common."""
    for before, after in itertools.combinations(runs, 2):
        pair = _choose(before, after)
        if pair is not None:
            return pair.after.name, pair.after.role, pair.lower_is_better
    return None


def level_in(run: Run, name: str, role: Role, lower_is_better: bool) -> float | None:
    """Where a run's curve of this name, else of this role, has come to; None where it broke or has none."""
    curves = [c for c in run.with_role(role) if c.lower_is_better == lower_is_better]
    curve = next((c for c in curves if c.name == name), curves[0] if curves else None)
    if curve is None or _ended_non_finite(run):
        return None
    level = _level(curve, None, 1.0, lower_is_better, run)
    return None if level is None else level.value


def _choose(before: Run, after: Run) -> _Pair | None:
    """The first kind of curve that both runs log with one direction, of one name where there is one."""
    too_short = None
    for role in _COMPARED:
        pairs = [
            _Pair(old, new, new.lower_is_better)
            for new in after.with_role(role)
            for old in before.with_role(role)
            if new.lower_is_better is not None and new.lower_is_better == old.lower_is_better
        ]
        pair = next((p for p in pairs if p.before.name == p.after.name), pairs[0] if pairs else None)
        if pair is not None and min(_finite(pair.before), _finite(pair.after)) >= FEWEST:
            return pair
        too_short = too_short or pair
    return too_short


def _finite(series: Series) -> int:
    return int(np.isfinite(series.y).sum())


def _ended_non_finite(run: Run) -> bool:
    curves = [run.main(role) for role in (Role.TRAIN_LOSS, Role.VAL_LOSS)]
    return any(curve is not None and len(curve) and not math.isfinite(curve.y[-1]) for curve in curves)


def _common_stretch(pair: _Pair, before: Run, after: Run, configuration: tuple[Difference, ...]) -> _Stretch:
    """The stretch that both runs reached."""
    if pair.before.x_kind != pair.after.x_kind or not len(pair.before) or not len(pair.after):
        return _Stretch(None, 1.0)
    sizes = before.number("batch_size"), after.number("batch_size")
    ratio = 1.0
    if pair.after.x_kind == "step" and sizes[0] and sizes[1] and min(sizes[0], sizes[1]) > 0:
        ratio = sizes[1] / sizes[0]
    if any(difference.role in _LENGTH_ROLES for difference in configuration):
        return _Stretch(None, ratio)
    ends = float(np.max(pair.before.x)), float(np.max(pair.after.x)) * ratio
    return _Stretch(None if math.isclose(*ends, rel_tol=1e-6) else min(ends), ratio)


def _level(
    series: Series, until: float | None, ratio: float, lower_is_better: bool, run: Run
) -> Level | None:
    """Where a curve has come to by `until`; None below three finite points."""
    kept = np.isfinite(series.y)
    if until is not None:
        kept &= series.x * ratio <= until * (1 + 1e-9)
    examples = run.number("val_size") if series.role == Role.VAL_METRIC else None
    return level_of(series.y[kept], lower_is_better, examples)


def _floor(old: Level, new: Level) -> float:
    """What a difference must exceed to count."""
    seeds = SIGMAS * math.hypot(old.seed_error, new.seed_error)
    if min(old.tail.size, new.tail.size) >= TAIL and (
        old.tail.min() > new.tail.max() or new.tail.min() > old.tail.max()
    ):
        return min(seeds, _in_proportion(old, new))
    return math.hypot(seeds, SIGMAS * math.hypot(old.error, new.error))


def _in_proportion(old: Level, new: Level) -> float:
    """What a difference must exceed, where seeds move values by factors.

    Of a loss that fell from 300,000 to 60 seeds move the 60 by more than half, so that added up not even a
    fall to nothing would count; multiplied, they do not take it there.
    """
    if min(old.value, new.value) <= 0:
        return math.inf
    moved = SIGMAS * (old.seed_error / old.value + new.seed_error / new.value)
    return max(old.value, new.value) * -math.expm1(-moved)


_NO_COMMON_CURVE = Bilingual(
    en="Cannot tell: the two runs log no loss and no metric in common.",
    zh="无法判断：两次运行没有共同的损失或指标。",
)
_TOO_FEW_POINTS = Bilingual(
    en="Cannot tell: fewer than three finite values to compare in at least one of the runs.",
    zh="无法判断：至少有一次运行可比较的有限数值不足三个。",
)
_BOTH_BROKEN = Bilingual(
    en="Cannot tell: the loss ended non-finite in both runs.",
    zh="无法判断：两次运行的损失最后都不是有限值。",
)


def _undecided(configuration: tuple[Difference, ...], pair: _Pair | None, sentence: Bilingual) -> Comparison:
    after = None if pair is None else pair.after
    return Comparison(
        verdict="cannot tell",
        metric="" if after is None else after.name,
        role=None if after is None else after.role,
        lower_is_better=None if pair is None else pair.lower_is_better,
        before=None,
        after=None,
        difference=None,
        relative=None,
        noise=None,
        until=None,
        x_kind="step" if after is None else after.x_kind,
        configuration=configuration,
        sentence=sentence,
    )


def _with_broken(
    pair: _Pair | None,
    broken: tuple[bool, bool],
    configuration: tuple[Difference, ...],
    runs: tuple[Run, Run],
) -> Comparison:
    """At least one run ended non-finite: the other is better, whatever its values."""
    both = broken[0] and broken[1]
    levels: list[float | None] = [math.nan if one else None for one in broken]
    if pair is not None:
        for i, series in enumerate((pair.before, pair.after)):
            found = None if broken[i] else _level(series, None, 1.0, pair.lower_is_better, runs[i])
            levels[i] = levels[i] if found is None else found.value
    verdict: Verdict = "cannot tell" if both else "better" if broken[0] else "worse"
    empty = _undecided(
        configuration, pair, _BOTH_BROKEN if both else _broken_sentence(broken[0], pair, levels)
    )
    return Comparison(
        verdict,
        empty.metric,
        empty.role,
        empty.lower_is_better,
        levels[0],
        levels[1],
        None,
        None,
        None,
        None,
        empty.x_kind,
        configuration,
        empty.sentence,
    )


def _broken_sentence(first: bool, pair: _Pair | None, levels: list[float | None]) -> Bilingual:
    other = levels[1 if first else 0]
    en = zh = ""
    if pair is not None and other is not None:
        title, name = CURVE_TITLES[pair.after.role], clean_line(pair.after.name)
        en = f", with a {title.en} ({name}) of {short_number(other)}"
        zh = f"，{title.zh}（{name}）为 {short_number(other)}"
    if first:
        return Bilingual(
            en=f"Better: the loss ended non-finite before and stays finite now{en}.",
            zh=f"更好：之前损失变成非有限值，现在保持有限{zh}。",
        )
    return Bilingual(
        en=f"Worse: the loss ends non-finite now and stayed finite before{en}.",
        zh=f"更差：现在损失变成非有限值，之前保持有限{zh}。",
    )


def _sentence(
    verdict: Verdict,
    series: Series,
    before: float,
    after: float,
    relative: float | None,
    noise: float,
    until: float | None,
    x_kind: XKind,
) -> Bilingual:
    title, name = CURVE_TITLES[series.role], clean_line(series.name)
    share = "" if relative is None else f" ({relative:+.1%})"
    values = f"{short_number(before)} -> {short_number(after)}{share}"
    floor = short_number(noise)
    en_until = zh_until = ""
    if until is not None:
        en_until = f", compared up to {x_kind} {short_number(until)}, which both runs reached"
        zh_until = f"（按两次运行都达到的 {x_kind} {short_number(until)} 为止比较）"
    if verdict == "cannot tell":
        return Bilingual(
            en=f"Cannot tell: {title.en} ({name}) {values} is within the noise of {floor}{en_until}.",
            zh=f"无法判断：{title.zh}（{name}）{values}，在噪声范围 {floor} 之内{zh_until}。",
        )
    en, zh = ("Better", "更好") if verdict == "better" else ("Worse", "更差")
    return Bilingual(
        en=f"{en}: {title.en} ({name}) {values}, beyond the noise of {floor}{en_until}.",
        zh=f"{zh}：{title.zh}（{name}）{values}，超出噪声范围 {floor}{zh_until}。",
    )
