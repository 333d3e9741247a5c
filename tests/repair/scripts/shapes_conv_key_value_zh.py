"""图形分类：卷积网络，key=value 参数，中文控制台日志。"""

import sys

import torch
from torch import nn

given = dict(word.split("=") for word in sys.argv[1:])
lr, wd, drop = (float(given[name]) for name in ("lr", "weight_decay", "dropout"))
batch, width, epochs = (int(given[name]) for name in ("batch_size", "channels", "epochs"))

torch.manual_seed(61)
count, side = 700, 12
kinds = torch.randint(0, 5, (count,))
x = 0.7 * torch.randn(count, 1, side, side)
for image, kind in zip(x, kinds, strict=True):
    top, left = (int(v) for v in torch.randint(1, side - 6, (2,)))
    patch = image[0, top : top + 5, left : left + 5]
    if kind == 0:
        patch[0] += 1.5
        patch[-1] += 1.5
    elif kind == 1:
        patch[:, 0] += 1.5
        patch[:, -1] += 1.5
    elif kind == 2:
        patch += 1.5 * torch.eye(5)
    elif kind == 3:
        patch[1:4, 1:4] += 1.2
    else:
        patch[2] += 1.5
        patch[:, 2] += 1.5
model = nn.Sequential(
    nn.Conv2d(1, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(width, 2 * width, 3, padding=1), nn.BatchNorm2d(2 * width), nn.ReLU(),
    nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Dropout(drop), nn.Linear(8 * width, 5),
)  # fmt: skip
optimizer = torch.optim.Adam(model.parameters(), lr=lr, weight_decay=wd)
for epoch in range(1, epochs + 1):
    model.train()
    total = 0.0
    for part in torch.randperm(350).split(batch):
        loss = nn.functional.cross_entropy(model(x[part]), kinds[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(part)
    model.eval()
    with torch.no_grad():
        val = nn.functional.cross_entropy(model(x[350:]), kinds[350:]).item()
    print(f"第 {epoch} 轮：训练损失 {total / 350:.4f}，验证损失 {val:.4f}", flush=True)
