"""Every signal means what it meant when the learned parts were fitted."""

import csv

import pytest

from tests.signals.recorded import HEADER, TABLE, table


def test_every_signal_means_what_it_meant():
    with TABLE.open(encoding="utf-8", newline="") as file:
        recorded = {row[0]: row for row in csv.reader(file)}
    now = {row[0]: row for row in table()}
    assert now.keys() == recorded.keys()
    runs = recorded.pop("signal")
    wrong = {
        f"{name} of {run}": (before, after)
        for name, row in recorded.items()
        for column, (run, before, after) in enumerate(zip(runs, row, now[name], strict=True))
        if not (before == after if column < len(HEADER) else _alike(before, after))
    }
    assert not wrong, "signal of run: (recorded, now)"
    assert not [name for name, row in recorded.items() if not any(row[len(HEADER) :])], "never measured"


def _alike(before, after):
    if "" in (before, after):
        return before == after
    return float(after) == pytest.approx(float(before), rel=1e-5, abs=1e-9)
