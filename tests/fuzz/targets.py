"""What is fuzzed: one function of bytes per target, which raises only where something is wrong.

An `AdvisorError` (or the error that the function under test documents) is an answer; any other exception, or
an answer that breaks what the function promises, is a finding.
"""

import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np

from advisor.chat import values
from advisor.diagnosis.expression import ExpressionError, compile_condition, compile_number
from advisor.diagnosis.loader import check_own_rules
from advisor.errors import AdvisorError
from advisor.experiment.documents import SIZE_LIMITS, Document, DocumentError, Format, read_document
from advisor.readers import Reader, Source, all_readers
from advisor.run import Run

Target = Callable[[bytes], None]

# The name by which each format is found where the name counts; any other reader is given `<reader>.log`.
_NAMES = {"allennlp": "metrics_epoch_0.json"}
_SUFFIXES: dict[str, Format] = {
    ".yaml": "yaml",
    ".toml": "toml",
    ".json": "json",
    ".ini": "ini",
    ".py": "python",
}
_LARGEST_EDITED = 40


def targets() -> dict[str, Target]:
    """Every target by name: each reader, the rule language, rule files, spoken values, each editor."""
    found: dict[str, Target] = {
        f"reader-{reader.name}": partial(fuzz_reader, reader) for reader in all_readers()
    }
    found["expression"] = fuzz_expression
    found["rule-file"] = fuzz_rule_file
    found["values"] = fuzz_values
    for suffix, language in _SUFFIXES.items():
        found[f"edit-{language}"] = partial(fuzz_editor, suffix)
    return found


def fuzz_reader(reader: Reader, data: bytes) -> None:
    """One reader on any bytes, from memory; stores that read from disk get a file."""
    name = _NAMES.get(reader.name, f"{reader.name}.log")
    assert 0 <= reader.sniff(data[:65_536], Source(name, content=data).name) <= reader.most_sure
    if reader.name in {"mlflow-sqlite", "optuna"}:
        path = _scratch() / f"{reader.name}.db"
        path.write_bytes(data)
        source = Source(path.name, path)
    else:
        source = Source(name, content=data)
    try:
        runs = reader.read(source)
    except AdvisorError:
        return
    for run in runs:
        _check_run(run)


def _check_run(run: Run) -> None:
    for series in run:
        assert series.x.size == series.y.size == series.at.size
        assert not np.isnan(series.x).any()
        assert (np.diff(series.at) >= 0).all()


def fuzz_expression(data: bytes) -> None:
    """The rule language: compiles or refuses, and evaluation of what compiles never raises."""
    text = data.decode("utf-8", "replace")
    for make in (compile_condition, compile_number):
        try:
            compiled = make(text)
        except ExpressionError:
            continue
        compiled({})


def fuzz_rule_file(data: bytes) -> None:
    """A user's own rule file: rules, or faults with their place."""
    path = _scratch() / "own.yaml"
    path.write_bytes(data)
    _, faults = check_own_rules(path)
    assert all(str(fault) for fault in faults)


def fuzz_values(data: bytes) -> None:
    """The numbers, ordinals, epochs and paths in what a user writes; each stands where it is said to."""
    text = data.decode("utf-8", "replace")
    for number in values.numbers(text):
        assert 0 <= number.start < number.end <= len(text)
    for read in (values.ordinals, values.epoch, values.epoch_span, values.epoch_count, values.paths):
        read(text)


def fuzz_editor(suffix: str, data: bytes) -> None:
    """A configuration file: every value can be replaced without touching another byte, or is refused."""
    if len(data) > min(SIZE_LIMITS.values()):
        return
    path = _scratch() / f"config{suffix}"
    path.write_bytes(data)
    try:
        document = read_document(path, path.name)
    except DocumentError:
        return
    for leaf in document.leaves[:_LARGEST_EDITED]:
        start, end = document.byte_span(leaf)
        for value in (0.125, 7):
            try:
                edited = document.with_value(leaf, value)
            except AdvisorError:
                continue
            _check_edit(document, edited, start, end)


def _check_edit(document: Document, edited: bytes, start: int, end: int) -> None:
    assert edited.startswith(document.data[:start])
    assert edited.endswith(document.data[end:])


@cache
def _scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="advisor-fuzz-"))
