"""What a training writes in a copy of the folder stays in the copy."""

from pathlib import Path

from advisor.tune import mirror
from advisor.tune.mirror import make_mirror


def laid(tmp_path, *files):
    work = tmp_path / "work"
    for name in ("train.py", *files):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text("lr = 0.1\n")
    copy = tmp_path / "copy"
    make_mirror(work, copy, ("python", "train.py"))
    return work, copy


def test_a_folder_of_any_name_that_is_written_into_is_not_the_users(tmp_path):
    work, copy = laid(tmp_path, "models/toy/latest.pth", "src/net.py")
    (copy / "models" / "toy" / "latest.pth").write_text("overwritten")
    (copy / "models" / "toy" / "epoch_2.pth").write_text("new")
    (copy / "src" / "net.py").write_text("x")
    assert (work / "models" / "toy" / "latest.pth").read_text() == "lr = 0.1\n"
    assert [p.name for p in (work / "models" / "toy").iterdir()] == ["latest.pth"]
    assert (work / "src" / "net.py").read_text() == "lr = 0.1\n"


def test_a_folder_of_outputs_starts_empty(tmp_path):
    _, copy = laid(tmp_path, "work_dirs/toy/20261201.log.json")
    assert list((copy / "work_dirs").iterdir()) == []


def test_a_large_folder_is_linked_and_a_link_is_not_followed_in_circles(tmp_path, monkeypatch):
    monkeypatch.setattr(mirror, "SMALL", 3)
    work = tmp_path / "work"
    (work / "data").mkdir(parents=True)
    for number in range(5):
        (work / "data" / f"{number}.png").write_text("")
    (work / "code").mkdir()
    (work / "code" / "up").symlink_to(work, target_is_directory=True)
    (work / "train.py").write_text("lr = 0.1\n")
    make_mirror(work, tmp_path / "copy", ("python", "train.py"))
    assert (tmp_path / "copy" / "data").is_symlink()
    assert not (tmp_path / "copy" / "code").is_symlink()
    assert Path(tmp_path / "copy" / "code" / "up").is_symlink()
