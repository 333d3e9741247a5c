"""Says a sequence backwards by a recurrent encoder and decoder: an INI file, console."""

import configparser
import sys

import torch
from torch import nn

config = configparser.ConfigParser()
config.read(sys.argv[1])
train_, net_ = config["train"], config["net"]
size, layers = net_.getint("size"), net_.getint("layers")

torch.manual_seed(77)
x = torch.randint(0, 6, (900, 6))
y = x.flip(1)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(7, size)
        self.encoder = nn.GRU(size, size, layers, batch_first=True)
        self.decoder = nn.GRU(size, size, layers, batch_first=True)
        self.head = nn.Linear(size, 6)

    def forward(self, x, y):
        _, state = self.encoder(self.embed(x))
        said = torch.cat([torch.full((len(y), 1), 6), y[:, :-1]], 1)
        return self.head(self.decoder(self.embed(said), state)[0]).flatten(0, 1)


model = Model()
optimizer = torch.optim.Adam(model.parameters(), lr=train_.getfloat("learning_rate"))
for epoch in range(train_.getint("epochs")):
    total = 0.0
    for batch in torch.randperm(600).split(train_.getint("batch_size")):
        loss = nn.functional.cross_entropy(model(x[batch], y[batch]), y[batch].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), train_.getfloat("clip"))
        optimizer.step()
        total += loss.item() * len(batch)
    with torch.no_grad():
        val = nn.functional.cross_entropy(model(x[600:], y[600:]), y[600:].flatten()).item()
    print(f"epoch={epoch + 1} train_loss={total / 600:.5f} eval_loss={val:.5f}", flush=True)
