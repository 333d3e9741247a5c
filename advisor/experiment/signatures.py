"""What a program's own functions take, and which of it every call of them gives."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from advisor.experiment.options import called_name


def parameters_of(trees: Sequence[ast.Module]) -> dict[str, tuple[str, ...]]:
    """The parameters of each function in the order in which a call gives them, `self` left out.

    A class goes by its `__init__`, or by its fields where it is a dataclass. What is defined more than once
    under one name is left out: which one a call means is not known.
    """
    found = [pair for tree in trees for pair in _defined(tree, in_class=False)]
    count = Counter(name for name, _ in found)
    return {name: parameters for name, parameters in found if count[name] == 1}


def given_parameters(trees: Sequence[ast.Module]) -> frozenset[tuple[str, str]]:
    """(function, parameter) of what is given in every call, so that its default never counts."""
    parameters = parameters_of(trees)
    given: dict[str, list[set[str]]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called_name(node) in parameters:
                names = parameters[called_name(node)]
                given.setdefault(called_name(node), []).append(_given(node, names))
    return frozenset((name, one) for name, calls in given.items() for one in set.intersection(*calls))


def _defined(node: ast.AST, in_class: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [a.arg for a in (*child.args.posonlyargs, *child.args.args)]
            static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in child.decorator_list)
            name = node.name if isinstance(node, ast.ClassDef) and child.name == "__init__" else child.name
            yield name, tuple(names[1:] if in_class and not static else names)
        elif isinstance(child, ast.ClassDef) and _is_dataclass(child):
            fields = (item.target for item in child.body if isinstance(item, ast.AnnAssign))
            yield child.name, tuple(field.id for field in fields if isinstance(field, ast.Name))
        yield from _defined(child, isinstance(child, ast.ClassDef))


def _is_dataclass(node: ast.ClassDef) -> bool:
    called = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return any("dataclass" in (getattr(d, "id", ""), getattr(d, "attr", "")) for d in called)


def _given(call: ast.Call, names: Sequence[str]) -> set[str]:
    """The parameters that a call gives; those behind a `*list` are not known to be given."""
    plain = next((i for i, a in enumerate(call.args) if isinstance(a, ast.Starred)), len(call.args))
    return {*names[:plain], *(keyword.arg for keyword in call.keywords if keyword.arg is not None)}
