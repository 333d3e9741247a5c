# ruff: noqa: E501 (documents are as long as they are)
"""Documents of single tools at the edges: what lacks, what is cut, what is told with which line."""

import json
from pathlib import PurePath

import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source
from advisor.readers.formats.allennlp import READER as ALLENNLP
from advisor.readers.formats.evals_result import READER as EVALS
from advisor.readers.formats.hf_trainer_state import READER as STATE
from advisor.readers.formats.notebook import READER as NOTEBOOK
from advisor.readers.formats.printed_lists import READER as LISTS
from advisor.run import EventKind


def read(reader, text, name="a.json"):
    return reader.read(Source(name, content=text.encode()))


def told(run):
    return [(e.kind, e.line, e.count) for e in run.events]


HISTORY = [{"step": i, "loss": 1 / i, "epoch": i / 2} for i in range(1, 5)]


def test_the_state_of_a_trainer():
    (run,) = read(
        STATE, json.dumps({"log_history": [*HISTORY[:2], 3, "x", *HISTORY[2:]], "num_train_epochs": 3})
    )
    loss = next(s for s in run if s.name == "loss")
    assert (loss.x.tolist(), loss.at.tolist()) == ([1, 2, 3, 4], [1, 2, 5, 6])
    assert told(run) == [(EventKind.UNREADABLE, None, 2)]
    assert run.number("epochs") == 3
    text = json.dumps({"log_history": HISTORY}, indent=1)
    cut = text[: text.rindex('"loss"')]
    (run,) = read(STATE, cut)
    assert len(next(s for s in run if s.name == "loss")) == 3
    assert told(run) == [(EventKind.TRUNCATED, text[: text.rindex("{")].count("\n") + 1, 1)]
    for text in ('{"log_history": []}', '{"log_history": [{"a": "b"}]}'):
        with pytest.raises(UnreadableError, match="is empty"):
            read(STATE, text)
    assert list(read(STATE, '{"log_history": 3}')) == []
    assert list(read(STATE, "[1, 2]")) == []
    assert list(read(STATE, "{cut")) == []
    first, second = read(STATE, json.dumps({"log_history": HISTORY * 2, "trial_params": {"lr": 0.1}}))
    assert (first.name, second.name) == ("run 1 of 2", "run 2 of 2")
    assert [h.name for h in first.hyperparameters] == ["lr"]
    (run,) = read(STATE, json.dumps({"log_history": HISTORY, "trial_params": 3, "max_steps": None}))
    assert run.hyperparameters == ()


@pytest.mark.parametrize(("text", "name", "sure"), [
    ('{"log_history": []', "a.json", 0.97), ('{"x": 1', "trainer_state.json", 0.6), ('{"x": 1', "a.json", 0.0),
    ("words", "trainer_state.json", 0.0),
])  # fmt: skip
def test_how_surely_a_document_is_a_state(text, name, sure):
    assert STATE.sniff(text.encode(), PurePath(name)) == sure


def notebook(*outputs, **more):
    cells = [
        {"cell_type": "code", "outputs": [output] if isinstance(output, dict) else output}
        for output in outputs
    ]
    return json.dumps({"cells": cells, "nbformat": 4, **more})


def stream(*lines):
    return {"output_type": "stream", "text": [line + "\n" for line in lines]}


LOSSES = [f"epoch {i} loss 0.{i}" for i in range(1, 4)]


def test_the_cells_of_a_notebook():
    text = notebook(stream("words"), stream(*LOSSES), 3, {"output_type": "display_data", "text": "epoch 1 loss 9.5"},
                    [stream("lr: 0.1"), stream(*LOSSES)])  # fmt: skip
    runs = read(NOTEBOOK, text, "a.ipynb")
    assert [(run.name, run.reader, len(run.series[0])) for run in runs] == [
        ("cell 1", "notebook", 3), ("cell 4", "notebook", 3),
    ]  # fmt: skip
    assert [(h.name, h.source) for h in runs[1].hyperparameters] == [("lr", "cell 4, line 1")]
    twice = read(NOTEBOOK, notebook(stream(*LOSSES, *LOSSES[:2][::-1][1:], "epoch 2 loss 0.9")), "a.ipynb")
    assert [run.name for run in twice] == ["cell 0, run 1 of 2", "cell 0, run 2 of 2"]
    keras = [line for i in range(1, 4) for line in (f"Epoch {i}/3", f"9/9 [===] - 1s - loss: 0.{i}")]
    (run,) = read(NOTEBOOK, notebook(stream(*keras)), "a.ipynb")
    assert (run.reader, run.number("epochs")) == ("notebook", 3)


def test_an_error_in_a_notebook():
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no 3", "traceback": ["x"]}
    (run,) = read(NOTEBOOK, notebook([stream(*LOSSES), error]), "a.ipynb")
    assert [(e.kind, e.text) for e in run.events] == [(EventKind.TRACEBACK, "ValueError: no 3")]
    (run,) = read(NOTEBOOK, notebook([stream(*LOSSES), {**error, "traceback": []}]), "a.ipynb")
    assert run.events == ()


def test_a_notebook_of_version_3():
    cells = json.loads(notebook(stream(*LOSSES)))["cells"]
    for tree, runs in (
        ({"worksheets": [{"cells": cells}]}, 1), ({"worksheets": []}, 0), ({"worksheets": [3]}, 0),
        ({"worksheets": 3}, 0), ({"cells": 3, "worksheets": [{"cells": cells}]}, 0), ([], 0),
    ):  # fmt: skip
        assert len(read(NOTEBOOK, json.dumps(tree), "a.ipynb")) == runs


@pytest.mark.parametrize(("text", "name", "sure"), [
    ('{"cells": [], "nbformat": 4}', "a.json", 0.99), ('{"cell_type"', "a.json", 0.99), ('{"cells": []}', "a.json", 0),
    ('{"cells": []}', "a.IPYNB", 0.99), ('{"x": []}', "a.ipynb", 0), ('\ufeff \n{"cell_type"', "a", 0.99),
    ('["cell_type"]', "a.ipynb", 0),
])  # fmt: skip
def test_how_surely_a_document_is_a_notebook(text, name, sure):
    assert NOTEBOOK.sniff(text.encode(), PurePath(name)) == sure


def test_the_epochs_of_allennlp(tmp_path):
    for epoch, text in ((0, '{"training_loss": 0.5}'), (1, "cut"), (2, "[1]"), (10, '{"training_loss": 0.3}'),
                        (9, '{"training_loss": 0.4, "epoch": 7}')):  # fmt: skip
        (tmp_path / f"metrics_epoch_{epoch}.json").write_text(text)
    (tmp_path / "metrics.json").write_text("{}")
    for name in ("metrics_epoch_9.json", "metrics.json"):
        (run,) = ALLENNLP.read(Source(name, tmp_path / name))
        (loss,) = run.series
        assert (loss.x.tolist(), loss.y.tolist()) == ([0, 9, 10], [0.5, 0.4, 0.3])
        assert loss.at.tolist() == [1, 10, 11]
        assert [e.text for e in run.events] == [
            f"metrics_epoch_{epoch}.json is cut off or damaged and was left out." for epoch in (1, 2)
        ]
    assert ALLENNLP.sniff(b"{", tmp_path / "metrics.json") == 0.985
    assert ALLENNLP.sniff(b"{", PurePath("metrics_epoch_3.json")) == 0.985
    assert ALLENNLP.sniff(b"[", PurePath("metrics_epoch_3.json")) == 0.0
    assert ALLENNLP.sniff(b"{", PurePath("metrics.json")) == 0.0
    assert ALLENNLP.home(tmp_path / "other.json") is None
    (run,) = ALLENNLP.read(Source("metrics_epoch_4.json", content=b'{"training_loss": 0.5}'))
    assert run.series[0].x.tolist() == [4]


@pytest.mark.parametrize(("tree", "reads"), [
    ({"train": {"logloss": [1, 2]}}, True), ({"train": {"logloss": [1, 2], "foo": [1, 2]}}, True),
    ({"train": {"loss": [1, 2]}}, False), ({"foo": {"logloss": [1, 2]}}, False), ({"train": {"logloss": 3}}, False),
    ({"train": {"val_auc": [1, 2]}}, False), ({"train": [1]}, False), ([], False),
    ({"train": {"logloss": [1]}, "foo": {"auc": [1]}}, True),
])  # fmt: skip
def test_which_documents_are_those_of_boosted_trees(tree, reads):
    assert bool(read(EVALS, json.dumps(tree))) is reads


@pytest.mark.parametrize(("text", "lists", "line"), [
    ("loss = [0.5, 0.4, 0.3]\n", [0.5, 0.4, 0.3], 1), ("\n\nloss = [0.5, 0.4, 0.3]\n", [0.5, 0.4, 0.3], 3),
    ("loss = [0.5, None, 0.4, 0.3]\n", [0.5, 0.4, 0.3], 1), ("loss = [0.5, 0.4, 0.3, 'x']\n", [0.5, 0.4, 0.3], 1),
    ("loss = [0.5, 0.4, 0.3, x, y, z]\n", [0.5, 0.4, 0.3], 1), ("loss = [0.5, 0.4, 0.3, x, y, z, w]\n", None, 1),
    ("loss = [0.5, 0.4]\n", None, 1), ("foo = [0.5, 0.4, 0.3]\n", None, 1), ("loss = [0.5, 0.4, 0.3, 0.2", [0.5, 0.4, 0.3], 1),
    ("loss = [0.5, 0.4, 0.3", None, 1), ("loss = [tensor(0.5), tensor(0.4), tensor(0.3)]", [0.5, 0.4, 0.3], 1),
    ("foo = [1, 2, 3]\nloss = [0.5,\n0.4,\n0.3]\n", [0.5, 0.4, 0.3], 2),
])  # fmt: skip
def test_lists_that_are_printed(text, lists, line):
    runs = read(LISTS, text, "a.txt")
    assert [s.y.tolist() for run in runs for s in run] == ([lists] if lists else [])
    if lists:
        assert runs[0].series[0].at.tolist()[0] == line


def test_lists_of_one_name_are_runs_and_tell_their_lines():
    one = "loss = [0.5, 0.4, 0.3, oops]\nacc = [0.5, 0.6, 0.7]\n"
    first, second = read(LISTS, one + one, "a.txt")
    assert (first.name, second.name) == ("run 1 of 2", "run 2 of 2")
    assert [int(s.at[0]) for s in (*first, *second)] == [1, 2, 3, 4]
    assert told(first) == [(EventKind.UNREADABLE, 1, 1)]
    assert told(second) == [(EventKind.UNREADABLE, 3, 1)]


@pytest.mark.parametrize(("text", "sure"), [
    ("loss = [0.5, 0.4, 0.3]\n", 0.35), ("loss = [0.5, 0.4]\n", 0.0), ("loss 0.5\n", 0.0),
    ("loss = [0.5, 0.4, 0.3]\nepoch 1 loss 0.9\nepoch 2 loss 0.8\n", 0.35),
    ("loss = [0.5, 0.4, 0.3]\nepoch 1 loss 0.9\nepoch 2 loss 0.8\nepoch 3 loss 0.7\n", 0.0),
])  # fmt: skip
def test_how_surely_a_text_is_lists(text, sure):
    assert LISTS.sniff(text.encode(), PurePath("a.txt")) == sure
