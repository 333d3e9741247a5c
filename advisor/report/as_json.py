"""Assessments as JSON, version 1; `schema.json` beside this file is its contract."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from advisor.advice.assessment import Assessment
from advisor.advice.change import Change, Learned
from advisor.diagnosis.finding import Finding
from advisor.run import Hyperparameter, LogEvent, Run, Series
from advisor.text import Bilingual, Language

VERSION = 1


def report_json(assessments: Sequence[Assessment], language: Language) -> str:
    """The report of `advisor diagnose --format json`; non-finite values are "nan", "inf" and "-inf"."""
    document = {"version": VERSION, "runs": [assessment_data(item, language) for item in assessments]}
    return encoded(document)


def runs_json(runs: Sequence[Run]) -> str:
    """The curves themselves, for `advisor read --format json`."""
    document = {
        "version": VERSION,
        "runs": [
            run_data(run)
            | {
                "points": {
                    series.name: {"x": [finite(v) for v in series.x], "y": [finite(v) for v in series.y]}
                    for series in run.series
                }
            }
            for run in runs
        ],
    }
    return encoded(document)


def assessment_data(assessment: Assessment, language: Language) -> dict[str, Any]:
    """One run with its findings, ready for JSON."""
    return run_data(assessment.run) | {
        "findings": [_finding(finding, assessment.changes, language) for finding in assessment.findings],
        "unchecked": [
            {
                "code": item.rule.code,
                "problem": item.rule.problem,
                "missing": list(item.missing),
                "reason": item.reason.in_(language),
            }
            for item in assessment.unchecked
        ],
    }


def run_data(run: Run) -> dict[str, Any]:
    """What was read of one run, ready for JSON."""
    return {
        "source": run.source,
        "run": run.name,
        "reader": run.reader,
        "series": [_series(series) for series in run.series],
        "hyperparameters": [_hyperparameter(item) for item in run.hyperparameters],
        "events": [_event(event) for event in run.events],
    }


def _series(series: Series) -> dict[str, Any]:
    s = series.summary()
    return {
        "name": series.name,
        "role": series.role.value,
        "lower_is_better": series.lower_is_better,
        "because": series.because,
        "x_kind": series.x_kind,
        "n": s.n,
        "first": finite(s.first),
        "last": finite(s.last),
        "min": finite(s.min),
        "argmin": s.argmin,
        "max": finite(s.max),
        "argmax": s.argmax,
        "non_finite": s.non_finite,
        "x_first": finite(s.x_first),
        "x_last": finite(s.x_last),
    }


def _hyperparameter(item: Hyperparameter) -> dict[str, Any]:
    return {"name": item.name, "role": item.role, "value": plain(item.value), "from": item.source}


def _event(event: LogEvent) -> dict[str, Any]:
    return {"kind": event.kind.value, "text": event.text, "line": event.line, "count": event.count}


def _finding(finding: Finding, changes: Sequence[Change], language: Language) -> dict[str, Any]:
    return {
        "code": finding.code,
        "problem": finding.problem.value,
        "name": finding.rule.name,
        "severity": finding.severity.word,
        "probability": finding.probability,
        "title": finding.title.in_(language),
        "evidence": [
            {
                "text": item.sentence.in_(language),
                "series": list(item.series),
                "span": None if item.span is None else [finite(v) for v in item.span],
            }
            for item in finding.evidence
        ],
        "signals": {
            name: value if value is None else finite(value)
            for clause in finding.trace
            for name, value in clause.values.items()
        },
        "why": finding.rule.why.in_(language),
        "check": finding.rule.check.in_(language),
        "changes": [_change(c, language) for c in changes if c.serves(finding.code)],
    }


def _change(change: Change, language: Language) -> dict[str, Any]:
    risk: Bilingual | None = change.risk
    return {
        "number": change.number,
        "hyperparameter": change.hyperparameter,
        "name": change.name,
        "from": plain(change.before),
        "to": plain(change.after),
        "factor": change.factor,
        "action": None if change.do is None else change.do.in_(language),
        "reason": change.reason.in_(language),
        "probability": change.probability,
        "helped": None if change.helped is None else list(change.helped),
        "raised": None if change.raised is None else list(change.raised),
        "cost": change.cost,
        "risk": None if risk is None else risk.in_(language),
        "learned": None if change.learned is None else _learned(change.learned),
    }


def _learned(learned: Learned) -> dict[str, Any]:
    effect, own = learned.effect, learned.own
    return {
        "probability": effect.probability,
        "gain": effect.gain,
        "relative": [effect.low, effect.middle, effect.high],
        "similar": None if learned.similar is None else list(learned.similar),
        "own": None if own is None else {"helped": own.helped, "of": own.of, "without": own.without},
    }


def plain(value: object) -> object:
    """A value as JSON can hold it; everything but a float as it is."""
    return finite(value) if isinstance(value, float) else value


def finite(value: float) -> float | str:
    """A number as JSON can hold it: "nan", "inf" or "-inf" where it is not finite."""
    number = float(value)
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return number


def encoded(document: object) -> str:
    """A document as JSON text, indented by two."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
