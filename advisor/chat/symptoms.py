"""Symptoms: what gives one away in a sentence, what it is called, and which problems account for it."""

import re
from dataclasses import dataclass

from advisor.chat.senses import senses
from advisor.chat.understand import Utterance
from advisor.text import Bilingual


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that people say of a curve.

    Attributes:
        title: What it is called, to stand within a sentence.
        pattern: What gives it away in a folded text.
        problems: Ids of the problems that would account for it, the likeliest first.
    """

    title: Bilingual
    pattern: str
    problems: tuple[str, ...]


SYMPTOMS: dict[str, Symptom] = {
    "nan": Symptom(
        Bilingual(en="a blow-up", zh="损失爆掉"),
        r"(?<![a-z])nan(?![a-z])|(?<![a-z])inf(?![a-z])|explod|diverg|blow|爆炸|发散|飞了|崩|无穷",
        ("non_finite", "diverged", "exploding_gradients", "lr_too_high", "reward_collapse"),
    ),
    "underfit": Symptom(
        Bilingual(en="underfitting", zh="欠拟合"),
        r"underfit|欠拟合",
        ("underfitting", "slow_convergence", "capacity", "over_regularised"),
    ),
    "overfit": Symptom(
        Bilingual(en="overfitting", zh="过拟合"),
        r"overfit|memoris|memoriz|过拟合|val(?:idation)?[ _]loss.{0,20}(?:up|ris|increas|grow|climb|worse)|"
        r"验证.{0,6}(?:上升|变大|升高|涨)|(?:验证|val).{0,12}(?:越来越[高大差]|变差|往上)|"
        r"(?:验证|val).{0,12}(?<![a-z])up(?![a-z])",
        ("overfitting", "past_best"),
    ),
    "vanishing": Symptom(
        Bilingual(en="vanishing gradients", zh="梯度消失"),
        r"vanish|梯度消失",
        ("vanishing_gradients", "not_learning", "bad_initialisation", "dead_units"),
    ),
    "val_noisy": Symptom(
        Bilingual(en="a validation curve that jumps", zh="验证曲线来回跳"),
        r"val.{0,24}(?:jump|nois|swing|bounc|fluctuat)|验证.{0,10}(?:抖|跳|波动)",
        ("oscillating", "noisy_gradients"),
    ),
    "oscillation": Symptom(
        Bilingual(en="oscillation", zh="震荡"),
        r"oscillat|bounc|zig.?zag|up and down|swing|fluctuat|unstable|jump|震荡|振荡|抖|忽高忽低|"
        r"上下跳|跳|不稳定|波动",
        ("oscillating", "loss_spikes", "lr_too_high", "noisy_gradients"),
    ),
    "spike": Symptom(
        Bilingual(en="a spike", zh="尖峰"),
        r"spike|sudden|飙升|突然|尖峰|突增",
        ("loss_spikes", "oscillating", "exploding_gradients", "lr_too_high"),
    ),
    "acc_loss_mismatch": Symptom(
        Bilingual(en="a loss and an accuracy that go different ways", zh="损失和准确率各走各的"),
        r"loss.{0,30}(?:but|while).{0,20}acc|loss.{0,12}(?:降|下降|变小).{0,12}准确率",
        ("loss_metric_disagree", "class_imbalance"),
    ),
    "imbalance": Symptom(
        Bilingual(en="a score that is too good to be true", zh="虚高的分数"),
        r"(?:9[0-9]|100)\s?%|假的|假象|fake|bogus|suspicious|too good|imbalanc|不平衡",
        ("class_imbalance", "validation_leakage"),
    ),
    "data": Symptom(
        Bilingual(en="a fault of the data or the labels", zh="数据或标签有问题"),
        r"(?<![a-z])(?:data|dataset|labels|samples)(?: set)? "
        r"(?:bad|wrong|broken|ok|okay|fine|the problem|clean|noisy|good|corrupt|mislabell?ed|correct|faulty)|"
        r"(?:wrong|problem|off) (?:with|in) (?:my|the) (?:data|labels|samples)|"
        r"(?:数据|标签|标注|样本)集?(?:是不是|会不会|有没有|是否)?有?(?:问题|毛病|错|对|正确|干净|正常)",
        (
            *("label_noise", "validation_labels", "validation_leakage", "validation_shift"),
            *("unshuffled", "class_imbalance", "unscaled_inputs"),
        ),
    ),
    "slow": Symptom(
        Bilingual(en="slow learning", zh="学得慢"),
        r"slow|慢",
        ("slow_convergence", "lr_too_low", "input_bound"),
    ),
    "plateau": Symptom(
        Bilingual(en="a standstill", zh="停滞"),
        r"plateau|flat|stuck|stopped improving|not (?:learn|improv|decreas|going)|isn'?t (?:learn|"
        r"improv|decreas)|"
        r"doesn'?t (?:learn|improv|decreas|go)|不下降|不降|不动|卡住|不上升|停滞|学不到|不收敛|没有下降|平台",
        (
            *("not_learning", "vanishing_gradients", "plateau", "slow_convergence", "lr_too_low"),
            *("underfitting", "capacity"),
        ),
    ),
    "oom": Symptom(
        Bilingual(en="memory that ran out", zh="显存不足"),
        r"out of memory|(?<![a-z])oom(?![a-z])|显存不足|爆显存",
        ("out_of_memory",),
    ),
}
"""The first whose pattern occurs is meant."""

# What a symptom is called offhand, by the sense of the word, where none of the patterns above knows it.
_OFFHAND = {
    "blowup": "nan",
    "overfit": "overfit",
    "wobble": "oscillation",
    "slow": "slow",
    "stuck": "plateau",
    "underfit": "plateau",
}


def symptom_in(utterance: Utterance) -> str:
    """The symptom that is spoken of; empty where none is."""
    named = (name for name, symptom in SYMPTOMS.items() if utterance.has(symptom.pattern))
    offhand = (_OFFHAND[mention.name] for mention in senses(utterance.folded) if mention.name in _OFFHAND)
    return next(named, "") or next(offhand, "")


def problems_of(utterance: Utterance, name: str) -> tuple[str, ...]:
    """What would account for a symptom; a blow-up that is called so offhand may be a spike as well."""
    if not name:
        return ()
    symptom = SYMPTOMS[name]
    if name == "plateau" and any(mention.name.startswith("val_") for mention in utterance.metrics):
        # What no longer gets better on held-out data alone may have been learned by heart.
        return (*symptom.problems, *SYMPTOMS["overfit"].problems)
    offhand = name == "nan" and not utterance.has(symptom.pattern)
    return (*symptom.problems, *SYMPTOMS["spike"].problems) if offhand else symptom.problems


def problems_in(text: str) -> tuple[str, ...]:
    """The problems that the symptoms in `text` would come from."""
    lowered = text.lower()
    return tuple(p for one in SYMPTOMS.values() if re.search(one.pattern, lowered) for p in one.problems)
