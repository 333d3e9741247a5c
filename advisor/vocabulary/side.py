"""Which curves beside the losses and metrics a diagnosis can use: loss scale, KL, entropy, memory, ..."""

from functools import cache

from advisor.vocabulary.data import load
from advisor.vocabulary.words import Words, split_words

_GRADIENT = frozenset({"grad", "grads", "gradient", "gradients", "gradnorm"})
_LAYER = frozenset(
    {"layer", "layers", "block", "blocks", "conv", "fc", "weight", "bias", "kernel", "encoder"}
)


@cache
def _names() -> dict[Words, str]:
    groups = load("side.yaml", dict[str, tuple[str, ...]])
    return {split_words(name): kind for kind, names in groups.items() for name in names}


@cache
def side_quantity(name: str) -> str | None:
    """What a curve measures beside the losses and metrics (`loss_scale`, `kl`); None for all others."""
    words = split_words(name)
    known = _names()
    # The longest ending counts: `train/approx_kl`; a trailing index (`gpu.0`) says which, not what.
    while words and words[-1].isdigit():
        words = words[:-1]
    return next((known[words[i:]] for i in range(len(words)) if words[i:] in known), None)


@cache
def is_layer_gradient(name: str) -> bool:
    """Whether a name is that of one layer's gradient (`grad_norm/encoder.layer.3`, `gradients/fc1`)."""
    words = split_words(name)
    parts = [word for word in words if word not in _GRADIENT]
    return len(parts) < len(words) and any(map(_names_a_layer, parts))


def _names_a_layer(word: str) -> bool:
    """`conv2`, `layer`, `fc1`; a number alone, or the order of a norm, is no name."""
    return word.rstrip("0123456789") in _LAYER or (word[-1].isdigit() and word[0].isalpha() and word != "l2")
