"""Options of the subcommands that a command does not run (`main.py train` beside `main.py eval`)."""

import ast
from collections.abc import Iterator, Sequence

from advisor.experiment.options import called_name

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def drop_other_subcommands(tree: ast.Module, words: Sequence[str]) -> frozenset[int]:
    """Take the declarations of other subcommands out of a program's tree; returns the lines they stood on.

    Nothing is taken out where no word of the command names a subcommand: which one runs is not known then.

    Args:
        tree: Of the program; changed in place.
        words: Of the command, behind the script.
    """
    parsers = _parsers(tree)
    functions = dict(_functions(tree))
    running = next((word for word in words if word in parsers.values() or word in functions.values()), None)
    if running is None:
        return frozenset()
    lines: set[int] = set()
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                others = [one for one in block if parsers.get(_declared_on(one), running) != running]
                lines |= {line for one in others for line in _lines(one)}
                # A block may not be empty.
                block[:] = [one for one in block if one not in others] or [ast.Pass()]
    for function, name in functions.items():
        if name != running:
            lines |= {line for one in (*function.decorator_list, function.args) for line in _lines(one)}
            function.decorator_list = []
            function.args = ast.arguments([], [], None, [], [], None, [])
    return frozenset(lines)


def _parsers(tree: ast.Module) -> dict[str, str]:
    """The subcommand of each variable that holds its parser: `train = sub.add_parser("train")`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.args:
            name = node.value.args[0]
            if called_name(node.value) == "add_parser" and isinstance(name, ast.Constant):
                found |= {t.id: str(name.value) for t in node.targets if isinstance(t, ast.Name)}
    return found


def _functions(tree: ast.Module) -> Iterator[tuple[_Function, str]]:
    """Functions that are subcommands of click or typer, with the words that run them."""
    for node in tree.body:
        if isinstance(node, _Function):
            for decorator in node.decorator_list:
                call = decorator.func if isinstance(decorator, ast.Call) else decorator
                if isinstance(call, ast.Attribute) and call.attr == "command":
                    given = decorator.args if isinstance(decorator, ast.Call) else []
                    named = given[0].value if given and isinstance(given[0], ast.Constant) else None
                    is_click_itself = isinstance(call.value, ast.Name) and call.value.id == "click"
                    if not is_click_itself:
                        yield node, str(named) if named else node.name.replace("_", "-")


def _declared_on(node: ast.AST) -> str:
    """The variable whose `add_argument` a statement calls; nothing where it does something else."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            return function.value.id if function.attr == "add_argument" else ""
    return ""


def _lines(node: ast.AST) -> Iterator[int]:
    for part in ast.walk(node):
        first, last = getattr(part, "lineno", None), getattr(part, "end_lineno", None)
        if first is not None and last is not None:
            yield from range(first, last + 1)
