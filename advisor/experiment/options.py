"""The command-line options and environment variables that a Python program declares, read from its text."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_SILENT_ACTIONS = frozenset({"store_true", "store_false", "store_const", "count", "help", "version"})
_ABSL = {
    "DEFINE_float": True,
    "DEFINE_integer": True,
    "DEFINE_string": True,
    "DEFINE_enum": True,
    "DEFINE_bool": False,
    "DEFINE_boolean": False,
}
# Libraries that make an option of every field of a dataclass, or of every parameter of a function.
_OF_CLASSES = frozenset({"HfArgumentParser", "cli", "parse", "TrlParser", "wrap", "CLI", "ArgParser"})
_CLASS_LIBRARIES = frozenset(
    {"transformers", "tyro", "simple_parsing", "trl", "pyrallis", "draccus", "jsonargparse"}
)
_OF_FUNCTIONS = frozenset({"Fire", "run", "command"})
_FUNCTION_LIBRARIES = frozenset({"fire", "typer"})


@dataclass(frozen=True, slots=True)
class Option:
    """One option that a program declares.

    Attributes:
        names: Its spellings (`-b`, `--batch-size`).
        takes_value: Whether a value follows it.
        takes_many: Whether several values may follow it, or it may be given several times.
        negatives: Spellings that switch it off (`--no-amp`).
        constant: Name of the constant that gives its default; empty where none does.
        owner: The class or function whose field or parameter it is made of; empty for any other.
        choices: The words that it may be, where its declaration lists them.
        variable: What the program calls its value, where the declaration says so; else empty.
    """

    names: tuple[str, ...]
    takes_value: bool = True
    takes_many: bool = False
    negatives: tuple[str, ...] = ()
    constant: str = ""
    owner: str = ""
    choices: tuple[str, ...] = ()
    variable: str = ""

    @property
    def long_name(self) -> str:
        """The spelling to write: the first with two dashes, else the first."""
        return next((name for name in self.names if name.startswith("--")), self.names[0])


def find_options(tree: ast.Module) -> list[Option]:
    """Every option that a program declares with argparse, click, typer, absl, fire, or as a dataclass."""
    nodes = list(ast.walk(tree))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    found = [option for call in calls if (option := _option(call)) is not None]
    found += [option for n in nodes if isinstance(n, ast.If) and (option := _compared(n)) is not None]
    libraries = {
        alias.name.partition(".")[0] for n in nodes if isinstance(n, ast.Import) for alias in n.names
    }
    libraries |= {(n.module or "").partition(".")[0] for n in nodes if isinstance(n, ast.ImportFrom)}
    called = {called_name(call) for call in calls}
    if libraries & _CLASS_LIBRARIES and called & _OF_CLASSES:
        found += [option for n in nodes if isinstance(n, ast.ClassDef) for option in _of_fields(n)]
    if libraries & _FUNCTION_LIBRARIES and called & _OF_FUNCTIONS:
        functions = (n for n in tree.body if isinstance(n, ast.FunctionDef))
        found += [option for function in functions for option in _of_parameters(function)]
    return found


def find_variables(tree: ast.Module) -> frozenset[str]:
    """Names of the environment variables that a program reads."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_variable(node):
            found.add(first_word(node))
        elif (
            isinstance(node, ast.Subscript)
            and _is_environ(node.value)
            and isinstance(node.slice, ast.Constant)
        ):
            found.add(str(node.slice.value))
    return frozenset(found - {""})


def is_variable(node: ast.Call) -> bool:
    """Whether a call reads an environment variable (`os.environ.get("LR", 0.1)`, `os.getenv("LR")`)."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr == "getenv" or (function.attr == "get" and _is_environ(function.value))
    return isinstance(function, ast.Name) and function.id == "getenv"


def is_declaration(node: ast.Call) -> bool:
    """Whether a call declares an option with a default of its own."""
    name = called_name(node)
    return name in _ABSL or (
        name in ("add_argument", "option") and any(w.startswith("-") for w in _words(node))
    )


def declared_default(node: ast.Call) -> tuple[str, ast.expr | None]:
    """(spelling of the option, its default as written) of a declaration."""
    option = _option(node)
    name = "" if option is None else option.long_name
    named = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
    if named is None and called_name(node) in _ABSL and len(node.args) > 1:
        named = node.args[1]
    return name, named


def called_name(node: ast.Call) -> str:
    """The last name of what is called."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def first_word(node: ast.Call) -> str:
    """The first argument, where it is a word; else nothing."""
    return next(iter(_words(node)), "")


def _option(call: ast.Call) -> Option | None:
    called = called_name(call)
    default = next((k.value for k in call.keywords if k.arg == "default"), None)
    if called in _ABSL:
        name = first_word(call)
        if not name:
            return None
        without = () if _ABSL[called] else (f"--no{name}",)
        second = call.args[1] if len(call.args) > 1 else default
        return Option((f"--{name}",), _ABSL[called], negatives=without, constant=_name(second))
    if called not in ("add_argument", "option"):
        return None
    words = [word for word in _words(call) if word.startswith("-")]
    # click writes a switch with its opposite: `--amp/--no-amp`.
    names = tuple(word.partition("/")[0].strip() for word in words)
    negatives: tuple[str, ...] = tuple(word.partition("/")[2].strip() for word in words if "/" in word)
    if not names:
        return None
    given = {keyword.arg: _plain(keyword.value) for keyword in call.keywords}
    if given.get("action") == "BooleanOptionalAction":
        negatives = tuple(f"--no-{name[2:]}" for name in names if name.startswith("--"))
    silent = given.get("action") in _SILENT_ACTIONS or given.get("is_flag") is True or bool(negatives)
    nargs = given.get("nargs")
    many = (
        nargs in ("+", "*", "...", "REMAINDER")
        or (isinstance(nargs, int) and nargs > 1)
        or given.get("multiple") is True
        or given.get("action") in ("append", "extend")
    )
    variable = str(given.get("dest") or _click_name(call))
    return Option(names, not silent, many, negatives, _name(default), "", _choices(call), variable)


def _compared(node: ast.If) -> Option | None:
    """An option that a program looks for by itself: `if opt in ("-l", "--lr"): rate = float(arg)`."""
    test = node.test
    if not (
        isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq | ast.In)
    ):
        return None
    words = [p.value for p in ast.walk(test.comparators[0]) if isinstance(p, ast.Constant)]
    names = tuple(w for w in words if isinstance(w, str) and len(w) > 1 and w.startswith("-"))
    assigned = next((line for line in node.body if isinstance(line, ast.Assign)), None)
    if assigned is None or not names or len(names) != len(words):
        return None
    target = assigned.targets[0]
    variable = target.attr if isinstance(target, ast.Attribute) else _name(target)
    return Option(names, not isinstance(assigned.value, ast.Constant), variable=variable)


def _click_name(call: ast.Call) -> str:
    """The parameter that click is told to put the value in: `option("-n", "epochs")`."""
    return next((w for w in _words(call) if w.isidentifier()), "") if called_name(call) == "option" else ""


def _choices(call: ast.Call) -> tuple[str, ...]:
    """The words of `choices=[...]` (argparse) or `type=click.Choice([...])`; none where they are computed."""
    listed = next((k.value for k in call.keywords if k.arg == "choices"), None)
    kind = next((k.value for k in call.keywords if k.arg == "type"), None)
    if isinstance(kind, ast.Call) and called_name(kind) == "Choice" and kind.args:
        listed = kind.args[0]
    if not isinstance(listed, ast.List | ast.Tuple):
        return ()
    words = [item.value for item in listed.elts if isinstance(item, ast.Constant)]
    return tuple(w for w in words if isinstance(w, str)) if len(words) == len(listed.elts) else ()


def _of_fields(node: ast.ClassDef) -> Iterator[Option]:
    decorators = {part.id for d in node.decorator_list for part in ast.walk(d) if isinstance(part, ast.Name)}
    decorators |= {
        part.attr for d in node.decorator_list for part in ast.walk(d) if isinstance(part, ast.Attribute)
    }
    if not decorators & {"dataclass", "wrap"}:
        return
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            name = item.target.id
            yield Option((f"--{name}", f"--{name.replace('_', '-')}"), owner=node.name)


def _of_parameters(node: ast.FunctionDef) -> Iterator[Option]:
    for argument in (*node.args.args, *node.args.kwonlyargs):
        name = argument.arg
        switch = isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool"
        negatives = (f"--no-{name.replace('_', '-')}",) if switch else ()
        yield Option(
            (f"--{name.replace('_', '-')}", f"--{name}"), not switch, negatives=negatives, owner=node.name
        )


def _words(call: ast.Call) -> list[str]:
    return [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def _plain(node: ast.expr) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def _name(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _is_environ(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "environ") or (
        isinstance(node, ast.Name) and node.id == "environ"
    )
