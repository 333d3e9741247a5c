"""From what was typed to what was meant: normalise, read commands, rank the intents.

The order of a turn is normalise, safety, commands, dialogue state, the surest intent. Nothing here looks
at a log.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from advisor.chat import values
from advisor.chat.lexicon import hyperparameters, metrics, optimisers
from advisor.chat.settings import Setting, settings
from advisor.chat.shorthand import written_out
from advisor.chat.spellings import Mention
from advisor.chat.traditional import simplified
from advisor.patterns import regex
from advisor.text import Language, clean_line

if TYPE_CHECKING:
    from advisor.chat.intent import Intent

LONGEST = 2_000
SURE = 0.4
"""From this certainty on an utterance is answered; below it the user is asked."""
EXACT = 0.95
"""From this certainty on an intent's own test decides; below it, the classifier sees that it was met."""
FAINT = 0.2
"""Below this certainty not even a guess is offered."""

_HAN = regex(r"[\u3400-\u9fff]")
_SENTENCE_END = regex(
    r"[!?;。！？；\n]+|\.(?=\s)|(?<=[\u3400-\u9fff])[，, ]+|, (?=so|but|and|what|how|why|should|can)"
)
_LATIN_WORD = regex(r"[a-z]{2,}")
_GLUED = regex(r"(?<![a-z])(lr|bs|wd)(?=\.?[0-9])")
_PASTED = regex(r"traceback \(most recent call last\):?|file \"[^\"]*\", line [0-9]+(?:, in \S+)?")
"""Frames of a traceback: their names and line numbers say nothing of a training."""
_COMMAND = regex(r"/?([a-z]+)(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Utterance:
    """What a user typed, made readable.

    Attributes:
        text: NFKC, without control sequences, one line, at most `LONGEST` characters.
        own: What the open run calls its hyperparameters: role by name.
    """

    text: str
    own: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def folded(self) -> str:
        """For matching: lower case, simplified characters, shorthand written out, no closing marks."""
        plain = _PASTED.sub(" ", simplified(self.text.lower()))
        return written_out(_GLUED.sub(r"\1 ", plain).strip(" .?!。、~…"))

    @cached_property
    def language(self) -> Language | None:
        """The language it is written in; None where it could be either (a command, a path, a number)."""
        if _HAN.search(self.text):
            return "zh"
        return "en" if len(_LATIN_WORD.findall(self.folded)) >= 2 else None

    @cached_property
    def parts(self) -> list[str]:
        """Its sentences, where it has several of some length."""
        found = [part.strip() for part in _SENTENCE_END.split(self.text)]
        long = [part for part in found if len(part.split()) > 2 or len(_HAN.findall(part)) > 3]
        return long if len(long) > 1 else []

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
        return hyperparameters(self.folded, self.own)

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
        return settings(self.folded, self.own)

    def has(self, pattern: str) -> bool:
        """Whether `pattern` occurs in the folded text."""
        return re.search(pattern, self.folded) is not None


def understand(text: str, own: Mapping[str, str] | None = None) -> Utterance:
    """The utterance behind what was typed; foreign control sequences never get past here.

    Args:
        text: What was typed.
        own: What the open run calls its hyperparameters: role by name, in lower case.
    """
    cleaned = clean_line(text[: LONGEST * 2], LONGEST).replace("\ufffd", "")
    return Utterance(unicodedata.normalize("NFKC", cleaned).strip()[:LONGEST], own or {})


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that an utterance may mean, and how sure that is, 0 to 1."""

    intent: "Intent"
    certainty: float


class Recogniser:
    """Ranks intents by the fitted classifier, which sees whose own tests are met beside the words."""

    def __init__(self, intents: Sequence["Intent"]) -> None:
        self._intents = {intent.name: intent for intent in intents}

    def rank(self, utterance: Utterance) -> list[Reading]:
        """Every intent with its certainty, surest first; one whose test is exact comes before the others."""
        from advisor.chat.classifier import features, load_classifier

        model = load_classifier()
        met = {name: sure for name, intent in self._intents.items() if (sure := intent.match(utterance)) > 0}
        chances = model.probabilities(features(utterance, list(met)))
        readings = [
            Reading(self._intents[name], met[name] if met.get(name, 0.0) >= EXACT else float(chance))
            for name, chance in zip(model.intents, chances, strict=True)
            if name in self._intents
        ]
        exact = {name for name, sure in met.items() if sure >= EXACT}
        return sorted(readings, key=lambda r: (r.intent.name not in exact, -r.certainty))
