"""What in a JSON document is a column: a list of numbers, numbers by index, or points with their steps."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from advisor.patterns import regex
from advisor.readers.json_values import as_number, numbers
from advisor.vocabulary import is_result, x_rank

Cells = list[float | None]
Record = dict[str, Any]

_INDEX = regex(r"\d{1,15}")
_KEYED = regex(r"([A-Za-z]*)[ _:-]*(\d{1,15})")
_STEPS = ("steps", "step", "iterations", "iters", "x", "epochs", "epoch")
_VALUES = ("values", "value", "y")
# TensorBoard exports [wall time, step, value]; no step is a time since 1970.
_LONG_AGO = 1e8


def column(name: str, value: Any) -> Cells | None:
    """The numbers of a list, None where one is missing; None for what is no column.

    A single number in a list, and a list with something else between its numbers, are a column only where
    the name is that of a loss, a metric or a count.
    """
    listed = _by_index(value) if isinstance(value, dict) else value
    if not isinstance(listed, list) or not listed:
        return None
    cells = [as_number(entry) for entry in listed]
    given = sum(entry is not None for entry in listed)
    read = sum(cell is not None for cell in cells)
    speaks = is_result(name) or x_rank(name) is not None
    if not read or (not speaks and (read < given or len(cells) < 2)) or 2 * read < given:
        return None
    return cells


def bad_cells(value: Any, cells: Cells) -> int:
    """How many entries of a column are no numbers."""
    listed = _by_index(value) if isinstance(value, dict) else value
    return sum(entry is not None for entry in listed or ()) - sum(cell is not None for cell in cells)


def _by_index(value: Mapping[str, Any]) -> list[Any] | None:
    """The values of `{"0": 0.5, "1": 0.4}`, as pandas writes a column, in the order of the numbers."""
    if len(value) < 2 or not all(map(_INDEX.fullmatch, value)):
        return None
    if any(isinstance(entry, dict | list) for entry in value.values()):
        return None
    return [value[key] for key in sorted(value, key=int)]


def records_by_key(node: Mapping[str, Any]) -> list[Record]:
    """The records of `{"epoch_1": {...}, "epoch_2": {...}}`, each with its number; none for other dicts."""
    keys = [key for key, value in node.items() if isinstance(value, dict)]
    matches = [_KEYED.fullmatch(key) for key in keys]
    words = {match[1].lower() if match else "?" for match in matches}
    if len(keys) < 2 or len(words) > 1 or "?" in words:
        return []
    word = words.pop() or "step"
    if x_rank(word) is None or not all(numbers(node[key]) for key in keys):
        return []
    found = sorted((int(match[2]), node[key]) for match, key in zip(matches, keys, strict=True) if match)
    return [record if _counts(record) else {word: number, **record} for number, record in found]


def _counts(record: Record) -> bool:
    return any(x_rank(name) is not None for name in record)


def records_by_row(node: Mapping[str, Any]) -> list[Record]:
    """The records of `{"columns": [...], "index": [...], "data": [[...]]}`, a pandas table; else none."""
    names, data = node.get("columns"), node.get("data")
    if (
        not isinstance(names, list)
        or not isinstance(data, list)
        or not all(isinstance(n, str) for n in names)
    ):
        return []
    return [dict(zip(names, row, strict=False)) for row in data if isinstance(row, list)]


def records_by_step(node: Mapping[str, Any]) -> tuple[list[Record], set[str]]:
    """Records of the curves that state the step of each point, and the names of these curves.

    Written as `{"loss": {"steps": [...], "values": [...]}}` (Sacred), `{"loss": [{"step": 1, "value": 0.5}]}`
    or `{"loss": [[1, 0.5], [2, 0.4]]}`.
    """
    merged: dict[tuple[int, float], Record] = {}
    names = set()
    for name, value in node.items():
        by_step: dict[float, list[tuple[str, Any]]] = defaultdict(list)
        for kind, step, y in _points(name, value):
            by_step[step].append((kind, y))
            names.add(name)
        for step, points in by_step.items():
            for turn, (kind, y) in enumerate(points):
                merged.setdefault((turn, step), {kind: step})[name] = y
    return [merged[place] for place in sorted(merged)], names


def states_steps(value: Mapping[str, Any]) -> bool:
    """Whether a dict holds the steps of a curve and the values at these."""
    x, y = _first(value, _STEPS), _first(value, _VALUES)
    return x is not None and y is not None and isinstance(value[x], list) and isinstance(value[y], list)


def _points(name: str, value: Any) -> Iterator[tuple[str, float, Any]]:
    """(what counts, step, value) of each point of a curve; none where it does not state its steps."""
    kind, pairs = _pairs(name, value)
    for raw, y in pairs:
        step = as_number(raw)
        if step is not None:
            yield ("epoch" if kind.startswith("epoch") else "step"), step, y


def _pairs(name: str, value: Any) -> tuple[str, list[tuple[Any, Any]]]:
    if isinstance(value, dict) and states_steps(value):
        counted, valued = _first(value, _STEPS) or "", _first(value, _VALUES) or ""
        return counted, list(zip(value[counted], value[valued], strict=False))
    if not isinstance(value, list) or not value or not is_result(name):
        return "", []
    if all(isinstance(point, dict) for point in value):
        counted, valued = _first(value[0], _STEPS) or "", _first(value[0], (*_VALUES, name)) or ""
        return counted, [(point.get(counted), point.get(valued)) for point in value if counted and valued]
    return "", _listed_points(value) if all(isinstance(point, list) for point in value) else []


def _listed_points(value: Sequence[list[Any]]) -> list[tuple[Any, Any]]:
    """(step, value) of `[[1, 0.5], [2, 0.4]]`, also with the time before; none for other tables."""
    width = len(value[0])
    if width not in (2, 3) or len(value) < 2 or any(len(point) != width for point in value):
        return []
    times, pairs = [as_number(point[0]) for point in value], [(point[-2], point[-1]) for point in value]
    timed = all(time is not None and time > _LONG_AGO for time in times)
    steps = [as_number(step) for step, _ in pairs]
    counted = all(a is not None and b is not None and a < b for a, b in pairwise(steps))
    return pairs if counted and timed == (width == 3) else []


def _first(value: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    return next((key for key in keys if key in value), None)
