"""No answer repeats or contradicts itself, on any log at hand; and the check would notice."""

import json
from contextlib import suppress

import pytest
import yaml

from advisor.advice import assess
from advisor.diagnosis import load_rulebook
from advisor.errors import UnreadableError
from advisor.readers import read_paths
from tests.measure.clashes import clashes
from tests.measure.thirteen_cases import ROOT

RULEBOOK = load_rulebook()
SAMPLES = sorted((ROOT / "sample_logs").glob("*/expected.yaml"))


class Said:
    def __init__(self, *problems, changes=()):
        self.findings = [type("F", (), {"problem": problem}) for problem in problems]
        self.changes = [type("C", (), dict(change)) for change in changes]


def test_the_check_notices():
    up = {"hyperparameter": "dropout", "before": 0.1, "after": 0.3, "factor": None}
    down = {"hyperparameter": "weight_decay", "before": None, "after": None, "factor": 0.1}
    assert list(clashes(Said("plateau", "schedule", "schedule", changes=[up]))) == []
    assert len(list(clashes(Said("plateau", "plateau")))) == 1
    assert len(list(clashes(Said("lr_too_high", "lr_too_low")))) == 1
    assert len(list(clashes(Said("plateau", changes=[up, down])))) == 1


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda file: file.parent.name)
def test_no_answer_on_a_sample_log_repeats_or_contradicts_itself(sample):
    case = yaml.safe_load(sample.read_text("utf-8"))
    for run in read_paths([str(sample.parent / case["log"])]):
        assert list(clashes(assess(run, RULEBOOK))) == []


def test_no_answer_on_a_real_log_repeats_or_contradicts_itself(shared):
    entries = json.loads((shared / "logs" / "manifest.json").read_text("utf-8"))
    for entry in entries[::4]:
        with suppress(UnreadableError):
            for run in read_paths([str(shared / "logs" / entry["id"] / entry["log"])])[:2]:
                assert list(clashes(assess(run, RULEBOOK))) == [], entry["id"]
