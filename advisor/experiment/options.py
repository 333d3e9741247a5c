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
CLASS_READERS = frozenset({"HfArgumentParser", "cli", "parse", "TrlParser", "wrap", "CLI", "ArgParser"})
_CLASS_LIBRARIES = frozenset(
    {"transformers", "tyro", "simple_parsing", "trl", "pyrallis", "draccus", "jsonargparse"}
)
_DOTTED_LIBRARIES = frozenset({"tyro", "pyrallis", "draccus", "jsonargparse"})
"""Those of them that name the fields of a field by both names: `--optim.lr`."""
_DEEPEST = 4
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
        said: Its help text; empty where there is none.
    """

    names: tuple[str, ...]
    takes_value: bool = True
    takes_many: bool = False
    negatives: tuple[str, ...] = ()
    constant: str = ""
    owner: str = ""
    choices: tuple[str, ...] = ()
    variable: str = ""
    said: str = ""

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
    if libraries & _CLASS_LIBRARIES and called & CLASS_READERS:
        classes = {n.name: n for n in nodes if isinstance(n, ast.ClassDef) and _has_fields(n)}
        dotted = bool(libraries & _DOTTED_LIBRARIES)
        found += [option for n in classes.values() for option in _of_fields(n, classes, dotted)]
    if libraries & _FUNCTION_LIBRARIES and called & _OF_FUNCTIONS:
        functions = (n for n in tree.body if isinstance(n, ast.FunctionDef))
        found += [option for function in functions for option in _of_parameters(function)]
    return found


def find_settings(tree: ast.Module) -> dict[str, str]:
    """Classes whose fields pydantic reads from environment variables, and what those begin with."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(_last_name(b) == "BaseSettings" for b in node.bases):
            words = [
                (pair.arg, pair.value)
                for n in node.body
                for pair in ast.walk(n)
                if isinstance(pair, ast.keyword)
            ]
            words += [
                (_name(line.targets[0]), line.value)
                for n in node.body
                for line in ast.walk(n)
                if isinstance(line, ast.Assign)
            ]
            prefix = next((_plain(value) for name, value in words if name == "env_prefix"), "")
            found[node.name] = str(prefix or "")
    return found


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
    return _last_name(node.func)


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
    said = given.get("help")
    return Option(
        names, not silent, many, negatives, _name(default), "", _choices(call), variable,
        said if isinstance(said, str) else "",
    )  # fmt: skip


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


def _has_fields(node: ast.ClassDef) -> bool:
    decorators = {part.id for d in node.decorator_list for part in ast.walk(d) if isinstance(part, ast.Name)}
    decorators |= {
        part.attr for d in node.decorator_list for part in ast.walk(d) if isinstance(part, ast.Attribute)
    }
    return bool(decorators & {"dataclass", "wrap"})


def _of_fields(node: ast.ClassDef, classes: dict[str, ast.ClassDef], dotted: bool) -> Iterator[Option]:
    """An option of every field that is no table of fields itself."""
    for name, kind in _fields(node):
        if kind in classes:
            continue
        for prefix in _prefixes(node.name, classes) if dotted else [""]:
            whole = f"{prefix}{name}"
            yield Option((f"--{whole}", f"--{whole.replace('_', '-')}"), owner=node.name, variable=whole)


def _prefixes(name: str, classes: dict[str, ast.ClassDef], depth: int = 0) -> list[str]:
    """What the fields of a class stand under, wherever another class has a field of its kind."""
    holding = [
        f"{prefix}{field}."
        for owner in classes.values()
        for field, kind in _fields(owner)
        if kind == name and depth < _DEEPEST
        for prefix in _prefixes(owner.name, classes, depth + 1)
    ]
    return holding or [""]


def _fields(node: ast.ClassDef) -> list[tuple[str, str]]:
    """Name and kind of each field, where the kind is one name; else nothing for it."""
    return [
        (item.target.id, _name(item.annotation))
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    ]


def _of_parameters(node: ast.FunctionDef) -> Iterator[Option]:
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults = [*[None] * (len(positional) - len(node.args.defaults)), *node.args.defaults]
    pairs = zip((*positional, *node.args.kwonlyargs), (*defaults, *node.args.kw_defaults), strict=True)
    for argument, default in pairs:
        said = [c for c in ast.walk(argument) if isinstance(c, ast.Call)]
        said += [default] if isinstance(default, ast.Call) else []
        if any(called_name(call) == "Argument" for call in said):
            continue  # typer takes it by its position
        name = argument.arg
        # A word without dashes is a default: `typer.Option("adam", "--optimizer", "-o")`.
        spelled = [w for call in said if called_name(call) == "Option" for w in _words(call) if w[:1] == "-"]
        switch = isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool"
        negatives = (f"--no-{name.replace('_', '-')}",) if switch else ()
        yield Option(
            tuple(word.partition("/")[0] for word in spelled) or (f"--{name.replace('_', '-')}", f"--{name}"),
            not switch,
            negatives=tuple(word.partition("/")[2] for word in spelled if "/" in word) or negatives,
            owner=node.name,
            variable=name,
        )


def _words(call: ast.Call) -> list[str]:
    return [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def _plain(node: ast.expr) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _name(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _is_environ(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "environ") or (
        isinstance(node, ast.Name) and node.id == "environ"
    )
