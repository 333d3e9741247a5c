"""Which charts a run is shown with, where its findings sit on them, and what each chart says in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.advice.assessment import Assessment
from advisor.diagnosis.finding import Finding
from advisor.diagnosis.problem import Problem
from advisor.report.parts import SEVERITY_GLYPH
from advisor.report.raster import LETTERS, Curve, Mark
from advisor.run import Role, Run, Series, XKind
from advisor.text import Bilingual, Language, clean_line, short_number

_GROUPS = (
    ((Role.TRAIN_LOSS, Role.VAL_LOSS), Bilingual(en="loss", zh="损失")),
    ((Role.TRAIN_METRIC, Role.VAL_METRIC), Bilingual(en="metric", zh="指标")),
    ((Role.GRAD_NORM,), Bilingual(en="gradient norm", zh="梯度范数")),
    ((Role.LEARNING_RATE,), Bilingual(en="learning rate", zh="学习率")),
)
_VALIDATION = (Role.VAL_LOSS, Role.VAL_METRIC)
_PLACE = {
    "step": Bilingual(en="step {x}", zh="第 {x} 步"),
    "epoch": Bilingual(en="epoch {x}", zh="第 {x} 轮"),
    "index": Bilingual(en="point {x}", zh="第 {x} 个点"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One chart of a run.

    Attributes:
        title: What it shows.
        series: The curves, as logged.
        curves: The same, ready to be drawn; the best point is marked on the curve that is judged.
        marks: Where findings sit.
    """

    title: Bilingual
    series: tuple[Series, ...]
    curves: tuple[Curve, ...]
    marks: tuple[Mark, ...] = ()

    def as_text(self, language: Language) -> str:
        """The chart in words, one sentence for each curve."""
        gap = "" if language == "zh" else " "
        return gap.join(series_sentence(series, language) for series in self.series)


def panels(assessment: Assessment) -> tuple[Panel, ...]:
    """The charts of a run, most telling first: loss, metric, gradient norm, learning rate.

    A run with none of these roles is shown by its other curves, one chart each, at most four.
    """
    run, findings = assessment.run, assessment.findings
    found = [panel for roles, title in _GROUPS if (panel := _group(run, roles, title, findings))]
    if found:
        return tuple(found)
    others = [series for series in run.series if len(series)][:4]
    return tuple(panel_of((series,), findings) for series in others)


def panel_of(
    series: Sequence[Series], findings: Sequence[Finding] = (), title: Bilingual | None = None
) -> Panel:
    """One chart of chosen curves, with the findings that speak of them marked."""
    drawn = tuple(series[: len(LETTERS)])
    judged = next((item for item in drawn if item.role in _VALIDATION), drawn[0] if drawn else None)
    names = ", ".join(clean_line(item.name, 40) for item in drawn)
    return Panel(
        title=title or Bilingual(en=names, zh=names),
        series=drawn,
        curves=tuple(Curve.of(item, mark_best=item is judged) for item in drawn),
        marks=tuple(finding_marks(drawn, findings)),
    )


def finding_marks(series: Sequence[Series], findings: Sequence[Finding]) -> list[Mark]:
    """A mark for each stretch that the evidence of a problem speaks of on one of these curves."""
    names = {item.name for item in series}
    marks = [
        Mark(*evidence.span, glyph=SEVERITY_GLYPH[finding.severity])
        for finding in findings
        if finding.problem != Problem.HEALTHY
        for evidence in finding.evidence
        if evidence.span is not None and names.intersection(evidence.series)
    ]
    # Drawn last is drawn on top, and the first finding matters most.
    return marks[::-1]


def series_sentence(series: Series, language: Language) -> str:
    """A curve in one sentence: where it starts and ends, its best or its range, what is not finite."""
    name, s = clean_line(series.name, 60), series.summary()
    chinese = language == "zh"
    if s.n == 0:
        return f"{name}：没有数据点。" if chinese else f"{name}: no points."
    parts = [
        _at(s.first, s.x_first, series.x_kind, language),
        _at(s.last, s.x_last, series.x_kind, language),
    ]
    text = f"{name}：从{parts[0]}到{parts[1]}" if chinese else f"{name}: from {parts[0]} to {parts[1]}"
    if s.argmin is not None and s.argmax is not None and s.n > 1:
        text += _extremes(series, s.argmin, s.argmax, language)
    if s.non_finite:
        where = int(np.flatnonzero(~np.isfinite(series.y))[0])
        place = _place(float(series.x[where]), series.x_kind, language)
        text += (
            f"；{s.non_finite} 个非有限值，最早在{place}"
            if chinese
            else f"; {s.non_finite} not finite, the first at {place}"
        )
    return text + ("。" if chinese else ".")


def _extremes(series: Series, argmin: int, argmax: int, language: Language) -> str:
    low = _at(float(series.y[argmin]), float(series.x[argmin]), series.x_kind, language)
    high = _at(float(series.y[argmax]), float(series.x[argmax]), series.x_kind, language)
    chinese = language == "zh"
    lowest, highest = (
        (f"，最低{low}", f"，最高{high}") if chinese else (f", lowest {low}", f", highest {high}")
    )
    if series.lower_is_better is None:
        return lowest + highest
    return lowest if series.lower_is_better else highest


def _at(value: float, x: float, kind: XKind, language: Language) -> str:
    place = _place(x, kind, language)
    return f"{place}的 {short_number(value)}" if language == "zh" else f"{short_number(value)} at {place}"


def _place(x: float, kind: XKind, language: Language) -> str:
    return _PLACE[kind].in_(language).format(x=short_number(x))


def _group(run: Run, roles: tuple[Role, ...], title: Bilingual, findings: Sequence[Finding]) -> Panel | None:
    main = [series for role in roles if (series := run.main(role)) is not None and len(series)]
    return panel_of(main, findings, title) if main else None
