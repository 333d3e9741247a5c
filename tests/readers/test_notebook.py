"""What the cells of a notebook printed."""

import json
from pathlib import PurePath

import pytest

from advisor.readers.base import Source
from advisor.readers.formats.notebook import READER
from advisor.run import EventKind, Run

KERAS = "Epoch 1/2\n10/10 [===] - 1s 2ms/step - loss: 0.9\nEpoch 2/2\n10/10 [===] - 1s 2ms/step - loss: 0.5\n"


def stream(*text: str) -> dict[str, object]:
    return {"output_type": "stream", "name": "stdout", "text": list(text)}


def notebook(*outputs: list[dict[str, object]]) -> dict[str, object]:
    cells = [{"cell_type": "code", "source": [], "outputs": cell} for cell in outputs]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def read(tree: object) -> list[Run]:
    return list(READER.read(Source("a.ipynb", content=json.dumps(tree).encode())))


def test_each_cell_is_a_log_of_its_own() -> None:
    first, second = read(notebook([stream(KERAS)], [], [stream("epoch 1 loss 0.5\n", "epoch 2 loss 0.4\n")]))
    assert (first.name, second.name) == ("cell 0", "cell 2")
    assert first.series[0].y.tolist() == [0.9, 0.5]
    assert second.series[0].y.tolist() == [0.5, 0.4]
    assert {first.reader, second.reader} == {"notebook"}
    assert first.hyperparameters[0].source == "cell 0, line 1"


def test_outputs_of_one_cell_are_one_text() -> None:
    (run,) = read(notebook([stream("Epoch: 1\n"), stream("Loss: 0.5\nEpoch: 2\n"), stream("Loss: 0.4\n")]))
    assert run.series[0].x.tolist() == [1, 2]


def test_notebooks_of_version_3() -> None:
    tree = {"worksheets": [{"cells": [{"outputs": [stream(KERAS)]}]}], "nbformat": 3}
    assert read(tree)[0].series[0].y.tolist() == [0.9, 0.5]


def test_an_error_is_an_event() -> None:
    error = {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": ["..."]}
    (run,) = read(notebook([stream("epoch 1 loss 0.5\nepoch 2 loss 0.4\n"), error]))
    assert [(event.kind, event.text) for event in run.events] == [(EventKind.TRACEBACK, "ValueError: bad")]


@pytest.mark.parametrize(
    "tree", [{}, [], 3, {"cells": 3}, {"cells": [None, 3, {"outputs": "x"}, {"outputs": [{"text": 3}]}]}]
)
def test_no_notebook_is_no_run(tree: object) -> None:
    assert read(tree) == []


def test_half_a_notebook_is_no_run() -> None:
    whole = json.dumps(notebook([stream(KERAS)]))
    assert READER.read(Source("a.ipynb", content=whole[: len(whole) // 2].encode())) == []


def test_sniff() -> None:
    head = json.dumps(notebook([stream(KERAS)])).encode()
    assert READER.sniff(head, PurePath("a.ipynb")) > 0.95
    assert READER.sniff(b'{"loss": 0.5}\n', PurePath("a.jsonl")) == 0
