"""Further scripts of the repair suite's kind, of trainings that it lacks; none was there while most was set.

The last eight were written on 30 November 2026 and run before anything was changed by them. What gradient
clipping tells, the weight decay of the first rerun and where it ends sooner were chosen on all scripts after.
"""

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
    make_case(
        "majority_transformer_json", "json", "log.jsonl", "attention, classification, norm first",
        {"arch.dim": CategoricalDistribution((8, 16, 32, 64)), "arch.depth": IntDistribution(1, 3),
         "arch.dropout": DROPOUTS, "opt.lr": RATES, "opt.weight_decay": DECAYS, "opt.batch_size": BATCHES,
         "opt.warmup": floats(0.0, 0.5), "opt.epochs": IntDistribution(3, 16)},
        (32, 2, 0.1, 0.003, 0.01, 32, 0.1, 12), (32, 2, 0.1, 0.3, 0.01, 32, 0.0, 10),
        (16, 1, 0.1, 2e-5, 0.01, 64, 0.1, 10), (8, 3, 0.6, 1e-3, 0.1, 128, 0.5, 6),
        ceiling=1.386, judged="best", words=("config.json",), fixed=(("arch.heads", 4),),
    ),
    make_case(
        "chirps_conv1d_flags", "flags", "runs", "convolutional in one dimension, classification",
        {"lr": floats(1e-4, 3.0, log=True), "momentum": floats(0.0, 0.98), "weight-decay": DECAYS,
         "batch-size": BATCHES, "width": IntDistribution(4, 32, log=True), "epochs": IntDistribution(3, 15)},
        (0.05, 0.9, 1e-4, 32, 16, 10), (2.0, 0.95, 1e-4, 32, 16, 8), (5e-4, 0.0, 1e-4, 64, 8, 8),
        (0.02, 0.5, 0.05, 128, 4, 5), ceiling=1.792, judged="last",
    ),
    make_case(
        "tabular_embeddings_yaml", "yaml", "history.csv", "dense with embeddings, binary",
        {"model.embedding_dim": IntDistribution(2, 32, log=True), "model.hidden": WIDTHS,
         "model.n_layers": IntDistribution(1, 3), "model.dropout": DROPOUTS,
         "optim.name": CategoricalDistribution(("sgd", "adam", "adagrad")), "optim.lr": RATES,
         "optim.weight_decay": DECAYS, "loop.batch_size": BATCHES, "loop.epochs": IntDistribution(2, 20)},
        (8, 64, 2, 0.2, "adam", 0.003, 1e-4, 32, 10), (8, 64, 2, 0.0, "adam", 0.5, 1e-4, 32, 10),
        (8, 32, 1, 0.1, "adagrad", 1e-4, 1e-4, 64, 6), (32, 128, 3, 0.0, "adam", 0.02, 1e-6, 8, 20),
        ceiling=0.6931, judged="last", words=("--config=config.yaml",),
    ),
    make_case(
        "variational_constants", "constants", "console", "variational autoencoder",
        {"LR": RATES, "BATCH_SIZE": BATCHES, "HIDDEN_DIM": IntDistribution(8, 256, log=True),
         "LATENT_DIM": IntDistribution(1, 32, log=True), "BETA": floats(0.1, 10.0, log=True),
         "EPOCHS": IntDistribution(3, 20)},
        (0.003, 32, 64, 8, 1.0, 12), (0.5, 32, 64, 8, 1.0, 10), (2e-5, 64, 64, 8, 1.0, 8),
        (1e-3, 128, 8, 2, 10.0, 5), ceiling=44.4, judged="last",
    ),
    make_case(
        "siamese_toml", "toml", "metrics.csv", "siamese, contrastive",
        {"learning_rate": floats(1e-4, 10.0, log=True), "momentum": floats(0.0, 0.98),
         "batch_size": BATCHES, "width": WIDTHS, "embed_dim": IntDistribution(2, 64, log=True),
         "dropout": DROPOUTS, "num_epochs": IntDistribution(3, 20)},
        (0.1, 0.9, 32, 64, 16, 0.1, 12), (8.0, 0.98, 16, 64, 16, 0.1, 10), (1e-3, 0.0, 64, 32, 8, 0.1, 8),
        (0.03, 0.5, 128, 8, 2, 0.6, 5), ceiling=0.5, judged="last", words=("config.toml",),
        fixed=(("margin", 1.0),),
    ),
    make_case(
        "labels_key_value_zh", "words", "console", "dense, several labels, Chinese",
        {"lr": RATES, "hidden_size": WIDTHS, "dropout": DROPOUTS, "weight_decay": DECAYS,
         "batch_size": BATCHES, "optimizer": CategoricalDistribution(("adamw", "sgd")),
         "epochs": IntDistribution(3, 20)},
        (0.005, 64, 0.2, 1e-3, 32, "adamw", 10), (0.9, 64, 0.0, 1e-4, 16, "adamw", 10),
        (2e-5, 64, 0.2, 1e-4, 64, "sgd", 6), (0.02, 128, 0.0, 1e-6, 8, "sgd", 20),
        ceiling=0.6931, judged="last",
    ),
    make_case(
        "reversal_gru_ini", "ini", "console", "recurrent encoder and decoder",
        {"train.learning_rate": RATES, "train.batch_size": IntDistribution(8, 128, log=True),
         "train.clip": floats(0.01, 20.0, log=True), "train.epochs": IntDistribution(3, 16),
         "net.size": IntDistribution(8, 64, log=True), "net.layers": IntDistribution(1, 2)},
        (0.005, 32, 1.0, 12, 48, 1), (0.5, 32, 20.0, 10, 48, 1), (5e-5, 64, 1.0, 8, 32, 1),
        (1e-3, 128, 0.02, 6, 8, 2), ceiling=1.792, judged="best", words=("config.ini",),
    ),
    make_case(
        "ratings_factors_flags", "flags", "curves.tsv", "factors of a matrix, regression",
        {"eta": RATES, "reg": DECAYS, "factors": IntDistribution(1, 64, log=True), "batch": BATCHES,
         "n-epochs": IntDistribution(3, 20), "optim": CategoricalDistribution(("sgd", "adam", "adagrad"))},
        (0.01, 1e-3, 8, 64, 12, "adam"), (0.8, 1e-4, 16, 32, 10, "adam"), (1e-4, 1e-4, 8, 64, 8, "adagrad"),
        (1e-3, 0.05, 2, 128, 5, "sgd"), ceiling=1.2, judged="last",
    ),
)  # fmt: skip
