"""What the arguments of well-known calls are, by the name of what is called. Data, and its look-up."""

import re
from collections.abc import Sequence

from advisor.experiment.names import role_of
from advisor.patterns import regex

OPTIMIZERS = regex(
    r"(Fused|Sparse|N|R|Ada)?(Adam|AdamW|Adamax|Adamw)(8bit)?|SGD|SGDW|RMSprop|Adagrad|Adadelta|ASGD|LBFGS|Rprop"
    r"|Adafactor|Lion|Lamb|LAMB|LARS|Ftrl|Muon|Ranger|AdaBelief|adamw?|sgd|rmsprop|lion|momentum",
)
SCHEDULES = regex(r".*(LR|Schedule|Decay|Scheduler|Restarts|LROnPlateau)|.*_schedule(_with_.*)?")

# (what is called, position of the argument, its name). Optimizers of PyTorch take the parameters first, those
# of Keras the learning rate; either way the first number is the rate.
_POSITIONAL: tuple[tuple[re.Pattern[str], tuple[tuple[int, str], ...]], ...] = tuple(
    (re.compile(called), names)
    for called, names in (
        (r"(Alpha|FeatureAlpha|Spatial)?Dropout([123]d|[123]D)?", ((0, "p"),)),
        (r"dropout([123]d)?", ((1, "p"),)),
        (r"DataLoader", ((1, "batch_size"),)),
        (r"clip_grad_norm_?", ((1, "max_norm"),)),
        (r"clip_grad_value_?", ((1, "clip_value"),)),
        (r"StepLR", ((1, "step_size"), (2, "gamma"))),
        (r"ExponentialLR", ((1, "gamma"),)),
        (r"CosineAnnealingLR", ((1, "T_max"),)),
        (
            r"manual_seed(_all)?|seed|seed_everything|set_seed|set_random_seed|fix_seed|default_rng",
            ((0, "seed"),),
        ),
        (r"batch", ((0, "batch_size"),)),
    )
)
_ROLES: tuple[tuple[re.Pattern[str], dict[str, str]], ...] = (
    (
        re.compile(r"(Alpha|FeatureAlpha|Spatial)?Dropout([123]d|[123]D)?|dropout([123]d)?"),
        {"p": "dropout", "rate": "dropout"},
    ),
    (re.compile(r"clip_grad_norm_?"), {"max_norm": "gradient_clipping"}),
    (re.compile(r"clip_grad_value_?"), {"clip_value": "gradient_clipping"}),
    (re.compile(r"LinearLR"), {"total_iters": "warmup_steps"}),
    (re.compile(r"(Polynomial|Constant)LR"), {"total_iters": "scheduler_step"}),
    (
        re.compile(r"MLP(Classifier|Regressor)"),
        {"alpha": "weight_decay", "hidden_layer_sizes": "hidden_units"},
    ),
)
# Names that mean a hyperparameter in a configuration, and anything at all as an argument of a call.
_VAGUE_ARGUMENTS = frozenset(
    {
        "act", "axis", "b", "batch", "classes", "depth", "dim", "dtype", "e", "ep", "epoch", "factor", "half",
        "init", "j", "loss", "momentum", "norm", "objective", "opt", "precision", "smooth", "solver", "step",
        "steps", "units", "width",
    }
)  # fmt: skip
# Those of them that are none beside a learning rate, as in `train(lr=0.1, batch=32, act="relu")`.
_BESIDE_A_RATE = frozenset({"act", "batch", "depth", "dim", "momentum", "opt", "solver", "units", "width"})
# ... and as a name that a program gives to something: mostly counters, sums and objects.
_VAGUE_NAMES = frozenset(
    {
        "act", "b", "batch", "classes", "dim", "e", "ep", "epoch", "eps", "factor", "init", "iterations", "j",
        "loss", "norm", "n_samples", "samples", "steps", "step", "width",
    }
)  # fmt: skip
LAYERS = regex(
    r"(Lazy)?Linear|Conv[123]d|ConvTranspose[123]d|LSTM|GRU|RNN|(LSTM|GRU|RNN)Cell|Embedding|MultiheadAttention"
)
"""Layers that take the width of what comes in, then that of what goes out."""
# Functions of arrays and plots, whose arguments are no hyperparameters of a training.
_OTHER_CALLS = regex(
    r"print|figure|subplots?|plot|scatter|savefig|hist|sum|mean|std|var|argmax|argmin|max|min|(log_)?softmax|cat"
    r"|concat(enate)?|stack|norm|(un)?squeeze|linspace|arange|isclose|allclose|make_\w+"
)


def positional_names(called: str) -> tuple[tuple[int, str], ...]:
    """(position, name) of the arguments that matter when `called` is called."""
    return next((names for pattern, names in _POSITIONAL if pattern.fullmatch(called)), ())


def known_role(called: str, name: str, names: Sequence[str] = ()) -> str | None:
    """The role that an argument has in well-known calls whatever its name says; None where it has none.

    Args:
        called: What is called.
        name: Of the argument.
        names: Of all its arguments.
    """
    if called == "LinearLR" and name == "total_iters" and "end_factor" in names:
        return "scheduler_step"  # it may fall as well as rise
    return next(
        (roles[name] for pattern, roles in _ROLES if pattern.fullmatch(called) and name in roles), None
    )


def argument_role(called: str, name: str, names: Sequence[str] = ()) -> str | None:
    """The role of an argument: a role, empty for none, None where the name decides. See `documents.Leaf`.

    Args:
        called: What is called.
        name: Of the argument.
        names: Of all its arguments.
    """
    if role := known_role(called, name, names):
        return role
    if _OTHER_CALLS.fullmatch(called):
        return "" if name not in ("seed", "random_state") else None
    if name in _BESIDE_A_RATE and any(role_of(other) == "learning_rate" for other in names):
        return None
    if name == "momentum":
        return None if OPTIMIZERS.fullmatch(called) else ""
    if name in ("factor", "gamma"):
        return None if SCHEDULES.fullmatch(called) else ""
    return "" if name.lower() in _VAGUE_ARGUMENTS else None


def name_role(name: str) -> str | None:
    """The role of a name that a program gives to a value, as `argument_role`."""
    return "" if name in _VAGUE_NAMES or name.startswith(("best_", "total_", "running_", "prev_")) else None
