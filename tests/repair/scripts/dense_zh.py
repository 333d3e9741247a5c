"""乳腺癌分类：命令行参数，中文控制台日志。"""

import argparse

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.05)
parser.add_argument("--momentum", type=float, default=0.9)
parser.add_argument("--batch_size", type=int, default=32)
parser.add_argument("--hidden_size", type=int, default=32)
parser.add_argument("--wd", type=float, default=1e-4)
parser.add_argument("--epochs", type=int, default=8)
args = parser.parse_args()

torch.manual_seed(2)
data = load_breast_cancer()
x = torch.tensor(data.data, dtype=torch.float32)
x, y = (x - x.mean(0)) / x.std(0), torch.tensor(data.target)
order = torch.randperm(len(x))
x, y = x[order], y[order]
model = nn.Sequential(nn.Linear(30, args.hidden_size), nn.Tanh(), nn.Linear(args.hidden_size, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum, weight_decay=args.wd)
for epoch in range(1, args.epochs + 1):
    total = 0.0
    for batch in torch.randperm(300).split(args.batch_size):
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    with torch.no_grad():
        logits = model(x[300:])
    val = nn.functional.cross_entropy(logits, y[300:]).item()
    accuracy = (logits.argmax(1) == y[300:]).float().mean().item()
    print(
        f"第 {epoch}/{args.epochs} 轮 训练损失: {total / 300:.5f} 验证损失: {val:.5f} 验证准确率: {accuracy:.4f}"
    )
