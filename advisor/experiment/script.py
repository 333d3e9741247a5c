"""What a training script says of its own options, read from its text; the script is never run."""

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from advisor.run import Scalar

_LARGEST_SCRIPT = 2_000_000
_SILENT_ACTIONS = frozenset({"store_true", "store_false", "store_const", "count", "help", "version"})
# Options of the Python interpreter that take the next word.
_TAKE_A_WORD = frozenset({"-W", "-X", "--check-hash-based-pycs"})


@dataclass(frozen=True, slots=True)
class Option:
    """One option that a script declares.

    Attributes:
        names: Its spellings (`-b`, `--batch-size`).
        takes_value: Whether a value follows it.
        takes_many: Whether several values may follow it.
    """

    names: tuple[str, ...]
    takes_value: bool = True
    takes_many: bool = False

    @property
    def long_name(self) -> str:
        """The spelling to write: the first with two dashes, else the first."""
        return next((name for name in self.names if name.startswith("--")), self.names[0])


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or word in a script that is given to a name (`LR = 0.05`, `Adam(..., lr=1e-3)`)."""

    name: str
    value: Scalar
    line: int


@dataclass(frozen=True, slots=True)
class Script:
    """What is known of the script that a command runs.

    Attributes:
        label: The file as the command names it; empty where it names no script that can be read.
        first_argument: Index of the first word of the command that belongs to the script.
        options: What it declares with argparse or click.
        constants: Numbers and words given to names in it.
    """

    label: str
    first_argument: int
    options: tuple[Option, ...] = ()
    constants: tuple[Constant, ...] = ()

    def option(self, name: str) -> Option | None:
        """The declared option with this spelling."""
        return next((option for option in self.options if name in option.names), None)


def find_script(command: Sequence[str], folder: Path) -> Script:
    """The script of a command (`python -u train.py ...`, `torchrun train.py ...`, `./train.py ...`)."""
    python = bool(command) and PurePath(command[0]).name.startswith(("python", "pypy"))
    first, position = 1, 1 if python else 0
    while position < len(command):
        word = command[position]
        if python and word == "-m" and position + 1 < len(command):
            module = _module(command[position + 1], folder)
            if module is not None:
                return _read(folder, module, position + 2)
            # A launcher (`python -m torch.distributed.run train.py`): its own script may follow.
            python, first = False, position + 2
            position += 1
        elif word.endswith(".py") and (folder / word).is_file():
            return _read(folder, word, position + 1)
        elif python and word == "-c":
            return Script("", position + 2)
        elif python and not word.startswith("-"):
            break
        position += 2 if python and word in _TAKE_A_WORD else 1
    return Script("", first)


def _module(name: str, folder: Path) -> str | None:
    base = name.replace(".", "/")
    candidates = (f"{base}.py", f"{base}/__main__.py")
    return next((label for label in candidates if (folder / label).is_file()), None)


def _read(folder: Path, label: str, first_argument: int) -> Script:
    path = folder / label
    try:
        if path.stat().st_size > _LARGEST_SCRIPT:
            return Script(label, first_argument)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return Script(label, first_argument)
    nodes = list(ast.walk(tree))
    options = [option for node in nodes if isinstance(node, ast.Call) and (option := _option(node))]
    constants = [constant for node in nodes for constant in _constants(node)]
    return Script(label, first_argument, tuple(options), tuple(sorted(constants, key=lambda c: c.line)))


def _option(call: ast.Call) -> Option | None:
    """The option that `add_argument(...)` or `click.option(...)` declares."""
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if called not in ("add_argument", "option"):
        return None
    words = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    # click writes a switch as `--amp/--no-amp`.
    names = tuple(word for word in words if word.startswith("-") and "/" not in word)
    if not names:
        return None
    given = {keyword.arg: _literal(keyword.value) for keyword in call.keywords}
    silent = given.get("action") in _SILENT_ACTIONS or given.get("is_flag") is True
    many = (
        given.get("nargs") in ("+", "*", "...")
        or _several(given.get("nargs"))
        or given.get("multiple") is True
    )
    return Option(names, takes_value=not silent, takes_many=many)


def _several(nargs: Scalar) -> bool:
    return isinstance(nargs, int) and nargs > 1


def _constants(node: ast.AST) -> list[Constant]:
    if isinstance(node, ast.keyword) and node.arg is not None:
        return _named(node.arg, node.value)
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return _named(node.targets[0].id, node.value)
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        return _named(node.target.id, node.value)
    return []


def _named(name: str, value: ast.expr) -> list[Constant]:
    literal = _literal(value)
    return [] if literal is None or isinstance(literal, bool) else [Constant(name, literal, value.lineno)]


def _literal(node: ast.expr) -> Scalar:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str):
        return node.value
    return None
