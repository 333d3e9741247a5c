"""Start-up is fast because heavy libraries are not imported; a clock would be flaky, `sys.modules` is not."""

import os
import subprocess
import sys

import pytest

from advisor.cli.commands import cli

HEAVY = {"torch", "pandas", "sklearn", "scipy", "textual", "libcst", "optuna"}

PROGRAM = """
import sys
sys.argv = ["advisor", *{arguments!r}]
from advisor.cli import main
code = main()
print("LOADED", *sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""

# What the program does once its first picture stands is left out: it says what was loaded, and ends.
FIRST_PICTURE = """
import sys
sys.argv = ["advisor", *{arguments!r}]
sys.stdin.isatty = sys.stdout.isatty = lambda: True
from advisor.cli import main
from advisor.tui import launch

async def standing(app):
    print("LOADED", *sorted(sys.modules), file=sys.stderr)
    app.exit(0)

launch.AdvisorApp._begin = standing
sys.exit(main())
"""


def modules_loaded_by(arguments, folder, program=PROGRAM):
    """Names of all modules that a program has loaded when it says so."""
    done = subprocess.run(
        [sys.executable, "-c", program.format(arguments=arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        check=False,
        env={**os.environ, "TEXTUAL_DRIVER": "textual.drivers.headless_driver:HeadlessDriver"},
    )
    assert done.returncode == 0, done.stderr
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("LOADED"))
    return set(line.split()[1:])


def loaded_by(arguments, folder):
    return {name.partition(".")[0] for name in modules_loaded_by(arguments, folder)}


@pytest.fixture
def small_csv(tmp_path):
    rows = [f"{i},{2.3 * 0.8**i + 0.1:.5f},{2.3 * 0.8**i + 0.15:.5f}" for i in range(20)]
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n" + "\n".join(rows) + "\n")
    return path


def test_help_imports_nothing_heavy(tmp_path):
    loaded = loaded_by(["--help"], tmp_path)
    assert not loaded & (HEAVY | {"numpy", "yaml", "sqlite3", "msgspec"})


def test_version_loads_not_even_the_commands(tmp_path):
    assert not loaded_by(["--version"], tmp_path) & (HEAVY | {"numpy", "click", "inspect", "typing"})


def test_version_is_said_as_the_commands_say_it(capsys):
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "--version"], capture_output=True, text=True, check=True
    )
    with pytest.raises(SystemExit):
        cli.main(["--version"], prog_name="advisor")
    assert done.stdout == capsys.readouterr().out


def test_the_first_picture_stands_before_anything_that_reads_or_judges_is_loaded(small_csv):
    loaded = modules_loaded_by([small_csv.name], small_csv.parent, FIRST_PICTURE)
    assert "textual" in loaded
    assert not loaded & {"numpy", "pandas", "yaml", "torch", "sklearn", "scipy", "optuna", "click"}
    rooms = ("readers", "signals", "diagnosis", "advice", "chat", "watch", "report.parts")
    assert not [m for m in loaded if m.startswith(tuple(f"advisor.{room}" for room in rooms))]


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
