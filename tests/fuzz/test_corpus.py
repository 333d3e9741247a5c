"""Every input that fuzzing once found wrong is replayed, and every target starts from something real."""

from pathlib import Path

import pytest

from tests.fuzz.seeds import seeds_of
from tests.fuzz.targets import targets

CORPUS = Path(__file__).parent / "corpus"
TARGETS = targets()
KEPT = sorted(file for file in CORPUS.rglob("*") if file.is_file())
# Stores in SQLite are damaged by their readers' own tests.
WITHOUT_SEEDS = {"reader-mlflow-sqlite", "reader-optuna"}


@pytest.mark.parametrize("file", KEPT, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_was_once_found_stays_mended(file):
    TARGETS[file.parent.name](file.read_bytes())


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_every_target_takes_what_it_starts_from(name):
    seeds = seeds_of(name)
    assert bool(seeds) != (name in WITHOUT_SEEDS)
    for data in seeds:
        TARGETS[name](data)
        TARGETS[name](data[: len(data) // 2])
