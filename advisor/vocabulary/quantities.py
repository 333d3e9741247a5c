"""Looks up what a curve's name says: its split and its quantity."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import msgspec

from advisor.run import XKind
from advisor.vocabulary.data import load
from advisor.vocabulary.words import Words, cut_han, split_words

_TELLS_ALONE = frozenset({"ppl", "perplexity", "困惑度"})
Split = Literal["train", "validation", "test"]
Kind = Literal["loss", "metric", "learning_rate", "grad_norm", "throughput", "other"]


class Quantity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group of names in `series.yaml`; its comments say what the fields mean."""

    kind: Kind
    names: tuple[str, ...]
    better: Literal["lower", "higher"] | None = None
    main: bool = False
    total: bool = False
    evaluated: bool = False
    split: Split | None = None
    stands_for_loss: bool = False
    of_episodes: bool = False


class SeriesVocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file `series.yaml`."""

    x: dict[Literal["step", "epoch"], tuple[str, ...]]
    splits: dict[Split, tuple[str, ...]]
    granularity: tuple[str, ...]
    smoothed: tuple[str, ...]
    derived: tuple[str, ...]
    alone: tuple[str, ...]
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one name says by itself.

    Attributes:
        split: The split that it names, or None.
        quantity: The quantity, or None where it names none that is known.
        qualifier: Words that are neither (`box` of `train/box_loss` where that is not in the vocabulary).
        derived: Whether it only repeats or sums up another curve.
        smoothed: Whether it smooths another curve.
        granular: Whether it says how it was gathered (`_step`, `_epoch`).
    """

    split: Split | None
    quantity: Quantity | None
    qualifier: Words = ()
    derived: bool = False
    smoothed: bool = False
    granular: bool = False

    @property
    def is_result(self) -> bool:
        """Whether it is a loss or a metric."""
        return self.quantity is not None and self.quantity.kind in ("loss", "metric")

    def measures(self, kind: Kind) -> bool:
        """Whether it is a curve of that kind, and no repetition or sum of another one."""
        return self.quantity is not None and self.quantity.kind == kind and not self.derived

    @property
    def stands_for_loss(self) -> bool:
        """Whether it speaks for the loss where a run logs none (`mse`)."""
        return self.quantity is not None and self.quantity.stands_for_loss and not self.derived

    @property
    def is_split_alone(self) -> bool:
        """Whether the name says the split and nothing else."""
        return self.split is not None and self.quantity is None and not self.qualifier


@dataclass(frozen=True, slots=True)
class _Index:
    quantities: dict[Words, Quantity]
    splits: dict[str, Split]
    split_phrases: dict[Words, Split]
    granularity: frozenset[str]
    smoothed: frozenset[str]
    derived: frozenset[str]
    alone: frozenset[Words]
    x: dict[Words, tuple[int, XKind]]
    han: tuple[str, ...]
    longest: int


def _vocabulary() -> SeriesVocabulary:
    data: SeriesVocabulary = load("series.yaml", SeriesVocabulary)
    return data


@cache
def _index() -> _Index:
    data = _vocabulary()
    quantities: dict[Words, Quantity] = {}
    for quantity in data.quantities:
        for name in quantity.names:
            quantities.setdefault(split_words(name), quantity)
    phrases = {split_words(word): split for split, words in data.splits.items() for word in words}
    x: dict[Words, tuple[int, XKind]] = {}
    kinds: tuple[Literal["step", "epoch"], ...] = ("step", "epoch")
    for kind in kinds:
        for name in data.x[kind]:
            x.setdefault(_x_key(name), (len(x), kind))
    single = {words[0]: split for words, split in phrases.items() if len(words) == 1}
    han = tuple(word for words in (*quantities, *phrases, *x) for word in words)
    return _Index(
        quantities,
        single,
        {words: split for words, split in phrases.items() if len(words) > 1},
        frozenset(data.granularity),
        frozenset(data.smoothed),
        frozenset(data.derived),
        frozenset(split_words(name) for name in data.alone),
        x,
        (*han, *data.granularity, *data.smoothed, *data.derived),
        max(len(words) for words in quantities),
    )


def _x_key(name: str) -> Words:
    # The tracker's own counter `_step` differs from the `step` that a user logs, so the mark is kept.
    return ("_", *split_words(name)) if name.startswith("_") else split_words(name)


@cache
def x_rank(name: str) -> tuple[int, XKind] | None:
    """How well a name serves as x (smaller is better) and what it counts, or None where it is no x."""
    return _index().x.get(_x_key(name.strip()))


def _take_split(words: Words) -> tuple[Split | None, Words]:
    """The split that words name and the other words."""
    index = _index()
    for phrase, split in index.split_phrases.items():
        for i in range(len(words) - len(phrase) + 1):
            if words[i : i + len(phrase)] == phrase:
                return split, (*words[:i], *words[i + len(phrase) :])
    # `eval/test_loss` is a test loss, `train/val_loss` a validation loss: the last split word is the nearest.
    found = [i for i, word in enumerate(words) if word in index.splits]
    if found:
        split = index.splits[words[found[-1]]]
        # `valid_0`, `validation_1`: the number of an evaluation set says nothing about what was measured.
        numbered = {i + 1 for i in found if i + 2 < len(words) and words[i + 1].isdigit()}
        return split, tuple(word for i, word in enumerate(words) if i not in found and i not in numbered)
    for i, word in enumerate(words):
        for prefix, split in index.splits.items():
            rest = word.removeprefix(prefix)
            # `valloss`, `testacc`: glued, as in MATLAB and Torch7 logs.
            if rest != word and len(prefix) > 2 and (rest,) in index.quantities:
                return split, (*words[:i], rest, *words[i + 1 :])
    return None, words


def _find_quantity(words: Words) -> tuple[Quantity | None, Words]:
    """The quantity that words name, whole or by some of them, and the words left over."""
    index = _index()
    if words in index.quantities:
        return index.quantities[words], ()
    for length in range(min(len(words), index.longest), 0, -1):
        starts = [len(words) - length, 0, *range(1, len(words) - length)]
        for start in starts:
            part = words[start : start + length]
            found = index.quantities.get(part)
            if found is not None and part not in index.alone:
                return found, (*words[:start], *words[start + length :])
    return None, words


def _in_the_plural(words: Words) -> tuple[Quantity | None, Words]:
    """The loss or metric that a list of its values is named by (`val_aucs`), or None."""
    found = _index().quantities.get((*words[:-1], words[-1].removesuffix("s")))
    return (found, ()) if found is not None and found.kind in ("loss", "metric") else (None, words)


@cache
def meaning(name: str) -> Meaning:
    """What one name says by itself."""
    index = _index()
    words = cut_han(split_words(name), index.han)
    if words in index.quantities:
        return Meaning(index.quantities[words].split, index.quantities[words])
    split, rest = _take_split(words)
    if rest in index.quantities:
        return Meaning(split, index.quantities[rest])
    core = tuple(word for word in rest if word not in index.granularity)
    quantity, qualifier = _find_quantity(core)
    if core and core[-1] in _TELLS_ALONE:
        # `lm loss PPL` is a perplexity, whatever it is the perplexity of.
        quantity, qualifier = index.quantities[core[-1:]], core[:-1]
    if quantity is None and core:
        quantity, qualifier = _in_the_plural(core)
    if quantity is None:
        # `rollout/ep_rew_mean`: here the word belongs to the name.
        quantity, qualifier = _find_quantity(rest)
    if "time" in qualifier:
        # `Time for loss` is the time that it takes.
        quantity = index.quantities[("time",)]
    return Meaning(
        split,
        quantity,
        qualifier,
        derived=any(word in index.derived for word in qualifier),
        smoothed=any(word in index.smoothed for word in qualifier),
        granular=len(core) < len(rest),
    )


@cache
def without_split(name: str) -> Words:
    """The words of a name but those of its split: the same for `acc` and `val_acc`."""
    return _take_split(cut_han(split_words(name), _index().han))[1]


def split_of(word: str) -> Split | None:
    """The split that one word names (`val` is `validation`), or None."""
    return _index().splits.get(word.strip().lower())


def is_perplexity(name: str) -> bool:
    """Whether a name is that of a perplexity."""
    return not _TELLS_ALONE.isdisjoint(cut_han(split_words(name), _index().han))


def is_result(name: str) -> bool:
    """Whether a name is that of a loss or a metric."""
    return meaning(name).is_result
