"""Many logs and runs at once: the same answers as one after the other, whatever becomes of the processes."""

import contextlib
import io
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from advisor import workers
from advisor.advice import many as advice_many
from advisor.errors import UnreadableError
from advisor.journal.packing import packed
from advisor.readers import many as readers_many
from advisor.session import Session
from advisor.workers import Apart, EndedFromOutsideError, in_order


def square(number):
    return number * number


def square_or_be_killed(ill_omened, number):
    if number == ill_omened and multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


class Screen(io.StringIO):
    """What the terminal program puts in the place of standard error."""

    def fileno(self):
        return -1


@pytest.mark.fault("X14")
def test_results_come_in_the_order_of_the_items_also_inside_the_terminal_program(monkeypatch):
    monkeypatch.setattr(workers, "map", None, raising=False)  # so that nothing is worked out here
    with contextlib.redirect_stderr(Screen()):
        assert list(in_order(square, range(50), 2)) == [n * n for n in range(50)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_what_a_killed_process_leaves_undone_is_done_here():
    assert list(in_order(partial(square_or_be_killed, 13), range(30), 2)) == [n * n for n in range(30)]


LOOKING = """
import sys, threading
from advisor.workers import in_order
seen = []
def look(_):
    return tuple(seen)
def prepare():
    seen.append("prepared")
if __name__ == "__main__":
    seen.append("here")
    if sys.argv[1:]:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    for _ in range(2):
        print(sorted(set(in_order(look, range(20), 2, prepare))))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process is copied")
def test_processes_are_copies_of_this_one_where_no_other_thread_could_hold_a_lock(tmp_path):
    script = tmp_path / "looking.py"
    script.write_text(LOOKING)

    def printed(*arguments):
        command = [sys.executable, str(script), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    assert printed() == ["[('here', 'prepared')]", "[('here', 'prepared', 'prepared')]"]
    assert printed("with a thread") == ["[('prepared',)]"] * 2


WAITING = """
import sys, threading, time
from advisor.workers import in_order
if __name__ == "__main__":
    if sys.argv[1:]:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    print("begun", flush=True)
    list(in_order(time.sleep, [60] * 8, 2))
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="children are looked up in /proc")
@pytest.mark.parametrize("arguments", [(), ("with a thread",)], ids=["copied", "started"])
def test_no_process_outlives_a_program_that_was_killed(tmp_path, arguments):
    script = tmp_path / "waiting.py"
    script.write_text(WAITING)
    program = subprocess.Popen([sys.executable, str(script), *arguments], stdout=subprocess.PIPE)
    started = wait_for(lambda: len(found := children(program.pid)) >= 2 and found)
    assert started
    program.kill()
    program.wait()
    assert wait_for(lambda: not any(map(command, started)))


def wait_for(holds):
    for _ in range(1_200):
        if found := holds():
            return found
        time.sleep(0.05)
    return holds()


def children(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.fixture
def logs(tmp_path):
    """Six logs and a file that is none."""
    for run in range(6):
        losses = np.exp(-np.arange(40) / (5 + run)) + 0.01 * run
        rows = "".join(f"{i},{loss:.6f},{loss + 0.1:.6f}\n" for i, loss in enumerate(losses))
        (tmp_path / f"run-{run}.csv").write_text("epoch,loss,val_loss\n" + rows)
    (tmp_path / "notes.log").write_text("Dear diary,\nnothing was trained today.\n")
    return tmp_path


def test_many_logs_give_the_same_answers_by_several_processes(logs, monkeypatch):
    alone = Session.aside()
    expected = alone.look([str(logs)])
    monkeypatch.setattr(readers_many, "_WORTH_BYTES", 0)
    monkeypatch.setattr(readers_many, "_TOLD_EVERY", 2)
    monkeypatch.setattr(advice_many, "_WORTH_RUNS", 2)
    told = []
    session = Session.aside()
    session.processes, session.on_progress = 2, lambda *of: told.append(of)
    found = session.open([str(logs)])
    assert len(found) == 6
    for one, other in zip(found, expected, strict=True):
        assert one.run.source == other.run.source
        assert [s.y.tolist() for s in one.run] == [s.y.tolist() for s in other.run]
        assert dict(one.signals) == dict(other.signals)
        assert [f.code for f in one.findings] == [f.code for f in other.findings]
        assert one.changes == other.changes
    assert ("read", 7, 7) in told
    assert ("assessed", 6, 6) in told
    assert len(session.history()) == 6


def test_a_file_that_cannot_be_read_is_told_among_many(logs, monkeypatch):
    monkeypatch.setattr(readers_many, "_WORTH_BYTES", 0)
    session = Session.aside()
    session.processes = 2
    files = sorted(map(str, logs.iterdir()))
    errors = []
    runs = session.read(files, errors.append)
    assert [run.source for run in runs] == [name for name in files if name.endswith(".csv")]
    assert len(errors) == 1
    assert "notes.log" in errors[0].what


def test_a_log_of_perplexities_alone_has_its_losses_also_among_many(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("epoch,train_ppl,val_ppl\n" + "".join(f"{i},{90 - i},{95 - i}\n" for i in range(30)))
    session = Session.aside()
    (run,) = session.read([str(log)])
    terms = advice_many.Terms(session.project, learned=True, kept=frozenset())
    ((found, kept),) = advice_many.assess_many([run], terms, 1, packed)
    assert kept == packed(found.run) != packed(run)
    names = [series.name for series in found.run]
    assert names == [series.name for series in session.assess(run).run]
    assert "ln(val_ppl)" in names


def arrays_of(sizes):
    for size in sizes:
        yield {"size": size, "array": np.arange(size, dtype=float)}


def fail_after(first):
    yield first
    raise UnreadableError("It cannot be read.", "Try another.")


def wait_for_ever(said):
    yield said
    time.sleep(600)


def be_killed(said):
    yield said
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_process_apart_gives_comes_whole_and_in_order():
    with contextlib.redirect_stderr(Screen()):
        found = list(Apart(arrays_of, [3, 500_000, 0, 70_000], threading.Event()))
    assert [one["size"] for one in found] == [3, 500_000, 0, 70_000]
    for one in found:
        np.testing.assert_array_equal(one["array"], np.arange(one["size"], dtype=float))
        one["array"] += 1.0  # it can be written to, as if it had been made here


def test_what_fails_apart_is_told_here_as_it_was_raised():
    results = Apart(fail_after, 1, threading.Event())
    assert next(results) == 1
    with pytest.raises(UnreadableError) as raised:
        next(results)
    assert (raised.value.what, raised.value.hint) == ("It cannot be read.", "Try another.")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_process_apart_that_is_stopped_or_killed_leaves_nothing_behind():
    stop = threading.Event()
    stopped = Apart(wait_for_ever, "begun", stop)
    assert next(stopped) == "begun"
    stop.set()
    assert list(stopped) == []
    assert not stopped._process.is_alive()
    killed = Apart(be_killed, "begun", threading.Event())
    assert next(killed) == "begun"
    with pytest.raises(EndedFromOutsideError):
        next(killed)
    assert list(killed) == []


ABANDONED = """
import gc, multiprocessing, sys, threading
from advisor.workers import Apart
def count(last):
    yield from range(last)
if __name__ == "__main__":
    results = Apart(count, 1_000_000, threading.Event())
    results.itself = results  # so that only the collector of garbage finds it, in an order of its own
    assert next(results) == 0
    (process,) = multiprocessing.active_children()
    if sys.argv[1:]:
        results.end()
        results.end()
    del results
    gc.collect()
    print(process.is_alive())
"""


@pytest.mark.parametrize(("arguments", "alive"), [(("ended",), False), ((), None)], ids=["ended", "given up"])
def test_one_that_is_given_up_half_way_warns_of_nothing(tmp_path, arguments, alive):
    script = tmp_path / "abandoned.py"
    script.write_text(ABANDONED)
    command = [sys.executable, str(script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert alive is None or done.stdout == f"{alive}\n"
