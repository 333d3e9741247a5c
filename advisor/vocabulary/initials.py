"""Which split a curve is of whose name shortens it to a letter (`loss 2.3 v_loss 2.2`, `TL 2.3 VL 2.2`)."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from advisor.run import Series
from advisor.vocabulary.quantities import Meaning, Quantity, Split, meaning
from advisor.vocabulary.words import split_words

_BESIDE_ITS_TWIN = "the letter before the name is read as the split: the same name stands beside it without"
_IN_A_PAIR = "the name is read as initials: that of the other split stands beside it"
_SPLITS: dict[str, Split] = {"t": "train", "v": "validation"}
_OTHER = {"t": "v", "v": "t"}
_QUANTITIES = {"l": "loss", "a": "accuracy"}


@dataclass(frozen=True, slots=True)
class _Read:
    split: Split
    quantity: Quantity
    because: str


def with_initials(curves: Sequence[Series], said: Sequence[Meaning]) -> tuple[list[Meaning], dict[str, str]]:
    """Reads a letter as the split where the curve of the other split stands beside it.

    A `v_loss` alone is as likely that of a value function, and so is one beside other parts of a loss.

    Args:
        curves: All of a run.
        said: What each name says by itself.

    Returns:
        What each curve measures, and by name the reasons for what was added.
    """
    words = [_as_one_word(curve.name) for curve in curves]
    names = frozenset(words)
    in_parts = any(map(_is_part, said))
    read = {
        curve.name: found
        for curve, word, what in zip(curves, words, said, strict=True)
        if (found := (None if in_parts else _before_a_twin(what, said)) or _of_a_pair(word, what, names))
    }
    told = [
        replace(what, split=found.split, quantity=found.quantity, qualifier=())
        if (found := read.get(curve.name))
        else what
        for curve, what in zip(curves, said, strict=True)
    ]
    return told, {name: found.because for name, found in read.items()}


def _before_a_twin(what: Meaning, said: Sequence[Meaning]) -> _Read | None:
    """`v_acc` beside `acc` or `t_acc`; `t_acc` beside `v_acc`."""
    split = _split(what.qualifier)
    if split is None or what.split is not None or what.quantity is None or not what.is_result:
        return None
    others = [m for m in said if m.quantity == what.quantity and m is not what and m.split is None]
    twins = [m for m in others if not m.qualifier or _split(m.qualifier) not in (None, split)]
    if not (twins if split == "validation" else any(m.qualifier for m in twins)):
        return None
    return _Read(split, what.quantity, _BESIDE_ITS_TWIN)


def _is_part(said: Meaning) -> bool:
    """Whether it is one of several losses of a run, as those of a policy and of a value function are."""
    if said.quantity is None or not said.measures("loss"):
        return False
    return not said.quantity.main or bool(said.qualifier and _split(said.qualifier) is None)


def _split(qualifier: Sequence[str]) -> Split | None:
    return _SPLITS.get(qualifier[0]) if len(qualifier) == 1 else None


def _of_a_pair(word: str, what: Meaning, names: Set[str]) -> _Read | None:
    """`VL` beside `L` or `TL`, `vloss` beside `tloss`; what is no pair stays what it is."""
    if what.is_result:
        return None
    for letter, split in _SPLITS.items():
        rest = word.removeprefix(letter)
        others = (_OTHER[letter] + rest, rest)
        if rest != word and not names.isdisjoint(others) and (quantity := _shortened(rest)):
            return _Read(split, quantity, _IN_A_PAIR)
    quantity = _shortened(word) if "v" + word in names else None
    return _Read("train", quantity, _IN_A_PAIR) if quantity else None


def _as_one_word(name: str) -> str:
    return "".join(split_words(name))


def _shortened(word: str) -> Quantity | None:
    said = meaning(_QUANTITIES.get(word, word))
    return said.quantity if said.is_result and said.split is None and not said.qualifier else None
