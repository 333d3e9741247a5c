"""Values in a Python program with their places: constants, arguments, fields, defaults; it is never run."""

import ast
import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from advisor.experiment.documents import DocumentError, Leaf, Origin
from advisor.experiment.enumerations import MEMBER, is_enumeration, member_name, members_of
from advisor.experiment.field_defaults import called_through
from advisor.experiment.options import called_name, declared_default, first_word, is_declaration, is_variable
from advisor.experiment.python_calls import OPTIMIZERS, argument_role, name_role, positional_names
from advisor.experiment.scalars import number_text
from advisor.experiment.signatures import parameters_of
from advisor.patterns import regex
from advisor.run import Scalar

LAST_WINS = False

_COMPUTED = "is computed. Edit it by hand."
_LONGEST_LIST = 8
_LINE_END = regex(r"\r\n|\r|\n")
_CONTAINERS = frozenset(
    {"dict", "Namespace", "SimpleNamespace", "EasyDict", "edict", "Munch", "ConfigDict", "CN"}
)
_FIELDS = frozenset({"field", "Field", "attrib", "ib"})
_EPOCH_NAMES = frozenset({"epoch", "ep", "epoch_idx", "epoch_index", "i_epoch"})
_STEP_NAMES = frozenset({"step", "iteration", "it", "global_step"})


def find_leaves(text: str) -> list[Leaf]:
    """Every value of the program that may be a hyperparameter. See `documents.Language`."""
    tree = parse(text)
    found: dict[int, Leaf] = {}
    for leaf in _Walk(text, parameters_of([tree]), members_of(tree)).of(tree):
        found.setdefault(leaf.start, leaf)
    return [found[start] for start in sorted(found)]


def write_value(value: Scalar, old: Leaf) -> str:
    """See `documents.Language`."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if old.quote == '"' else repr(value)
    if isinstance(value, bool | None):
        return str(value)
    return number_text(value)


def edit(text: str, leaf: Leaf, written: str) -> str:
    """See `documents.Language`. The concrete syntax tree keeps every other character of the program."""
    import libcst
    from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

    start = len(text[: leaf.start].encode())
    length = len(text[leaf.start : leaf.end].encode())
    try:
        wrapper = MetadataWrapper(libcst.parse_module(text), unsafe_skip_copy=True)
        spans = wrapper.resolve(ByteSpanPositionProvider)
        new = libcst.parse_expression(written)
    except (libcst.ParserSyntaxError, RecursionError):
        raise DocumentError("cannot be parsed") from None
    wanted = [
        node
        for node, span in spans.items()
        if isinstance(node, libcst.BaseExpression) and (span.start, span.length) == (start, length)
    ]
    if not wanted:
        raise DocumentError("holds the value in a form that cannot be replaced")
    # A node may begin and end where its only child does; the outer one is the whole value.
    old = wanted[0]
    kept = new.with_changes(lpar=old.lpar, rpar=old.rpar)
    edited = wrapper.module.deep_replace(old, kept)
    assert isinstance(edited, libcst.Module)
    _require_one_change(parse(text), parse(edited.code))
    return edited.code


def parse(text: str) -> ast.Module:
    """The syntax tree of a program.

    Raises:
        DocumentError: it is no valid Python; says where.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        # Of a text with a NUL byte no line is told.
        where = f", line {error.lineno}" if error.lineno else ""
        raise DocumentError(f"is not valid Python: {error.msg}{where}") from None
    except (ValueError, MemoryError, RecursionError):
        raise DocumentError("is not valid Python, or nested too deeply") from None


def literal(node: ast.expr) -> Scalar | ast.expr:
    """The value of a literal, also where it is computed from numbers alone (`-1`, `2**5`); else the node."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, bool | int | float | str | None) else node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = literal(node.operand)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        left, right = literal(node.left), literal(node.right)
        if isinstance(left, int | float) and isinstance(right, int | float):
            try:
                return _ARITHMETIC[type(node.op)](left, right)
            except (ArithmeticError, ValueError):
                return node
    return node


def _power(base: float, exponent: float) -> float:
    if abs(exponent) > 64 or abs(base) > 1e6:
        raise ValueError("too large")
    return float(base**exponent) if isinstance(base, float) or exponent < 0 else int(base**exponent)


_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Pow: _power,
}


class _Walk:
    """Goes through a program; `scope` is the class that is open, if any."""

    def __init__(
        self, text: str, parameters: dict[str, tuple[str, ...]], members: dict[tuple[str, str], str | int]
    ) -> None:
        self._text, self._known, self._members = text, parameters, members
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._ascii = text.isascii()

    def of(self, node: ast.AST, scope: tuple[str, ...] = ()) -> Iterator[Leaf]:
        """The values in a node and below it."""
        if isinstance(node, ast.ClassDef):
            scope = (node.name,)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name = scope[-1] if node.name == "__init__" and scope else node.name
            yield from self._parameters(node.args, name)
            scope = scope if node.name == "__init__" else ()
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from self._assigned(target, node.value, scope)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from self._assigned(node.target, node.value, scope)
        elif isinstance(node, ast.Call):
            yield from self._call(node)
        elif isinstance(node, ast.Dict):
            yield from self._table(node, ())
        elif isinstance(node, ast.For):
            yield from self._loop(node)
        for child in ast.iter_child_nodes(node):
            if not (isinstance(child, ast.Assign) and is_enumeration(node)):
                yield from self.of(child, scope)

    def _parameters(self, arguments: ast.arguments, name: str) -> Iterator[Leaf]:
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs: list[tuple[ast.arg, ast.expr | None]] = [
            *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        names = [argument.arg for argument, _ in pairs]
        for argument, default in pairs:
            if default is not None:
                role = argument_role(name, argument.arg, names)
                yield from self._value((name, argument.arg), _field_default(default), "parameter", role)

    def _assigned(self, target: ast.expr, value: ast.expr, scope: tuple[str, ...]) -> Iterator[Leaf]:
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            if len(target.elts) == len(value.elts):
                for one, its in zip(target.elts, value.elts, strict=True):
                    yield from self._assigned(one, its, scope)
            return
        keys = _target_keys(target, scope)
        if not keys:
            return
        if _is_table(value):
            yield from self._table(value, keys)
        else:
            yield from self._value(keys, _field_default(value), "constant", name_role(keys[-1]))

    def _table(self, node: ast.expr, keys: tuple[str, ...]) -> Iterator[Leaf]:
        """What `{"lr": 0.1}` or `dict(lr=0.1)` holds, and lists of them, by the way to it."""
        for name, value in _items(node):
            inner = (*keys, name)
            if _is_table(value):
                yield from self._table(value, inner)
            else:
                yield from self._value(inner, value, "constant", None)

    def _call(self, node: ast.Call) -> Iterator[Leaf]:
        if is_declaration(node):
            name, default = declared_default(node)
            if default is not None:
                yield from self._value((name,), default, "option", None)
            return
        if is_variable(node):
            for default in node.args[1:2]:
                yield from self._value((first_word(node),), default, "variable", None)
            return
        called, arguments = called_through(node)
        names = dict(positional_names(called) or enumerate(self._known.get(called, ())))
        if OPTIMIZERS.fullmatch(called):
            first = next((i for i, arg in enumerate(arguments[:2]) if _is_number(arg)), None)
            names = {} if first is None else {first: "lr"}
        given = [(names[at], argument) for at, argument in enumerate(arguments) if at in names]
        given += [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg is not None]
        for name, argument in given:
            role = argument_role(called, name, [other for other, _ in given])
            yield from self._value((called, name), argument, "argument", role)

    def _loop(self, node: ast.For) -> Iterator[Leaf]:
        """`for epoch in range(10)`, also inside a progress bar."""
        loop: ast.expr = node.iter
        while isinstance(loop, ast.Call) and called_name(loop) in ("tqdm", "track") and loop.args:
            loop = loop.args[0]
        if not (
            isinstance(loop, ast.Call) and called_name(loop) in ("range", "trange") and len(loop.args) == 1
        ):
            return
        counter = node.target.id.lower() if isinstance(node.target, ast.Name) else ""
        if counter in _EPOCH_NAMES:
            yield from self._value(("epochs",), loop.args[0], "argument", "epochs")
        elif counter in _STEP_NAMES:
            yield from self._value(("steps",), loop.args[0], "argument", "max_steps")

    def _value(
        self, keys: tuple[str, ...], node: ast.expr, origin: Origin, role: str | None
    ) -> Iterator[Leaf]:
        if isinstance(node, ast.Tuple | ast.List):
            if len(node.elts) <= _LONGEST_LIST and all(_is_number(item) for item in node.elts):
                for position, item in enumerate(node.elts):
                    yield from self._value((*keys, str(position)), item, origin, role)
            return
        member = member_name(node)
        if member in self._members:
            leaf = self._leaf(keys, node, origin)
            yield replace(leaf, value=self._members[member], fixed=MEMBER, role=role)
            return
        value = literal(node)
        fixed = ""
        if isinstance(value, ast.expr):
            if not _is_computed(node):
                return
            fixed = _COMPUTED
        leaf = self._leaf(keys, node, origin)
        if isinstance(value, str) and ("\n" in leaf.text or not leaf.text.endswith(("'", '"'))):
            return
        if isinstance(value, ast.expr):
            yield replace(leaf, value=leaf.text, fixed=fixed, role=role)
        else:
            yield replace(leaf, value=value, quote=leaf.text[-1] if isinstance(value, str) else "", role=role)

    def _leaf(self, keys: tuple[str, ...], node: ast.expr, origin: Origin) -> Leaf:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._position(node.lineno, node.col_offset)
        end = self._position(node.end_lineno, node.end_col_offset)
        return Leaf(keys, None, self._text[start:end], start, end, node.lineno, origin=origin)

    def _position(self, line: int, column: int) -> int:
        """Characters before a place that is given in lines and in bytes of UTF-8 within the line."""
        start = self._starts[line - 1]
        if self._ascii:
            return start + column
        rest = self._text[start : start + column].encode()[:column]
        return start + len(rest.decode(errors="ignore"))


def _target_keys(target: ast.expr, scope: tuple[str, ...]) -> tuple[str, ...]:
    """`LR`, `self.lr` (by the name of its class), `cfg.optim.lr`, `cfg["lr"]`; nothing where none is."""
    if isinstance(target, ast.Name):
        return (*scope, target.id)
    if isinstance(target, ast.Attribute):
        owner = _target_keys(target.value, ())
        owner = scope if owner == ("self",) and scope else owner
        return (*owner, target.attr) if owner else ()
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        owner = _target_keys(target.value, ())
        return (*owner, target.slice.value) if owner and isinstance(target.slice.value, str) else ()
    return ()


def _is_table(node: ast.expr) -> bool:
    """Whether it is a table, or a list of tables."""
    if isinstance(node, ast.List | ast.Tuple):
        return bool(node.elts) and all(_is_table(item) for item in node.elts)
    return isinstance(node, ast.Dict) or (isinstance(node, ast.Call) and called_name(node) in _CONTAINERS)


def _items(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of what a table or a list of tables holds."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.Call):
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg is not None)
    elif isinstance(node, ast.List | ast.Tuple):
        yield from ((str(position), item) for position, item in enumerate(node.elts))


def _field_default(node: ast.expr) -> ast.expr:
    """The default in `field(default=0.1)` and its relatives; any other value as it is."""
    if isinstance(node, ast.Call) and called_name(node) in _FIELDS:
        named = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
        return named or next(iter(node.args), node)
    if is_typer_default(node):
        assert isinstance(node, ast.Call)
        return node.args[0] if node.args else node
    return node


def is_typer_default(node: ast.expr) -> bool:
    """Whether it is `typer.Option(0.1)`, the default of a parameter."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("Option", "Argument")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "typer"
    )


def _is_computed(node: ast.expr) -> bool:
    """Whether a value is made of numbers and of what only the running program knows."""
    if not isinstance(node, ast.BinOp | ast.IfExp) or node.lineno != node.end_lineno:
        return False
    return any(_is_number(part) for part in ast.walk(node) if isinstance(part, ast.expr))


def _is_number(node: ast.expr) -> bool:
    value = literal(node)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _require_one_change(before: ast.AST, after: ast.AST) -> None:
    """Holds two programs against each other: they may differ in one expression.

    Raises:
        DocumentError: they differ in more.
    """
    if sum(1 for _ in _differences(before, after)) > 1:
        raise DocumentError("would change in more than one place")


def _differences(before: object, after: object) -> Iterator[None]:
    """One item for each smallest expression in which two trees differ."""
    if isinstance(before, ast.AST) and isinstance(after, ast.AST) and type(before) is type(after):
        if isinstance(before, ast.Constant) and isinstance(after, ast.Constant):
            same = type(before.value) is type(after.value) and repr(before.value) == repr(after.value)
            yield from [] if same else [None]
            return
        for name in before._fields:
            yield from _differences(getattr(before, name, None), getattr(after, name, None))
    elif isinstance(before, Sequence) and isinstance(after, Sequence) and not isinstance(before, str):
        if len(before) != len(after):
            yield None
            yield None
            return
        for one, other in zip(before, after, strict=True):
            yield from _differences(one, other)
    elif before != after:
        yield None
