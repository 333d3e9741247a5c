"""Rule files: every fault with its file and line; a user's own rules beside the shipped ones."""

from pathlib import Path

import pytest

from advisor.diagnosis import load_rulebook
from advisor.diagnosis.document import MAX_BYTES
from advisor.diagnosis.loader import read_rules
from advisor.diagnosis.yaml_tree import compose, line_of, plain_data
from advisor.errors import RuleError
from advisor.resources import shipped

GOOD = """\
code: XYZ101
name: my-own-rule
status: stable
problem: plateau
severity: warning
title: {en: Mine, zh: 我的}
what: {en: a, zh: b}
why: {en: a, zh: b}
false_alarms: {en: a, zh: b}
when: train_loss.swing > 0.2 and not schedule.cyclic
series: [train_loss]
evidence:
  - {en: "swings by {train_loss.swing:.0%}", zh: "摆动 {train_loss.swing:.0%}"}
changes:
  - hyperparameter: learning_rate
    multiply: 0.3
    because: {en: a, zh: b}
check: {en: a, zh: b}
references: [mine]
tests:
  - fires: {signals: {train_loss.swing: 0.5, schedule.cyclic: 0}}
  - quiet: {signals: {train_loss.swing: 0.1, schedule.cyclic: 0}}
  - unknown: {signals: {train_loss.swing: 0.5}}
"""


def write(folder, text, name="own.yaml"):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def faults(tmp_path, text):
    file = write(tmp_path / "rules", text)
    problems = []
    read_rules(tmp_path / "rules", problems)
    return file, problems


def test_shipped_rules_load_and_are_found():
    book = load_rulebook()
    assert len(book.rules) >= 20
    assert book.problems == ()
    assert book.find("GEN101") is book.find("gen101") is book.find("overfitting")
    assert book.find("nothing") is None
    codes, names = [r.code for r in book.rules], [r.name for r in book.rules]
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    assert len(list(shipped("rules").rglob("[!_]*.yaml"))) == len(codes)


def test_own_rules_of_the_project_and_of_the_user(tmp_path, monkeypatch):
    write(tmp_path / ".advisor" / "rules" / "deep", GOOD)
    home = tmp_path / "home"
    monkeypatch.setenv("ADVISOR_HOME", str(home))
    write(home / "rules", GOOD.replace("XYZ101", "XYZ102").replace("my-own-rule", "my-other-rule"))
    book = load_rulebook(tmp_path)
    assert book.problems == ()
    assert book.find("my-own-rule").code == "XYZ101"
    assert book.find("XYZ102").name == "my-other-rule"
    assert load_rulebook().find("XYZ101") is None


def test_own_macro(tmp_path):
    folder = tmp_path / ".advisor" / "rules"
    write(folder, "swings: train_loss.swing > 0.2\nsteady: not swings\n", "_macros.yaml")
    write(folder, GOOD.replace("train_loss.swing > 0.2 and not schedule.cyclic", "not steady"))
    book = load_rulebook(tmp_path)
    assert book.problems == ()
    assert book.find("XYZ101") is not None


@pytest.mark.parametrize("name", ["no-name", "wide", "swings"])
def test_a_macro_needs_a_new_name_that_is_one(tmp_path, name):
    folder = tmp_path / ".advisor" / "rules"
    write(folder, "wide: train_loss.swing > 0.3\nswings: train_loss.swing > 0.2\n", "_macros.yaml")
    write(folder / "more", f"{name}: train_loss.swing > 0.1\n", "_macros.yaml")
    problems = load_rulebook(tmp_path).problems
    assert [f"'{name}' is no new name for a condition" in str(problem) for problem in problems] == [True]


@pytest.mark.parametrize(
    ("macros", "told"),
    [
        ("swings: [1, 2]\n", "Expected `str`, got `array`"),
        ("- swings\n", "Expected `object`, got `array`"),
        ("swings: train_loss.swng > 0.2\n", "There is no signal train_loss.swng"),
    ],
)
def test_macros_that_cannot_be_used_are_told_and_do_not_stop_the_rest(tmp_path, macros, told):
    folder = tmp_path / ".advisor" / "rules"
    file = write(folder, macros, "_macros.yaml")
    write(folder, GOOD)
    book = load_rulebook(tmp_path)
    (problem,) = book.problems
    assert problem.what.startswith(str(file))
    assert told in problem.what
    assert book.find("XYZ101") is not None


def test_a_wrong_own_rule_does_not_stop_the_rest(tmp_path):
    folder = tmp_path / ".advisor" / "rules"
    bad = write(folder, GOOD.replace("train_loss.swing > 0.2", "train_loss.swng > 0.2"), "bad.yaml")
    write(folder, GOOD.replace("XYZ101", "XYZ102").replace("my-own", "my-good"), "good.yaml")
    book = load_rulebook(tmp_path)
    assert book.find("XYZ102") is not None
    assert book.find("XYZ101") is None
    (problem,) = book.problems
    assert problem.what.startswith(f"{bad}:10: There is no signal train_loss.swng")
    assert "Did you mean train_loss.swing?" in problem.hint


def test_a_code_or_a_name_is_taken_once(tmp_path):
    folder = tmp_path / ".advisor" / "rules"
    write(folder, GOOD.replace("XYZ101", "GEN101"), "code.yaml")
    write(folder, GOOD.replace("my-own-rule", "overfitting"), "name.yaml")
    problems = [problem.what for problem in load_rulebook(tmp_path).problems]
    assert len(problems) == 2
    assert "code.yaml:1: The code GEN101 is taken by" in problems[0]
    assert "name.yaml:2: The name overfitting is taken by" in problems[1]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("swing > 0.2", "swng > 0.2", 10, "There is no signal train_loss.swng"),
        ('train_loss.swing:.0%}", zh', 'train_loss.swng:.0%}", zh', 13, "no signal train_loss.swng"),
        (':.0%}", zh', ':>9}", zh', 13, "is no signal with a known format"),
        ("摆动 {train_loss.swing:.0%}", "摆动", 13, "do not show the same signals"),
        ("hyperparameter: learning_rate", "hyperparameter: learning_rat", 15, "no hyperparameter role"),
        ("multiply: 0.3", "multiply: -1", 16, "Expected `float` > 0"),
        ("    multiply: 0.3\n", "", 15, "exactly one of multiply, set and do"),
        ("multiply: 0.3", "multiply: 0.3\n    set: 1", 15, "exactly one of multiply, set and do"),
        ("multiply: 0.3", "multiply: 0.3\n    when: train_loss.swing", 15, "is a number, not a yes or no"),
        ("multiply: 0.3", "set: 0.5 * train_loss.bst", 15, "There is no signal train_loss.bst"),
        ("problem: plateau", "problem: platoe", 4, "There is no problem platoe"),
        ("problem: plateau", "problem: plateau\nexplains: [plateau]", 5, "cannot explain its own problem"),
        ("series: [train_loss]", "series: [train_los]", 11, "There is no series role train_los"),
        ("references: [", "only_with: [a.b]\nreferences: [", 19, "There is no signal a.b"),
        ("code: XYZ101", "code: xyz", 1, "Expected `str` matching regex"),
        ("severity: warning", "severity: grave", 5, "Invalid enum value 'grave'"),
        ("why: {en: a, zh: b}", "why: {en: a}", 8, "missing required field `zh`"),
        ("references: [mine]\n", "", 1, "missing required field `references`"),
        ("check: {", "chekc: {", 1, "unknown field `chekc`"),
        ("  - unknown:", "  - quiet:", 20, "no test for: unknown"),
        ("  - quiet: {s", "  - quiet: {}\n    fires: {s", 22, "exactly one of fires, quiet and unknown"),
        ("what: {en: a, zh: b}", "what: &x {en: a, zh: b}\nmore: *x", 7, "anchors are not used"),
        ("title: {en: Mine, zh: 我的}", "title: !!python/name:os.system {en: a}", 6, "is not used"),
        ("title: {en: Mine", "title: {en: 2026-11-23", 6, "is not used in rules"),
        ("status: stable", "status: stable\nstatus: retired", 4, "the key 'status' stands twice"),
        ("title: {en: Mine", "title: {en: !!bool maybe", 6, "'maybe' is no plain value"),
        ("status: stable", "status: [stable", 4, "is no YAML that can be read"),
    ],
)
def test_fault_names_file_and_line(tmp_path, old, new, line, message):
    assert old in GOOD
    file, problems = faults(tmp_path, GOOD.replace(old, new, 1))
    assert problems, "no fault was told"
    assert any(str(p).startswith(f"{file}:{line}: ") and message in str(p) for p in problems), problems


def test_a_place_that_is_not_there_is_told_by_the_line_above_it():
    node = compose(Path("own.yaml"), "\na:\n  - b: 1\nc: 2\n")
    assert line_of(node, [("a", ""), ("", "0"), ("b", "")]) == 3
    assert line_of(node, [("a", ""), ("", "1"), ("b", "")]) == 2
    assert line_of(node, [("d", ""), ("c", "")]) == 2
    assert line_of(None, [("d", "")]) == 1


def test_every_fault_of_a_file_is_told(tmp_path):
    text = GOOD.replace("swing > 0.2", "swng > 0.2").replace("problem: plateau", "problem: platoe")
    _, problems = faults(tmp_path, text)
    assert len(problems) == 2


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"", b"[1, 2]", b"{" * 5000, b"a: " + b"x" * 300_000, b"%YAML 9"]
)
def test_bytes_that_are_no_rule(tmp_path, content):
    (tmp_path / "bad.yaml").write_bytes(content)
    problems = []
    assert read_rules(tmp_path, problems) == ()
    assert len(problems) == 1
    assert "bad.yaml" in str(problems[0])


def test_a_rule_file_may_be_as_long_as_it_is_said_and_no_longer(tmp_path):
    text = GOOD + "#" * (MAX_BYTES - len(GOOD.encode()))
    _, problems = faults(tmp_path, text)
    assert problems == []
    _, problems = faults(tmp_path, text + "#")
    assert f"a rule file is at most {MAX_BYTES // 1024} KiB" in str(problems[0])


@pytest.mark.parametrize(
    ("plain", "tagged"),
    [
        ("series: [train_loss]", "series: !!python/tuple [train_loss]"),
        ("series: [train_loss]", "series: !own [train_loss]"),
        ("title: {en: Mine, zh: 我的}", "title: !!python/object:os.system {en: Mine, zh: 我的}"),
        ("title: {en: Mine, zh: 我的}", "title: !!set {en, zh}"),
        ("status: stable", "status: !!binary c3RhYmxl"),
        ("references: [mine]", "references: !!map [mine]"),
        ("references: [mine]", "references: !!seq {mine: 1}"),
    ],
)
def test_a_tag_names_no_type(tmp_path, plain, tagged):
    assert GOOD.count(plain) == 1
    file, problems = faults(tmp_path, GOOD.replace(plain, tagged))
    assert len(problems) == 1
    line = GOOD[: GOOD.index(plain)].count("\n") + 1
    assert str(problems[0]).startswith(f"{file}:{line}: ")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("word", "word"), ("3 apples", "3 apples"), ("0b1x", "0b1x"), ("no-name", "no-name"), ("1e5", "1e5"),
        ("1.5e+5", 150_000.0), ("-5.", -5.0), ("+7", 7),
        ("True", True), ("false", False), ("~", None), ("null", None),
    ],
)  # fmt: skip
def test_a_plain_value_is_what_it_says(tmp_path, written, read):
    (value,) = plain_data(tmp_path, f"a: {written}\n").values()
    assert (value, type(value)) == (read, type(read))


@pytest.mark.parametrize("written", ["0x1F", "12:30", ".inf", "yes", "OFF", "2020-01-01", "="])
def test_a_value_that_yaml_means_otherwise_than_it_says_is_refused(tmp_path, written):
    with pytest.raises(RuleError, match="in quotes"):
        plain_data(tmp_path, f"a: {written}\n")
    assert plain_data(tmp_path, f"a: '{written}'\n") == {"a": written}


def test_anchors_cannot_unfold(tmp_path):
    levels = "\n".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}'] * 9)}]" for i in range(1, 30))
    _, problems = faults(tmp_path, f"b0: &b0 x\n{levels}\n")
    assert "anchors are not used" in str(problems[0])
