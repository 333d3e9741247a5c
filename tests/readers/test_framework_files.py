"""Files that the frameworks themselves wrote, read and held to what the framework says is in them.

`frameworks/make_files.py` trains and keeps the files; each folder's `truth.json` holds the curves, settings,
roles and directions that it must read as, and names what else stands in the files. What the tests' own
packages write is also made anew.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from advisor.readers import read_paths

FRAMEWORKS = Path(__file__).parent / "frameworks"
CASES = sorted(path.parent for path in (FRAMEWORKS / "kept").glob("*/truth.json"))
MADE_ANEW = {
    "sklearn-sgd": "sklearn",
    "sklearn-boosting-oob": "sklearn",
    "sklearn-mlp-early": "sklearn",
    "tensorboard-hparams": "torch",
}


def as_printed(curve):
    """The values as the framework writes them."""
    shown = curve["printed"]
    return [float(f"{y:{shown}}") for y in curve["y"]] if shown else curve["y"]


def pairs(folder):
    """Each run as it is read, with what it must read as."""
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    runs = read_paths([str(folder / truth["log"])])
    assert len(runs) == len(truth["runs"])
    return list(zip(runs, truth["runs"], strict=True))


def check_values(folder):
    for run, truth in pairs(folder):
        got = {series.name: series for series in run}
        assert set(truth["series"]) <= set(got) <= {*truth["series"], *truth["others"]}
        for curve, values in truth["series"].items():
            np.testing.assert_array_equal(got[curve].y, as_printed(values), err_msg=curve)
            np.testing.assert_array_equal(got[curve].x, values["x"], err_msg=curve)
            assert got[curve].x_kind == values["x_kind"], curve


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_curve_holds_the_frameworks_own_values(folder):
    check_values(folder)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_curve_has_its_role_and_direction(folder):
    for run, truth in pairs(folder):
        got = {s.name: (s.role, s.lower_is_better) for s in run if s.name in truth["series"]}
        assert got == {name: (curve["role"], curve["lower"]) for name, curve in truth["series"].items()}


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_settings_are_found(folder):
    for run, truth in pairs(folder):
        found = {setting.name: setting.value for setting in run.hyperparameters}
        assert {key: found.get(key) for key in truth["settings"]} == truth["settings"]


def test_what_the_packages_write_now_reads_as_their_own_values(tmp_path):
    wanted = [name for name, module in MADE_ANEW.items() if importlib.util.find_spec(module) is not None]
    command = [sys.executable, str(FRAMEWORKS / "make_files.py"), "--to", str(tmp_path), *wanted]
    subprocess.run(
        command, check=True, capture_output=True, timeout=300, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    made = sorted(path.parent for path in tmp_path.glob("*/truth.json"))
    assert len(made) == len(wanted) >= 3
    for folder in made:
        check_values(folder)
