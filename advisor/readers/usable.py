"""Tells which numbers of a line can be values: not parts of dates, versions, paths, sizes or log prefixes."""

from advisor.patterns import regex
from advisor.readers import names

# An arrow (`loss -> 0.41`) compares nothing.
_COMPARISON = regex(r"(?:[=!~<>]=|[<~]|(?<!-)>)\s*$")
_GLUED_DIGIT = regex(r"[.:\-]\d")
_LEVEL = regex(r"(?<![\w-])(?:DEBUG|INFO|WARNING|WARN|ERROR|NOTICE)(?![\w-])")
# Where in the code a line was printed: `module:function:45 - `, `(trainer:338)`.
_PRINTED_FROM = regex(r"(?:[\w.]+:[\w.<>]+|\(\w+):$")
_AFTER_PLACE = regex(r"\)|\s[-|]\s")


def usable_numbers(texts: tuple[str, ...]) -> set[int]:
    """The numbers that can be values: not parts of dates, times, versions, paths, sizes, comparisons."""
    last = len(texts) - 1
    bad: set[int] = set()
    for index in range(last):
        before, after = texts[index], texts[index + 1]
        if index + 1 < last and after == ":":
            bad |= {index, index + 1}
        if _PRINTED_FROM.search(before) and _AFTER_PLACE.match(after):
            bad.add(index)
        if index > 1 and texts[index - 1] == ":" and after.startswith("]") and before.endswith(":"):
            bad.add(index)  # `[NeMo I 2023-01-01 10:00:01 train:100]`
        glued = after[:1].isascii() and (after[:1].isalpha() or after[:1] == "_")
        if (
            (glued and names.scale(after) is None and not names.GLUED_COUNTER.match(after))
            or names.is_memory(after)
            or _GLUED_DIGIT.match(after)
        ):
            bad.add(index)
        if (
            _COMPARISON.search(before)
            or (before.endswith("/") and before != "/")
            or before.endswith(("\\", "±", "+/-"))
        ):
            bad.add(index)
        if before in {"m ", "min ", "h ", "hr "} and index - 1 not in bad:
            bad |= {index - 1, index}
        if index + 2 < last and texts[index + 1] == "/" == texts[index + 2]:
            bad |= {index, index + 1, index + 2}
    for index in range(last):
        if index + 2 in bad and texts[index + 1] == "/" and texts[index + 2].strip() in {"", "-"}:
            bad |= {index, index + 1}
    return set(range(last)) - bad


def prefix_length(texts: tuple[str, ...]) -> int:
    """How many numbers stand before the level of a logging library (`... trainer:338 INFO: `)."""
    return next((index for index in range(len(texts) - 1, -1, -1) if _LEVEL.search(texts[index])), 0)
