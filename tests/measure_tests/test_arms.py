"""Rules alone, the learned part alone, and both: what is counted, on logs made up for it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.measure import labels
from tests.measure.arms import ARMS, Named, calibration_error, on_real, table

SAMPLES = Path(__file__).parents[2] / "sample_logs"


def named(planted, said, probability, kind="step"):
    return Named(kind, planted, dict.fromkeys(ARMS, said), {planted: probability})


def test_the_calibration_error_is_how_far_stated_and_true_shares_are_apart():
    assert calibration_error([named("healthy", "healthy", 0.75)]) == pytest.approx(0.25)
    half = [Named("step", "healthy", {}, {"healthy": 0.75, "unshuffled": 0.25})]
    assert calibration_error(half) == pytest.approx(0.25)
    assert calibration_error([named("healthy", "healthy", 1.0)]) == 0


def test_each_kind_of_log_has_a_line_for_each_situation_and_a_column_for_each_arm():
    rows = [
        named("healthy", "healthy", 0.9),
        named("unshuffled", "healthy", 0.9),
        named("healthy", "healthy", 0.9, "epoch"),
    ]
    lines = {line[:28].strip(): line[28:].split() for line in list(table(rows))[:5]}
    assert list(lines) == ["step logs (2), F1", "healthy", "unshuffled", "macro-F1", "right first"]
    assert lines["healthy"] == ["0.667"] * len(ARMS)
    assert lines["unshuffled"] == ["0.000"] * len(ARMS)
    assert lines["macro-F1"] == ["0.333"] * len(ARMS)
    assert lines["right first"] == ["50.0%"] * len(ARMS)


def test_each_hand_label_of_real_logs_is_counted_by_arm(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps(list(map(_entry, ("oscillating", "healthy")))))
    shutil.copytree(SAMPLES / "pytorch-oscillating", tmp_path / "oscillating")
    shutil.copytree(SAMPLES / "pytorch-example-healthy", tmp_path / "healthy")
    lines = {line[:28].strip(): line[28:].split() for line in on_real(tmp_path)}
    assert lines["oscillating"] == ["1.000", "0.000", "1.000"]
    assert lines["healthy"][::2] == ["1.000", "1.000"]
    assert lines["healthy ones, held ill"][:4] == ["0", "of", "1", "(0%)"]


def _entry(name):
    unsure = dict.fromkeys(labels.SAYS, "unsure")
    hand = unsure | {"oscillating": "no", name: "yes", "healthy": "yes" if name == "healthy" else "no"}
    return {"id": name, "log": "console.log", "label": hand, "truth": {"series": {}}}
