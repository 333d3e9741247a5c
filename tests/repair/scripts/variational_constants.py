"""A variational autoencoder of digits: constants, console."""

import torch
from sklearn.datasets import load_digits
from torch import nn

LR = 1e-3
BATCH_SIZE = 32
HIDDEN_DIM = 64
LATENT_DIM = 8
BETA = 1.0
EPOCHS = 10

torch.manual_seed(74)
x = torch.tensor(load_digits().data / 16.0).float()[:1200]
x = x[torch.randperm(1200)]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(
            nn.Linear(64, HIDDEN_DIM), nn.ReLU(), nn.Linear(HIDDEN_DIM, 2 * LATENT_DIM)
        )
        self.decode = nn.Sequential(nn.Linear(LATENT_DIM, HIDDEN_DIM), nn.ReLU(), nn.Linear(HIDDEN_DIM, 64))

    def forward(self, x, noise):
        mean, spread = self.encode(x).chunk(2, 1)
        out = self.decode(mean + noise * (0.5 * spread).exp())
        seen = nn.functional.binary_cross_entropy_with_logits(out, x, reduction="sum") / len(x)
        away = -0.5 * (1 + spread - mean**2 - spread.exp()).sum() / len(x)
        return seen, away


model = Model()
optimizer = torch.optim.Adam(model.parameters(), lr=LR)
fixed = torch.randn(400, LATENT_DIM)
for epoch in range(1, EPOCHS + 1):
    total = 0.0
    for batch in x[:800][torch.randperm(800)].split(BATCH_SIZE):
        seen, away = model(batch, torch.randn(len(batch), LATENT_DIM))
        loss = seen + BETA * away
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    with torch.no_grad():
        seen, away = model(x[800:], fixed)
    print(
        f"====> Epoch: {epoch} train loss: {total / 800:.4f}  test loss: {(seen + away).item():.4f}",
        flush=True,
    )
