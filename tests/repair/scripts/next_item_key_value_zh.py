"""The next thing in a visit to a shop, by a mean of embeddings: key=value words, console in Chinese."""

import sys

import torch
from torch import nn

given = dict(word.split("=", 1) for word in sys.argv[1:])

torch.manual_seed(104)
items, visits, long = 60, 1800, 8
move = (2.5 * torch.randn(items, items)).softmax(1)
seen = [torch.randint(0, items, (visits,))]
taste = (1.5 * torch.randn(4, items)).softmax(1)[torch.randint(0, 4, (visits,))]
for _ in range(long):
    seen.append(torch.multinomial(0.75 * move[seen[-1]] + 0.25 * taste, 1)[:, 0])
seen = torch.stack(seen, 1)
x, y = seen[:, :-1], seen[:, -1]


class Recommender(nn.Module):
    def __init__(self, wide, drop):
        super().__init__()
        self.bag = nn.EmbeddingBag(items, wide, mode="mean")
        self.last = nn.Embedding(items, wide)
        self.body = nn.Sequential(nn.Linear(2 * wide, wide), nn.ReLU(), nn.Dropout(drop))
        self.out = nn.Linear(wide, items)

    def forward(self, x):
        return self.out(self.body(torch.cat([self.bag(x), self.last(x[:, -1])], 1)))


model = Recommender(int(given["emb_size"]), float(given["dropout"]))
rate, decay = float(given["lr"]), float(given["weight_decay"])
if given["opt"] == "sgd":
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, weight_decay=decay, momentum=0.9)
elif given["opt"] == "adagrad":
    optimizer = torch.optim.Adagrad(model.parameters(), lr=rate, weight_decay=decay)
else:
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, weight_decay=decay)
judge = nn.CrossEntropyLoss(label_smoothing=float(given["smoothing"]))
epochs = int(given["epochs"])
for epoch in range(1, epochs + 1):
    model.train()
    total = 0.0
    for batch in torch.randperm(1200).split(int(given["batch_size"])):
        loss = judge(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        val = nn.functional.cross_entropy(model(x[1200:]), y[1200:]).item()
    print(f"轮次: {epoch}/{epochs}  训练损失: {total / 1200:.4f}  验证损失: {val:.4f}", flush=True)
