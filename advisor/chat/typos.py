"""Typing errors: `shoud i lower the lerning rate`.

A word that neither the classifier nor a list of names knows is read as the one word that it knows within one
wrong, missing, extra or swapped letter (two in a long word), and that begins alike. Words of the field come
before others; where two are as near, the word stays as it was typed. Names of files and of the run's own
settings are never touched. The distance is that of Damerau (1964), neighbours swapped once.
"""

from collections.abc import Iterable, Set
from dataclasses import replace
from functools import cache, lru_cache

from advisor.chat.lexicon import HYPERPARAMETERS, METRICS, OPTIMISERS
from advisor.chat.understand import Utterance
from advisor.patterns import regex

SHORTEST = 4
"""A word of fewer letters is near to too many."""
LONG = 8
"""Of a word with as many letters two may be wrong."""
_WORD = regex(r"(?<![A-Za-z0-9_./~'=-])[A-Za-z]{4,}(?![A-Za-z0-9_/'=]|[.-][A-Za-z0-9])")
_LETTERS = regex(r"[a-z]+")


def mended(utterance: Utterance) -> Utterance:
    """The utterance with its typing errors mended; the same one where there are none."""
    own = {word for name in utterance.own for word in _LETTERS.findall(name)}
    text = _WORD.sub(lambda match: match[0] if match[0].lower() in own else _word(match[0]), utterance.text)
    return utterance if text == utterance.text else replace(utterance, text=text)


def _word(typed: str) -> str:
    word = typed.lower()
    return typed if word in _known() else nearest(word, _of_the_field()) or nearest(word, _known()) or typed


def nearest(word: str, known: Iterable[str]) -> str:
    """The one known word that a typing error makes of `word`; empty where there is none or more than one.

    Args:
        word: As typed, in lower case.
        known: Words in lower case.
    """
    most = 2 if len(word) >= LONG else 1
    near = [
        (distance(word, other), other)
        for other in known
        if other[0] == word[0] and len(other) >= SHORTEST and abs(len(other) - len(word)) <= most
    ]
    least = min((apart for apart, _ in near), default=most + 1)
    found = [other for apart, other in near if apart == least <= most]
    return found[0] if len(found) == 1 else ""


def distance(first: str, second: str) -> int:
    """How many letters were left out, put in, mistaken or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(second, start=1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != other))
            if last and j > 1 and one == second[j - 2] and first[i - 2] == other:
                least = min(least, last[j - 2] + 1)
            row.append(least)
    return row[-1]


@cache
def _of_the_field() -> Set[str]:
    names = (*HYPERPARAMETERS.values(), *METRICS.values())
    return {word for spellings in names for name in spellings for word in _LETTERS.findall(name)}


def is_known(word: str) -> bool:
    """Whether the classifier, a list of names or a page on a concept knows a word in lower case."""
    return word in _known()


@lru_cache(maxsize=1)
def _known() -> Set[str]:
    from advisor.chat.classifier import is_word, load_classifier
    from advisor.chat.concepts import load_concepts

    features = (name.decode("utf-8") for name in load_classifier().features.tolist())
    learned = {name[2:] for name in features if is_word(name) and name[2:].isascii()}
    concepts = {word for one in load_concepts() for name in one.names for word in _LETTERS.findall(name)}
    return learned | concepts | _of_the_field() | OPTIMISERS.keys()
