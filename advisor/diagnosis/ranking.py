"""In which order findings are told, and how likely each is once the others are known.

A rule knows how often it was right; the learned part knows how the causes compare on this log. Where both
speak of a finding, its probability is the mean of the two. Causes that compete for the same trouble share at
most one, and one that another leaves no room for is not told. Where the learned part is sure that something
is wrong, the finding that names its likeliest cause leads, beside a critical symptom only where it is more
likely right than wrong, and beside a loss that blew up only where it can have done that; elsewhere a cause
stands before the symptoms of its severity, as it says what to do about them. Where a cause is not far
likelier than a healthy run, it is told as a note; a symptom of single batches is one where the run is likely
healthy. A symptom of whole epochs, such as an oscillation of their means, is no sampling noise and keeps its
severity.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from advisor.diagnosis.causes import CAUSES_KNOWN, PREFIX, is_by_step, where_leaks_are_rare
from advisor.diagnosis.finding import Finding, Severity
from advisor.diagnosis.measured import Measured
from advisor.diagnosis.problem import ABOUT_DATA, BLOW_UPS, BLOWS_UP, CAUSES, GROUPS, OPPOSITES, Problem
from advisor.signals import Signals

MORE_OFTEN_RIGHT = 0.5
"""A finding that is less likely than this is told as a note, whatever severity its rule states."""
SURELY_ILL = 0.93
"""The learned chance that something is wrong from which the likeliest cause keeps its severity, even where
it is less likely than all others together."""
RULED_OUT = 0.05
"""A competing cause less likely than this is not told beside one that is more likely right than wrong."""
NEXT_TO_NONE = 0.01
"""A cause less likely than this is told beside nothing: who reads of it would weigh it."""
SURELY_WELL = 0.5
"""The learned chance that the run is healthy from which a symptom of single batches is told as a note."""
FAR_LIKELIER = 3.0
"""How many times the learned chance of a healthy run a cause must have to be told as more than a note. This
and `SURELY_ILL` were set on the tuning half, each data set judged by a part that was fitted without it."""
_WELL = PREFIX + Problem.HEALTHY
_COMPETING = frozenset(CAUSES_KNOWN) - {Problem.HEALTHY}


def ranked(findings: Sequence[Finding], signals: Signals, measured: Measured) -> list[Finding]:
    """The findings with their final probabilities and severities, most important first.

    Args:
        findings: What the rules found, with the probability that each rule was measured to have.
        signals: The run's signals, with `learned.*` where the learned part speaks.
        measured: What is known of the rules of which too little is known to claim anything.
    """
    priced = _without_ruled_out(_sharing_one([_weighed(finding, signals) for finding in findings]))
    leading = _leading(priced, signals, measured)
    told = [replace(f, severity=_severity(f, signals)) for f in priced if f is not leading]
    told.sort(key=partial(_importance, measured))
    if leading is not None:
        # A cause matters as much as the gravest of what it brought about.
        told.insert(0, replace(leading, severity=max([stated(leading), *(f.severity for f in told)])))
    return [_as_rare(finding) for finding in told]


def _as_rare(finding: Finding) -> Finding:
    """A leak with the chance that it has where leaks are rare; any other finding as it is."""
    chance = finding.probability
    if chance is None or finding.problem is not Problem.VALIDATION_LEAKAGE:
        return finding
    rare = where_leaks_are_rare({finding.problem: chance, "all else": 1 - chance})
    return replace(finding, probability=rare[finding.problem])


def told_once(findings: Sequence[Finding]) -> list[Finding]:
    """Each problem once, with the evidence of all findings of it, and no two whose remedies are opposite.

    Args:
        findings: Most important first; of two the first stays.
    """
    told: dict[str, Finding] = {}
    for one in findings:
        key = one.code if one.problem in GROUPS else one.problem
        first = told.get(key)
        if first is not None:
            told[key] = _joined(first, one)
        elif not any(one.problem in pair and pair & told.keys() - {key} for pair in OPPOSITES):
            told[key] = one
    return list(told.values())


def _joined(first: Finding, other: Finding) -> Finding:
    """The first with what the other adds behind its own facts, and the chance of the surer one.

    A fact that shows no figure but those told already adds nothing. A note says nothing of how likely the
    warning before it is.
    """
    sentences = {fact.sentence for fact in first.evidence}
    shown = {name for fact in first.evidence for name in fact.signals}
    more = tuple(
        fact
        for fact in other.evidence
        if fact.sentence not in sentences and not (fact.signals and shown.issuperset(fact.signals))
    )
    alike = (first, other) if other.severity >= first.severity else (first,)
    chances = [one.probability for one in alike if one.probability is not None]
    return replace(first, evidence=first.evidence + more, probability=max(chances, default=None))


def stated(finding: Finding) -> Severity:
    """The severity that the rule states."""
    return Severity[finding.rule.severity.upper()]


def _weighed(finding: Finding, signals: Signals) -> Finding:
    """The finding with the mean of what its rule and the learned part say, where both speak."""
    said = signals.get(PREFIX + finding.problem) if _guessed(finding) else None
    if said is None:
        return finding
    measured = finding.probability
    return replace(finding, probability=said if measured is None else (said + measured) / 2)


def _guessed(finding: Finding) -> bool:
    """Whether it names what the learned part weighs against other causes.

    A loss that rises from its best is seen, whatever the cause; only a rule that asks the learned part for
    `overfitting` means the cause, a training set that is too small.
    """
    asked = PREFIX + finding.problem in finding.rule.when
    return finding.problem in _COMPETING and (finding.problem in CAUSES or asked)


def _sharing_one(findings: list[Finding]) -> list[Finding]:
    """Competing causes scaled down to a sum of one; several findings of one cause count once."""
    best: dict[str, float] = {}
    for one in findings:
        best[one.problem] = max(best.get(one.problem, 0.0), _as_rival(one) or 0.0)
    total = sum(best.values())
    if total <= 1:
        return findings
    chances = [_as_rival(one) for one in findings]
    return [
        one if chance is None else replace(one, probability=chance / total)
        for one, chance in zip(findings, chances, strict=True)
    ]


def _without_ruled_out(findings: list[Finding]) -> list[Finding]:
    """The findings without the causes that are next to impossible, or that another one leaves no room for."""
    chances = [_as_rival(one) for one in findings]
    settled = max((chance or 0.0 for chance in chances), default=0.0) >= MORE_OFTEN_RIGHT
    least = RULED_OUT if settled else 0.0
    pairs = zip(findings, chances, strict=True)
    return [
        one
        for one, chance in pairs
        if chance is None or (chance >= least and (_as_rare(one).probability or 0.0) >= NEXT_TO_NONE)
    ]


def _as_rival(finding: Finding) -> float | None:
    """How likely the cause is that it names, one of those that compete for the same trouble; else None."""
    return finding.probability if finding.problem in _COMPETING & CAUSES else None


def is_likely_cause(finding: Finding) -> bool:
    """Whether it names a cause of trouble that is more likely right than wrong.

    Of the data the log alone says little: validation that is as good as training may have leaked, or be easy.
    """
    cause = _guessed(finding) and finding.problem not in ABOUT_DATA
    return cause and (finding.probability or 0.0) >= MORE_OFTEN_RIGHT


def _leading(findings: Sequence[Finding], signals: Signals, measured: Measured) -> Finding | None:
    """The finding that names the likeliest cause, where the learned part is sure that something is wrong."""
    well = signals.get(_WELL)
    if well is None or 1 - well < SURELY_ILL:
        return None
    grave = any(stated(f) is Severity.CRITICAL and f.problem not in CAUSES for f in findings)
    blown_up = any(f.problem in BLOW_UPS for f in findings)
    competing = [
        finding
        for finding in findings
        if finding.problem in (BLOWS_UP if blown_up else _COMPETING)
        and _said(finding, signals) > well
        # A guess does not stand before what surely happened.
        and (not grave or (finding.probability or 0.0) >= MORE_OFTEN_RIGHT)
    ]
    return max(competing, key=lambda f: (_said(f, signals), stated(f), _chance(f, measured)), default=None)


def _said(finding: Finding, signals: Signals) -> float:
    return signals.get(PREFIX + finding.problem, 0.0)


def _severity(finding: Finding, signals: Signals) -> Severity:
    """As stated; a note where that is more often wrong than right, or a healthy run is likelier."""
    if finding.probability is not None and finding.probability < MORE_OFTEN_RIGHT:
        return Severity.INFO
    doubted = stated(finding) < Severity.CRITICAL and _doubted(finding, signals)
    return Severity.INFO if doubted else stated(finding)


def _doubted(finding: Finding, signals: Signals) -> bool:
    """Whether the learned part holds the run for healthy rather than believe the finding."""
    well = signals.get(_WELL, 0.0)
    if _guessed(finding):
        return FAR_LIKELIER * well > _said(finding, signals)
    return well > SURELY_WELL and is_by_step(signals)


def _importance(measured: Measured, finding: Finding) -> tuple[int, bool, float, str]:
    """Severity first, then a cause before a symptom, then the likelier one, then by code."""
    return -finding.severity, finding.problem not in CAUSES, -_chance(finding, measured), finding.code


def _chance(finding: Finding, measured: Measured) -> float:
    """How likely it is right beside other findings.

    Where too little is known of its rule to claim anything, that little counts beside what the learned part
    says: a rule that was right once of four times does not stand before one that always was.
    """
    told, record = finding.probability, measured.expected(finding.code)
    if told is None:
        return record
    return told if measured.probability(finding.code) is not None else (told + record) / 2
