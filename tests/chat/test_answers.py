"""Answers rest on the log: every figure is checked against the CSV, read here with the csv module alone."""

import itertools
import json
import math
import re

import pytest

from advisor.chat.fit import fillers
from advisor.chat.grammar import expand, templates
from advisor.chat.intent import all_intents
from advisor.chat.reply import ChartBlock, FindingBlock, TableBlock
from advisor.text import short_number


def said(conversation, text):
    return conversation.reply(text).plain(100).replace("\n", " ")


@pytest.mark.parametrize("name", ["osc", "overfit", "slow", "healthy", "imbalance", "tinyval"])
def test_the_best_value_and_its_epoch(talk, column, name):
    losses = column(name, "val_loss")
    epoch = min(losses, key=losses.get)
    answer = said(talk(name), "what is the best val loss")
    assert answer == f"The best val_loss is {short_number(losses[epoch])} at epoch {epoch}."


def test_the_best_value_in_chinese(talk, column):
    accuracy = column("osc", "val_acc")
    epoch = max(accuracy, key=accuracy.get)
    answer = said(talk("osc"), "最好的验证准确率是多少，在第几轮")
    assert answer == f"val_acc 的最佳值是第 {epoch} 轮的 {short_number(accuracy[epoch])}。"


def test_a_value_at_an_epoch(talk, column):
    loss = column("osc", "train_loss")[10]
    assert said(talk("osc"), "第10轮的训练loss是多少") == f"train_loss：第 10 轮的 {short_number(loss)}。"


def test_an_epoch_that_was_never_logged(talk):
    assert said(talk("osc"), "training loss at epoch 99") == (
        "train_loss has no value at 99; it was logged from 1 - 30."
    )


def test_the_gap(talk, column):
    train, val = column("overfit", "train_loss")[60], column("overfit", "val_loss")[60]
    answer = said(talk("overfit"), "gap between train and val loss at the end")
    assert f"The gap at the end is {short_number(val - train)}" in answer
    assert "epoch 60" in answer


def test_a_hyperparameter_and_where_it_stands(talk, logs):
    rate = json.loads((logs / "osc" / "config.json").read_text())["lr"]
    assert said(talk("osc"), "what is the learning rate") == (
        f"The learning rate is {rate} (lr, from config.json)."
    )
    assert said(talk("osc"), "学习率是多少") == f"学习率是 {rate}（lr，来自 config.json）。"


def test_what_is_not_logged_is_said_by_name(talk):
    answer = said(talk("nolr"), "what's the learning rate here?")
    assert "The learning rate is not in the log" in answer
    assert "0.45" not in answer
    assert "The log has no recall" in said(talk("osc"), "what is the recall")


@pytest.mark.parametrize(
    "text",
    [
        "what is wrong",
        "怎么办",
        "why",
        "summary",
        "what is the best val loss",
        "compare a b c",
        "plot the loss",
        "如果学习率减半呢",
    ],
)
def test_without_a_log_nothing_is_claimed(talk, text):
    answer = talk().reply(text)
    assert answer.action is None
    assert not re.search(r"[0-9]", answer.plain(100))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("osc", "oscillating"),
        ("overfit", "overfitting"),
        ("stuck", "vanishing_gradients"),
    ],
)
def test_the_diagnosis_names_the_problem_in_five_parts(talk, name, problem):
    answer = talk(name).reply("what is wrong?")
    (block, *_) = [block for block in answer.blocks if isinstance(block, FindingBlock)]
    assert block.parts.code.endswith(problem)
    assert block.parts.verdict
    assert block.parts.evidence
    assert block.parts.why
    assert block.parts.changes
    assert block.parts.check


def test_swings_are_shown_with_their_epochs_and_values(talk, column):
    val, train = list(column("osc", "val_loss").values()), list(column("osc", "train_loss").values())
    rise = max(range(1, len(val)), key=lambda i: val[i] / val[i - 1])
    jumps = sum(b > 1.2 * a for a, b in itertools.pairwise(val))
    ups = sum(b > a for a, b in itertools.pairwise(train))
    (block, *_) = talk("osc").reply("what is wrong with my training").blocks
    assert block.parts.evidence[:2] == (
        f"The largest rise of val_loss is from {short_number(val[rise - 1])} at epoch {rise} to "
        f"{short_number(val[rise])} at epoch {rise + 1}; {jumps} of its {len(val) - 1} steps rise by more "
        "than 20%.",
        f"train_loss rises in {ups} of its {len(train) - 1} steps.",
    )
    assert "0.45 with momentum 0.9" in block.parts.evidence[2]


def test_overfitting_is_told_with_the_number_of_samples(talk, logs):
    size = json.loads((logs / "overfit" / "config.json").read_text())["n_train"]
    assert f"There are {size} training samples (n_train, from config.json)" in " ".join(
        said(talk("overfit"), "val loss goes up but train loss goes down").split()
    )
    assert f"训练样本有 {size} 个" in talk("overfit", "zh").reply("是不是过拟合了").plain(200)


@pytest.mark.parametrize("text", ["what is wrong with my training", "有啥问题没", "what should I change?"])
def test_a_healthy_run_is_told_so_first(talk, text):
    answer = talk("healthy").reply(text)
    assert answer.plain(200).startswith(("Nothing is wrong with this run", "就日志所示，这次训练没有问题"))
    assert not any(isinstance(block, FindingBlock) for block in answer.blocks)


def test_a_setting_that_nothing_speaks_against_is_fine(talk):
    assert said(talk("healthy"), "is 1e-3 ok for adamw").startswith("It is fine as it is")


def test_what_is_to_be_changed_before_is_named(talk):
    assert "but after 1. lr 0.45 -> " in said(talk("osc"), "should I use a scheduler")


def test_a_symptom_that_the_log_does_not_show_is_denied_with_figures(talk, column):
    answer = said(talk("slow"), "is my network overfitting")
    last = column("slow", "val_loss")[40]
    assert "does not show" in answer
    assert short_number(last) in answer


def test_a_symptom_that_cannot_be_checked_is_named_with_what_is_missing(talk):
    answer = said(talk("noval"), "is my network overfitting")
    assert "cannot tell" in answer
    assert "validation" in answer


def test_every_finding_is_listed(talk):
    conversation = talk("overfit")
    blocks = conversation.reply("findings").blocks
    found = [block.parts.code for block in blocks if isinstance(block, FindingBlock)]
    assert found
    assert len(found) == len(set(found)) <= 5


def test_proposals_are_at_most_three_and_old_to_new(talk):
    answer = talk("osc").reply("what should I change?")
    numbered = [block.text for block in answer.blocks if re.match(r"\d\. ", getattr(block, "text", ""))]
    assert 1 <= len(numbered) <= 3
    assert numbered[0].startswith("1. lr 0.45 -> ")
    assert answer.waiting is None


def test_why_gives_evidence_condition_and_test(talk):
    conversation = talk("osc")
    conversation.reply("what is wrong")
    answer = said(conversation, "why?")
    finding = conversation._context.current.findings[0]
    assert finding.evidence[0].sentence.en in answer
    assert finding.code in answer
    assert finding.rule.check.en in answer


def test_why_of_a_hyperparameter_is_about_its_finding(talk):
    conversation = talk("osc")
    answer = conversation.reply("你凭什么说学习率太大").plain(200)
    assert "0.45" in answer or conversation._context.dialogue.subject.code in answer
    assert conversation.language == "zh"


def test_a_chart_says_the_same_in_words(talk, column):
    answer = talk("overfit").reply("show me the loss curve")
    (chart,) = [block for block in answer.blocks if isinstance(block, ChartBlock)]
    losses = column("overfit", "val_loss")
    assert chart.series == ("train_loss", "val_loss")
    assert short_number(min(losses.values())) in chart.caption
    assert answer.plain(100).replace("\n", " ") == chart.caption


def test_a_chart_tells_of_values_that_are_not_finite(talk, column):
    values = column("diverge", "train_loss").values()
    bad = sum(not math.isfinite(value) for value in values)
    assert bad
    answer = said(talk("diverge"), "plot the training loss on a log scale")
    assert f"{bad} of its {len(values)} values are not finite" in answer


def test_a_chart_of_what_is_not_there_lists_what_is(talk):
    assert "It has train_loss" in said(talk("noval"), "plot the perplexity")


def test_looking_ahead_is_a_computed_straight_line(talk, column):
    losses = column("slow", "val_loss")
    xs, ys = zip(*list(losses.items())[-10:], strict=True)
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - mean_x) ** 2 for x in xs
    )
    needed = short_number(float(f"{(1 - losses[40]) / slope:.2g}"))
    answer = said(talk("slow"), "when will the loss go below 1")
    assert answer.startswith(f"About {needed} more epochs")
    assert "extrapolation" in answer


def test_a_lost_run_does_not_recover(talk):
    answer = said(talk("diverge"), "can it recover from the nan on its own")
    assert answer.startswith("No.")


def test_accuracy_comes_with_wilsons_interval(talk):
    # 20 of 20 right: Wilson's lower bound is 1 / (1 + z^2/n).
    low = 1 / (1 + 1.959964**2 / 20)
    answer = said(talk("tinyval"), "how good is my model really")
    assert f"{low:.1%} to 100.0%" in answer


def test_recall_comes_before_accuracy_where_a_class_is_missed(talk):
    answer = said(talk("imbalance"), "how good is my model really")
    assert answer.index("val_recall is 0") < answer.index("val_acc is 0.95")


def test_a_run_that_underfits_is_not_regularised(talk):
    assert said(talk("stuck"), "how do i reduce overfitting").startswith("Not for this run")


def test_a_hypothetical_is_compared_with_the_advice(talk):
    conversation = talk("osc")
    assert said(conversation, "what if the lr were 0.1").startswith("It may help")
    assert said(conversation, "what if the lr were 0.9").startswith("It would probably hurt")
    assert "cannot say without training" in said(conversation, "what if the lr were 0.1")


def test_an_impossible_hypothetical_is_refused(talk):
    assert "cannot be that" in said(talk("osc"), "what if dropout were 1.5")


def test_what_the_user_tells_is_repeated_and_used(talk):
    conversation = talk("nolr")
    assert said(conversation, "my validation set has 300 samples").startswith("Noted")
    assert "of 300 samples" in said(conversation, "how good is my model really")


def test_disagreement_meets_the_evidence(talk):
    conversation = talk("osc")
    conversation.reply("what is wrong")
    answer = said(conversation, "you are wrong")
    assert conversation._context.current.findings[0].evidence[0].sentence.en in answer


def test_help_lists_the_commands(talk):
    (table,) = [block for block in talk().reply("help").blocks if isinstance(block, TableBlock)]
    assert any("apply" in row[0] for row in table.rows)


def phrases(intent, language):
    """Four sentences of an intent, each of another template."""
    own = [t for t in templates() if t.intent == intent and t.language == language]
    return [expand(t, 1, fillers(language), seed=3)[0] for t in own[:: max(1, len(own) // 4)][:4]]


@pytest.mark.parametrize(
    "name", ["osc", "overfit", "slow", "healthy", "diverge", "stuck", "imbalance", "tinyval", "noval", "nolr"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_intent_answers_every_log_in_the_asked_language(talk, name, language):
    conversation = talk(name, language)
    for intent in all_intents():
        for phrase in phrases(intent.name, language):
            answer = conversation.reply(phrase)
            text = answer.plain(80)
            assert text, phrase
            assert "None" not in text, (phrase, text)
            assert not re.search(r"\{[a-z_.]+[:}]", text), (phrase, text)  # a field that was not filled
            if intent.name != "findings":  # asked for in full
                assert len([line for line in text.splitlines() if re.match(r"\s*\d\. ", line)]) <= 5


@pytest.mark.parametrize(
    ("log", "question", "parts"),
    [
        (None, "L1 or L2", ["L2 shrinks", "exactly zero"]),
        (None, "relu or gelu?", ["ReLU is the default", "GELU"]),
        ("stuck", "how should I initialise weights", ["Xavier", "He (Kaiming)"]),
        (None, "bigger batch = better?", ["No, bigger is not better", "fewer updates"]),
        (
            None,
            "8gb vram, resnet50, which batch size?",
            ["cannot be computed without a measurement", "halve"],
        ),
        ("healthy", "do i need warmup", ["Not needed here", "1.92 at epoch 1 to 1.192 at epoch 3"]),
        ("osc", "does momentum make the oscillation worse", ["acts like 4.5"]),
        (
            "overfit",
            "what weight decay value should i try",
            ["log scale from 1e-4 to 1e-2", "weight_decay 0"],
        ),
        ("osc", "what would happen without momentum", ["from 4.5 to 0.45"]),
        ("osc", "would it help to use batch size 256", ["5 steps per epoch instead of 38"]),
        ("healthy", "how did it go?", ["Nothing is wrong", "0.9667", "still fell by"]),
        ("osc", "how do you detect oscillation", ["STB202", "train_loss.reversals", "Here:"]),
        (None, "can you tune it automatically", ["advisor tune --rounds 5", "up to 6 times"]),
        ("osc", "i only have budget for 1 more run, what do i do with it", ["With one run left"]),
        ("overfit", "when should I stop training", ["patience of 10", "epoch 16"]),
        ("healthy", "is 96.7% good", ["290 of 300 samples"]),
        ("slow", "would 100 more epochs help", ["lr 0.0005 -> 0.005"]),
        ("nolr", "the lr was 0.45", ["0.45 is too large"]),
        ("overfit", "suppose i train on 10x more data", ["With 2000 samples the gap shrinks"]),
        ("overfit", "summary", ["train_acc ended with 1 at epoch 60"]),
        ("overfit", "how do I prevent overfitting", ["more or augmented data", "dropout", "a smaller model"]),
        ("imbalance", "how good is my model really", ["only the share of the other class"]),
        (
            "slow",
            "is it underfitting or overfitting",
            ["Underfitting so far", "1.962 minus train_loss 1.963"],
        ),
        ("osc", "you're wrong", ["one training with lr 0.45 -> "]),
        ("osc", "nice it worked! val acc 98 now", ["By your report val_acc is now 0.98"]),
        ("tinyval", "val set is 20 samples btw", ["config.json says the same"]),
        ("tinyval", "my validation set has 50 samples", ["But config.json says", "which is right?"]),
        ("stuck", "are my gradients vanishing", ["0.704 at epoch 25: one figure for all layers"]),
        (None, "is my model overfitting?", ["No log is open", "I then look at"]),
        (None, "sgd with momentum or adamw", ["AdamW is the safe start"]),
        ("injected", "summarise the log please", ["Lines 8, 23 of the log address", "line 14 of the log"]),
    ],
)
def test_what_an_answer_owes(talk, log, question, parts):
    answer = " ".join(talk(log).reply(question).plain(1000).split())
    for part in parts:
        assert part in answer, answer


def test_no_answer_speaks_of_a_plural_in_the_singular(talk):
    answer = said(talk("healthy"), "do i need warmup")
    assert "warm-up steps are neither in the log nor in its configuration" in " ".join(answer.split())
