"""The user's command, run for real: its output, its end, and nothing left behind."""

import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from advisor.errors import UsageError
from advisor.experiment import capture
from advisor.experiment.processes import MARK
from advisor.experiment.runner import run_command
from tests.experiment.trainings import linux


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
