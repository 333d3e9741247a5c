"""Start-up is fast because heavy libraries are not imported; a clock would be flaky, `sys.modules` is not."""

import hmac
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

TRAIN = """
import sys
lr = float(sys.argv[sys.argv.index("--lr") + 1])
for epoch in range(12):
    print(f"epoch {epoch + 1} loss {2.3 * 0.8 ** (epoch * lr) + 0.1:.4f}")
"""

# One after the other in one project, as somebody would type them, and what each may load besides.
COMMANDS = (
    ("diagnose log.csv", set()),
    ("ask what is wrong with my run?", set()),
    ("list .", set()),
    ("read log.csv", set()),
    ("rules", set()),
    ("explain momentum", set()),
    ("where", set()),
    ("chat --help", set()),
    ("resume --help", set()),
    ("watch --help", set()),
    ("mcp --help", set()),
    ("probe --init probe.py", set()),
    ("run -- python train.py --lr 0.5", {"libcst"}),
    ("set --yes lr 1", {"libcst"}),
    ("hyperparameters", {"libcst"}),
    ("rerun", {"libcst"}),
    ("compare", {"libcst"}),
    ("history", {"libcst"}),
    ("show 2", {"libcst"}),
    ("export", {"libcst"}),
    ("undo", {"libcst"}),
    ("apply 1 --yes", {"libcst"}),
    ("forget --yes 2", {"libcst"}),
    ("tune --rounds 1 --apply -- python train.py --lr 0.1", {"libcst", "optuna"}),
)
EVERY_COMMAND = """
import shlex, sys
from advisor.cli.commands import cli

for words in {arguments!r}:
    code = cli.main(shlex.split(words), prog_name="advisor", standalone_mode=False)
    print("AFTER", repr(words), code or 0, *sorted(sys.modules), file=sys.stderr)
"""

# What the program does once its first picture stands is left out: it says what was loaded, and ends.
FIRST_PICTURE = """
import sys
sys.argv = ["advisor", *{arguments!r}]
sys.stdin.isatty = sys.stdout.isatty = lambda: True
from advisor.cli import load_lightly, main

load_lightly()
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


def test_what_was_done_without_at_the_start_can_be_loaded_later():
    program = """if True:
        from advisor.cli import load_lightly
        load_lightly()
        import hmac, http.client, ssl
        assert http.client.HTTPSConnection
        print(hmac.new(b"k", b"m", "sha256").hexdigest())
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == hmac.new(b"k", b"m", "sha256").hexdigest(), done.stderr


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
    assert not loaded & {"ssl", "_hashlib"}
    rooms = ("readers", "signals", "diagnosis", "advice", "chat", "watch", "narrator", "report.parts")
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


def test_every_command_loads_only_what_it_needs(small_csv):
    folder = small_csv.parent
    (folder / "train.py").write_text(TRAIN)
    done = subprocess.run(
        [sys.executable, "-c", EVERY_COMMAND.format(arguments=[words for words, _ in COMMANDS])],
        capture_output=True, text=True, cwd=folder, timeout=120, check=False,
    )  # fmt: skip
    after = [line.split("'") for line in done.stderr.splitlines() if line.startswith("AFTER")]
    assert [words for _, words, _ in after] == [words for words, _ in COMMANDS], done.stderr
    shown = {name for name, command in cli.commands.items() if not command.hidden}
    assert {words.partition(" ")[0] for words, _ in COMMANDS} == shown
    for (_, words, rest), (_, allowed) in zip(after, COMMANDS, strict=True):
        code, *loaded = rest.split()
        assert code == "0", words
        assert not {name.partition(".")[0] for name in loaded} & HEAVY - allowed, words
