"""What the table of learning rates counts: one rate, an interval about it, and what luck leaves possible."""

import math

import pytest

from tests.measure import probe_table
from tests.measure.probe_table import Cell, kept, table, write

GRID = {-12: 1.0, -9: 0.5, -6: 0.9, -3: math.inf}


def cell(**changes) -> Cell:
    made = {
        "model": "dense",
        "seed": 1,
        "grid": GRID,
        "rates": {"advisor": 0.01, "other": 0.1, "silent": None},
        "losses": {"advisor": 1.0, "other": 0.52, "silent": math.inf},
        "interval": (0.01, 0.05),
        "elsewhere": 0.9,
    }
    return Cell(**{**made, **changes})


def test_an_interval_is_worth_its_best_rate_and_others_get_one_as_wide():
    one = cell()
    assert one.excess(1.0) == pytest.approx(1.0)
    assert one.interval_about("advisor") == 0.0
    # 0.1 give or take a factor of 2.2 holds no better rate of the grid than its own.
    assert one.interval_about("other") == pytest.approx(0.04)
    assert one.interval_about("silent") == math.inf


def test_the_table_counts_what_is_near_the_best():
    rows = table(
        [cell(), cell(seed=2, losses={"advisor": 0.5, "other": 0.5, "silent": math.inf})]
    ).splitlines()
    assert rows[0].startswith("| 1 models, 2 trainings |")
    assert "| advisor | 1 of 2 | 1 of 2 | 50% | 2 of 2 |" in rows
    assert "| other | 2 of 2 | 2 of 2 | 2% | 2 of 2 |" in rows
    assert "| silent | 0 of 2 | 0 of 2 | inf% | 0 of 2 |" in rows
    assert "| the best rate of another seed's grid | 0 of 2 | 0 of 2 | 80% | - |" in rows


def test_what_is_written_is_kept_and_a_cell_measured_again_takes_the_place_of_the_old(tmp_path, monkeypatch):
    monkeypatch.setattr(probe_table, "MEASURED", tmp_path / "rates.json")
    assert kept() == []
    write([cell(), cell(seed=2)])
    write([cell(interval=(0.001, 0.1))])
    assert kept() == [cell(interval=(0.001, 0.1)), cell(seed=2)]
