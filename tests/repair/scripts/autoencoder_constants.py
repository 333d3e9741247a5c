"""An autoencoder of digits: constants and keyword arguments in the script, a CSV log."""

import torch
from sklearn.datasets import load_digits
from torch import nn

BATCH_SIZE = 32
HIDDEN = 64
WEIGHT_DECAY = 1e-5
EPOCHS = 8
LR = 0.003

torch.manual_seed(10)
x = torch.tensor(load_digits().data / 16, dtype=torch.float32)[torch.randperm(1797)]
model = nn.Sequential(
    nn.Linear(64, HIDDEN),
    nn.ReLU(),
    nn.Linear(HIDDEN, 10),
    nn.Linear(10, HIDDEN),
    nn.ReLU(),
    nn.Linear(HIDDEN, 64),
)
optimizer = torch.optim.AdamW(model.parameters(), lr=LR, weight_decay=WEIGHT_DECAY)
with open("losses.csv", "w") as log:
    log.write("epoch,train_loss,val_loss\n")
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in torch.randperm(500).split(BATCH_SIZE):
            loss = nn.functional.mse_loss(model(x[batch]), x[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        with torch.no_grad():
            val = nn.functional.mse_loss(model(x[500:1000]), x[500:1000]).item()
        log.write(f"{epoch},{total / 500},{val}\n")
        log.flush()
