"""Where the trainings of a tuning run, and where their runs are remembered."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from advisor.journal import Journal
from tests.tune.programs import advisor, tune, write_program

ROOT = Path(__file__).resolve().parents[2]

# A training that waits for another one beside it: with one CPU a node, only two nodes let it end well.
MEETING = """
import os, pathlib, sys, time
place = pathlib.Path(os.environ["MEETING"])
lr = float(sys.argv[1].split("=")[1])
if lr != 0.9:
    (place / f"here-{os.getpid()}").touch()
    end = time.monotonic() + 120
    while len(list(place.glob("here-*"))) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    if len(list(place.glob("here-*"))) < 2:
        sys.exit("nobody came")
for epoch in range(5):
    print(f"epoch {epoch + 1} train_loss {lr + 1 / (epoch + 1):.4f} val_loss {lr + 2 / (epoch + 1):.4f}", flush=True)
"""  # noqa: E501


def test_rounds_are_remembered_in_the_journal_that_is_named(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "flags", "console")
    (folder / "pyproject.toml").write_text("")
    kept = tmp_path / "mine.sqlite3"
    done, _ = tune(folder, "--rounds", "1", "--only", "lr", "--journal", str(kept), "--", *command)
    assert done.returncode == 0, done.stderr
    with Journal.open(kept) as journal:
        assert len(journal.runs(str(folder), limit=9)) == 2
        assert journal.command(str(folder)) == tuple(command), "the rounds' commands are not the user's"
    done, _ = tune(folder, "--resume", "--rounds", "2")
    assert done.returncode == 0, done.stderr
    with Journal.open(kept) as journal:
        assert len(journal.runs(str(folder), limit=9)) == 3, "and also where it goes on"
    assert not (tmp_path / "home" / "journal.sqlite3").exists()


def test_a_missing_ray_is_told(tmp_path, monkeypatch):
    from advisor.errors import UsageError
    from advisor.tune.engines import engine_of

    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"\[ray\]"):
        engine_of("ray", None, 1)


def test_what_ray_cannot_do_is_told(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "flags", "console")
    done = advisor(folder, "tune", "--engine", "ray", "--output", "--", *command)
    assert done.returncode == 2
    assert "--engine local" in done.stderr


@pytest.fixture(scope="module")
def two_nodes(tmp_path_factory):
    """A Ray cluster of two nodes on loopback, one CPU each; a folder that its trainings meet in."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed")
    folder = tmp_path_factory.mktemp("meeting")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("MEETING", str(folder))
        patch.setenv("PYTHONPATH", str(ROOT))
        from ray.cluster_utils import Cluster

        # Ray takes 127.0.0.1 for the machine's outer address; the others of loopback it leaves alone.
        node = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args={**node, "node_ip_address": "127.0.0.2"})
        cluster.add_node(**node, node_ip_address="127.0.0.3")
        patch.setenv("RAY_ADDRESS", cluster.address)
        yield folder
        cluster.shutdown()


def test_two_nodes_of_ray_train_the_rounds(tmp_path, two_nodes):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "train.py").write_text(MEETING)
    done, out = tune(
        folder, "--rounds", "2", "--workers", "2", "--engine", "ray", "--only", "lr", "--journal", "project",
        "--", sys.executable, "train.py", "lr=0.9",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    rounds = out["rounds"]
    assert [r["round"] for r in rounds] == [0, 1, 2]
    assert all(r["value"] is not None for r in rounds), json.dumps(rounds)
    with Journal.open(folder / ".advisor" / "journal.sqlite3") as journal:
        assert len(journal.runs(str(folder), limit=9)) == 3
    assert not list((folder / ".advisor" / "tune").glob("round-*"))

    # A training that fails is a failed round, with its own reason.
    (folder / "train.py").write_text(MEETING.replace("if lr != 0.9:", "if lr != 0.9: sys.exit(7)\nif 0:"))
    done, out = tune(
        folder, "--rounds", "1", "--engine", "ray", "--only", "lr", "--", sys.executable, "train.py", "lr=0.9"
    )
    assert out["rounds"][1]["value"] is None
    assert "exit code 7" in out["rounds"][1]["note"]


def test_ctrl_c_reaches_a_training_on_ray(tmp_path, two_nodes):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "train.py").write_text(
        "import sys, time\nlr = float(sys.argv[1].split('=')[1])\n"
        "for epoch in range(5):\n"
        "    loss = lr + 1 / (epoch + 1)\n"
        "    print(f'epoch {epoch} train_loss {loss} val_loss {loss}', flush=True)\n"
        "if lr != 0.9:\n    open(sys.path[0] + '/../../../../begun', 'w').close()\n    time.sleep(600)\n"
    )  # fmt: skip
    words = ["tune", "--engine", "ray", "--rounds", "1", "--", sys.executable, "train.py", "lr=0.9"]
    environment = {**os.environ, "ADVISOR_LANG": "en"}
    program = subprocess.Popen(
        [sys.executable, "-u", "-m", "advisor", *words], cwd=folder, env=environment, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    for line in program.stdout:
        if line.startswith("round 1:"):
            break
    end = time.monotonic() + 120
    while not (folder / "begun").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert (folder / "begun").exists()
    program.send_signal(signal.SIGINT)
    rest = program.communicate(timeout=240)[0]
    assert program.returncode == 130, rest
    assert "goes on" in rest
    assert not list((folder / ".advisor" / "tune").glob("round-*"))
