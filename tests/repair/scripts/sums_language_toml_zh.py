"""小型因果变换器逐字预测算式：TOML 配置，JSON 行日志。"""

import json
import sys
import tomllib

import torch
from torch import nn

with open(sys.argv[1], "rb") as 文件:
    配置 = tomllib.load(文件)
torch.manual_seed(17)
左, 右 = torch.randint(0, 50, (2, 420))
字表 = "0123456789+="
算式 = [f"{a:02d}+{b:02d}={a + b:02d}" for a, b in zip(左.tolist(), 右.tolist(), strict=True)]
数据 = torch.tensor([[字表.index(字) for 字 in 行] for 行 in 算式])
宽 = 配置["model"]["n_embd"]


class Predictor(nn.Module):
    def __init__(self):
        super().__init__()
        self.字, self.位 = nn.Embedding(12, 宽), nn.Embedding(7, 宽)
        block = nn.TransformerEncoderLayer(宽, 2, 4 * 宽, 配置["model"]["dropout"], batch_first=True)
        self.主体 = nn.TransformerEncoder(block, 配置["model"]["n_layer"], enable_nested_tensor=False)
        self.出 = nn.Linear(宽, 12)

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(7)
        return self.出(self.主体(self.字(x) + self.位.weight, mask=mask))


def loss_of(rows):
    return nn.functional.cross_entropy(模型(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())


模型 = Predictor()
优化器 = torch.optim.Adam(模型.parameters(), lr=配置["train"]["learning_rate"])
with open("日志.jsonl", "w", encoding="utf-8") as 日志:
    for 轮 in range(1, 配置["train"]["max_epochs"] + 1):
        模型.train()
        总 = 0.0
        for 序 in torch.randperm(300).split(配置["train"]["batch_size"]):
            值 = loss_of(数据[序])
            优化器.zero_grad()
            值.backward()
            优化器.step()
            总 += 值.item() * len(序)
        模型.eval()
        with torch.no_grad():
            验证 = loss_of(数据[300:]).item()
        记录 = {"轮次": 轮, "训练损失": 总 / 300, "验证损失": 验证}
        print(json.dumps(记录, ensure_ascii=False), file=日志, flush=True)
