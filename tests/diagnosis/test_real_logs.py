"""The whole chain on strangers' logs: silence on healthy ones, and agreement with the hand."""

import json

import pytest

from advisor.diagnosis import load_rulebook
from tests.measure.labels import SAYS, decided, judge


@pytest.fixture(scope="module")
def judged(shared):
    logs = shared / "logs"
    rulebook = load_rulebook()
    cases = json.loads((logs / "manifest.json").read_text("utf-8"))
    return [judge(case, logs, rulebook) for case in cases]


def test_at_most_three_in_a_hundred_healthy_runs_get_a_warning(judged):
    healthy = [one for one in judged if one.case["label"]["healthy"] == "yes"]
    alarmed = {one.case["id"]: one.alarms for one in healthy if one.alarms}
    assert healthy
    assert len(alarmed) <= 0.03 * len(healthy), alarmed


def test_nine_of_ten_hand_labels_agree(judged):
    labels = [(one, label) for one in judged for label in (*SAYS, "healthy") if decided(one, label)]
    agree = sum(one.says(label) == (one.case["label"][label] == "yes") for one, label in labels)
    assert labels
    assert agree >= 0.9 * len(labels)
