# ruff: noqa: E501 (lines of a log are as long as they are)
"""Formats that no kept file has: the lines of each program, made here with known numbers."""

import json

import pytest

from advisor.readers import Source, read_source
from advisor.run import Role

LOSSES = [2.5, 1.75, 1.25, 1.0, 0.875]


def lines(form, **more):
    return "".join(form.format(i=i, y=y, **more) for i, y in enumerate(LOSSES, 1))


def records(record):
    return "".join(json.dumps(record(i, y)) + "\n" for i, y in enumerate(LOSSES, 1))


MMCV = json.dumps({"env_info": "sys.platform: linux", "seed": None}) + "\n"
for epoch, loss in enumerate(LOSSES, 1):
    for batch in (50, 100):
        told = {"mode": "train", "epoch": epoch, "iter": batch, "lr": 0.01, "loss": loss - batch / 800}
        MMCV += json.dumps(told) + "\n"
    told = {"mode": "val", "epoch": epoch, "iter": 20, "lr": 0.01, "bbox_mAP": epoch / 10}
    MMCV += json.dumps(told) + "\n"
MMCV_LOSSES = [loss - batch / 800 for loss in LOSSES for batch in (50, 100)]
CAFFE = (
    "I0101 10:00:00.000001  1234 solver.cpp:48] Initializing solver from parameters: \n"
    'test_iter: 100\nbase_lr: 0.01\nmax_iter: 5000\nlr_policy: "step"\nmomentum: 0.9\n'
) + "".join(
    f"I0101 10:0{i}:00.000001  1234 solver.cpp:228] Iteration {1000 * i}, loss = {y}\n"
    f"I0101 10:0{i}:00.000002  1234 sgd_solver.cpp:106] Iteration {1000 * i}, lr = 0.01\n"
    f"I0101 10:0{i}:01.000001  1234 solver.cpp:337] Iteration {1000 * i}, Testing net (#0)\n"
    f"I0101 10:0{i}:02.000001  1234 solver.cpp:404]     Test net output #0: accuracy = 0.{i}5\n"
    for i, y in enumerate(LOSSES, 1)
)
# What each is called, its bytes, and the curves that stand in it: name, role, values, first and last x.
FORMATS = {
    "detectron2 metrics.json": (
        "metrics.json",
        records(lambda i, y: {"iteration": 20 * i - 1, "total_loss": y, "lr": 0.001, "time": 0.3}),
        [("total_loss", Role.TRAIN_LOSS, LOSSES, 19, 99)],
    ),
    "detectron2 console": (
        "log.txt",
        lines(
            "[01/01 10:00:{i:02d} d2.utils.events]:  eta: 0:12:31  iter: {i}9  total_loss: {y}  loss_cls: 0.{i}  "
            "time: 0.3231  data_time: 0.0061  lr: 0.00025  max_mem: 2560M\n"
        ),
        [("total_loss", Role.TRAIN_LOSS, LOSSES, 19, 59)],
    ),
    "mmcv log.json": ("20240101.log.json", MMCV, [("loss", Role.TRAIN_LOSS, MMCV_LOSSES, 50, 500)]),
    "mmengine scalars.json": (
        "scalars.json",
        records(lambda i, y: {"lr": 0.01, "loss": y, "epoch": i, "step": 100 * i}),
        [("loss", Role.TRAIN_LOSS, LOSSES, 100, 500)],
    ),
    "DeiT log.txt": (
        "log.txt",
        records(
            lambda i, y: {
                "train_lr": 1e-4,
                "train_loss": y,
                "test_loss": y + 1,
                "test_acc1": 10 * i,
                "epoch": i,
            }
        ),
        [
            ("train_loss", Role.TRAIN_LOSS, LOSSES, 1, 5),
            ("test_loss", Role.VAL_LOSS, [y + 1 for y in LOSSES], 1, 5),
        ],
    ),
    "llm.c main.log": (
        "main.log",
        lines("s:{i}000 tel:{y}\ns:{i}000 trl:{y}5 lr:6.0e-04 norm:1.02\n"),
        [("tel", Role.VAL_LOSS, LOSSES, 1000, 5000)],
    ),
    "modded-nanogpt": (
        "0a1b.txt",
        "import os\nimport torch\nlearning_rate = 0.0036\n"
        + "=" * 100
        + "\n"
        + lines("step:{i}00/500 val_loss:{y} train_time:{i}0123ms step_avg:70.5ms\n"),
        [("val_loss", Role.VAL_LOSS, LOSSES, 100, 500)],
    ),
    "Caffe": ("train.log", CAFFE, [("loss", Role.TRAIN_LOSS, LOSSES, 1000, 5000)]),
    "Gluon": (
        "train.log",
        lines(
            "INFO:root:[Epoch {i}] training: accuracy=0.{i}1\nINFO:root:[Epoch {i}] training: loss={y}\n"
            "INFO:root:[Epoch {i}] validation: accuracy=0.{i}0\n"
        ),
        [("train_loss", Role.TRAIN_LOSS, LOSSES, 1, 5)],
    ),
    "YOLOv8 results.csv": (
        "results.csv",
        "                  epoch,         train/box_loss,           val/box_loss,       metrics/mAP50(B)\n"
        + lines(
            "                      {i},                {y},                 {y},                  0.{i}\n"
        ),
        [("train/box_loss", Role.TRAIN_LOSS, LOSSES, 1, 5), ("val/box_loss", Role.VAL_LOSS, LOSSES, 1, 5)],
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_curves_of_a_format_are_read_exactly(name):
    label, text, expected = FORMATS[name]
    (run,) = read_source(Source(label, content=text.encode()))
    curves = {series.name: series for series in run}
    for curve, role, values, first, last in expected:
        assert curve in curves, list(curves)
        found = curves[curve]
        assert (found.role, found.y.tolist(), found.x[0], found.x[-1]) == (role, values, first, last)


def test_caffes_solver_is_read_and_its_test_belongs_to_the_iteration():
    label, text, _ = FORMATS["Caffe"]
    (run,) = read_source(Source(label, content=text.encode()))
    accuracy = next(series for series in run if "accuracy" in series.name)
    assert accuracy.role is Role.VAL_METRIC
    assert accuracy.x.tolist() == [1000, 2000, 3000, 4000, 5000]
    settings = {h.name: h.value for h in run.hyperparameters}
    assert (settings["base_lr"], settings["momentum"]) == (0.01, 0.9)
