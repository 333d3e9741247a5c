"""Histories by data set as JSON: the `evals_result` of XGBoost and LightGBM, `{"train": {"loss": [...]}}`."""

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from advisor.errors import UnreadableError
from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.decode import decode, looks_binary, read_text
from advisor.readers.json_labels import names_split, split_label
from advisor.readers.json_values import BadJsonError, as_number, parse_json
from advisor.readers.points import Points, curves
from advisor.run import EventKind, LogEvent, Run
from advisor.text import clean_line
from advisor.vocabulary import assign_roles

_KEY = r'"(?:[^"\\]|\\.)*"\s*:\s*'
# What XGBoost, LightGBM and CatBoost measure; a network's history has `loss` and `accuracy`.
_MEASURED = regex(
    r"(?:r?mse|rmsle|ma[ep]|mphe|mape|l[12]|huber|fair|quantile|(?:(?:m|binary_|multi_)?(?:log_?loss|error))(?:@.*)?|"
    r"multiclass|cross_?entropy(?:_lambda)?|kullback_leibler|auc\w*|pr_?auc|average_precision|map(?:@.*)?|ndcg(?:@.*)?-?|"
    r"pre@.*|\w+-nloglik|poisson|gamma|tweedie|\w+[-_]deviance|accuracy:.*|\w+:.*|f1|r2)",
    re.IGNORECASE,
)
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
        return self.most_sure if _BEGINNING.match(decode(head).text) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The run in the document, its curves named `SET-METRIC` as XGBoost prints them.

        None where it holds the histories of several models, or that of a network.

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
        if not _is_by_set(tree):
            return []
        for split, metrics in tree.items():
            for metric, values in metrics.items():
                found[f"{split}-{metric}"] = _points(values, f"{split}-{metric}", events)
        series = assign_roles(curves(found))
        return [Run(source.label, series, "", self.name, events=tuple(events))] if series else []


def _is_by_set(tree: Any) -> bool:
    """Whether the keys of a document are data sets, and the lists in each what boosted trees measure."""
    if not isinstance(tree, dict) or not all(isinstance(metrics, dict) for metrics in tree.values()):
        return False
    listed = [(metric, values) for metrics in tree.values() for metric, values in metrics.items()]
    if not all(isinstance(values, list) and not names_split(metric) for metric, values in listed):
        return False
    return any(map(split_label, tree)) and any(_MEASURED.fullmatch(metric) for metric, _ in listed)


def _points(values: Sequence[object], name: str, events: list[LogEvent]) -> Points:
    numbers = [(i, y) for i, value in enumerate(values) if (y := as_number(value)) is not None]
    missing = sum(value is not None for value in values) - len(numbers)
    if missing:
        note = f"Values of '{name}' are no numbers and were left out."
        events.append(LogEvent(EventKind.UNREADABLE, note, count=missing))
    return Points.of([y for _, y in numbers], [i for i, _ in numbers])


READER = EvalsResultReader()
