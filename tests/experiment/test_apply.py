"""A file is the old one or the new one, whole, whatever fails in between."""

import errno
import functools
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from advisor.errors import EditError
from advisor.experiment import files
from advisor.experiment.apply import apply, require_inside, undo
from advisor.experiment.plan import plan_value

OLD = b"# caf\xc3\xa9\r\nlr: 0.1\t# rate\r\nz: [1]"
NEW = b"# caf\xc3\xa9\r\nlr: 0.03\t# rate\r\nz: [1]"
COMMAND = ["python", "train.py", "conf.yaml"]


@pytest.fixture
def folder(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    (work / "conf.yaml").write_bytes(OLD.replace(b"\t", b" "))
    return work


@pytest.fixture
def config(folder):
    return folder / "conf.yaml"


@pytest.fixture
def backups(tmp_path):
    return tmp_path / "backups"


def plan(folder, value=0.03):
    return plan_value("lr", value, COMMAND, folder)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_apply_then_undo_gives_the_same_bytes(folder, config, backups):
    before = contents(folder)
    old = config.read_bytes()
    applied = apply(plan(folder), backups)
    assert config.read_bytes() == NEW.replace(b"\t", b" ")
    assert contents(folder).keys() == before.keys()
    assert [path.read_bytes() for path in applied.backups] == [old]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in applied.backups)
    undo(applied)
    assert contents(folder) == before


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.fault("G7")
def test_edits_that_are_not_committed_stay_and_nothing_is_committed(folder, config, backups):
    git = functools.partial(subprocess.run, cwd=folder, check=True, capture_output=True)
    git(["git", "init", "-q"])
    git(["git", "add", "."])
    git(["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first"])
    config.write_bytes(config.read_bytes() + b"\n# mine")
    known = git(["git", "rev-parse", "HEAD"]).stdout, git(["git", "diff", "--cached"]).stdout
    edited = config.read_bytes()
    made = plan(folder)
    assert "mine" not in "".join(line for line in made.diff.splitlines() if line[:1] in "+-")
    applied = apply(made, backups)
    assert config.read_bytes() == edited.replace(b"0.1", b"0.03")
    undo(applied)
    assert config.read_bytes() == edited
    assert (git(["git", "rev-parse", "HEAD"]).stdout, git(["git", "diff", "--cached"]).stdout) == known


@pytest.mark.fault("G8")
def test_three_edits_are_undone_one_by_one(folder, config, backups):
    states = [config.read_bytes()]
    done = []
    for value in (0.03, 0.01, 0.003):
        done.append(apply(plan(folder, value), backups))
        states.append(config.read_bytes())
    assert len(set(states)) == 4
    for applied, state in zip(reversed(done), reversed(states[:-1]), strict=True):
        undo(applied)
        assert config.read_bytes() == state


@pytest.mark.fault("G6")
def test_a_file_edited_since_the_plan_is_left_alone(folder, config, backups):
    made = plan(folder)
    config.write_bytes(b"lr: 7\n")
    with pytest.raises(EditError, match=r"conf\.yaml was changed by something else"):
        apply(made, backups)
    assert contents(folder) == {"conf.yaml": b"lr: 7\n"}


@pytest.mark.fault("G8")
def test_a_file_edited_since_the_change_is_not_undone(folder, config, backups):
    applied = apply(plan(folder), backups)
    config.write_bytes(config.read_bytes() + b"\n# by hand\n")
    before = contents(folder)
    with pytest.raises(EditError, match="edited since") as refused:
        undo(applied)
    assert str(applied.backups[0]) in str(refused.value)
    assert contents(folder) == before


def test_a_backup_is_named_by_what_it_holds_and_by_its_file(tmp_path, backups):
    long = tmp_path / f"{'long' * 50}.yaml"
    long.write_bytes(OLD.replace(b"\t", b" "))
    made = plan_value("lr", 0.03, ["python", "train.py", long.name], tmp_path)
    (kept,) = apply(made, backups).backups
    digest = hashlib.sha256(made.edits[0].before).hexdigest()
    assert kept == backups / f"{digest[:16]}-{long.name[-100:]}"
    assert stat.S_IMODE(backups.stat().st_mode) == 0o700


def test_of_what_was_edited_by_hand_twenty_lines_are_shown(folder, config, backups):
    applied = apply(plan(folder), backups)
    config.write_bytes(config.read_bytes() + b"\nby hand" * 100)
    with pytest.raises(EditError) as refused:
        undo(applied)
    _, *diff = (line for line in refused.value.hint.splitlines() if not line.startswith("\\ No newline"))
    assert len(diff) == 20


def test_a_damaged_backup_of_the_same_state_is_written_anew(folder, config, backups):
    old = config.read_bytes()
    first = apply(plan(folder), backups)
    undo(first)
    (kept,) = first.backups
    kept.write_bytes(b"damaged")
    again = apply(plan(folder), backups)
    assert again.backups == (kept,)
    assert kept.read_bytes() == old


def test_undo_without_its_backup_says_so(folder, config, backups):
    applied = apply(plan(folder), backups)
    applied.backups[0].write_bytes(b"other")
    with pytest.raises(EditError, match="damaged"):
        undo(applied)
    applied.backups[0].unlink()
    with pytest.raises(EditError, match="cannot be read"):
        undo(applied)
    assert config.read_bytes() == NEW.replace(b"\t", b" ")


@pytest.mark.fault("G5")
def test_links_are_followed_and_stay_and_modes_are_kept(folder, config, backups, tmp_path):
    target = tmp_path / "real.yaml"
    config.rename(target)
    target.chmod(0o640)
    config.symlink_to(target)
    applied = apply(plan(folder), backups)
    assert config.is_symlink()
    assert target.read_bytes() == NEW.replace(b"\t", b" ")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    undo(applied)
    assert config.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.fault("G5")
def test_extended_attributes_are_kept(folder, config, backups):
    try:
        os.setxattr(config, "user.note", b"kept")
    except (OSError, AttributeError):
        pytest.skip("no extended attributes here")
    apply(plan(folder), backups)
    assert os.getxattr(config, "user.note") == b"kept"


@pytest.mark.fault("G5")
def test_hard_links_are_refused(folder, config, backups, tmp_path):
    os.link(config, tmp_path / "other.yaml")
    with pytest.raises(EditError, match="hard links"):
        apply(plan(folder), backups)


def test_a_backup_folder_that_cannot_be_made_changes_nothing(folder, tmp_path):
    (tmp_path / "file").write_text("")
    before = contents(folder)
    with pytest.raises(EditError, match="cannot be kept"):
        apply(plan(folder), tmp_path / "file" / "backups")
    assert contents(folder) == before


def test_a_change_of_the_command_writes_nothing(folder, backups):
    applied = apply(plan_value("lr", 0.03, ["python", "t.py", "--lr", "0.1"], folder), backups)
    assert applied.backups == ()
    assert not backups.exists()
    undo(applied)


def test_what_an_interrupted_write_left_is_removed_later(folder, config, backups):
    stale, fresh = folder / ".conf.yaml.advisor-00000000", folder / ".conf.yaml.advisor-11111111"
    for path in (stale, fresh):
        path.write_bytes(b"half")
    os.utime(stale, (0, 0))
    apply(plan(folder), backups)
    assert not stale.exists()
    assert fresh.exists(), "another process may be writing it right now"


SYSTEM_CALLS = (
    "open",
    "write",
    "fsync",
    "close",
    "rename",
    "chmod",
    "stat",
    "unlink",
    "listxattr",
    "access",
    "scandir",
)


class Failing:
    """Fails the n-th call to the operating system that the writer makes, or makes it write short.

    Those of other threads are none of the writer's.
    """

    def __init__(self, monkeypatch, fail_at, error=errno.EIO, short=False):
        self.thread = threading.get_ident()
        self.calls = 0
        self.fail_at = fail_at
        for name in SYSTEM_CALLS:
            monkeypatch.setattr(os, name, self.wrap(name, getattr(os, name), error, short))

    def wrap(self, name, real, error, short):
        def call(*args, **kwargs):
            if threading.get_ident() != self.thread:
                return real(*args, **kwargs)
            self.calls += 1
            if self.calls == self.fail_at:
                if name == "close":
                    real(*args)
                raise OSError(error, os.strerror(error))
            if short and name == "write":
                return real(args[0], bytes(args[1])[:3])
            return real(*args, **kwargs)

        return call


def outcome_of_failing_call(folder, config, number, monkeypatch, error):
    """(content of the config, other names in its folder, whether it failed, calls made)."""
    made = plan(folder)
    said = ""
    with monkeypatch.context() as patch:
        failing = Failing(patch, number, error)
        try:
            files.replace_file(made.edits[0].path, made.edits[0].before, made.edits[0].after)
            failed = False
        except EditError as refused:
            failed, said = True, refused.what
    assert not failed or f"cannot be written ({os.strerror(error)}); it was left as it is." in said
    others = sorted({path.name for path in folder.iterdir()} - {config.name})
    return config.read_bytes(), others, failed, failing.calls


@pytest.mark.fault("G4", "G11")
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_every_failing_call_leaves_the_old_or_the_new_file(folder, config, monkeypatch, error):
    old, new = config.read_bytes(), plan(folder).edits[0].after
    number, failures = 0, 0
    while True:
        number += 1
        config.write_bytes(old)
        content, others, failed, calls = outcome_of_failing_call(folder, config, number, monkeypatch, error)
        assert content in (old, new), f"call {number}"
        assert content == (old if failed else new), f"call {number}"
        assert others == [], f"call {number} left {others}"
        failures += failed
        if calls < number:
            break
    assert number > 12, "the writer makes more calls than that; the test no longer sees them"
    assert failures > 8


@pytest.mark.fault("G11")
def test_short_writes_are_finished(folder, config, monkeypatch):
    made = plan(folder).edits[0]
    with monkeypatch.context() as patch:
        Failing(patch, fail_at=0, short=True)
        files.replace_file(made.path, made.before, made.after)
    assert config.read_bytes() == made.after


KILLED = """
import os, sys
from pathlib import Path
from advisor.experiment import files
left = int(sys.argv[1])
def dying(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        return real(*args, **kwargs)
    return call
for name in ("open", "write", "fsync", "close", "rename", "chmod"):
    setattr(os, name, dying(getattr(os, name)))
files.replace_file(Path(sys.argv[2]), b"old " * 3000, b"new " * 3000)
os._exit(0)
"""


@pytest.mark.fault("G4")
def test_death_before_every_call_leaves_the_old_or_the_new_file(tmp_path):
    """A process that ends on the spot at its n-th call, for every n: no clean-up of ours runs."""
    config = tmp_path / "conf.yaml"
    seen = set()
    for number in range(1, 40):
        config.write_bytes(b"old " * 3000)
        program = [sys.executable, "-c", KILLED, str(number), str(config)]
        done = subprocess.run(program, check=False, cwd=Path(__file__).parents[2])
        assert config.read_bytes() in (b"old " * 3000, b"new " * 3000)
        seen.add(config.read_bytes()[:3])
        if done.returncode == 0:
            break
    assert done.returncode == 0
    assert seen == {b"old", b"new"}


def test_a_file_outside_the_project_is_left_alone(folder, config, tmp_path):
    made = plan(folder)
    require_inside(made, [folder])
    config.rename(tmp_path / "real.yaml")
    config.symlink_to(tmp_path / "real.yaml")
    with pytest.raises(EditError, match=r"conf\.yaml lies outside this project, at .*real\.yaml"):
        require_inside(made, [folder])
