"""Tells whether the last line of a log, which has no end, was cut while it was written.

A program writes blocks, not lines, into a file: a log that is looked at while it grows ends anywhere.
"""

from collections.abc import Iterable, Sequence

_ENOUGH_TO_COMPARE = 2


def begins_another(texts: Sequence[str], others: Iterable[Sequence[str]]) -> bool:
    """Whether what stands around the numbers of a line is the beginning of another wording.

    Args:
        texts: The stretches of the line, the last one behind its last number.
        others: The stretches of every wording of the log.
    """
    size = len(texts)
    return any(
        len(other) >= size
        and tuple(other) != tuple(texts)
        and tuple(other[: size - 1]) == tuple(texts[:-1])
        and other[size - 1].startswith(texts[-1])
        for other in others
    )


def is_shorter(word: str, others: Sequence[str]) -> bool:
    """Whether a number at the end of a line is written with fewer decimals than each of the others there."""
    if len(others) < _ENOUGH_TO_COMPARE:
        return False
    decimals, power = _digits(word)
    known = [_digits(other) for other in others]
    return decimals < min(d for d, _ in known) or power < min(p for _, p in known)


def _digits(word: str) -> tuple[int, int]:
    """How many decimals a number has, and how many characters its power of ten."""
    mantissa, _, power = word.lower().partition("e")
    return len(mantissa.partition(".")[2]), len(power)
