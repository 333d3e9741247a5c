"""The corpus: the same seed makes the same shard, and a killed build loses nothing that was written."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from advisor.corpus.build import build, build_shard
from advisor.corpus.card import card_of
from advisor.corpus.shards import read_shard, rows, shard_file, shard_numbers

SEED = 4
"""Its first two shards are cheap."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    build_shard(SEED, 0, folder, most_bases=1)
    return folder


def arrays(file: Path) -> dict[str, np.ndarray]:
    with np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def test_a_build_killed_midway_goes_on_and_makes_the_same_shard(tmp_path: Path, corpus: Path) -> None:
    command = [sys.executable, "-m", "advisor.corpus", "build", "--bases", "1", "--out", str(tmp_path)]
    command += ["--seed", str(SEED)]
    killed = subprocess.Popen([*command, "--hours", "1"], stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    assert killed.stdout.readline().startswith("shard 0: ")
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert shard_numbers(tmp_path) == [0]
    build(tmp_path, 0, SEED, resume=True, say=print, most_bases=1)
    assert shard_numbers(tmp_path) == [0, 1]
    assert not list(tmp_path.glob(".*"))
    first, again = arrays(shard_file(corpus, 0)), arrays(shard_file(tmp_path, 0))
    assert first.keys() == again.keys()
    for name, values in first.items():
        np.testing.assert_array_equal(values, again[name], name)


def test_a_corpus_is_not_written_over(corpus: Path) -> None:
    before = shard_file(corpus, 0).stat().st_mtime_ns
    with pytest.raises(FileExistsError, match="--resume"):
        build(corpus, 0, 0, resume=False, say=print)
    assert shard_file(corpus, 0).stat().st_mtime_ns == before


def test_rows_are_paired_and_whole(corpus: Path) -> None:
    found = read_shard(corpus, 0)
    bases = [row for row in found if row.place.change == "base" and row.place.base == 0]
    assert [row.setting.seed for row in bases] == [0, 1, 2]
    changed = {row.place.change for row in found if row.place.base == 0} - {"base"}
    assert {"lr_x3", "lr_d3", "adamw", "sgd"} & changed
    for row in found:
        assert len(row.curves["val_loss"]) == row.setting.shape.epochs
        assert 0 <= row.test_score <= 1
        assert row.step_at[-1] == row.steps
        assert len(row.step_loss) == len(row.step_at)


def test_a_change_is_all_that_tells_a_rerun_from_its_base(corpus: Path) -> None:
    found = read_shard(corpus, 0)
    base = next(r for r in found if r.place.base == 0 and r.place.change == "base" and r.setting.seed == 0)
    rerun = next(r for r in found if r.place.base == 0 and r.place.change == "lr_d3" and r.setting.seed == 0)
    assert rerun.setting.learning_rate == pytest.approx(base.setting.learning_rate / 3)
    assert rerun.setting.shape == base.setting.shape
    assert rerun.setting.optimizer == base.setting.optimizer


def test_the_card_counts_what_is_there(corpus: Path) -> None:
    text = card_of(corpus)
    assert f"{len(list(rows(corpus)))} trainings" in text
    assert "| mlp | 2 |" in text or "| mlp | 1 |" in text
    assert "scikit-learn" in text


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"advisor\.corpus build"):
        list(rows(tmp_path))
