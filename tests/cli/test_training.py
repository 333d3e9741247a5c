"""Trainings that are run from the command line."""

import sys

import pytest

from tests.cli.saying import sentence

TRAINER = """\
import sys
rate, weight = float(sys.argv[sys.argv.index("--lr") + 1]), 3.0
for epoch in range(1, 25):
    weight -= rate * 10 * weight
    print(f"epoch {epoch} loss {5 * weight**2 + 0.1:.6g}", flush=True)
    if epoch == 12 and "--break" in sys.argv:
        raise RuntimeError("no more data")
"""


@pytest.fixture
def trainer(tmp_path):
    (tmp_path / ".advisor").mkdir()
    (tmp_path / "train.py").write_text(TRAINER, encoding="utf-8")
    return [sys.executable, "train.py", "--lr", "0.25"]


def test_run_says_how_to_apply_and_rerun_compares(advisor, trainer):
    ran = advisor("run", "--", *trainer)
    assert ran.returncode == 0
    assert ran.stdout.decode().rstrip().splitlines()[-1].startswith("'advisor apply 1' ")
    asked = advisor("apply", "1", stdin=b"n\n").stdout.decode()
    assert "- " in asked
    assert "--lr 0.25" in asked
    assert "Applied" not in asked
    assert "Applied" in advisor("apply", "1", stdin=b"y\n").stdout.decode()
    assert "Better: training loss (loss)" in advisor("rerun").stdout.decode()
    assert advisor("undo").stdout.decode().startswith("Taken back: --lr 0.25 -> ")
    assert advisor("undo").returncode == 2


def test_after_a_tuning_the_last_run_is_the_users_own(advisor, trainer):
    """Not the last round, whose values nobody has taken: what is asked and changed is about the command."""
    tuned = advisor("tune", "--rounds", "2", "--only", "lr", "--", *trainer)
    assert tuned.returncode == 0
    rows = advisor("history").stdout.decode().splitlines()[1:]
    assert len([row for row in rows if "train.py" in row]) == 3
    assert "--lr 0.25" not in rows[0], "the last round had a rate of its own"
    assert "The learning rate is 0.25" in advisor("ask", "what is the lr").stdout.decode()
    assert "- " + " ".join(trainer) in advisor("apply", "1", stdin=b"n\n").stdout.decode()
    best = advisor("tune", "--resume", "--apply")
    assert best.returncode == 0
    taken = best.stdout.decode().split("To repeat it: ")[1].splitlines()[0].split("--lr ")[1]
    assert f"The learning rate is {taken}" in advisor("ask", "what is the lr").stdout.decode()


FROM_FILE = """\
rate, weight = float(open("c.yaml").readline().split()[-1]), 3.0
print(f"lr: {rate}")
for epoch in range(1, 25):
    weight -= rate * 10 * weight
    print(f"epoch {epoch} loss {5 * weight**2 + 0.1:.6g}", flush=True)
"""


@pytest.mark.parametrize(("language", "why"), [("en", "issharedthroughananchor"), ("zh", "锚点")])
def test_run_says_why_its_change_cannot_be_applied(advisor, tmp_path, language, why):
    (tmp_path / ".advisor").mkdir()
    (tmp_path / "train.py").write_text(FROM_FILE, encoding="utf-8")
    (tmp_path / "c.yaml").write_text("lr: &rate 0.25\nema: *rate\n", encoding="utf-8")
    ran = advisor("run", "--lang", language, "--", sys.executable, "train.py")
    said = "".join(ran.stdout.decode().split("\n\n")[-1].split())
    assert why in said
    assert "'advisorapply1'" not in said


def test_a_training_that_fails_keeps_its_exit_code_and_says_so_before_the_report(advisor, trainer):
    done = advisor("run", "--", *trainer, "--break")
    text = done.stdout.decode()
    assert done.returncode == 1
    assert text.index("RuntimeError: no more data") < text.index("did not end well (exit code 1)")
    assert text.index("did not end well") < text.index("(console-text)")
    chinese = advisor("run", "--lang", "zh", "--", *trainer, "--break").stdout.decode()
    assert "训练没有正常结束（退出码 1）" in chinese
    silent = advisor("run", "--", sys.executable, "-c", "raise SystemExit(5)")
    assert silent.returncode == 5
    assert "printed nothing" in sentence(silent)


def test_a_training_is_given_the_threads_that_the_user_set(advisor, tmp_path):
    (tmp_path / ".advisor").mkdir()
    shows = "import os; print('loss 1', 'threads', os.environ.get('OPENBLAS_NUM_THREADS'))"
    assert b"threads None" in advisor("run", "--", sys.executable, "-c", shows).stdout
