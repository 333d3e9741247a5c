"""`advisor watch` beside a real writer: what it says, in which order, and how it ends."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from advisor.diagnosis import load_rulebook
from advisor.journal import Journal
from advisor.narrator import Narrator, ending, spell_time
from advisor.readers.follow import Kind
from advisor.run import EventKind, Hyperparameter, LogEvent, Run, Series
from advisor.vocabulary import assign_roles
from advisor.watch import Watch

PATIENCE = 60.0

WRITER = """
import sys, time
path, first, last, start = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
with open(path, start) as stream:
    if start == "w":
        stream.write("epoch,loss,val_loss\\n")
    for epoch in range(first, last):
        loss = 2 * 0.8**epoch + 0.1 if epoch < 20 else float("nan")
        stream.write(f"{epoch},{loss:.5f},")
        stream.flush()
        time.sleep(0.01)
        stream.write(f"{loss + 0.1:.5f}\\n")
        stream.flush()
        time.sleep(0.02)
"""


def write(path, first, last, mode="a"):
    subprocess.run([sys.executable, "-c", WRITER, str(path), str(first), str(last), mode], check=True)


class Watching:
    """A running `advisor watch`, its lines as they come."""

    def __init__(self, folder, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "advisor", "watch", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=os.environ | {"COLUMNS": "100"},
        )
        self.lines = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.decode().rstrip())

    def until(self, holds):
        end = time.monotonic() + PATIENCE
        while not any(holds(line) for line in list(self.lines)):
            assert time.monotonic() < end, "\n".join(self.lines)
            assert self.process.poll() is None, self.process.stderr.read().decode()
            time.sleep(0.01)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=PATIENCE)
        self._thread.join(PATIENCE)
        return code, self.process.stderr.read().decode()

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def watching(tmp_path):
    started = []

    def start(*arguments):
        started.append(Watching(tmp_path, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def test_the_report_then_every_new_point_then_the_report_again(tmp_path, watching):
    log = tmp_path / "log.csv"
    write(log, 0, 6, "w")
    watch = watching(log)
    watch.until(lambda line: "val_loss: 2.2" in line)
    write(log, 6, 12)
    watch.until(lambda line: line.startswith("epoch 11 "))
    code, errors = watch.interrupt()
    assert (code, errors) == (0, "")
    assert any(line.startswith("epoch 11  loss 0.2718") for line in watch.lines)
    assert "  loss: 2.1 -> 0.2718, best 0.2718 at epoch 11 (12 points)" in watch.lines
    assert not any(line.startswith("epoch 0") for line in watch.lines)


def test_ten_that_watch_one_log_all_see_all_of_it_and_the_journal_has_it_once(tmp_path, watching):
    log = tmp_path / "log.csv"
    write(log, 0, 6, "w")
    watches = [watching(log) for _ in range(10)]
    for watch in watches:
        watch.until(lambda line: "val_loss: 2.2" in line)
    write(log, 6, 12)
    for watch in watches:
        watch.until(lambda line: line.startswith("epoch 11 "))
    assert [watch.interrupt() for watch in watches] == [(0, "")] * 10
    for watch in watches:
        assert "  loss: 2.1 -> 0.2718, best 0.2718 at epoch 11 (12 points)" in watch.lines
    with Journal.open() as journal:
        (whole,) = [row for row in journal.runs(str(tmp_path)) if row.summary["train_loss"]["n"] == 12]
        assert journal.load_run(whole.id).source == str(log)


def test_a_new_problem_is_said_once_and_counts_for_the_exit_code(tmp_path, watching):
    log = tmp_path / "log.csv"
    write(log, 0, 15, "w")
    watch = watching(log, "--fail-on", "critical")
    watch.until(lambda line: "val_loss: 2.2" in line)
    write(log, 15, 26)
    watch.until(lambda line: line.startswith("epoch 25 "))
    code, _ = watch.interrupt()
    assert code == 1
    assert sum("new: ! critical" in line and "NaN" in line for line in watch.lines) == 1


@pytest.mark.fault("L5")
def test_where_it_is_heading_is_told_on_the_way(tmp_path, watching):
    log = tmp_path / "train.log"
    lines = [f"epoch {e}/20 | val loss {0.3 + 2 / e:.4f}\n" for e in range(1, 21)]
    log.write_text("settings: lr=0.01 epochs=20\n" + "".join(lines[:6]), "utf-8")
    watch = watching(log)
    watch.until(lambda line: "val loss: 2.3" in line)
    with log.open("a") as stream:
        stream.write("".join(lines[6:12]))
    watch.until(lambda line: line.startswith("ahead: val loss 0.") and " at epoch 20 (80%: " in line)


def test_a_log_that_does_not_exist_yet_is_waited_for(tmp_path, watching):
    log = tmp_path / "log.csv"
    watch = watching(log)
    watch.until(lambda line: "waiting for the file" in line)
    write(log, 0, 5, "w")
    watch.until(lambda line: line.startswith("epoch 4 "))
    assert watch.interrupt()[0] == 0


def test_a_log_that_begins_anew_is_told_as_such(tmp_path, watching):
    log = tmp_path / "log.csv"
    write(log, 0, 12, "w")
    watch = watching(log, "--lang", "zh")
    watch.until(lambda line: "val_loss: 2.2" in line)
    write(log, 0, 4, "w")
    watch.until(lambda line: "重新开始" in line)
    watch.until(lambda line: line.startswith("epoch 3 "))
    assert watch.interrupt()[0] == 0
    assert any("(4 个点)" in line or "(4 points)" in line or "4 个点" in line for line in watch.lines)


def test_a_log_that_never_came_is_unreadable(tmp_path, watching):
    watch = watching(tmp_path / "none.csv")
    watch.until(lambda line: "waiting for the file" in line)
    code, errors = watch.interrupt()
    assert code == 3
    assert "none.csv" in errors
    assert "Traceback" not in errors


def table(rows, first=0):
    return "".join(f"{i},{2 * 0.9**i:.5f},{2 * 0.9**i + 0.1:.5f}\n" for i in range(first, first + rows))


@pytest.fixture
def rulebook():
    return load_rulebook()


def test_each_new_row_is_told_once(tmp_path, rulebook):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n" + table(3))
    watch = Watch(rulebook, str(path))
    assert [row.x for row in watch.look().rows] == [0, 1, 2]
    with path.open("a") as stream:
        stream.write(table(2, 3))
    rows = watch.look().rows
    assert [row.x for row in rows] == [3, 4]
    assert dict(rows[0].values) == {"loss": 1.458, "val_loss": 1.558}
    assert watch.look().rows == ()


def test_of_many_new_rows_the_last_are_told_and_the_others_counted(tmp_path, rulebook):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n" + table(50))
    news = Watch(rulebook, str(path)).look()
    assert [row.x for row in news.rows] == [47, 48, 49]
    assert news.skipped == 47
    assert dict(news.rows[0].values)["loss"] == float(f"{2 * 0.9**47:.5f}")


def test_training_steps_between_validations_are_told_by_the_last(tmp_path, rulebook):
    path = tmp_path / "log.jsonl"
    steps = "".join(f'{{"step": {i}, "loss": {2 * 0.9**i:.5f}}}\n' for i in range(10))
    path.write_text(steps + '{"step": 10, "val_loss": 1.5}\n')
    watch = Watch(rulebook, str(path))
    watch.look()
    with path.open("a") as stream:
        stream.write("".join(f'{{"step": {i}, "loss": {2 * 0.9**i:.5f}}}\n' for i in range(11, 15)))
    rows = watch.look().rows
    assert [(row.kind, row.x) for row in rows] == [("step", 14)]
    with path.open("a") as stream:
        stream.write(
            '{"step": 15, "loss": 0.41}\n{"step": 15, "val_loss": 1.25}\n{"step": 16, "loss": 0.37}\n'
        )
    rows = watch.look().rows
    assert [dict(row.values) for row in rows] == [{"loss": 0.41, "val_loss": 1.25}, {"loss": 0.37}]
    assert [row.x for row in rows] == [15, 16]


def test_a_finding_that_flickers_is_neither_gone_nor_new(tmp_path, rulebook):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n" + table(12) + "12,nan,nan\n")
    watch = Watch(rulebook, str(path))
    assert "STB101" in {finding.code for finding in watch.look().found}
    findings = watch.current.findings
    assert watch._compare_findings(()) == ((), ())
    assert watch._compare_findings(findings) == ((), ())
    told = [watch._compare_findings(()) for _ in range(5)]
    assert [len(went) > 0 for _, went in told] == [False] * 4 + [True]
    assert "STB101" in {finding.code for finding in watch._compare_findings(findings)[0]}


@pytest.mark.fault("L8")
def test_rows_that_come_fast_are_told_together(tmp_path, rulebook, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("advisor.watch.time.monotonic", lambda: clock[0])
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n" + table(3))
    watch = Watch(rulebook, str(path))
    narrator = Narrator(watch, "en")
    watch.look()
    lines = []
    for i in range(10):
        with path.open("a") as stream:
            stream.write(table(1, 3 + i))
        clock[0] += 0.0625
        lines += [line for line in narrator.tell(watch.look()) if line.startswith("epoch")]
    clock[0] += 0.3
    lines += [line for line in narrator.tell(watch.look()) if line.startswith("epoch")]
    assert [int(line.split()[1]) for line in lines] == [3, 6, 7, 8, 10, 11, 12]
    assert "(and 2 more before)" in lines[1]
    assert "(and 1 more before)" in lines[4]


@pytest.mark.fault("L9")
def test_quiet_is_told_more_and_more_rarely_and_is_not_finished(tmp_path, rulebook, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("advisor.watch.time.monotonic", lambda: clock[0])
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n" + table(3))
    watch = Watch(rulebook, str(path))
    narrator = Narrator(watch, "en")
    watch.look()
    told = {}
    for _ in range(9_000):
        clock[0] += 1.0
        for line in narrator.tell(watch.look()):
            told[clock[0] - 100] = line
    assert list(told) == [60, 300, 900, 1_800, 3_600, 7_200]
    assert told[60] == "no new data for 1 min"
    assert told[7_200] == "no new data for 2 h"


@pytest.mark.fault("L10")
@pytest.mark.parametrize("stamp", [0, 4_102_444_800], ids=["1970", "2100"])
def test_age_is_told_by_looks_and_not_by_the_clock_of_the_file(tmp_path, rulebook, monkeypatch, stamp):
    clock = [100.0]
    monkeypatch.setattr("advisor.watch.time.monotonic", lambda: clock[0])
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n" + table(3))
    os.utime(path, (stamp, stamp))
    watch = Watch(rulebook, str(path))
    narrator = Narrator(watch, "en")
    watch.look()
    told = []
    for second in range(1, 100):
        clock[0] += 1.0
        if second == 30:
            with path.open("a") as stream:
                stream.write(table(1, 3))
            os.utime(path, (stamp, stamp))
        told += [(second, line) for line in narrator.tell(watch.look()) if "no new data" in line]
    assert told == [(90, "no new data for 1 min")]
    assert len(watch.current.run.series[0]) == 4


def run_of(epochs, planned=None, events=()):
    x = np.arange(epochs, dtype=np.float64)
    series = assign_roles([Series("loss", 1 / (x + 1), x, x.astype(np.int64), "epoch")])
    settings = () if planned is None else (Hyperparameter("epochs", planned, "epochs", "log line 1"),)
    return Run("log", series, hyperparameters=settings, events=events)


def test_finished_is_said_only_where_the_log_says_so():
    assert ending(run_of(10), "en") == ""
    assert ending(run_of(10, 20), "en") == ""
    assert ending(run_of(20, 20), "en") == "epoch 19 of 20 is reached"
    stopped = LogEvent(EventKind.EARLY_STOP, "Early stopping, best epoch 3", 9)
    assert ending(run_of(5, 20, (stopped,)), "en") == "Early stopping, best epoch 3"
    resumed = LogEvent(EventKind.RESTART, "a new run", 12)
    assert ending(run_of(5, 20, (stopped, resumed)), "en") == ""


def test_a_file_that_goes_and_comes_is_told_in_that_order(tmp_path, rulebook):
    path = tmp_path / "log.csv"
    watch = Watch(rulebook, str(path))
    assert watch.look().kind is Kind.GONE
    path.write_text("epoch,loss,val_loss\n" + table(3))
    assert watch.look().kind is Kind.REPLACED
    path.unlink()
    assert watch.look().kind is Kind.GONE
    assert watch.look().kind is Kind.NOTHING
    assert len(watch.current.run.series[0]) == 3


@pytest.mark.parametrize(("seconds", "en"), [(40, "40 s"), (60, "1 min"), (3_599, "59 min"), (7_300, "2 h")])
def test_times_are_spelt_in_their_largest_unit(seconds, en):
    assert spell_time(seconds, "en") == en
