"""用小卷积网络数图中的光斑（回归）：YAML 配置，控制台输出。"""

import sys

import torch
import yaml
from torch import nn

with open(sys.argv[2], encoding="utf-8") as 文件:
    参数 = yaml.safe_load(文件)
torch.manual_seed(29)
格 = torch.stack(torch.meshgrid(torch.arange(12.0), torch.arange(12.0), indexing="ij"))
数量 = torch.randint(0, 6, (600,))
图 = 0.15 * torch.randn(600, 1, 12, 12)
for 号 in range(600):
    for 心 in 11 * torch.rand(int(数量[号]), 2):
        图[号, 0] += torch.exp(-((格 - 心[:, None, None]) ** 2).sum(0))
目标 = (数量[:, None] - 2.5) / 1.7
通道 = 参数["channels"]
网络 = nn.Sequential(
    nn.Conv2d(1, 通道, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
    nn.Conv2d(通道, 通道, 3, padding=1), nn.ReLU(), nn.Flatten(),
    nn.Dropout(参数["dropout"]), nn.Linear(36 * 通道, 1),
)  # fmt: skip
优化器 = torch.optim.SGD(网络.parameters(), lr=参数["learning_rate"], momentum=参数["momentum"])
for 轮 in range(1, 参数["num_epochs"] + 1):
    网络.train()
    总 = 0.0
    for 序 in torch.randperm(400).split(参数["batch_size"]):
        损失 = nn.functional.mse_loss(网络(图[序]), 目标[序])
        优化器.zero_grad()
        损失.backward()
        优化器.step()
        总 += 损失.item() * len(序)
    网络.eval()
    with torch.no_grad():
        验证 = nn.functional.mse_loss(网络(图[400:]), 目标[400:]).item()
    print(f"第{轮}轮 训练损失: {总 / 400:.4f} 验证损失: {验证:.4f}", flush=True)
