"""多标签分类：全连接网络，key=value 参数，中文控制台日志。"""

import sys

import torch
from torch import nn

given = dict(word.split("=", 1) for word in sys.argv[1:])
torch.manual_seed(76)
x = torch.randn(1000, 30)
mixed = torch.relu(x @ torch.randn(30, 25) / 30**0.5) @ torch.randn(25, 8)
y = (mixed - mixed.median(0).values - 0.6 + 0.4 * torch.randn(1000, 8) > 0).float()

hidden, drop = int(given["hidden_size"]), float(given["dropout"])
model = nn.Sequential(
    nn.Linear(30, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(drop),
    nn.Linear(hidden, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(drop),
    nn.Linear(hidden, 8),
)  # fmt: skip
settings = {"lr": float(given["lr"]), "weight_decay": float(given["weight_decay"])}
if given["optimizer"] == "sgd":
    optimizer = torch.optim.SGD(model.parameters(), momentum=0.9, **settings)
else:
    optimizer = torch.optim.AdamW(model.parameters(), **settings)
epochs = int(given["epochs"])
judge = nn.BCEWithLogitsLoss()
for epoch in range(1, epochs + 1):
    model.train()
    total = 0.0
    for batch in torch.randperm(500).split(int(given["batch_size"])):
        if len(batch) < 2:
            continue
        loss = judge(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        out = model(x[500:])
    right = ((out > 0) == (y[500:] > 0)).float().mean().item()
    print(
        f"轮次 {epoch}/{epochs} 训练损失: {total / 500:.4f} 验证损失: {judge(out, y[500:]).item():.4f}"
        f" 验证准确率: {right:.2%}",
        flush=True,
    )
