"""A classifier of noisy labels, trained by SGD: an INI file, console; its length is fixed."""

import configparser
import sys

import torch
from torch import nn

settings = configparser.ConfigParser()
settings.read(sys.argv[1])
train, model = settings["train"], settings["model"]

torch.manual_seed(12)
x = torch.randn(1200, 20)
teacher = nn.Sequential(nn.Linear(20, 6), nn.Tanh(), nn.Linear(6, 5))
with torch.no_grad():
    y = (6 * teacher(x)).argmax(1)
wrong = torch.rand(1200) < 0.15
y[wrong] = torch.randint(0, 5, (int(wrong.sum()),))
units = model.getint("units")
net = nn.Sequential(
    nn.Linear(20, units), nn.ReLU(), nn.Dropout(model.getfloat("dropout")),
    nn.Linear(units, units), nn.ReLU(), nn.Linear(units, 5),
)  # fmt: skip
optimizer = torch.optim.SGD(
    net.parameters(),
    lr=train.getfloat("learning_rate"),
    momentum=train.getfloat("momentum"),
    weight_decay=train.getfloat("l2"),
)
for epoch in range(1, 13):
    net.train()
    for batch in torch.randperm(600).split(train.getint("batch_size")):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
        optimizer.step()
    net.eval()
    with torch.no_grad():
        seen = nn.functional.cross_entropy(net(x[:600]), y[:600]).item()
        held_out = nn.functional.cross_entropy(net(x[600:]), y[600:]).item()
    print(f"[{epoch:>2}/12] loss={seen:.5f} val_loss={held_out:.5f}", flush=True)
