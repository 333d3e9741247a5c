"""A tiny real training (a line fitted by SGD, in plain Python), told its values in any way, with any log."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

TRAINING = """
import random
{reading}
draw = random.Random({seed})
xs = [draw.uniform(-1, 1) for _ in range(60)]
data = [(x, 3 * x - 1 + draw.gauss(0, 0.1)) for x in xs]
train, held_out = data[:40], data[40:]
slope = offset = 0.0


def loss(rows):
    return sum((slope * x + offset - y) ** 2 for x, y in rows) / len(rows)


{opening}
for epoch in range(1, EPOCHS + 1):
    for x, y in train:
        error = slope * x + offset - y
        slope -= LR * error * x
        offset -= LR * error
    seen, new = loss(train), loss(held_out)
    {logging}
"""
READING = {
    "flags": """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=8)
options = parser.parse_args()
LR, EPOCHS = options.lr, options.epochs
""",
    "words": """
import sys
words = dict(word.split("=") for word in sys.argv[1:])
LR, EPOCHS = float(words["lr"]), int(words["epochs"])
""",
    "constants": "LR = 2e-5  # too low\nEPOCHS = 8\nSEED = 0",
    "yaml": """
import sys, yaml
with open(sys.argv[2]) as stream:
    config = yaml.safe_load(stream)
LR, EPOCHS = config["optim"]["lr"], config["epochs"]
""",
    "json": """
import json, sys
with open(sys.argv[2]) as stream:
    config = json.load(stream)
LR, EPOCHS = config["optim"]["lr"], config["epochs"]
""",
    "toml": """
import sys, tomllib
with open(sys.argv[2], "rb") as stream:
    config = tomllib.load(stream)
LR, EPOCHS = config["optim"]["lr"], config["epochs"]
""",
    "ini": """
import configparser, sys
config = configparser.ConfigParser()
config.read(sys.argv[2])
LR, EPOCHS = config.getfloat("optim", "lr"), config.getint("optim", "epochs")
""",
}
CONFIGS = {
    "yaml": "# mine\nepochs: 8\noptim: {lr: 2.0e-5}  # too low\n",
    "json": '{\n  "epochs": 8,\n  "optim": {"lr": 2e-5}\n}\n',
    "toml": "# mine\nepochs = 8\n[optim]\nlr = 2e-5 # too low\n",
    "ini": "; mine\n[optim]\nlr = 2e-5\nepochs = 8\n",
}
WORDS = {"flags": ["--lr", "2e-5", "--epochs", "8"], "words": ["lr=2e-5", "epochs=8"], "constants": []}
OPENING = {
    "csv": 'log = open("history.csv", "w", buffering=1)\nlog.write("epoch,loss,val_loss\\n")',
    "jsonl": 'import json\nlog = open("log.jsonl", "w", buffering=1)',
    "tensorboard": """
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter
log = EventFileWriter("runs/one")
""",
}
LOGGING = {
    "console": 'print(f"epoch {epoch}/{EPOCHS} train_loss {seen:.6f} val_loss {new:.6f}", flush=True)',
    "console_zh": 'print(f"第 {epoch} 轮 训练损失: {seen:.6f} 验证损失: {new:.6f}", flush=True)',
    "csv": 'log.write(f"{epoch},{seen:.6f},{new:.6f}\\n")',
    "jsonl": 'log.write(json.dumps({"epoch": epoch, "loss": seen, "val_loss": new}) + "\\n")',
    "tensorboard": """
    for tag, value in (("loss/train", seen), ("loss/val", new)):
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        log.add_event(Event(step=epoch, summary=summary))
    log.flush()
""",
}


def write_program(folder: Path, way: str, log: str) -> list[str]:
    """The program and its config file in `folder`; the command that trains."""
    folder.mkdir()
    text = TRAINING.format(
        reading=READING[way],
        opening=OPENING.get(log, ""),
        logging=LOGGING[log],
        seed="SEED" if "SEED" in READING[way] else "0",
    )
    (folder / "train.py").write_text(text, "utf-8")
    if way in CONFIGS:
        (folder / f"conf.{way}").write_text(CONFIGS[way])
    return [sys.executable, "train.py", *WORDS.get(way, ["--config", f"conf.{way}"])]


def tune(folder: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """`advisor tune` with these words, and the outcome that it wrote."""
    out = folder.parent / "out.json"
    out.unlink(missing_ok=True)
    done = advisor(folder, "tune", "--json", str(out), *words)
    return done, json.loads(out.read_text("utf-8")) if out.exists() else {}


def undo(folder: Path) -> None:
    """`advisor undo`, once."""
    done = advisor(folder, "undo")
    assert done.returncode == 0, done.stderr


def advisor(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The program, at work in `folder`."""
    environment = {**os.environ, "ADVISOR_HOME": str(folder.parent / "home"), "ADVISOR_LANG": "en"}
    return subprocess.run(
        [sys.executable, "-m", "advisor", *words],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
