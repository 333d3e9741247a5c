"""From what was typed to what was meant: normalise, read commands, rank the intents.

The order of a turn is normalise, safety, commands, dialogue state, the surest intent. Nothing here looks
at a log.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from advisor.chat import values
from advisor.chat.lexicon import Mention, hyperparameters, metrics, optimisers
from advisor.chat.settings import Setting, settings
from advisor.text import Language, clean_line

if TYPE_CHECKING:
    from advisor.chat.intent import Intent

LONGEST = 2_000
SURE = 0.45
"""From this certainty on an utterance is answered; below it the user is asked."""
NEARNESS = 0.9
"""What the nearness to an example phrase counts beside a cue."""
FAINT = 0.2
"""Below this certainty not even a guess is offered."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[a-z]{2,}")
_GLUED = re.compile(r"(?<![a-z])(lr|bs|wd)(?=\.?[0-9])")
_COMMAND = re.compile(r"/?([a-z]+)(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Utterance:
    """What a user typed, made readable.

    Attributes:
        text: NFKC, without control sequences, one line, at most `LONGEST` characters.
    """

    text: str

    @cached_property
    def folded(self) -> str:
        """Lower case, closing punctuation gone: for matching."""
        return _GLUED.sub(r"\1 ", self.text.lower()).strip(" .?!。、~…")

    @cached_property
    def language(self) -> Language | None:
        """The language it is written in; None where it could be either (a command, a path, a number)."""
        if _HAN.search(self.text):
            return "zh"
        return "en" if len(_LATIN_WORD.findall(self.folded)) >= 2 else None

    @cached_property
    def slash(self) -> bool:
        """Whether it was given as a slash command."""
        return re.match(r"/[a-z]+(?:\s|$)", self.text.lower()) is not None

    @cached_property
    def first_word(self) -> tuple[str, str]:
        """The first word, without a slash, and the rest as typed."""
        match = _COMMAND.fullmatch(self.text[:1].lower() + self.text[1:])
        if match is None:
            match = _COMMAND.match(self.text.lower())
            return (match[1], "") if match and match.end() == len(self.text) else ("", self.text)
        return match[1], (match[2] or "").strip()

    @cached_property
    def numbers(self) -> list[values.Number]:
        """Every number in it."""
        return values.numbers(self.folded)

    @cached_property
    def ordinals(self) -> list[int]:
        """Places in a list that it names; -1 is the last."""
        return values.ordinals(self.folded)

    @cached_property
    def epoch(self) -> int | None:
        """The epoch or step that it points at."""
        return values.epoch(self.folded)

    @cached_property
    def epoch_count(self) -> int | None:
        """How many epochs it speaks of."""
        return values.epoch_count(self.folded)

    @cached_property
    def paths(self) -> list[str]:
        """File and folder names in it, as typed."""
        return values.paths(self.text)

    @cached_property
    def hyperparameters(self) -> list[Mention]:
        """Hyperparameters that it speaks of."""
        return hyperparameters(self.folded)

    @cached_property
    def optimisers(self) -> list[Mention]:
        """Optimisers that it names."""
        return optimisers(self.folded)

    @cached_property
    def metrics(self) -> list[Mention]:
        """Metrics that it speaks of."""
        return metrics(self.folded)

    @cached_property
    def settings(self) -> list[Setting]:
        """Hyperparameters that it wants changed, and to what."""
        return settings(self.folded)

    def has(self, pattern: str) -> bool:
        """Whether `pattern` occurs in the folded text."""
        return re.search(pattern, self.folded) is not None


def understand(text: str) -> Utterance:
    """The utterance behind what was typed; foreign control sequences never get past here."""
    cleaned = clean_line(text[: LONGEST * 2], LONGEST).replace("\ufffd", "")
    return Utterance(unicodedata.normalize("NFKC", cleaned).strip()[:LONGEST])


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that an utterance may mean, and how sure that is, 0 to 1."""

    intent: "Intent"
    certainty: float


class Recogniser:
    """Ranks intents by their own cues and by how near the utterance is to their example phrases.

    Nearness is the cosine of inverse-document-frequency weighted words, single Han characters and their
    pairs, and tags for the things named (a hyperparameter, a metric, a number, a path).
    """

    def __init__(self, intents: Sequence["Intent"]) -> None:
        self._intents = tuple(intents)

    @cached_property
    def _weights(self) -> dict[str, float]:
        phrases = [features(phrase) for intent in self._intents for phrase in intent.phrases]
        seen = Counter(feature for phrase in phrases for feature in phrase)
        return {feature: math.log((1 + len(phrases)) / (1 + count)) + 1 for feature, count in seen.items()}

    @cached_property
    def _examples(self) -> list[tuple["Intent", dict[str, float]]]:
        return [(intent, self._vector(phrase)) for intent in self._intents for phrase in intent.phrases]

    def _vector(self, text: str) -> dict[str, float]:
        unseen = math.log(1 + len(self._weights)) + 1
        weighted = {feature: self._weights.get(feature, unseen) for feature in features(text)}
        length = math.sqrt(sum(weight * weight for weight in weighted.values())) or 1.0
        return {feature: weight / length for feature, weight in weighted.items()}

    def rank(self, utterance: Utterance) -> list[Reading]:
        """Every intent with its certainty, surest first."""
        certainty = {intent.name: intent.match(utterance) for intent in self._intents}
        vector = self._vector(utterance.folded)
        for intent, example in self._examples:
            near = sum(weight * example.get(feature, 0.0) for feature, weight in vector.items())
            # A cue states a meaning, nearness only suggests one: short of equality it counts for less.
            near = near if near > 0.999 else near * NEARNESS
            certainty[intent.name] = max(certainty[intent.name], near)
        readings = [Reading(intent, certainty[intent.name]) for intent in self._intents]
        return sorted(readings, key=lambda reading: -reading.certainty)


@lru_cache(maxsize=4_096)
def features(text: str) -> frozenset[str]:
    """What an utterance is compared by: words, Han characters and pairs, and tags for the things it names."""
    folded = text.lower()
    tags = {f"<{m.name}>" for m in hyperparameters(folded)} | {f"<{m.name}>" for m in metrics(folded)}
    tags |= {"<optimiser>" for _ in optimisers(folded)}
    if values.numbers(folded):
        tags.add("<number>")
    if values.paths(text):
        tags.add("<path>")
    return frozenset(tags | set(_words(folded)))


def _words(folded: str) -> Iterable[str]:
    for word in re.findall(r"[a-z][a-z']*", folded):
        yield word.removesuffix("s") if len(word) > 3 else word
        # Pieces of long words bridge a typing error (`shwo loss curv`).
        yield from (f"~{word[i : i + 4]}" for i in range(len(word) - 3) if len(word) > 4)
    for run in re.findall(r"[\u3400-\u9fff]+", folded):
        yield from run
        yield from (run[i : i + 2] for i in range(len(run) - 1))
