"""Jupyter notebooks: the printed outputs of each cell, given to the console readers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import msgspec

from advisor.readers.base import HEAD_BYTES, Source
from advisor.readers.formats.console_text import ConsoleText
from advisor.readers.formats.keras_console import KerasConsole
from advisor.run import Run

# A notebook is JSON; this comes before every reader of JSON.
_MOST_SURE = 0.99
_SURE_OF_KERAS = 0.5


class Notebook:
    """A notebook's stream outputs; each cell is a log of its own."""

    name = "notebook"
    title = "Jupyter notebooks: what the cells printed, read as Keras or plain console text"
    most_sure = 0.99

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure of a JSON object that speaks of cells."""
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return 0.0
        if b'"cell_type"' in head or (b'"cells"' in head and b'"nbformat"' in head):
            return _MOST_SURE
        return _MOST_SURE if path.suffix.lower() == ".ipynb" and b'"cells"' in head else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """Every run that a cell printed, named after its cell; nothing where the JSON is not whole."""
        try:
            tree = msgspec.json.decode(source.data())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return []
        runs: list[Run] = []
        for number, text in _printed(tree):
            runs += _of_cell(number, text, source.label)
        return runs


def _of_cell(number: int, text: str, label: str) -> Iterator[Run]:
    cell = Source(label, content=text.encode("utf-8", "replace"))
    keras = KerasConsole()
    sure = keras.sniff(cell.head[:HEAD_BYTES], cell.name) >= _SURE_OF_KERAS
    for run in keras.read(cell) if sure else ConsoleText().read(cell):
        settings = tuple(
            replace(h, source=h.source.replace("log line", f"cell {number}, line"))
            for h in run.hyperparameters
        )
        name = f"cell {number}, {run.name}" if run.name else f"cell {number}"
        yield replace(run, name=name, reader=Notebook.name, hyperparameters=settings)


def _printed(tree: Any) -> Iterator[tuple[int, str]]:
    """The number of each cell that printed something (0-based, all cells counted) and what it printed."""
    for number, cell in enumerate(_cells(tree)):
        outputs = cell.get("outputs") if isinstance(cell, dict) else None
        parts = [_text(output) for output in outputs] if isinstance(outputs, list) else []
        text = "".join(parts)
        if any(character.isdigit() for character in text):
            yield number, text


def _cells(tree: Any) -> list[Any]:
    """The cells, also of a notebook of version 3 (in its first worksheet)."""
    if not isinstance(tree, dict):
        return []
    cells = tree.get("cells")
    sheets = tree.get("worksheets")
    if cells is None and isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
        cells = sheets[0].get("cells")
    return cells if isinstance(cells, list) else []


def _text(output: Any) -> str:
    """What a stream output printed; errors as their message, so that a crash is seen."""
    if not isinstance(output, dict):
        return ""
    kind = output.get("output_type")
    if kind in ("error", "pyerr"):
        lines = output.get("traceback")
        return (
            f"Traceback (most recent call last)\n{output.get('ename')}: {output.get('evalue')}\n"
            if lines
            else ""
        )
    if kind != "stream":
        return ""
    text = output.get("text", "")
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


READER = Notebook()
