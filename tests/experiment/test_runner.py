"""The user's command, run for real: its output, its end, and nothing left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from advisor.errors import UsageError
from advisor.experiment import capture
from advisor.experiment.processes import MARK
from advisor.experiment.runner import run_command

linux = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


@pytest.fixture
def run(tmp_path):
    """Runs a Python program, or a command given as a list; returns how it ended and what it printed."""

    def start(program, on_output=None, **options):
        words = program if isinstance(program, list) else [sys.executable, "-c", textwrap.dedent(program)]
        finished = run_command(
            words, tmp_path, tmp_path / "captures" / "out.log", on_output, **{"pty": False, **options}
        )
        return finished, finished.output.read_bytes()

    return start


def wait_for(path, seconds=20.0):
    """Waits until a file holds a whole line; returns its words."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists() and path.read_text().endswith("\n"):
            return path.read_text().split()
        time.sleep(0.01)
    raise AssertionError(f"{path} was not written")


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def stop_when(condition, times=1):
    """An event that another thread sets once `condition()` has come true, `times` times."""
    stop = threading.Event()

    def work():
        condition()
        for _ in range(times):
            stop.set()
            while stop.is_set():
                time.sleep(0.01)

    threading.Thread(target=work, daemon=True).start()
    return stop


def test_output_passes_through_untouched(run):
    pieces = []
    data = bytes(range(256)) * 500 + b"\r 50%\r\x1b[2K100%\nno newline"
    program = """
        import sys
        sys.stdout.buffer.write(bytes(range(256)) * 500 + b"\\r 50%\\r\\x1b[2K100%\\nno newline")
        sys.stdout.flush()
        sys.stderr.buffer.write(b"err")
    """
    finished, kept = run(program, pieces.append)
    assert b"".join(pieces) == kept == data + b"err"
    assert (finished.exit_code, finished.signal, finished.interrupted) == (0, None, False)
    assert finished.ending.en == "exit code 0"
    assert finished.warnings == ()
    assert finished.output.stat().st_mode & 0o777 == 0o600


def test_a_terminal_looks_like_one_and_its_bytes_stay(run):
    program = """
        import os, sys
        print(sys.stdout.isatty(), sys.stderr.isatty(), sys.stdin.isatty())
        sys.stdout.write("a\\r\\nb\\n\\tc")
    """
    assert run(program, pty=True)[1] == b"True True False\na\r\nb\n\tc"
    assert run("import sys; print(sys.stdout.isatty())", pty=False)[1] == b"False\n"


@pytest.mark.fault("P10")
def test_standard_input_is_not_taken(run):
    assert run("import sys; print(repr(sys.stdin.read()))")[1] == b"''\n"


def test_output_comes_while_it_is_printed(run, tmp_path):
    go = tmp_path / "go"
    program = f"""
        import pathlib, time
        print("first")
        while not pathlib.Path({str(go)!r}).exists():
            time.sleep(0.01)
        print("second")
    """
    seen = []

    def on_output(data):
        seen.append(data)
        go.touch()

    finished, kept = run(program, on_output)
    assert kept == b"first\nsecond\n"
    assert finished.exit_code == 0
    assert len(seen) >= 2


def test_the_environment_is_the_users_with_unbuffered_output(run, monkeypatch):
    monkeypatch.setenv("MINE", "yes")
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    shown = "import os; print(os.environ['MINE'], os.environ['PYTHONUNBUFFERED'])"
    assert run(shown)[1] == b"yes 1\n"
    monkeypatch.setenv("PYTHONUNBUFFERED", "")
    assert run(shown)[1] == b"yes \n"
    assert MARK not in os.environ


@pytest.mark.parametrize(
    ("program", "code", "name", "words"),
    [
        ("raise SystemExit(3)", 3, None, "exit code 3"),
        (
            "import os; os.kill(os.getpid(), 9)",
            137,
            "SIGKILL",
            "killed by SIGKILL, most likely for lack of memory",
        ),
        ("import os; os.kill(os.getpid(), 11)", 139, "SIGSEGV", "killed by SIGSEGV"),
        ("raise SystemExit(137)", 137, None, "exit code 137, as when SIGKILL ended its program"),
    ],
)
def test_the_end_in_words(run, program, code, name, words):
    finished, _ = run(program)
    assert (finished.exit_code, finished.signal, finished.ending.en) == (code, name, words)


def test_what_is_recorded(run, tmp_path):
    before = time.time()
    finished, _ = run("x = bytearray(200 * 2**20); import time; time.sleep(0.2)")
    assert before - 1 <= finished.started_at <= time.time()
    assert finished.seconds >= 0.2
    assert 200 * 2**20 <= finished.peak_memory < 2**31
    assert finished.folder == tmp_path
    assert finished.command[0] == sys.executable


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of others is not told here")
def test_what_this_program_once_held_is_no_memory_of_the_training(run):
    larger = np.ones(100 * 2**20)
    del larger
    small, _ = run("x = bytearray(50 * 2**20); import time; time.sleep(0.5)")
    assert 50 * 2**20 <= small.peak_memory < 200 * 2**20


@pytest.mark.fault("P9")
def test_what_cannot_be_started_is_said_in_words(run, tmp_path):
    (tmp_path / "script.py").write_text("print(1)")
    (tmp_path / "data.bin").write_bytes(b"\x00\x01")
    (tmp_path / "data.bin").chmod(0o755)
    (tmp_path / "lost.sh").write_text("#!/no/such/interpreter\n")
    (tmp_path / "lost.sh").chmod(0o755)
    for command, words in [
        (["no-such-program-here"], "'no-such-program-here' was not found"),
        (["script.py"], "Did you mean 'python script.py'"),
        (["./script.py"], "may not be executed"),
        (["./data.bin"], "cannot be started"),
        (["./lost.sh"], "was not found"),
        (["a\0b"], "cannot be started"),
        ([str(tmp_path)], "may not be executed"),
        ([], "no command"),
        ([""], "no command"),
    ]:
        with pytest.raises(UsageError, match=words):
            run(command)
    with pytest.raises(UsageError, match="does not exist"):
        run_command(["true"], tmp_path / "nowhere", tmp_path / "out", pty=False)
    with pytest.raises(UsageError, match="cannot be kept"):
        run_command(["true"], tmp_path, tmp_path / "data.bin" / "out", pty=False)


@pytest.mark.fault("P8")
def test_words_never_pass_a_shell(run):
    words = ["; echo x", "$(echo x)", "`echo x`", "-", "a b", "*", "", "\n"]
    _, kept = run([sys.executable, "-c", "import sys; print(sys.argv[1:])", *words])
    assert kept.decode().strip() == repr(words)


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


@pytest.mark.fault("P7")
@linux
def test_fifty_starts_leak_nothing(run, tmp_path):
    def descriptors():
        return sorted(path.name for path in Path("/proc/self/fd").iterdir())

    def children():
        return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()

    run(["true"])
    before = descriptors(), children(), threading.active_count()
    for i in range(50):
        finished, _ = run(["true"] if i % 2 else ["sh", "-c", "sleep 0 & echo x"], pty=i % 3 == 0)
        assert finished.exit_code == 0
    with pytest.raises(UsageError):
        run(["no-such-program-here"], pty=True)
    assert (descriptors(), children(), threading.active_count()) == before


@pytest.mark.fault("P12")
def test_a_full_disk_costs_the_rest_of_the_capture_only(run, monkeypatch):
    real = os.write

    def full(descriptor, data):
        if b"second" in bytes(data):
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    shown = []
    program = "import time\nfor w in ('first', 'second', 'third'):\n    print(w); time.sleep(0.3)"
    finished, kept = run(program, shown.append)
    assert b"".join(shown) == b"first\nsecond\nthird\n"
    assert kept.startswith(b"first")
    assert b"third" not in kept
    assert finished.exit_code == 0
    assert finished.warnings == ("The output is kept only in part: No space left on device.",)


@pytest.mark.fault("P5")
def test_a_flood_of_output_is_kept_up_to_a_limit(run, monkeypatch):
    monkeypatch.setattr(capture, "CAPTURE_LIMIT", 2**20)
    counted = []
    finished, kept = run(
        "import os\nfor _ in range(80): os.write(1, b'x' * 65536)", lambda b: counted.append(len(b))
    )
    assert sum(counted) == 80 * 65536
    assert kept == b"x" * 2**20
    assert "first 1 MiB" in finished.warnings[0]


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


def test_an_assignment_before_the_program_is_put_in_its_environment(run):
    finished, kept = run(["LR=0.1", sys.executable, "-c", "import os; print(os.environ['LR'])"])
    assert kept == b"0.1\n"
    assert finished.command[0] == "LR=0.1"


@pytest.mark.fault("P9", "O4")
def test_of_the_environment_names_are_recorded_and_no_values(run, monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "secret-value")
    finished, _ = run(["true"])
    assert "SOME_TOKEN" in finished.environment
    assert "secret-value" not in repr(finished)
