"""Console logs whose lines are alike read in columns as they read line by line."""

import random
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from advisor.readers import alike_lines, assembly
from advisor.readers.assembly import assemble, with_events
from advisor.readers.base import Source
from advisor.readers.console_tables import may_be_row
from advisor.readers.lines import read_lines
from advisor.readers.records import scan, scan_alike


def told(data, find):
    """Everything that a reading says, and how many lines were read one by one and as rows."""
    lines = read_lines(Source("x.log", content=data))
    found = find(lines)
    counts = len(found.records), sum(some.lines.size for rows in found.rows for some in rows)
    runs = with_events(assemble(found, "x.log", "console-text"), lines.events)
    return [
        (
            run.name,
            run.events,
            run.hyperparameters,
            [
                (c.name, c.y.tobytes(), c.x.tobytes(), c.at.tobytes(), c.x_kind, c.role, c.lower_is_better)
                for c in run.series
            ],
        )
        for run in runs
    ], counts


def both_ways(data, learnt=3, window=1 << 20, near=7):
    """The reading line by line, which the other must equal; how many records the other has of each kind.

    Only the other one doubts a last line without an end, so that the data is given one.
    """
    data = data if data.endswith(b"\n") else data + b"\n"
    with ExitStack() as patched:
        for module, name, value in (
            (alike_lines, "LEARNT_AT_ONCE", learnt),
            (alike_lines, "WINDOW_BYTES", window),
            (alike_lines, "_FEW_LINES", 2),
            (assembly, "_FEW_ROWS", 0),
            (assembly, "_NEAR_ROWS", near),
        ):
            patched.enter_context(patch.object(module, name, value))
        fast, counts = told(data, scan_alike)
    slow, _ = told(data, scan)
    assert fast == slow
    return slow, counts


def mnist(epochs=4, batches=30, seed=0):
    chance = random.Random(seed)
    for epoch in range(1, epochs + 1):
        for i in range(batches):
            yield f"Train Epoch: {epoch} [{640 * i}/60000 ({i}%)]\tLoss: {chance.random() * 12:.6f}"
        right = chance.randrange(9000, 10000)
        said = f"Average loss: {chance.random():.4f}, Accuracy: {right}/10000 ({right / 100:.0f}%)"
        yield f"\nTest set: {said}\n"


def joined(lines, end="\n"):
    return "".join(line + end for line in lines).encode()


def test_most_lines_become_rows():
    (run,), (single, rows) = both_ways(joined(mnist()))
    assert rows > 60 > single
    assert [name for name, *_ in run[3]] == ["train_loss", "test_loss", "test_accuracy", "test_correct"]


@pytest.mark.parametrize("sign", ["-", "+", ""])
@pytest.mark.parametrize("digits", ["7", "1.5", "-2.345", "9.007199254740993"])
def test_a_power_of_ten_of_any_size_is_read_to_the_last_bit(sign, digits):
    written = [f"{digits}e{sign}{power}" for power in range(10, 45)] * 3
    (run,), (_, rows) = both_ways(joined(f"step {100 + i} loss {y}" for i, y in enumerate(written)))
    assert np.frombuffer(run[3][0][1]).tolist() == [float(y) for y in written]
    assert rows > len(written) / 2


@pytest.mark.parametrize(
    "form",
    [
        lambda i, y: f"epoch {i} loss {y:.4f} acc {y / 9:.3f}",
        lambda i, y: f"[epoch: {i}/99] loss: {y:8.3f} lr: {0.1 / (i + 1):.2e}",
        lambda i, y: f"step {i}: train loss {y:.4f}, val loss {y + 1:.4f}\niter {i}: loss {y:.4f}, time 3ms",
        lambda i, y: f"Epoch: {i}\n\tTrain Loss: {y:.3f}\n\tVal Loss: {y * 2:.3f}",
        lambda i, y: f"Epoch {i // 5}/9\n  batch {i % 5}/5 loss {y:.3f}",
        lambda i, y: f"{i // 9}, batch {i % 9} loss {y:.3f}\nstep {i % 9} loss: {y} val_loss: {y}",
        lambda i, y: f"[{i}] loss {y:.3f} {{'a': {y:.2f}, 'b': 1}}",
        lambda i, y: f"2024-01-0{i % 9 + 1} 12:0{i % 9}:01,123 INFO step {i} | loss {y:.3f} | top5 {i}",
        lambda i, y: f"loss {y}",
        lambda i, y: (
            f"I0510 12:{i % 60:02}:01.{i:06}  {999 + i} solver.cpp:228] Iteration {i}, loss = {y:.4f}"
        ),
        lambda i, y: f"[12:{i % 60:02}:01] [{i}] loss {y:.4f}\nTest Error:\n Accuracy: {i}%, loss: {y:.4f}\n",
        lambda i, y: f"Best Iteration:\nepoch {i} loss {y:.3f}\nepoch {i} acc 0.{i}\n  val loss {y:.2f}",
        lambda i, y: f"iteration {i % 11}/10 loss {y:.3f} reward -{y:.2f} n {i},{100 + i} (0.{i})",
        lambda i, y: f"Epoch [{i // 4}][{i % 4}/4]\tLoss {y:.4f} ({y:.4f})\tAcc {i}% ({i}.5%)",
        lambda i, y: f"\x1b[3{i % 8}mloss\x1b[0m: {y:.3f} step: {i}",
        lambda i, y: f"第 {i} 轮：损失 {y:.4f}，准确率 {i / 99:.3f}",
        lambda i, y: f"epoch {i} loss {'nan' if i % 3 else y} acc {'-inf' if i % 5 else 0.5}",
        lambda i, y: f"| step | loss |\n|-----|------|\n| {i} | {y:.3f} |\nSaved model to m{i}.pt",
        lambda i, y: f"epoch {i} loss {y:.17g} norm {y * 1e-320:.6g} big {10 ** (i % 30)}.0 {i}e{i}",
        lambda i, y: f"epoch {i % 13} loss {round(y)}\nepoch {i % 13} loss {round(y)}",
        lambda i, y: f"{{'loss': {y:.3f},\n 'epoch': {i}}}\n| loss | {y:.2f} |\nepoch {i} acc {y:.2f}",
        lambda i, y: (
            f"epoch {i} loss {y:.3f}\rstep {i} acc 2\nEpoch {i}: {i}%|##| {i}/99 [00:01<00:02, loss={y:.2f}]"
        ),
        lambda i, y: f"lr: 0.{i}\nbatch_size: {i}\nmomentum: 0.{i}\nepoch {i // 3} loss {y:.2f}",
        lambda i, y: (
            f"Traceback (most recent call last):\n  {i}\nstep {i} acc 2\nValueError: {i}\nstep {i} acc {y}"
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_forms(form, end):
    chance = random.Random(1)
    lines = [form(i, chance.random() * 20) for i in range(90)]
    for learnt, window, near in ((1, 1 << 20, 7), (4, 900, 1000), (20, 1 << 20, 1000)):
        both_ways(joined(lines, end), learnt, window, near)


def test_runs_that_begin_again_and_recaps():
    data = joined([*mnist(2), *mnist(3, seed=1), "Train Epoch: 1 [0/60000 (0%)]\tLoss: 9", *mnist(3, seed=1)])
    slow, (_, rows) = both_ways(data)
    assert len(slow) == 3
    assert rows > 100


def test_two_writers_that_say_the_same():
    both_ways(joined(line for line in mnist() for _ in range(2)))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding):
    lines = [f"第 {i} 轮：损失 {i / 7:.4f}" for i in range(60)]
    _, (single, rows) = both_ways("\n".join(lines).encode(encoding))
    assert rows > 30 > single


_PIECES = (
    "epoch {i} loss {y:.3f}",
    "epoch {j} loss {y:.2f} acc {y:.1f}",
    "step {j}/9 loss {y:.3f}",
    "step {i} loss nan",
    "Epoch {j}",
    "Epoch {j}/{i}:",
    "",
    "  ",
    "-----",
    "saved checkpoint {i}.pt",
    "val loss {y:.2f}",
    "val loss {j}.5 acc {j}/9",
    "[{j}] loss {y:.1f}",
    "| a | {y:.1f} |",
    "{{'loss': {y:.2f},",
    "}}",
    "lr = 0.{j}",
    "batch_size: {i}",
    "epoch loss acc",
    "{i} {y:.2f} 0.5",
    "epoch {j} loss {y:.2f}\rx",
    "Traceback (most recent call last):",
    "  File x line {i}",
    "ValueError: {i}",
    "epoch 3 batch {i} loss {y:.2f}",
    "epoch 3 batch {j}/9 loss {y:.2f}",
    "acc 0.{j}",
    "step {i},{i}00 loss {y:.1f}",
    "Epoch {j} loss {y:.3f} (best)",
    "val epoch {j} loss {y:.3f}",
)


@given(
    blocks=st.lists(
        st.tuples(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=4), st.integers(1, 14)), max_size=8
    ),
    seed=st.integers(0, 99),
    learnt=st.sampled_from([1, 5, 200]),
    window=st.sampled_from([200, 1500, 1 << 20]),
    near=st.sampled_from([2, 30]),
)
@example(  # a line left out as a recap begins the next run, though others without a counter come between
    blocks=[
        (["epoch {i} loss {y:.3f}"], 3),
        (["Epoch {j} loss {y:.3f} (best)", "epoch {i} loss {y:.3f}"], 6),
        (["val loss {y:.2f}", "epoch {j} loss {y:.2f}\rx"], 3),
    ],
    seed=0,
    learnt=1,
    window=200,
    near=2,
)
@settings(max_examples=150, deadline=None)
def test_any_log_of_alike_lines(blocks, seed, learnt, window, near):
    chance = random.Random(seed)
    lines = []
    for pieces, times in blocks:
        for i in range(times):
            y = chance.choice([chance.random(), chance.random() * 20, 2.0])
            j = chance.choice([i, i, i + 1, chance.randrange(10)]) % 10
            lines += [piece.format(i=len(lines), j=j, y=y) for piece in pieces]
    both_ways(joined(lines), learnt, window, near)


@pytest.mark.parametrize(
    "case",
    ["lm-console-11/output.log", "gluon-01/cifar_resnet20_v1.log", "opennmt-01", "torchvision-01", "timm-01"],
)
def test_real_logs(shared: Path, case):
    path = shared / "logs" / case
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else []
    for file in files:
        both_ways(file.read_bytes()[:60_000], learnt=20)


def test_a_rule_of_dashes_with_a_word_behind_it_is_looked_at_once():
    """Every way to cut the dashes would be tried where two alternatives matched one: 2 to the 400."""
    assert not may_be_row("-" * 400 + " training")
    assert not may_be_row("-1 +2 " * 200 + "training")
    assert may_be_row("-1.5 | -- | +3 | -nan | 12k | ----")
