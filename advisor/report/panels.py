"""Which charts a run is shown with, where its findings sit on them, and what each chart says in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.advice.assessment import Assessment
from advisor.diagnosis.finding import Finding
from advisor.diagnosis.problem import Problem
from advisor.report.axes import KINDS, axis_kinds, positions
from advisor.report.curves import LETTERS, Curve, Event, Mark
from advisor.report.happenings import happenings
from advisor.report.parts import SEVERITY_GLYPH
from advisor.report.view import AxisKind
from advisor.run import Floats, Role, Run, Series, XKind
from advisor.text import Bilingual, Language, clean_line, short_number
from advisor.vocabulary.quantities import without_split

_GROUPS = (
    ((Role.TRAIN_LOSS, Role.VAL_LOSS), Bilingual(en="loss", zh="损失")),
    ((Role.TRAIN_METRIC, Role.VAL_METRIC), Bilingual(en="metric", zh="指标")),
    ((Role.GRAD_NORM,), Bilingual(en="gradient norm", zh="梯度范数")),
    ((Role.LEARNING_RATE,), Bilingual(en="learning rate", zh="学习率")),
)
_MOST_TIMES = 10
"""How much larger one curve may be than another before that one is a flat line on the same axis."""
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
        events: What happened during the run, for the x axis.
        runs: The run of each curve; empty where only the curves are known.
        ahead: What is forecast, in words; its curves then stand after those of `series`.
        x_name: What the x axis shows, where that is none of the kinds that a log has.
    """

    title: Bilingual
    series: tuple[Series, ...]
    curves: tuple[Curve, ...]
    marks: tuple[Mark, ...] = ()
    events: tuple[Event, ...] = ()
    runs: tuple[Run, ...] = ()
    ahead: Bilingual | None = None
    x_name: str = ""

    def as_text(self, language: Language) -> str:
        """The chart in words, one sentence for each curve."""
        gap = "" if language == "zh" else " "
        # Curves of a forecast stand behind the logged ones and are told by a sentence of their own.
        named = zip(self.series, self.curves, strict=False)
        told = [series_sentence(series, language, curve.name) for series, curve in named]
        return gap.join([*told, *([self.ahead.in_(language)] if self.ahead else [])])

    @property
    def is_flat(self) -> bool:
        """Whether all of its values are one, so that a few rows show it as well as many."""
        values = np.concatenate([curve.y[:1] for curve in self.curves] or [np.empty(0)])
        return bool(
            np.isfinite(values).all()
            and (values == values[:1]).all()
            and all(_is_one_value(curve.y) for curve in self.curves)
        )

    @property
    def kinds(self) -> tuple[AxisKind, ...]:
        """The x axes on which all of its curves can be drawn."""
        each = [set(axis_kinds(run, (item,))) for run, item in zip(self.runs, self.series, strict=False)]
        return tuple(kind for kind in KINDS if each and all(kind in found for found in each))

    def on(self, kind: AxisKind | None) -> "Panel":
        """The same chart on another x axis, less a forecast; itself where that cannot be or for None."""
        if kind is None or kind not in self.kinds or all(c.x_kind == kind for c in self.curves):
            return self
        curves = []
        for run, series, curve in zip(self.runs, self.series, self.curves, strict=False):
            x = positions(run, series, kind)
            best = curve.best is not None
            curves.append(Curve.of(series, mark_best=best, x=x, x_kind=kind, name=curve.name))
        first = positions(self.runs[0], self.series[0], kind)
        assert first is not None
        return replace(
            self,
            curves=tuple(curves),
            ahead=None,
            marks=tuple(_moved(mark, self.series[0], first) for mark in self.marks),
            events=tuple(happenings(self.runs[0], self.series[0], first)) if self.events else (),
        )


def panels(assessment: Assessment) -> tuple[Panel, ...]:
    """The charts of a run, most telling first: loss, metric, gradient norm, learning rate.

    A run with none of these roles is shown by its other curves, one chart each, at most four.
    """
    run, findings = assessment.run, assessment.findings
    found = [panel for roles, title in _GROUPS for panel in _group(run, roles, title, findings)]
    if found:
        return tuple(found)
    others = [series for series in run.series if len(series)][:4]
    return tuple(panel_of((series,), findings, run=run) for series in others)


def panel_of(
    series: Sequence[Series],
    findings: Sequence[Finding] = (),
    title: Bilingual | None = None,
    run: Run | None = None,
) -> Panel:
    """One chart of chosen curves of one run, with the findings that speak of them marked."""
    drawn = tuple(series[: len(LETTERS)])
    main = next((item for item in drawn if item.role in _VALIDATION), drawn[0] if drawn else None)
    names = ", ".join(clean_line(item.name, 40) for item in drawn)
    events = happenings(run, drawn[0], drawn[0].x) if run is not None and drawn else ()
    return Panel(
        title=title or Bilingual(en=names, zh=names),
        series=drawn,
        curves=tuple(Curve.of(item, mark_best=item is main) for item in drawn),
        marks=tuple(finding_marks(drawn, findings)),
        events=tuple(events),
        runs=(run,) * len(drawn) if run is not None else (),
    )


def _is_one_value(y: Floats) -> bool:
    return not y.size or bool(y[0] == y[-1] and (y == y[0]).all())


def judged(panel: Panel) -> Series | None:
    """The curve that the run is judged by on this chart: one of the validation, else the first."""
    validation = next((item for item in panel.series if item.role in _VALIDATION), None)
    return validation or (panel.series[0] if panel.series else None)


def with_other_runs(panel: Panel, others: Sequence[tuple[str, Run]]) -> Panel:
    """The chart with the same curve of other runs drawn behind its own, named by their runs.

    Of each run it is the curve of the same name and role as the one that is judged here, else the main curve
    of that role; runs without one, or without one on the x axis of this chart, are left out. On a chart of
    one curve, those of the same name are told apart by their runs alone.
    """
    ours = judged(panel)
    if ours is None or not panel.runs:
        return panel
    series, curves, runs = list(panel.series), list(panel.curves), list(panel.runs)
    alone = len(series) == 1
    for name, run in others:
        found = run.with_role(ours.role) if ours.role != Role.OTHER else list(run.series)
        same = next((item for item in found if item.name == ours.name), None)
        item = same or (found[0] if found and ours.role != Role.OTHER else None)
        x = None if item is None else positions(run, item, ours.x_kind)
        if item is not None and x is not None and len(item) and len(series) < len(LETTERS):
            called = name if alone and item.name == ours.name else f"{name}: {item.name}"
            series.append(item)
            curves.append(Curve.of(item, x=x, x_kind=ours.x_kind, name=called))
            runs.append(run)
    return replace(panel, series=tuple(series), curves=tuple(curves), runs=tuple(runs))


def panels_beside(assessment: Assessment, name: str, others: Sequence[tuple[str, Run]]) -> tuple[Panel, ...]:
    """One chart for each curve of a run that another run has too, most telling first.

    Args:
        assessment: Whose curves and findings are drawn.
        name: What its run is called.
        others: The other runs, with what they are called.
    """
    drawn = []
    for group in panels(assessment):
        first = judged(group)
        for series in sorted(group.series, key=lambda item: item is not first):
            own = panel_of((series,), assessment.findings, run=assessment.run)
            named = replace(own.curves[0], name=f"{own.curves[0].name}: {name}")
            drawn.append(with_other_runs(replace(own, curves=(named,)), others))
    return tuple(panel for panel in drawn if len(panel.curves) > 1)


def _moved(mark: Mark, series: Series, x: Floats) -> Mark:
    """A mark on another axis: at the places of the nearest points of its curve."""
    order = np.argsort(series.x, kind="stable")
    ends = np.interp((mark.start, mark.end), series.x[order], x[order])
    return replace(mark, start=float(ends.min()), end=float(ends.max()))


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


def series_sentence(series: Series, language: Language, name: str = "") -> str:
    """A curve in one sentence: where it starts and ends, its best or its range, what is not finite."""
    name, s = clean_line(name or series.name, 60), series.summary()
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


def _group(run: Run, roles: tuple[Role, ...], title: Bilingual, findings: Sequence[Finding]) -> list[Panel]:
    main = [series for role in roles if (series := run.main(role)) is not None and len(series)]
    if len(main) == 2 and not _on_one_scale(*main):
        return [panel_of((series,), findings, run=run) for series in reversed(main)]
    return [panel_of(main, findings, title, run)] if main else []


def _on_one_scale(train: Series, val: Series) -> bool:
    """Whether both can be read off one axis: losses, one quantity, or values of about the same size."""
    if train.role == Role.TRAIN_LOSS or without_split(train.name) == without_split(val.name):
        return True
    if train.lower_is_better != val.lower_is_better:
        return False
    sizes = [np.abs(series.y[np.isfinite(series.y)]).max(initial=0.0) for series in (train, val)]
    return bool(min(sizes) * _MOST_TIMES >= max(sizes))
