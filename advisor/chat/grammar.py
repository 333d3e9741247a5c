"""The template language: one line of it stands for many sentences.

`(a|b)` is one of several, an empty one may be left out; `[ab]` is one of the characters; `?` after any of
these or a character makes it optional; `{name}` is a slot, filled from lists; a backslash takes the next
character as it is. A file holds the templates of one intent: English first, Chinese after the line `[zh]`,
sentences that people really wrote, word for word, after `[heard]`.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "templates"
HEARD = "heard"


class GrammarError(ValueError):
    """A template that does not follow the language."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences."""

    options: tuple["Sequence_", ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that is filled from a list."""

    name: str


Sequence_ = tuple["str | Choice | Slot", ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One line of a file.

    Attributes:
        intent: Whose it is.
        language: `en`, `zh` or `heard`.
        line: As it stands in the file.
        number: Its 1-based line.
    """

    intent: str
    language: str
    line: str
    number: int


@cache
def templates(folder: Path = FOLDER) -> tuple[Template, ...]:
    """Every template of every intent, by file and line."""
    found: list[Template] = []
    for path in sorted(folder.glob("*.txt")):
        language = "en"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line.startswith("[") and line.endswith("]") and line[1:-1] in ("zh", HEARD):
                language = line[1:-1]
            elif line and not line.startswith("#"):
                found.append(Template(path.stem, language, line, number))
    return tuple(found)


def expand(template: Template, most: int, fillers: Mapping[str, Sequence[str]], seed: int) -> list[str]:
    """At most `most` different sentences of a template, drawn by `seed`; a heard one is itself.

    Raises:
        GrammarError: The line does not follow the language, or names a slot without a list.
    """
    if template.language == HEARD:
        return [template.line]
    parsed = parse(template.line)
    generator = random.Random(f"{seed}/{template.intent}/{template.line}")
    drawn = (" ".join(_draw(parsed, fillers, generator).split()) for _ in range(3 * most))
    return list(dict.fromkeys(text for text in drawn if text))[:most]


def parse(line: str) -> Sequence_:
    """The parts of a template.

    Raises:
        GrammarError: A bracket is not closed, or closes nothing.
    """
    options, end = _options(line, 0)
    if end != len(line):
        raise GrammarError(f"Column {end + 1} of {line!r} closes nothing.")
    return options[0] if len(options) == 1 else (Choice(tuple(options)),)


def _options(line: str, start: int) -> tuple[list[Sequence_], int]:
    options: list[list[str | Choice | Slot]] = [[]]
    at = start
    while at < len(line) and line[at] != ")":
        if line[at] == "|":
            options.append([])
            at += 1
            continue
        part, at = _part(line, at)
        if line[at : at + 1] == "?":
            part, at = Choice(((part,), ())), at + 1
        options[-1].append(part)
    return [tuple(option) for option in options], at


def _part(line: str, at: int) -> tuple[str | Choice | Slot, int]:
    mark = line[at]
    if mark == "(":
        options, end = _options(line, at + 1)
        if end == len(line):
            raise GrammarError(f"The bracket at column {at + 1} of {line!r} is not closed.")
        return Choice(tuple(options)), end + 1
    if mark in "[{":
        end = line.find("]" if mark == "[" else "}", at)
        if end < 0:
            raise GrammarError(f"The bracket at column {at + 1} of {line!r} is not closed.")
        inside = line[at + 1 : end]
        return Slot(inside) if mark == "{" else Choice(tuple((one,) for one in inside)), end + 1
    if mark == "\\":
        return line[at + 1 : at + 2], at + 2
    return mark, at + 1


def _draw(parts: Sequence_, fillers: Mapping[str, Sequence[str]], generator: random.Random) -> str:
    def each() -> Iterator[str]:
        for part in parts:
            if isinstance(part, Choice):
                yield _draw(generator.choice(part.options), fillers, generator)
            elif isinstance(part, Slot):
                if part.name not in fillers:
                    raise GrammarError(f"No list fills the slot {{{part.name}}}.")
                yield generator.choice(fillers[part.name])
            else:
                yield part

    return "".join(each())
