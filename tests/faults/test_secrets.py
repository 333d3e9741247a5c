"""Keys and passwords planted where users have them; no byte that the program puts out holds one."""

import json
import sys

import pytest
from click.testing import CliRunner

from advisor.cli.commands import cli

CANARIES = ["sk-Canary0123456789abcdef", "hunter2-canary-77", "hf_CanaryCanaryCanaryCanary01", "c4n4ry9wandb"]

TRAINING = f"""
import argparse, json, math
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--api-key")
options = parser.parse_args()
print("WANDB_API_KEY={CANARIES[3]}")
print("Namespace(lr=0.1, hub_token='{CANARIES[2]}', epochs=30)")
print("WARNING: login with {CANARIES[0]} failed, password: {CANARIES[1]}")
for epoch in range(30):
    val_loss = 0.5 + abs(epoch - 5) / 20
    print(f"epoch {{epoch}} train_loss {{math.exp(-epoch / 5):.4f}} val_loss {{val_loss:.4f}}")
raise SystemExit("cannot upload with api_key={CANARIES[0]}")
"""


def told(*words):
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


@pytest.mark.fault("O4")
def test_no_key_or_password_is_put_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET_TOKEN", CANARIES[1])
    (tmp_path / "train.py").write_text(TRAINING)
    (tmp_path / "config.yaml").write_text(f"lr: 0.1\npassword: {CANARIES[1]}\n")
    log = tmp_path / "train.log"
    log.write_text(
        f"config: {{'lr': 0.1, 'api_key': '{CANARIES[0]}'}}\n"
        + "".join(f"epoch {e} loss {2 / (e + 1):.4f}\n" for e in range(20))
        + 'Traceback (most recent call last):\n  File "train.py", line 9, in <module>\n'
        + f"RuntimeError: 401 for https://anna:{CANARIES[1]}@example.org/?api_key={CANARIES[0]}\n"
    )
    command = [sys.executable, "train.py", "--lr", "0.1", "--api-key", CANARIES[0]]
    ran = told("run", "--", *command)
    answers = [
        ran.split("Namespace")[-1]
        .split("cannot upload")[-1]
        .partition("\n")[2],  # what follows the training's own words
        told("read", log),
        told("read", log, "--format", "json"),
        told("diagnose", log, "--format", "json"),
        told("ask", "--run", str(log), "what happened at the end?"),
        told("ask", "--run", str(log), "what are my hyperparameters?"),
        told("hyperparameters", "--", *command),
        told("hyperparameters", "--", *command, "--config", "config.yaml"),
        told("hyperparameters", "--format", "json", "--", *command, "--config", "config.yaml"),
        told("history"),
        told("show", "1"),
        told("export", "--format", "json"),
        told("export", "--format", "csv"),
    ]
    for answer in answers:
        assert not [canary for canary in CANARIES if canary in answer], answer
    assert json.loads(answers[2])
    assert "0.1" in answers[6]
    assert "password" in answers[7]
    assert "config.yaml:2" in answers[8]
    assert "RuntimeError: 401" in answers[1]
