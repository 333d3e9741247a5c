"""An ordinary log goes the quick way of its reader: what is looked at one by one is counted.

That the quick way and the careful one say the same is held beside each reader.
"""

import io
import json
import random
from types import SimpleNamespace

import numpy as np
import pytest
from tensorboard.util.tensor_util import make_tensor_proto

from advisor.readers import Source, alike_lines, all_readers, event_frames, json_blocks, many, wandb_log
from advisor.readers.alike_lines import LEARNT_AT_ONCE
from advisor.readers.formats import (
    csv_table,
    json_lines,
    keras_console,
    mlflow_files,
    tensorboard_events,
    wandb_offline,
)
from advisor.readers.formats.console_text import READER as CONSOLE
from advisor.readers.layouts import Layout
from advisor.readers.lines import read_lines
from advisor.readers.records import scan_alike
from advisor.readers.registry import rank_readers
from tests.event_files import content, simple, tensor
from tests.readers.wandb_logs import frame, history

ROWS = 2_000


@pytest.fixture
def counted(monkeypatch):
    """Counts the calls of a function of a module, or of a method of a class, which goes on working."""

    def counting(owner, name):
        calls = []
        whole = getattr(owner, name)

        def call(*given, **named):
            calls.append(given)
            return whole(*given, **named)

        monkeypatch.setattr(owner, name, call)
        return calls

    return counting


def losses(rows=ROWS):
    chance = random.Random(3)
    return [2 / (1 + i / 99) + chance.random() / 9 for i in range(rows)]


@pytest.mark.parametrize("nested", [True, False])
@pytest.mark.parametrize("step", [True, False], ids=["numbered", "not numbered"])
def test_rows_of_wandb_that_hold_numbers_are_cut_at_their_tags(counted, nested, step):
    slowly, remembered = counted(wandb_offline, "_add_slowly"), counted(wandb_offline, "_remember")
    names = ["train/loss", "lr", "_step", "val.acc"]
    rows = []
    for i, y in enumerate(losses()):
        values = {"train/loss": y, "lr": 10.0 ** -(i % 9), "_step": i, "val.acc": -i}
        order = names[i % 4 :] + names[: i % 4]
        rows.append(history({name: values[name] for name in order}, nested, i if step else None))
    (run,) = wandb_offline.READER.read(Source("run-1.wandb", content=frame(*rows)))
    assert {series.name: len(series) for series in run}["train/loss"] == ROWS
    # The number of the 130th step is written as the tag of a value is.
    assert len(slowly) <= int(step)
    # What stands before a value is one of few: a name, and the length of a number of up to 20 digits.
    assert len(remembered) < len(names) * 40


def test_a_wandb_log_without_damage_is_never_searched(counted):
    searched = counted(wandb_log, "_next_record")
    wandb_log.find_records(frame(*(history({"loss": y, "_step": i}) for i, y in enumerate(losses()))))
    assert not searched


def test_events_that_are_alike_are_not_parsed_one_by_one(counted):
    parsed = counted(tensorboard_events, "parse_event")
    events = []
    for i, y in enumerate(losses()):
        events += [simple("loss", i, y, wall=1.7e9 + i), tensor("acc", i, make_tensor_proto(np.float32(y)))]
    (run,) = tensorboard_events.READER.read(Source("events.out.tfevents.1", content=content(*events)))
    assert {series.name: len(series) for series in run} == {"loss": ROWS, "acc": ROWS}
    assert len(parsed) < 2 * ROWS / 20


def test_the_records_of_an_event_file_are_found_by_the_sizes_that_repeat(counted):
    walked = counted(event_frames, "_walk")
    data = content(*(simple(tag, i, y) for i, y in enumerate(losses(10_000)) for tag in ("loss", "val_loss")))
    framing = event_frames.Framing(io.BytesIO(data), len(data))
    assert sum(window.starts.size for window in framing.windows()) == 20_001
    # A few sizes change while the step gets longer: at 1, 128 and 16,384.
    assert len(walked) <= 6


def test_lines_of_mlflow_that_are_whole_are_decoded_at_once(counted):
    singly = counted(mlflow_files, "_line_by_line")
    text = "".join(f"{1_700_000_000_000 + i} {y} {i}\n" for i, y in enumerate(losses()))
    found = mlflow_files.parse_metric(text.encode(), "loss", [])
    assert found.values.tolist() == losses()
    assert found.steps.tolist() == list(range(ROWS))
    assert not singly


def test_json_records_that_are_alike_are_decoded_by_the_block(counted, monkeypatch):
    singly = counted(json_lines, "_records")
    monkeypatch.setattr(json_lines, "_LARGE_BYTES", 0)
    monkeypatch.setattr(json_lines, "_BLOCK_BYTES", 5_000)
    rows = [
        {"step": i, "loss": y, "note": "ok", "lr": None if i % 7 else 0.1} for i, y in enumerate(losses())
    ]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (run,) = json_lines.READER.read(Source("log.jsonl", content=data))
    assert {series.name: len(series) for series in run}["loss"] == ROWS
    assert len(singly) <= 2


@pytest.mark.parametrize("large", [0, 1 << 60], ids=["by pandas", "by hand"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_tables_of_numbers_are_cut_by_the_block(counted, monkeypatch, large, delimiter):
    singly = counted(csv_table, "_add_rows")
    monkeypatch.setattr(csv_table, "_LARGE_BYTES", large)
    rows = [f"{i}{delimiter}{y:.6f}{delimiter}{'' if i % 9 else y}" for i, y in enumerate(losses())]
    data = "\n".join([delimiter.join(("epoch", "loss", "val_loss")), *rows, ""]).encode()
    (run,) = csv_table.READER.read(Source("log.csv", content=data))
    assert {series.name: len(series) for series in run} == {"loss": ROWS, "val_loss": -(-ROWS // 9)}
    assert len(singly) == 1, "the header alone"


def test_a_bar_of_keras_is_taken_by_what_it_shows_last(counted):
    looked_at = counted(keras_console._Console, "_line")
    text = ""
    for epoch in range(1, 41):
        states = "".join(
            f"\r{10 * k}/500 [==>....] - ETA: {k}s - loss: {k / epoch:.4f}" for k in range(1, 50)
        )
        text += f"Epoch {epoch}/40\n{states}\r500/500 [======] - 9s - loss: {9 / epoch:.4f}\n"
    (run,) = keras_console.READER.read(Source("train.log", content=text.encode()))
    assert len(run.series[0]) == 40
    # The states of the first epoch, and of every other one its heading.
    assert len(looked_at) < 40 + 60


FORMS = {
    "one line": "epoch {i} loss {y:.4f} acc {a:.3f}",
    "a logger": "2024-01-01 12:00:{s:02d},123 INFO step {i} | loss {y:.3f} | top5 {a:.2f}",
    "brackets": "Epoch [{e}][{s}/60]\tLoss {y:.4f} ({y:.4f})\tAcc {a:.2f}% ({a:.2f}%)",
    "two kinds": "step {i}: train loss {y:.4f}, lr 1e-3\niter {i}: loss {y:.4f}, time 3ms",
    "Chinese": "第 {i} 轮：损失 {y:.4f}，准确率 {a:.3f}",
    "dictionary": "{{'loss': {y:.3f}, 'epoch': {i}}}",
    "words between": "step {i} loss {y:.3f}\nSaving checkpoint to runs/a.pt",
}


@pytest.mark.parametrize("form", FORMS)
def test_lines_of_a_console_that_are_alike_are_read_in_columns(form):
    text = "".join(
        FORMS[form].format(i=i, e=i // 60, s=i % 60, y=y, a=i / ROWS) + "\n" for i, y in enumerate(losses())
    )
    source = Source("train.log", content=text.encode())
    (run,) = CONSOLE.read(source)
    assert max(map(len, run.series)) == ROWS
    found = scan_alike(read_lines(source))
    assert len(found.records) <= 2 * LEARNT_AT_ONCE
    assert sum(some.lines.size for rows in found.rows for some in rows) >= ROWS - 2 * LEARNT_AT_ONCE


def test_a_few_lines_that_are_alike_are_read_one_by_one(monkeypatch):
    monkeypatch.setattr(alike_lines, "LEARNT_AT_ONCE", 1)

    def singly(count):
        text = "".join(f"step {i} loss 0.{i}\n" for i in range(1, count + 1))
        return len(scan_alike(read_lines(Source("a", content=text.encode()))).records)

    # One of them is learnt from, and what is left is compared where that is four and more.
    assert [singly(count) for count in (4, 5, 9)] == [4, 1, 1]


def test_lines_that_are_not_alike_are_compared_a_few_times(counted, monkeypatch):
    compared = counted(Layout, "match")
    words = [f"{'abcdefghijklmnopqrstuvwxyz'[i]}oss {i % 10} end" for i in range(20)]
    found = scan_alike(read_lines(Source("a", content="".join(f"{word}\n" for word in words).encode())))
    assert len(compared) == 3
    assert not any(found.rows)


@pytest.mark.parametrize(("large", "loaded", "parser"), [
    (True, False, "parse_numbers"), (False, True, "parse_numbers"), (False, False, "split_numbers"),
])  # fmt: skip
def test_a_table_is_cut_by_pandas_where_it_is_large_or_pandas_is_there(
    counted, monkeypatch, large, loaded, parser
):
    data = ("epoch,loss\n" + "".join(f"{i},{y}\n" for i, y in enumerate(losses()))).encode()
    calls = {name: counted(csv_table, name) for name in ("parse_numbers", "split_numbers")}
    monkeypatch.setattr(csv_table, "_LARGE_BYTES", len(data) if large else len(data) + 1)
    monkeypatch.setattr(csv_table, "sys", SimpleNamespace(modules={"pandas": None} if loaded else {}))
    (run,) = csv_table.READER.read(Source("log.csv", content=data))
    assert len(run.series[0]) == ROWS
    assert [name for name, made in calls.items() if made] == [parser]


@pytest.mark.parametrize(("more", "blocks"), [(0, 1), (1, 0)])
def test_records_are_read_in_blocks_from_a_size_on(counted, monkeypatch, more, blocks):
    data = "".join(json.dumps({"step": i, "loss": y}) + "\n" for i, y in enumerate(losses(9))).encode()
    calls = counted(json_lines, "_read_blocks")
    monkeypatch.setattr(json_lines, "_LARGE_BYTES", len(data) + more)
    json_lines.READER.read(Source("log.jsonl", content=data))
    assert len(calls) == blocks


def test_a_decoder_is_made_anew_for_new_keys_alone(counted, monkeypatch):
    made = counted(json_blocks, "Alike")
    monkeypatch.setattr(json_lines, "_LARGE_BYTES", 0)
    monkeypatch.setattr(json_lines, "_BLOCK_BYTES", 200)
    rows = [f'{{"step": {i}, "loss": {y if i % 3 else "NaN"}}}\n' for i, y in enumerate(losses(60))]
    rows[40] = '{"step": 40, "loss": 1.0, "lr": 0.1}\n'
    (run,) = json_lines.READER.read(Source("log.jsonl", content="".join(rows).encode()))
    assert {series.name: len(series) for series in run} == {"step": 60, "loss": 60, "lr": 1}
    assert [list(keys) for keys, _ in made] == [["step", "loss"], ["step", "loss", "lr"]]


def test_a_reader_that_cannot_be_surer_is_not_asked(monkeypatch):
    asked = []
    for reader in all_readers():
        sniff = reader.sniff
        monkeypatch.setattr(
            reader,
            "sniff",
            lambda *given, ask=sniff, who=reader: asked.append(who) or ask(*given),
            raising=False,
        )
    data = content(*(simple("loss", i, y) for i, y in enumerate(losses(9))))
    sure, reader = next(rank_readers(Source("events.out.tfevents.1", content=data)))
    assert (sure, reader.name) == (0.99, "tensorboard")
    assert {one.most_sure for one in asked} == {0.99}


@pytest.mark.parametrize(("worth", "processes"), [(30, 4), (31, 1)])
def test_processes_are_started_where_there_is_much_to_read(monkeypatch, worth, processes):
    started = []

    def in_order(work, items, count, begin):
        started.append((count, begin))
        return map(work, items)

    monkeypatch.setattr(many, "in_order", in_order)
    monkeypatch.setattr(many, "_WORTH_BYTES", worth)
    sources = [Source("a", content=b"loss 1 step 1\n\n")] * 2
    assert len(list(many.read_many(sources, 4))) == 2
    assert started == [(processes, many._import_pandas if processes > 1 else None)]
