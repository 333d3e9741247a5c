"""A noisy sum of waves, one step ahead, by an LSTM: a YAML file, console."""

import argparse
import logging

import numpy as np
import torch
import yaml
from torch import nn

logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
parser = argparse.ArgumentParser()
parser.add_argument("--config", default="config.yaml")
with open(parser.parse_args().config) as fh:
    config = yaml.safe_load(fh)
training = config["training"]

rng = np.random.default_rng(11)
t = np.arange(900)
series = np.sin(2 * np.pi * t / 23) + 0.6 * np.sin(2 * np.pi * t / 9.5 + 1) * (1 + 0.5 * np.sin(t / 60))
series = np.maximum(series, -0.8) + 0.15 * rng.standard_normal(900)
series = (series - series.mean()) / series.std()
window = 24
inputs = np.stack([series[i : i + window] for i in range(900 - window)])
targets = series[window:]
X = torch.tensor(inputs, dtype=torch.float32).unsqueeze(-1)
Y = torch.tensor(targets, dtype=torch.float32)
X_train, Y_train, X_val, Y_val = X[:500], Y[:500], X[500:], Y[500:]


class Forecaster(nn.Module):
    def __init__(self, hidden, layers, dropout):
        super().__init__()
        self.lstm = nn.LSTM(1, hidden, layers, batch_first=True)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.out(self.drop(self.lstm(x)[0][:, -1]))[:, 0]


torch.manual_seed(11)
model = Forecaster(config["model"]["hidden"], config["model"]["num_layers"], config["model"]["dropout"])
optimizer = torch.optim.Adam(
    model.parameters(), lr=training["learning_rate"], weight_decay=training["weight_decay"]
)
for epoch in range(training["epochs"]):
    model.train()
    total = 0.0
    for idx in torch.randperm(len(X_train)).split(training["batch_size"]):
        loss = nn.functional.mse_loss(model(X_train[idx]), Y_train[idx])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), training["grad_clip"])
        optimizer.step()
        total += loss.item() * len(idx)
    model.eval()
    with torch.no_grad():
        val = nn.functional.mse_loss(model(X_val), Y_val).item()
    logging.info("epoch=%d train_loss=%.5f val_loss=%.5f", epoch + 1, total / len(X_train), val)
