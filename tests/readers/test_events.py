"""Lines that matter though they are no metric."""

import pytest

from advisor.readers import Source, read_source
from advisor.readers.events import find_events, kind_of
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
        ("Detected call of `lr_scheduler.step()` before `optimizer.step()`.", K.WARNING),
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


@pytest.mark.fault("T6")
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


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (EventKind.OUT_OF_MEMORY, "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to"),
        (EventKind.OUT_OF_MEMORY, "RuntimeError: MPS backend out of memory (MPS allocated: 9.05 GB)"),
        (EventKind.OUT_OF_MEMORY, "RuntimeError: HIP out of memory. Tried to allocate 2.00 GiB"),
        (EventKind.OUT_OF_MEMORY, "ResourceExhaustedError: OOM when allocating tensor with shape[256,512]"),
        (EventKind.OUT_OF_MEMORY, "XlaRuntimeError: RESOURCE_EXHAUSTED: Failed to allocate request"),
        (EventKind.OUT_OF_MEMORY, "slurmstepd: error: Detected 1 oom_kill event in StepId=12.0"),
        (EventKind.OUT_OF_MEMORY, "Out of memory: Killed process 4242 (python) total-vm:9kB"),
        (EventKind.WARNING, "RuntimeError: DataLoader worker (pid 12) is killed by signal: Killed."),
        (EventKind.WARNING, "RuntimeError: DataLoader worker (pid(s) 1, 2) exited unexpectedly"),
        (EventKind.WARNING, "Detected call of `lr_scheduler.step()` before `optimizer.step()`."),
        (EventKind.EARLY_STOP, "Epoch 00012: early stopping"),
        (EventKind.EARLY_STOP, "Monitored metric val_loss did not improve in the last 3 records."),
        (EventKind.EARLY_STOP, "Early stopping triggered after 7 epochs"),
        (EventKind.LEARNING_RATE, "Epoch 00005: reducing learning rate of group 0 to 1.0000e-03."),
        (EventKind.LEARNING_RATE, "Epoch 7: ReduceLROnPlateau reducing learning rate to 0.0005."),
        (EventKind.CHECKPOINT, "Saving model checkpoint to out/checkpoint-500"),
        (EventKind.RESTART, "Resuming training from out/checkpoint-500"),
        (EventKind.RESTART, "=> loaded checkpoint 'best.pth' (epoch 12)"),
        (EventKind.RESTART, "从 last.pdparams 恢复训练"),
        (None, "EarlyStopping counter: 3 out of 7"),
        (None, "[2022-04-18 20:09:58] [config] early-stopping: 10"),
        (None, "early_stopping: true"),
        (None, "early stopping patience = 5"),
        (None, "resume: null"),
    ],
)  # fmt: skip
def test_the_wordings_of_frameworks(kind, line):
    assert kind_of(line) == kind


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (K.TRACEBACK, "Process finished with exit code 137 (interrupted by signal 9: SIGKILL)"),
        (K.TRACEBACK, "command terminated with exit code 137"),
        (K.TRACEBACK, "  exitcode  : -9 (pid: 1234)"),
        (K.TRACEBACK, "srun: error: node01: task 0: Exited with exit code 139"),
        (K.TRACEBACK, "CalledProcessError: Command 'python' returned non-zero exit status 137."),
        (K.TRACEBACK, "[1]    12345 killed     python train.py"),
        (K.TRACEBACK, "slurmstepd: *** JOB 12 ON n1 CANCELLED AT 2024-01-01 DUE TO TIME LIMIT ***"),
        (None, "Process finished with exit code 0"),
        (None, "exit code 1"),
        (K.OUT_OF_MEMORY, "RuntimeError: CUDA error: out of memory"),
        (K.OUT_OF_MEMORY, "F0102 a.cpp:56] Check failed: error == cudaSuccess (2 vs. 0)  out of memory"),
        (K.OUT_OF_MEMORY, "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4096 bytes."),
        (K.OUT_OF_MEMORY, "| WARNING: OOM in all workers, skipping update"),
        (K.OUT_OF_MEMORY, "XGBoostError: Memory allocation error on worker 0: bad allocation"),
        (K.OUT_OF_MEMORY, "killed by the cgroup out-of-memory handler"),
        (K.NON_FINITE, "Minimum loss scale reached (0.0001). Your loss is probably exploding."),
        (K.NON_FINITE, "FloatingPointError: gradients are Nan/Inf"),
        (K.NON_FINITE, "ValueError: The loss returned in `training_step` is tensor(nan)."),
        (K.NON_FINITE, "ERROR:tensorflow:Model diverged with loss = NaN."),
        (K.NON_FINITE, "[stage3.py] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 4294967296"),
        (None, "check_for_nan_in_loss_and_grad .................. True"),
        (None, "epoch 3 loss = nan"),
        (K.EARLY_STOP, "Early stopping, best iteration is:"),
        (K.EARLY_STOP, "Stopping. Best iteration:"),
        (K.EARLY_STOP, "Stopped by overfitting detector  (20 iterations wait)"),
        (K.EARLY_STOP, "Stopping since valid_loss has not improved in the last 5 epochs."),
        (K.EARLY_STOP, "Ran out of patience. Stopping training."),
        (K.EARLY_STOP, "Loss did not improve more than tol=0.0001 for 10 consecutive epochs. Stopping."),
        (None, "Will train until validation_0-rmse hasn't improved in 2 rounds."),
        (None, "Training until validation scores don't improve for 50 rounds"),
        (K.LEARNING_RATE, "Update[25001]: Change learning rate to 1.00000e-02"),
        (K.LEARNING_RATE, "Learning rate reduced from 0.1 to 0.01"),
        (K.LEARNING_RATE, "=> lr changed to 0.001"),
        (None, "lr_scheduler: reduce_on_plateau"),
        (K.CHECKPOINT, "Saved checkpoint to \"cifar-0001.params\""),
        (K.CHECKPOINT, "Epoch 1: val_loss improved from inf to 0.69, saving model to best.h5"),
        (K.CHECKPOINT, "Best model saved!"),
        (None, "Number of saved models: 3"),
        (K.RESTART, "| loaded checkpoint checkpoints/checkpoint_last.pt (epoch 12 @ 1000 updates)"),
        (K.RESTART, "mmdet - INFO - resumed epoch 12, iter 1000"),
        (K.RESTART, "INFO:tensorflow:Restoring parameters from /x/model.ckpt-1000"),
        (K.RESTART, "Resuming training runs/train/exp/weights/last.pt from epoch 12 to 300 total epochs"),
        (K.WARNING, "WARNING:tensorflow:Gradients do not exist for variables ['dense/kernel:0']"),
        (K.WARNING, "Early stopping conditioned on metric `val_loss` which is not available."),
        (K.WARNING, "The dataloader does not have many workers which may be a bottleneck."),
        (K.WARNING, "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn"),
        (K.WARNING, "[LightGBM] [Warning] No further splits with positive gain, best gain: -inf"),
    ],
)  # fmt: skip
def test_more_wordings_of_frameworks(kind, line):
    assert kind_of(line) == kind
    assert [event for event, _, _ in events(line + "\n")] == ([] if kind is None else [kind])


def test_an_exit_code_is_told_from_others_that_differ_in_their_digits():
    text = "step 1: exit code 101\nstep 2: exit code 137\nstep 3: exit code 101\n"
    assert events(text) == [(K.TRACEBACK, 2, 1)]


def test_an_exit_code_is_found_among_many_lines_that_are_alike():
    steps = "".join(f"step {i:3d} loss 0.{900 - i}\n" for i in range(300))
    quiet = "worker exited with exit code 101\n" * 20
    loud = "worker exited with exit code 137\n"
    (run,) = read_source(Source("train.log", content=(quiet + steps + quiet + loud + quiet).encode()))
    assert [(e.kind, e.line) for e in run.events if e.kind is K.TRACEBACK] == [(K.TRACEBACK, 341)]


def test_the_row_that_is_said_again_when_boosting_stops_is_no_point():
    rows = "".join(f"[{i}]\tvalid_0's auc: 0.{800 + i}\n" for i in range(1, 9))
    text = rows + "Early stopping, best iteration is:\n[6]\tvalid_0's auc: 0.806\n"
    (run,) = read_source(Source("train.log", content=text.encode()))
    assert [len(series) for series in run] == [8]
    assert K.EARLY_STOP in [event.kind for event in run.events]
