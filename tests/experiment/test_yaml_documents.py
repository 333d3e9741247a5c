"""A YAML file of several documents is edited as one of a single document is."""

import pytest

from advisor.experiment.apply import apply, undo
from advisor.experiment.places import search
from advisor.experiment.plan import plan_value

COMMAND = ["python", "train.py", "c.yaml"]
TEXT = "---\r\n# é\nname: toy\nlr: &r 0.5\n---\nlr:   0.2 # rate\noptim: {wd: 1e-4}\n...\n---\nsteps: 9"


@pytest.fixture
def config(tmp_path):
    (tmp_path / "train.py").write_text("")
    file = tmp_path / "c.yaml"
    file.write_bytes(TEXT.encode())
    return file


@pytest.mark.parametrize(
    ("name", "written", "new"),
    [
        ("0.lr", "&r 0.5", "&r 0.03"),
        ("1.lr", "lr:   0.2", "lr:   0.03"),
        ("optim.wd", "wd: 1e-4", "wd: 0.03"),
        ("steps", "steps: 9", "steps: 0.03"),
    ],
)
def test_only_the_bytes_of_the_value_change_and_undo_gives_them_back(config, tmp_path, name, written, new):
    plan = plan_value(name, 0.03, COMMAND, config.parent)
    applied = apply(plan, tmp_path / "backups")
    assert config.read_bytes() == TEXT.replace(written, new).encode()
    undo(applied)
    assert config.read_bytes() == TEXT.encode()


def test_a_document_is_told_by_its_number_only_where_another_has_the_name(config):
    places = [place.name for place in search(COMMAND, config.parent).places]
    assert places == ["name", "0.lr", "1.lr", "optim.wd", "steps"]


def test_a_document_that_holds_nothing_is_none(config):
    config.write_text("---\n---\nlr: 0.5\n---\n")
    assert [place.name for place in search(COMMAND, config.parent).places] == ["lr"]


def test_names_that_are_numbers_are_not_taken_for_those_of_documents(config):
    config.write_text("1: {lr: 0.5}\n---\nlr: 0.2\n---\nlr: 0.1\n")
    places = search(COMMAND, config.parent).places
    assert [(place.name, place.value) for place in places] == [("0.1.lr", 0.5), ("1.lr", 0.2), ("2.lr", 0.1)]
