"""However a training ends, or this program does, nothing of it goes on running."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from tests.experiment.trainings import linux, lives, stop_when, wait_for


@pytest.mark.fault("P6")
@pytest.mark.parametrize("pty", [False, True])
def test_a_grandchild_that_holds_the_output_hangs_nothing(run, tmp_path, pty):
    note = tmp_path / "pid"
    program = f"""
        import pathlib, subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        pathlib.Path({str(note)!r}).write_text(f"{{child.pid}}\\n")
        print("done")
    """
    started = time.monotonic()
    finished, kept = run(program, pty=pty)
    assert kept == b"done\n"
    assert finished.exit_code == 0
    assert time.monotonic() - started < 300, "the grandchild sleeps for ten minutes"
    assert not lives(int(wait_for(note)[0]))


DAEMON = """
    import os, pathlib, signal, sys, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            pathlib.Path({note!r}).write_text(f"{{os.getpid()}}\\n")
            time.sleep(600)
        os._exit(0)
    while not pathlib.Path({note!r}).exists():
        time.sleep(0.01)
    {rest}
"""


@pytest.mark.fault("P4")
@linux
def test_a_daemon_that_left_the_group_and_ignores_signals_is_ended(run, tmp_path):
    note = tmp_path / "pid"
    finished, _ = run(DAEMON.format(note=str(note), rest="print('done')"), kill_grace=0.3)
    assert finished.exit_code == 0
    assert finished.warnings == ()
    assert not lives(int(wait_for(note)[0]))


WORKERS = """
    import multiprocessing, os, pathlib, signal, time

    def work(n):
        pathlib.Path({folder!r}, f"worker-{{n}}").write_text(f"{{os.getpid()}}\\n")
        time.sleep(600)

    if __name__ == "__main__":
        multiprocessing.set_start_method("fork")
        workers = [multiprocessing.Process(target=work, args=(n,)) for n in range(3)]
        [worker.start() for worker in workers]
        try:
            time.sleep(600)
        except KeyboardInterrupt:
            pathlib.Path({folder!r}, "checkpoint").write_text("saved\\n")
            raise SystemExit(5)
"""


@pytest.mark.fault("P1")
def test_asking_once_lets_the_training_save_and_ends_its_workers(run, tmp_path):
    def ready():
        [wait_for(tmp_path / f"worker-{n}") for n in range(3)]

    finished, _ = run(WORKERS.format(folder=str(tmp_path)), stop=stop_when(ready))
    assert (tmp_path / "checkpoint").read_text() == "saved\n"
    assert finished.interrupted
    assert finished.exit_code == 5
    assert finished.ending.en == "stopped on request"
    assert not any(lives(int(wait_for(tmp_path / f"worker-{n}")[0])) for n in range(3))


DEAF = """
    import os, pathlib, signal, time
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    {more}
    pathlib.Path({note!r}).write_text(f"{{os.getpid()}}\\n")
    time.sleep(600)
"""


@pytest.mark.fault("P1")
@pytest.mark.parametrize(
    ("more", "requests", "grace", "name"),
    [
        ("", 1, 0.2, "SIGTERM"),
        ("", 2, 300, "SIGTERM"),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", 1, 0.2, "SIGKILL"),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", 3, 300, "SIGKILL"),
    ],
)
def test_what_does_not_listen_is_ended_all_the_same(run, tmp_path, more, requests, grace, name):
    note = tmp_path / "pid"
    stop = stop_when(lambda: wait_for(note), requests)
    finished, _ = run(DEAF.format(note=str(note), more=more), stop=stop, grace=grace, kill_grace=grace)
    assert (finished.signal, finished.interrupted) == (name, True)
    assert finished.ending.en == f"stopped on request by {name}"
    assert not lives(int(wait_for(note)[0]))


def test_an_output_that_raises_leaves_nothing_running(run, tmp_path):
    note = tmp_path / "pid"

    def on_output(data):
        raise RuntimeError("the screen broke")

    program = f"""
        import os, pathlib, time
        pathlib.Path({str(note)!r}).write_text(f"{{os.getpid()}}\\n")
        print("hello")
        time.sleep(600)
    """
    with pytest.raises(RuntimeError, match="the screen broke"):
        run(program, on_output)
    assert not lives(int(wait_for(note)[0]))


CALLER = """
import sys
from pathlib import Path
from advisor.experiment.runner import run_command
finished = run_command([sys.executable, "-c", sys.argv[1]], Path("."), Path("out.log"), pty=False, grace=60)
print(finished.exit_code, finished.interrupted)
"""


@pytest.mark.fault("P2")
@pytest.mark.parametrize(
    ("number", "said", "code"),
    [
        (signal.SIGINT, "130 True", 0),
        (signal.SIGTERM, "", -signal.SIGTERM),
        (signal.SIGHUP, "", -signal.SIGHUP),
    ],
)
def test_signals_to_the_advisor_end_the_training(tmp_path, repository, number, said, code):
    """Ctrl-C stops the training and the advisor goes on; after SIGTERM and SIGHUP it ends as they would."""
    note = tmp_path / "pid"
    training = textwrap.dedent(f"""
        import os, pathlib, signal, time
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
        pathlib.Path({str(note)!r}).write_text(f"{{os.getpid()}}\\n")
        time.sleep(600)
    """)
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, training], cwd=tmp_path, env=environment, stdout=subprocess.PIPE
    )
    pid = int(wait_for(note)[0])
    caller.send_signal(number)
    output, _ = caller.communicate(timeout=120)
    assert output.decode().strip() == said
    assert caller.returncode == code
    assert not lives(pid)


def test_handlers_and_prctl_are_put_back(run):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    run("pass")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


def test_other_children_of_this_process_are_left_alone(run):
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as other:
        run("print(1)")
        assert other.poll() is None
        other.kill()
        assert other.wait() == -signal.SIGKILL


ADVISOR = """
import sys
from pathlib import Path
from advisor.experiment.runner import run_command
program, folder, terminal = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "pty"
run_command([sys.executable, "-c", program], folder, folder / "out.log", pty=terminal)
"""


FAMILY = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGHUP, signal.SIG_IGN)
sleep = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
sleeper = [sys.executable, "-c", sleep]
away = subprocess.Popen(sleeper, start_new_session=True)
near = subprocess.Popen(sleeper)
pathlib.Path("pids").write_text(f"{os.getpid()} {away.pid} {near.pid}\\n")
time.sleep(600)
"""


@pytest.mark.fault("P3")
@linux
@pytest.mark.parametrize("terminal", ["pty", "pipe"])
def test_a_killed_advisor_leaves_no_training_behind(tmp_path, repository, terminal):
    """P3: kill -9 of the advisor alone; the training ignores SIGHUP, and one of its workers left the
    group."""
    program = [sys.executable, "-c", ADVISOR, FAMILY, str(tmp_path), terminal]
    started = subprocess.Popen(program, cwd=repository, stdout=subprocess.DEVNULL)
    pids = [int(word) for word in wait_for(tmp_path / "pids")]
    assert all(lives(pid) for pid in pids)
    started.kill()
    started.wait()
    end = time.monotonic() + 30
    while any(lives(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.05)
    assert [pid for pid in pids if lives(pid)] == []
