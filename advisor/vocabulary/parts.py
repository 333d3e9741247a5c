"""Settings of a part of a net: `lr_g`, `dropout_emb`, `num_rnn_layers`, `ffn_dim`; what only seems one."""

from advisor.vocabulary.words import Words

_PARTS = frozenset(
    {
        "g", "d", "gen", "dis", "disc", "generator", "discriminator", "gan", "vae", "actor", "critic",
        "policy", "pi", "q", "qf", "v", "vf", "value", "enc", "dec", "encoder", "decoder", "backbone",
        "head", "rnn", "lstm", "gru", "cnn", "conv", "mlp", "fc", "ffn", "ff", "feedforward", "dense",
        "gnn", "gcn", "gat", "attn", "attention", "transformer", "prenet", "postnet", "proj",
        "projection", "predictor", "emb", "embed", "embedding", "latent", "rep", "fusion", "student",
        "teacher", "classifier", "phi", "posterior", "prior", "input", "output", "in", "out", "word",
        "words", "forward", "connect", "step1", "step2", "stage1", "stage2", "adam", "adamw", "sgd",
        "muon", "main",
    }
)  # fmt: skip
_COUNTS = frozenset({"n", "num", "nb", "number"})
_SHAPES = {
    "layers": "layers", "layer": "layers", "depth": "layers", "units": "hidden_units",
    "neurons": "hidden_units", "hidden": "hidden_units", "hid": "hidden_units", "width": "hidden_units",
    "channels": "hidden_units", "chans": "hidden_units", "dim": "hidden_units", "dims": "hidden_units",
    "size": "hidden_units",
}  # fmt: skip
_OF_THE_DATA = frozenset({"input", "output", "in", "out", "word", "words"})
"""A width or a size of these is given, not chosen."""
_LENGTHS_OF_A_PART = frozenset({"head", "attn", "attention", "conv", "prior", "backbone"})
"""Parts of which `dim` and `size` are that of a single head, or of a kernel."""
_SHAPELESS = frozenset(
    {"g", "d", "q", "v", "pi", "value", "policy", "step1", "step2", "stage1", "stage2"}
)  # fmt: skip
"""Parts that have no shape that is called so: `d_size` and `value_size` may be anything."""
OF_PARTS = frozenset(
    {
        "learning_rate", "weight_decay", "dropout", "hidden_units", "layers", "momentum", "beta1",
        "beta2", "epochs", "gradient_clipping",
    }
)  # fmt: skip
"""Roles that each part may have its own of."""
_CHOSEN_LAYERS = frozenset(
    {"train", "trainable", "finetune", "freeze", "frozen", "unfreeze", "shared", "memory", "skip", "drop",
     "dropped", "output", "adapter", "prompt", "lora"}
)  # fmt: skip
"""A number of such layers is one of those that a net has."""
_OF_NUMBERED_PARTS = frozenset({"learning_rate", "weight_decay", "dropout", "hidden_units", "layers"})
_SHORTEST = 2

# Beside such a word a number of samples, epochs or steps is not what the training goes through.
_NOT_TRAINING = frozenset(
    {
        "eval", "evaluation", "evaluate", "val", "valid", "validation", "test", "testing", "infer",
        "inference", "predict", "prediction", "preload", "save", "keep", "log", "print", "report",
        "every", "interval", "freq", "frequency", "snapshot", "min", "retries", "cooldown", "freeze",
        "unfreeze", "resume", "last", "average", "avg", "anneal", "annealing", "burnin", "rampup",
    }
)  # fmt: skip
_OF_TRAINING = frozenset({"batch_size", "epochs", "max_steps", "rounds"})
_OF_A_SCHEDULE = frozenset({"lr", "scheduler", "sched", "plateau", "reduce"})


def is_about_something_else(role: str, words: Words) -> bool:
    """Whether a name that ends like one of a role is none: `save_every_n_epochs`, `lr_patience`."""
    if role in _OF_TRAINING:
        return not _NOT_TRAINING.isdisjoint(words)
    return role == "patience" and not _OF_A_SCHEDULE.isdisjoint(words)


def whole_before_part(words: Words) -> list[tuple[Words, bool]]:
    """What is left of a name without the parts or numbers behind it, longest first, and if a number was.

    `dropout_emb` is (dropout,); `dropout2` and `hidden_size_2` are (dropout,) and (hidden, size).
    """
    found: list[tuple[Words, bool]] = []
    bare = words[-1].rstrip("0123456789") if words else ""
    if len(bare) >= _SHORTEST and bare != words[-1]:
        found.append(((*words[:-1], bare), True))
    for end in range(len(words) - 1, 0, -1):
        if (words[end] not in _PARTS or words[end] == "policy") and not words[end].isdigit():
            break  # `lr_policy` is a schedule
        if len(words[end - 1]) >= _SHORTEST:
            found.append((words[:end], words[end].isdigit()))
    return found


def may_belong_to_part(role: str, numbered: bool) -> bool:
    """Whether each part, or each of several numbered ones, may have a value of its own of a role."""
    return role in (_OF_NUMBERED_PARTS if numbered else OF_PARTS)


def shape_of_part(words: Words) -> str | None:
    """`layers` or `hidden_units` where a name is a part's depth or width: `num_rnn_layers`, `ffn_dim`."""
    if words[-1:] == ("layers",) and words[0] in _COUNTS and _CHOSEN_LAYERS.isdisjoint(words):
        return "layers"
    rest = [word for word in words if word not in _COUNTS and not word.isdigit()]
    parts = {word for word in rest if word in _PARTS} - _OF_THE_DATA
    kinds = [word for word in rest if word not in _PARTS]
    if len(kinds) > 1 and kinds[0] == "layer":
        kinds, parts = kinds[1:], parts | {"layer"}
    if len(kinds) != 1 or not parts - _SHAPELESS or not _OF_THE_DATA.isdisjoint(rest):
        return None
    if kinds[0] in ("dim", "dims", "size") and not parts.isdisjoint(_LENGTHS_OF_A_PART):
        return None
    return _SHAPES.get(kinds[0])
