import pytest

from advisor.chat.intent import all_intents
from advisor.chat.intents.correct_role import INTENT, parse
from advisor.chat.understand import Recogniser, understand


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("val loss is eval/ce", {"name": "eval/ce", "role": "val_loss"}),
        ("The training loss is `train/nll`.", {"name": "train/nll", "role": "train_loss"}),
        ("use Eval_CE as the validation loss", {"name": "Eval_CE", "role": "val_loss"}),
        ("val metric is mAP_50", {"name": "mAP_50", "role": "val_metric"}),
        ("验证损失是 eval/ce", {"name": "eval/ce", "role": "val_loss"}),
        ("把 eval/ce 当作验证损失", {"name": "eval/ce", "role": "val_loss"}),
        ("训练损失是train/nll", {"name": "train/nll", "role": "train_loss"}),
        ("higher is better for my_score", {"name": "my_score", "better": "higher"}),
        ("my_score 越低越好", {"name": "my_score", "better": "lower"}),
        ("forget what I said about eval/ce", {"name": "eval/ce", "forget": 1}),
    ],
)
def test_a_curve_is_told_its_role(said, slots):
    utterance = understand(said)
    assert Recogniser(all_intents()).rank(utterance)[0].intent is INTENT
    assert parse(utterance) == slots


@pytest.mark.parametrize(
    "said",
    [
        "val loss is rising",
        "the validation loss is 0.4",
        "what is the val loss?",
        "验证损失是多少",
        "验证损失是不是太高了",
    ],
)
def test_a_remark_on_a_loss_names_no_curve(said):
    assert INTENT.match(understand(said)) == 0
