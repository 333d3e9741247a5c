"""Small real trainings behind a plain function: a space, and what a configuration comes to.

Names are those that people give dimensions of a search: plain, prefixed, in logarithms, or one letter.
"""

from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from tests.asking.further import FURTHER
from tests.asking.latest import LATEST
from tests.asking.task import Task, log_floats, log_ints
from tests.asking.trainers import boosted, forest, kernel_machine, linear, net, ridge, sequence

_BATCHES = CategoricalDistribution((8, 16, 32, 64, 128))

_FIRST: tuple[Task, ...] = (
    Task(
        "dense, plain names", "min",
        {"lr": log_floats(1e-5, 1.0), "batch_size": _BATCHES, "hidden": log_ints(8, 128),
         "dropout": FloatDistribution(0.0, 0.7), "weight_decay": log_floats(1e-6, 0.1),
         "optimizer": CategoricalDistribution(("sgd", "adam"))},
        lambda c: net("digits", "val_loss", lr=c["lr"], batch=c["batch_size"], units=c["hidden"],
                      dropout=c["dropout"], decay=c["weight_decay"], optimizer=c["optimizer"]),
    ),
    Task(
        "dense, in logarithms, accuracy alone", "max",
        {"log10_lr": FloatDistribution(-5.0, 0.0), "log2_units": IntDistribution(3, 8),
         "log2_batch": IntDistribution(3, 8), "log10_wd": FloatDistribution(-7.0, -1.0),
         "drop_p": FloatDistribution(0.0, 0.7)},
        lambda c: net("digits", "accuracy", lr=10 ** c["log10_lr"], batch=2 ** c["log2_batch"],
                      units=2 ** c["log2_units"], dropout=c["drop_p"], decay=10 ** c["log10_wd"]).alone(),
    ),
    Task(
        "kernel machine, error alone", "min",
        {"C": log_floats(1e-3, 1e3), "gamma": log_floats(1e-5, 10.0)},
        lambda c: kernel_machine(c["C"], c["gamma"]),
    ),
    Task(
        "many settings, accuracy curve", "max",
        {"batch_size": log_ints(16, 512), "learning_rate": log_floats(1e-4, 0.1),
         "momentum": FloatDistribution(0.1, 0.99), "weight_decay": FloatDistribution(1e-5, 0.1),
         "num_layers": IntDistribution(1, 5), "max_units": log_ints(16, 256),
         "max_dropout": FloatDistribution(0.0, 1.0)},
        lambda c: net("wine", "val_accuracy", lr=c["learning_rate"], batch=c["batch_size"],
                      units=c["max_units"], dropout=min(c["max_dropout"], 0.95), decay=c["weight_decay"],
                      optimizer="sgd", momentum=c["momentum"], layers=c["num_layers"]),
    ),
    Task(
        "boosting, loss alone", "min",
        {"learning_rate": log_floats(1e-3, 1.0), "max_iter": log_ints(5, 100),
         "max_leaf_nodes": log_ints(2, 64), "min_samples_leaf": log_ints(1, 100),
         "l2_regularization": log_floats(1e-5, 100.0)},
        boosted,
    ),
    Task(
        "recurrent, prefixed names", "min",
        {"x_lr": log_floats(1e-5, 1.0), "x_units": log_ints(4, 48), "x_clip": log_floats(1e-2, 100.0),
         "x_bs": _BATCHES},
        lambda c: sequence(c["x_lr"], c["x_units"], c["x_clip"], c["x_bs"]),
    ),
    Task(
        "dense regression, alpha, loss alone", "min",
        {"alpha": log_floats(1e-6, 10.0), "learning_rate_init": log_floats(1e-5, 1.0),
         "n_units": log_ints(4, 128), "beta_1": FloatDistribution(0.5, 0.99), "batch": log_ints(8, 128)},
        lambda c: net("diabetes", "loss", lr=c["learning_rate_init"], batch=c["batch"], units=c["n_units"],
                      decay=c["alpha"], beta=c["beta_1"]).alone(),
    ),
    Task(
        "linear, error alone", "min",
        {"alpha": log_floats(1e-6, 1.0), "eta0": log_floats(1e-4, 10.0),
         "l1_ratio": FloatDistribution(0.0, 1.0),
         "penalty": CategoricalDistribution(("l2", "l1", "elasticnet")),
         "average": CategoricalDistribution((False, True))},
        linear,
    ),
    Task(
        "dense, one-letter names, validation curve", "min",
        {"a": log_floats(1e-5, 1.0), "b": log_ints(8, 128), "c": log_ints(8, 128),
         "d": FloatDistribution(0.0, 0.7)},
        lambda c: net("digits", "validation", lr=c["a"], batch=c["b"], units=c["c"], dropout=c["d"]),
    ),
    Task(
        "forest, accuracy alone", "max",
        {"max_depth": IntDistribution(1, 20), "min_samples_leaf": log_ints(1, 50),
         "max_features": FloatDistribution(0.05, 1.0), "n_estimators": log_ints(2, 60)},
        forest,
    ),
    Task(
        "deep, loss curve by epochs", "min",
        {"train.lr0": log_floats(1e-5, 1.0), "train.optim": CategoricalDistribution(("sgd", "adam")),
         "train.epochs": IntDistribution(2, 20), "net.depth": IntDistribution(1, 4),
         "net.width": log_ints(8, 128), "net.drop": FloatDistribution(0.0, 0.7)},
        lambda c: net("cancer", "val_loss", lr=c["train.lr0"], units=c["net.width"], layers=c["net.depth"],
                      dropout=c["net.drop"], optimizer=c["train.optim"], epochs=c["train.epochs"]),
    ),
    Task(
        "kernel ridge, score alone", "max",
        {"alpha": log_floats(1e-5, 100.0), "gamma": log_floats(1e-6, 10.0)},
        lambda c: ridge(c["alpha"], c["gamma"]),
    ),
)  # fmt: skip

TASKS = (*_FIRST, *FURTHER, *LATEST)
"""All; the recommender was tuned on `TUNED_ON` and may be judged by the others."""

TUNED_ON = frozenset(task.name for task in _FIRST[::2])
