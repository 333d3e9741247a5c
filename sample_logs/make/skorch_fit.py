"""A dense net in skorch on the digits; the log is the table that skorch prints."""

import argparse

import numpy as np
import tasks
import torch
from skorch import NeuralNetClassifier
from skorch.helper import predefined_split
from torch import nn
from torch.utils.data import TensorDataset


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int)
    parser.add_argument("--label-noise", type=float, default=0.0)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    x, y, x_val, y_val = tasks.load("digits", args.samples, args.label_noise, args.seed)
    layers = nn.Sequential(nn.Linear(x.shape[1], args.hidden), nn.ReLU(), nn.Linear(args.hidden, 10))
    net = NeuralNetClassifier(
        layers,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=args.lr,
        max_epochs=args.epochs,
        iterator_train__shuffle=True,
        train_split=predefined_split(TensorDataset(torch.from_numpy(x_val), torch.from_numpy(y_val))),
    )
    net.fit(x.astype(np.float32), y)


if __name__ == "__main__":
    main()
