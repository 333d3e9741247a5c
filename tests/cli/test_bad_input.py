"""Input that cannot be read, or only in part: one sentence, and what is there."""

import json
import os
import pickle

import pytest

from tests.cli.saying import sentence


def png(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)


def lfs(path):
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 12345\n")


def pickled(path):
    path.write_bytes(pickle.dumps({"loss": [1, 2, 3]}))


def empty_folder(path):
    path.mkdir()


def folder_without_logs(path):
    path.mkdir()
    (path / "train.py").write_text("print('no log here')\n")


def loop(path):
    path.symlink_to(path)


BAD_INPUT = {
    "missing": (lambda path: None, "There is no"),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "empty folder": (empty_folder, "no log"),
    "folder without logs": (folder_without_logs, "no log"),
    "binary junk": (lambda path: path.write_bytes(os.urandom(5000)), ""),
    "image": (png, "PNG"),
    "git lfs pointer": (lfs, "LFS"),
    "pickle": (pickled, "pickle"),
    "fifo": (os.mkfifo, ""),
    "symlink loop": (loop, "link"),
    "prose": (lambda path: path.write_text("It was a dark and stormy night.\n" * 40), "no training curve"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
@pytest.mark.parametrize("command", ["diagnose", "read"])
def test_bad_input_is_one_sentence_and_exit_code_3(advisor, tmp_path, command, name):
    make, word = BAD_INPUT[name]
    path = tmp_path / "input"
    make(path)
    done = advisor(command, path)
    assert done.returncode == 3
    assert word.lower() in sentence(done).lower()


@pytest.mark.fault("F1")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/proc/kmsg", "/dev/random"])
def test_devices_are_refused(advisor, device):
    if not os.path.exists(device):  # noqa: PTH110
        pytest.skip(f"{device} is not here")
    done = advisor("diagnose", device)
    assert done.returncode == 3
    assert device in sentence(done)


def test_no_permission(advisor, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss\n1,2\n2,1\n3,0.5\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    done = advisor("diagnose", path)
    assert done.returncode == 3
    assert "permission" in sentence(done).lower()


def test_a_log_with_one_point_is_read_and_judged_too_short(advisor, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n1,2.3,2.2\n")
    report = json.loads(advisor("diagnose", path, "--format", "json").stdout)
    assert [f["problem"] for f in report["runs"][0]["findings"]] == ["too_short"]


def test_of_a_truncated_json_what_is_there_is_read(advisor, tmp_path, sample):
    (whole,) = sample("huggingface-stuck").glob("**/trainer_state.json")
    path = tmp_path / "trainer_state.json"
    content = whole.read_text()
    path.write_text(content[: content.index('"learning_rate"', len(content) // 2) + 10])
    report = json.loads(advisor("read", path, "--format", "json").stdout)
    (run,) = report["runs"]
    loss = next(s for s in run["series"] if s["name"] == "loss")
    assert loss["n"] >= 2
    assert any(event["kind"] == "truncated" for event in run["events"])


def test_a_broken_input_does_not_cost_the_others(advisor, tmp_path, sample):
    done = advisor("diagnose", tmp_path / "missing.csv", sample("keras-csv-overfitting"), "--format", "json")
    assert done.returncode == 0
    assert "missing.csv" in sentence(done)
    assert len(json.loads(done.stdout)["runs"]) == 1
