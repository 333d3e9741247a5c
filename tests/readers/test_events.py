"""Lines that matter though they are no metric."""

import pytest

from advisor.readers.events import find_events
from advisor.readers.lines import lines_of
from advisor.run import EventKind

K = EventKind


def events(text: str) -> list[tuple[EventKind, int | None, int]]:
    return [(event.kind, event.line, event.count) for event in find_events(lines_of(text))]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB", K.OUT_OF_MEMORY),
        (
            "RuntimeError: [enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: cannot allocate memory",
            K.OUT_OF_MEMORY,
        ),
        (
            "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 7.45 GiB for an array",
            K.OUT_OF_MEMORY,
        ),
        ("Killed", K.TRACEBACK),
        ("train.sh: line 3: 4242 Killed                  python train.py", K.TRACEBACK),
        ("Command died with <Signals.SIGKILL: 9>", K.TRACEBACK),
        ("WARNING: NaN or Inf found in input tensor.", K.NON_FINITE),
        ("Loss is nan, stopping training", K.NON_FINITE),
        ("Gradient overflow. Skipping step, loss scaler 0 reducing loss scale to 32768.0", K.NON_FINITE),
        ("RuntimeWarning: overflow encountered in exp", K.NON_FINITE),
        ("UserWarning: Detected call of `lr_scheduler.step()` before `optimizer.step()`.", K.WARNING),
        ("RuntimeError: DataLoader worker (pid 4242) is killed by signal: Killed.", K.WARNING),
        ("Epoch 00008: early stopping", K.EARLY_STOP),
        ("Early stopping triggered after 12 epochs", K.EARLY_STOP),
        ("Epoch 6: ReduceLROnPlateau reducing learning rate to 0.0005.", K.LEARNING_RATE),
        ("Epoch 00012: reducing learning rate of group 0 to 1.0000e-04.", K.LEARNING_RATE),
        ("Saving checkpoint to out/ckpt_3.pt", K.CHECKPOINT),
        ("Model saved to ./best.pth", K.CHECKPOINT),
    ],
)
def test_kinds(line: str, kind: EventKind) -> None:
    assert events(f"before\n{line}\nafter\n") == [(kind, 2, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "callbacks=[early_stopping, model_checkpoint, tensorboard])",
        "from keras.callbacks import EarlyStopping",
        "epoch 3 loss 0.5 acc 0.9",
        "epoch 3 loss nan",
        "{'loss': nan, 'epoch': 1.0}",
        "# reduce the learning rate when the loss is nan",
        "loading data",
    ],
)
def test_no_events(line: str) -> None:
    assert events(line + "\n") == []


def test_traceback_keeps_its_last_line() -> None:
    text = (
        'iter 5: loss 2.0\nTraceback (most recent call last):\n  File "train.py", line 3, in <module>\n'
        "    main()\n"
        "ValueError: bad shape\nnext\n"
    )
    found = find_events(lines_of(text))
    assert [(event.kind, event.line, event.text) for event in found] == [
        (K.TRACEBACK, 5, "ValueError: bad shape")
    ]


def test_traceback_of_a_rank_and_out_of_memory() -> None:
    text = (
        '[rank0]: Traceback (most recent call last):\n[rank0]:   File "t.py", line 1\n'
        "[rank0]: torch.cuda.OutOfMemoryError: CUDA out of memory.\n"
    )
    assert events(text) == [(K.TRACEBACK, 3, 1), (K.OUT_OF_MEMORY, 3, 1)]


def test_lines_that_differ_in_digits_are_counted() -> None:
    text = "".join(f"Saving checkpoint to out/ckpt_{i}.pt\n" for i in range(40))
    assert events(text) == [(K.CHECKPOINT, 1, 40)]


def test_each_learning_rate_reduction_counts() -> None:
    text = "".join(f"Epoch {i}: reducing learning rate of group 0 to 1e-0{i}.\n" for i in range(3))
    assert [line for _, line, _ in events(text)] == [1, 2, 3]
