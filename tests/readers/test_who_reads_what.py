# ruff: noqa: E501 (logs are as long as they are)
"""Which reader has a source, how sure it is, and what is said where none finds a curve."""

from pathlib import PurePath

import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, read_paths, read_source
from advisor.readers.base import HEAD_BYTES
from advisor.readers.formats.console_text import READER as CONSOLE
from advisor.readers.formats.hf_trainer_state import READER as STATE
from advisor.readers.formats.notebook import READER as NOTEBOOK
from advisor.readers.formats.yolo_results import READER as YOLO
from advisor.readers.registry import SURE_ENOUGH, all_readers, rank_readers
from advisor.run import EventKind


@pytest.mark.parametrize(("text", "sure"), [
    ("loss 0.5\nloss 0.4\nloss 0.3\n", 0.3), ("loss 0.5\nloss 0.4\n", 0.1), ("words\n", 0.1), ("  \n", 0.0),
    ("\x00\x01\x02", 0.0), ("0.5 0.4 0.3\n", 0.1), ("loss: 0.5, acc = 0.4, lr 0.3\n", 0.3),
])  # fmt: skip
def test_how_surely_a_text_is_a_console(text, sure):
    assert CONSOLE.sniff(text.encode(), PurePath("a.log")) == sure


def test_readers_are_asked_from_the_surest_on():
    texts = {
        "a.csv": b"epoch,loss\n1,0.5\n2,0.4\n", "a.log": b"epoch 1 loss 0.5\nepoch 2 loss 0.4\nepoch 3 loss 0.3\n",
        "a.jsonl": b'{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.4}\n',
        "k.log": b"Epoch 1/3\n10/10 [======] - 1s - loss: 0.5\n",
    }  # fmt: skip
    first = {}
    for name, content in texts.items():
        source = Source(name, content=content)
        ranked = list(rank_readers(source))
        sures = [sure for sure, _ in ranked]
        assert sures == sorted(sures, reverse=True)
        assert all(sure >= SURE_ENOUGH for sure in sures)
        asked = {reader.name for _, reader in ranked}
        may = {r.name for r in all_readers() if r.sniff(content, source.name) >= SURE_ENOUGH}
        assert asked == may
        first[name] = ranked[0][1].name
    assert first == {
        "a.csv": "csv", "a.log": "console-text", "a.jsonl": "json-lines", "k.log": "keras-console",
    }  # fmt: skip


def test_keras_that_speaks_late_is_read_as_keras():
    keras = "".join(f"Epoch {i}/3\n9/9 [====] - 1s - loss: 0.{i}\n" for i in range(1, 4))
    before = "words that say nothing\n" * (HEAD_BYTES // 20)
    assert len(before) > HEAD_BYTES
    (run,) = read_source(Source("a.log", content=(before + keras).encode()))
    assert run.reader == "keras-console"
    (loss,) = run.series
    assert loss.y.tolist() == [0.1, 0.2, 0.3]


def test_lines_of_several_processes_are_read_by_themselves():
    text = "".join(f"[rank{r}]: step {i} loss 0.{i}{r}\n" for i in range(1, 5) for r in (0, 1))
    first, second = read_source(Source("a.log", content=text.encode()))
    assert (first.name, second.name) == ("rank 0", "rank 1")
    assert first.series[0].y.tolist() == [0.1, 0.2, 0.3, 0.4]
    assert second.series[0].y.tolist() == [0.11, 0.21, 0.31, 0.41]
    assert first.series[0].at.tolist() == [1, 3, 5, 7]
    assert [(e.kind, e.count) for e in first.events] == [(EventKind.NOTE, 2)]
    assert second.events == ()
    twice = read_source(Source("a.log", content=(text + text.replace("0.", "0.9")).encode()))
    assert [run.name for run in twice] == [f"rank {r}, run {i} of 2" for r in (0, 1) for i in (1, 2)]


def test_what_is_said_where_nothing_can_be_read(tmp_path):
    def said(*names, on_error=None):
        with pytest.raises(UnreadableError) as refused:
            read_paths([str(name) for name in names], on_error=on_error)
        return str(refused.value)

    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("words\n")
    (tmp_path / "full" / "more.txt").write_text("words\n")
    (tmp_path / "aim").mkdir()
    (tmp_path / "aim" / ".aim" / "meta" / "chunks").mkdir(parents=True)
    assert "No log was named" in said()
    assert "holds no log: no file that may be a log" in said(tmp_path / "empty")
    assert "holds no log: none of its 2 files is a training log" in said(tmp_path / "full")
    assert "Aim" in said(tmp_path / "aim")
    assert "Aim" not in said(tmp_path / "empty")
    assert "There is no training curve in" in said(tmp_path / "full" / "notes.txt")
    both = said(tmp_path / "empty", tmp_path / "full", on_error=print)
    assert both.startswith("None of the 2 inputs can be read")
    assert "There is no standard input" in said("-")
    (tmp_path / "full" / "good.csv").write_text("epoch,loss\n1,0.5\n2,0.4\n")
    told = []
    runs = read_paths([str(tmp_path / "full"), str(tmp_path / "empty")], on_error=told.append)
    assert [len(run.series[0]) for run in runs] == [2]
    assert len(told) == 1


@pytest.mark.parametrize(("text", "name", "sure"), [
    ('{"log_history": [', "trainer_state.json", True), ('{"log_history": [', "a.json", True),
    ('{"history": [', "trainer_state.json", False), ("words", "trainer_state.json", False),
])  # fmt: skip
def test_how_surely_a_document_is_the_state_of_a_trainer(text, name, sure):
    assert (STATE.sniff(text.encode(), PurePath(name)) > 0.9) is sure


@pytest.mark.parametrize(("text", "name", "sure"), [
    ('{"cells": [], "nbformat": 4}', "a.ipynb", True), ("words", "a.ipynb", False), ('{"cells": []}', "a.json", False),
])  # fmt: skip
def test_how_surely_a_document_is_a_notebook(text, name, sure):
    assert (NOTEBOOK.sniff(text.encode(), PurePath(name)) > 0.9) is sure


def test_how_surely_lines_are_results_of_yolo():
    line = "      {}/7      1.5G  0.09  0.03  0.02  0.14  31  640  0.2  0.3  0.2  0.1  0.08  0.04  0.01\n"
    sures = [
        YOLO.sniff("".join(map(line.format, range(n))).encode(), PurePath("results.txt")) for n in range(4)
    ]
    assert sures[0] == 0.0
    assert sures[-1] > 0.5
    assert sures == sorted(sures)
