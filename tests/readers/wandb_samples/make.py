"""Writes a transaction log with the installed wandb, offline, and puts it beside this file.

    pip install wandb
    python tests/readers/wandb_samples/make.py

The values are those of `rows`, which the test computes again.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

ROWS = 60
CONFIG = {"lr": 0.001, "optimizer": {"name": "adam", "beta1": 0.9}, "batch_size": 32}


def rows():
    """The history, row by row, as it is logged."""
    for i in range(ROWS):
        row = {"train/loss": 2.0 / (i + 1), "lr": 0.001 * (1 - i / ROWS), "nested": {"a": {"b": i * i}}}
        if i % 10 == 9:
            row |= {"val/loss": 2.5 / (i + 1), "epoch": i // 10}
        if i == 20:
            row["train/loss"] = float("nan")
        if i == 21:
            row["train/loss"] = float("inf")
        if i == 30:
            row["note"] = "halfway"
        if i == 40:
            row["long"] = "x" * 34_000
        yield row


def main():
    import wandb

    folder = tempfile.mkdtemp()
    os.environ |= {
        "WANDB_MODE": "offline",
        "WANDB_SILENT": "true",
        "WANDB_HOST": "host",
        "WANDB_DISABLE_GIT": "1",
    }
    os.environ |= {"WANDB_DISABLE_CODE": "1", "WANDB_USERNAME": "user", "HOME": folder}
    os.chdir(folder)
    sys.argv = ["train.py"]
    settings = wandb.Settings(console="off", x_disable_stats=True, x_disable_meta=True, program="train.py")
    run = wandb.init(
        project="sample", id="sample01", name="sample", dir=folder, config=CONFIG, settings=settings
    )
    for row in rows():
        run.log(row)
    run.config.update({"late": 5})
    run.finish()
    # The last block is written once wandb's own process has ended.
    wandb.teardown()
    (log,) = Path(folder).glob("wandb/offline-run-*/*.wandb")
    shutil.copyfile(log, Path(__file__).resolve().parent / f"run-{wandb.__version__}.wandb")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
