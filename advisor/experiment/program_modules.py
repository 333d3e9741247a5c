"""Which kinds of layers a program makes, as far as its text tells; it is never run."""

import ast

from advisor.experiment.options import called_name
from advisor.experiment.script import Script
from advisor.patterns import regex

_LAYER = regex(
    r"(?:Lazy|Quantized)?(?:Linear|Dense|Embedding(?:Bag)?|Bilinear|(?:Simple)?(?:LSTM|GRU|RNN)(?:Cell)?"
    r"|(?:Separable|Depthwise)?Conv[123]?d?(?:Transpose|Transpose[123]d)?|Conv[123]D)"
)


def modules_of(script: Script) -> str:
    """Names of the layers that are made, sorted and joined by spaces; empty where none is.

    Names of dimensions tell the kind of a net only where people name them after it (`filters`, `lstm_units`),
    and clipped gradients are no sign of a recurrent one where the program makes none.
    """
    made = {
        called_name(node)
        for source in script.sources
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.Call)
    }
    return " ".join(sorted(name for name in made if _LAYER.fullmatch(name)))
