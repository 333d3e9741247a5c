"""Fields of a dataclass whose own default never counts, since a class that holds it gives another."""

import ast
from collections.abc import Iterator, Sequence

from advisor.experiment.options import CLASS_READERS, called_name


def overridden_fields(trees: Sequence[ast.Module]) -> frozenset[tuple[str, str]]:
    """(class, field) of what the default of a field, or of the whole configuration, gives in place of it.

    So does `optim: OptimConfig = field(default_factory=lambda: OptimConfig(lr=2.0))`, with a `partial` or the
    call alone likewise, and `tyro.cli(Config, default=Config(lr=2.0))`. What a call elsewhere gives, as
    `OptimConfig(lr=5.0)` in a branch, need not be in force.
    """
    calls = [call for tree in trees for node in ast.walk(tree) for call in _defaults(node)]
    return frozenset(
        (called_through(call)[0], keyword.arg)
        for call in calls
        for keyword in call.keywords
        if keyword.arg is not None
    )


def called_through(node: ast.Call) -> tuple[str, list[ast.expr]]:
    """(name of what is called in the end, its arguments without a name): `partial(Adam, p)` calls `Adam`."""
    called = called_name(node)
    if called != "partial" or not node.args or not isinstance(node.args[0], ast.Name | ast.Attribute):
        return called, node.args
    function = node.args[0]
    return function.attr if isinstance(function, ast.Attribute) else function.id, node.args[1:]


def _defaults(node: ast.AST) -> Iterator[ast.Call]:
    """The calls that give a default in a class of fields, or in a call that makes options of one."""
    values: list[ast.expr] = []
    if isinstance(node, ast.ClassDef):
        values = [item.value for item in node.body if isinstance(item, ast.AnnAssign) and item.value]
    elif isinstance(node, ast.Call) and called_name(node) in CLASS_READERS:
        values = [keyword.value for keyword in node.keywords if keyword.arg == "default"]
    for value in values:
        yield from (part for part in ast.walk(value) if isinstance(part, ast.Call))
