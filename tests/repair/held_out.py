"""Further scripts of the repair suite's kind, of trainings that it lacks; no value or rule is set by them."""

from optuna.distributions import CategoricalDistribution, IntDistribution

from tests.repair.cases import BATCHES, DECAYS, DROPOUTS, RATES, WIDTHS, Case, floats, make_case

HELD_OUT: tuple[Case, ...] = (
    make_case(
        "friction_regression_yaml", "yaml", "log.csv", "dense, regression, few noisy samples",
        {"net.width": WIDTHS, "net.dropout": DROPOUTS, "fit.lr": RATES, "fit.weight_decay": DECAYS,
         "fit.batch_size": BATCHES, "fit.epochs": IntDistribution(5, 60)},
        (64, 0.2, 0.003, 1e-3, 16, 30), (64, 0.0, 0.6, 1e-4, 16, 30), (32, 0.1, 2e-5, 1e-4, 64, 20),
        (128, 0.0, 0.02, 1e-6, 8, 60), ceiling=1.0, judged="last", words=("--config", "config.yaml"),
    ),
    make_case(
        "letters_attention_flags", "flags", "console", "attention, language model",
        {"lr": RATES, "batch-size": BATCHES, "d-model": CategoricalDistribution((8, 16, 32, 64)),
         "ffn-dim": IntDistribution(16, 128, log=True), "dropout": DROPOUTS, "weight-decay": DECAYS,
         "epochs": IntDistribution(2, 10)},
        (0.005, 16, 32, 64, 0.1, 1e-3, 8), (0.4, 16, 32, 64, 0.1, 1e-4, 6), (2e-5, 32, 32, 64, 0.1, 1e-4, 6),
        (1e-3, 128, 8, 16, 0.6, 0.1, 4), ceiling=3.296, judged="last",
    ),
    make_case(
        "inpainting_constants", "constants", "history.jsonl", "dense, image regression",
        {"LEARNING_RATE": floats(1e-4, 10.0, log=True), "MOMENTUM": floats(0.0, 0.98), "BATCH": BATCHES,
         "UNITS": WIDTHS, "LAYERS": IntDistribution(1, 3), "N_EPOCHS": IntDistribution(2, 20)},
        (0.3, 0.9, 16, 64, 1, 15), (9.0, 0.98, 16, 64, 1, 10), (5e-4, 0.0, 64, 32, 2, 8),
        (0.02, 0.3, 128, 8, 3, 5), ceiling=0.14, judged="last",
    ),
    make_case(
        "chaos_recurrent_toml", "toml", "console", "recurrent, forecast",
        {"train.lr": RATES, "train.batch_size": BATCHES, "train.epochs": IntDistribution(3, 24),
         "train.max_grad_norm": floats(0.01, 20.0, log=True),
         "model.hidden_size": IntDistribution(4, 64, log=True)},
        (0.01, 16, 20, 1.0, 32), (0.8, 16, 16, 20.0, 32), (3e-5, 64, 12, 1.0, 16), (1e-3, 128, 6, 0.02, 4),
        ceiling=0.055, judged="best", words=("-c", "config.toml"),
    ),
    make_case(
        "shapes_conv_key_value_zh", "words", "console", "convolutional, classification, Chinese",
        {"lr": RATES, "weight_decay": DECAYS, "batch_size": BATCHES,
         "channels": IntDistribution(2, 16, log=True), "dropout": DROPOUTS, "epochs": IntDistribution(3, 15)},
        (0.005, 1e-4, 16, 8, 0.1, 12), (0.7, 1e-4, 16, 8, 0.1, 8), (4e-5, 1e-4, 32, 8, 0.1, 8),
        (1e-3, 0.1, 128, 2, 0.7, 5), ceiling=1.609, judged="best",
    ),
)  # fmt: skip
