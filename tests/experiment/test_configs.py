"""Which files that a program names in its text are taken for its configuration, and which are not."""

import pytest

from advisor.experiment.configs import find_config_files
from advisor.experiment.places import search
from advisor.experiment.script import find_script


@pytest.fixture
def found(tmp_path):
    def found(program, files, command=("python", "train.py")):
        for name in files:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("a: 1\n", "utf-8")
        (tmp_path / "train.py").write_text(program, "utf-8")
        return [one.label for one in find_config_files(command, tmp_path, find_script(command, tmp_path))]

    return found


FILES = (
    "notes.txt",
    "out.json",
    "metrics.json",
    "conf.yaml",
    "conf/a.yaml",
    "deep/conf/b.toml",
    ".env",
    "c.yaml",
)
READING = """
open("notes.txt")
open("out.json", "w")
json.load(open("metrics.json"))
load("missing.yaml")
load("conf.yaml")
load(here / "conf" / "a.yaml")
load(os.path.join("deep", "conf", "b.toml"))
load(".env")
load('''a
c.yaml''')
"""


def test_each_file_that_is_read_is_found_whatever_stands_before_it(found):
    assert set(found(READING, FILES)) == {"conf.yaml", "conf/a.yaml", "deep/conf/b.toml", ".env"}


def test_a_file_that_the_command_names_goes_before_those_in_the_text(found):
    assert found(READING, FILES, ("python", "train.py", "--config=c.yaml")) == ["c.yaml"]


@pytest.mark.parametrize(
    "writing",
    [
        'open("conf.yaml", "w")',
        'open("conf.yaml", mode="ab")',
        'open("conf.yaml", "x")',
        'Path("conf.yaml").write_text("")',
        'yaml.dump(x, open("conf.yaml"))',
    ],
)
def test_what_the_program_writes_is_no_configuration(found, writing):
    assert found(f'load("conf.yaml")\n{writing}\n', ("conf.yaml",)) == []


@pytest.mark.parametrize(
    "reading", ['open("conf.yaml")', 'open("conf.yaml", "r")', 'open("conf.yaml", "rb")']
)
def test_what_it_reads_is_one(found, reading):
    assert found(reading, ("conf.yaml",)) == ["conf.yaml"]


def test_a_name_of_results_is_one_where_an_option_has_it_for_its_default(found):
    named = 'load("eval_results.yaml")\n'
    declared = 'parser.add_argument("--config", default="eval_results.yaml")\n'
    assert found(named, ("eval_results.yaml",)) == []
    assert found(named + declared, ("eval_results.yaml",)) == ["eval_results.yaml"]


def test_a_name_is_at_most_two_hundred_characters_long(found):
    names = [f"{'d/' * 90}{'x' * (length - 185)}.yaml" for length in (200, 201)]
    assert [len(name) for name in names] == [200, 201]
    program = "".join(f'load("{name}")\n' for name in names)
    assert found(program, names) == names[:1]


def test_a_word_that_no_system_takes_for_a_name_is_none(found):
    command = ("python", "train.py", f"{'x' * 300}.yaml", "nul\0.yaml")
    assert found("", (), command) == []


def test_a_path_that_is_joined_in_part_is_searched_by_what_is_known(found):
    program = 'load(root / "conf" / name / "a.yaml")\nload(root / "conf" / "b.yaml")\n'
    assert found(program, ("conf/a.yaml", "conf/b.yaml")) == ["conf/b.yaml"]


@pytest.mark.parametrize("given", ['"default.py"', 'default="conf/../default.py"'])
def test_the_default_file_of_ml_collections_is_searched_unless_another_is_named(tmp_path, given):
    (tmp_path / "conf").mkdir()
    (tmp_path / "default.py").write_text("config.learning_rate = 30.0\n")
    (tmp_path / "other.py").write_text("config.learning_rate = 3.0\n")
    (tmp_path / "train.py").write_text(
        f'config_flags.DEFINE_config_file("config", {given})\nload("other.py")\n'
    )
    (place,) = search(["python", "train.py"], tmp_path).places
    assert (place.name, place.source) == ("config.learning_rate", "default.py line 1")
    (place,) = search(["python", "train.py", "--config=other.py"], tmp_path).places
    assert place.value == 3.0


def test_the_name_of_a_file_is_shown_without_steps_back(tmp_path):
    for name in ("code", "configs"):
        (tmp_path / name).mkdir()
    (tmp_path / "configs" / "base.yaml").write_text("lr: 0.1\n")
    (tmp_path / "code" / "train.py").write_text('open("../configs/base.yaml")\n')
    (place,) = search(["python", "code/train.py"], tmp_path).places
    assert place.source == "configs/base.yaml line 1"
