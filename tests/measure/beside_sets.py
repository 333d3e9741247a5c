"""The labelled sets as yes-or-no questions that can be put to any tool: is this problem in this run?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from advisor.diagnosis import Rulebook
from advisor.readers import read_paths
from advisor.run import Run
from tests.measure import labels, planted_log, thirteen_cases
from tests.measure.planted_cases import Case, holds, planted_cases
from tests.measure.planted_situations import HELD_OUT
from tests.measure.planted_situations import SITUATIONS as PLANTED
from tests.measure.planted_store import Store
from tests.measure.thirteen_situations import SITUATIONS as THIRTEEN
from tests.measure.thirteen_trainer import Trainings


@dataclass(frozen=True)
class Question:
    """Whether a problem is there.

    Attributes:
        run: Index of the run in its set.
        about: What is asked about, for a table.
        answers: Problems of which any one says yes.
        truth: The right answer.
    """

    run: int
    about: str
    answers: frozenset[str]
    truth: bool


@dataclass
class LabelledSet:
    """Runs, what is asked about them, and which of them are healthy."""

    name: str
    runs: list[Run] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    healthy: list[int] = field(default_factory=list)

    def add(self, run: Run, healthy: bool, asked: Iterator[tuple[str, frozenset[str], bool]]) -> None:
        """Adds a run with its questions as (about, answers, truth)."""
        at = len(self.runs)
        self.runs.append(run)
        self.healthy += [at] if healthy else []
        self.questions += [Question(at, *one) for one in asked if one[1]]


Asked = Iterator[tuple[str, frozenset[str], bool]]


def thirteen(trainings: Trainings, half: str = "held-out") -> LabelledSet:
    """The thirteen situations, each as a step log and an epoch log: what was planted, and nothing else."""
    made = LabelledSet("thirteen situations")
    kept, _ = thirteen_cases.cases(half, trainings)
    for case in kept:
        for log in thirteen_cases.logs(case):
            healthy = case.situation.name == "healthy"
            asked = _thirteen_questions(case.situation.name)
            made.add(thirteen_cases.as_run(log, trainings[case.training]), healthy, asked)
    return made


def _thirteen_questions(planted: str) -> Asked:
    for situation in THIRTEEN:
        if situation.name != "healthy" and planted in (situation.name, "healthy"):
            yield situation.name, frozenset(situation.answers), planted == situation.name


GONE_WRONG = ("non_finite", "past_best", "loss_spikes")
"""What is no false alarm, whatever was planted: seen on a test set that no log shows."""


def planted(store: Store) -> LabelledSet:
    """The planted faults by epoch: the fault or a true consequence; on healthy runs, what is not true.

    A training without a fault that went wrong all the same is no healthy one.
    """
    made = LabelledSet("planted faults")
    kept, _ = planted_cases(HELD_OUT, store)
    for case in kept:
        run = planted_log.as_run(case.setting, store[case.setting])
        healthy = case.healthy and not any(holds(problem, case, store) for problem in GONE_WRONG)
        made.add(run, healthy, _planted_questions(case, store))
    return made


def _planted_questions(case: Case, store: Store) -> Asked:
    if not case.healthy:
        yield case.situation.name, case.situation.right, True
        return
    for situation in PLANTED:
        wrong = (p for p in situation.names - {"healthy", "too_short"} if not holds(p, case, store))
        yield situation.name, frozenset(wrong), False


def samples(folder: Path) -> LabelledSet:
    """The sample logs: what must be found in them and what must not."""
    made = LabelledSet("sample logs")
    for file in sorted(folder.glob("*/expected.yaml")):
        case = yaml.safe_load(file.read_text("utf-8"))
        (run,) = read_paths([str(file.parent / case["log"])])
        made.add(run, "healthy" in case["must_fire"], _sample_questions(case))
    return made


def _sample_questions(case: dict[str, list[str | list[str]]]) -> Asked:
    for entry in case["must_fire"]:
        either = entry if isinstance(entry, list) else [entry]
        if either != ["healthy"]:
            yield either[0], frozenset(either), True
    for name in case["must_stay_quiet"]:
        yield str(name), frozenset({str(name)}), False


def real(folder: Path, rulebook: Rulebook) -> LabelledSet:
    """The hand-labelled real logs: each label that says yes or no, in the run that the label is about."""
    made = LabelledSet("real logs")
    for case in json.loads((folder / "manifest.json").read_text("utf-8")):
        judged = labels.judge(case, folder, rulebook)
        if judged.run is not None:
            made.add(judged.run, case["label"]["healthy"] == "yes", _label_questions(judged))
    return made


def _label_questions(judged: labels.Judged) -> Asked:
    for label, says in labels.SAYS.items():
        if labels.decided(judged, label):
            yield label, frozenset(says), judged.case["label"][label] == "yes"
