"""Which optimizer a program makes, where its text leaves no doubt; it is never run."""

import ast
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from advisor.experiment.options import called_name
from advisor.experiment.python_calls import OPTIMIZERS
from advisor.experiment.script import Script
from advisor.run import Hyperparameter, Trust
from advisor.text import clean_line

_RATES = frozenset({"lr", "learning_rate"})
_TRAINING_ARGUMENTS = frozenset({"TrainingArguments", "Seq2SeqTrainingArguments"})
_CHOOSES = frozenset({"optim", "optimizers", "create_optimizer", "create_optimizer_and_scheduler"})
"""Keywords and methods by which a program chooses another optimizer than the Trainer's own."""


def optimizer_of(script: Script) -> Hyperparameter | None:
    """The optimizer as a setting of the run; None where the program makes none, or one of several.

    No configuration states what stands as `torch.optim.Adam(model.parameters(), lr=lr)` in the program, and
    without it nothing says whether a rate of 0.1 is usual or a hundred times too high.
    """
    trees = [(clean_line(source.label), ast.parse(source.text)) for source in script.sources]
    made = [(call, f"{label} line {call.lineno}") for label, tree in trees for call in _optimizers(tree)]
    if not made:
        return _of_a_trainer(trees)
    if len({called_name(call) for call, _ in made}) != 1:
        return None
    call, place = made[0]
    return Hyperparameter("optimizer", called_name(call), "optimizer", place, Trust.SCRIPT)


def _of_a_trainer(trees: Sequence[tuple[str, ast.Module]]) -> Hyperparameter | None:
    """AdamW where the program draws in the TrainingArguments of transformers and chooses no other.

    Their `optim` is `adamw_torch`, or its fused form, where nothing is said (Hugging Face's documentation).
    """
    nodes = [(label, node) for label, tree in trees for node in ast.walk(tree)]
    if any(_chooses(node) for _, node in nodes):
        return None
    drawn_in = (f"{label} line {node.lineno}" for label, node in nodes if _draws_in(node))
    place = next(drawn_in, None)
    if place is None:
        return None
    return Hyperparameter("optimizer", "AdamW", "optimizer", place, Trust.SCRIPT)


def _chooses(node: ast.AST) -> bool:
    name = node.arg if isinstance(node, ast.keyword) else getattr(node, "name", None)
    return isinstance(node, ast.keyword | ast.FunctionDef) and name in _CHOOSES


def _draws_in(node: ast.AST) -> TypeGuard[ast.ImportFrom]:
    if not isinstance(node, ast.ImportFrom) or (node.module or "").partition(".")[0] != "transformers":
        return False
    return any(alias.name in _TRAINING_ARGUMENTS for alias in node.names)


def _optimizers(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of a class of that name that is given a rate, or the parameters of a model."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and OPTIMIZERS.fullmatch(name := called_name(node)):
            rated = any(keyword.arg in _RATES for keyword in node.keywords)
            if name[0].isupper() and (rated or any(_is_parameters(argument) for argument in node.args)):
                yield node


def _is_parameters(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Call) and called_name(argument) == "parameters"
