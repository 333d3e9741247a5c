"""Evidence sentences: text with `{signal:format}` fields and nothing else.

`str.format` reaches attributes and items of whatever it is given; this reads a signal's value and one of a
closed list of formats: `.3g`, `.2f`, `.1e`, `.0%`, `d`, and `at`, which says where on the x axis a place is
("epoch 7", "step 1200").
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from advisor.errors import RuleError
from advisor.patterns import regex
from advisor.text import Bilingual, Language, clean_line, short_number

_FIELD = regex(r"\{([^{}]*)\}")
_NAME = regex(r"\w+(?:\.\w+)+")
_FORMAT = regex(r"\.\d[gfe%]|d|at")
_PLACES: dict[str, dict[Language, str]] = {
    "epoch": {"en": "epoch {}", "zh": "第 {} 轮"},
    "step": {"en": "step {}", "zh": "第 {} 步"},
    "index": {"en": "point {}", "zh": "第 {} 个点"},
}

Place = Callable[[str], str]
"""From a signal's name to what its curve's x counts: `epoch`, `step` or `index`."""


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled sentence: literal texts, and between them (signal, format) pairs."""

    literals: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The signals that the sentence shows."""
        return tuple(dict.fromkeys(name for name, _ in self.fields))

    def render(self, signals: Mapping[str, float], place: Place, language: Language) -> str:
        """The sentence with its figures; every signal in `names` must be present."""
        shown = [_show(signals[name], spec, place(name), language) for name, spec in self.fields]
        parts = [self.literals[0]]
        for value, literal in zip(shown, self.literals[1:], strict=True):
            parts += [value, literal]
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One template in both languages."""

    en: Template
    zh: Template

    @property
    def names(self) -> tuple[str, ...]:
        """The signals that either language shows."""
        return tuple(dict.fromkeys((*self.en.names, *self.zh.names)))

    def render(self, signals: Mapping[str, float], place: Place) -> Bilingual:
        """The sentence with its figures."""
        return Bilingual(en=self.en.render(signals, place, "en"), zh=self.zh.render(signals, place, "zh"))


def compile_template(text: str) -> Template:
    """Compiles one sentence.

    Raises:
        RuleError: a brace does not belong to a `{signal:format}` field, or the format is not in the list.
    """
    pieces = _FIELD.split(text)
    literals, raw = pieces[::2], pieces[1::2]
    for literal in literals:
        if "{" in literal or "}" in literal:
            raise RuleError(
                f"A brace stands alone in '{clean_line(text, 60)}'.", "A field is written {signal:format}."
            )
    fields = []
    for one in raw:
        name, _, spec = one.partition(":")
        if not _NAME.fullmatch(name) or not _FORMAT.fullmatch(spec):
            raise RuleError(
                f"The field {{{one}}} is no signal with a known format.",
                "Write {signal:.3g}, {signal:.2f}, {signal:.0%}, {signal:d} or {signal:at}.",
            )
        fields.append((name, spec))
    return Template(tuple(literals), tuple(fields))


def _show(value: float, spec: str, kind: str, language: Language) -> str:
    finite = value - value == 0
    if not finite:
        return short_number(value)
    if spec == "at":
        return _PLACES[kind][language].format(short_number(value))
    if spec == "d":
        return str(round(value))
    text = format(value, spec)
    return text.removeprefix("-") if value < 0 and not text.strip("-0.%") else text
