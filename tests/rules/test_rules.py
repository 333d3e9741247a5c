"""Every test that stands in a rule's own file, and what every shipped rule must have."""

import re

import pytest

from advisor.diagnosis import load_rulebook
from advisor.diagnosis.problem import Problem
from advisor.diagnosis.rule_tests import run_test

RULES = load_rulebook().compiled
CASES = [(one, index) for one in RULES for index in range(len(one.rule.tests))]


def label(value):
    return value.rule.code if hasattr(value, "rule") else str(value + 1)


@pytest.mark.parametrize(("one", "index"), CASES, ids=label)
def test_own_test(one, index):
    failure = run_test(one, index)
    assert failure is None, str(failure)


def test_a_test_that_should_fail_fails():
    """The kit itself: a rule's quiet case, told to fire, is reported with its trace."""
    import msgspec

    one = next(one for one in RULES if one.rule.code == "GEN101")
    quiet = next(t for t in one.rule.tests if t.quiet)
    swapped = msgspec.structs.replace(
        one.rule, tests=(msgspec.structs.replace(quiet, fires=quiet.quiet, quiet=None),)
    )
    failure = run_test(type(one)(swapped, one.when, one.evidence), 0)
    assert failure is not None
    assert (failure.expected, failure.actual) == ("fires", "quiet")
    assert "val_loss" in failure.trace


@pytest.mark.parametrize("one", RULES, ids=label)
def test_has_a_near_miss(one):
    assert sum(test.expected == "quiet" for test in one.rule.tests) >= 2
    assert any("near miss" in test.note for test in one.rule.tests)


@pytest.mark.parametrize("one", RULES, ids=label)
def test_every_remedy_is_reachable_or_conditional(one):
    """Of changes to one hyperparameter the first that applies counts: only the last has no condition."""
    last = {change.hyperparameter: i for i, change in enumerate(one.rule.changes) if change.hyperparameter}
    for i, change in enumerate(one.rule.changes):
        assert change.hyperparameter is None or i == last[change.hyperparameter] or change.when is not None


@pytest.mark.parametrize("one", RULES, ids=label)
def test_texts_are_whole_in_both_languages(one):
    rule = one.rule
    texts = [rule.title, rule.what, rule.why, rule.false_alarms, rule.check]
    texts += [change.because for change in rule.changes] + [c.do for c in rule.changes if c.do]
    for text in texts:
        assert re.search("[\u4e00-\u9fff]", text.zh), text
        assert not re.search("[\u4e00-\u9fff]", text.en), text
        assert not re.search("[０-９！]", text.zh), text
        assert not re.search("[，。；：、\u4e00-\u9fff] +[\u4e00-\u9fff]", text.zh), text
        assert "!" not in text.en
    for text in texts[1:]:
        assert text.en.endswith("."), text
        assert text.zh.endswith("。"), text
    assert not rule.title.en.endswith(".")
    assert rule.references


def test_the_problems_of_the_first_version_are_all_covered():
    covered = {one.rule.problem for one in RULES}
    symptoms = list(Problem)[: list(Problem).index(Problem.HEALTHY) + 1]
    assert {problem.value for problem in symptoms} <= covered
    assert {"lr_too_high", "lr_too_low", "out_of_memory"} <= covered
