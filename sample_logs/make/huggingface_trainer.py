"""A tiny BERT, randomly initialised, reads the digits as 64 tokens; the log is the Trainer's own.

With a folder the log is `trainer_state.json`, without one it is what the Trainer prints.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
import tasks
import torch
from torch.utils.data import Dataset
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments


class Tokens(Dataset):
    def __init__(self, pixels, labels):
        self.rows = [
            {"input_ids": ids, "labels": label}
            for ids, label in zip(torch.from_numpy(pixels).long(), torch.from_numpy(labels), strict=True)
        ]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.rows[index]


def accuracy(prediction):
    return {"accuracy": float(np.mean(prediction.predictions.argmax(axis=-1) == prediction.label_ids))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="where trainer_state.json goes")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--schedule", default="linear")
    parser.add_argument("--warmup-steps", type=int, default=20)
    parser.add_argument("--weight-decay", type=float, default=0.0)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--max-grad-norm", type=float, default=1.0)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)

    x, y, x_val, y_val = tasks.load("digits", args.samples, scaled=False)
    config = BertConfig(
        vocab_size=17,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=10,
        hidden_dropout_prob=args.dropout,
        attention_probs_dropout_prob=args.dropout,
    )
    torch.manual_seed(args.seed)
    with tempfile.TemporaryDirectory() as scratch:
        arguments = TrainingArguments(
            output_dir=scratch,
            learning_rate=args.lr,
            lr_scheduler_type=args.schedule,
            warmup_steps=args.warmup_steps,
            weight_decay=args.weight_decay,
            max_grad_norm=args.max_grad_norm,
            per_device_train_batch_size=args.batch_size,
            num_train_epochs=args.epochs,
            eval_strategy="epoch",
            logging_steps=15,
            save_strategy="no",
            report_to=[],
            seed=args.seed,
            use_cpu=True,
            disable_tqdm=True,
        )
        trainer = Trainer(
            model=BertForSequenceClassification(config),
            args=arguments,
            train_dataset=Tokens(x, y),
            eval_dataset=Tokens(x_val, y_val),
            compute_metrics=accuracy,
        )
        trainer.train()
        if args.folder:
            trainer.save_state()
            shutil.copy(Path(scratch) / "trainer_state.json", args.folder)


if __name__ == "__main__":
    main()
