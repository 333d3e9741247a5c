"""Tells which part of an epoch the lines under a heading belong to: `Validating...`, `DEV RESULTS:`."""

import re
from typing import Literal

from advisor.patterns import regex
from advisor.readers.naming import without_level

Phase = Literal["train", "valid", "test"]

_PARTS: tuple[Phase, ...] = ("train", "valid", "test")
_LONGEST = 60
_SPOKEN = regex(
    r"(?:(?:start(?:ing|ed)?|begin(?:ning)?|running|now|perform(?:ing)?|doing|model|cross|"
    r"continu(?:e|ing))[ _]){0,2}"
    r"(?:(?P<train>train(?:ing)?|训练)"
    r"|(?P<valid>valid(?:ating|ation)?|val|dev(?:elopment)?|eval(?:uating|uation)?|验证|评估)"
    r"|(?P<test>test(?:ing)?|测试))"
    r"(?:[ _](?:results?|phase|stage|step|loop|set|metrics?|scores?|performance|the model|model|in eval mode|"
    r"on (?:the )?(?:dev|val|valid|validation|test|eval|evaluation)(?:[ _](?:set|data|split))?)"
    r"|集|阶段|结果|中)*",
)
_OF_A_SET = regex(
    r"(?:evaluat(?:e|ing|ion)|eval|results?|scores?)(?: ?: ?| on (?:the )?| )"
    r"(?:(?P<train>train(?:ing)?)|(?P<valid>dev(?:elopment)?|valid(?:ation)?|val)|(?P<test>test))"
    r"(?: ?set| ?data)?",
)
# A clock and a level, as a logging library prints them before what is said.
_CLOCK = regex(r"^[\[\]\d:.,/ T-]*\d[\[\]\d:.,/ T-]*")
_LOGGER = regex(r"^[A-Za-z_]\w*(?:\.\w+)+ - ")
_DECORATION = "*#=-~_ \t>|+[]<("

_WORD = regex(
    r"(?<![a-z_])(?:(?P<train>train(?:ing)?)|(?P<valid>valid(?:ation|ating)?|val|dev|eval(?:uation|uating)?)"
    r"|(?P<test>test(?:ing)?))(?![a-z_])|(?P<zh_train>训练)|(?P<zh_valid>验证|评估)|(?P<zh_test>测试)",
    re.IGNORECASE,
)


def phase_spoken_of(words: str) -> Phase | None:
    """The one part of an epoch that a line speaks of (`Validation Epoch #`), None for none or several."""
    spoken = {(match.lastgroup or "").removeprefix("zh_") for match in _WORD.finditer(words)}
    return next((part for part in _PARTS if spoken == {part}), None)


def phase_logged(text: str) -> Phase | None:
    """What `phase_of` says of a line that begins with a clock, a level, the name of a logger."""
    said = _CLOCK.sub("", without_level(text)).lstrip(" :-|]")
    return phase_of(_LOGGER.sub("", said))


def phase_of(text: str) -> Phase | None:
    """The part of an epoch that a line without numbers opens, or None for any other line.

    A bare word (`test`) is too little; it has to end as a heading does or to be set apart.
    """
    whole = text.strip()
    if not whole or len(whole) > _LONGEST:
        return None
    bare = whole.strip(_DECORATION)
    words = bare.rstrip(".…:： ")
    alone = words == whole and not {" ", ":"} & set(words) and not words.isupper()
    if alone and not words.lower().endswith(("ing", "中", "阶段")):
        return None
    match = _SPOKEN.fullmatch(words.lower()) or _OF_A_SET.fullmatch(words.lower())
    if match is None:
        return None
    return next(part for part in _PARTS if match.group(part))
