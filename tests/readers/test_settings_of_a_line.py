# ruff: noqa: E501 (lines of logs are as long as they are)
"""Which settings a line prints, and which lines look like settings and are none."""

import json
from pathlib import PurePath

import pytest

from advisor.readers import Source
from advisor.readers.formats.embedded_json import READER
from advisor.readers.lines import Line
from advisor.readers.printed_config import is_configuration, printed_hyperparameters, starts_program
from advisor.readers.spelling import plain
from advisor.run import EventKind

SETTINGS = {
    "lr: 0.1": {"lr": 0.1},
    "lr = 0.1": {"lr": 0.1},
    "lr ... 0.1": {"lr": 0.1},
    "lr .. 0.1": {},
    "lr  0.1": {"lr": 0.1},
    "lr 0.1": {},
    "| lr | 0.1 |": {"lr": 0.1},
    "  --lr: 0.1": {"lr": 0.1},
    "* 'lr': 0.1,": {"lr": 0.1},
    "lr: float = 0.1": {"lr": 0.1},
    "lr: 0.1  # the rate": {"lr": 0.1},
    "foo: 0.1": {},
    "loss: 0.1": {},
    "loss: mse": {"loss": "mse"},
    "self.lr = 0.1": {},
    "lr = self.rate": {},
    "lr = config.rate": {},
    "optimizer: adam": {"optimizer": "adam"},
    "optimizer: [0.1]": {"optimizer": 0.1},
    "INFO: lr: 0.1": {"lr": 0.1},
    "Training with batch size: 256": {"batch size": 256},
    "Overriding: batch_size = 12": {"batch_size": 12},
    "学习率: 0.1": {"学习率": 0.1},
    "lr=0.1 batch_size=32": {"lr": 0.1, "batch_size": 32},
    "lr=0.1 momentum=0.9": {},
    "lr=0.1 loss=0.5": {},
    "lr=0.1 batch_size=32 accuracy=0.5": {},
    "lr=0.1 batch_size=32 words": {},
    "lr=0.1 batch_size=32 dropout=0.1 words": {"lr": 0.1, "batch_size": 32, "dropout": 0.1},
    "lr: 0.1, batch size: 32": {"lr": 0.1, "batch size": 32},
    "batch_size=32 seed=3 words": {"batch_size": 32, "seed": 3},
    "  Train Epochs:    10          Batch Size:    16": {"Train Epochs": 10, "Batch Size": 16},
    "  Learning Rate:    0.1          Momentum:    0.9": {},
    "  Epoch:    10          Batch Size:    16": {},
    "  Batch Size:    16          Accuracy:    0.5": {},
    "  Batch Size:    16          Seed:    5   words": {},
    "Namespace(lr=0.1, name='x y', n=None)": {"lr": 0.1, "name": "x y"},
    "TrainConfig(optimizer=OptimizerConfig(name='adamw', lr=0.1), seed=1)": {"optimizer": "adamw", "lr": 0.1, "seed": 1},
    "Params(a=OptimConfig(lr=0.1), name='x')": {"lr": 0.1, "name": "x"},
    "def main(lr=0.1, batch_size=3):": {},
    "{'lr': 0.1, 'batch_size': 32}": {},
    "{'lr': 0.1, 'batch_size': 32, 'momentum': 0.9}": {"lr": 0.1, "batch_size": 32, "momentum": 0.9},
    "{'batch_size': 32, 'seed': 3}": {"batch_size": 32, "seed": 3},
    "{'lr': 0.1, 'loss': 0.5}": {},
    "{'a': {'epochs': 3, 'seed': 1}, 'b': {'epochs': 4, 'batch_size': 2}}": {
        "a.epochs": 3, "seed": 1, "b.epochs": 4, "batch_size": 2,
    },
    "{'a': {'seed': 1}, 'epochs': 3, 'batch_size': 4, 'b': {'epochs': 4}}": {
        "seed": 1, "epochs": 3, "batch_size": 4, "b.epochs": 4,
    },
    "$ python train.py --lr 0.1 --name 'a b' optim.momentum=0.9": {"lr": 0.1, "name": "a b", "optim.momentum": 0.9},
    "python -m train --lr=0.1": {"lr": 0.1},
    "python -m pip install --upgrade x": {},
    "    --lr 0.1 --batch_size 32 \\": {"lr": 0.1, "batch_size": 32},
    "yolo train --lr 0.1": {"lr": 0.1},
    "python --lr 0.1": {},
    "optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=m)": {"optimizer": "SGD", "lr": 0.1},
    "- optimizer: Use adamw_torch with betas=(0.9,0.999)": {"optimizer": "adamw_torch"},
    "Training for 30 epochs": {"epochs": 30},
    "workflow: [('train', 1)], max: 12 epochs": {"epochs": 12},
    "ran for 30 epochs": {},
}  # fmt: skip


def settings(text):
    return {h.name: h.value for h in printed_hyperparameters(Line(7, text))}


@pytest.mark.parametrize("text", SETTINGS)
def test_the_settings_of_a_line(text):
    assert settings(text) == SETTINGS[text]
    assert {h.source for h in printed_hyperparameters(Line(7, text))} <= {"log line 7"}


@pytest.mark.parametrize(("text", "dump"), [
    ("Namespace(lr=0.1)", True), ("python train.py --lr 0.1", True), ("--lr=0.1", True),
    ("I0101 12:00:00.0 1 a.py:3] --lr=0.1", True), ("{'batch_size': 1, 'seed': 2}", True),
    ("{'lr': 1, 'loss': 2}", False), ("lr=0.1 batch_size=32", True), ("lr=0.1 loss=32", False),
    ("epoch 1 loss 0.5", False),
])  # fmt: skip
def test_a_dump_of_settings(text, dump):
    assert is_configuration(text) is dump


@pytest.mark.parametrize(("text", "starts"), [
    ("$ python train.py --lr 0.1", True), ("    --lr 0.1 --path a.b \\", False), ("yolo train", False),
    ("python -m train.main", True), ("see train.py", False),
])  # fmt: skip
def test_what_starts_a_program(text, starts):
    assert starts_program(text) is starts


@pytest.mark.parametrize(("text", "spelt"), [
    ("ｅｐｏｃｈ　１，ｌｏｓｓ：０．５", "epoch 1,loss:0.5"), ("【3】损失：0.5。", "[3]损失:0.5;"),
    ("a  b\t c ", "a b c"), ("- **Loss:** 0.5", "- Loss: 0.5"), ("time=6 hours, 22 minutes and 55.5 seconds", "time=22975.5 seconds"),
    ("time=2 days, 1 hour", "time=176400 seconds"), ("took 6 hours", "took 6 hours"), ("time=6 hours", "time=21600 seconds"),
    ("45%|####   | 45/100 [00:03<00:04, 13it/s, loss=0.4]", "bar 45/100 loss=0.4]"),
    ("33%|###   | 1/3 [00:25<03:49, 25.5s/epoch, loss=5]", "epoch 1/3 loss=5]"),
    ("Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.312", "AP@0.50-0.95_all_100 = 0.312"),
    ("Average Recall  (AR) @[ IoU=0.50 | area= small | maxDets=  1 ] = 0.312", "AR@0.50_small_1 = 0.312"),
    ("Average Score over 100 episodes: 13.4", "Average Score: 13.4"), ("reward (last 100 episodes): 3", "reward: 3"),
    ("mean reward(100): 3", "mean reward: 3"), ("[12:00:01] [3] loss 0.5", "[3] loss 0.5"),
    ("Epoch[0] Batch [20-40] loss=1", "Epoch[0] Batch [40] loss=1"),
    ("x" * 20_001, "x" * 20_000),
])  # fmt: skip
def test_a_line_in_one_spelling(text, spelt):
    assert plain(text) == spelt


def embedded(*records, before=(), between=()):
    lines = [*before]
    for record in records:
        text = record if isinstance(record, str) else json.dumps(record)
        lines += [f"[2024-01-01][train][INFO] - {text}", *between]
    return READER.read(Source("a.log", content="".join(line + "\n" for line in lines).encode()))


POINTS = [{"epoch": i, "train_loss": f"0.{9 - i}", "train_lr": "0.1"} for i in range(4)]


def test_records_behind_a_prefix():
    (run,) = embedded(*POINTS)
    told = {s.name: (s.x.tolist(), s.y.tolist(), s.at.tolist()) for s in run}
    assert told["train_loss"] == ([0, 1, 2, 3], [0.9, 0.8, 0.7, 0.6], [1, 2, 3, 4])
    assert run.events == ()


def test_records_that_are_damaged():
    (run,) = embedded(*POINTS[:2], '{"epoch": 2, "train_lo', *POINTS[2:], '{"epoch": 4, "tr')
    assert [(e.kind, e.line, e.count) for e in run.events] == [
        (EventKind.TRUNCATED, 6, 1), (EventKind.UNREADABLE, 3, 1),
    ]  # fmt: skip
    assert 'the first: {"epoch": 2, "train_lo' in run.events[1].text


def test_a_count_out_of_a_total_says_how_long_the_training_is_to_be():
    records = [{"epoch": f"{i}/9", "iter": f"{i}/50", "train_loss": 0.9 - i / 10} for i in range(4)]
    (run,) = embedded(*records)
    assert run.number("epochs") == 9
    assert run.number("max_steps") is None
    (run,) = embedded(*({"iter": f"{i}/50", "train_loss": 0.9 - i / 10} for i in range(4)))
    assert run.number("max_steps") == 50


@pytest.mark.parametrize(("records", "settings_"), [(4, True), (3, True), (2, False)])
def test_settings_that_every_record_repeats(records, settings_):
    rows = [{**p, "batch_size": 32, "dropout": 0.5, "name": "fox"} for p in POINTS[:records]]
    (run,) = embedded(*rows)
    names = {"train/batch_size", "train/dropout"}
    assert (names <= {h.name for h in run.hyperparameters}) is settings_
    assert (names <= {s.name for s in run}) is not settings_
    (run,) = embedded(*({**p, "batch_size": 32, "foo": 0.5} for p in POINTS[:records]))
    assert "train/batch_size" not in {h.name for h in run.hyperparameters}, "one setting may be chance"


@pytest.mark.parametrize(("lines", "sure"), [
    (['x {"loss": 0.5}', 'x {"loss": 0.4}'], 0.9), (['x {"loss": 0.5}'], 0.5), (['x {"foo": 0.5}'] * 3, 0.0),
    (["log_format='json'"], 0.5), (['{"loss": 0.5}', '{"loss": 0.4}'], 0.0), (["words"], 0.0),
])  # fmt: skip
def test_how_surely_records_are_embedded(lines, sure):
    assert READER.sniff("\n".join(lines).encode(), PurePath("a.log")) == sure


def test_records_of_words_alone_are_no_rows():
    (run,) = embedded(*(r for p in POINTS for r in ({"train_loss": p["train_loss"]}, {"note": "words"})))
    (loss,) = run.series
    assert (loss.x_kind, loss.x.tolist(), loss.at.tolist()) == ("index", [0, 1, 2, 3], [1, 3, 5, 7])


def test_of_a_record_so_many_names_are_taken(monkeypatch):
    from advisor.readers.formats import embedded_json

    monkeypatch.setattr(embedded_json, "_MOST_NAMES", 2)
    (run,) = embedded(*({**p, "a": "3", "b": "4"} for p in POINTS))
    assert [s.name for s in run] == ["epoch", "train_loss"]
