"""Files that the frameworks themselves wrote, read and held to what the framework says is in them.

`frameworks/make_files.py` trains and keeps the files; each folder's `truth.json` holds the curves, settings,
roles and directions that it must read as, and names what else stands in the files.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from advisor.readers import read_paths

KEPT = Path(__file__).parent / "frameworks" / "kept"
CASES = sorted(path.parent.name for path in KEPT.glob("*/truth.json"))


def expected(name):
    return json.loads((KEPT / name / "truth.json").read_text("utf-8"))


def read(name):
    return read_paths([str(KEPT / name / expected(name)["log"])])


def as_printed(curve):
    """The values as the framework writes them."""
    shown = curve["printed"]
    return [float(f"{y:{shown}}") for y in curve["y"]] if shown else curve["y"]


def pairs(name):
    runs, truths = read(name), expected(name)["runs"]
    assert len(runs) == len(truths)
    return list(zip(runs, truths, strict=True))


@pytest.mark.parametrize("name", CASES)
def test_every_curve_holds_the_frameworks_own_values(name):
    for run, truth in pairs(name):
        got = {series.name: series for series in run}
        assert set(truth["series"]) <= set(got) <= {*truth["series"], *truth["others"]}
        for curve, values in truth["series"].items():
            np.testing.assert_array_equal(got[curve].y, as_printed(values), err_msg=curve)
            np.testing.assert_array_equal(got[curve].x, values["x"], err_msg=curve)
            assert got[curve].x_kind == values["x_kind"], curve


@pytest.mark.parametrize("name", CASES)
def test_every_curve_has_its_role_and_direction(name):
    for run, truth in pairs(name):
        got = {s.name: (s.role, s.lower_is_better) for s in run if s.name in truth["series"]}
        assert got == {name: (curve["role"], curve["lower"]) for name, curve in truth["series"].items()}


@pytest.mark.parametrize("name", CASES)
def test_the_settings_are_found(name):
    for run, truth in pairs(name):
        found = {setting.name: setting.value for setting in run.hyperparameters}
        assert {key: found.get(key) for key in truth["settings"]} == truth["settings"]
