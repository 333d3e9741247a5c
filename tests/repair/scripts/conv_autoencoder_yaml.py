"""A convolutional autoencoder of digits: a YAML file, JSON lines; its length is fixed."""

import json

import torch
import yaml
from sklearn.datasets import load_digits
from torch import nn

with open("config.yaml") as stream:
    config = yaml.safe_load(stream)

torch.manual_seed(14)
x = torch.tensor(load_digits().images / 16, dtype=torch.float32)[torch.randperm(1797)].unsqueeze(1)
train, val = x[:450], x[450:900]
activation = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[config["activation"]]
filters, latent = config["filters"], config["latent_dim"]
model = nn.Sequential(
    nn.Conv2d(1, filters, 3, 2, 1), activation(), nn.Flatten(), nn.Linear(16 * filters, latent),
    nn.Linear(latent, 16 * filters), activation(), nn.Unflatten(1, (filters, 4, 4)),
    nn.ConvTranspose2d(filters, 1, 4, 2, 1),
)  # fmt: skip
kinds = {
    "sgd": lambda p, **o: torch.optim.SGD(p, momentum=0.9, **o),
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
}
optimizer = kinds[config["opt"]](model.parameters(), lr=config["base_lr"], weight_decay=config["decay"])
with open("history.jsonl", "w") as log:
    for epoch in range(10):
        total = 0.0
        for batch in torch.randperm(450).split(config["batch"]):
            loss = nn.functional.mse_loss(model(train[batch]), train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        with torch.no_grad():
            held_out = nn.functional.mse_loss(model(val), val).item()
        log.write(
            json.dumps({"epoch": epoch, "train": {"loss": total / 450}, "val": {"loss": held_out}}) + "\n"
        )
        log.flush()
