"""Small real trainings behind a plain function: a space, and what a configuration comes to.

Names are those that people give dimensions of a search: plain, prefixed, in logarithms, or one letter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from tests.asking.trainers import Outcome, boosted, forest, kernel_machine, linear, net, ridge, sequence

Config = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """One space and its training.

    Attributes:
        name: Of the task.
        mode: Whether a small or a large value is good.
        space: A distribution for each name.
        train: What a configuration comes to: a value (None where it failed) and its validation curves.
    """

    name: str
    mode: str
    space: dict[str, BaseDistribution]
    train: Callable[[Config], Outcome]

    def starts(self, number: int) -> tuple[Config, ...]:
        """Configurations drawn at random, the same each time."""
        from optuna.logging import ERROR, set_verbosity
        from optuna.samplers import RandomSampler
        from optuna.study import create_study

        set_verbosity(ERROR)
        study = create_study(sampler=RandomSampler(seed=len(self.name) * 7 + len(self.space)))
        return tuple(dict(study.ask(fixed_distributions=self.space).params) for _ in range(number))


def _log(low: float, high: float) -> FloatDistribution:
    return FloatDistribution(low, high, log=True)


def _int(low: int, high: int, log: bool = False) -> IntDistribution:
    return IntDistribution(low, high, log=log)


_BATCHES = CategoricalDistribution((8, 16, 32, 64, 128))

TASKS: tuple[Task, ...] = (
    Task(
        "dense, plain names", "min",
        {"lr": _log(1e-5, 1.0), "batch_size": _BATCHES, "hidden": _int(8, 128, True),
         "dropout": FloatDistribution(0.0, 0.7), "weight_decay": _log(1e-6, 0.1),
         "optimizer": CategoricalDistribution(("sgd", "adam"))},
        lambda c: net("digits", "val_loss", lr=c["lr"], batch=c["batch_size"], units=c["hidden"],
                      dropout=c["dropout"], decay=c["weight_decay"], optimizer=c["optimizer"]),
    ),
    Task(
        "dense, in logarithms, accuracy alone", "max",
        {"log10_lr": FloatDistribution(-5.0, 0.0), "log2_units": _int(3, 8), "log2_batch": _int(3, 8),
         "log10_wd": FloatDistribution(-7.0, -1.0), "drop_p": FloatDistribution(0.0, 0.7)},
        lambda c: net("digits", "accuracy", lr=10 ** c["log10_lr"], batch=2 ** c["log2_batch"],
                      units=2 ** c["log2_units"], dropout=c["drop_p"], decay=10 ** c["log10_wd"]).alone(),
    ),
    Task(
        "kernel machine, error alone", "min",
        {"C": _log(1e-3, 1e3), "gamma": _log(1e-5, 10.0)},
        lambda c: kernel_machine(c["C"], c["gamma"]),
    ),
    Task(
        "many settings, accuracy curve", "max",
        {"batch_size": _int(16, 512, True), "learning_rate": _log(1e-4, 0.1),
         "momentum": FloatDistribution(0.1, 0.99), "weight_decay": FloatDistribution(1e-5, 0.1),
         "num_layers": _int(1, 5), "max_units": _int(16, 256, True),
         "max_dropout": FloatDistribution(0.0, 1.0)},
        lambda c: net("wine", "val_accuracy", lr=c["learning_rate"], batch=c["batch_size"],
                      units=c["max_units"], dropout=min(c["max_dropout"], 0.95), decay=c["weight_decay"],
                      optimizer="sgd", momentum=c["momentum"], layers=c["num_layers"]),
    ),
    Task(
        "boosting, loss alone", "min",
        {"learning_rate": _log(1e-3, 1.0), "max_iter": _int(5, 100, True),
         "max_leaf_nodes": _int(2, 64, True), "min_samples_leaf": _int(1, 100, True),
         "l2_regularization": _log(1e-5, 100.0)},
        boosted,
    ),
    Task(
        "recurrent, prefixed names", "min",
        {"x_lr": _log(1e-5, 1.0), "x_units": _int(4, 48, True), "x_clip": _log(1e-2, 100.0),
         "x_bs": _BATCHES},
        lambda c: sequence(c["x_lr"], c["x_units"], c["x_clip"], c["x_bs"]),
    ),
    Task(
        "dense regression, alpha, loss alone", "min",
        {"alpha": _log(1e-6, 10.0), "learning_rate_init": _log(1e-5, 1.0), "n_units": _int(4, 128, True),
         "beta_1": FloatDistribution(0.5, 0.99), "batch": _int(8, 128, True)},
        lambda c: net("diabetes", "loss", lr=c["learning_rate_init"], batch=c["batch"], units=c["n_units"],
                      decay=c["alpha"], beta=c["beta_1"]).alone(),
    ),
    Task(
        "linear, error alone", "min",
        {"alpha": _log(1e-6, 1.0), "eta0": _log(1e-4, 10.0), "l1_ratio": FloatDistribution(0.0, 1.0),
         "penalty": CategoricalDistribution(("l2", "l1", "elasticnet")),
         "average": CategoricalDistribution((False, True))},
        linear,
    ),
    Task(
        "dense, one-letter names, validation curve", "min",
        {"a": _log(1e-5, 1.0), "b": _int(8, 128, True), "c": _int(8, 128, True),
         "d": FloatDistribution(0.0, 0.7)},
        lambda c: net("digits", "validation", lr=c["a"], batch=c["b"], units=c["c"], dropout=c["d"]),
    ),
    Task(
        "forest, accuracy alone", "max",
        {"max_depth": _int(1, 20), "min_samples_leaf": _int(1, 50, True),
         "max_features": FloatDistribution(0.05, 1.0), "n_estimators": _int(2, 60, True)},
        forest,
    ),
    Task(
        "deep, loss curve by epochs", "min",
        {"train.lr0": _log(1e-5, 1.0), "train.optim": CategoricalDistribution(("sgd", "adam")),
         "train.epochs": _int(2, 20), "net.depth": _int(1, 4), "net.width": _int(8, 128, True),
         "net.drop": FloatDistribution(0.0, 0.7)},
        lambda c: net("cancer", "val_loss", lr=c["train.lr0"], units=c["net.width"], layers=c["net.depth"],
                      dropout=c["net.drop"], optimizer=c["train.optim"], epochs=c["train.epochs"]),
    ),
    Task(
        "kernel ridge, score alone", "max",
        {"alpha": _log(1e-5, 100.0), "gamma": _log(1e-6, 10.0)},
        lambda c: ridge(c["alpha"], c["gamma"]),
    ),
)  # fmt: skip
"""All; the recommender was tuned on `TUNED_ON` and may be judged by the others."""

TUNED_ON = frozenset(task.name for task in TASKS[::2])
