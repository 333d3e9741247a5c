"""What one intent is: how it is recognised, what it takes from an utterance, how it answers."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from advisor.chat.context import Context
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual

SlotValue = str | int | float | Sequence[str | int | float | tuple[str, str, float | str | None]]
Slots = Mapping[str, SlotValue]


def no_slots(utterance: Utterance) -> Slots:
    """For intents that take nothing from the utterance."""
    return {}


@dataclass(frozen=True)
class Intent:
    """One thing that a user may want.

    A module in `advisor/chat/intents/` with a module-level `INTENT` is found by itself; how people put it
    stands in the file of its name in `advisor/chat/templates/`.

    Attributes:
        name: Public id (`diagnose`, `set_param`).
        title: What it is, as offered in 'did you mean' and in the help.
        answer: The answer, from the facts in the context.
        parse: What the intent takes from an utterance, by slot name.
        resolve: What the state of the dialogue and the open runs make of the slots (`the last one`).
        sure: A test of its own beside the fitted classifier, for what is exact; gives a certainty.
        commands: First words of its commands, and what may follow each as a pattern (`apply`: a number).
        called: Whether an utterance is one of its commands though no first word tells it (`$ make train`).
    """

    name: str
    title: Bilingual
    answer: Callable[[Context, Utterance], Reply]
    parse: Callable[[Utterance], Slots] = no_slots
    resolve: Callable[[Context, Utterance, Slots], Slots] | None = None
    sure: Callable[[Utterance], float] | None = None
    commands: Mapping[str, str] | None = None
    called: Callable[[Utterance], bool] | None = None

    def match(self, utterance: Utterance) -> float:
        """How sure its own test is that `utterance` means it, 0 to 1."""
        return 0.0 if self.sure is None else self.sure(utterance)

    def slots(self, context: Context, utterance: Utterance) -> Slots:
        """What it takes from the utterance, seen from where the dialogue stands."""
        found = self.parse(utterance)
        return found if self.resolve is None else self.resolve(context, utterance, found)

    def is_command(self, utterance: Utterance) -> bool:
        """Whether `utterance` is one of its commands, with or without the slash."""
        word, rest = utterance.first_word
        follows = (self.commands or {}).get(word)
        if follows is not None and re.fullmatch(follows, rest, re.IGNORECASE) is not None:
            return True
        return self.called is not None and self.called(utterance)


@cache
def all_intents() -> tuple[Intent, ...]:
    """Every intent in `advisor/chat/intents/`, by name."""
    from advisor.chat import intents

    modules = [
        importlib.import_module(f"{intents.__name__}.{m.name}")
        for m in pkgutil.iter_modules(intents.__path__)
    ]
    return tuple(sorted((module.INTENT for module in modules), key=lambda intent: intent.name))
