"""Which files a training left its curves in."""

import os
import sys
import time

import pytest

from advisor.experiment import logs
from advisor.experiment.logs import find_log, last_words
from advisor.experiment.runner import run_command
from advisor.experiment.trained import runs_of_training

WRITER = """
import pathlib
names = "runs/a/events.out.tfevents.1.host.2 log.csv out/history.json m.jsonl notes.md model.pt .git/x.csv"
names += " node_modules/y.csv env/pyvenv.cfg env/z.csv empty.csv run.log"
for name in names.split():
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("" if name == "empty.csv" else "x")
print("epoch 1 loss 0.5")
"""


@pytest.fixture
def trained(tmp_path):
    """A training that wrote files in `work`, where an old log lay already."""
    work = tmp_path / "work"
    work.mkdir()
    (work / "old.csv").write_text("x")
    os.utime(work / "old.csv", (1e9, 1e9))
    started = time.time()
    finished = run_command([sys.executable, "-c", WRITER], work, tmp_path / "out.log", pty=False)
    return finished, started, work


def test_the_output_comes_first_then_what_was_written(trained):
    finished, started, work = trained
    names = [os.path.relpath(path, work) for path in find_log(finished, started, work)]
    assert names == [
        "../out.log",
        "runs/a/events.out.tfevents.1.host.2",
        "log.csv",
        "m.jsonl",
        "out/history.json",
        "run.log",
    ]


def test_nothing_is_changed_by_a_command_that_writes_nothing(tmp_path):
    (tmp_path / "old.csv").write_text("x")
    os.utime(tmp_path / "old.csv", (1e9, 1e9))
    finished = run_command(["true"], tmp_path, tmp_path / "captures" / "out.log", pty=False)
    assert find_log(finished, finished.started_at, tmp_path) == []


def test_the_output_is_named_once_also_where_it_lies_in_the_folder(tmp_path):
    finished = run_command(["echo", "x"], tmp_path, tmp_path / "out.log", pty=False)
    assert find_log(finished, finished.started_at, tmp_path) == [str(tmp_path / "out.log")]


def test_the_search_is_bounded_and_follows_no_links(trained, monkeypatch):
    finished, started, work = trained
    (work / "loop").symlink_to(work)
    (work / "linked.csv").symlink_to(work / "log.csv")
    everything = find_log(finished, started, work)
    assert not any("loop" in path or "linked" in path for path in everything)
    monkeypatch.setattr(logs, "MAX_ENTRIES", 5)
    assert len(find_log(finished, started, work)) < len(everything)
    monkeypatch.setattr(logs, "MAX_CANDIDATES", 2)
    monkeypatch.setattr(logs, "MAX_ENTRIES", 20_000)
    assert len(find_log(finished, started, work)) == 3


def test_a_folder_that_is_gone_costs_nothing(trained):
    finished, started, work = trained
    finished.output.unlink()
    assert find_log(finished, started, work / "gone") == []


SEVERAL = """
import pathlib
for curve in ("", "loss_train/", "loss_val/"):
    path = pathlib.Path(f"runs/a/{curve}events.out.tfevents.1.host.2")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
"""


def test_event_files_of_one_training_are_tried_as_one_folder_first(tmp_path):
    finished = run_command([sys.executable, "-c", SEVERAL], tmp_path, tmp_path / "out.log", pty=False)
    assert find_log(finished, finished.started_at, tmp_path)[0] == str(tmp_path / "runs" / "a")


BOTH = """
with open("history.csv", "w") as file:
    print("epoch,val_loss", file=file)
    for epoch in range(4):
        for step in range(10):
            print(f"step {10 * epoch + step} loss {1 / (1 + step)}")
        print(f"{epoch},{2 - epoch / 4}", file=file)
"""


def test_the_log_with_what_is_judged_goes_before_one_with_more_points(tmp_path):
    started = time.time()
    command = [sys.executable, "-c", BOTH]
    finished = run_command(command, tmp_path, tmp_path / "captures" / "out.log", pty=False)
    (run,) = runs_of_training(finished, command, tmp_path, started)
    assert [(s.name, len(s)) for s in run.series] == [("val_loss", 4)]


TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 3, in main
    else:
RuntimeError: the sizes do not match
"""
LAUNCHER = """
E1201 02:10:11.000 elastic/multiprocessing/api.py:869] failed (exitcode: 1) local_rank: 0 (pid: 71)
Traceback (most recent call last):
  File "bin/torchrun", line 8, in <module>
    sys.exit(main())
torch.distributed.elastic.multiprocessing.errors.ChildFailedError:
============================================================
train.py FAILED
  traceback : To enable traceback see: https://pytorch.org/docs/stable/elastic/errors.html
============================================================
"""
SPAWNED = """Traceback (most recent call last):
  File "train.py", line 9, in <module>
    spawn(work, nprocs=2)
torch.multiprocessing.spawn.ProcessRaisedException:

-- Process 0 terminated with the following error:
"""


@pytest.mark.parametrize(
    "printed",
    [
        TRACEBACK,
        TRACEBACK + LAUNCHER,
        "".join(f"[rank0]: {line}\n" for line in TRACEBACK.splitlines()) + LAUNCHER,
        SPAWNED + TRACEBACK,
        "Error executing job\n" + TRACEBACK + "\nSet HYDRA_FULL_ERROR=1 for a complete stack trace.\n",
    ],
)
def test_a_crash_is_told_by_its_exception_not_by_what_a_launcher_says_behind_it(tmp_path, printed):
    output = tmp_path / "out.log"
    output.write_text("epoch 1\n" + printed)
    assert last_words(output) == "It last said: RuntimeError: the sizes do not match."


def test_without_an_exception_of_the_training_itself_the_last_words_are_told(tmp_path):
    output = tmp_path / "out.log"
    output.write_text("RuntimeError: told of, not raised\nno such file: a.csv\n")
    assert last_words(output) == "It last said: no such file: a.csv."
