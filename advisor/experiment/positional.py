"""Values that a program takes by their position: `float(sys.argv[1])`, `add_argument("lr", type=float)`."""

import ast
from collections.abc import Iterator, Sequence

from advisor.experiment.options import called_name, first_word

_DECLARING = frozenset({"add_argument", "argument"})


def argv_names(trees: Sequence[ast.Module]) -> dict[int, str]:
    """What a program calls each word that it takes from `sys.argv` itself, by its index there."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    lists = {"sys.argv": 0}
    found: dict[int, str] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and (start := _start_of(node.value, lists)) is not None:
            for target in node.targets:
                if isinstance(target, ast.Name):
                    lists[target.id] = start
                elif isinstance(target, ast.Tuple | ast.List):
                    named = (name.id if isinstance(name, ast.Name) else "" for name in target.elts)
                    found.update({start + at: name for at, name in enumerate(named) if name and start + at})
    for node in nodes:
        for name, value in _named(node):
            indices = {i for part in ast.walk(value) if (i := _index(part, lists)) is not None}
            if len(indices) == 1 and (index := indices.pop()) > 0:
                found.setdefault(index, name)
    return found


def declared_positionals(trees: Sequence[ast.Module]) -> tuple[str, ...]:
    """The arguments without dashes that argparse or click is told of, in their order.

    Nothing where one of them takes several words, or where subcommands have arguments of their own.
    """
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if any(called_name(call) in ("add_subparsers", "group") for call in calls):
        return ()
    declared = [call for call in calls if called_name(call) in _DECLARING and first_word(call)]
    declared = [call for call in declared if not first_word(call).startswith("-")]
    if any(keyword.arg == "nargs" for call in declared for keyword in call.keywords):
        return ()
    return tuple(first_word(call) for call in sorted(declared, key=lambda call: call.lineno))


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of assignments, also several at once, and of keyword arguments."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            one_by_one = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs = zip(target.elts, node.value.elts, strict=False) if one_by_one else [(target, node.value)]  # type: ignore[attr-defined]
            for name, value in pairs:
                if isinstance(name, ast.Name | ast.Attribute):
                    yield (name.id if isinstance(name, ast.Name) else name.attr), value
    elif isinstance(node, ast.keyword) and node.arg is not None:
        yield node.arg, node.value


def _start_of(node: ast.expr, lists: dict[str, int]) -> int | None:
    """At which word a list of words begins: `sys.argv` at 0, `sys.argv[1:]` at 1."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and node.slice.step is None:
        lower = node.slice.lower
        skipped = 0 if lower is None else lower.value if isinstance(lower, ast.Constant) else None
        start = lists.get(ast.unparse(node.value))
        return start + skipped if start is not None and isinstance(skipped, int) else None
    return lists.get(ast.unparse(node)) if isinstance(node, ast.Name | ast.Attribute) else None


def _index(node: ast.AST, lists: dict[str, int]) -> int | None:
    if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)):
        return None
    start = lists.get(ast.unparse(node.value))
    return start + node.slice.value if start is not None and isinstance(node.slice.value, int) else None
