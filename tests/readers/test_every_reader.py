# ruff: noqa: E501
"""What every reader owes on damaged logs of its own format; a new reader is covered by its sample alone."""

import itertools
from functools import cache
from pathlib import Path, PurePath

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, all_readers
from advisor.readers.registry import SURE_ENOUGH, rank_readers
from tests.readers.odd_documents import documents
from tests.readers.odd_stores import stores
from tests.readers.odd_tables import embedded, tables

HERE = Path(__file__).parent
PLACES = (HERE.parents[1] / "sample_logs", HERE / "frameworks", HERE / "wandb_samples")
LARGEST = 1 << 16
ENOUGH = 3

# Formats of which no file is kept: what their programs print, a few lines of it.
WRITTEN = {
    "darknet": b"".join(
        b"%d: %.4f, %.4f avg, 0.001 rate, 6.1 seconds, 64 images\n" % (i, 2 / i, 2 / i) for i in range(1, 9)
    ),
    "kaldi": b"".join(
        b"Average objective function for 'output' for minibatches %d-%d is -%.4f over 9 frames.\n"
        % (i * 10, i * 10 + 9, 2 / i)
        for i in range(1, 9)
    ),
    "embedded-json": b"".join(
        b'[2024-01-01 10:00:00][train][INFO] - {"epoch": %d, "train_loss": "%.4f", "train_num_updates": "%d"}\n'
        % (i, 2 / i, i * 10)
        for i in range(1, 9)
    ),
    "allennlp": b'{"epoch": 0, "training_loss": 0.5, "validation_loss": 0.6}',
    "evals-result": b'{"train": {"logloss": [0.6, 0.5, 0.4]}, "valid": {"logloss": [0.7, 0.6, 0.5]}}',
    "sacred": b'{"loss": {"steps": [1, 2, 3], "timestamps": ["2024-01-01T10:00:00"], "values": [3.0, 2.0, 1.5]}}',
    "dvclive": b"step\tloss\n1\t0.5\n2\t0.4\n3\t0.3\n",
    "mlflow-files": b"1700000000000 0.5 1\n1700000001000 0.4 2\n1700000002000 0.3 3\n",
    "notebook": b'{"cells": [{"cell_type": "code", "outputs": [{"output_type": "stream", "name": "stdout", "text": '
    b'["epoch 1 loss 0.5\\n", "epoch 2 loss 0.4\\n", "epoch 3 loss 0.3\\n"]}]}], "nbformat": 4}',
    "yolo-results": b"".join(
        b"      %d/7      1.5G  0.09  0.03  0.02  0.14  31  640  0.2  0.3  0.2  %.3f  0.08  0.04  0.01\n"
        % (i, 0.1 * i)
        for i in range(8)
    ),
    "printed-lists": b"train_loss = [0.9, 0.7, 0.5, 0.4]\nval_loss = [1.0, 0.8, 0.7, 0.75]\n",
    "number-column": b"".join(b"%.4f\n" % (2 / i) for i in range(1, 12)),
    "catboost": b"iter\tlogloss\n0\t0.69\n1\t0.6\n2\t0.5\n",
}


def holds_a_curve(reader, label, content):
    try:
        return any(
            len(series) >= ENOUGH for run in reader.read(Source(label, content=content)) for series in run
        )
    except UnreadableError:
        return False


NAMES = {"allennlp": "metrics_epoch_0.json"}


@cache
def seeds():
    """A small good log for each reader that has one, by its name: (file name, bytes)."""
    found = {}
    files = sorted(
        (p for place in PLACES for p in place.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size
    )
    for path in files:
        if (
            path.suffix in {".py", ".yaml", ".md"}
            or path.stat().st_size > LARGEST
            or path.name == "truth.json"
        ):
            continue
        for _, reader in itertools.islice(rank_readers(Source(path.name, path)), 1):
            content = path.read_bytes()
            if reader.name not in found and holds_a_curve(reader, path.name, content):
                found[reader.name] = path.name, content
    return {**{name: (NAMES.get(name, f"{name}.log"), text) for name, text in WRITTEN.items()}, **found}


READERS = {reader.name: reader for reader in all_readers()}
# SQLite stores: their own tests damage them.
ELSEWHERE = {"mlflow-sqlite", "optuna"}


def check(reader, name, content):
    source = Source(name, content=content)
    assert 0 <= reader.sniff(content[:65_536], source.name) <= reader.most_sure
    try:
        runs = reader.read(source)
    except UnreadableError:
        return
    for run in runs:
        for series in run:
            assert series.x.size == series.y.size == series.at.size
            assert (np.diff(series.at) >= 0).all()


def test_every_reader_has_a_sample_to_be_damaged():
    assert READERS.keys() - seeds().keys() - ELSEWHERE == set()


def test_no_reader_is_asked_as_if_it_were_surer_than_it_ever_is():
    by_table = {f"{name}.csv": text for name, text in tables().items()}
    texts = {**documents(), **embedded(), **stores(), **by_table, **dict(seeds().values())}
    surest = {
        name: max(reader.sniff(text, PurePath(label)) for label, text in texts.items())
        for name, reader in READERS.items()
    }
    assert surest == pytest.approx({name: reader.most_sure for name, reader in READERS.items()})


def damage(draw, content):
    """Bytes flipped, cut out, doubled, put in, and the end cut off."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        stop = min(len(data), start + draw(st.integers(0, 40)))
        match draw(st.sampled_from(("flip", "drop", "double", "put", "cut"))):
            case "flip" if start < len(data):
                data[start] ^= draw(st.integers(1, 255))
            case "drop":
                del data[start:stop]
            case "double":
                data[start:start] = data[start:stop]
            case "put":
                data[start:start] = draw(st.binary(max_size=12))
            case "cut":
                del data[start:]
    return bytes(data)


@pytest.mark.parametrize("name", sorted(READERS.keys() - ELSEWHERE))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_log_of_its_own_never_raises(name, data):
    label, content = seeds()[name]
    check(READERS[name], label, data.draw(st.composite(damage)(content)))


@pytest.mark.parametrize("name", sorted(READERS))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300))
def test_any_bytes_never_raise(name, content):
    check(READERS[name], f"{name}.log", content)


def readings(name, label, content):
    """The curves of each run, or None where there is one clear sentence instead."""
    try:
        return [{s.name: s.y for s in run} for run in READERS[name].read(Source(label, content=content))]
    except UnreadableError:
        return None


def starts_with(whole, part):
    return part.size <= whole.size and np.array_equal(whole[: part.size], part, equal_nan=True)


@pytest.mark.parametrize("name", sorted(READERS.keys() - ELSEWHERE))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_prefix_of_a_good_log_reads_as_a_prefix_of_its_curves(name, data):
    """The last point may come from a line that is cut; every other one is that of the whole log."""
    label, content = seeds()[name]
    check_prefix(name, label, content, data.draw(st.integers(0, len(content))))


def check_prefix(name, label, content, cut):
    whole = readings(name, label, content)
    assert whole
    for run in readings(name, label, content[:cut]) or []:
        for called, y in run.items():
            known = [other[called] for other in whole if called in other]
            known = known or [curve for other in whole for curve in other.values()]
            assert any(starts_with(curve, y[:-1]) for curve in known), (called, y)


def sample_files():
    folders = (PLACES[0], HERE / "frameworks")
    files = (p for folder in folders for p in folder.rglob("*") if p.is_file() and "make" not in p.parts)
    return sorted(
        p for p in files if 200 < p.stat().st_size <= LARGEST and p.suffix not in {".yaml", ".md", ".py"}
    )


def test_every_reader_that_may_read_a_log_has_its_turn_though_few_are_asked_at_first():
    for path in sample_files():
        source = Source(path.name, path)
        sure = [(reader.sniff(source.head, source.name), reader.name) for reader in all_readers()]
        by_all = sorted((-s, name) for s, name in sure if s >= SURE_ENOUGH)
        assert [(-s, reader.name) for s, reader in rank_readers(source)] == by_all


def test_a_prefix_of_every_sample_log_reads_as_a_prefix_of_its_curves():
    checked = 0
    for path in sample_files():
        content = path.read_bytes()
        ranked = list(rank_readers(Source(path.name, path)))
        if ranked and holds_a_curve(ranked[0][1], path.name, content):
            checked += 1
            for share in (0.31, 0.62, 0.93):
                check_prefix(ranked[0][1].name, path.name, content, int(share * len(content)))
    assert checked > 50
