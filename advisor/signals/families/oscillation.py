"""Whether a curve swings instead of settling, how far, and in what rhythm.

Read from the last two thirds, where the steep start is over, beside a robust trend.
"""

from itertools import pairwise

import numpy as np

from advisor.run import Floats
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.signals.registry import of_curve

_MOST = 1_000.0
_CLEAR_RHYTHM = 0.25


@of_curve(
    "reversals",
    unit="share",
    low=0,
    high=1,
    points=5,
    en="Share of the moves of the {subject}, over the last two thirds, that turn the move before around: "
    "0 smooth, 0.67 pure noise, 1 up and down in turn.",
    zh="{subject}后三分之二中与前一步方向相反的变化所占的比例; 0 为平滑, 0.67 为纯噪声, 1 为一上一下。",
)
def reversals(curve: Curve) -> float | None:
    """Turning points over interior points (Bienaymé 1874: 2/3 for noise); absent where nothing moves."""
    moves = np.diff(curve.binned[curve.late])
    moves = moves[np.abs(moves) > 0]
    return float((moves[1:] * moves[:-1] < 0).mean()) if moves.size > 1 else None


@of_curve(
    "swing",
    unit="share of improvement",
    low=0,
    high=_MOST,
    points=5,
    directed=True,
    en="Typical swing of the {subject} from one point to the next beside its trend, over the "
    "last two thirds, as a share of its improvement.",
    zh="{subject}后三分之二中相对趋势的典型逐点摆动, 相对于其改善幅度。",
)
def swing(curve: Curve) -> float | None:
    """Median absolute move of the residual, capped at 1,000; absent where it never improved."""
    if curve.improvement == 0:
        return None
    return min(_MOST, curve.once(_typical_move) / curve.improvement)


@of_curve(
    "swing_level",
    unit="share of level",
    low=0,
    high=_MOST,
    points=5,
    en="Typical swing of the {subject} from one point to the next beside its trend, over the "
    "last two thirds, as a share of its level there.",
    zh="{subject}后三分之二中相对趋势的典型逐点摆动, 相对于该处的水平。",
)
def swing_level(curve: Curve) -> float:
    """Median absolute move of the residual, capped at 1,000; 0 where the level is 0."""
    return min(_MOST, curve.once(_typical_move) / curve.late_level) if curve.late_level else 0.0


@of_curve(
    "swing_peak",
    unit="share of level",
    low=0,
    high=_MOST,
    points=24,
    en="Typical swing of the {subject} in the quarter of the run in which it swings most (the first "
    "tenth left out), as a share of its level there.",
    zh="{subject}在摆动最大的四分之一阶段 (不含前十分之一) 的典型摆动, 相对于该处的水平。",
)
def swing_peak(curve: Curve) -> float:
    """Median absolute move of the residual, capped at 1,000; a swing that was overcome shows here alone."""
    moves, level = np.abs(np.diff(curve.residual)), np.abs(curve.binned)
    edges = np.linspace(moves.size // 10, moves.size, 5).astype(np.int64)
    highest = 0.0
    for first, last in pairwise(edges):
        size, swing = robust.median(level[first:last]), robust.median(moves[first:last])
        highest = max(highest, min(_MOST, swing / size) if size > swing / _MOST else _MOST * (swing > 0))
    return highest


@of_curve(
    "largest_rise",
    unit="share of improvement",
    low=0,
    high=_MOST,
    points=4,
    directed=True,
    en="Largest worsening of the {subject} from one point to the next, over the last two "
    "thirds, as a share of its improvement.",
    zh="{subject}后三分之二中最大的一次单步变差, 相对于其改善幅度。",
)
def largest_rise(curve: Curve) -> float | None:
    """Between bins on a curve of more than 512 points; capped at 1,000; absent where it never improved."""
    if curve.improvement == 0:
        return None
    return min(_MOST, max(0.0, float(np.diff(curve.binned[curve.late]).max())) / curve.improvement)


@of_curve(
    "rises_share",
    unit="share",
    low=0,
    high=1,
    points=4,
    directed=True,
    en="Share of all movement of the {subject}, over the last two thirds, that was for the worse: 0 falls "
    "steadily, 0.5 goes nowhere, 1 rises steadily.",
    zh="{subject}后三分之二的全部变动中变差所占的比例; 0 为稳步改善, 0.5 为原地来回, 1 为稳步变差。",
)
def rises_share(curve: Curve) -> float | None:
    """Sum of rises over sum of absolute moves; absent where nothing moves."""
    moves = np.diff(curve.binned[curve.late])
    path = float(np.abs(moves).sum())
    return min(1.0, float(moves[moves > 0].sum()) / path) if path > 0 else None


@of_curve(
    "alternation",
    unit="correlation",
    low=-1,
    high=1,
    points=8,
    en="Correlation of each point of the {subject} with the next one beside the trend: -1 up "
    "and down in turn, 0 noise, 1 slow waves.",
    zh="{subject}去趋势后相邻两点的相关; -1 为一上一下交替, 0 为噪声, 1 为缓慢波动。",
)
def alternation(curve: Curve) -> float | None:
    """Autocorrelation of the residual at lag 1; absent where there is no residual."""
    correlation = curve.once(_autocorrelation)
    return None if correlation is None else float(correlation[1])


@of_curve(
    "rhythm",
    unit="correlation",
    low=0,
    high=1,
    points=12,
    en="How regular the swings of the {subject} are: the highest peak of the autocorrelation, 0 "
    "none, 1 exact.",
    zh="{subject}摆动的规律性: 自相关的最高峰, 0 为无, 1 为完全规律。",
)
def rhythm(curve: Curve) -> float | None:
    """Largest local maximum of the residual's autocorrelation from lag 2 on; 0 where there is none."""
    peak = curve.once(_peak)
    return None if peak is None else peak[1]


@of_curve(
    "period",
    unit="points",
    low=2,
    points=12,
    en="Points from one swing of the {subject} to the next.",
    zh="{subject}相邻两次摆动之间的点数。",
)
def period(curve: Curve) -> float | None:
    """Lag of the peak that `rhythm` speaks of; absent where that is below 0.25."""
    peak = curve.once(_peak)
    return None if peak is None or peak[1] < _CLEAR_RHYTHM else peak[0] * curve.points_per_bin


def _typical_move(curve: Curve) -> float:
    return robust.median(np.abs(np.diff(curve.residual[curve.late])))


def _autocorrelation(curve: Curve) -> Floats | None:
    """Autocorrelation of the late residual by FFT, winsorised at five robust deviations."""
    residual = curve.residual[curve.late]
    if curve.noise > 0:
        residual = np.clip(residual, -5 * curve.noise, 5 * curve.noise)
    residual = residual - residual.mean()
    largest = float(np.abs(residual).max())
    if residual.size < 4 or largest <= 1e-12 * curve.late_level or largest == 0:
        return None
    spectrum = np.fft.rfft(residual / largest, 2 * residual.size)
    raw = np.fft.irfft(np.abs(spectrum) ** 2)[: residual.size]
    overlap = np.arange(residual.size, 0, -1) / residual.size
    return np.asarray(np.clip(raw / raw[0] / overlap, -1, 1), dtype=np.float64)


def _peak(curve: Curve) -> tuple[int, float] | None:
    """Lag and height of the highest peak up to half the stretch; height 0 where there is none."""
    correlation = curve.once(_autocorrelation)
    if correlation is None:
        return None
    part = correlation[: correlation.size // 2 + 1]
    peaks = np.flatnonzero((part[1:-1] >= part[:-2]) & (part[1:-1] > part[2:])) + 1
    peaks = peaks[(peaks >= 2) & (part[peaks] > 0)]
    if peaks.size == 0:
        return 2, 0.0
    highest = int(peaks[part[peaks].argmax()])
    return highest, float(part[highest])
