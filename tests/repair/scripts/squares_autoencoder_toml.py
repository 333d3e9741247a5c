"""Little pictures of squares and rings through a convolutional bottleneck: a TOML file, TensorBoard."""

import sys
import tomllib
from pathlib import Path

import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

config = tomllib.loads(Path(sys.argv[1]).read_text())
torch.manual_seed(9)


def picture():
    image = torch.zeros(16, 16)
    for _ in range(2):
        size, row, col = (int(torch.randint(lo, hi, ())) for lo, hi in ((3, 8), (0, 9), (0, 9)))
        image[row : row + size, col : col + size] = 0.4 + 0.6 * torch.rand(())
        if torch.rand(()) < 0.5:
            image[row + 1 : row + size - 1, col + 1 : col + size - 1] = 0
    return image


data = torch.stack([picture() for _ in range(500)])[:, None]
train, held_out = data[:350], data[350:]
filters, code = config["model"]["filters"], config["model"]["latent_size"]
encoder = nn.Sequential(
    nn.Conv2d(1, filters, 3, stride=2, padding=1), nn.ReLU(),
    nn.Conv2d(filters, 2 * filters, 3, stride=2, padding=1), nn.ReLU(),
    nn.Flatten(), nn.Linear(32 * filters, code),
)  # fmt: skip
decoder = nn.Sequential(
    nn.Linear(code, 32 * filters), nn.ReLU(), nn.Unflatten(1, (2 * filters, 4, 4)),
    nn.ConvTranspose2d(2 * filters, filters, 4, stride=2, padding=1), nn.ReLU(),
    nn.ConvTranspose2d(filters, 1, 4, stride=2, padding=1),
)  # fmt: skip
model = nn.Sequential(encoder, decoder)
opt = config["optimizer"]
if opt["type"] == "adam":
    optimizer = torch.optim.Adam(model.parameters(), lr=opt["lr"], weight_decay=opt["weight_decay"])
else:
    optimizer = torch.optim.SGD(
        model.parameters(), lr=opt["lr"], momentum=0.9, weight_decay=opt["weight_decay"]
    )
writer = SummaryWriter("logs")
for epoch in range(config["train"]["epochs"]):
    total = 0.0
    for batch in train[torch.randperm(350)].split(config["train"]["batch_size"]):
        loss = nn.functional.mse_loss(model(batch), batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    with torch.no_grad():
        val = nn.functional.mse_loss(model(held_out), held_out).item()
    writer.add_scalar("train/loss", total / 350, epoch)
    writer.add_scalar("val/loss", val, epoch)
writer.close()
