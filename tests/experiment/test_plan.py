"""One value changes, and nothing else does."""

import json
import tomllib

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.advice.change import Change
from advisor.errors import EditError, UsageError
from advisor.experiment.plan import AmbiguousError, plan_change, plan_value
from advisor.experiment.scalars import number_text, parse_scalar
from advisor.text import Bilingual

SCRIPT = """
import argparse, click
LR = 0.05
parser = argparse.ArgumentParser()
parser.add_argument("--lr", "--learning-rate", type=float, default=0.1)
parser.add_argument("--wd", type=float, default=0.0)
parser.add_argument("--amp", action="store_true")
optimizer = SGD(model.parameters(), momentum=0.9)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "plain.py").write_text("LR = 0.05\noptimizer = SGD(model.parameters(), momentum=0.9)\n")
    return tmp_path


def change(role="learning_rate", name="lr", before=0.1, after=0.03, factor=0.3, do=None):
    reason = Bilingual(en="It should help.", zh="应该有用。")
    return Change(1, role, name, before, after, factor, do, reason, None, 1.0, None, None)


def edited(folder, name, content, setting, value):
    """The bytes that a file would have after `setting` is set to `value`."""
    (folder / name).write_bytes(content)
    plan = plan_value(setting, value, ["python", "plain.py", name], folder)
    assert plan.command_after == plan.command_before
    (edit,) = plan.edits
    assert edit.before == content
    assert (folder / name).read_bytes() == content, "planning writes nothing"
    return edit.after


@pytest.mark.parametrize(
    ("words", "after"),
    [
        (["--lr", "0.1"], ["--lr", "0.03"]),
        (["--lr=0.1"], ["--lr=0.03"]),
        (["-lr", "0.1"], ["-lr", "0.03"]),
        (["optim.lr=0.1"], ["optim.lr=0.03"]),
        (["+optim.lr=0.1"], ["+optim.lr=0.03"]),
        (["--lr", "0.5", "--lr", "0.1"], ["--lr", "0.5", "--lr", "0.03"]),
    ],
)
def test_a_word_of_the_command_changes(folder, words, after):
    command = ["python", "train.py", *words]
    plan = plan_change(change(), command, folder)
    assert plan.command_before == tuple(command)
    assert plan.command_after == ("python", "train.py", *after)
    assert plan.edits == ()
    assert plan.diff == f"- python train.py {' '.join(words)}\n+ python train.py {' '.join(after)}\n"


@pytest.mark.fault("G1")
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (
            "c.yaml",
            "# n\noptim: {lr: 0.1, b: [0.9]}  # é\nz: 1",
            "# n\noptim: {lr: 3.0e-5, b: [0.9]}  # é\nz: 1",
        ),
        ("c.yaml", "a: é\r\nlr:  0.1 #\tx\r\nb:  2\r\n", "a: é\r\nlr:  3.0e-5 #\tx\r\nb:  2\r\n"),
        ("c.yaml", "\ufefflr: 0.1\n", "\ufefflr: 3.0e-5\n"),
        ("c.yaml", "lr: &rate 0.1\n", "lr: &rate 3.0e-5\n"),
        ("c.yaml", "lr: !!float 0.1\n", "lr: !!float 3.0e-5\n"),
        ("c.yaml", "lr: '0.1'\n", "lr: '3.0e-5'\n"),
        ("c.yaml", 'lr: "0.1"\n', 'lr: "3.0e-5"\n'),
        ("c.yaml", "lr: 1e-3\n", "lr: 3.0e-5\n"),
        ("c.yaml", "lr:\nx: 1\n", "lr: 3.0e-5\nx: 1\n"),
        ("c.yaml", "lr: 1\nx: 2\nlr: 0.1\n", "lr: 1\nx: 2\nlr: 3.0e-5\n"),
        ("c.yaml", "? lr\n: 0.1\n", "? lr\n: 3.0e-5\n"),
        ("c.yaml", "- {lr: 0.1}\n- é\n", "- {lr: 3.0e-5}\n- é\n"),
        ("c.json", '{"é": 1, "lr":0.1,\t"x": [1, {}]}', '{"é": 1, "lr":3.0e-5,\t"x": [1, {}]}'),
        ("c.json", '{"lr": 1, "lr": 0.1}', '{"lr": 1, "lr": 3.0e-5}'),
        (
            "c.json",
            '\ufeff{\r\n // rate\r\n "lr": "0.1",\r\n}',
            '\ufeff{\r\n // rate\r\n "lr": "3.0e-5",\r\n}',
        ),
        ("c.json", '{"a": NaN, "lr": 0.1}\n', '{"a": NaN, "lr": 3.0e-5}\n'),
        ("c.toml", "# é\r\n[optim]\r\nlr\t=  0.1 # x\r\n", "# é\r\n[optim]\r\nlr\t=  3.0e-5 # x\r\n"),
        (
            "c.toml",
            "optim.lr = 0.1\n[[g]]\na = 1\n[[g]]\na = 2",
            "optim.lr = 3.0e-5\n[[g]]\na = 1\n[[g]]\na = 2",
        ),
        ("c.toml", 'o = {"lr" = 0.1, b = [1, 2,\n 3]}\n', 'o = {"lr" = 3.0e-5, b = [1, 2,\n 3]}\n'),
        ("c.toml", "t = 1979-05-27 07:32:00\nlr = '0.1'\n", "t = 1979-05-27 07:32:00\nlr = '3.0e-5'\n"),
        ("c.toml", 's = """\nlr = 9\n"""\nlr = 0.1\n', 's = """\nlr = 9\n"""\nlr = 3.0e-5\n'),
    ],
)
def test_only_the_bytes_of_the_value_change(folder, name, old, new):
    assert edited(folder, name, old.encode(), "lr", 3e-5).decode() == new


@pytest.mark.fault("G3")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("base: &r 0.1\noptim: {lr: *r}\n", "anchor"),
        ("base: &b {lr: 0.1}\nx: *b\n", "anchor"),
        ("base: &b {lr: 0.1}\nx: {<<: *b}\n", "anchor"),
        ("a: 2\nlr: ${a}\n", "refers to another setting"),
        ("lr: !env LR\n", "tag"),
        ("lr: |\n  0.1\n", "block of text"),
        ("lr: 0.1\n---\nlr: 0.2\n", "More than one setting"),
        ("gen: {lr: 0.1}\ndis: {lr: 0.2}\n", "More than one setting"),
    ],
)
def test_what_cannot_be_edited_safely_is_declined_in_words(folder, content, reason):
    (folder / "c.yaml").write_text(content)
    with pytest.raises(EditError, match=reason):
        plan_value("lr", 0.03, ["python", "plain.py", "c.yaml"], folder)


def test_an_own_value_beats_a_shared_template(folder):
    content = b"base: &b {lr: 0.1}\ntrain: {<<: *b, lr: 0.2}\n"
    assert edited(folder, "c.yaml", content, "lr", 0.3) == b"base: &b {lr: 0.1}\ntrain: {<<: *b, lr: 0.3}\n"


def test_of_two_settings_the_one_with_the_runs_value_is_meant(folder):
    (folder / "c.yaml").write_text("gen: {lr: 0.1}\ndis: {lr: 0.2}\n")
    plan = plan_change(change(name="learning_rate", before=0.2), ["python", "plain.py", "c.yaml"], folder)
    assert plan.edits[0].after == b"gen: {lr: 0.1}\ndis: {lr: 0.03}\n"
    plan = plan_value("gen.lr", 0.03, ["python", "plain.py", "c.yaml"], folder)
    assert plan.edits[0].after == b"gen: {lr: 0.03}\ndis: {lr: 0.2}\n"


@pytest.mark.parametrize(
    ("content", "setting", "value", "after"),
    [
        (b"epochs: 10\n", "epochs", 20.0, b"epochs: 20\n"),
        (b"dropout: 0.5\n", "dropout", 0, b"dropout: 0.0\n"),
        (b"epochs: 10\n", "epochs", "20", b"epochs: 20\n"),
        (b"optimizer: sgd # s\n", "optimizer", "adam", b"optimizer: adam # s\n"),
        (b"optimizer: sgd\n", "optimizer", "a: b # c", b'optimizer: "a: b # c"\n'),
        (b"optimizer: 'sgd'\n", "optimizer", "o'neil", b"optimizer: 'o''neil'\n"),
        (b"optimizer: sgd\n", "optimizer", "no1", b"optimizer: no1\n"),
        (b"amp: false\n", "amp", "true", b"amp: true\n"),
    ],
)
def test_types_stay(folder, content, setting, value, after):
    assert edited(folder, "c.yaml", content, setting, value) == after


def test_a_declared_flag_is_added_where_the_command_leaves_its_default(folder):
    plan = plan_change(change(before=None), ["python", "train.py", "--amp"], folder)
    assert plan.command_after == ("python", "train.py", "--amp", "--lr", "0.03")
    assert plan.diff == "- python train.py --amp\n+ python train.py --amp --lr 0.03\n"
    assert plan.before == 0.1
    assert plan.headline == "--lr 0.1 -> 0.03 (command line, new flag)"
    assert plan_value("weight decay", 0.1, ["python", "train.py"], folder).command_after[-2:] == (
        "--wd",
        "0.1",
    )


def test_click_options_are_declared_flags_too(folder):
    (folder / "c.py").write_text("@click.command()\n@click.option('--lr', default=0.1)\ndef main(lr): ...\n")
    assert plan_value("lr", 1, ["python", "c.py"], folder).command_after == ("python", "c.py", "--lr", "1.0")


def test_what_stands_nowhere_says_where_to_look(folder):
    with pytest.raises(EditError, match=r"The run had 0\.1 for lr, but LR \(plain\.py line 1\) says 0\.05"):
        plan_change(change(), ["python", "plain.py"], folder)
    (folder / "c.yaml").write_text("x: 1\n")
    with pytest.raises(EditError, match=r"dropout is not set in the command or in c\.yaml or in plain\.py\."):
        plan_value("dropout", 0.5, ["python", "plain.py", "c.yaml"], folder)
    (folder / "c.yaml").write_text("x: [1\n")
    with pytest.raises(EditError, match=r"c\.yaml is not valid YAML: .*line 2"):
        plan_value("dropout", 0.5, ["python", "plain.py", "c.yaml"], folder)


def test_a_remedy_that_is_no_hyperparameter_says_what_to_do(folder):
    do = Bilingual(en="Shuffle the training data.", zh="打乱训练数据。")
    with pytest.raises(EditError, match=r"By hand: Shuffle the training data\."):
        plan_change(change(role=None, do=do), ["python", "train.py"], folder)


def test_a_relative_change_takes_the_value_that_stands_there(folder):
    plan = plan_change(change(before=None, after=None), ["python", "train.py", "--lr", "0.2"], folder)
    assert plan.command_after[-1] == "0.06"


def test_a_value_that_was_changed_since_the_run_is_not_changed_again(folder):
    with pytest.raises(EditError, match=r"is 0\.03 already"):
        plan_change(change(), ["python", "train.py", "--lr", "0.03"], folder)
    with pytest.raises(EditError, match=r"The run had 0\.1 for lr, but --lr \(command line\) says 0\.5"):
        plan_change(change(), ["python", "train.py", "--lr", "0.5"], folder)
    with pytest.raises(EditError, match="already"):
        plan_value("lr", 0.5, ["python", "train.py", "--lr", "0.5"], folder)


def test_nonsense_is_no_value(folder):
    command = ["python", "train.py", "--lr", "0.1"]
    for value in ("abc", "", float("nan"), float("inf"), "1e999"):
        with pytest.raises(UsageError):
            plan_value("lr", value, command, folder)


def test_lists_and_references_on_a_command_line_are_declined(folder):
    with pytest.raises(EditError, match="list of values"):
        plan_value("lr", 0.1, ["python", "plain.py", "lr=0.1,0.2"], folder)
    with pytest.raises(EditError, match="refers"):
        plan_value("lr", 0.1, ["python", "plain.py", "lr=${base}"], folder)


def test_a_value_from_a_log_stays_one_word(folder):
    plan = plan_value("optimizer", "x; rm -rf $(pwd)", ["python", "train.py", "--optimizer", "sgd"], folder)
    assert plan.command_after[-1] == "x; rm -rf $(pwd)"
    assert "'x; rm -rf $(pwd)'" in plan.diff


def test_nothing_in_a_file_reaches_the_screen_as_a_control_sequence(folder):
    content = 'lr: 0.1\nx: "\u202e" # \u202e\n'.encode()
    (folder / "c.yaml").write_bytes(content)
    diff = plan_value("lr", 0.2, ["python", "plain.py", "c.yaml"], folder).diff
    assert "\u202e" not in diff
    assert "\x1b" not in plan_value("lr", 0.2, ["python", "t\x1b[2J.py", "lr=1"], folder).diff


def test_the_diff_of_a_file(folder):
    (folder / "c.yaml").write_text("a: 1\nlr: 0.1")
    plan = plan_value("lr", 0.2, ["python", "plain.py", "c.yaml"], folder)
    assert plan.diff == (
        "--- c.yaml\n+++ c.yaml\n@@ -1,2 +1,2 @@\n a: 1\n-lr: 0.1\n\\ No newline at end of file\n"
        "+lr: 0.2\n\\ No newline at end of file\n"
    )
    assert plan.headline == "lr 0.1 -> 0.2 (c.yaml line 2)"


finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.fault("G2")
@given(finite)
def test_every_float_is_read_back_by_every_reader(value):
    text = number_text(value)
    assert float(text) == json.loads(text) == tomllib.loads(f"x = {text}")["x"] == value
    assert yaml.safe_load(text) == value
    assert isinstance(yaml.safe_load(text), float)
    assert parse_scalar(text) == value


names = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8)
leaves = st.one_of(st.booleans(), st.integers(-(10**6), 10**6), finite, st.text(max_size=12))
nested = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=6,
)
trees = st.dictionaries(names, nested, max_size=5)


def dumped_toml(tree):
    import tomlkit

    return tomlkit.dumps(tree)


DUMPERS = {
    "yaml": (lambda t: yaml.safe_dump(t, allow_unicode=True), yaml.safe_load),
    "flow.yaml": (lambda t: yaml.safe_dump(t, default_flow_style=True, width=20), yaml.safe_load),
    "json": (lambda t: json.dumps(t, indent=1, ensure_ascii=False), json.loads),
    "toml": (dumped_toml, tomllib.loads),
}


@pytest.mark.parametrize("kind", DUMPERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tree=trees, value=finite)
def test_any_tree_keeps_all_but_the_value(folder, kind, tree, value):
    """Written by the formats' own libraries, edited here, read by those libraries again."""
    dump, load = DUMPERS[kind]
    tree = {**{f"k{i}": item for i, item in enumerate(tree.values())}, "zz_rate": 0.125, "tree": tree}
    content = dump(tree).encode()
    if load(content.decode()) != tree:
        return  # the library itself does not keep this tree
    name = f"c.{kind}"
    after = edited(folder, name, content, "zz_rate", value) if value != 0.125 else content
    assert load(after.decode()) == {**tree, "zz_rate": value}


@pytest.mark.fault("G3")
def test_of_several_places_the_user_says_which(folder):
    (folder / "c.yaml").write_text("gen: {lr: 0.1}\ndis: {lr: 0.2}\n")
    command = ["python", "plain.py", "c.yaml"]
    asked = []

    def second(places):
        asked.extend((place.name, place.value) for place in places)
        return places[1]

    plan = plan_value("lr", 0.03, command, folder, second)
    assert asked == [("gen.lr", 0.1), ("dis.lr", 0.2)]
    assert plan.edits[0].after.decode() == "gen: {lr: 0.1}\ndis: {lr: 0.03}\n"
    listed = r"gen\.lr = 0\.1 \(c\.yaml line 1\), dis\.lr = 0\.2 \(c\.yaml line 2\)"
    with pytest.raises(AmbiguousError, match=listed):
        plan_value("lr", 0.03, command, folder)
    asked.clear()
    assert plan_value("dis.lr", 0.03, command, folder, second).name == "dis.lr"
    assert asked == [], "what is named in full is meant"


def test_a_long_list_of_places_is_cut_and_says_so(folder):
    (folder / "c.yaml").write_text("".join(f"m{i}: {{lr: 0.{i}}}\n" for i in range(1, 13)))
    with pytest.raises(AmbiguousError, match=r"m9\.lr = 0\.9 \(c\.yaml line 9\) and 3 more\."):
        plan_value("lr", 0.5, ["python", "plain.py", "c.yaml"], folder)
