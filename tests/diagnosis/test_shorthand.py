"""promtool's notation for curves."""

import math

import pytest

from advisor.diagnosis.shorthand import read_points
from advisor.errors import RuleError


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("2.3 1.1 _ -4e-3", [2.3, 1.1, None, -0.004]),
        ("1+2x3", [1, 3, 5, 7]),
        ("1-2x3", [1, -1, -3, -5]),
        ("5x2", [5, 5, 5]),
        ("_x3 1", [None, None, None, 1]),
        ("8*0.5x3", [8, 4, 2, 1]),
        ("inf -inf", [math.inf, -math.inf]),
        ("", []),
    ],
)
def test_points(text, points):
    assert read_points(text) == points


def test_nan():
    assert math.isnan(read_points("nan")[0])


@pytest.mark.parametrize("text", ["one", "1+x3", "1x", "_+1x3", "1x99999", "1x9999 1x9999", "0x1f"])
def test_refused(text):
    with pytest.raises(RuleError):
        read_points(text)
