"""The JSON report is public: the schema in the package is its contract."""

import json
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

from advisor.advice import assess
from advisor.diagnosis import load_rulebook
from advisor.diagnosis.problem import Problem
from advisor.readers import read_paths
from advisor.report.as_json import report_json
from advisor.run import EventKind, Role, Run, Series

SCHEMA = json.loads(files("advisor.report").joinpath("schema.json").read_text("utf-8"))


def validate(runs, language="en"):
    document = json.loads(report_json([assess(run, load_rulebook()) for run in runs], language))
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    return document


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sample_log_gives_a_valid_report(repository, language):
    cases = [p.parent for p in sorted((repository / "sample_logs").glob("*/expected.yaml"))]
    assert cases
    findings = 0
    for case in cases:
        document = validate(read_paths([str(case)]), language)
        findings += sum(len(run["findings"]) for run in document["runs"])
    assert findings >= len(cases)


def test_non_finite_values_are_words():
    y = np.array([1.0, np.nan, np.inf, -np.inf])
    x = np.arange(4.0)
    run = Run("log", (Series("loss", y, x, np.arange(4), role=Role.TRAIN_LOSS, lower_is_better=True),
                      Series("none", y[1:2], x[:1], np.arange(1))))  # fmt: skip
    document = validate([run])
    loss, none = document["runs"][0]["series"]
    assert (loss["last"], loss["non_finite"], loss["min"]) == ("-inf", 3, 1.0)
    assert (none["first"], none["min"], none["argmin"]) == ("nan", "nan", None)


def test_the_schema_names_every_public_id():
    definitions = SCHEMA["$defs"]
    assert set(definitions["finding"]["properties"]["problem"]["enum"]) == {p.value for p in Problem}
    assert set(definitions["event"]["properties"]["kind"]["enum"]) == {k.value for k in EventKind}
    assert set(definitions["series"]["properties"]["role"]["enum"]) == {r.value for r in Role}


def test_the_schema_refuses_what_it_should():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 2, "runs": []}, SCHEMA)
