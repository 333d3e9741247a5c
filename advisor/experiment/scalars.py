"""Values as configurations and command lines write them."""

import math

from advisor.errors import UsageError
from advisor.patterns import regex
from advisor.run import Scalar
from advisor.text import clean_line

_INTEGER = regex(r"[+-]?[0-9]+(?:_[0-9]+)*")
_FLOAT = regex(r"[+-]?(?:[0-9]+(?:_[0-9]+)*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "none": None}
# Python and argparse read 17 significant digits; an integer beyond this is no hyperparameter.
_LONGEST_INTEGER = 30


def parse_scalar(text: str) -> Scalar:
    """What a word on a command line means: a number, a truth value, nothing, or the word itself."""
    if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_INTEGER:
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return _WORDS.get(text.lower(), text)


def is_number(value: Scalar) -> bool:
    """Whether a value is an int or a float; truth values are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number_text(value: float) -> str:
    """A number in a spelling that every reader takes for the same number.

    YAML 1.1 (PyYAML) takes `1e-3` for a word, and needs a point and a signed exponent; `1.0e-3` is read as a
    number by YAML 1.1 and 1.2, JSON, TOML and Python alike.

    Raises:
        UsageError: `value` is not finite.
    """
    if not math.isfinite(value):
        raise UsageError(f"{value} is no value for a hyperparameter.", "Give a finite number.")
    shortest = repr(value)
    if "e" not in shortest:
        return shortest
    mantissa, _, exponent = shortest.partition("e")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{int(exponent):+d}"


def plain_text(value: Scalar) -> str:
    """A value without quotes, as YAML, JSON and TOML write numbers and truth values."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return value if isinstance(value, str) else number_text(value)


def typed_like(value: Scalar, like: Scalar) -> Scalar:
    """`value` in the type of the number that it replaces: floats stay floats, whole numbers stay whole."""
    if not (is_number(value) and is_number(like)):
        return value
    assert isinstance(value, int | float)
    if isinstance(like, float):
        return float(value)
    return int(value) if float(value).is_integer() else value


def same_value(one: Scalar, other: Scalar) -> bool:
    """Whether two values mean the same; numbers may differ by rounding in their ninth digit."""
    if is_number(one) and is_number(other):
        assert isinstance(one, int | float)
        assert isinstance(other, int | float)
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=0.0)
    return type(one) is type(other) and one == other


def wished_value(name: str, value: Scalar, current: Scalar) -> Scalar:
    """The value that a user asked for, held against the one that stands there.

    Raises:
        UsageError: a word was asked for where a number stands, or a number that is not finite.
    """
    wished = parse_scalar(value.strip()) if isinstance(value, str) else value
    if is_number(current) and not is_number(wished):
        raise UsageError(
            f"{clean_line(name)} is a number ({current}); {clean_line(repr(value))} is none.",
            f"Give a number, for example {current}.",
        )
    if isinstance(wished, float) and not math.isfinite(wished):
        raise UsageError(f"{value} is no value for {clean_line(name)}.", "Give a finite number.")
    return wished
