"""What is told of a cause of which the learned part is sure though no rule found it."""

import pytest

from advisor.diagnosis.finding import Severity
from tests.diagnosis.test_engine import book, codes, rule, run

CAREFUL = rule(
    "AAA101",
    problem="unshuffled",
    severity="info",
    when="learned.unshuffled > 0.2 and train_loss.rise > 1",
)
PLAIN = rule(
    "AAA102",
    problem="unshuffled",
    severity="critical",
    when="learned.unshuffled > 0.2 and train_loss.rise > 2",
)
MARK = rule("AAA103", problem="overfitting", severity="warning", when="val_loss.rise > 0.1")
LEAK = rule("AAA104", problem="validation_leakage", severity="info", when="learned.validation_leakage > 2")
ILL = {"train_loss.rise": 0.0, "val_loss.rise": 0.2}


def said(**chances):
    """The learned chances; what is left is that of a healthy run."""
    named = {f"learned.{cause}": chance for cause, chance in chances.items()}
    return {**ILL, **named, "learned.healthy": 1 - sum(chances.values())}


def told(*rules, **chances):
    return book(*rules).diagnose(run(), said(**chances), learned=False)


def test_a_sure_cause_is_told_by_the_more_careful_of_its_rules_and_leads_the_symptom():
    answer = told(PLAIN, MARK, CAREFUL, unshuffled=0.97)
    assert codes(answer) == ["AAA101", "AAA103"]
    assert answer.findings[0].probability == pytest.approx(0.97)
    assert answer.findings[0].severity is Severity.WARNING


@pytest.mark.parametrize("chances", [{"unshuffled": 0.89}, {"unshuffled": 0.04, "label_noise": 0.95}, {}])
def test_an_unsure_one_is_not(chances):
    assert codes(told(PLAIN, MARK, CAREFUL, **chances)) == ["AAA103"]


def test_no_other_rule_speaks_for_it():
    assert codes(told(MARK, unshuffled=0.97)) == ["AAA103"]


def test_a_leak_is_not_however_sure_the_part_is_since_leaks_are_rare():
    assert codes(told(LEAK, MARK, validation_leakage=0.97)) == ["AAA103"]


def test_a_rule_that_found_it_speaks_for_itself():
    answer = book(PLAIN, CAREFUL).diagnose(
        run(), {**said(unshuffled=0.97), "train_loss.rise": 3.0}, learned=False
    )
    assert len(answer.findings) == 1
    assert answer.findings[0].severity is Severity.CRITICAL
