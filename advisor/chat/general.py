"""General rules about one choice, from the data files in `general/`, one per intent."""

import re
from functools import cache
from pathlib import Path

import msgspec

from advisor.chat.understand import Utterance
from advisor.text import Bilingual

_FOLDER = Path(__file__).resolve().parent / "general"


class GeneralRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds of a choice whatever the run.

    Attributes:
        text: The rule in two or three sentences.
        explain: What `explain` knows more about.
        when: Pattern on the folded question that this rule answers; empty for the last, which answers any.
    """

    text: Bilingual
    explain: str
    when: str = ""

    @property
    def is_specific(self) -> bool:
        """Whether it answers a question of its own rather than any question of the intent."""
        return bool(self.when)


def general_rule(intent: str, utterance: Utterance) -> GeneralRule:
    """The first rule of an intent's file that answers the question."""
    return next(rule for rule in general_rules(intent) if re.search(rule.when, utterance.folded))


@cache
def general_rules(intent: str) -> tuple[GeneralRule, ...]:
    """Every rule of an intent, the most specific first."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (_FOLDER / f"{intent}.yaml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(yaml.load(text, Loader=loader), list[GeneralRule]))
