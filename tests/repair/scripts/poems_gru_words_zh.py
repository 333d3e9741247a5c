"""唐诗逐字语言模型：GRU，key=value 参数，中文控制台日志。"""

import sys

import torch
from torch import nn

参数 = {"lr": "0.005", "batch_size": "16", "hidden": "48", "emb": "24", "dropout": "0.1", "epochs": "10"}
参数.update(word.split("=", 1) for word in sys.argv[1:])

诗 = """
床前明月光疑是地上霜举头望明月低头思故乡白日依山尽黄河入海流欲穷千里目更上一层楼
春眠不觉晓处处闻啼鸟夜来风雨声花落知多少千山鸟飞绝万径人踪灭孤舟蓑笠翁独钓寒江雪
红豆生南国春来发几枝愿君多采撷此物最相思空山不见人但闻人语响返景入深林复照青苔上
独坐幽篁里弹琴复长啸深林人不知明月来相照松下问童子言师采药去只在此山中云深不知处
移舟泊烟渚日暮客愁新野旷天低树江清月近人向晚意不适驱车登古原夕阳无限好只是近黄昏
众鸟高飞尽孤云独去闲相看两不厌只有敬亭山人闲桂花落夜静春山空月出惊山鸟时鸣春涧中
绿蚁新醅酒红泥小火炉晚来天欲雪能饮一杯无日暮苍山远天寒白屋贫柴门闻犬吠风雪夜归人
君自故乡来应知故乡事来日绮窗前寒梅著花未山中相送罢日暮掩柴扉春草明年绿王孙归不归
""".replace("\n", "")
行 = [诗[i : i + 5] for i in range(0, len(诗) - 4, 5)]
torch.manual_seed(5)
# 句子随机相接，得到足够多的样本；验证集由没有见过的次序组成。
次序 = [torch.randperm(len(行))[:4].tolist() for _ in range(420)]
字表 = sorted(set(诗))
编号 = {字: i for i, 字 in enumerate(字表)}
样本 = torch.tensor([[编号[字] for k in 一组 for 字 in 行[k]] for 一组 in 次序])
训练, 验证 = 样本[:280], 样本[280:]


class Model(nn.Module):
    def __init__(self, emb, hidden, dropout):
        super().__init__()
        self.embedding = nn.Embedding(len(字表), emb)
        self.gru = nn.GRU(emb, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(hidden, len(字表))

    def forward(self, x):
        return self.head(self.dropout(self.gru(self.embedding(x))[0]))


def loss_of(model, rows):
    return nn.functional.cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())


模型 = Model(int(参数["emb"]), int(参数["hidden"]), float(参数["dropout"]))
优化器 = torch.optim.Adam(模型.parameters(), lr=float(参数["lr"]))
轮数 = int(参数["epochs"])
for 轮 in range(1, 轮数 + 1):
    模型.train()
    合计 = 0.0
    for 批 in 训练[torch.randperm(len(训练))].split(int(参数["batch_size"])):
        这批 = loss_of(模型, 批)
        优化器.zero_grad()
        这批.backward()
        优化器.step()
        合计 += 这批.item() * len(批)
    模型.eval()
    with torch.no_grad():
        值 = loss_of(模型, 验证).item()
    print(f"第 {轮}/{轮数} 轮  训练损失 {合计 / len(训练):.4f}  验证损失 {值:.4f}", flush=True)
