"""The user's word on a curve, from the command line, the chat and back, through one journal."""

import pytest
from click.testing import CliRunner

from advisor.cli.commands import cli


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path / "home"))
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    rows = "".join(f"{i},{2 / i:.3f},{2.1 / i + 0.04 * i:.3f},{5 - i / 10}\n" for i in range(1, 20))
    (folder / "log.csv").write_text("epoch,loss,heldout_q,quality\n" + rows)
    monkeypatch.chdir(folder)
    return folder


def advisor(*arguments, code=0, text=None):
    result = CliRunner().invoke(cli, [*arguments, "--lang", "en"], input=text, standalone_mode=False)
    error = "" if result.exception is None else str(result.exception)
    assert (result.exception is not None) == (code != 0), (error, result.output)
    return result.output + error


def row(output, name):
    return next(line.split() for line in output.splitlines() if line.strip().startswith(name))


def test_a_role_is_remembered_shown_with_its_reason_and_forgotten(project):
    assert row(advisor("read", "log.csv"), "heldout_q")[1] == "other"
    assert "overfits" not in advisor("diagnose", "log.csv")
    assert "overfits" in advisor("diagnose", "log.csv", "--val-loss", "heldout_q")
    told = advisor("read", "log.csv")
    assert row(told, "heldout_q")[1:3] == ["val_loss", "lower"]
    assert "heldout_q: you said so" in told
    assert row(advisor("read", "log.csv", "--forget", "heldout_q"), "heldout_q")[1] == "other"


def test_a_direction_is_taken(project):
    told = advisor("read", "log.csv", "--val-metric", "quality", "--lower-is-better", "quality")
    assert row(told, "quality")[1:3] == ["val_metric", "lower"]
    assert row(advisor("read", "log.csv", "--higher-is-better", "quality"), "quality")[1:3] == [
        "val_metric",
        "higher",
    ]


def test_a_misspelt_curve_is_named_with_its_neighbours_and_not_remembered(project):
    assert "no curve 'heldout'. Near to it: 'heldout_q'" in advisor(
        "diagnose", "log.csv", "--val-loss", "heldout", code=2
    )
    assert row(advisor("read", "log.csv"), "heldout_q")[1] == "other"


def test_the_chat_and_the_command_line_share_one_memory(project):
    said = advisor("open", "log.csv", "--plain", text="val loss is heldout_q\nquit\n")
    assert "'heldout_q' is the validation loss" in said
    assert row(advisor("read", "log.csv"), "heldout_q")[1] == "val_loss"


def test_a_run_says_when_it_logged_no_such_curve(project):
    command = ["python", "-c", "print(open('log.csv').read())"]
    result = CliRunner().invoke(cli, ["run", "--lang", "en", "--val-loss", "heldout_x", "--", *command])
    assert "no curve 'heldout_x'" in result.output
    assert "you said so" not in advisor("read", "log.csv")
