"""A dense net in PyTorch that logs to a tracker: W&B offline, MLflow's file store or DVCLive."""

import argparse
import os
import sys
from pathlib import Path

import tasks
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def wandb_log(folder, settings):
    os.environ |= {"WANDB_MODE": "offline", "WANDB_SILENT": "true", "WANDB_HOST": "host"}
    os.environ |= {"WANDB_USERNAME": "user", "WANDB_DISABLE_GIT": "1", "WANDB_DISABLE_CODE": "1"}
    import tempfile

    import wandb

    # The folder that W&B makes is named by the time; its transaction log alone is kept.
    scratch = tempfile.mkdtemp()
    sys.argv = ["train.py"]
    silent = wandb.Settings(
        console="off",
        program="train.py",
        x_disable_stats=True,
        x_disable_meta=True,
        x_save_requirements=False,
    )
    run = wandb.init(
        project="digits", id="sample", name="sample", dir=scratch, config=settings, settings=silent
    )

    def end():
        run.finish()
        wandb.teardown()
        (log,) = Path(scratch).glob("wandb/offline-run-*/*.wandb")
        log.rename(folder / "run-sample.wandb")

    return lambda step, record: run.log(record, step=step), end


def mlflow_log(folder, settings):
    os.environ |= {"MLFLOW_ALLOW_FILE_STORE": "true", "LOGNAME": "user", "USER": "user"}
    import mlflow

    sys.argv = ["train.py"]
    mlflow.set_tracking_uri((folder.resolve() / "mlruns").as_uri())
    mlflow.set_experiment("diabetes")
    mlflow.start_run(run_name="sample")
    mlflow.log_params(settings)
    return lambda step, record: mlflow.log_metrics(record, step=step), lambda: neutral(folder)


def neutral(folder):
    """Ends the run and leaves out of its description where this project lies."""
    import mlflow

    mlflow.end_run()
    here = (folder.resolve() / "mlruns").as_uri()
    for file in folder.rglob("meta.yaml"):
        file.write_text(file.read_text("utf-8").replace(here, "file:///project/mlruns"), "utf-8")


def dvclive_log(folder, settings):
    from dvclive import Live

    live = Live(str(folder / "dvclive"), save_dvc_exp=False, dvcyaml=None, report=None)
    live.log_params(settings)

    def log(step, record):
        live.step = step
        for name, value in record.items():
            live.log_metric(name, value)
        live.make_summary()

    return log, live.end


TRACKERS = {"wandb": wandb_log, "mlflow": mlflow_log, "dvclive": dvclive_log}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tracker", choices=sorted(TRACKERS))
    parser.add_argument("folder", type=Path, help="where the tracker's files go")
    parser.add_argument("--task", choices=sorted(tasks.LOADERS), default="digits")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--label-noise", type=float, default=0.0)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--momentum", type=float, default=0.0, help="for --optimizer sgd")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)

    arrays = tasks.load(args.task, args.samples, args.label_noise, args.seed)
    x, y, x_val, y_val = (torch.from_numpy(a) for a in arrays)
    regression = y.dtype == torch.float32
    outputs = 1 if regression else int(y.max()) + 1
    layers = [nn.Linear(x.shape[1], args.hidden), nn.ReLU(), nn.Linear(args.hidden, outputs)]
    model = nn.Sequential(*layers, nn.Flatten(0 if regression else 1))
    loss_of = nn.functional.mse_loss if regression else nn.functional.cross_entropy
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    if args.optimizer == "sgd":
        optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum)
    chosen = {
        "lr": args.lr,
        "batch_size": args.batch_size,
        "optimizer": args.optimizer,
        "epochs": args.epochs,
    }
    log, end = TRACKERS[args.tracker](args.folder, chosen)
    loader = DataLoader(TensorDataset(x, y), batch_size=args.batch_size, shuffle=True)
    for epoch in range(1, args.epochs + 1):
        total = 0.0
        for batch_x, batch_y in loader:
            optimizer.zero_grad()
            loss = loss_of(model(batch_x), batch_y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch_x)
        with torch.no_grad():
            prediction = model(x_val)
        record = {"train/loss": total / len(x), "val/loss": loss_of(prediction, y_val).item()}
        if not regression:
            record["val/accuracy"] = (prediction.argmax(dim=1) == y_val).float().mean().item()
        log(epoch, record)
    end()


if __name__ == "__main__":
    main()
