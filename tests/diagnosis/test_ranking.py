"""Drawn findings ranked, beside an oracle that follows what the module says of itself, finding by finding."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.diagnosis.finding import Finding, Severity
from advisor.diagnosis.measured import Measured
from advisor.diagnosis.problem import ABOUT_DATA, BLOW_UPS, BLOWS_UP, CAUSES
from advisor.diagnosis.ranking import is_likely_cause, ranked
from tests.diagnosis.test_engine import rule

# Competing causes, a cause that the learned part does not know, a learned symptom, and symptoms.
PROBLEMS = (
    "lr_too_high", "lr_too_low", "dead_units", "validation_shift", "bad_initialisation", "over_regularised",
    "overfitting", "vanishing_gradients", "plateau", "diverged",
)  # fmt: skip
LEARNED = ("lr_too_high", "lr_too_low", "dead_units", "validation_shift", "bad_initialisation", "overfitting")
LEARNED_SYMPTOMS = ("vanishing_gradients",)
# The thresholds themselves stand among the chances: on each side of one another thing is said.
CHANCES = st.sampled_from(
    [0.0, 0.009, 0.01, 0.02, 0.04, 0.05, 0.06, 0.069, 0.07, 0.1, 0.2, 0.3, 0.49, 0.5, 0.6, 0.9, 1.0]
)
WELL = st.sampled_from([0.0, 0.02, 0.069, 0.07, 0.071, 0.3, 0.5, 0.51])


@st.composite
def situations(draw):
    """Findings of different problems, the learned chances, and what was measured of the rules."""
    problems = draw(st.lists(st.sampled_from(PROBLEMS), unique=True, min_size=1, max_size=6))
    findings = []
    for number, problem in enumerate(problems):
        when = f"learned.{problem} > 0" if draw(st.booleans()) else "run.points > 0"
        severity = draw(st.sampled_from(["info", "warning", "critical"]))
        one = rule(f"AAA{number}00", problem=problem, severity=severity, when=when)
        chance = draw(st.one_of(st.none(), CHANCES))
        findings.append(Finding(one, Severity[severity.upper()], chance, (), ()))
    signals = {"train_loss.points": draw(st.sampled_from([20, 59, 60, 200])), "val_loss.points": 20}
    if draw(st.booleans()):
        names = (*LEARNED, *LEARNED_SYMPTOMS)
        signals |= {"learned.healthy": draw(WELL)} | {f"learned.{name}": draw(CHANCES) for name in names}
    return findings, signals


def guessed(finding):
    known = finding.rule.problem in (*LEARNED, *LEARNED_SYMPTOMS)
    return known and (
        finding.rule.problem in CAUSES or f"learned.{finding.rule.problem}" in finding.rule.when
    )


def rival(finding):
    return finding.rule.problem in LEARNED and finding.rule.problem in CAUSES


def weighed(finding, signals):
    said = signals.get(f"learned.{finding.rule.problem}")
    if said is None or not guessed(finding):
        return finding.probability
    return said if finding.probability is None else (said + finding.probability) / 2


def shared(findings, signals):
    """The chance of each finding where competing causes share at most one and none is ruled out."""
    chances = {f.code: weighed(f, signals) for f in findings}
    rivals = {f.code: chances[f.code] for f in findings if rival(f) and chances[f.code] is not None}
    total = sum(rivals.values())
    if total > 1:
        rivals = {code: chance / total for code, chance in rivals.items()}
    chances |= rivals
    least = 0.05 if max(rivals.values(), default=0) >= 0.5 else 0.01
    ruled_out = {code for code, chance in rivals.items() if chance < least}
    return {code: chance for code, chance in chances.items() if code not in ruled_out}


def severity_of(finding, chance, signals):
    well = signals.get("learned.healthy", 0.0)
    if chance is not None and chance < 0.5:
        return Severity.INFO
    if finding.severity < Severity.CRITICAL:
        if guessed(finding):
            if 3 * well > signals.get(f"learned.{finding.rule.problem}", 0.0):
                return Severity.INFO
        elif well > 0.5 and signals["train_loss.points"] >= 60:
            return Severity.INFO
    return finding.severity


def leader(findings, chances, signals):
    """The code of the finding that names the likeliest cause, where something is surely wrong."""
    well = signals.get("learned.healthy")
    if well is None or 1 - well < 0.93:
        return None
    told = [f for f in findings if f.code in chances]
    grave = any(f.severity is Severity.CRITICAL and f.rule.problem not in CAUSES for f in told)
    blown_up = any(f.rule.problem in BLOW_UPS for f in told)
    best = None
    for one in told:
        problem = one.rule.problem
        able = problem in BLOWS_UP if blown_up else problem in (*LEARNED, *LEARNED_SYMPTOMS)
        said = signals.get(f"learned.{problem}", 0.0)
        if not able or said <= well or (grave and (chances[one.code] or 0) < 0.5):
            continue
        worth = (said, one.severity, beside_others(one, chances))
        if best is None or worth > best[0]:
            best = (worth, one.code)
    return None if best is None else best[1]


def beside_others(finding, chances):
    """Nothing was measured of these rules: what is assumed of any rule counts beside what is said."""
    assumed = Measured().expected(finding.code)
    chance = chances[finding.code]
    return assumed if chance is None else (chance + assumed) / 2


@settings(max_examples=800)
@given(situations())
def test_findings_are_told_in_the_order_that_is_stated(situation):
    findings, signals = situation
    chances = shared(findings, signals)
    first = leader(findings, chances, signals)
    others = {f.code: severity_of(f, chances[f.code], signals) for f in findings if f.code in chances}
    by_code = {f.code: f for f in findings}

    def place(code):
        one = by_code[code]
        return -others[code], one.rule.problem not in CAUSES, -beside_others(one, chances), code

    expected = sorted((code for code in others if code != first), key=place)
    severities = {code: others[code] for code in expected}
    if first is not None:
        gravest = max([by_code[first].severity, *severities.values()])
        expected, severities = [first, *expected], {**severities, first: gravest}
    told = ranked(findings, signals, Measured())
    assert [f.code for f in told] == expected
    assert {f.code: f.severity for f in told} == severities
    assert {f.code: f.probability for f in told} == {code: pytest.approx(chances[code]) for code in expected}


@given(situations(), CHANCES)
def test_a_likely_cause_is_one_that_no_look_at_the_data_would_settle(situation, chance):
    findings, _ = situation
    for one in findings:
        likely = is_likely_cause(Finding(one.rule, one.severity, chance, (), ()))
        assert likely == (guessed(one) and one.rule.problem not in ABOUT_DATA and chance >= 0.5)
        assert not is_likely_cause(Finding(one.rule, one.severity, None, (), ()))


@pytest.mark.parametrize("problem", ["validation_leakage", "lr_too_high"])
def test_a_cause_of_which_next_to_nothing_is_left_is_not_told(problem):
    one = rule("AAA100", problem=problem, severity="info", when=f"learned.{problem} > 0")
    finding = Finding(one, Severity.INFO, None, (), ())
    assert ranked([finding], {"learned.healthy": 0.5, f"learned.{problem}": 0.005}, Measured()) == []


@pytest.mark.parametrize(
    ("said", "told"), [(0.1, 0.014), (0.3, 0.051), (0.5, 0.092), (0.9, 0.092), (1.0, 0.092)]
)
def test_a_leak_is_told_with_the_chance_it_has_where_leaks_are_rare(said, told):
    """By Bayes' rule from the planted share, 0.075, to one in a hundred, ten times likelier at most."""
    leak = rule(
        "AAA100", problem="validation_leakage", severity="info", when="learned.validation_leakage > 0"
    )
    other = rule("AAA200", problem="plateau", severity="info", when="run.points > 0")
    findings = [Finding(one, Severity.INFO, None, (), ()) for one in (leak, other)]
    signals = {"learned.healthy": 1 - said, "learned.validation_leakage": said}
    chances = {f.problem.value: f.probability for f in ranked(findings, signals, Measured())}
    assert chances == {"validation_leakage": pytest.approx(told, abs=5e-4), "plateau": None}
