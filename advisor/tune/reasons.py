"""Why a round was tried, in Chinese beside the English that the recommender gives."""

from advisor.text import Bilingual
from advisor.translation import chinese

_IN_CHINESE = {
    "the others are measured by it": "其他各轮以它为准",
    "a safe profile": "稳妥的起点",
    "a safe profile for this kind of training": "适合这类训练的稳妥起点",
    "a safe profile, half-way with the steps that worked": "稳妥的起点，步长取折中，因为原来的步长有效",
    "a safe profile with calmer steps, as it overfits": "稳妥的起点，步子更缓，因为它过拟合",
    "a safe profile, shorter, as it overfits": "稳妥的起点，时间更短，因为它过拟合",
    "a safe profile at another rate": "稳妥的起点，换一个学习率",
    "a small move by a Gaussian process": "高斯过程提出的小步改动",
    "a draw near the best run": "在最好一轮附近随机取值",
    "everything near the best run was tried": "最好一轮附近都试过了",
    "it helped, further": "有帮助，再进一步",
    "it diverged": "它发散了",
    "it overfits": "它过拟合",
    "it learns slowly": "它学得慢",
    "its end is noisy": "它的末段抖动大",
    "it was far from settled": "它远未收敛",
    "it was still improving": "它还在改善",
    "it has settled": "它已经收敛",
    "its curve is even": "它的曲线很平稳",
    "it was best earlier": "它在更早处最好",
    "often worth a try": "常值得一试",
    "started": "开始",
    "stopped early": "提前停止",
}


def reason_in_both(reason: str) -> Bilingual:
    """A reason, or a fault, in both languages; one that has no Chinese stays English."""
    return Bilingual(en=reason, zh=_IN_CHINESE.get(reason) or chinese(reason))
