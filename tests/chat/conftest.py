"""A session over real logs, with real edits in a real folder; only the training is a copy of a log."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from advisor.advice import assess
from advisor.chat.conversation import Conversation
from advisor.diagnosis import load_rulebook
from advisor.errors import UsageError
from advisor.experiment.apply import apply, undo
from advisor.experiment.plan import plan_change, plan_value
from advisor.readers import read_paths
from advisor.text import Bilingual

LOGS = Path(__file__).parent / "logs"


class SessionDouble:
    """`advisor.session.Session` without its journal: reads, assesses, plans, applies and undoes for real."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.language = "en"
        self.assessments = []
        self.current = None
        self.command = None
        self.applied = []
        self.reruns = 0
        self._rulebook = load_rulebook()

    def open(self, paths):
        self.assessments = [assess(run, self._rulebook) for run in read_paths(list(paths))]
        self.current = self.assessments[0]
        return self.assessments

    def plan(self, number):
        return plan_change(self.current.changes[number - 1], self._known(), self.folder)

    def plan_value(self, name, value):
        return plan_value(name, value, self._known(), self.folder)

    def apply(self, plan):
        self.applied.append(apply(plan, self.folder / "backups"))
        self.command = plan.command_after

    def undo(self):
        if not self.applied:
            raise UsageError("Nothing has been applied in this project.")
        done = self.applied.pop()
        undo(done)
        self.command = done.plan.command_before
        return f"Taken back: {done.plan.headline}"

    def rerun(self, on_output=None, stop=None):
        self.reruns += 1
        return self.current

    def compare(self, before=None, after=None):
        if self.reruns == 0 and before is None:
            raise UsageError("There are no two runs to compare yet.")
        return SimpleNamespace(
            sentence=Bilingual(en=f"compared {before} {after}", zh=f"比较 {before} {after}")
        )

    def _known(self):
        if self.command is None:
            raise UsageError("No training command is known in this project.")
        return self.command


@pytest.fixture
def logs():
    return LOGS


@pytest.fixture
def session(tmp_path):
    return SessionDouble(tmp_path)


@pytest.fixture
def talk(session):
    """Opens a log by name and gives the conversation about it; without a name nothing is open."""

    def start(name=None, language="en"):
        if name is not None:
            session.open([str(LOGS / name)])
        return Conversation(session, language)

    return start


@pytest.fixture
def project(session):
    """A training command whose learning rate, momentum and batch size stand in a YAML file."""
    config = session.folder / "config.yaml"
    config.write_text("lr: 0.45  # step size\nmomentum: 0.9\nbatch_size: 32\n", encoding="utf-8")
    (session.folder / "train.py").write_text("print('hello')\n", encoding="utf-8")
    session.command = ("python", "train.py", "--config", "config.yaml")
    return config
