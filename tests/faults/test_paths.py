"""Odd names, files and folders; the plainer ones stand beside the reader."""

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

import advisor

LOG = "".join(f"epoch {epoch} train_loss {2 / (epoch + 1):.4f}\n" for epoch in range(20))


def command(*words, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "advisor", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def limited(kind, most, *words):
    """The command, ended, under a limit of the system."""
    program = (
        f"import resource, sys; resource.setrlimit(resource.{kind}, ({most}, {most})); "
        "from advisor.cli import main; sys.exit(main())"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, words)], capture_output=True, timeout=240, check=False
    )


@pytest.mark.fault("F4")
@pytest.mark.parametrize(
    "name",
    [
        b"my log.txt",
        b"a\nb.log",
        b"-x.log",
        b"\xff\xfe.log",
        b"\x1b[2J.log",
        b"x" * 250 + b".log",
        "\u202e🔥.log".encode(),
    ],
    ids=["space", "line end", "dash", "bytes", "escape", "long", "override"],
)
def test_a_file_of_any_name_is_read_and_its_name_shown_harmlessly(tmp_path, told, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path(os.fsdecode(name)).write_text(LOG)
    for words in (["read", "--", os.fsdecode(name)], ["read", str(tmp_path)]):
        shown = told(*words, code=[0])
        assert "train_loss" in shown
        assert not set(shown) & set("\x1b\u202e\udcff")


@pytest.mark.fault("F6")
def test_no_file_is_mapped_into_memory():
    """A mapped file that shrinks kills its reader with SIGBUS; so none is mapped."""
    sources = Path(advisor.__file__).parent.rglob("*.py")
    assert not [path for path in sources if "mmap" in path.read_text("utf-8")]


@pytest.mark.fault("F6")
def test_a_file_that_is_cut_while_it_is_read_is_read_up_to_the_cut_or_told(tmp_path):
    path = tmp_path / "train.log"
    path.write_text("".join(f"step {i} loss {2 / (i + 1):.6f}\n" for i in range(600_000)))
    reading = command("read", str(path))
    time.sleep(0.5)
    os.truncate(path, 4_000)
    out, err = reading.communicate(timeout=120)
    assert reading.returncode in (0, 3), err
    assert b"Traceback" not in err
    assert b"loss" in out or err.startswith(b"advisor: ")


@pytest.mark.fault("F7")
def test_a_sparse_file_of_a_terabyte_is_refused_at_once(tmp_path, told):
    path = tmp_path / "disk.log"
    path.touch()
    os.truncate(path, 1 << 40)
    assert "binary" in told("diagnose", path, code=[3])


@pytest.mark.fault("F7")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc here")
def test_a_kernel_file_of_size_0_with_content_is_no_empty_file(told):
    assert "curve" in told("diagnose", "/proc/self/status", code=[3])


def archive(entries):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return stream.getvalue()


@pytest.mark.fault("F8")
def test_an_archive_within_an_archive_and_a_damaged_member_cost_only_themselves(read):
    inner = archive({"train.log": LOG})
    (run,) = read("runs.zip", archive({"run/train.log": LOG, "run/inner.zip": inner}))
    assert len(run.series[0]) == 20
    data = bytearray(archive({"a/one.log": LOG * 3, "b/two.log": LOG}))
    data[60] ^= 0xFF
    runs = read("damaged.zip", bytes(data))
    assert any(len(run.series[0]) == 20 for run in runs)


@pytest.mark.fault("F8")
def test_an_archive_under_a_password_is_told(tmp_path, told):
    data = bytearray(archive({"train.log": LOG}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "locked.zip"
    path.write_bytes(data)
    shown = told("diagnose", path, code=[3])
    assert "password" in shown or "encrypted" in shown


@pytest.mark.fault("O8")
def test_few_file_handles_are_enough(tmp_path):
    for i in range(150):
        folder = tmp_path / f"run{i}"
        folder.mkdir()
        (folder / "train.log").write_text(LOG.replace("0.", f"{i}."))
    done = limited("RLIMIT_NOFILE", 64, "diagnose", tmp_path)
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == b""


@pytest.mark.fault("F10")
def test_a_file_larger_than_the_memory_is_refused_in_words(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("step,loss\n" + "".join(f"{i},{2 / (i + 1):.4f}\n" for i in range(5_000)))
    os.truncate(log, 20 << 30)  # what follows is a hole: zeros that take no room
    done = limited("RLIMIT_AS", 1_200 << 20, "diagnose", "--no-learned", log)
    assert done.returncode == 3
    assert b"log.csv" in done.stderr
    assert b"memory" in done.stderr or b"GiB" in done.stderr
    assert b"tail -n" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.fault("O9")
def test_ctrl_c_while_an_endless_input_is_read_ends_in_words_and_keeps_nothing(tmp_path):
    heard = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731  (the tests may run under nohup)
    reading = command("diagnose", "-", stdin=subprocess.PIPE, start_new_session=True, preexec_fn=heard)
    for i in range(20_000):
        reading.stdin.write(b"step %d loss %.4f\n" % (i, 2 / (i + 1)))
    reading.stdin.flush()
    time.sleep(1)
    os.killpg(reading.pid, signal.SIGINT)
    out, err = reading.communicate(timeout=60)
    assert reading.returncode == 130
    assert b"Traceback" not in err
    assert out == b""


@pytest.mark.fault("O10")
def test_two_hundred_bad_files_are_told_in_a_few_lines(tmp_path, told):
    for i in range(200):
        (tmp_path / f"bad{i}.csv").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "good.log").write_text(LOG)
    shown = told("read", tmp_path, code=[0])
    assert "train_loss" in shown
    assert len(shown.splitlines()) < 40


@pytest.mark.fault("O5")
@pytest.mark.parametrize("missing", ["HOME", "TMPDIR", "XDG_DATA_HOME"])
def test_an_environment_without_a_home_answers_all_the_same(tmp_path, missing):
    (tmp_path / "train.log").write_text(LOG)
    keep = {name: value for name, value in os.environ.items() if name not in (missing, "ADVISOR_HOME")}
    if missing != "HOME":
        keep[missing] = str(tmp_path / "nowhere" / "at all")
    keep["HOME" if missing != "HOME" else "UNUSED"] = str(tmp_path)
    reading = command("diagnose", str(tmp_path / "train.log"), "--journal", str(tmp_path / "j.db"), env=keep)
    out, err = reading.communicate(timeout=120)
    assert reading.returncode in (0, 1), err
    assert b"Traceback" not in err
    assert out
