import bz2
import gzip
import io
import lzma
import os
import socket

import pytest

from advisor.errors import UnreadableError
from advisor.readers import read_paths
from advisor.readers.sources import MAX_UNPACKED_BYTES
from advisor.run import EventKind

CSV = b"epoch,loss,val_loss\n0,3,4\n1,2,3\n2,1,2\n"


def refused(path, said):
    with pytest.raises(UnreadableError, match=said) as caught:
        read_paths([str(path)])
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_file(tmp_path):
    refused(tmp_path / "absent.csv", "There is no file")


def test_an_empty_file(tmp_path):
    (tmp_path / "log.csv").touch()
    refused(tmp_path / "log.csv", "is empty")


def test_a_folder_without_logs(tmp_path):
    (tmp_path / "train.py").write_text("print('loss: 0.5')\n")
    refused(tmp_path, "holds no log")


@pytest.mark.fault("F9")
@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
        (b"GIF89a\x01\x00", "a GIF image"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "a WEBP file"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04\x14\x00", "a zip archive"),
        (b"\x80\x04\x95\x10\x00", "a Python pickle"),
        (b"\x80\x02}q\x00", "a Python pickle"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"\x93NUMPY\x01\x00", "a NumPy array"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n", "git lfs pull"),
        (bytes(range(256)) * 20, "binary data"),
    ],
)
def test_what_is_no_log_is_named_and_never_loaded(tmp_path, head, said):
    path = tmp_path / "log.csv"
    path.write_bytes(head)
    refused(path, said)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(CSV)
    path.chmod(0)
    refused(path, "No permission")


@pytest.mark.fault("F3")
def test_no_permission_is_told_whoever_asks(tmp_path, monkeypatch):
    path = tmp_path / "log.csv"
    path.write_bytes(CSV)

    def forbidden(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", forbidden)
    refused(path, "No permission")


@pytest.mark.fault("F1")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "a named pipe")


@pytest.mark.fault("F1")
def test_a_socket(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("here.sock")
        refused("here.sock", "a socket")


@pytest.mark.fault("F1")
def test_an_endless_device():
    refused("/dev/zero", "a character device")


@pytest.mark.fault("F2")
def test_a_link_to_itself(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    refused(tmp_path / "loop", "leads back to itself")


@pytest.mark.parametrize("name", ["a\x00b", "x" * 5_000])
def test_a_name_that_can_be_no_path(name):
    refused(name, "not a path|longer than a file name")


@pytest.mark.fault("F4")
def test_control_characters_in_a_name_are_not_shown(tmp_path):
    said = refused(tmp_path / "a\x1b[31mb\x07", "There is no file")
    assert "\x1b" not in said
    assert "\x07" not in said


@pytest.mark.parametrize(
    ("pack", "suffix"), [(gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")]
)
def test_a_packed_log_is_unpacked(tmp_path, pack, suffix):
    path = tmp_path / f"log.csv.{suffix}"
    path.write_bytes(pack(CSV))
    (run,) = read_paths([str(path)])
    assert {s.name: s.y.tolist() for s in run} == {"loss": [3, 2, 1], "val_loss": [4, 3, 2]}


def test_a_packed_log_that_is_cut_is_read_up_to_the_cut(tmp_path):
    rows = b"epoch,loss\n" + b"".join(b"%d,%d.%06d\n" % (i, i % 7, i * 7919 % 999983) for i in range(50_000))
    packed = gzip.compress(rows)
    (tmp_path / "log.csv.gz").write_bytes(packed[: len(packed) // 2])
    (run,) = read_paths([str(tmp_path / "log.csv.gz")])
    assert 1_000 < len(run.series[0]) < 50_000
    assert run.events[0].kind == EventKind.TRUNCATED


@pytest.mark.fault("F8")
def test_a_packed_bomb_is_refused(tmp_path):
    with gzip.open(tmp_path / "bomb.gz", "wb", compresslevel=1) as stream:
        for _ in range((MAX_UNPACKED_BYTES >> 24) + 1):
            stream.write(bytes(1 << 24))
    refused(tmp_path / "bomb.gz", "once unpacked")


def test_standard_input_is_read():
    (run,) = read_paths(["-"], io.BytesIO(CSV))
    assert run.source == "-"
    assert {s.name: s.y.tolist() for s in run}["loss"] == [3, 2, 1]


def test_empty_standard_input_is_told():
    with pytest.raises(UnreadableError, match="Standard input is empty"):
        read_paths(["-"], io.BytesIO())


def test_one_bad_input_is_reported_and_the_others_are_read(tmp_path):
    (tmp_path / "good.csv").write_bytes(CSV)
    told = []
    runs = read_paths([str(tmp_path / "absent.csv"), str(tmp_path / "good.csv")], on_error=told.append)
    assert len(runs) == 1
    assert [error.exit_code for error in told] == [3]


def test_without_anyone_to_tell_a_bad_input_is_not_passed_over(tmp_path):
    (tmp_path / "good.csv").write_bytes(CSV)
    with pytest.raises(UnreadableError):
        read_paths([str(tmp_path / "good.csv"), str(tmp_path / "absent.csv")])


def test_a_folder_gives_its_logs_newest_first_and_nothing_else(tmp_path):
    for age, name in enumerate(
        ["new/metrics.csv", "old/metrics.csv", "node_modules/x/metrics.csv", ".git/metrics.csv"]
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(CSV)
        os.utime(path, (1e9 - age, 1e9 - age))
    (tmp_path / "new" / "config.json").write_text('{"hidden_size": 3}')
    (tmp_path / "notes.txt").write_text("a note\n")
    (tmp_path / "again").symlink_to(tmp_path / "new")
    runs = read_paths([str(tmp_path)])
    assert [os.path.relpath(run.source, tmp_path) for run in runs] == [
        "new/metrics.csv",
        "old/metrics.csv",
    ] or [os.path.relpath(run.source, tmp_path) for run in runs] == ["again/metrics.csv", "old/metrics.csv"]


def test_what_stands_beside_a_log_is_read_with_it(tmp_path):
    (tmp_path / "metrics.csv").write_bytes(CSV)
    (tmp_path / "hparams.yaml").write_text(
        "optim:\n  lr: 1e-3\n  name: adam\nbatch_size: 32\nbad: !!python/object:os.system x\n"
    )
    (tmp_path / "config.json").write_text("{ not json")
    (run,) = read_paths([str(tmp_path / "metrics.csv")])
    assert run.number("learning_rate") == 0.001
    assert run.hyperparameter("learning_rate").name == "optim.lr"
    assert run.hyperparameter("learning_rate").source == "hparams.yaml"
    assert run.number("batch_size") == 32


def test_a_few_aliases_cannot_unfold_without_end(tmp_path):
    levels = ["a: &a {x: 1, y: 2}"] + [
        f"{c}: &{c} {{{', '.join(f'k{i}: *{p}' for i in range(9))}}}"
        for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    (tmp_path / "metrics.csv").write_bytes(CSV)
    (tmp_path / "config.yaml").write_text("\n".join(levels))
    (run,) = read_paths([str(tmp_path / "metrics.csv")])
    assert len(run.hyperparameters) < 10_000
