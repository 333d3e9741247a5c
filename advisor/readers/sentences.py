"""Turns sentences round that count between a name and its value: `Cost after iteration 100: 0.69`."""

import re

from advisor.patterns import regex
from advisor.readers import names

_COUNTED_BETWEEN = regex(
    r"(?<![\w-])(?P<name>[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){0,2}) (?:at|after|in|for) "
    r"(?:(?P<counter>(?:global |train(?:ing)? )?(?:epoch|iteration|iter|step|update|round|episode)) "
    r"#?(?P<count>\d+)|(?P<counted>\d+) (?P<counters>epoch|iteration|iter|step|update|round|episode)s?)"
    r"(?: ?[:=] ?| is | was |, )(?=[-+]?(?:\d|\.\d|nan\b|inf\b))",
    re.IGNORECASE,
)


def counter_first(text: str) -> str:
    """A line with the counter before the name that it stands behind; any other line stays as it is."""
    if " at " in text or " after " in text or " in " in text or " for " in text:
        return _COUNTED_BETWEEN.sub(_turned, text)
    return text


def _turned(match: re.Match[str]) -> str:
    name = match["name"]
    if not names.is_metric(name) or name.lower().startswith(("best", "final", "lowest", "highest")):
        return match.group()
    if name == "Score" and match.group().endswith(" is "):
        name = "Score (loss)"  # so Deeplearning4j calls what it minimises
    counter = match["counter"] or match["counters"]
    return f"{counter} {match['count'] or match['counted']} {name}: "
