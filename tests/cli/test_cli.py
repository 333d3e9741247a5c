"""The command line as a user meets it: real processes and files, exit codes, one sentence for bad input."""

import gzip
import json
import subprocess
import sys

import pytest

from tests.cli.saying import sentence

OVERFITTING = "keras-csv-overfitting"


def test_standard_input(advisor, sample):
    content = (sample("pytorch-oscillating") / "console.log").read_bytes()
    done = advisor("diagnose", "-", "--format", "json", stdin=content)
    (run,) = json.loads(done.stdout)["runs"]
    assert run["source"] == "-"
    assert "oscillating" in [f["problem"] for f in run["findings"]]


def test_a_compressed_log(advisor, tmp_path, sample):
    path = tmp_path / "console.log.gz"
    path.write_bytes(gzip.compress((sample("pytorch-oscillating") / "console.log").read_bytes()))
    assert json.loads(advisor("diagnose", path, "--format", "json").stdout)["runs"][0]["series"]


@pytest.mark.parametrize(
    ("name", "limit", "code"),
    [
        (OVERFITTING, None, 0),
        (OVERFITTING, "warning", 1),
        (OVERFITTING, "critical", 0),
        ("keras-csv-nan", "critical", 1),
        ("starter-well-tuned", "warning", 0),
    ],
)
def test_exit_codes(advisor, sample, name, limit, code):
    asked = [] if limit is None else ["--fail-on", limit]
    assert advisor("diagnose", sample(name), *asked).returncode == code


@pytest.mark.parametrize(
    "arguments",
    [["diagnose"], ["diagnose", "x.csv", "--format", "pdf"], ["diagnoze"], ["compare", "1"], ["apply", "0"]],
)
def test_wrong_usage_is_exit_code_2(advisor, arguments):
    done = advisor(*arguments)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_misspelt_option_is_not_taken_for_the_training(advisor):
    assert b"--seeds" in advisor("run", "--seed", "3", "python", "train.py").stderr
    done = advisor("run", sys.executable, "-c", "import sys; print(sys.argv)", "--seeds", "3")
    assert b"'--seeds', '3'" in done.stdout


def test_a_misspelt_command_is_told_the_nearest(advisor):
    assert b"advisor diagnose" in advisor("diagnoze").stderr


def test_nothing_to_apply_is_said(advisor):
    for arguments in (["apply", "1"], ["rerun"], ["undo"], ["compare"]):
        done = advisor(*arguments)
        assert done.returncode == 2
        assert sentence(done)


def test_markdown_and_chinese(advisor, sample):
    english = advisor("diagnose", sample(OVERFITTING), "--format", "markdown").stdout.decode()
    chinese = advisor("diagnose", sample(OVERFITTING), "--format", "markdown", "--lang", "zh").stdout.decode()
    assert "### warning" in english
    assert "### 警告" in chinese
    assert "验证损失" in chinese


def test_a_fault_is_told_in_the_language_that_is_asked_for(advisor, sample):
    for paths in (["nothing.log"], [sample(OVERFITTING), "nothing.log"]):
        assert "nothing.log" in advisor("diagnose", *paths).stderr.decode()
        assert "没有文件" in advisor("diagnose", "--lang", "zh", *paths).stderr.decode()


def test_the_language_comes_from_the_environment(advisor, sample):
    done = advisor("diagnose", sample(OVERFITTING), LC_ALL="zh_CN.UTF-8")
    assert "过拟合" in done.stdout.decode()


@pytest.mark.parametrize(
    "variable", [{"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "de_DE"}, {"PYTHONHASHSEED": "7"}]
)
def test_the_same_input_gives_the_same_bytes(advisor, sample, variable):
    usual = advisor("diagnose", sample(OVERFITTING), "--format", "json").stdout
    assert advisor("diagnose", sample(OVERFITTING), "--format", "json", **variable).stdout == usual


def test_read_as_csv_holds_every_point(advisor, sample):
    text = advisor("read", sample(OVERFITTING), "--format", "csv").stdout.decode()
    lines = text.strip().splitlines()
    table = json.loads(advisor("read", sample(OVERFITTING), "--format", "json").stdout)
    assert lines[0] == "source,run,series,role,x,y"
    assert len(lines) - 1 == sum(s["n"] for run in table["runs"] for s in run["series"])


@pytest.mark.fault("O1")
def test_names_that_a_spreadsheet_would_run_are_neutralised(advisor, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,=cmd|x\n" + "".join(f"{i},{1 / (i + 1)},{i}\n" for i in range(5)))
    text = advisor("read", path, "--format", "csv").stdout.decode()
    assert ",=cmd" not in text
    assert ",'=cmd" in text


@pytest.mark.fault("X1")
def test_control_sequences_in_a_log_never_reach_the_terminal(advisor, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(
        "epoch,loss,\x1b]0;owned\x07evil[red]\x1b[2J\n"
        + "".join(f"{i},{2 / (i + 1)},{i}\n" for i in range(9))
    )
    for command in (["diagnose", path], ["read", path], ["diagnose", path, "--format", "markdown"]):
        done = advisor(*command)
        assert done.returncode == 0
        assert b"\x1b" not in done.stdout + done.stderr
        assert b"\x07" not in done.stdout + done.stderr


@pytest.mark.fault("X8")
def test_a_reader_that_goes_away_is_no_fault(repository, sample):
    program = f"{sys.executable} -m advisor diagnose {sample(OVERFITTING)} --format json | head -c 10"
    done = subprocess.run(
        ["bash", "-c", program], capture_output=True, cwd=repository, check=False, timeout=60
    )
    assert done.stderr == b""


def test_explain_knows_rules_signals_concepts_and_says_what_is_near(advisor):
    assert "v" in advisor("explain", "momentum").stdout.decode()
    assert "GEN101" in advisor("explain", "overfitting").stdout.decode()
    assert advisor("explain", "train_loss.swing").returncode == 0
    done = advisor("explain", "momentun")
    assert done.returncode == 2
    assert "momentum" in sentence(done)
    assert "动量" in advisor("explain", "momentum", "--lang", "zh").stdout.decode()


def test_rules_lists_every_rule(advisor):
    text = advisor("rules").stdout.decode()
    assert len(text.strip().splitlines()) > 20
    assert " warning " in text
    chinese = advisor("rules", "--lang", "zh").stdout.decode()
    assert " 警告 " in chinese
    assert " warning " not in chinese


@pytest.mark.parametrize(
    "arguments", [["history", "--lang", "zh"], ["--lang", "zh", "history"], ["--lang=zh", "history"]]
)
def test_the_language_may_stand_before_or_after_the_command(advisor, arguments):
    assert "还没有记录" in advisor(*arguments).stdout.decode()


def test_the_language_alone_opens_the_program(advisor):
    done = advisor("--lang", "zh", stdin="过拟合是什么\n".encode())
    assert done.returncode == 0
    assert "过拟合 (Overfitting)" in done.stdout.decode()


def test_no_hidden_command_is_suggested(advisor):
    assert "advisor open" not in advisor("opem").stderr.decode()


def test_the_help_says_every_command_in_full(advisor):
    assert "..." not in advisor("--help", COLUMNS="80").stdout.decode().partition("Commands:")[2]


def test_no_name_is_broken_at_its_hyphens(advisor, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss\n" + "".join(f"{i},{0.8**i}\n" for i in range(8)))
    lines = advisor("diagnose", path).stdout.decode().splitlines()
    assert any("learning-rate-decays-too-early" in line for line in lines)
    assert not [line for line in lines if line.endswith("-")]


def test_piped_questions_are_answered_without_prompts(advisor):
    text = advisor("--plain", stdin=b"what is momentum?\n").stdout.decode()
    assert "Momentum" in text
    assert not [line for line in text.splitlines() if line.startswith(">")]


def test_hyperparameters_are_listed_with_their_places(advisor, tmp_path):
    (tmp_path / "train.py").write_text("p.add_argument('--lr', default=0.1)\nBATCH_SIZE = 32\n")
    done = advisor("hyperparameters", "--", "python", "train.py", "--wd", "0.01", folder=tmp_path)
    assert [line.split()[0] for line in done.stdout.decode().splitlines()] == [
        "name",
        "--wd",
        "--lr",
        "BATCH_SIZE",
    ]
    assert b"train.py:2" in done.stdout
    words = ["hyperparameters", "--format", "json", "--", "python", "train.py", "--lr", "0.2"]
    found = json.loads(advisor(*words, folder=tmp_path).stdout)
    assert [(p["name"], p["role"], p["value"], p["place"]) for p in found["places"]] == [
        ("--lr", "learning_rate", 0.2, "command line"),
        ("BATCH_SIZE", "batch_size", 32, "train.py:2"),
    ]
    assert [(p["place"], p["by"]) for p in found["overridden"]] == [("train.py:1", "--lr")]


def test_a_rule_of_ones_own_is_written_checked_and_counted(advisor, tmp_path):
    assert b"Wrote .advisor/rules/too-loud.yaml" in advisor("rules", "new", "too-loud").stdout
    assert advisor("rules", "new", "too-loud").returncode == 2
    checked = advisor("rules", "check")
    assert checked.returncode == 0
    assert b"1 rules can be used" in checked.stdout
    listed = advisor("rules", "list").stdout
    assert b"Too loud" in listed
    assert listed == advisor("rules").stdout
    assert b"custom" in advisor("rules", "coverage").stdout
    file = tmp_path / ".advisor" / "rules" / "too-loud.yaml"
    file.write_text(file.read_text().replace("swing_level", "swing_levl"))
    wrong = advisor("rules", "check")
    assert wrong.returncode == 1
    assert b"too-loud.yaml:2:" in wrong.stderr
    assert b"Did you mean train_loss.swing_level?" in wrong.stderr


def test_rules_show_and_schema(advisor):
    assert b"STB202" in advisor("rules", "show", "oscillating-training-loss").stdout
    assert advisor("rules", "show", "nothing-of-the-kind").returncode == 2
    assert b'"$schema"' in advisor("rules", "schema").stdout
