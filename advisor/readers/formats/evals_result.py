"""Histories by data set as JSON: the `evals_result` of XGBoost and LightGBM, `{"train": {"loss": [...]}}`."""

from collections.abc import Sequence
from pathlib import PurePath

from advisor.errors import UnreadableError
from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.decode import decode, looks_binary, read_text
from advisor.readers.json_values import BadJsonError, as_number, parse_json
from advisor.readers.points import Points, curves
from advisor.run import EventKind, LogEvent, Run
from advisor.text import clean_line
from advisor.vocabulary import assign_roles

_KEY = r'"(?:[^"\\]|\\.)*"\s*:\s*'
_BEGINNING = regex(rf"\s*\{{\s*{_KEY}\{{\s*{_KEY}\[\s*(?:-?\d|NaN|-?Infinity|null)")


class EvalsResultReader:
    """Reads a list of values for each metric of each data set; x is the round."""

    name = "evals-result"
    title = "Histories by data set in one JSON file (evals_result of XGBoost and LightGBM)"
    most_sure = 0.955

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the document begins with a list of numbers two levels deep."""
        if looks_binary(head):
            return 0.0
        return 0.955 if _BEGINNING.match(decode(head).text) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The run in the document, its curves named `SET-METRIC` as XGBoost prints them.

        Raises:
            UnreadableError: the document is cut or damaged.
        """
        text = read_text(source)
        try:
            tree = parse_json(text.text)
        except BadJsonError as error:
            raise UnreadableError(
                f"'{clean_line(source.label)}' is a JSON document that is cut off or damaged.",
                "Write it again, or give the console output of the training.",
            ) from error
        events = list(text.events)
        found: dict[str, Points] = {}
        for split, metrics in (tree if isinstance(tree, dict) else {}).items():
            for metric, values in (metrics if isinstance(metrics, dict) else {}).items():
                if isinstance(values, list):
                    found[f"{split}-{metric}"] = _points(values, f"{split}-{metric}", events)
        series = assign_roles(curves(found))
        return [Run(source.label, series, "", self.name, events=tuple(events))] if series else []


def _points(values: Sequence[object], name: str, events: list[LogEvent]) -> Points:
    numbers = [(i, y) for i, value in enumerate(values) if (y := as_number(value)) is not None]
    missing = sum(value is not None for value in values) - len(numbers)
    if missing:
        note = f"Values of '{name}' are no numbers and were left out."
        events.append(LogEvent(EventKind.UNREADABLE, note, count=missing))
    return Points.of([y for _, y in numbers], [i for i, _ in numbers], [0.0] * len(numbers))


READER = EvalsResultReader()
