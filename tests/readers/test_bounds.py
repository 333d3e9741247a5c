"""What readers hold at most, with the bounds set low: so much is read whole, one more is cut and told."""

import io
import json
import os
import sqlite3
import tarfile
import zipfile

import pytest

from advisor.errors import UnreadableError
from advisor.readers import (
    Source,
    archives,
    databases,
    decode,
    folders,
    lines,
    points,
    read_paths,
    records,
    sources,
)
from advisor.readers.formats import mlflow_files, optuna_study, tensorboard_events, wandb_offline
from advisor.readers.lines import lines_of
from advisor.readers.many import read_many, worth_processes
from advisor.readers.points import Points, curves
from advisor.run import EventKind
from tests.event_files import content, simple
from tests.readers.wandb_logs import frame, history

ROWS = "epoch,loss\n1,0.5\n2,0.4\n3,0.3\n"


def test_the_bounds_are_what_the_documentation_says():
    assert (folders.MAX_DEPTH, folders.MAX_ENTRIES, folders.MAX_LOGS) == (8, 100_000, 2_000)
    assert (archives.MAX_MEMBERS, archives.MAX_RATIO) == (20_000, 500)
    assert sources.MAX_UNPACKED_BYTES == sources.MAX_STDIN_BYTES == 512 << 20
    assert archives.MAX_PASSED_BYTES == 4 << 30
    assert decode.MAX_TEXT_BYTES == 1 << 30


@pytest.mark.parametrize("depth", [8, 9])
def test_logs_lie_so_deep_at_most(tmp_path, depth):
    folder = tmp_path.joinpath(*"abcdefghi"[:depth])
    folder.mkdir(parents=True)
    (folder / "log.csv").write_text(ROWS)
    assert len(folders.from_folder(tmp_path)) == (depth == 8)


@pytest.mark.parametrize(("most", "cut"), [(3, False), (2, True)])
def test_so_many_entries_and_logs_are_looked_at(tmp_path, monkeypatch, most, cut):
    for name in "abc":
        (tmp_path / f"{name}.csv").write_text(ROWS)
    monkeypatch.setattr(folders, "MAX_ENTRIES", most)
    found = folders.from_folder(tmp_path)
    assert len(found) == most
    assert [e.text for e in found[0].events] == ["Only the first 2 files of the folder were looked at."] * cut
    monkeypatch.undo()
    monkeypatch.setattr(folders, "MAX_LOGS", most)
    found = folders.from_folder(tmp_path)
    assert len(found) == most
    told = ["The folder holds 3 files that may be logs; the newest 2 were read."] * cut
    assert [(e.text, e.count) for e in found[0].events] == [(text, 1) for text in told]


def test_whether_a_folder_is_much(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.csv").write_text("x" * 100)
    assert folders.is_much(tmp_path, 100, 10)
    assert not folders.is_much(tmp_path, 101, 10)
    assert not folders.is_much(tmp_path, 101, 3)
    assert folders.is_much(tmp_path, 101, 2)


def packed(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_", "/") + ".csv", text)
    return path


def left_out(path):
    with archives.unpacked_archive(path, "a.zip") as (folder, events):
        return sorted(p.name for p in folder.rglob("*.csv")), [(e.text, e.count) for e in events]


def test_so_many_members_of_an_archive_are_taken(tmp_path, monkeypatch):
    path = packed(tmp_path / "a.zip", a=ROWS, b=ROWS, c=ROWS)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    assert left_out(path) == (["a.csv", "b.csv", "c.csv"], [])
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    told = "Left out of the archive: 'the rest' (it holds more than 2 files)."
    assert left_out(path) == (["a.csv", "b.csv"], [(told, 1)])


def test_so_many_bytes_of_an_archive_are_unpacked(tmp_path, monkeypatch):
    path = packed(tmp_path / "a.zip", a=ROWS, b=ROWS)
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 2 * len(ROWS))
    assert left_out(path)[1] == []
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 2 * len(ROWS) - 1)
    assert "more than 0 MiB" in left_out(path)[1][0][0]
    monkeypatch.undo()
    monkeypatch.setattr(archives, "_RATIO_FROM", 0)
    size = path.stat().st_size
    monkeypatch.setattr(archives, "MAX_RATIO", 2 * len(ROWS) / size)
    assert left_out(path)[1] == []
    monkeypatch.setattr(archives, "_RATIO_FROM", 2 * len(ROWS))
    monkeypatch.setattr(archives, "MAX_RATIO", 0)
    assert left_out(path)[1] == []
    monkeypatch.setattr(archives, "_RATIO_FROM", 2 * len(ROWS) - 1)
    assert "more than 0 times" in left_out(path)[1][0][0]


def test_so_many_bytes_of_a_tar_archive_are_passed(tmp_path, monkeypatch):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for name, size in (("a.csv", len(ROWS)), ("weights.bin", 1_000), ("b.csv", len(ROWS))):
            member = tarfile.TarInfo(name)
            member.size = size
            archive.addfile(member, io.BytesIO(ROWS.encode().ljust(size)))
    monkeypatch.setattr(archives, "MAX_PASSED_BYTES", 1_000 + 2 * len(ROWS))
    assert left_out(path) == (["a.csv", "b.csv"], [])
    monkeypatch.setattr(archives, "MAX_PASSED_BYTES", 1_000 + 2 * len(ROWS) - 1)
    names, ((text, count),) = left_out(path)
    assert (names, count) == (["a.csv"], 1)
    assert "(it holds more than 0 GiB)" in text


def test_the_parts_of_a_name_in_an_archive_are_so_long_and_so_many(tmp_path):
    good = {"x" * 196: ROWS, "_".join("a" * 32): ROWS}
    assert len(left_out(packed(tmp_path / "a.zip", **good))[0]) == 2
    bad = {"good": ROWS, "x" * 197: ROWS, "_".join("a" * 33): ROWS}
    names, events = left_out(packed(tmp_path / "b.zip", **bad))
    assert names == ["good.csv"]
    assert [count for _, count in events] == [2]


def test_so_many_bytes_of_a_packed_log_are_unpacked(tmp_path, monkeypatch):
    import gzip

    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    monkeypatch.setattr(sources, "MAX_UNPACKED_BYTES", len(ROWS))
    assert sources.from_file(path, "a").content == ROWS.encode()
    monkeypatch.setattr(sources, "MAX_UNPACKED_BYTES", len(ROWS) - 1)
    with pytest.raises(UnreadableError, match="more than 0 MiB once unpacked"):
        sources.from_file(path, "a")


def test_so_much_comes_through_standard_input(monkeypatch):
    monkeypatch.setattr(sources, "MAX_STDIN_BYTES", len(ROWS))
    assert sources.from_stdin(io.BytesIO(ROWS.encode())).content == ROWS.encode()
    with pytest.raises(UnreadableError, match="longer than 0 MiB"):
        sources.from_stdin(io.BytesIO(ROWS.encode() + b"x"))


def test_so_much_text_is_read(monkeypatch):
    monkeypatch.setattr(decode, "MAX_TEXT_BYTES", len(ROWS))
    assert decode.read_text(Source("a", content=ROWS.encode())).text == ROWS
    with pytest.raises(UnreadableError, match="larger than 0 GiB"):
        decode.read_text(Source("a", content=ROWS.encode() + b"x"))


def test_so_much_of_a_database_is_copied(tmp_path, monkeypatch):
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = wal")
        database.execute("CREATE TABLE a (b)")
        database.commit()
        (tmp_path / "b.db").write_bytes(path.read_bytes())
        (tmp_path / "b.db-wal").write_bytes((tmp_path / "a.db-wal").read_bytes())
    size = sum((tmp_path / name).stat().st_size for name in ("b.db", "b.db-wal"))
    source = Source("b.db", tmp_path / "b.db")
    monkeypatch.setattr(databases, "_MAX_COPIED_BYTES", size)
    with databases.open_database(source) as copy:
        assert [row[0] for row in copy.execute("SELECT name FROM sqlite_master")] == ["a"]
    monkeypatch.setattr(databases, "_MAX_COPIED_BYTES", size - 1)
    with pytest.raises(UnreadableError, match="too large to copy"), databases.open_database(source):
        pass


def test_bytes_that_are_given_are_read_though_there_is_a_file_too(tmp_path):
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE inside (b)")
    content = path.read_bytes()
    for source in (Source("a", tmp_path / "none.db", content=content), Source("a", content=content)):
        with databases.open_database(source) as opened:
            assert [row[0] for row in opened.execute("SELECT name FROM sqlite_master")] == ["inside"]


def test_so_many_curves_and_parameters_of_a_store_are_read(tmp_path, monkeypatch):
    home = tmp_path / ("0" * 32)
    for folder, names in (("metrics", "abc"), ("params", "xyz"), ("tags", "t")):
        (home / folder).mkdir(parents=True)
        for name in names:
            text = "17000000000 0.5 1\n17000000001 0.4 2\n" if folder == "metrics" else "0.1"
            (home / folder / name).write_text(text)
    (home / "meta.yaml").write_text("run_name: fox\n")

    def read():
        (run,) = mlflow_files.READER.read(Source("m", home / "metrics" / "a"))
        return [s.name for s in run], [h.name for h in run.hyperparameters], [e.text for e in run.events]

    assert read() == (["a", "b", "c"], ["x", "y", "z"], [])
    monkeypatch.setattr(mlflow_files, "_MAX_PARAMS", 2)
    monkeypatch.setattr(mlflow_files, "_MAX_PARAM_BYTES", 14)
    monkeypatch.setattr(mlflow_files, "MAX_CURVES", 4)
    assert read()[1:] == (["x", "y"], [])
    monkeypatch.setattr(mlflow_files, "MAX_CURVES", 2)
    assert read() == (["a", "b"], ["x", "y"], ["Only 2 metrics of the run were read."])


def test_so_many_curves_are_made(monkeypatch):
    found = {name: Points.of([1.0], [0], [0.0]) for name in "abc"}
    monkeypatch.setattr(points, "MAX_CURVES", 2)
    assert [series.name for series in curves(found)] == ["a", "b"]
    assert curves({"a": Points.of([], [], [])}) == []


def journal(trials):
    operations = [{"op_code": 0, "worker_id": "a", "study_name": "s", "directions": [1]}]
    for trial in range(trials):
        operations.append({"op_code": 4, "worker_id": "a", "study_id": 0})
        operations += [
            {"op_code": 7, "worker_id": "a", "trial_id": trial, "step": i, "intermediate_value": 0.5 + i}
            for i in range(2)
        ]
    return "".join(json.dumps(operation) + "\n" for operation in operations).encode()


def test_so_many_trials_of_a_study_are_read(monkeypatch):
    monkeypatch.setattr(optuna_study, "_MAX_TRIALS", 3)
    runs = optuna_study.READER.read(Source("j.log", content=journal(3)))
    assert ([run.name for run in runs], runs[0].events) == (["trial 2", "trial 1", "trial 0"], ())
    runs = optuna_study.READER.read(Source("j.log", content=journal(4)))
    assert [run.name for run in runs] == ["trial 3", "trial 2", "trial 1"]
    assert [(e.text, e.count) for e in runs[0].events] == [
        ("The study has 4 trials that report; the newest 3 were read.", 1)
    ]
    assert runs[1].events == ()


@pytest.mark.parametrize("values", [8, 9])
def test_of_the_best_trial_so_many_parameters_are_shown(values):
    params = ", ".join(f"'p{i}': {i}" for i in range(values))
    text = "".join(
        f"Trial {i} finished with value: 0.{i} and parameters: {{{params}}}. "
        "Best is trial 1 with value: 0.1.\n"
        for i in (1, 2)
    )
    with pytest.raises(UnreadableError) as refused:
        optuna_study.READER.read(Source("o.log", content=text.encode()))
    assert f"Its best is trial 1: 0.1, with p0 = 0, {', '.join(f'p{i} = {i}' for i in range(1, 8))}." in str(
        refused.value
    )


def test_so_many_tags_and_bytes_of_event_files_are_read(monkeypatch):
    data = content(*(simple(tag, step, 0.5) for step in range(3) for tag in ("a", "b", "c")))

    def read():
        (run,) = tensorboard_events.READER.read(Source("x.tfevents.1", content=data))
        return [s.name for s in run], [e.text for e in run.events]

    monkeypatch.setattr(tensorboard_events, "_MAX_TAGS", 3)
    monkeypatch.setattr(tensorboard_events, "_MAX_BYTES", len(data))
    assert read() == (["a", "b", "c"], [])
    monkeypatch.setattr(tensorboard_events, "_MAX_TAGS", 2)
    assert read() == (["a", "b"], ["Only the first 2 tags were read."])
    monkeypatch.setattr(tensorboard_events, "_MAX_BYTES", len(data) - 1)
    assert "Only the first 0 GiB were read." in read()[1]


def test_so_many_bytes_of_a_wandb_log_are_read(monkeypatch):
    data = frame(*(history({"loss": 0.5, "_step": i}) for i in range(3)))

    def told():
        (run,) = wandb_offline.READER.read(Source("run-1.wandb", content=data))
        return [e.text for e in run.events]

    monkeypatch.setattr(wandb_offline, "_MAX_BYTES", len(data) + 1)
    assert told() == []
    monkeypatch.setattr(wandb_offline, "_MAX_BYTES", len(data) - 1)
    assert told() == ["Only the first 0 GiB were read."]


def test_so_many_wordings_are_learnt(monkeypatch):
    monkeypatch.setattr(records, "_MOST_WORDINGS", 2)

    def scanned(*texts):
        found = records.scan(lines_of("".join(text + "\n" for text in texts)))
        return len(found.records), [(e.kind, e.line, e.count) for e in found.events]

    assert scanned("a loss 1", "b loss 1", "a loss 2") == (3, [])
    assert scanned("a loss 1", "b loss 1", "c loss 1", "a loss 2", "d loss 1") == (
        3, [(EventKind.UNREADABLE, 3, 2)],
    )  # fmt: skip


def test_a_line_is_so_long_at_most(monkeypatch):
    monkeypatch.setattr(lines, "LINE_LIMIT", 10)
    whole = lines_of("0123456789\n01234567890\n\r012345678901\n")
    assert [line.text for line in whole] == ["0123456789", "0123456789", "012345678901"]
    assert [(e.line, e.text) for e in whole.events] == [
        (2, "The line has more than 10 characters; only these were read.")
    ]


def test_much_to_read_is_worth_other_processes(tmp_path):
    small, large = b"x" * 10, bytes(16 << 20)
    assert not worth_processes([Source("a", content=large)])
    assert worth_processes([Source("a", content=large[:-10]), Source("b", content=small)])
    assert not worth_processes([Source("a", content=large[:-11]), Source("b", content=small)])
    path = tmp_path / "a.log"
    path.touch()
    os.truncate(path, 8 << 20)
    assert worth_processes([Source("a", path), Source("b", path)])
    assert worth_processes([Source("a", path, parts=(path, path)), Source("b", content=b"")])
    assert not worth_processes([Source("a", path), Source("b", tmp_path / "none")])
    told = []
    assert (
        len(list(read_many([Source("a", content=b"")] * 3, 1, on_read=lambda *done: told.append(done)))) == 3
    )
    assert told == []


def test_progress_is_told_now_and_then_and_at_the_end(monkeypatch):
    from advisor.readers import many

    monkeypatch.setattr(many, "_WORTH_BYTES", 1)
    told, given = [], []
    sources = [Source("a", content=b"loss 1\n")] * 33
    for found in read_many(sources, 1, on_read=lambda *done: told.append((len(given), *done))):
        given.append(found)  # noqa: PERF402 (how many there are is told meanwhile)
    assert told == [(15, 16, 33), (31, 32, 33), (32, 33, 33)]


def test_a_folder_is_read_as_its_parts_are(tmp_path):
    (tmp_path / "log.csv").write_text(ROWS)
    (run,) = read_paths([str(tmp_path)])
    assert run.series[0].y.tolist() == [0.5, 0.4, 0.3]
