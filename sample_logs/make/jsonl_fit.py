"""A dense net learns a regression (diabetes) or classification task; one JSON object a line is the log."""

import argparse
import json

import tasks
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=sorted(tasks.LOADERS), default="diabetes")
    parser.add_argument("--unscaled", action="store_true", help="leave the inputs as they are")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--weight-decay", type=float, default=0.0)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)

    arrays = tasks.load(args.task, args.samples, scaled=not args.unscaled)
    x, y, x_val, y_val = (torch.from_numpy(a) for a in arrays)
    loader = DataLoader(TensorDataset(x, y), batch_size=args.batch_size, shuffle=True)
    regression = y.dtype == torch.float32
    outputs = 1 if regression else int(y.max()) + 1
    model = nn.Sequential(
        nn.Linear(x.shape[1], args.hidden),
        nn.ReLU(),
        nn.Linear(args.hidden, outputs),
        nn.Flatten(0 if regression else 1),
    )
    loss_of = nn.functional.mse_loss if regression else nn.functional.cross_entropy
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr, weight_decay=args.weight_decay)
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
        record = {"epoch": epoch, "train_loss": total / len(x), "val_loss": loss_of(prediction, y_val).item()}
        if not regression:
            record["val_accuracy"] = (prediction.argmax(dim=1) == y_val).float().mean().item()
        print(json.dumps({**record, "lr": args.lr, "batch_size": args.batch_size}))


if __name__ == "__main__":
    main()
