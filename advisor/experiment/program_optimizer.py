"""Which optimizer a program makes, where its text leaves no doubt; it is never run."""

import ast
from collections.abc import Iterator

from advisor.experiment.options import called_name
from advisor.experiment.python_calls import OPTIMIZERS
from advisor.experiment.script import Script
from advisor.run import Hyperparameter, Trust
from advisor.text import clean_line

_RATES = frozenset({"lr", "learning_rate"})


def optimizer_of(script: Script) -> Hyperparameter | None:
    """The optimizer as a setting of the run; None where the program makes none, or one of several.

    No configuration states what stands as `torch.optim.Adam(model.parameters(), lr=lr)` in the program, and
    without it nothing says whether a rate of 0.1 is usual or a hundred times too high.
    """
    made = [
        (call, f"{clean_line(source.label)} line {call.lineno}")
        for source in script.sources
        for call in _optimizers(ast.parse(source.text))
    ]
    if len({called_name(call) for call, _ in made}) != 1:
        return None
    call, place = made[0]
    return Hyperparameter("optimizer", called_name(call), "optimizer", place, Trust.SCRIPT)


def _optimizers(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of a class of that name that is given a rate, or the parameters of a model."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and OPTIMIZERS.fullmatch(name := called_name(node)):
            rated = any(keyword.arg in _RATES for keyword in node.keywords)
            if name[0].isupper() and (rated or any(_is_parameters(argument) for argument in node.args)):
                yield node


def _is_parameters(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Call) and called_name(argument) == "parameters"
