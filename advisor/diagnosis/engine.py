"""Evaluates a rulebook on one run."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from advisor.diagnosis.causes import with_learned
from advisor.diagnosis.compiled import CompiledEvidence, CompiledRule
from advisor.diagnosis.expression import Names
from advisor.diagnosis.finding import Clause, Evidence, Finding, Severity, TooShort, Unchecked
from advisor.diagnosis.measured import Measured
from advisor.diagnosis.needs import reason_for, too_few_points
from advisor.diagnosis.problem import Problem
from advisor.diagnosis.ranking import is_likely_cause, ranked, stated, told_once
from advisor.diagnosis.rule import Rule
from advisor.diagnosis.sure_cause import sure_cause
from advisor.errors import RuleError
from advisor.run import Role, Run
from advisor.signals import GLOSSARY, Signals
from advisor.text import Bilingual, short_number

Outcome = Finding | Unchecked | None
"""What one rule says of one run; None where it has nothing to say."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, most important first, and what could not be checked."""

    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules that apply.

    Attributes:
        compiled: Every rule, ready to be evaluated, shipped ones first.
        measured: How often each rule was right.
        problems: The user's own rules that were left out, and why.
        names: Signals and macros that a rule may use.
    """

    compiled: tuple[CompiledRule, ...]
    measured: Measured
    problems: tuple[RuleError, ...]
    names: Names

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule as its file states it."""
        return tuple(one.rule for one in self.compiled)

    def find(self, name_or_code: str) -> Rule | None:
        """The rule of that name or code, whatever its case; None where there is none."""
        wanted = name_or_code.strip().lower()
        return next((r for r in self.rules if wanted in (r.name, r.code.lower())), None)

    def diagnose(self, run: Run, signals: Signals, preview: bool = False, learned: bool = True) -> Diagnosis:
        """Evaluates every rule.

        A finding that another one accounts for is left out, and each problem is told once. `healthy` is only
        said where no rule that states warning or above speaks. What cannot be decided is told as unchecked,
        never as passed; a rule that does not concern the run (`Rule.only_with`) is not told at all.

        Args:
            run: The run.
            signals: What was measured on it; the learned part adds what it makes of them.
            preview: Whether rules in preview speak too.
            learned: Whether the learned part speaks; else the rules stand alone. Of boosted trees it never
                does: it was fitted on nets, and knows of no dead units in a tree.
        """
        probed = any(name.startswith("probe.") for name in signals)
        signals = with_learned(signals) if learned and not signals.get("run.boosting") else signals
        findings: list[Finding] = []
        unchecked: list[Unchecked] = []
        speaking = [one for one in self.compiled if _concerns(one, signals, preview, probed)]
        for one in speaking:
            outcome = evaluate(one, run, signals, self.measured)
            if isinstance(outcome, Finding):
                findings.append(outcome)
            elif outcome is not None:
                unchecked.append(outcome)
        named = {finding.problem.value for finding in findings}
        sure = sure_cause(speaking, named, signals)
        if sure is not None:
            findings.append(_finding(sure, run, signals, self.measured, sure.when(signals).trace))
        kept = told_once(_unexplained(ranked(findings, signals, self.measured)))
        found = {finding.problem for finding in kept}
        return Diagnosis(tuple(kept), tuple(u for u in unchecked if u.rule.problem not in found))


def evaluate(one: CompiledRule, run: Run, signals: Signals, measured: Measured) -> Outcome:
    """What one rule says of one run, whatever the other rules say."""
    short = _too_short(one.rule, run)
    if short is not None and not _stands_beside(short, run, one, signals):
        return short
    if one.when.holds(signals) is False:
        return None
    verdict = one.when(signals)
    if verdict.holds is None:
        return Unchecked(one.rule, verdict.missing, reason_for(verdict.missing, run))
    return _finding(one, run, signals, measured, verdict.trace)


def _finding(
    one: CompiledRule, run: Run, signals: Signals, measured: Measured, trace: tuple[Clause, ...]
) -> Finding:
    told = tuple(e for part in one.evidence if (e := _told(part, run, signals)) is not None)
    return Finding(
        rule=one.rule,
        severity=Severity[one.rule.severity.upper()],
        probability=measured.probability(one.rule.code),
        evidence=told or (_bare_figures(one.rule, trace),),
        trace=trace,
    )


def _concerns(one: CompiledRule, signals: Signals, preview: bool, probed: bool) -> bool:
    """Whether a rule may speak of the run at all."""
    if one.rule.status == "retired" or (one.rule.status == "preview" and not preview):
        return False
    if probed and not one.speaks_of_probes:
        return False
    return not (one.rule.only_with and signals.keys().isdisjoint(one.rule.only_with))


def _too_short(rule: Rule, run: Run) -> Unchecked | None:
    """Unchecked where the first of the rule's curves that the run has is too short to speak of."""
    for role in rule.series:
        curve = run.main(Role(role))
        if curve is not None:
            if len(curve) >= rule.from_points:
                return None
            short = TooShort(role, len(curve), rule.from_points)
            return Unchecked(rule, (), too_few_points([short]), short)
    return None


def _stands_beside(short: Unchecked, run: Run, one: CompiledRule, signals: Signals) -> bool:
    """Whether a rule speaks of a longer curve, beside a single value, as that of a test at the end is."""
    if short.too_short is None or short.too_short.have > 1 or one.when.holds(signals) is not True:
        return False
    curves = [curve for role in one.rule.series if (curve := run.main(Role(role))) is not None]
    return max(map(len, curves)) >= one.rule.from_points


def _told(part: CompiledEvidence, run: Run, signals: Signals) -> Evidence | None:
    """The sentence with its figures, or None where one of them is absent or its condition does not hold."""
    if any(name not in signals for name in part.sentence.names):
        return None
    if part.when is not None and part.when.holds(signals) is not True:
        return None
    curves = [curve for role in part.series if (curve := run.main(Role(role))) is not None]
    sentence = part.sentence.render(signals, partial(_x_kind, run, part.series))
    span = None
    if part.span is not None:
        first, last = (end(signals) for end in part.span)
        span = (first, last) if first is not None and last is not None else None
    return Evidence(sentence, tuple(curve.name for curve in curves), span, part.sentence.names)


def _bare_figures(rule: Rule, trace: tuple[Clause, ...]) -> Evidence:
    """What the signals of the clauses that hold mean, with their values: said where no sentence can be."""
    held = {name: value for clause in trace if clause.holds for name, value in clause.values.items()}
    known = [
        (GLOSSARY[name], value) for name, value in held.items() if value is not None and name in GLOSSARY
    ]
    if not known:
        return Evidence(rule.title)
    told = [(entry.name, short_number(value), entry.meaning) for entry, value in known[:3]]
    return Evidence(
        Bilingual(
            en=" ".join(f"{name} is {value}: {meaning.en}" for name, value, meaning in told),
            zh="".join(f"{name} 为 {value}：{meaning.zh}" for name, value, meaning in told),
        )
    )


def _x_kind(run: Run, series: tuple[str, ...], signal: str) -> str:
    """What the x of a signal's curve counts: that of its subject, else of the first curve of the evidence."""
    subject = signal.partition(".")[0]
    for role in (subject, *series):
        curve = run.main(Role(role)) if role in _ROLES else None
        if curve is not None:
            return curve.x_kind
    return "step"


_ROLES = frozenset(role.value for role in Role)


def _unexplained(findings: Sequence[Finding]) -> list[Finding]:
    """Leaves out what a finding that stays accounts for, and `healthy` where something is wrong.

    A finding told as a note accounts for no warning: the doubtful cause stands beside its certain symptom.
    """
    stays = list(findings)
    for finding in findings:
        if any(finding.severity <= f.severity and finding.rule.problem in f.rule.explains for f in stays):
            stays.remove(finding)
    # A doubtful warning is told as a note, but is no reason to call the run healthy; nor is a likely cause.
    wrong = any(
        max(finding.severity, stated(finding)) >= Severity.WARNING or is_likely_cause(finding)
        for finding in stays
    )
    return [finding for finding in stays if not (finding.problem is Problem.HEALTHY and wrong)]
