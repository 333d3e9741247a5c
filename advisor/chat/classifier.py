"""Which intent an utterance means, by a linear model over its words and letters.

Multinomial logistic regression, fitted by `python -m advisor.chat.fit` on the sentences that the files in
`templates/` stand for, and shipped as `intents.npz`. Predicting takes numpy alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advisor.chat.senses import senses
from advisor.chat.shorthand import without_contractions
from advisor.chat.spellings import Mention
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.run import Floats

ARTEFACT = Path(__file__).resolve().parent / "intents.npz"
_NUMBER = regex(r"[0-9]+(?:[.,][0-9]+)*(?:e-?[0-9]+)?")
_TOKEN = regex(r"\x02[a-z]+|[a-z]+|[\u3400-\u9fff]|0|[?%=/]")
_WORD = regex(r"[a-z]+")
_HAN_RUN = regex(r"[\u3400-\u9fff]{2,}")
_ASKING = ("?", "？", "吗", "呢", "么")


@dataclass(frozen=True, eq=False)
class Classifier:
    """The fitted model, as small as it is shipped: a table of names and wide weights took 10 MB.

    Attributes:
        intents: Names, shape (k,).
        features: Their names in UTF-8, ascending, shape (n,).
        weights: Shape (n, k); of a feature, times its scale.
        scales: float32, shape (n,).
        bias: float32, shape (k,).
    """

    intents: tuple[str, ...]
    features: NDArray[np.bytes_]
    weights: NDArray[np.int8] | Floats
    scales: Floats
    bias: Floats

    def probabilities(self, seen: Sequence[str]) -> Floats:
        """The probability of each intent, shape (k,), for the features of one utterance.

        Features that the model does not know still count in the length; where it knows no word at all, every
        intent is as likely as any other.
        """
        known = self._places(seen)
        names = (name.decode("utf-8") for name in self.features[known].tolist())
        if all(name[2:] in "^$?%=/" for name in names if is_word(name)):
            return np.full(len(self.intents), 1 / len(self.intents))
        weights = self.weights[known].astype(np.float32) * self.scales[known, None]
        scores = self.bias + weights.sum(axis=0) / np.sqrt(max(1, len(seen)))
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum(), dtype=np.float64)

    def _places(self, seen: Sequence[str]) -> NDArray[np.intp]:
        """Where the features that the model knows stand, in their order."""
        names = (feature.encode("utf-8") for feature in seen)
        longest = self.features.itemsize
        asked = np.array([name for name in names if len(name) <= longest], self.features.dtype)
        places = np.searchsorted(self.features[:-1], asked)
        known: NDArray[np.intp] = places[self.features[places] == asked]
        return known


@cache
def load_classifier() -> Classifier:
    """The shipped model."""
    with np.load(ARTEFACT, allow_pickle=False) as kept:
        names = _lines(kept["features"])
        intents = kept["intents"].tobytes().decode("utf-8").split("\n")
        return Classifier(tuple(intents), names, kept["weights"], kept["scales"], kept["bias"])


def _lines(text: NDArray[np.uint8]) -> NDArray[np.bytes_]:
    """The lines of a text as an array, shape (n,); an object for each would leave 2 MB of holes in memory.

    Args:
        text: Its bytes, without a newline at the end.
    """
    letters = np.append(text, np.uint8(ord("\n")))
    ends = np.flatnonzero(letters == ord("\n"))
    lengths = np.diff(ends, prepend=-1) - 1
    longest = int(lengths.max())
    table = np.zeros((len(lengths), longest), np.uint8)
    table[np.arange(longest) < lengths[:, None]] = letters[letters != ord("\n")]
    return table.view(f"S{longest}")[:, 0]


def is_word(feature: str) -> bool:
    """Whether a feature is a single word or Han character."""
    return feature.startswith("r ") and " " not in feature[2:]


def features(utterance: Utterance, cues: Sequence[str]) -> list[str]:
    """What the model sees of an utterance.

    Words, letters within words, Han characters and their runs; the same with each hyperparameter, metric,
    optimiser and number replaced by its kind, so that one sentence teaches about all of them; what is named;
    and which intents' own cues it meets.

    Args:
        utterance: What was typed.
        cues: Names of the intents whose cues it meets.
    """
    plain = _NUMBER.sub("0", without_contractions(utterance.folded))
    words = ["^", *_TOKEN.findall(plain), "$"]
    kinds = ["^", *_TOKEN.findall(_by_kind(utterance)), "$"]
    seen = {f"r {' '.join(gram)}" for n in (1, 2, 3) for gram in _grams(words, n)}
    seen |= {f"k {' '.join(gram)}" for n in (1, 2, 3, 4) for gram in _grams(kinds, n)}
    seen |= {
        f"s {first} {second}"
        for i, first in enumerate(kinds[1:-1], start=1)
        for second in kinds[i + 2 : i + 5]
        if second != "$"
    }
    for word in _WORD.findall(plain):
        padded = f" {word} "
        seen |= {f"c{''.join(gram)}" for n in (3, 4, 5) for gram in _grams(padded, n)}
    for run in _HAN_RUN.findall(plain):
        seen |= {f"h{''.join(gram)}" for n in (2, 3, 4) for gram in _grams(run, n)}
    seen |= {f"t {mention.name}" for mention in (*utterance.hyperparameters, *utterance.metrics)}
    seen |= {f"cue {name}" for name in cues}
    seen |= _what_it_holds(utterance)
    seen |= _meant(utterance)
    seen.add(f"length {min(6, len(words) // 2)}")
    return sorted(seen)


def _meant(utterance: Utterance) -> set[str]:
    """The senses of its words and of the names among them: each, in their order, and in pairs."""
    named = _named(utterance)
    taken = [range(mention.start, mention.end) for mention in named]
    meant = [m for m in senses(utterance.folded) if not any(m.start in span for span in taken)]
    order = ["^", *(m.name for m in sorted([*meant, *named], key=lambda m: m.start)), "$"]
    seen = {f"m {' '.join(gram)}" for n in (1, 2, 3) for gram in _grams(order, n)}
    held = sorted(set(order[1:-1]))
    return seen | {f"p {first} {second}" for i, first in enumerate(held) for second in held[i + 1 :]}


def _named(utterance: Utterance) -> list[Mention]:
    """Each hyperparameter, optimiser and metric as its kind, where one name does not lie in another."""
    every = [
        *(Mention("hyper", m.start, m.end) for m in utterance.hyperparameters),
        *(Mention("optimiser", m.start, m.end) for m in utterance.optimisers),
        *(Mention("metric", m.start, m.end) for m in utterance.metrics),
    ]
    named: list[Mention] = []
    for mention in sorted(every, key=lambda m: (m.start, -m.end)):
        if not named or mention.start >= named[-1].end:
            named.append(mention)
    return named


def _what_it_holds(utterance: Utterance) -> set[str]:
    held = {
        "has number": bool(utterance.numbers),
        "has path": bool(utterance.paths),
        "has optimiser": bool(utterance.optimisers),
        "has hyperparameter": bool(utterance.hyperparameters),
        "has metric": bool(utterance.metrics),
        "asks": "?" in utterance.text or utterance.folded.endswith(_ASKING),
    }
    seen = {name for name, holds in held.items() if holds}
    for setting in utterance.settings[:1]:
        seen.add(f"setting {setting.op} {setting.value is not None}")
    return seen


def _by_kind(utterance: Utterance) -> str:
    """The folded text with a mark and a kind in the place of every name and number."""
    parts: list[str] = []
    end = 0
    for mention in _named(utterance):
        parts += (utterance.folded[end : mention.start], f"\x02{mention.name} ")
        end = mention.end
    parts.append(utterance.folded[end:])
    return _NUMBER.sub("0", without_contractions("".join(parts)))


def _grams(items: Sequence[str], n: int) -> list[Sequence[str]]:
    return [items[i : i + n] for i in range(len(items) - n + 1)]
