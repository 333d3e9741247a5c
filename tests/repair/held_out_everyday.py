"""Eight everyday scripts, written on 1 December 2026 and run before anything was changed by them.

Three are of the kinds that were known to be weak: few samples judged by the end, where the longest training
memorises, and small transformers.
"""

from optuna.distributions import CategoricalDistribution, IntDistribution

from tests.repair.cases import BATCHES, DECAYS, DROPOUTS, RATES, WIDTHS, Case, floats, make_case

EVERYDAY: tuple[Case, ...] = (
    make_case(
        "diabetes_dense_words", "words", "console", "dense, regression, few samples",
        {"eta": RATES, "decay": DECAYS, "bs": BATCHES, "width": WIDTHS, "n_hidden": IntDistribution(1, 4),
         "drop": DROPOUTS, "n_epochs": IntDistribution(3, 60)},
        (0.003, 1e-3, 16, 32, 1, 0.2, 20), (0.5, 1e-4, 16, 64, 2, 0.1, 30),
        (2e-5, 1e-4, 32, 32, 1, 0.1, 20), (0.005, 1e-6, 8, 128, 4, 0.0, 60), ceiling=1.1, judged="last",
    ),
    make_case(
        "brackets_attention_json", "json", "history.csv", "attention, classification",
        {"model.d_model": CategoricalDistribution((8, 16, 32, 64)),
         "model.nhead": CategoricalDistribution((1, 2, 4)), "model.num_layers": IntDistribution(1, 3),
         "model.dropout": DROPOUTS, "lr": RATES, "weight_decay": DECAYS, "batch_size": BATCHES,
         "epochs": IntDistribution(2, 14)},
        (32, 4, 1, 0.1, 0.003, 0.01, 32, 10), (32, 4, 2, 0.1, 0.3, 0.01, 32, 8),
        (32, 4, 1, 0.1, 1e-5, 0.01, 32, 8), (8, 1, 3, 0.7, 5e-4, 0.1, 128, 3),
        ceiling=0.6137, judged="last", words=("config.json",),
    ),
    make_case(
        "sums_language_toml_zh", "toml", "日志.jsonl", "attention, language model, Chinese",
        {"model.n_embd": CategoricalDistribution((8, 16, 32, 64)), "model.n_layer": IntDistribution(1, 3),
         "model.dropout": DROPOUTS, "train.learning_rate": RATES, "train.batch_size": BATCHES,
         "train.max_epochs": IntDistribution(2, 16)},
        (32, 1, 0.1, 0.003, 16, 12), (32, 2, 0.1, 0.4, 16, 8), (32, 1, 0.1, 2e-5, 32, 8),
        (8, 3, 0.6, 1e-3, 128, 4), ceiling=2.485, judged="last", words=("config.toml",),
    ),
    make_case(
        "digits_bottleneck_flags", "flags", "tb", "dense autoencoder",
        {"learning-rate": floats(1e-4, 10.0, log=True), "momentum": floats(0.0, 0.99), "batch": BATCHES,
         "hidden": IntDistribution(4, 128, log=True), "code-size": IntDistribution(1, 32, log=True),
         "init-scale": floats(0.01, 10.0, log=True), "epochs": IntDistribution(2, 20)},
        (0.5, 0.9, 32, 64, 16, 1.0, 15), (10.0, 0.97, 16, 64, 16, 1.0, 10),
        (1e-3, 0.0, 64, 64, 16, 1.0, 10), (0.1, 0.5, 128, 64, 16, 0.01, 8), ceiling=0.08, judged="last",
    ),
    make_case(
        "keystrokes_lstm_yaml", "yaml", "console", "recurrent, classification",
        {"rnn.units": IntDistribution(4, 64, log=True), "rnn.layers": IntDistribution(1, 3),
         "rnn.dropout": DROPOUTS, "optim.name": CategoricalDistribution(("sgd", "adam")), "optim.lr": RATES,
         "optim.batch_size": BATCHES, "optim.clip_norm": floats(0.01, 10.0, log=True),
         "optim.epochs": IntDistribution(2, 16)},
        (32, 1, 0.1, "adam", 0.01, 32, 1.0, 12), (32, 1, 0.1, "adam", 0.6, 32, 10.0, 10),
        (32, 1, 0.1, "sgd", 1e-3, 32, 1.0, 10), (4, 3, 0.6, "adam", 0.003, 128, 0.02, 5),
        ceiling=1.386, judged="last", words=("--cfg", "config.yaml"),
    ),
    make_case(
        "beats_conv1d_constants", "constants", "results.csv", "convolutional, classification",
        {"BATCH_SIZE": BATCHES, "LR": RATES, "KERNELS": IntDistribution(2, 32, log=True),
         "DEPTH": IntDistribution(1, 4), "DROPOUT_RATE": DROPOUTS, "L2": DECAYS,
         "EPOCHS": IntDistribution(2, 14)},
        (32, 0.003, 12, 2, 0.1, 1e-4, 8), (32, 0.4, 12, 2, 0.1, 1e-4, 8), (64, 2e-5, 12, 2, 0.1, 1e-4, 8),
        (128, 1e-3, 2, 4, 0.7, 0.1, 4), ceiling=1.099, judged="last",
    ),
    make_case(
        "digits_deep_json", "json", "console", "dense, classification, chosen start of weights",
        {"lr": RATES, "optimizer": CategoricalDistribution(("sgd", "adam")), "batch_size": BATCHES,
         "units": WIDTHS, "depth": IntDistribution(1, 6),
         "activation": CategoricalDistribution(("sigmoid", "relu")), "init_std": floats(1e-3, 3.0, log=True),
         "epochs": IntDistribution(2, 20)},
        (0.002, "adam", 32, 64, 1, "relu", 0.1, 8), (0.002, "adam", 32, 64, 2, "relu", 2.0, 8),
        (0.01, "sgd", 64, 64, 6, "sigmoid", 0.1, 10), (0.3, "adam", 32, 64, 2, "relu", 0.1, 10),
        ceiling=2.303, judged="last", words=("config.json",),
    ),
    make_case(
        "blobs_conv_yaml_zh", "yaml", "console", "convolutional, regression, Chinese",
        {"channels": IntDistribution(2, 24, log=True), "dropout": DROPOUTS,
         "learning_rate": floats(1e-5, 3.0, log=True), "momentum": floats(0.0, 0.98), "batch_size": BATCHES,
         "num_epochs": IntDistribution(2, 16)},
        (8, 0.1, 0.02, 0.9, 32, 12), (8, 0.1, 1.5, 0.9, 32, 8), (8, 0.1, 1e-4, 0.0, 64, 8),
        (2, 0.7, 0.005, 0.5, 128, 4), ceiling=1.0, judged="last", words=("--config", "config.yaml"),
    ),
)  # fmt: skip
