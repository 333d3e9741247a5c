"""The repair suite: small training scripts, the space of each, three bad starts and a healthy one."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

SCRIPTS = Path(__file__).parent / "scripts"
BEST = Path(__file__).parent / "best.json"
"""The best result of a long search of each script; `python -m tests.measure repair_best` searches on."""
Config = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One script.

    Attributes:
        name: Of the script.
        how: How it is given its values: `flags`, `words`, `constants`, or the suffix of a config file.
        log: What it leaves its curves in; `console` for its output.
        kind: Of training, for the tables.
        names: The space's names, as the script writes them (dots for nested tables).
        space: A distribution for each name.
        healthy: A start with which nothing is wrong.
        bad: Starts that need repair.
        ceiling: The loss of a guess: what a failed run counts as.
        judged: Whether a run is judged by its last validation loss or its best.
        fixed: Further values of a config file.
        words: Of the command before its values; `{file}` is the config file.
    """

    name: str
    how: str
    log: str
    kind: str
    names: tuple[str, ...]
    space: dict[str, BaseDistribution]
    healthy: Config
    bad: tuple[Config, ...]
    ceiling: float
    judged: str
    words: tuple[str, ...] = ()
    fixed: tuple[tuple[str, Any], ...] = ()

    def command(self, config: Config) -> list[str]:
        """The words after `python`."""
        script = f"{self.name}.py"
        if self.how == "flags":
            return [script, *(w for n in self.names for w in (f"--{n}", str(config[n])))]
        if self.how == "words":
            return [script, *(f"{n}={config[n]}" for n in self.names)]
        return [script, *self.words]

    def write(self, config: Config, folder: Path) -> None:
        """The script and its config file in `folder`."""
        text = (SCRIPTS / f"{self.name}.py").read_text("utf-8")
        if self.how == "constants":
            lines = text.splitlines(keepends=True)
            for name, value in config.items():
                at = next(i for i, line in enumerate(lines) if line.startswith(f"{name} = "))
                lines[at] = f"{name} = {value!r}\n"
            text = "".join(lines)
        (folder / f"{self.name}.py").write_text(text, "utf-8")
        if self.how in ("yaml", "json", "toml", "ini"):
            (folder / f"config.{self.how}").write_text(
                _dump(self.how, {**dict(self.fixed), **config}), "utf-8"
            )


def best_known() -> dict[str, dict[str, Any]]:
    """`value` and `config` of the best of all trainings that were kept, by script; see `repair_best`."""
    known: dict[str, dict[str, Any]] = json.loads(BEST.read_text("utf-8")) if BEST.exists() else {}
    return known


def _dump(form: str, config: Config) -> str:
    nested: dict[str, Any] = {}
    for name, value in config.items():
        *tables, leaf = name.split(".")
        table = nested
        for part in tables:
            table = table.setdefault(part, {})
        table[leaf] = value
    if form == "ini":
        return "".join(
            line
            for name, table in nested.items()
            for line in (f"[{name}]\n", *(f"{k} = {v}\n" for k, v in table.items()))
        )
    if form == "json":
        return json.dumps(nested, indent=2) + "\n"
    if form == "yaml":
        import yaml

        return str(yaml.safe_dump(nested, sort_keys=False))
    plain = [f"{k} = {json.dumps(v)}\n" for k, v in nested.items() if not isinstance(v, dict)]
    for name, table in nested.items():
        if isinstance(table, dict):
            plain += [f"[{name}]\n", *(f"{k} = {json.dumps(v)}\n" for k, v in table.items())]
    return "".join(plain)


def floats(low: float, high: float, log: bool = False) -> FloatDistribution:
    return FloatDistribution(low, high, log=log)


RATES = floats(1e-5, 1.0, log=True)
BATCHES = CategoricalDistribution((8, 16, 32, 64, 128))
DROPOUTS = floats(0.0, 0.7)
DECAYS = floats(1e-6, 0.1, log=True)
WIDTHS = IntDistribution(8, 128, log=True)


def make_case(
    name: str, how: str, log: str, kind: str, space: dict[str, BaseDistribution], healthy: tuple[Any, ...],
    *bad: tuple[Any, ...], ceiling: float, judged: str, words: tuple[str, ...] = (),
    fixed: tuple[tuple[str, Any], ...] = (),
) -> Case:  # fmt: skip
    names = tuple(space)
    starts = [dict(zip(names, values, strict=True)) for values in (healthy, *bad)]
    return Case(
        name, how, log, kind, names, space, starts[0], tuple(starts[1:]), ceiling, judged, words, fixed
    )


CASES: tuple[Case, ...] = (
    make_case(
        "dense_flags", "flags", "console", "dense, classification",
        {"lr": RATES, "batch-size": BATCHES, "hidden": WIDTHS, "dropout": DROPOUTS, "weight-decay": DECAYS,
         "optimizer": CategoricalDistribution(("sgd", "adam", "adamw")), "epochs": IntDistribution(2, 12)},
        (0.002, 32, 64, 0.1, 1e-4, "adam", 8), (0.8, 32, 64, 0.1, 1e-4, "adam", 6),
        (2e-5, 128, 16, 0.5, 1e-4, "sgd", 4), (1e-3, 128, 8, 0.7, 0.1, "sgd", 6),
        ceiling=2.303, judged="last",
    ),
    make_case(
        "conv_yaml", "yaml", "log.csv", "convolutional, classification",
        {"optim.lr": RATES, "optim.weight_decay": DECAYS, "model.channels": IntDistribution(2, 16, log=True),
         "model.dropout": DROPOUTS, "batch_size": BATCHES, "epochs": IntDistribution(2, 8)},
        (0.003, 1e-3, 8, 0.1, 32, 5), (0.5, 1e-4, 8, 0.1, 32, 4), (3e-5, 1e-4, 4, 0.3, 64, 4),
        (1e-3, 0.1, 2, 0.7, 128, 3), ceiling=2.303, judged="last", words=("--config", "config.yaml"),
    ),
    make_case(
        "dense_zh", "flags", "console", "dense, classification, Chinese",
        {"lr": RATES, "momentum": floats(0.0, 0.98), "batch_size": BATCHES, "hidden_size": WIDTHS,
         "wd": DECAYS, "epochs": IntDistribution(2, 16)},
        (0.03, 0.9, 32, 32, 1e-4, 8), (1.0, 0.98, 8, 64, 1e-6, 6), (1e-4, 0.0, 64, 16, 1e-4, 5),
        (0.01, 0.5, 128, 8, 0.1, 3), ceiling=0.66, judged="best",
    ),
    make_case(
        "regression_json", "json", "metrics.jsonl", "dense, regression",
        {"learning_rate": RATES, "weight_decay": DECAYS, "hidden_dim": WIDTHS,
         "num_layers": IntDistribution(1, 4),
         "dropout": DROPOUTS, "batch_size": BATCHES, "num_epochs": IntDistribution(3, 20)},
        (0.002, 1e-3, 32, 1, 0.1, 32, 10), (0.5, 1e-4, 64, 2, 0.0, 16, 10), (1e-5, 1e-4, 32, 2, 0.1, 64, 6),
        (0.01, 1e-6, 128, 4, 0.0, 8, 20), ceiling=1.0, judged="last", words=("config.json",),
    ),
    make_case(
        "regression_toml", "toml", "console", "dense, regression",
        {"training.lr": RATES, "training.optimizer": CategoricalDistribution(("sgd", "adam", "rmsprop")),
         "training.batch_size": BATCHES, "training.epochs": IntDistribution(2, 14), "network.width": WIDTHS},
        (0.003, "adam", 32, 10, 64), (0.7, "rmsprop", 32, 8, 64), (2e-5, "adam", 64, 6, 16),
        (1e-3, "sgd", 128, 4, 8), ceiling=1.0, judged="last", words=("config.toml",),
    ),
    make_case(
        "wave_key_value", "words", "console", "convolutional, classification",
        {"lr": RATES, "batch": BATCHES, "filters": IntDistribution(2, 24, log=True),
         "kernel_size": IntDistribution(3, 7), "drop_rate": DROPOUTS,
         "optimizer": CategoricalDistribution(("sgd", "adam")), "epochs": IntDistribution(2, 12)},
        (0.003, 32, 12, 5, 0.1, "adam", 8), (0.5, 32, 8, 5, 0.1, "adam", 5), (1e-4, 64, 8, 3, 0.3, "sgd", 5),
        (1e-3, 128, 2, 7, 0.7, "adam", 4), ceiling=1.386, judged="best",
    ),
    make_case(
        "recurrent_yaml", "yaml", "train.jsonl", "recurrent, regression",
        {"model.hidden_size": IntDistribution(4, 64, log=True),
         "optimizer.name": CategoricalDistribution(("sgd", "adam")), "optimizer.lr": RATES,
         "optimizer.grad_clip": floats(0.01, 100.0, log=True), "train.epochs": IntDistribution(2, 12),
         "train.batch_size": BATCHES},
        (32, "adam", 0.01, 1.0, 8, 32), (32, "adam", 0.7, 100.0, 6, 32), (16, "adam", 5e-5, 1.0, 6, 64),
        (8, "sgd", 1e-3, 0.02, 5, 128), ceiling=0.17, judged="last", words=("config.yaml",),
    ),
    make_case(
        "language_recurrent_flags", "flags", "history.csv", "recurrent, language model",
        {"lr": RATES, "bsz": BATCHES, "nhid": IntDistribution(8, 64, log=True), "dropout": DROPOUTS,
         "clip": floats(0.05, 10.0, log=True), "epochs": IntDistribution(2, 10)},
        (0.01, 16, 32, 0.0, 1.0, 7), (0.6, 16, 32, 0.0, 10.0, 5), (1e-4, 32, 32, 0.1, 1.0, 5),
        (1e-3, 128, 8, 0.6, 0.1, 4), ceiling=2.64, judged="last",
    ),
    make_case(
        "attention_json", "json", "runs", "attention, classification",
        {"model.d_model": CategoricalDistribution((8, 16, 32, 48)), "model.n_layer": IntDistribution(1, 2),
         "model.dropout": DROPOUTS, "training.lr": RATES, "training.weight_decay": DECAYS,
         "training.batch_size": BATCHES, "training.warmup_ratio": floats(0.0, 0.5),
         "training.epochs": IntDistribution(2, 8)},
        (32, 1, 0.0, 0.003, 1e-2, 32, 0.05, 6), (32, 1, 0.1, 0.2, 1e-3, 32, 0.0, 4),
        (16, 1, 0.2, 3e-5, 1e-2, 64, 0.1, 4), (8, 2, 0.6, 1e-3, 0.1, 128, 0.5, 4),
        ceiling=1.609, judged="last", words=("-c", "config.json"), fixed=(("model.n_head", 4),),
    ),
    make_case(
        "attention_constants", "constants", "console", "attention, language model",
        {"LEARNING_RATE": RATES, "BATCH_SIZE": BATCHES, "N_EMBD": CategoricalDistribution((8, 16, 32, 48)),
         "DROPOUT": DROPOUTS, "SCHEDULE": CategoricalDistribution(("constant", "cosine")),
         "EPOCHS": IntDistribution(2, 10)},
        (0.005, 16, 32, 0.0, "cosine", 7), (0.3, 16, 32, 0.0, "constant", 5),
        (5e-5, 32, 32, 0.1, "constant", 5), (1e-3, 128, 8, 0.6, "cosine", 4), ceiling=2.485, judged="best",
    ),
    make_case(
        "autoencoder_constants", "constants", "losses.csv", "dense autoencoder",
        {"BATCH_SIZE": BATCHES, "HIDDEN": WIDTHS, "WEIGHT_DECAY": DECAYS, "EPOCHS": IntDistribution(2, 12),
         "LR": RATES},
        (32, 64, 1e-5, 8, 0.003), (32, 64, 1e-5, 6, 0.5), (64, 32, 1e-4, 5, 3e-5), (128, 8, 0.1, 4, 1e-3),
        ceiling=0.075, judged="last",
    ),
    make_case(
        "denoiser_toml_zh", "toml", "console", "dense autoencoder, Chinese",
        {"lr": floats(1e-4, 10.0, log=True), "momentum": floats(0.0, 0.98), "batch_size": BATCHES,
         "hidden": WIDTHS, "activation": CategoricalDistribution(("sigmoid", "tanh", "relu")),
         "epochs": IntDistribution(2, 12)},
        (0.3, 0.9, 16, 64, "tanh", 10), (8.0, 0.98, 16, 64, "relu", 6), (1e-3, 0.0, 64, 32, "tanh", 6),
        (0.05, 0.5, 128, 16, "sigmoid", 4), ceiling=0.075, judged="best", words=("--config", "config.toml"),
    ),
    make_case(
        "dense_ini", "ini", "console", "dense, noisy labels, fixed length",
        {"train.learning_rate": floats(1e-4, 3.0, log=True), "train.momentum": floats(0.0, 0.99),
         "train.batch_size": IntDistribution(8, 256, log=True), "train.l2": floats(1e-6, 0.1, log=True),
         "model.units": IntDistribution(4, 128, log=True), "model.dropout": DROPOUTS},
        (0.03, 0.9, 32, 1e-3, 32, 0.2), (2.0, 0.95, 32, 1e-4, 32, 0.1), (2e-4, 0.0, 128, 1e-4, 32, 0.1),
        (0.1, 0.97, 8, 1e-6, 128, 0.0), (0.01, 0.9, 32, 0.1, 4, 0.6),
        ceiling=1.61, judged="last", words=("config.ini",),
    ),
    make_case(
        "tagger_flags", "flags", "metrics.tsv", "attention, tagging, by step",
        {"learning-rate": floats(1e-6, 0.3, log=True), "wd": DECAYS, "warmup-steps": IntDistribution(0, 150),
         "train-batch-size": CategoricalDistribution((8, 16, 32, 64)),
         "embed-dim": CategoricalDistribution((8, 16, 32, 64)), "attn-dropout": floats(0.0, 0.6),
         "max-steps": IntDistribution(60, 300, step=20)},
        (2e-3, 0.01, 20, 32, 32, 0.1, 200), (0.2, 0.01, 0, 32, 32, 0.1, 200),
        (5e-6, 0.01, 20, 32, 32, 0.1, 200), (1e-3, 0.1, 150, 64, 8, 0.6, 160),
        ceiling=1.386, judged="last",
    ),
    make_case(
        "conv_autoencoder_yaml", "yaml", "history.jsonl", "convolutional autoencoder, fixed length",
        {"base_lr": floats(1e-6, 1.0, log=True), "opt": CategoricalDistribution(("rmsprop", "sgd", "adam")),
         "batch": CategoricalDistribution((16, 32, 64, 128, 256)), "decay": DECAYS,
         "filters": IntDistribution(2, 24), "latent_dim": IntDistribution(2, 32, log=True),
         "activation": CategoricalDistribution(("sigmoid", "tanh", "relu", "gelu"))},
        (3e-3, "adam", 32, 1e-6, 12, 16, "relu"), (0.3, "adam", 32, 1e-6, 12, 16, "relu"),
        (1e-5, "rmsprop", 64, 1e-5, 12, 16, "relu"), (1e-3, "sgd", 256, 1e-2, 4, 4, "sigmoid"),
        ceiling=0.075, judged="best",
    ),
    make_case(
        "order_key_value_zh", "words", "console", "recurrent, classification, Chinese, fixed length",
        {"lr": floats(1e-5, 1.0, log=True), "bs": IntDistribution(8, 128, log=True),
         "rnn_units": IntDistribution(4, 64, log=True), "depth": IntDistribution(1, 3), "p_drop": DROPOUTS,
         "clipnorm": floats(0.01, 10.0, log=True)},
        (0.005, 32, 32, 1, 0.1, 1.0), (0.7, 32, 32, 1, 0.1, 10.0), (4e-5, 64, 32, 1, 0.1, 1.0),
        (1e-3, 128, 4, 3, 0.6, 0.02), ceiling=1.386, judged="last",
    ),
)  # fmt: skip
"""The recommender was tuned on `TUNED_ON`; the others were looked at. `held_out` holds further ones."""

TUNED_ON = frozenset(case.name for case in CASES[::2])
