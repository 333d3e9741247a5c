"""Lines that differ in nothing but the digits of their numbers, and their numbers as columns.

Whatever these digits are, such lines are cut into the same words: what is known of one of them holds for all.
A digit outside the numbers (`top5`, a date) belongs to the words. Numbers come out as `float` reads them: a
number below 2**53 without its point, and a power of ten of up to 22, are exact in binary floating point, so
that their quotient is rounded once (Clinger, 1990); the few others are given to `float` itself.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from advisor.patterns import regex
from advisor.run import Floats

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

_ZERO = ord("0")
_DIGITS = np.frombuffer(b"0123456789", dtype=np.uint8)
_PAD = 8
_EXACT_MANTISSA = np.uint64(1 << 53)
_MOST_DIGITS = 19
_POWERS = 10.0 ** np.arange(23)
_NUMBER = regex(r"([-+]?)([0-9,]*)\.?([0-9]*)(?:[eE]([-+]?)([0-9]{1,3}))?")


class _Spelling(NamedTuple):
    """How the numbers in one place of a layout are written.

    Attributes:
        negative: Whether a minus stands before them.
        digits: Where their digits stand in the line, the point and commas left out: the end and the size of
            each group of eight neighbours at most.
        size: How many digits these are.
        decimals: How many of these come after the point.
        negative_power: Whether the power of ten has a minus.
        power: Where the digits of the power stand, as `digits`.
    """

    negative: bool
    digits: list[tuple[int, int]]
    size: int
    decimals: int
    negative_power: bool
    power: list[tuple[int, int]]


class Matched(NamedTuple):
    """Lines of one layout.

    Attributes:
        texts: Each line as it is, shape (n,).
        digits: Eight bytes of padding, then the value of each digit of each line.
    """

    texts: "npt.NDArray[np.void]"
    digits: Bytes


class Layout:
    """One form of line.

    Args:
        line: An example, without its end.
        numbers: Where in it the numbers stand whose digits may be others.
        skipped: How many of these at the beginning mean nothing.
    """

    def __init__(self, line: bytes, numbers: Sequence[tuple[int, int]], skipped: int = 0) -> None:
        row = np.frombuffer(line, dtype=np.uint8)
        free = np.zeros(row.size, dtype=bool)
        for start, end in numbers:
            free[start:end] = np.isin(row[start:end], _DIGITS)
        self._numbers = tuple(numbers[skipped:])
        self._spellings = [_spelling(line[start:end].decode(), start) for start, end in self._numbers]
        self._row = np.where(free, _ZERO, row).astype(np.uint8).tobytes()
        self._most = np.where(free, 9, 0).astype(np.uint8).tobytes()

    def fits(self, line: bytes) -> bool:
        """Whether a line is of this layout."""
        row, most = (np.frombuffer(cells, dtype=np.uint8) for cells in (self._row, self._most))
        return bool((np.frombuffer(line, dtype=np.uint8) ^ row <= most).all())

    def match(self, texts: "npt.NDArray[np.void]") -> tuple[Matched, Bools | None]:
        """Which lines are of this layout (None: all), and these lines.

        Args:
            texts: Lines as long as the example, shape (n,).
        """
        n, width = texts.size, len(self._row)
        digits = np.empty(_PAD + n * width, dtype=np.uint8)
        digits[:_PAD] = 0
        np.bitwise_xor(texts.view(np.uint8), _repeated(self._row, n), out=digits[_PAD:])
        others = digits[_PAD:] > _repeated(self._most, n)
        if not others.any():
            return Matched(texts, digits), None
        fits: Bools = ~np.any(others.reshape(n, width), axis=1)
        kept = digits[_PAD:].reshape(n, width)[fits].ravel()
        return Matched(texts[fits], np.concatenate((digits[:_PAD], kept))), fits

    def column(self, lines: Matched, number: int) -> Floats:
        """The numbers in one place of the lines, shape (n,)."""
        spelling = self._spellings[number]
        if spelling is None:
            return self._read(lines, number)
        mantissas = self._integers(lines.digits, spelling.digits)
        values = mantissas.astype(np.float64)
        odd = mantissas >= _EXACT_MANTISSA if spelling.size > 15 else None
        if spelling.power:
            powers = self._integers(lines.digits, spelling.power).astype(np.int64)
            powers = (-powers if spelling.negative_power else powers) - spelling.decimals
            far = np.abs(powers) >= _POWERS.size
            odd = far if odd is None else odd | far
            scale = _POWERS.take(np.abs(powers), mode="clip")
            values = np.where(powers < 0, values / scale, values * scale)
        elif spelling.decimals:
            values /= _POWERS[spelling.decimals]
        if spelling.negative:
            values = -values
        if values.size != lines.texts.size:
            values = np.repeat(values, lines.texts.size)
        if odd is not None and odd.any():
            odd = np.broadcast_to(odd, values.size)
            values[odd] = self._read(Matched(lines.texts[odd], lines.digits), number)
        return values

    def _integers(self, digits: Bytes, groups: Sequence[tuple[int, int]]) -> Words:
        """The whole numbers that some digits of each line spell, shape (n,), or (1,) where all are alike."""
        total: Words | None = None
        for end, count in groups:
            words = self._words(digits, end)
            # What never changes (what a batch is out of, a learning rate) is decoded once.
            same = words[0] == words[-1] and (words == words[0]).all()
            part = _decimal(words[:1] if same else words, count)
            total = part if total is None else total * np.uint64(10**count) + part
        assert total is not None
        return total

    def _words(self, digits: Bytes, end: int) -> Words:
        """The eight digits before a place of each line."""
        size = len(self._row)
        n = (digits.size - _PAD) // size
        return np.ndarray((n,), dtype="<u8", buffer=digits.data, offset=end, strides=(size,)).copy()

    def _read(self, lines: Matched, number: int) -> Floats:
        start, end = self._numbers[number]
        cells = lines.texts.view(np.uint8).reshape(lines.texts.size, len(self._row))[:, start:end]
        words = np.ascontiguousarray(cells).view(f"S{end - start}").ravel().tolist()
        return np.array([float(word.replace(b",", b"")) for word in words], dtype=np.float64)


def _repeated(row: bytes, times: int) -> Bytes:
    """A row so many times, one after the other."""
    return _repeated_often(row, 1 << (times - 1).bit_length())[: times * len(row)]


@lru_cache(maxsize=32)
def _repeated_often(row: bytes, times: int) -> Bytes:
    # The windows of a log have the same few layouts.
    return np.frombuffer(row * times, dtype=np.uint8)


def _spelling(word: str, start: int) -> _Spelling | None:
    """How a word spells a number; None where it has no digits (`nan`) or very many."""
    match = _NUMBER.fullmatch(word)
    if match is None:
        return None
    whole, decimals, power = match.span(2), match.span(3), match.span(5)
    digits = [i for i in (*range(*whole), *range(*decimals)) if word[i] != ","]
    if not 0 < len(digits) <= _MOST_DIGITS or len(match.group(3)) >= _POWERS.size:
        return None
    return _Spelling(
        match.group(1) == "-",
        _groups([start + i for i in digits]),
        len(digits),
        len(match.group(3)),
        match.group(4) == "-",
        _groups(range(start + power[0], start + power[1])) if match.group(5) else [],
    )


def _groups(places: Sequence[int]) -> list[tuple[int, int]]:
    groups: list[tuple[int, int]] = []
    for place in places:
        if groups and groups[-1][0] == place and groups[-1][1] < 8:
            groups[-1] = (place + 1, groups[-1][1] + 1)
        else:
            groups.append((place + 1, 1))
    return groups


def _decimal(words: Words, count: int) -> Words:
    """What the last `count` of eight digits spell, in place; the first digit is the lowest byte.

    Neighbours are joined by one multiplication each: digits to pairs, pairs to fours, fours to eight
    (Lemire, 2018, "Quickly parsing eight digits").
    """
    words &= np.uint64((0xFFFFFFFFFFFFFFFF << 8 * (8 - count)) & 0xFFFFFFFFFFFFFFFF)
    if count == 1:
        words >>= np.uint64(56)
        return words
    words *= np.uint64(1 + (10 << 8))
    if count == 2:
        words >>= np.uint64(56)
        return words
    words >>= np.uint64(8)
    words &= np.uint64(0x00FF00FF00FF00FF)
    words *= np.uint64(1 + (100 << 16))
    if count <= 4:
        words >>= np.uint64(48)
        return words
    words >>= np.uint64(16)
    words &= np.uint64(0x0000FFFF0000FFFF)
    words *= np.uint64(1 + (10_000 << 32))
    words >>= np.uint64(32)
    return words
