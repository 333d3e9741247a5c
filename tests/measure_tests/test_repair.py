"""The repair command runs the arms it is asked for and no other."""

import pytest

from tests.measure import repair


@pytest.mark.parametrize(
    ("asked", "runs"),
    [
        (["GP"], {"GP"}),
        (["default, then GP"], {"default, then GP"}),
        (["random", "advisor"], {"advisor", "random"}),
        ([], set(repair.ARMS)),
    ],
)
def test_an_arm_is_asked_for_by_its_whole_name(monkeypatch, tmp_path, capsys, asked, runs):
    followed = set()

    def follow(case, start, name, trainings):
        followed.add(name)
        return [3.0, 2.0, 2.0, 2.0, 2.0, 2.0]

    monkeypatch.setattr(repair, "follow", follow)
    monkeypatch.setattr(repair, "CASES", repair.CASES[:1])
    words = ["--kept", str(tmp_path / "kept.sqlite"), *(["--arms", *asked] if asked else [])]
    repair.main(words)
    printed = capsys.readouterr().out
    assert {name for name in repair.ARMS if f"| 1 | {name} | " in printed} == runs
    assert followed == runs | {"advisor"}, "the healthy start is always the advisor's"


def test_held_out_scripts_are_measured_alone(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(repair, "follow", lambda *_: [3.0, 2.0, 2.0, 2.0, 2.0, 2.0])
    repair.main(["--kept", str(tmp_path / "kept.sqlite"), "--arms", "advisor", "--held-out"])
    printed = capsys.readouterr().out
    assert "Held-out scripts:" in printed
    assert all(f"{case.name}: 0 trainings" in printed for case in repair.HELD_OUT)
    assert not any(f"\n{case.name}:" in f"\n{printed}" for case in repair.CASES)


def test_a_part_of_a_name_is_no_name(capsys):
    with pytest.raises(SystemExit):
        repair.main(["--arms", "G"])
    assert "invalid choice: 'G'" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--cases", "dense_ini"], ["--part", "1/2"]])
def test_no_part_of_a_suite_is_kept_for_the_whole(words, capsys):
    with pytest.raises(SystemExit):
        repair.main([*words, "--write"])
    assert "whole suite" in capsys.readouterr().err


def test_what_is_kept_for_the_readme_names_its_command_and_no_path(tmp_path):
    words = ["--kept", str(tmp_path / "kept.sqlite"), "--arms", "advisor", "default, then GP", "--write"]
    repair.write(tmp_path / "repair.md", "repair", words, "All scripts:")
    said = (tmp_path / "repair.md").read_text("utf-8")
    assert said.startswith(
        "By `python -m tests.measure repair --arms advisor 'default, then GP' --write` on 20"
    )
    assert said.endswith(". All scripts:\n")
    assert str(tmp_path) not in said
