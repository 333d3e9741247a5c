"""Runs that are called by a part of their name: `A2_rope` of `A2_rope_seed2026_x595m9gw_history.csv`."""

import re
from collections.abc import Sequence

from advisor.advice.assessment import Assessment
from advisor.chat.lexicon import hyperparameters, is_a_name, metrics
from advisor.patterns import regex
from advisor.report.listing import distinct_names

_WORD = regex(r"[a-z0-9][a-z0-9_\-]*[a-z0-9]|[a-z0-9]")
_SPLIT = regex(r"[_\-.]")
_NUMBER = regex(r"[0-9.]+(?:e-?[0-9]+)?")
_SHORTEST = 4
"""A word of fewer letters, without a digit, is too often a word of another kind."""


def parts_of(name: str) -> set[str]:
    """Whole words of a run's name, and every stretch of their pieces: `a2`, `rope`, `a2_rope`."""
    found: set[str] = set()
    for word in _WORD.findall(name.lower()):
        pieces, signs = _SPLIT.split(word), [*_SPLIT.findall(word), ""]
        for a in range(len(pieces)):
            text = ""
            for b in range(a, len(pieces)):
                text += pieces[b]
                found.add(text)
                text += signs[b]
    return found


def called_by_part(runs: Sequence[Assessment], text: str) -> list[tuple[int, Assessment]]:
    """Where in `text` a part of a name stands that only one of the open runs has, and which run that is.

    Args:
        runs: The open runs; of a single one no part is looked for.
        text: In lower case.
    """
    if len(runs) < 2:
        return []
    parts = [parts_of(name) for name in distinct_names([item.run for item in runs])]
    found: list[tuple[int, Assessment]] = []
    for match in _WORD.finditer(text):
        owners = [item for item, own in zip(runs, parts, strict=True) if match[0] in own]
        if len(owners) == 1 and _may_be_a_name(match[0]) and owners[0] not in [item for _, item in found]:
            found.append((match.start(), owners[0]))
    return found


def _may_be_a_name(word: str) -> bool:
    """Whether a word is none of the field and none that people ask with."""
    if _NUMBER.fullmatch(word) or is_a_name(word) or metrics(word) or hyperparameters(word):
        return False
    if re.search(r"[0-9_]", word):
        return True
    from advisor.chat.typos import is_known

    return len(word) >= _SHORTEST and not is_known(word)
