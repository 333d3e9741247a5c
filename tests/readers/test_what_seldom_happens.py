"""What seldom happens to a log: it is cut while it is read, its folder is closed, its archive is locked."""

import dataclasses
import errno
import io
import itertools
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

from advisor.errors import UnreadableError
from advisor.readers import (
    Source,
    duplicates,
    event_frames,
    folders,
    follow,
    growing,
    growing_folder,
    many,
    read_paths,
    wandb_log,
)
from advisor.readers.archives import unpacked_archive
from advisor.readers.databases import SIGNATURE
from advisor.readers.duplicates import without_duplicates
from advisor.readers.event_templates import Decoder
from advisor.readers.follow import Follower, Kind
from advisor.readers.formats import csv_table, sacred_run
from advisor.readers.formats.catboost_info import READER as CATBOOST
from advisor.readers.formats.csv_table import READER as CSV
from advisor.readers.formats.optuna_study import READER as OPTUNA
from advisor.readers.formats.sacred_run import READER as SACRED
from advisor.readers.formats.wandb_offline import READER as WANDB
from advisor.readers.opening import open_regular, refuse
from advisor.readers.registry import read_source
from advisor.readers.sources import accepted
from advisor.run import EventKind, Role, Run, Series
from tests.event_files import HEADER, frame, simple
from tests.readers import wandb_logs
from tests.readers.odd_stores import ROWS, stores

TABLE = "epoch,loss\n1,0.5\n2,0.4\n3,0.3\n"


def test_many_files_are_read_by_several_processes_as_by_one(tmp_path, monkeypatch):
    monkeypatch.setattr(many, "_WORTH_BYTES", 1)
    for name in ("a.csv", "b.csv", "folder/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TABLE.replace("0.3", f"0.3{len(name)}"))
    (tmp_path / "bad.csv").write_bytes(bytes(range(256)))
    names = [str(tmp_path / name) for name in ("a.csv", "bad.csv", "folder", "b.csv", "none.csv")]
    for processes in (1, 2):
        told = []
        runs = read_paths([*names, "a\0b"], on_error=told.append, processes=processes)
        assert [run.source for run in runs] == [names[0], f"{names[2]}/c.csv", names[3]]
        assert ["binary" in told[0].what, "no file" in told[1].what, "not a path" in told[2].what] == [
            True
        ] * 3
        with pytest.raises(UnreadableError, match="binary"):
            read_paths(names, processes=processes)
    with pytest.raises(UnreadableError, match="There is no file"):
        read_paths(names[-1:], on_error=told.append)


def left_out(path):
    with unpacked_archive(path, "a") as (folder, events):
        files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
        return files, [(event.text, event.count) for event in events]


def test_folders_of_an_archive_are_no_files_and_what_is_there_twice_counts_once(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name in ("run", "run/a.csv", "run/a.csv", "./run/b.csv"):
            member = tarfile.TarInfo(name)
            member.type = tarfile.DIRTYPE if name == "run" else tarfile.REGTYPE
            member.size = 0 if name == "run" else len(TABLE)
            archive.addfile(member, io.BytesIO(TABLE.encode()))
    why = "its name is there twice or leads out of the archive"
    told = [(f"Left out of the archive: 'run/a.csv' ({why}).", 1)]
    assert left_out(tmp_path / "a.tar") == (["run/a.csv", "run/b.csv"], told)


@pytest.mark.parametrize(("damage", "why"), [("lock", "locked by a password"), ("flip", "damaged: ")])
def test_a_member_that_cannot_be_read_hides_no_other(tmp_path, damage, why):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.mkdir("run")
        archive.writestr("run/a.csv", TABLE)
        archive.writestr("run/b.csv", TABLE)
    data = bytearray(path.read_bytes())
    if damage == "lock":
        place = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
        assert data[place + 46 :].startswith(b"run/a.csv")
        data[place + 8] |= 1
    else:
        data[data.index(b"0.5")] ^= 1
    path.write_bytes(bytes(data))
    files, ((text, count),) = left_out(path)
    assert "run/b.csv" in files
    assert count == 1
    assert text.startswith(f"Left out of the archive: 'run/a.csv' ({why}")


def test_a_source_needs_something_to_be_read():
    with pytest.raises(ValueError, match="path or its content"):
        Source("a").open()


def curve(y, name="loss"):
    x = np.arange(len(y), dtype=np.float64)
    return Series(name, np.array(y), x, x.astype(np.int64) + 1, "epoch", Role.TRAIN_LOSS)


def test_logs_of_one_format_are_one_run_only_where_no_curve_is_missing():
    loss = [0.912, 0.834, 0.745, 0.651]
    runs = [
        Run("/a", (curve(loss), curve(loss[::-1], "other")), reader="csv"),
        Run("b", (curve(loss[:3]), curve(loss[::-1][:3], "another")), reader="csv"),
        Run("/c", (curve(loss),), reader="tensorboard"),
    ]
    assert len(without_duplicates(runs)) == 2
    assert duplicates._common("/a", "b") == ""


class Cut(io.BytesIO):
    """A file that is shorter when it is read than it was when it was opened."""

    def readinto(self, room):
        return super().readinto(memoryview(room)[: max(0, 150 - self.tell())])


def test_an_event_file_that_is_cut_while_it_is_read_ends_there():
    events = [HEADER, *(simple("loss", i, 0.5) for i in range(9))]
    records = [frame(event.SerializeToString()) for event in events]
    data = b"".join(records)
    framing = event_frames.Framing(Cut(data), 1 << 30)
    whole = sum(window.starts.size for window in framing.windows())
    ends = list(itertools.accumulate(map(len, records)))
    assert whole == sum(end <= 150 for end in ends)
    assert framing.tail == 150 - ends[whole - 1]
    assert framing.gaps == []


def test_junk_and_a_header_that_leads_nowhere_are_one_gap():
    length = struct.pack("<Q", 1 << 40)
    header = length + struct.pack("<I", masked_crc32c(length))
    records = [frame(bytes([i]) * 9) for i in range(4)]
    data = b"".join(records[:2]) + b"junk" * 5 + header + b"".join(records[2:])
    framing = event_frames.Framing(io.BytesIO(data), 1 << 30)
    assert sum(window.starts.size for window in framing.windows()) == 4
    assert framing.gaps == [(sum(map(len, records[:2])), 20 + len(header))]


def test_records_of_one_length_and_two_layouts_are_told_apart():
    decoder = Decoder()
    one = [simple("abc", i, 0.5 + i) for i in range(1, 9)]
    two = [simple("ab", i, 0.25 + i) for i in range(201, 209)]
    assert one[0].ByteSize() == two[0].ByteSize()
    for events in ([*one, *two], one, two):
        data = b"".join(frame(event.SerializeToString()) for event in events)
        (window,) = event_frames.Framing(io.BytesIO(data), 1 << 30).windows()
        points, wrong, rest = decoder.decode(window)
        found = sorted(
            (int(t), int(s), float(y)) for p in points for t, s, y in zip(p.tag, p.step, p.value, strict=True)
        )
        values = [
            (decoder.tags[e.summary.value[0].tag], e.step, e.summary.value[0].simple_value) for e in events
        ]
        assert found == sorted(values)
        assert (wrong.size, rest.size) == (0, 0)


def test_what_cannot_be_looked_at_in_a_folder_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "log.csv").write_text(TABLE)
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    scandir = os.scandir

    def closed(folder):
        if str(folder).endswith("closed"):
            raise PermissionError(errno.EACCES, "closed")
        return scandir(folder)

    monkeypatch.setattr(folders.os, "scandir", closed)
    (source,) = folders.from_folder(tmp_path)
    assert source.label == str(tmp_path / "log.csv")
    with pytest.raises(UnreadableError, match="No permission to read"):
        folders.from_folder(tmp_path / "closed")


def test_a_file_whose_handle_goes_stale_is_opened_anew(tmp_path, monkeypatch):
    path = tmp_path / "a.log"
    path.write_text("one\n")
    follower = Follower(path)
    assert follower.poll().kind is Kind.REPLACED
    with monkeypatch.context() as stale:
        stale.setattr(
            follow._File, "more", lambda file: (_ for _ in ()).throw(OSError(errno.ESTALE, "stale"))
        )
        assert follower.poll().kind is Kind.NOTHING
    assert not follower.text
    assert follower.poll().kind is Kind.REPLACED
    assert follower.content() == b"one\n"
    monkeypatch.setattr(
        follow._File, "content", lambda file: (_ for _ in ()).throw(OSError(errno.ESTALE, "stale"))
    )
    assert follower.content() == b""


def test_a_file_in_whose_place_a_folder_stands_is_gone(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("one\n")
    follower = Follower(path)
    follower.poll()
    path.rename(tmp_path / "b.log")
    path.mkdir()
    (path / "c").touch()
    assert [follower.poll().kind for _ in range(2)] == [Kind.GONE, Kind.NOTHING]


def test_a_file_that_was_written_anew_behind_its_beginning_starts_again(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("line one\n" * 1_000)
    follower = Follower(path)
    follower.poll()
    path.write_text("line one\n" * 500 + "line two\n" * 600)
    assert follower.poll().kind is Kind.RESTARTED
    assert follower.content().endswith(b"two\n")


def test_a_file_that_is_cut_between_two_readings_is_looked_at_again(tmp_path, monkeypatch):
    path = tmp_path / "a.log"
    path.write_text("one\n")
    follower = Follower(path)
    follower.poll()
    with path.open("a") as stream:
        stream.write("two\n")
    last_end = follow._File._last_end
    with monkeypatch.context() as cut:
        cut.setattr(follow._File, "_last_end", lambda file, start, end: last_end(file, start, end) + 5)
        assert follower.poll().kind is Kind.NOTHING
    assert follower.poll().data == b"two\n"


def test_a_log_that_is_far_behind_is_settled_as_a_whole(tmp_path, monkeypatch):
    path = tmp_path / "a.log"
    path.write_text("step 1 loss 0.5\nstep 2 loss 0.5\n")
    log = growing.GrowingLog(path, "a")
    log.look()
    monkeypatch.setattr(follow, "_MOST_PER_LOOK", 20)
    with path.open("a") as stream:
        stream.write("".join(f"step {i} loss 0.5\n" for i in range(3, 20)))
    log.settle()
    assert len(log.runs[0].series[0]) == 19


def test_documents_and_stores_that_hold_something_else_are_refused():
    with pytest.raises(UnreadableError, match="without an iteration"):
        CATBOOST.read(Source("catboost_training.json", content=b"[1]"))
    with pytest.raises(UnreadableError, match="SQLite database that cannot be read"):
        OPTUNA.read(Source("a.db", content=SIGNATURE + b"junk" * 99))
    assert CSV.read(Source("a.csv", content=TABLE.encode()))


def test_a_table_whose_end_is_not_known_is_read_as_a_whole(monkeypatch):
    def endless(stream):
        raise OSError(errno.EINVAL, "no end")

    monkeypatch.setattr(csv_table, "size_of", endless)
    (run,) = CSV.read(Source("a.csv", content=TABLE.encode()))
    assert run.series[0].y.tolist() == [0.5, 0.4, 0.3]


@pytest.mark.parametrize(("most", "told"), [(1, True), (2, False)])
def test_so_many_metrics_of_sacred_are_read(monkeypatch, most, told):
    monkeypatch.setattr(sacred_run, "MAX_CURVES", most)
    (run,) = SACRED.read(Source("metrics.json", content=stores()["metrics.json"]))
    assert [e.text for e in run.events] == [f"Only {most} metrics of the run were read."] * told


def test_records_of_wandb_that_are_too_long_are_told(monkeypatch):
    monkeypatch.setattr(wandb_log, "_MAX_RECORD_BYTES", 50_000)
    (run,) = WANDB.read(
        Source("run-1.wandb", content=wandb_logs.frame(wandb_logs.message(9, bytes(60_000)), *ROWS))
    )
    assert [(e.kind, e.text, e.count) for e in run.events] == [
        (EventKind.NOTE, "Records longer than 64 MiB were left out.", 1)
    ]


@pytest.mark.parametrize(("number", "said"), [
    (errno.ENXIO, "is a socket"), (errno.EIO, "cannot be read: Input/output error"),
    (errno.ELOOP, "leads back"),
])  # fmt: skip
def test_what_the_system_refuses_is_said_in_words(tmp_path, number, said):
    assert said in str(refuse(tmp_path / "a", OSError(number, os.strerror(number))))
    with pytest.raises(UnreadableError, match="not a path"):
        open_regular(tmp_path / "a\0b")


def test_a_file_that_is_no_file_any_more_when_it_is_open_is_closed(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_text("x")
    closed = []
    close = os.close
    monkeypatch.setattr("advisor.readers.opening.os.close", lambda fd: closed.append(fd) or close(fd))
    monkeypatch.setattr("advisor.readers.opening.os.fstat", lambda fd: tmp_path.stat())
    with pytest.raises(UnreadableError, match="is a folder, not a regular file"):
        open_regular(path)
    assert len(closed) == 1


def test_a_log_for_which_memory_is_too_small_is_refused(monkeypatch):
    def read(source):
        raise MemoryError

    monkeypatch.setattr(CSV, "read", read, raising=False)
    with pytest.raises(UnreadableError, match="needs more memory than there is"):
        read_source(Source("a.csv", content=TABLE.encode()))


@pytest.mark.parametrize("magic", [b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\x00"])
def test_a_packed_file_of_which_nothing_can_be_unpacked_is_refused(magic):
    with pytest.raises(UnreadableError, match="is a damaged"):
        accepted(Source("a", content=magic + b"junk" * 9))


def lines(first, last):
    return "".join(f"step {i} loss 0.{i:04}\n" for i in range(first, last)).encode()


def test_further_lines_that_only_the_whole_can_tell():
    text = lines(1, 2_001)
    (run,) = read_source(Source("a", content=text))
    context = growing._Context(text, run)
    more = lines(2_001, 2_003)
    found = growing._extended([run], context, more)
    assert found is not None
    assert len(found[0].series[0]) == 2_002
    # New runs in the new lines.
    fit = "".join(f"epoch {i} of 30 loss 0.{90 - i}\n" for i in range(1, 31)).encode()
    assert growing._extended([run], context, more + fit * 2) is None
    # Nobody reads what another program's reader read.
    assert (
        growing._extended([run], growing._Context(text, dataclasses.replace(run, reader="other")), more)
        is None
    )
    # Nothing can be read of the part, or it is refused.
    context.head = context.tail = b""
    assert growing._extended([run], context, b"words\n") is None
    assert growing._read(CSV, b"epoch,loss\n") == []
    assert growing._read(CSV, TABLE.encode())


def test_the_files_of_a_folder_that_grows(tmp_path, monkeypatch):
    for name in ("a.csv", "b.db-wal", "c.bin", "deep/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("12")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")

    def found():
        return [(Path(name).name, size) for name, size, _ in growing_folder._files(str(tmp_path))]

    assert found() == [("a.csv", 2), ("b.db-wal", 2), ("d.csv", 2)]
    # So many names are looked at, and those of the folder in which that is seen.
    for most, deep in ((4, False), (5, True)):
        monkeypatch.setattr(growing_folder, "MAX_ENTRIES", most)
        assert (("d.csv", 2) in found()) is deep


def test_of_the_last_known_lines_the_second_half_is_compared():
    text = lines(1, 2_001)
    (run,) = read_source(Source("a", content=text))
    context = growing._Context(text, run)
    tail = context.tail.count(b"\n")
    half = context.lines - tail + tail // 2
    (loss,) = run.series
    for line, fits in ((half, True), (half + 1, False)):
        y = loss.y.copy()
        y[line - 1] = 9.0
        other = dataclasses.replace(run, series=(dataclasses.replace(loss, y=y),))
        assert (growing._extended([other], context, lines(2_001, 2_003)) is not None) is fits
