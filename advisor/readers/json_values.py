"""JSON as training programs write it: NaN tokens, numbers in strings and lists, nested dicts, cut ends."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from advisor.readers.numbers import parse_number

_MAX_DEPTH = 12
_MAX_NAMES = 10_000
_MAX_DIGITS = 300


class BadJsonError(ValueError):
    """The text is no JSON."""


def _integer(digits: str) -> int | float:
    # Python refuses integers of more than 4,300 digits; no metric has them, but a log must not fail on one.
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


_LENIENT = json.JSONDecoder(parse_int=_integer, strict=False)


def parse_json(text: str) -> Any:
    """The value of a JSON text, also one with NaN and Infinity, which Python's `json` writes.

    Raises:
        BadJsonError: it is none, or too deep.
    """
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        pass
    try:
        return _LENIENT.decode(text)
    except (ValueError, RecursionError) as error:
        raise BadJsonError(str(error)) from error


def parse_several(text: str, start: int = 0) -> tuple[list[Any], int]:
    """The JSON values that stand one after the other in a text, and where the reading had to end.

    White space and commas between the values are passed over; the end is `len(text)` where all was read.
    """
    values: list[Any] = []
    position = start
    while True:
        while position < len(text) and text[position] in " \t\r\n,":
            position += 1
        if position >= len(text):
            return values, position
        try:
            value, position = _LENIENT.raw_decode(text, position)
        except (ValueError, RecursionError):
            return values, position
        values.append(value)


def line_at(text: str, position: int) -> int:
    """The number of the line, from 1, that holds a place of a text."""
    return 1 + text.count("\n", 0, position)


def as_number(value: Any) -> float | None:
    """A JSON value as one number, or None where it is none.

    Numbers in strings (`"0.41"`), in a list of one (`[0.41]`) and under `value` (`{"value": 0.41}`) count.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, str):
        return parse_number(value) if len(value) < 64 else None
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list | dict):
        return as_number(value[0])
    if isinstance(value, dict) and "value" in value and not isinstance(value["value"], list | dict):
        return as_number(value["value"])
    return None


def flat(record: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Leaves of nested dicts with their names joined by `/`; what lies too deep is left out."""
    for name, value in record.items():
        path = f"{prefix}/{name}" if prefix else name
        if isinstance(value, dict) and "value" not in value:
            if depth < _MAX_DEPTH:
                yield from flat(value, path, depth + 1)
        else:
            yield path, value


def numbers(record: Mapping[str, Any]) -> dict[str, float]:
    """Every number in a record by its flat name, `_MAX_NAMES` at most."""
    found: dict[str, float] = {}
    for name, value in flat(record):
        number = as_number(value)
        if number is not None:
            found[name] = number
            if len(found) >= _MAX_NAMES:
                break
    return found
