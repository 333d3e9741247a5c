"""The Hugging Face Trainer: trainer_state.json with its checkpoint, and what it prints."""

import re
from pathlib import Path

import numpy as np

from makers.common import Truth, by_name, captured, case, curve, run, truth

SETTINGS = {"learning_rate": 5e-3, "num_train_epochs": 3, "per_device_train_batch_size": 8}


def _train(folder: Path, **settings):
    import torch
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    rng = np.random.default_rng(0)
    tokens = rng.integers(0, 16, size=(96, 8))
    rows = [{"input_ids": torch.tensor(row), "labels": int(row[0] > 7)} for row in tokens]
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=16,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=8,
    )
    names = TrainingArguments.__dataclass_fields__
    strategy = "eval_strategy" if "eval_strategy" in names else "evaluation_strategy"
    arguments = TrainingArguments(
        output_dir=str(folder),
        logging_steps=2,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        **{strategy: "epoch"},
        **SETTINGS,
        **settings,
    )
    trainer = Trainer(
        BertForSequenceClassification(config),
        arguments,
        train_dataset=rows[:64],
        eval_dataset=rows[64:],
        compute_metrics=lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())},
    )
    trainer.train()
    return trainer


ROLES = {
    "loss": ("train_loss", True),
    "eval_loss": ("val_loss", True),
    "eval_accuracy": ("val_metric", False),
    "learning_rate": ("learning_rate", None),
    "grad_norm": ("grad_norm", None),
    "train_loss": ("train_loss", True),
}


def _series(records, x: str, kind: str) -> tuple[dict, list[str]]:
    """The curves of log records, and the names of the times and speeds beside them."""
    series, others = {}, []
    for name, (values, places) in by_name(records, x).items():
        if name in ROLES:
            role, lower = ROLES[name]
            series[name] = curve(values, places, kind=kind, role=role, lower=lower)
        elif name != "step":
            others.append(name)
    return series, others


@case("transformers-state", "transformers")
def state(log: Path) -> Truth:
    trainer = _train(Path("out"), disable_tqdm=True)
    trainer.save_state()
    Path("out/trainer_state.json").rename(log / "trainer_state.json")
    series, others = _series(trainer.state.log_history, "step", "step")
    return truth("trainer_state.json", run(series, {"max_steps": 24, "num_train_epochs": 3}, others))


@case("transformers-console", "transformers")
def console(log: Path) -> Truth:
    """The dictionaries that are printed; the records of the state less their step, which is not printed."""
    with captured(log / "console.log"):
        trainer = _train(Path("out"), disable_tqdm=True)
    return truth("console.log", run(*_printed(log / "console.log", trainer)))


def _printed(file: Path, trainer):
    """Values as the version prints them: whole numbers in 4.x, rounded strings in 5.x."""
    import ast

    text = file.read_text("utf-8")
    shown = [ast.literal_eval(found) for found in re.findall(r"\{'[^{}]*\}", text)]
    history = trainer.state.log_history
    assert len(shown) == len(history)
    for record, kept in zip(shown, history, strict=True):
        for name, value in record.items():
            assert abs(float(value) - kept[name]) <= 1e-3 * abs(kept[name]) + 1e-3, name
    numbers = [{name: float(value) for name, value in record.items()} for record in shown]
    series, others = _series(numbers, "epoch", "epoch")
    return series, {}, others


@case("transformers-progress", "transformers")
def progress(log: Path) -> Truth:
    """The dictionaries between the redrawn bars of tqdm, both streams in one file."""
    import os
    import sys

    sys.stderr.flush()
    saved = os.dup(2)
    with captured(log / "console.log"):
        os.dup2(1, 2)
        trainer = _train(Path("out"), disable_tqdm=False)
        sys.stderr.flush()
        os.dup2(saved, 2)
    return truth("console.log", run(*_printed(log / "console.log", trainer)))
