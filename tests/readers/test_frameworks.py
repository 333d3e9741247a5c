"""What frameworks print, read and compared with the numbers that the same framework returned.

The kept logs are written by `frameworks/make.py`; where a framework is installed it also trains anew.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from advisor.readers import Source, read_source
from advisor.readers.formats.console_text import ConsoleText
from advisor.run import Role

KEPT = Path(__file__).parent / "frameworks"
# The module that is needed, the decimals that are printed, our name of each curve where it is another.
FRAMEWORKS = {
    "xgboost": ("xgboost", 5, {}),
    "lightgbm": ("lightgbm", 5, {}),
    "catboost": ("catboost", 7, {}),
    "keras": ("keras", 4, {}),
    "sklearn-mlp": ("sklearn", 8, {}),
    "sklearn-boosting": ("sklearn", 4, {}),
}


def check(runs, folder, name):
    _, decimals, ours = FRAMEWORKS[name]
    (run,) = runs
    got = {series.name: series for series in run}
    for curve, values in json.loads((folder / f"{name}.json").read_text("utf-8")).items():
        read = got[ours.get(curve, curve)]
        assert len(read) == len(values) > 3
        np.testing.assert_allclose(read.y, values, rtol=0, atol=0.501 * 10**-decimals, err_msg=curve)
        assert (np.diff(read.x) == 1).all()
    return run


def read(folder, name):
    return read_source(Source(f"{name}.log", folder / f"{name}.log"))


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_kept_log_reads_as_the_frameworks_own_numbers(name):
    check(read(KEPT, name), KEPT, name)


@pytest.mark.parametrize("name", ["xgboost", "lightgbm", "keras"])
def test_losses_on_training_and_validation_data_are_told_apart(name):
    run = check(read(KEPT, name), KEPT, name)
    assert run.main(Role.TRAIN_LOSS) is not None
    assert run.main(Role.VAL_LOSS).name.startswith("val")


def test_the_console_reader_reads_a_table_of_skorch_with_its_colours():
    (run,) = ConsoleText().read(Source("skorch.log", KEPT / "skorch.log"))
    got = {series.name: series.y for series in run}
    for name, values in json.loads((KEPT / "skorch.json").read_text("utf-8")).items():
        np.testing.assert_allclose(got[name], values, rtol=0, atol=0.501e-4, err_msg=name)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_log_that_the_framework_writes_now_reads_as_its_own_numbers(name, tmp_path):
    if importlib.util.find_spec(FRAMEWORKS[name][0]) is None:
        pytest.skip(f"{FRAMEWORKS[name][0]} is not installed")
    if name == "keras" and importlib.util.find_spec("torch") is None:
        pytest.skip("Keras has no backend here")
    command = "import sys; sys.path.insert(0, sys.argv[1]); import make; from pathlib import Path; "
    command += "make.make(sys.argv[2], Path(sys.argv[3]))"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    arguments = [sys.executable, "-c", command, str(KEPT), name, str(tmp_path)]
    subprocess.run(arguments, check=True, capture_output=True, timeout=300, env=environment)
    check(read(tmp_path, name), tmp_path, name)
