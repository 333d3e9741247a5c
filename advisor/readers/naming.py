"""Finds the name of a number in what stands before it: `loss: `, `val loss is `, `{'loss': `."""

import re

from advisor.patterns import regex
from advisor.readers import names

# Possessive, and begun at a first bracket only: a line of thousands of brackets is tried once.
# A coloured mark before the number: `train_loss: 🟢 0.13`.
_MARK = regex(r"(?<=[:=]) ?[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]\ufe0f?$")
_WRAPPERS = regex(
    r"(?<![\s\[({'\"$~≈])"
    r"(?:\s*+(?:(?:tensor|array|np\.\w++|numpy\.\w++)\s*+)?[\[({'\"$~≈])++\s*+$"
)
_SEPARATOR = regex(r"\s*(?:::|[:=|│]|->|→)\s*$")
_SOFT_SEPARATOR = regex(
    r"(?:\s+(?:so far|now|currently))?\s+(?:is|was|are|equals?|of|at|为|是)\s*$|"
    r"(?<=[\u4e00-\u9fff])[为是]\s*$",
    re.IGNORECASE,
)
# `valid_1's auc` is one name.
_CHUNK = regex(r"(?:[^\[\](){}<>,;|│'\"=:]|(?<=\w)'s(?= \w))*$")
_PARENTHESISED = regex(r"([\w./@%-]+(?: [\w./@%-]+)?) ?\(([\w./@% -]+(?:\(\w+\))?)\)$")
# `metric: ('accuracy', 0.95)` is a pair of a name and its value.
_PAIR = regex(r"\(\s*(['\"])([^\W\d][\w./@ -]{0,40})\1\s*,\s*$")
# `step, 10, loss_train, 0.838` alternates names and numbers.
_ALTERNATES = regex(r"\s*,?\s*([A-Za-z][\w./@-]{0,40})\s*,\s*")
# And what Google's prints: `I0321  # : # : #   #  solver.cpp: # ] ` once its numbers are cut out.
_GLOG = regex(r"^\s*[IWEF]\d{4}\b[^\]]*\.(?:cpp|cc|cu|h|py) ?: ?(?:\d+|#) ?\] ")
_LEVEL = regex(r"^.*\b(?:DEBUG|INFO|WARNING|WARN|ERROR|NOTICE)\b\s*")
_NO_NAME_END = regex(
    r"(?:^|\s)(?:to|from|in|for|by|than|on|with|and|or|the|a|an|took|after|before|about|over|under|until|every|"
    r"per|only|using|last|first|next|least|most|top|page|line|version|python|see|than|between|out)$|"
    r"(?<=[\u4e00-\u9fff])[从到至约和或者]$",
    re.IGNORECASE,
)
_LEADING_NOISE = regex(
    r"^(?:_|and|with|the|a|an|then|now|got|its|has|at|in|current|so|where)\s+", re.IGNORECASE
)
# `Throughput is 53.3 records/second. Loss is 0.38`: the unit of the number before ends its sentence.
_UNIT_BEFORE = regex(r"^\s*[A-Za-z]+/\w+\.\s+(?=\w)")
_FLAG = regex(r"(?:^|\s)--[A-Za-z][\w.-]*\s*=?\s*$")
_PROGRESS = regex(r"(?:^|[\s\]])\w+: *\[? *$")
# `Validation Loss [12]: 0.41`: a place or an index stands between the name and its number.
_OPENED = regex(r"(?<=\w)\s?[\[(](?:(?P<counter>[^\W\d_]+)[ :=]*)?$")
_CLOSED = regex(r"[\])]\s*[:=]\s*")
_LETTER = regex(r"[^\W\d_]")
_MOST_WORDS = 4
_MOST_WORDS_OF_METRIC = 8


def name_before(before: str, after_number: bool) -> tuple[str, bool] | None:
    """The name that a stretch ends with, and whether a separator ties it; None where there is none."""
    if _FLAG.search(before):
        return None
    told = _name_before_comma(before)
    if told is not None:
        return told, True
    rest = names.without_unit(before) if after_number else before
    rest = _WRAPPERS.sub("", _MARK.sub("", rest.rstrip()))
    separator = _SEPARATOR.search(rest)
    if separator and after_number and _names_its_left(rest, separator):
        return None
    if separator:
        rest = rest[: separator.start()]
    soft = _SOFT_SEPARATOR.search(rest)
    rest = rest[: soft.start()] if soft else rest
    rest = rest.rstrip(" '\"|│")
    parenthesised = _PARENTHESISED.search(rest)
    # `Speed (samples/sec) 43.2` too: what is in parentheses belongs to the name.
    if parenthesised and separator is None and (names.is_metric(parenthesised.group(1)) or "/s" in rest):
        return parenthesised.group().strip(" -"), False
    chunk = parenthesised.group() if parenthesised else _CHUNK.search(rest).group()  # type: ignore[union-attr]
    chunk = _UNIT_BEFORE.sub("", chunk.rpartition(" - ")[2])
    chunk = _LEVEL.sub("", chunk).strip(" \t-–—*>#•·$%&!?.`~@")
    chunk = _LEADING_NOISE.sub("", chunk)
    if not _LETTER.search(chunk) or len(chunk) > 60 or any(mark in chunk for mark in "`$\\"):
        return None
    if chunk.startswith("self.") or (after_number and names.is_unit(chunk)):
        return None
    if separator is None:
        return _untied_name(chunk, before)
    measures = names.is_metric(chunk) and ". " not in chunk
    if len(chunk.split()) > (_MOST_WORDS_OF_METRIC if measures else _MOST_WORDS):
        return None
    return chunk, True


def name_around(before: str, after: str) -> tuple[str, names.Use] | None:
    """The metric whose name ends with a number in brackets (`Val Loss [12]: 0.4`), and what that counts."""
    opened = _OPENED.search(before)
    if opened is None or not _CLOSED.fullmatch(after):
        return None
    found = name_before(f"{before[: opened.start()]}:", False)
    use = names.counter(opened["counter"]) if opened["counter"] else "lead"
    return (found[0], use) if found is not None and use and names.is_metric(found[0]) else None


def _untied_name(chunk: str, before: str) -> tuple[str, bool] | None:
    """The name that words without a separator behind them end with, and that none ties it."""
    if _NO_NAME_END.search(chunk):
        return None
    name = _short_name(chunk.split())
    # `torque L3 (5.2 rad/s)`: what stands in brackets behind a word explains it, unless it measures.
    bracketed = before.rstrip().endswith("(") and names.counter(name) is None
    return None if bracketed and not names.is_metric(name) else (name, False)


def _name_before_comma(before: str) -> str | None:
    """The name that a comma parts from its number."""
    pair = _PAIR.search(before)
    if pair is not None and names.is_metric(pair.group(2)):
        return pair.group(2)
    told = _ALTERNATES.fullmatch(before)
    counts = told is not None and names.counter(told.group(1)) is not None
    return told.group(1) if told is not None and (counts or names.is_metric(told.group(1))) else None


def without_level(text: str) -> str:
    """A line less what a logging library prints before it, up to the level or the place in the code."""
    return _LEVEL.sub("", _GLOG.sub("", text))


def _names_its_left(rest: str, separator: re.Match[str]) -> bool:
    """Whether what stands before a pipe belongs to the number before it: `53.1% bf16 MFU | 173572 tok/s`."""
    return separator.group().strip() in ("|", "│") and not re.search(r"[|│,;:]", rest[: separator.start()])


def _short_name(words: list[str]) -> str:
    """Of the words before a number that no separator ties to it, those that are its name."""
    if names.counter(words[-1]) is not None:
        return words[-1]
    two = " ".join(words[-2:])
    return two if len(words) > 1 and (names.split_of(words[-2]) or names.is_metric(two)) else words[-1]


def split_after(
    before: str, after: str, found: tuple[str, bool] | None, index: int, split: str | None
) -> str | None:
    """The split that a stretch sets for what follows it in its line."""
    if found is None:
        return names.split_of(before) or split
    name = found[0]
    if (
        names.counter(name) is not None
        or is_progress(name, before, after)
        or (index == 0 and " " in name and before.lstrip().startswith(name))
    ):
        return names.split_of(before) or split
    cut = before.rfind(name)
    told = names.split_of(before[:cut] if cut >= 0 else before)
    # `train loss 0.5 acc 0.6 val loss 0.7 acc 0.8`: the second of the names ends what the first began.
    return told or (split and names.split_of(name)) or split


def is_progress(name: str, before: str, after: str) -> bool:
    """Whether a name is that of a split alone, before its progress: `Test: [ 10/195]`, `Train: 3 [`."""
    if names.split_of(name) is None or " " in name or not _PROGRESS.search(before):
        return False
    return before.rstrip().endswith("[") or after.strip() == "["
