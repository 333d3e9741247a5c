"""The facts that a model is given: each figure under an id, each foreign name under another."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.chat.grounds import NUMBER, quoted_numbers
from advisor.chat.lexicon import hyperparameters, metrics
from advisor.chat.safety import addresses_assistant
from advisor.patterns import regex
from advisor.text import clean_line

_PLAIN_NAME = regex(r"[\w.@%+-]{1,40}(?: [\w.@%+-]{1,20}){0,2}")
_SENTENCE = regex(r"[^.;\n。；]*(?:\.(?=\S)[^.;\n。；]*)*[.;\n。；]?")
_MOST_LINES = 120


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure.

    Attributes:
        id: `F3`.
        written: As the program writes it.
        value: Its value; a percentage as its share.
        subject: The metric or hyperparameter that it is said of, by its public name; empty where of none.
    """

    id: str
    written: str
    value: float
    subject: str


class Sheet:
    """Facts by id, and text with ids in the place of figures.

    Args:
        names: What the logs call their runs, curves and settings: shown under an id where it is no plain
            name, so that a sentence in a log does not get into what is sent.
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.facts: dict[str, Fact] = {}
        self.names: dict[str, str] = {}
        known: dict[str, None] = dict.fromkeys(sorted(names, key=len, reverse=True))
        for name in known:
            if name and (addresses_assistant(name) or not _PLAIN_NAME.fullmatch(name)):
                self.names[f"N{len(self.names) + 1}"] = name

    def masked(self, text: str) -> str:
        """A text of ours with ids in the place of its figures and of names that are no plain ones."""
        for key, name in self.names.items():
            text = text.replace(name, f"{{{key}}}")
        return "".join(self._masked_sentence(match[0]) for match in _SENTENCE.finditer(text))

    def lines(self, data: Mapping[str, Any]) -> str:
        """What a tool told, one line a value, masked."""
        told = [self.masked(line) for line, _ in zip(_flat(data, ""), range(_MOST_LINES), strict=False)]
        return "\n".join(line for line in told if not addresses_assistant(line))

    def table(self) -> str:
        """Every fact with its figure and what it is of."""
        return "\n".join(
            f"{fact.id} = {fact.written}" + (f" ({fact.subject})" if fact.subject else "")
            for fact in self.facts.values()
        )

    def _masked_sentence(self, sentence: str) -> str:
        if addresses_assistant(sentence):
            return "(withheld) "
        subjects = named_in(sentence)
        masked, at = "", 0
        for match in NUMBER.finditer(sentence):
            if not (quoted := quoted_numbers(match[0])):
                continue
            before = [name for end, name in subjects if end <= match.start()]
            after = [name for end, name in subjects if end > match.start()]
            subject = before[-1] if before else after[0] if after else ""
            fact = self._fact(match[0], quoted[0][0], subject)
            masked += sentence[at : match.start()] + f"{{{fact.id}}}"
            at = match.end()
        return masked + sentence[at:]

    def _fact(self, written: str, value: float, subject: str) -> Fact:
        for fact in self.facts.values():
            if (fact.written, fact.subject) == (written, subject):
                return fact
        fact = Fact(f"F{len(self.facts) + 1}", written, value, subject)
        self.facts[fact.id] = fact
        return fact


def named_in(sentence: str) -> list[tuple[int, str]]:
    """The metrics and hyperparameters that a sentence names, each with where its name ends."""
    folded = sentence.lower()
    found = [(mention.end, mention.name) for mention in (*metrics(folded), *hyperparameters(folded))]
    return sorted(found)


def _flat(data: Any, path: str) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list | tuple):
        if data and all(isinstance(item, list | tuple) and len(item) == 2 for item in data):
            # Points of a curve, or a value before and after: they belong together.
            yield from (f"{path}: {_plain(one)}, {_plain(two)}" for one, two in data)
            return
        for item in data:
            yield from _flat(item, path)
    elif data is not None and data != "":
        yield f"{path}: {_plain(data)}"


def _plain(value: Any) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.4g}"
    return clean_line(str(value), 300)
