"""A recurrent net reads the digits row by row; SummaryWriter writes an event file."""

import argparse
import tempfile
from pathlib import Path

import tasks
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter


class RowReader(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.rnn = nn.RNN(8, hidden, num_layers=2, nonlinearity="relu", batch_first=True)
        self.head = nn.Linear(hidden, 10)

    def forward(self, x):
        states, _ = self.rnn(x.view(-1, 8, 8))
        return self.head(states[:, -1])


@torch.no_grad()
def evaluate(model, x, y):
    logits = model(x)
    accuracy = (logits.argmax(dim=1) == y).float().mean().item()
    return nn.functional.cross_entropy(logits, y).item(), accuracy


def train(args, writer):
    x, y, x_val, y_val = (torch.from_numpy(a) for a in tasks.load("digits", args.samples))
    loader = DataLoader(TensorDataset(x, y), batch_size=args.batch_size, shuffle=True)
    model = RowReader(args.hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    step = 0
    for _ in range(args.epochs):
        for batch_x, batch_y in loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(batch_x), batch_y)
            loss.backward()
            norm = nn.utils.clip_grad_norm_(model.parameters(), args.clip or float("inf"))
            optimizer.step()
            step += 1
            writer.add_scalar("train/loss", loss.item(), step)
            writer.add_scalar("train/grad_norm", norm.item(), step)
        val_loss, val_accuracy = evaluate(model, x_val, y_val)
        writer.add_scalar("val/loss", val_loss, step)
        writer.add_scalar("val/accuracy", val_accuracy, step)
        writer.add_scalar("train/lr", optimizer.param_groups[0]["lr"], step)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the event file goes")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--clip", type=float, default=0.0, help="gradient norm to clip at; 0 for none")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        with SummaryWriter(scratch) as writer:
            train(args, writer)
        # The writer names its file after the time, the host and the process; a sample keeps none of them.
        (written,) = Path(scratch).iterdir()
        (args.folder / "events.out.tfevents.1700000000.host.1.0").write_bytes(written.read_bytes())


if __name__ == "__main__":
    main()
