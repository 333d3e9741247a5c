"""One setting with several seeds, compared as a group."""

import sys

import pytest

from advisor.errors import UsageError
from advisor.journal import Journal
from advisor.seeds import rerun_seeds, run_seeds, seeded_commands
from advisor.session import Session

TRAIN = """
import argparse, random
p = argparse.ArgumentParser()
p.add_argument("--seed", type=int, default=4)
p.add_argument("--lr", type=float, default=0.5)
a = p.parse_args()
luck = random.Random(a.seed).uniform(-0.01, 0.01)
for epoch in range(1, 9):
    print(f"epoch {epoch} loss {a.lr + luck + 0.5**epoch:.5f} val_loss {a.lr + luck + 0.6**epoch:.5f}")
"""


@pytest.fixture
def session(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "train.py").write_text(TRAIN)
    return Session(tmp_path, Journal.open())


def test_seeds_begin_with_the_commands_own(session):
    command = (sys.executable, "train.py")
    assert seeded_commands(session, command, 3) == [
        command, (*command, "--seed", "5"), (*command, "--seed", "6"),
    ]  # fmt: skip
    (session.folder / "train.py").write_text("lr = 0.1\n")
    with pytest.raises(UsageError, match="No seed"):
        seeded_commands(session, command, 2)


def test_groups_of_seeds_are_compared(session):
    command = (sys.executable, "train.py", "--lr", "0.5")
    assert len(run_seeds(session, command, 3)) == 3
    assert session.command == command
    assert rerun_seeds(session, 2).verdict == "cannot tell"
    session.apply(session.plan_value("lr", 0.1))
    result = rerun_seeds(session, 3)
    assert (result.verdict, len(result.before), len(result.after)) == ("better", 5, 3)
    assert result.p_value < 0.01
