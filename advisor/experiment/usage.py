"""What a setting is for, told by where the program uses its value; for names that do not say it."""

import ast
from collections.abc import Iterator, Sequence

from advisor.experiment.names import plain_name, role_of
from advisor.experiment.options import called_name
from advisor.experiment.python_calls import LAYERS, OPTIMIZERS, argument_role, positional_names

_EPOCHS = frozenset({"epoch", "ep", "epoch_idx", "epoch_index", "i_epoch", "轮", "轮次"})
_CONVERSIONS = frozenset({"float", "int", "tuple"})
_READERS = frozenset({"get", "getenv", "getfloat", "getint"})


def roles_by_use(trees: Sequence[ast.Module]) -> dict[str, str]:
    """The roles of names by what is done with them; one that is used as two different things is left out.

    `Adam(parameters, lr=cfg.speed)` makes `speed` a learning rate, `Dropout(p)` makes `p` a dropout rate,
    `for epoch in range(passes)` makes `passes` the epochs, `range(0, n, size)` and `permutation.split(size)`
    a batch size; what one layer gives and another takes is a width. A name that another is made of
    (`rate = config["speed"]`) is used as that one is.

    Args:
        trees: Of the program and its modules.

    Returns:
        Roles by plain name, the last part of a dotted one.
    """
    found: dict[str, set[str]] = {}
    origin: dict[str, str] = {}
    for name in _widths(trees):
        found.setdefault(name, set()).add("hidden_units")
    for node in (node for tree in trees for node in ast.walk(tree)):
        for value, role in _uses(node):
            if name := _name_of(value):
                found.setdefault(name, set()).add(role)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            target, source = plain_name(node.targets[0].id), _name_of(node.value)
            if source and source != target:
                origin[target] = source
    for target, source in origin.items():
        if target in found:
            found.setdefault(source, set()).update(found[target])
    return {name: next(iter(roles)) for name, roles in found.items() if len(roles) == 1}


def _widths(trees: Sequence[ast.Module]) -> set[str]:
    """Names of what one layer gives and another takes: neither the features of the data nor its classes."""
    calls = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and LAYERS.fullmatch(called_name(node)) and len(node.args) > 1
    ]
    taken, given = ({_name_of(call.args[position]) for call in calls} for position in (0, 1))
    return (taken & given) - {""}


def _uses(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    if isinstance(node, ast.Call):
        yield from _arguments(node)
    elif isinstance(node, ast.For) and _is_epoch(node.target) and (end := _end_of(node.iter)) is not None:
        yield end, "epochs"


def _is_epoch(counter: ast.expr) -> bool:
    return isinstance(counter, ast.Name) and counter.id.lower() in _EPOCHS


def _arguments(call: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    """(value, role) of the arguments of a call that have one."""
    called = called_name(call)
    pairs = [(k.arg, k.value) for k in call.keywords if k.arg is not None]
    pairs += [(name, call.args[i]) for i, name in positional_names(called) if i < len(call.args)]
    if OPTIMIZERS.fullmatch(called) and len(call.args) > 1:
        pairs.append(("lr", call.args[1]))
    for name, value in pairs:
        role = argument_role(called, name)
        role = role_of(name) if role is None else role
        if role:
            yield value, role
    is_walk = called == "range" and len(call.args) == 3
    if is_walk and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0:
        yield call.args[2], "batch_size"
    if called == "split" and len(call.args) == 1 and isinstance(call.func, ast.Attribute):
        shuffled = call.func.value
        if isinstance(shuffled, ast.Call) and called_name(shuffled) in ("randperm", "permutation"):
            yield call.args[0], "batch_size"


def _end_of(loop: ast.expr) -> ast.expr | None:
    """What ends `range(n)`, `range(1, n + 1)`, also inside a progress bar."""
    while isinstance(loop, ast.Call) and called_name(loop) in ("tqdm", "track") and loop.args:
        loop = loop.args[0]
    if not (isinstance(loop, ast.Call) and called_name(loop) in ("range", "trange") and loop.args):
        return None
    end = loop.args[min(len(loop.args), 2) - 1]
    return end.left if isinstance(end, ast.BinOp) and isinstance(end.op, ast.Add) else end


def _name_of(node: ast.expr) -> str:
    """The last part of a name or key, also where it is converted or fetched; empty for anything else."""
    while isinstance(node, ast.Call) and called_name(node) in _CONVERSIONS and len(node.args) == 1:
        node = node.args[0]
    if isinstance(node, ast.Call) and called_name(node) in _READERS and node.args:
        # `config.getfloat("optim", "speed")` names the section first, `get("speed", 0.1)` the default last.
        words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        return plain_name(words[-1 if called_name(node) in ("getfloat", "getint") else 0]) if words else ""
    if isinstance(node, ast.Name):
        return plain_name(node.id)
    if isinstance(node, ast.Attribute):
        return plain_name(node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return plain_name(node.slice.value) if isinstance(node.slice.value, str) else ""
    return ""
