"""What was measured on planted faults: Laplace's rule of succession, nothing where nothing was."""

import msgspec
import pytest

from advisor.diagnosis import helped_counts, load_rulebook
from advisor.diagnosis.measured import Measured, shipped_measurements

TEXT = b"""{
  "A": {"fired": 8, "right": 7, "changes": {"1": {"tried": 8, "helped": 6, "raised": 4}}},
  "B": {"fired": 0, "right": 0},
  "D": {"fired": 7, "right": 7},
  "E": {"fired": 8, "right": 8}
}"""


def test_probability():
    measured = Measured(TEXT)
    assert measured.probability("A") == pytest.approx(8 / 10)
    assert measured.probability("E") == pytest.approx(9 / 10)
    assert measured.probability("B") is None
    assert measured.probability("C") is None
    assert measured.probability("D") is None, "seven firings are too few to claim anything"
    assert Measured().probability("A") is None


def test_rules_of_which_nothing_is_claimed_can_be_compared():
    measured = Measured(TEXT)
    assert measured.expected("A") == measured.probability("A")
    assert measured.expected("D") == pytest.approx(8 / 9)
    assert measured.expected("B") == measured.expected("no such rule") == Measured().expected("A") == 0.5


def test_helped():
    measured = Measured(TEXT)
    assert measured.helped("A", 1) == (6, 8)
    assert measured.helped("A", 0) is None
    assert measured.helped("B", 0) is None
    assert measured.raised("A", 1) == (4, 8)
    assert measured.raised("A", 0) is None
    old = b'{"A": {"changes": {"0": {"tried": 8, "helped": 6}}}}'
    assert Measured(old).raised("A", 0) is None, "counts from before the score was judged"


def test_a_malformed_file_is_not_taken_for_none():
    with pytest.raises(msgspec.MsgspecError):
        Measured(b'{"A": 3}')


def test_the_shipped_counts_speak_of_shipped_rules():
    for rule in load_rulebook().rules:
        probability = shipped_measurements().probability(rule.code)
        assert probability is None or 0 < probability < 1
        for index in range(len(rule.changes)):
            counts = helped_counts(rule.code, index)
            assert counts is None or 0 <= counts[0] <= counts[1]
