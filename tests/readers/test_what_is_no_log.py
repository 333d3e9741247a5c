"""What a text without a curve is said to hold, charts of W&B by their runs, and a folder that grows."""

import errno
import io
import time

import numpy as np
import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, growing_folder, opening
from advisor.readers.follow import Kind
from advisor.readers.foreign import refusal
from advisor.readers.formats.csv_table import READER as CSV
from advisor.readers.growing_folder import GrowingFolder
from advisor.readers.grown import Grown
from advisor.readers.opening import beginning
from advisor.readers.without_curve import instead_of_a_curve


def said(*lines):
    found = instead_of_a_curve(Source("a.txt", content="".join(line + "\n" for line in lines).encode()))
    return found and str(found).partition("\n")[0].partition(". ")[0]


@pytest.mark.parametrize(("count", "shown"), [
    (1, None), (2, "model0, model1"), (5, "model0, model1, model2, model3, model4"),
    (6, "model0, model1, model2, model3, model4 and 1 more"),
    (8, "model0, model1, model2, model3, model4 and 3 more"),
])  # fmt: skip
def test_a_file_of_results(count, shown):
    found = said(*(line for i in range(count) for line in (f"Model: Model{i}", f"accuracy: 0.{i}")))
    if shown is None:
        assert found is None
    else:
        assert found is not None
        assert f"holds results ({shown}), but no curve" in found
    assert said(*(f"Model: Model{i}" for i in range(count))) is None


@pytest.mark.parametrize(("lines", "shown"), [
    (["lr: 0.1"], None),
    (["lr: 0.1", "seed: 3"], "lr 0.1, seed 3"),
    (["lr: 0.1", "seed: 3", "lr: 0.2"], "lr 0.2, seed 3"),
    (["lr: 0.1", "api_key: 3"], None),
    (["lr: 0.1", "foo: 3"], None),
    (["optimizer: " + "x" * 50, "seed: 3"], "optimizer " + "x" * 19 + "…, seed 3"),
])  # fmt: skip
def test_a_file_of_settings(lines, shown):
    found = said(*lines)
    if shown is None:
        assert found is None
    else:
        assert found is not None
        assert f"holds settings ({shown}), but no curve" in found


def chart(*columns, rows=3):
    lines = [",".join(["Step", *columns])]
    lines += [",".join([str(i), *(f"0.{i}{k}" for k in range(len(columns)))]) for i in range(rows)]
    runs = CSV.read(Source("chart.csv", content=("\n".join(lines) + "\n").encode()))
    return [(run.name, [s.name for s in run], [e.count for e in run.events]) for run in runs]


def test_a_chart_of_wandb_is_read_by_its_runs():
    extremes = [f"{run} - loss{end}" for run in ("fox", "owl") for end in ("", "__MIN", "__MAX")]
    assert chart(*extremes) == [("fox", ["loss"], [4]), ("owl", ["loss"], [4])]
    assert chart("fox - loss", "owl - loss") == [("", ["fox - loss", "owl - loss"], [])]
    assert chart(*extremes[:3], "acc")[0][0] == ""


def test_a_folder_is_looked_at_and_read_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr(growing_folder, "_REST_PER_LOOK", 0.0)
    monkeypatch.setattr(growing_folder, "_REST_PER_WORK", 0.0)
    folder = GrowingFolder(str(tmp_path))
    assert folder.look().kind is Kind.GONE
    assert folder.look().kind is Kind.NOTHING
    path = tmp_path / "a.csv"
    path.write_text("epoch,loss\n1,0.5\n2,0.4\n")
    assert folder.look().kind is Kind.REPLACED
    assert [len(run.series[0]) for run in folder.runs] == [2]
    assert folder.look().kind is Kind.NOTHING
    path.write_text("epoch,loss\n1,0.5\n2,0.4\n3,0.3\n")
    assert folder.look().kind is Kind.APPENDED
    assert [len(run.series[0]) for run in folder.runs] == [3]
    (tmp_path / "notes.bin").write_text("x")
    assert folder.look().kind is Kind.NOTHING
    path.unlink()
    assert folder.look().kind is Kind.GONE
    assert len(folder.runs) == 1
    assert folder.problem is None


def test_a_folder_that_costs_much_is_looked_at_seldom(tmp_path, monkeypatch):
    clock = [1_000.0]

    def slowly(folder):
        clock[0] += 2.0
        return (("a", 1, int(clock[0])),)

    def read(paths):
        clock[0] += 3.0
        raise UnreadableError("not yet")

    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(growing_folder, "_files", slowly)
    monkeypatch.setattr(growing_folder, "read_paths", read)
    folder = GrowingFolder(str(tmp_path))
    assert folder.look().kind is Kind.REPLACED
    assert folder.problem is not None
    assert clock[0] == 1_005.0
    clock[0] = 1_002.0 + 50 * 2 - 0.1
    assert folder.look().kind is Kind.NOTHING
    clock[0] = 1_002.0 + 50 * 2
    assert folder.look().kind is Kind.APPENDED
    clock[0] = 5_000.0
    folder.settle()
    assert clock[0] == 5_003.0
    folder.look()
    before = clock[0]
    assert before == 5_005.0, "a reading may take a fifth of the time"


@pytest.mark.parametrize(("head", "foreign"), [
    (b"\x89PNG\r\n\x1a\n", True), (b"RIFF\x00\x00\x00\x00WEBP", True), (b"RIFF\x00\x00\x00\x00XXXX", False),
    (b"epoch 1 loss 0.5\n", False), (bytes(257) + b"ustar\x00", True), (bytes(257) + b"ustax\x00", False),
    (b"", True),
])  # fmt: skip
def test_files_that_are_no_log(head, foreign):
    assert (refusal(head, "a") is not None) is foreign


def test_numbers_that_grow():
    for kind in ("d", "q"):
        grown = Grown(kind)
        assert (len(grown), grown.whole().tolist()) == (0, [])
        for number in range(5):
            grown.latest.append(number)
        assert len(grown) == 5
        first = grown.whole()
        grown.extend(np.arange(5, 9, dtype=kind), expected=100)
        grown.latest.append(9)
        assert (len(grown), grown.whole().tolist()) == (10, list(range(10)))
        assert first.tolist() == list(range(5))
        held = grown.whole()
        grown.drop()
        assert (len(grown), grown.whole().tolist()) == (9, list(range(9)))
        grown.latest.append(7)
        assert (grown.whole().tolist()[-1], held.tolist()[-1]) == (7, 9)
        assert grown.whole().dtype == np.dtype(kind)


def test_the_beginning_of_what_cannot_be_read_is_empty(tmp_path, monkeypatch):
    class Failing(io.BytesIO):
        def read(self, *_):
            raise OSError(errno.EIO, "input/output error")

    (tmp_path / "a").write_bytes(b"abc")
    assert [beginning(tmp_path / "a", most) for most in (2, 3, 9)] == [b"ab", b"abc", b"abc"]
    assert beginning(tmp_path / "b", 9) == beginning(tmp_path, 9) == b""
    monkeypatch.setattr(opening, "open_regular", lambda path: Failing())
    assert beginning(tmp_path / "a", 9) == b""
