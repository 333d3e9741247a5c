"""A probe in a process of its own: progress, limits, a stop, and code that fails; by the command too."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

from advisor.cli.commands import cli
from advisor.errors import UsageError
from advisor.probe import worker
from advisor.probe.check import chosen_checks
from advisor.probe.launch import Launched
from advisor.probe.outcome import Outcome
from advisor.probe.request import Request
from advisor.probe.running import run_checks
from advisor.probe.target import load_target

SLOW = """
import time, torch
from torch import nn
print("hello from the target")
class Slow(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)
        self.calls = 0
    def forward(self, x):
        self.calls += 1
        BODY
        return self.layer(x)
def training():
    data = [(torch.randn(8, 3), torch.zeros(8, dtype=torch.long))] * 4
    return Slow(), nn.CrossEntropyLoss(), data
"""


@pytest.fixture
def target(tmp_path):
    def write(body: str) -> str:
        (tmp_path / "slow.py").write_text(SLOW.replace("BODY", body))
        return "slow.py:training"

    return write


def outcome_of(request: Request, folder) -> tuple[Outcome, Launched]:
    launched = Launched(request, folder)
    outcome = Outcome(request.target)
    for told in launched:
        outcome.take(told)
    return outcome, launched


def test_a_target_runs_where_the_user_stands_and_may_print(target, tmp_path):
    request = Request(target("pass"), only=("initial-loss", "dependence"), threads=1)
    outcome, launched = outcome_of(request, tmp_path)
    assert outcome.figures["initial_loss"] > 0
    assert outcome.figures["unreached_share"] == 0
    assert "hello from the target" in launched.printed


def test_code_that_fails_is_placed_and_the_rest_goes_on(target, tmp_path):
    body = "if self.calls == 2: raise ValueError('the second call')"
    outcome, _ = outcome_of(Request(target(body), only=("initial-loss", "loss-setup"), threads=1), tmp_path)
    failed = [told for told in outcome.told if told.kind == "failed"]
    assert [told.check for told in failed] == ["initial-loss"]
    assert [event.kind for event in outcome.run().events] == ["traceback"]
    assert "ValueError: the second call" in failed[0].text
    assert "slow.py, line 12" in failed[0].text
    assert "loss_over_halves" in outcome.figures


def test_code_that_fails_is_a_finding_and_no_log_is_spoken_of(target, tmp_path):
    done = advisor(
        "probe", target("raise ValueError('no')"), "--only", "initial-loss", cwd=tmp_path, home=tmp_path
    )
    assert "PRB406" in done.stdout
    assert "ValueError: no" in done.stdout
    assert "log" not in done.stdout.lower()


def test_a_process_that_dies_is_a_finding_and_what_was_measured_stays(target, tmp_path):
    body = "if len(x) < 8: import os; os._exit(3)"
    outcome, _ = outcome_of(Request(target(body), only=("initial-loss", "loss-setup"), threads=1), tmp_path)
    assert "initial_loss" in outcome.figures
    assert [(t.check, t.words.en) for t in outcome.unfinished] == [
        ("loss-setup", "its process ended with exit code 3")
    ]


@pytest.mark.parametrize(
    ("cuda", "named", "taken"), [(True, "", "cuda"), (True, "cuda:1", "cuda:1"), (False, "", "cpu")]
)
def test_the_device_is_the_one_named_else_the_best_there_is(monkeypatch, cuda, named, taken):
    monkeypatch.setattr("torch.cuda.is_available", lambda: cuda)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    assert worker._device(named) == taken
    with pytest.raises(UsageError, match="no device 'quark' here"):
        worker._device("quark")


def test_a_loader_without_a_batch_is_refused(tmp_path):
    (tmp_path / "empty.py").write_text(
        "import torch\ndef training():\n    return torch.nn.Linear(2, 2), sum, []\n"
    )
    with pytest.raises(UsageError, match="train_loader yields no batch"):
        outcome_of(Request("empty.py:training", threads=1), tmp_path)


@pytest.mark.parametrize(
    ("batch", "said"),
    [
        ("(x, y, y)", "a list of 3 parts"),
        ("{'a': x, 'b': y}", "a dict of 2 parts"),
        ("x", "a Tensor; the loss"),
    ],
)
def test_a_batch_without_a_target_is_refused_in_words(tmp_path, batch, said):
    (tmp_path / "odd.py").write_text(
        "import torch\nx, y = torch.randn(4, 2), torch.zeros(4, 2)\n"
        f"def training():\n    return [torch.nn.Linear(2, 2), torch.nn.MSELoss(), [{batch}]]\n"
    )
    probe = load_target(f"{tmp_path}/odd.py:training", {})
    with pytest.raises(UsageError, match=said):
        run_checks(probe, chosen_checks(["initial-loss"]), 10, 0, lambda told: None)


def test_a_target_that_cannot_be_made_is_refused_with_its_place(tmp_path):
    (tmp_path / "bad.py").write_text("def training():\n    return 1 / 0\n")
    with pytest.raises(UsageError, match=r"ZeroDivisionError.*bad.py, line 2"):
        outcome_of(Request("bad.py:training", threads=1), tmp_path)


def test_the_time_limit_keeps_what_was_measured(target, tmp_path):
    request = Request(target("time.sleep(0.0 if self.calls < 10 else 60)"), threads=1, seconds=2)
    begin = time.monotonic()
    outcome, _ = outcome_of(request, tmp_path)
    assert time.monotonic() - begin < 40
    assert "initial_loss" in outcome.figures
    assert "stopped" in [told.kind for told in outcome.told]


def test_the_memory_limit_is_a_finding(target, tmp_path):
    body = "self.held = torch.zeros(2**28) + 1; time.sleep(1)"
    request = Request(target(body), only=("initial-loss",), threads=1, memory=600 * 2**20)
    larger = np.ones(100 * 2**20)  # what the process that starts it once took is not its own
    outcome, _ = outcome_of(request, tmp_path)
    del larger
    assert [told.kind for told in outcome.unfinished] == ["out_of_memory"]
    assert any(event.kind == "out_of_memory" for event in outcome.run().events)


def test_a_limit_below_what_torch_itself_takes_is_refused(target, tmp_path):
    with pytest.raises(UsageError, match="PyTorch alone takes"):
        outcome_of(Request(target("pass"), threads=1, memory=100 * 2**20), tmp_path)


def test_a_stop_ends_the_process_and_keeps_what_was_measured(target, tmp_path):
    launched = Launched(Request(target("time.sleep(0.0 if self.calls < 10 else 60)"), threads=1), tmp_path)
    outcome = Outcome("slow")
    for told in launched:
        outcome.take(told)
        if told.kind == "measured" and told.check == "initial-loss":
            time.sleep(0.5)
            launched.stop()
    assert "initial_loss" in outcome.figures
    assert launched._process.poll() is not None


def advisor(*words: str, cwd, home) -> subprocess.CompletedProcess:
    environment = {**os.environ, "ADVISOR_HOME": str(home), "ADVISOR_LANG": "en"}
    return subprocess.run(
        [sys.executable, "-m", "advisor", *words], cwd=cwd, env=environment, capture_output=True, text=True
    )


def test_the_skeleton_can_be_probed_and_is_never_overwritten(tmp_path):
    home = tmp_path / "home"
    assert advisor("probe", "--init", "mine.py", cwd=tmp_path, home=home).returncode == 0
    again = advisor("probe", "--init", "mine.py", cwd=tmp_path, home=home)
    assert again.returncode == 2
    assert "left as it is" in again.stderr
    words = ("mine.py:training", "--set", "lr=0.02", "--only", "initial-loss", "--json")
    done = advisor("probe", *words, cwd=tmp_path, home=home)
    data = json.loads(done.stdout)
    assert data["settings"]["lr"] == 0.02
    assert data["figures"]["initial_loss_ratio"] == pytest.approx(1, abs=0.3)


def test_a_rate_that_is_too_high_gets_a_change_from_old_to_new(tmp_path):
    words = ("digits", "--set", "lr=3", "--only", "learning-rate", "--budget", "500", "--fail-on", "warning")
    done = advisor("probe", *words, cwd=tmp_path, home=tmp_path / "home")
    assert done.returncode == 1, done.stderr
    assert "PRB701" in done.stdout
    assert "lr 3 -> 0.0" in done.stdout


class Interrupted:
    """In the place of a probe's process: Ctrl-C comes while torch is still being loaded."""

    def __init__(self, request, folder):
        self.stopped = False

    def __iter__(self):
        raise KeyboardInterrupt
        yield

    def stop(self):
        self.stopped = True


@pytest.mark.parametrize(("language", "said"), [("en", "before anything was measured"), ("zh", "停止")])
def test_a_stop_before_the_first_figure_is_no_report(monkeypatch, language, said):
    monkeypatch.setattr("advisor.probe.launch.Launched", Interrupted)
    done = CliRunner().invoke(cli, ["probe", "digits", "--lang", language], standalone_mode=False)
    assert done.return_value == 130
    assert said in done.output
    assert "no rule" not in done.output


def test_an_unknown_check_is_said(tmp_path):
    done = advisor("probe", "digits", "--only", "magic", cwd=tmp_path, home=tmp_path / "home")
    assert done.returncode == 2
    assert "no check 'magic'" in done.stderr
    assert "learning-rate" in done.stderr
