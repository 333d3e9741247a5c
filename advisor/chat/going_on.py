"""A turn that goes on with the one before: only another name, as in `and mse?`, `均方误差呢`."""

from advisor.chat.concepts import find_concept
from advisor.chat.lexicon import is_a_name
from advisor.chat.understand import Utterance
from advisor.patterns import regex

_AND = regex(
    r"(?:and|what about|how about|and what about) (?:the |my )?([a-z0-9_ -]{2,40})|(?:那|那么)?(.{1,16})呢"
)


def goes_on(before: str, utterance: Utterance) -> str:
    """The intent of the turn before where only another name follows it; else empty."""
    named = _AND.fullmatch(utterance.folded)
    if named is None:
        return ""
    name = (named[1] or named[2]).strip()
    if before == "explain_concept" and find_concept(name) is not None:
        return before
    return before if before == "query_value" and is_a_name(name) else ""
