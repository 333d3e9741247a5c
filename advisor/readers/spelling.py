"""Brings a line into one spelling: half-width, its bars and durations as numbers, its averages named once."""

import re

from advisor.patterns import regex
from advisor.readers.parallel import may_be_parallel, spelt_out
from advisor.readers.sentences import counter_first

_PARSED_CHARACTERS = 20_000
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x3002: ";",
    0x3001: ",",
    0x3010: "[",
    0x3011: "]",
}
# A bar carries a counter and, in its bracket, times that are no values:
# `45%|####   | 45/100 [00:03<00:04, 13it/s, loss=0.4]`.
_BAR_DRAWING = regex(r"\d+%\|[^|]*\||\b\d+%(?= \d+/\d+ \[)|\d+%\s*[━╸╺─▉-▏█#=>.\s]{4,}|[━╸╺─▉-▏█]{4,}")
_BAR_TIMES = regex(r"\[?\d+:\d\d(?::\d\d)?<(?:[\d:]+|\?)(?:, *[\d.?]+ ?[\w]+/\w+)?,?")
# A bar over the epochs says so in its unit: `33%|###   | 1/3 [00:25<03:49, 25.5s/epoch, loss=5]`.
_EPOCHS_A_SECOND = regex(r"(?:\d ?epochs?/s|\ds/ ?epoch)\b", re.IGNORECASE)

# ` Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.312`: the numbers in the
# brackets are part of the name.
_COCO = re.compile(
    r"Average (?:Precision|Recall) +\((A[PR])\) @\[ ?IoU=([\d.]+)(?::([\d.]+))? *"
    r"\| *area= *(\w+) *\| *maxDets= *(\d+) *\]"
)

# `Average Score over 100 episodes: 13.4`: the number says over how many the value is an average.
_SOME = r"[0-9]+ (?:episodes?|eps|games?|runs?|trials?|steps?|epochs?|batches|iterations?)"
_AVERAGED_OVER = regex(
    rf"(?:(?<=\w)(?: (?:over|of|in) (?:the )?(?:last |past |previous )?{_SOME}"
    rf"| ?\((?:(?:avg|average|mean) )?(?:over |of )?(?:the )?"
    rf"(?:(?:last|past|previous)[ _]?[0-9]+(?: \w+)?|{_SOME})\))"
    r"|\b(?P<name>(?:avg|average|mean)\w*(?: \w+)?) ?\([0-9]+\))(?=\s*[:=])",
    re.IGNORECASE,
)

# What stands before a line that counts in brackets itself: a clock (`[12:00:01] [3]`), glog's prefix.
_PREFIX = regex(r"^(?:\[\d\d:\d\d:\d\d\] (?=\[)|[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.]+:\d+\] )")
_STARTS_PREFIX = frozenset("[IWE")

# ESPnet: `time=6 hours, 22 minutes and 55.09 seconds` is one number, `time=6 hours` too.
_PERIOD = r"[0-9]+(?:\.[0-9]+)? (?:days?|hours?|minutes?|seconds?)\b"
_DURATION = regex(rf"(?<![\w.])(?:{_PERIOD}(?:(?:, | and ){_PERIOD})+|(?<==){_PERIOD})")
_SECONDS = {"day": 86_400.0, "hour": 3_600.0, "minute": 60.0, "second": 1.0}
# MXNet: `Batch [20-40]` is where 40 batches are over.
_BATCH_RANGE = regex(r"(?<=Batch \[)[0-9]+-(?=[0-9]+\])")


def half_width(text: str) -> str:
    """A text with half-width letters, digits and punctuation."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def plain(text: str) -> str:
    """A line in one spelling: half-width, single spaces, bars reduced to their counter and values."""
    text = half_width(text)
    if text[:1] in _STARTS_PREFIX:
        text = _PREFIX.sub("", text)
    if "**" in text:
        text = text.replace("**", "")  # Markdown's bold type: `- **Train Loss:** 0.41`
    if "@[" in text:
        text = _COCO.sub(_coco_name, text)
    if "%|" in text or "it/s" in text or "s/it" in text or "━" in text:
        counted = " epoch " if _EPOCHS_A_SECOND.search(text) else " bar "
        text = _BAR_TIMES.sub(" ", _BAR_DRAWING.sub(counted, text))
    if " hour" in text or " minute" in text or " day" in text:
        text = _DURATION.sub(_in_seconds, text)
    if " over " in text or " last " in text or "):" in text or ") =" in text or ")=" in text or ") :" in text:
        text = _AVERAGED_OVER.sub(r"\g<name>", text)
    if may_be_parallel(text):
        text = spelt_out(text)
    text = counter_first(text)
    if "Batch [" in text:
        text = _BATCH_RANGE.sub("", text)
    return " ".join(text[:_PARSED_CHARACTERS].split())


def _in_seconds(match: re.Match[str]) -> str:
    parts = re.findall(r"([0-9.]+) ([a-z]+?)s?\b", match.group())
    return f"{sum(float(count) * _SECONDS[unit] for count, unit in parts):.10g} seconds"


def _coco_name(match: re.Match[str]) -> str:
    what, low, high, area, most = match.groups()
    return f"{what}@{low}-{high}_{area}_{most}" if high else f"{what}@{low}_{area}_{most}"
