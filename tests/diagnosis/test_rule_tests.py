"""The tests in a user's own rule file: what they say runs, and what cannot be run is told with its place."""

import pytest

from advisor.diagnosis.loader import check_own_rules
from advisor.diagnosis.rule_tests import failures, run_of

RULE = """\
title: Too loud
when: train_loss.swing_level > 0.3
tests:
"""


@pytest.fixture
def rule(tmp_path):
    """A rule with these tests."""

    def written(*tests):
        file = tmp_path / "too-loud.yaml"
        file.write_text(RULE + "".join(f"  - {test}\n" for test in tests))
        (one,), problems = check_own_rules(file)
        assert not problems
        return one

    return written


def test_what_a_rule_does_not_do_is_told_with_the_number_of_the_test(rule):
    loud = "{signals: {train_loss.swing_level: 0.5}}"
    one = rule(f"fires: {loud}", f"quiet: {loud}")
    (failure,) = failures(one)
    first, clause = str(failure).splitlines()
    assert first == f"too-loud ({one.rule.code}) test 2: expected quiet, was fires"
    assert "train_loss.swing_level > 0.3: True {'train_loss.swing_level': 0.5}" in clause


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("fires: {train_loss: 3 2 1, x: 1 2}", "x has 2 points, train_loss has 3."),
        ("quiet: {train_loss: 3 2 bla}", "'bla' is no value of a test curve."),
        ("quiet: {train_loss: 3 2 1, events: {nonsense: 2}}", "There is no kind of log event nonsense."),
        ("unknown: {train_los: 3 2 1}", "A test has no key 'train_los'."),
        ("quiet: {train_loss: 3 2 1, events: much}", "'events' of a test is a mapping."),
    ],
)
def test_a_test_that_cannot_be_read_is_told_and_the_others_are_run(rule, test, why):
    one = rule(test, "fires: {signals: {train_loss.swing_level: 0.1}}")
    unreadable, wrong = map(str, failures(one))
    assert "test 1: expected" in unreadable
    assert "was unreadable" in unreadable
    assert why in unreadable
    assert "test 2: expected fires, was quiet" in wrong


def test_a_curve_stands_at_its_own_steps_and_may_be_shorter_than_they_are(rule):
    one = rule("quiet: {train_loss: 3 _ 1, val_loss: 4, x: 10 20 30 40}")
    train, val = run_of(one.rule.tests[0]).series
    assert (train.y.tolist(), train.x.tolist()) == ([3.0, 1.0], [10.0, 30.0])
    assert (val.y.tolist(), val.x.tolist()) == ([4.0], [10.0])
