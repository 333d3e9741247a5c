"""The concepts that can be explained, from the data files in `concepts/`, one each."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from advisor.kept import kept
from advisor.text import Bilingual

_FOLDER = Path(__file__).resolve().parent / "concepts"


class Concept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One concept.

    Attributes:
        name: The page's name, as `explain` takes it.
        title: Its name in the field.
        aliases: Other names that people use, in both languages, in lower case.
        text: What it is and what it means for a training: three to six sentences.
        formula: Readable in a terminal; empty where there is none.
        examples: Sentences with `{figure}` fields; the first whose figures the run has is shown.
        offer: What to ask or do next about it, in words that the conversation understands.
        related: Names of concepts to read next.
        roles: The hyperparameters that it explains.
    """

    name: str
    title: Bilingual
    text: Bilingual
    aliases: tuple[str, ...] = ()
    formula: str = ""
    examples: tuple[Bilingual, ...] = ()
    offer: Bilingual = Bilingual("", "")
    related: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is called, in lower case."""
        return (self.name, self.title.en.lower(), self.title.zh.lower(), *self.aliases)


@cache
def load_concepts() -> tuple[Concept, ...]:
    """Every concept, by the name of its file."""
    sources = {path.name: path.read_bytes() for path in sorted(_FOLDER.glob("*.yaml"))}
    return msgspec.convert(kept("concepts", sources, lambda: _parsed(sources)), tuple[Concept, ...])


def _parsed(sources: Mapping[str, bytes]) -> list[Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [yaml.load(text, Loader=loader) for text in sources.values()]  # a safe loader in both cases


def find_concept(name: str) -> Concept | None:
    """The concept of that name, title or alias, whatever its case; None where there is none."""
    wanted = _key(name)
    return next((concept for concept in load_concepts() if wanted in map(_key, concept.names)), None)


def concept_of(role: str) -> Concept | None:
    """The concept that explains a hyperparameter; None where there is none."""
    return next((concept for concept in load_concepts() if role in concept.roles), None)


def _key(name: str) -> str:
    """A name without case, spaces, hyphens and the spelling differences of English."""
    folded = name.lower().replace("isation", "ization").replace("iser", "izer").replace("ise ", "ize ")
    return "".join(character for character in folded if character.isalnum())
