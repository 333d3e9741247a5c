"""Spells out values that are listed side by side: `(p/r/f): (78/70/74)`, `train/val loss: 0.3/0.4`."""

import re

from advisor.patterns import regex
from advisor.readers import names

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?%?"
_SIDE_BY_SIDE = regex(
    r"(?<![\w/])(?P<names>\(?[A-Za-z][\w@-]{0,20}(?: ?/ ?[A-Za-z][\w@-]{0,20}){1,5}\)?)"
    r"(?P<what>(?: [A-Za-z]\w{0,20}){0,2})\s?[:=]?\s?"
    rf"\(?(?P<values>{_NUMBER}(?: ?/ ?{_NUMBER}){{1,5}})(?![\w/])\)?"
)
# Letters that stand for a metric only beside each other.
_SHORT = {"p": "precision", "r": "recall", "f": "f1", "prec": "precision", "rec": "recall"}


def may_be_parallel(text: str) -> bool:
    """Whether a look for such lists is worth its time."""
    return text.count("/") > 1


def spelt_out(text: str) -> str:
    """A line with each of its values behind its own name; what is no such list stays as it is."""
    return _SIDE_BY_SIDE.sub(_each_by_name, text)


def _each_by_name(match: re.Match[str]) -> str:
    said = [name.strip(" ()") for name in match["names"].split("/")]
    values = [value.strip() for value in match["values"].split("/")]
    full = [_SHORT.get(name.lower(), name) for name in said]
    known = [names.is_metric(name) or names.split_of(name) is not None for name in full]
    if len(said) != len(values) or not all(known):
        return match.group()
    return ", ".join(f"{name}{match['what']}: {value}" for name, value in zip(full, values, strict=True))
