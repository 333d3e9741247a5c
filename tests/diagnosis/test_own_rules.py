"""A user's own rule in five lines, its errors, the schema for editors, and what the rules cover."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml

from advisor.diagnosis import load_rulebook
from advisor.diagnosis.causes import CAUSES_KNOWN, PREFIX
from advisor.diagnosis.coverage import coverage_of, fired_on
from advisor.diagnosis.loader import check_own_rules
from advisor.diagnosis.own_rules import completed
from advisor.diagnosis.rule_schema import rule_schema, rule_schema_text
from advisor.resources import shipped
from advisor.run import Hyperparameter, Role, Run, Series
from advisor.signals import GLOSSARY, measure

FIVE_LINES = """\
title: The loss swings too much for my taste
when: train_loss.swing_level > 0.3
severity: critical
changes:
  - {hyperparameter: learning_rate, multiply: 0.3}
"""


def write(folder, text, name="too-loud.yaml"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def swinging_run():
    y = np.array([2.0, 1.0] * 12)
    x = np.arange(y.size)
    curve = Series("loss", y, x * 1.0, x, role=Role.TRAIN_LOSS, lower_is_better=True)
    rate = Hyperparameter("lr", 0.1, "learning_rate", "test")
    return Run("test", (curve,), hyperparameters=(rate,))


def test_five_lines_are_a_whole_rule(tmp_path):
    assert len(FIVE_LINES.splitlines()) == 5
    write(tmp_path / ".advisor" / "rules", FIVE_LINES)
    book = load_rulebook(tmp_path)
    assert book.problems == ()
    run = swinging_run()
    found = next(f for f in book.diagnose(run, measure(run)).findings if f.rule.name == "too-loud")
    assert found.rule.code.startswith("USR")
    assert (found.problem.value, found.severity.word) == ("custom", "critical")
    assert found.title.zh == found.title.en == "The loss swings too much for my taste"
    sentence = found.evidence[0].sentence
    assert sentence.en.startswith("train_loss.swing_level is 0.6667: Typical swing of the training loss")
    assert "训练损失" in sentence.zh
    assert found.rule.changes[0].because.en == found.title.en


def test_the_code_of_a_short_rule_stays_the_same(tmp_path):
    first, _ = check_own_rules(write(tmp_path / "a", FIVE_LINES))
    second, _ = check_own_rules(write(tmp_path / "b", FIVE_LINES))
    other, _ = check_own_rules(write(tmp_path / "b", FIVE_LINES, "other.yaml"))
    assert first[0].rule.code == second[0].rule.code != other[0].rule.code


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ("train_loss.swing_levl > 0.3", 2, "Did you mean train_loss.swing_level?"),
        ("train_loss.swing_level >", 2, "valid expression"),
        ("train_loss.swing_level", 2, "Compare it"),
    ],
)
def test_a_wrong_condition_is_shown_with_its_line_a_caret_and_the_nearest_name(tmp_path, wrong, line, said):
    file = write(tmp_path, FIVE_LINES.replace("train_loss.swing_level > 0.3", wrong))
    found, problems = check_own_rules(file)
    assert found == ()
    text = str(problems[0])
    assert text.startswith(f"{file}:{line}:")
    assert "^" in text
    assert said in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: The loss swings too much for my taste\n", "", "title"),
        ("learning_rate", "learning_rat", "Did you mean learning_rate?"),
        ("severity: critical", "severity: loud", "severity|loud"),
        ("severity", "severty", "severty"),
    ],
)
def test_other_faults_name_the_file(tmp_path, old, new, said):
    import re

    file = write(tmp_path, FIVE_LINES.replace(old, new))
    _, problems = check_own_rules(file)
    assert len(problems) == 1
    assert str(problems[0]).startswith(f"{file}:")
    assert re.search(said, str(problems[0]))


def test_a_shipped_rule_may_leave_nothing_out():
    from advisor.diagnosis.loader import read_rules

    for path in shipped("rules").rglob("[!_]*.yaml"):
        data = yaml.safe_load(path.read_text("utf-8"))
        assert {"code", "name", "title", "what", "why", "false_alarms", "check", "tests"} <= data.keys(), path
    problems = []
    assert len(read_rules(shipped("rules"), problems)) == len(load_rulebook().rules)
    assert problems == []


def test_the_schema_file_is_what_the_types_say():
    file = files("advisor.diagnosis") / "rule.schema.json"
    assert file.read_text("utf-8") == rule_schema_text(), "run: advisor rules schema > that file"


def test_the_schema_takes_every_shipped_rule_and_a_short_one():
    validator = jsonschema.Draft202012Validator(rule_schema())
    validator.check_schema(rule_schema())
    for path in shipped("rules").rglob("[!_]*.yaml"):
        data = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8"))))
        assert list(validator.iter_errors(data)) == [], path
    assert validator.is_valid(yaml.safe_load(FIVE_LINES))
    for old, new in (("when:", "wen:"), ("severity: critical", "severity: loud"), ("learning_rate", "rate")):
        assert not validator.is_valid(yaml.safe_load(FIVE_LINES.replace(old, new)))


def test_coverage_says_what_is_used_and_what_is_not(tmp_path):
    before = coverage_of(load_rulebook())
    assert "GEN101" in before.problems["overfitting"]
    assert before.problems["custom"] == ()
    assert "STB202" in before.changes["learning_rate"]
    learned = {PREFIX + problem for problem in CAUSES_KNOWN}
    assert set(before.used) - set(GLOSSARY) <= learned
    assert set(before.used) | set(before.unused) >= set(GLOSSARY)
    assert not set(before.used) & set(before.unused)
    spare = next(name for name in before.unused if name.startswith("val_metric"))
    write(tmp_path / ".advisor" / "rules", FIVE_LINES.replace("train_loss.swing_level", spare))
    after = coverage_of(load_rulebook(tmp_path))
    assert spare in after.used
    assert len(after.problems["custom"]) == 1


def test_coverage_counts_what_fires():
    fired = fired_on(load_rulebook(), [swinging_run()] * 2)
    assert fired["STB202"] == 2
    assert fired["STB101"] == 0


@pytest.mark.parametrize("code", [rule.code for rule in load_rulebook().rules])
def test_every_shipped_finding_has_a_sentence_of_its_own(code):
    """On the curves of its own tests a rule never falls back on the bare meaning of its signals."""
    from advisor.diagnosis.engine import evaluate
    from advisor.diagnosis.finding import Finding
    from advisor.diagnosis.measured import Measured
    from advisor.diagnosis.rule_tests import run_of, signals_of

    one = next(one for one in load_rulebook().compiled if one.rule.code == code)
    for test in one.rule.tests:
        if test.expected == "fires":
            run = run_of(test)
            finding = evaluate(one, run, signals_of(test, run), Measured())
            assert isinstance(finding, Finding)
            bare = [e for e in finding.evidence if e.sentence.en.split(" is ")[0] in GLOSSARY]
            assert bare == []


@pytest.mark.parametrize(("name", "code"), [("my-rule", "USR991"), ("too-loud", "USR185"), ("a", "USR907")])
def test_a_code_that_was_made_once_stays(name, code):
    """What was told of a rule in the history is found again by its code."""
    assert completed({"name": name}, Path("any.yaml"))["code"] == code
