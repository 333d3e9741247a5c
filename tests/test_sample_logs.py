"""Every sample log reads, and its diagnosis says what it must say and nothing that it must not."""

from pathlib import Path

import pytest
import yaml

from advisor.advice import assess
from advisor.diagnosis import load_rulebook
from advisor.diagnosis.problem import Problem
from advisor.readers import read_paths
from advisor.run import Role
from advisor.signals import GLOSSARY

SAMPLES = Path(__file__).resolve().parents[1] / "sample_logs"
CASES = sorted(file.parent.name for file in SAMPLES.glob("*/expected.yaml"))
KEYS = {"shows", "command", "log", "capture", "must_fire", "may_fire", "must_stay_quiet"}


@pytest.fixture(scope="module")
def rulebook():
    return load_rulebook()


def expected(name):
    return yaml.safe_load((SAMPLES / name / "expected.yaml").read_text(encoding="utf-8"))


def alternatives(wanted):
    """`must_fire` as a list of lists: of each inner list one problem is enough."""
    return [entry if isinstance(entry, list) else [entry] for entry in wanted]


def read(name):
    (run,) = read_paths([str(SAMPLES / name / expected(name)["log"])])
    return run


@pytest.mark.parametrize("name", CASES)
def test_what_is_expected_is_well_formed(name):
    case = expected(name)
    assert set(case) | {"capture"} == KEYS
    assert set(case["shows"]) == {"en", "zh"}
    assert case["command"].startswith("python sample_logs/make/")
    assert case.get("capture", "pipe") in {"pipe", "terminal"}
    assert (SAMPLES / name / case["log"]).exists()
    must = {problem for entry in alternatives(case["must_fire"]) for problem in entry}
    lists = [must, set(case["may_fire"]), set(case["must_stay_quiet"])]
    assert set().union(*lists) <= {problem.value for problem in Problem}
    assert sum(map(len, lists)) == len(set().union(*lists)), "a problem stands in two lists"
    assert case["must_stay_quiet"]


def test_every_folder_is_a_case_and_stands_in_the_table():
    folders = {path.name for path in SAMPLES.iterdir() if path.is_dir() and path.name != "make"}
    assert folders == set(CASES)
    table = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")} == folders
    for name in CASES:
        case = expected(name)
        assert f"| `{name}` | `{case['log']}` | {case['shows']['en']} | `{case['command']}` |" in table


def test_the_samples_are_small():
    sizes = [path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()]
    assert max(sizes) < 200_000
    assert sum(sizes) < 2_000_000


@pytest.mark.parametrize("name", CASES)
def test_it_reads(name):
    run = read(name)
    train = run.main(Role.TRAIN_LOSS) or run.main(Role.TRAIN_METRIC)
    assert train is not None
    assert len(train) >= 10
    # Reinforcement learning has no validation data: there the reward counts.
    rewarded = any("rew" in series.name for series in run)
    assert rewarded or run.main(Role.VAL_LOSS) or run.main(Role.VAL_METRIC)


@pytest.mark.parametrize("name", CASES)
def test_the_diagnosis_is_right(name, rulebook):
    case = expected(name)
    assessment = assess(read(name), rulebook)
    for signal, value in assessment.signals.items():
        assert GLOSSARY[signal].low <= value <= GLOSSARY[signal].high, signal
    found = {finding.problem.value for finding in assessment.findings}
    for wanted in alternatives(case["must_fire"]):
        assert found & set(wanted), f"none of {wanted} among {sorted(found)}"
    assert not found & set(case["must_stay_quiet"])
    foreseen = {p for entry in alternatives(case["must_fire"]) for p in entry} | set(case["may_fire"])
    assert found <= foreseen, "unforeseen findings"


@pytest.mark.parametrize(
    ("name", "expected_rate"), [("starter-rate-too-high", 3.0), ("lightning-past-best", 0.002)]
)
def test_the_learning_rate_is_known(name, expected_rate):
    assert read(name).number("learning_rate") == pytest.approx(expected_rate)
