"""Several runs in order, and groups of runs that differ by their seed, compared as groups."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.experiment.compare import Verdict, common_metric, compare, level_in
from advisor.run import Run
from advisor.text import Bilingual, clean_line, short_number

SIGNIFICANT = 0.05
"""Groups differ where luck would part two groups of one kind as far less often than this."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One of several runs.

    Attributes:
        index: Which of the runs that were given, from 0.
        rank: 1 for the best; runs that cannot be told from the best of their rank share it.
        value: Where its curve has come to; None where it has none or went non-finite.
    """

    index: int
    rank: int
    value: float | None


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """Two groups of runs, each of one setting with several seeds.

    Attributes:
        verdict: What the second group is beside the first.
        metric: Name of the curve that was compared; empty where there is none.
        before: Levels of the first group, one per run that has one.
        after: Levels of the second group.
        p_value: Chance of means as far apart if the groups were alike (Welch's t-test); None below two runs
        each.
        sentence: All that in one sentence.
    """

    verdict: Verdict
    metric: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    p_value: float | None
    sentence: Bilingual


def rank(runs: Sequence[Run]) -> list[Ranked]:
    """Order runs from the best to the worst, by the curve that the first pair with one in common logs.

    Runs whose values `compare` cannot tell from the best of a rank share that rank.
    """
    metric = common_metric(runs)
    levels = [None if metric is None else level_in(run, *metric) for run in runs]
    lower = metric is None or metric[2]

    def worth(index: int) -> tuple[bool, float]:
        value = levels[index]
        return value is None, (math.inf if value is None else value if lower else -value)

    found: list[Ranked] = []
    leader = -1
    for position, index in enumerate(sorted(range(len(runs)), key=worth), start=1):
        tied = leader >= 0 and compare(runs[leader], runs[index]).verdict == "cannot tell"
        leader = leader if tied else index
        found.append(Ranked(index, found[-1].rank if tied else position, levels[index]))
    return found


def compare_groups(before: Sequence[Run], after: Sequence[Run]) -> GroupComparison:
    """Compare two settings that were each trained with several seeds, by Welch's t-test (Welch, 1947).

    The test asks for no equal spread. It rests on the means of two runs and more each; with fewer the
    verdict is 'cannot tell' and `compare` says what two single curves can. A run that went non-finite has no
    level; a group that lost more of its runs so is the worse one.
    """
    metric = common_metric([*before, *after])
    if metric is None:
        return GroupComparison("cannot tell", "", (), (), None, _NO_CURVE)
    name, _, lower = metric
    old = [level for run in before if (level := level_in(run, *metric)) is not None]
    new = [level for run in after if (level := level_in(run, *metric)) is not None]
    lost = len(before) - len(old), len(after) - len(new)
    if lost[0] != lost[1]:
        verdict: Verdict = "better" if lost[0] > lost[1] else "worse"
        return GroupComparison(verdict, name, tuple(old), tuple(new), None, _lost(verdict, *lost))
    if min(len(old), len(new)) < 2:
        return GroupComparison("cannot tell", name, tuple(old), tuple(new), None, _TOO_FEW)
    p = _welch(old, new)
    gain = (np.mean(old) - np.mean(new)) * (1 if lower else -1)
    verdict = "cannot tell" if not p < SIGNIFICANT else "better" if gain > 0 else "worse"
    return GroupComparison(verdict, name, tuple(old), tuple(new), p, _sentence(verdict, name, old, new, p))


def _welch(old: Sequence[float], new: Sequence[float]) -> float:
    if np.ptp(old) == 0 and np.ptp(new) == 0:
        return 1.0 if old[0] == new[0] else 0.0
    from scipy import stats

    return float(stats.ttest_ind(old, new, equal_var=False).pvalue)


_NO_CURVE = Bilingual(
    en="Cannot tell: the runs log no loss and no metric in common.",
    zh="无法判断：这些运行没有共同的损失或指标。",
)
_TOO_FEW = Bilingual(
    en="Cannot tell: a group needs two runs that ended well, at least.",
    zh="无法判断：每组至少需要两次正常结束的运行。",
)


def _lost(verdict: Verdict, before: int, after: int) -> Bilingual:
    en, zh = ("Better", "更好") if verdict == "better" else ("Worse", "更差")
    return Bilingual(
        en=f"{en}: {before} of the runs before and {after} of those after went non-finite or have no curve.",
        zh=f"{zh}：之前有 {before} 次、之后有 {after} 次运行变成非有限值或没有曲线。",
    )


def _sentence(verdict: Verdict, name: str, old: Sequence[float], new: Sequence[float], p: float) -> Bilingual:
    def group(values: Sequence[float]) -> str:
        spread = float(np.std(values, ddof=1))
        return f"{short_number(float(np.mean(values)))} ± {short_number(spread)} (n = {len(values)})"

    en = {"better": "Better", "worse": "Worse"}.get(verdict, "Cannot tell")
    zh = {"better": "更好", "worse": "更差"}.get(verdict, "无法判断")
    figures = f"{clean_line(name)} {group(old)} -> {group(new)}, p = {p:.2g}"
    return Bilingual(en=f"{en}: {figures} (Welch's t-test).", zh=f"{zh}：{figures}（Welch t 检验）。")
