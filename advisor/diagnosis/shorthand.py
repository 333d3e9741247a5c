"""Curves in a rule's tests, written short.

promtool's notation for series: values apart by spaces, `_` for a point that is missing, `a+bxn` for a, a+b,
a+2b, ... with n values after the first, `a-bxn` likewise, and `axn` for a and n repetitions of it. One
more of ours: `a*bxn` for a, a·b, a·b², ...
"""

from advisor.errors import RuleError
from advisor.patterns import regex

MAX_POINTS = 10_000
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_RUN = regex(rf"({_NUMBER}|_)(?:([+*-])({_NUMBER}))?x(\d{{1,5}})")
_VALUE = regex(rf"{_NUMBER}|nan|[+-]?inf")


def read_points(text: str) -> list[float | None]:
    """The points of one curve; None for a missing one.

    Raises:
        RuleError: a word is no value of the notation.
    """
    points: list[float | None] = []
    for word in text.split():
        if word == "_":
            points.append(None)
        elif _VALUE.fullmatch(word):
            points.append(float(word))
        else:
            points.extend(_unfold(word))
        if len(points) > MAX_POINTS:
            raise RuleError(f"A test curve has at most {MAX_POINTS} points.")
    return points


def _unfold(word: str) -> list[float | None]:
    match = _RUN.fullmatch(word)
    if match is None:
        raise RuleError(
            f"'{word}' is no value of a test curve.", "Write 2.3, nan, _, 2.3-0.1x20 or 2.3*0.9x20."
        )
    first, sign, by, times = match[1], match[2], match[3], int(match[4])
    if times > MAX_POINTS:
        raise RuleError(f"A test curve has at most {MAX_POINTS} points.")
    if first == "_":
        if sign:
            raise RuleError(f"'{word}' counts on from a missing point.")
        return [None] * times
    start = float(first)
    if sign is None:
        return [start] * (times + 1)
    step = float(by)
    if sign == "*":
        return [start * step**i for i in range(times + 1)]
    return [start + (step if sign == "+" else -step) * i for i in range(times + 1)]
