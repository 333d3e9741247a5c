"""Says what a text without a curve holds instead: settings, or what each of several models came to."""

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.decode import decode
from advisor.readers.lines import lines_of
from advisor.readers.printed_config import printed_hyperparameters
from advisor.readers.records import scan
from advisor.redact import is_secret_name
from advisor.text import clean_line

_FEWEST = 2
_SHOWN = 5
_LONGEST = 30


def instead_of_a_curve(source: Source) -> UnreadableError | None:
    """The sentence for a file of results or of settings, told by its first bytes; None for any other."""
    text = decode(source.head).text
    found = scan(lines_of(text))
    results = list(dict.fromkeys(title for _, title in found.titles))
    if len(results) >= _FEWEST and any(record.template.metrics for record in found.records):
        return UnreadableError(
            f"'{clean_line(source.label)}' holds results ({_listed(results)}), but no curve.",
            "Name the log of one training, with a line for each step or epoch.",
        )
    settings = _settings(text)
    if len(settings) >= _FEWEST:
        return UnreadableError(
            f"'{clean_line(source.label)}' holds settings ({_listed(settings)}), but no curve.",
            "Name the log that the training wrote, or have it run and read: advisor run -- python train.py",
        )
    return None


def _settings(text: str) -> list[str]:
    """Each setting of the field with its last value; no key or password."""
    values = {h.name: h for line in lines_of(text) for h in printed_hyperparameters(line)}
    return [f"{h.name} {h.value}" for h in values.values() if h.role and not is_secret_name(h.name)]


def _listed(words: list[str]) -> str:
    shown = ", ".join(clean_line(word, _LONGEST) for word in words[:_SHOWN])
    return f"{shown} and {len(words) - _SHOWN} more" if len(words) > _SHOWN else shown
