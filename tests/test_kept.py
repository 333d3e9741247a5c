import json
import math

import pytest

from advisor.kept import cache_folder, kept


def never():
    raise AssertionError("It was parsed again.")


def test_the_same_sources_are_parsed_once():
    assert kept("a", {"x": b"1"}, lambda: {"rate": 0.1, "n": 3}) == {"rate": 0.1, "n": 3}
    assert kept("a", {"x": b"1"}, never) == {"rate": 0.1, "n": 3}


@pytest.mark.parametrize("sources", [{"x": b"2"}, {"y": b"1"}, {"x": b"1", "y": b""}, {}])
def test_other_sources_are_parsed(sources):
    kept("a", {"x": b"1"}, lambda: 1)
    assert kept("a", sources, lambda: 2) == 2


def test_bytes_that_move_from_one_source_to_the_next_are_parsed():
    kept("a", {"x": b"12", "y": b"3"}, lambda: 1)
    assert kept("a", {"x": b"1", "y": b"23"}, lambda: 2) == 2


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b"", lambda b: b.replace(b"0.1", b"0.7")])
def test_a_damaged_cache_is_made_again(damage):
    kept("a", {}, lambda: {"rate": 0.1})
    (file,) = cache_folder().iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert kept("a", {}, lambda: {"rate": 0.1}) == {"rate": 0.1}
    assert kept("a", {}, never) == {"rate": 0.1}


@pytest.mark.parametrize("data", [{1: "a number as a key"}, [math.inf], (1, 2), {"a": object()}])
def test_what_json_does_not_give_back_is_not_kept(data):
    assert kept("a", {}, lambda: data) is data
    assert not list(cache_folder().glob("*"))


def test_a_place_that_cannot_be_written_costs_no_more_than_time(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path / "file"))
    for value in (1, 2):
        assert kept("a", {}, lambda value=value: value) == value


def test_the_kept_rules_are_those_of_the_files():
    from advisor.diagnosis.document import read_document, read_shipped_documents
    from advisor.diagnosis.loader import _rule_files
    from advisor.resources import shipped

    files = _rule_files(shipped("rules"))
    parsed, from_cache = read_shipped_documents(files), read_shipped_documents(files)
    kept_data = json.loads((cache_folder() / "rules.json").read_bytes().partition(b"\n")[2])
    assert len(kept_data) == len(files) > 50
    assert parsed == from_cache == [read_document(path) for path in files]
