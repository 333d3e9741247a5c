"""Start-up is fast because heavy libraries are not imported; a clock would be flaky, `sys.modules` is not."""

import subprocess
import sys

import pytest

HEAVY = {"torch", "pandas", "sklearn", "scipy", "textual", "libcst", "optuna"}

PROGRAM = """
import sys
sys.argv = ["advisor", *{arguments!r}]
from advisor.cli import main
code = main()
print("LOADED", *sorted(set(m.partition(".")[0] for m in sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def loaded_by(arguments, folder):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(arguments=arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("LOADED")
    return set(last.split()[1:])


@pytest.fixture
def small_csv(tmp_path):
    rows = [f"{i},{2.3 * 0.8**i + 0.1:.5f},{2.3 * 0.8**i + 0.15:.5f}" for i in range(20)]
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n" + "\n".join(rows) + "\n")
    return path


def test_help_imports_nothing_heavy(tmp_path):
    loaded = loaded_by(["--help"], tmp_path)
    assert not loaded & (HEAVY | {"numpy", "yaml", "sqlite3", "msgspec"})


def test_version_imports_nothing_heavy(tmp_path):
    assert not loaded_by(["--version"], tmp_path) & (HEAVY | {"numpy"})


def test_diagnose_of_a_small_csv_imports_nothing_heavy(small_csv):
    assert not loaded_by(["diagnose", small_csv.name], small_csv.parent) & HEAVY


def test_one_question_imports_nothing_heavy(small_csv):
    loaded = loaded_by(["ask", "--run", small_csv.name, "what is wrong with my run?"], small_csv.parent)
    assert not loaded & HEAVY


def test_the_second_diagnosis_parses_no_yaml(small_csv):
    loaded_by(["diagnose", small_csv.name], small_csv.parent)
    assert "yaml" not in loaded_by(["diagnose", small_csv.name], small_csv.parent)


def test_the_check_would_see_a_heavy_import(tmp_path):
    program = PROGRAM.replace("code = main()", "import pandas; code = main()").format(arguments=["--version"])
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert "pandas" in done.stderr.split("LOADED")[1].split()
