"""计步识别：从加速度序列判断动作，简单循环网络，INI 配置，中文控制台日志。"""

import configparser
import sys

import torch
from torch import nn

配置 = configparser.ConfigParser()
配置.read(sys.argv[1], encoding="utf-8")
模型设置, 训练设置 = 配置["model"], 配置["train"]
torch.manual_seed(17)
动作 = torch.randint(0, 4, (640,))
频率 = torch.tensor([0.4, 0.8, 0.8, 1.3])[动作, None] * (0.85 + 0.3 * torch.rand(640, 1))
时间 = torch.arange(24.0) + 6 * torch.rand(640, 1)
信号 = torch.sin(频率 * 时间) + torch.where(动作[:, None] == 2, 0.7 * torch.sin(2 * 频率 * 时间), 0.0)
信号 = (信号 + 0.5 * torch.randn(640, 24))[..., None]


class Net(nn.Module):
    def __init__(self, size, dropout):
        super().__init__()
        self.rnn = nn.GRU(1, size, batch_first=True)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(size, 4)

    def forward(self, x):
        return self.head(self.drop(self.rnn(x)[0][:, -1]))


网络 = Net(int(模型设置["hidden_size"]), float(模型设置["dropout"]))
优化器 = torch.optim.RMSprop(网络.parameters(), lr=float(训练设置["lr"]))
轮数 = int(训练设置["epochs"])
for 轮 in range(1, 轮数 + 1):
    网络.train()
    合计 = 0.0
    for 批 in torch.randperm(400).split(int(训练设置["batch_size"])):
        损失 = nn.functional.cross_entropy(网络(信号[批]), 动作[批])
        优化器.zero_grad()
        损失.backward()
        nn.utils.clip_grad_norm_(网络.parameters(), float(训练设置["clip"]))
        优化器.step()
        合计 += 损失.item() * len(批)
    网络.eval()
    with torch.no_grad():
        验证 = nn.functional.cross_entropy(网络(信号[400:]), 动作[400:]).item()
    print(f"[{轮}/{轮数}] 训练损失={合计 / 400:.4f} 验证损失={验证:.4f}", flush=True)
