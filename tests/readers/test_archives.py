"""Archives of a run folder: read like the folder, and never trusted (F8)."""

import io
import stat
import tarfile
import zipfile

import pytest

from advisor.errors import UnreadableError
from advisor.readers import archives, read_paths

TABLE = "epoch,loss,val_loss\n" + "".join(f"{i},{2 / i:.4f},{3 / i:.4f}\n" for i in range(1, 9))
CONSOLE = "".join(f"epoch {i} loss {5 / i:.4f}\n" for i in range(1, 9))


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return str(path)


def tarred(path, members, mode):
    with tarfile.open(path, mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
    return str(path)


MEMBERS = {"run/metrics.csv": TABLE, "run/hparams.yaml": "lr: 0.1\n", "other/console.log": CONSOLE}


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_an_archive_reads_like_its_folder_with_what_stands_beside(tmp_path, form):
    path = tmp_path / f"runs.{form}"
    name = zipped(path, MEMBERS) if form == "zip" else tarred(path, MEMBERS, f"w:{form[4:]}")
    runs = {run.source: run for run in read_paths([name])}
    assert set(runs) == {f"{name}/run/metrics.csv", f"{name}/other/console.log"}
    run = runs[f"{name}/run/metrics.csv"]
    assert run.number("learning_rate") == 0.1
    assert len(run.series[0]) == 8
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.fault("F8")
@pytest.mark.parametrize("form", ["zip", "tar"])
def test_names_that_lead_out_are_left_out_and_told(tmp_path, form):
    members = {"../evil.csv": TABLE, "/abs.csv": TABLE, "ok/log.csv": TABLE, "a/../../b.log": "x"}
    path = tmp_path / f"a.{form}"
    name = zipped(path, members) if form == "zip" else tarred(path, members, "w:")
    (run,) = read_paths([name])
    assert run.source == f"{name}/ok/log.csv"
    (event,) = [e for e in run.events if "Left out" in e.text]
    assert event.count == 3
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.fault("F8")
def test_links_and_devices_are_left_out(tmp_path):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("link.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        info = tarfile.TarInfo("log.csv")
        info.size = len(TABLE)
        archive.addfile(info, io.BytesIO(TABLE.encode()))
    (run,) = read_paths([str(path)])
    assert any("no regular file" in event.text for event in run.events)
    entry = zipfile.ZipInfo("link.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(UnreadableError, match="no regular file"):
        read_paths([str(tmp_path / "b.zip")])


@pytest.mark.fault("F8")
def test_bombs_stop_at_the_bounds_and_what_came_before_is_read(tmp_path, monkeypatch):
    name = zipped(tmp_path / "a.zip", {"a.csv": TABLE, "bomb.log": "0" * 3_000_000})
    monkeypatch.setattr(archives, "_RATIO_FROM", 10_000)
    (run,) = read_paths([name])
    assert any("times its size" in event.text for event in run.events)
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 1_000_000)
    monkeypatch.setattr(archives, "MAX_RATIO", 1 << 30)
    (run,) = read_paths([name])
    assert any("MiB of logs" in event.text for event in run.events)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 1)
    (run,) = read_paths([name])
    assert any("more than 1 files" in event.text for event in run.events)


@pytest.mark.fault("F8")
def test_a_bomb_that_leaves_no_log_is_told_as_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "_RATIO_FROM", 10_000)
    name = zipped(tmp_path / "a.zip", {"log.csv": "epoch,loss\n" + "0" * 3_000_000})
    with pytest.raises(UnreadableError) as raised:
        read_paths([name])
    assert raised.value.what.endswith(
        "none of its 1 files is a training log. Left out of it: it unpacks to more than 500 times its size."
    )
    assert "其中未读的部分" in raised.value.in_("zh")


@pytest.mark.fault("F8")
def test_a_cut_archive_gives_what_is_whole(tmp_path):
    path = tmp_path / "a.tar"
    tarred(path, {"a.csv": TABLE, "b.log": CONSOLE * 50}, "w")
    path.write_bytes(path.read_bytes()[:2_000])
    (run,) = read_paths([str(path)])
    assert run.source.endswith("a.tar/a.csv")
    assert any("cut or damaged" in event.text for event in run.events)


@pytest.mark.fault("F9")
def test_a_checkpoint_is_never_opened(tmp_path):
    name = zipped(tmp_path / "model.pt", {"model/data.pkl": "x", "model/data/0": "y" * 99})
    with pytest.raises(UnreadableError, match="checkpoint"):
        read_paths([name])


def test_a_zst_file_is_read_and_without_the_package_the_user_is_told(tmp_path, monkeypatch):
    zstandard = pytest.importorskip("zstandard")
    path = tmp_path / "log.csv.zst"
    half = len(TABLE) // 2
    path.write_bytes(b"".join(zstandard.compress(part.encode()) for part in (TABLE[:half], TABLE[half:])))
    (run,) = read_paths([str(path)])
    assert len(run.series[0]) == 8
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    monkeypatch.setitem(__import__("sys").modules, "compression.zstd", None)
    with pytest.raises(UnreadableError, match="needs the package zstandard"):
        read_paths([str(path)])
