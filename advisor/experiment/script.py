"""Which program a command runs, and what is known of it from its text; it is never run."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from advisor.experiment.documents import Document, DocumentError, read_document
from advisor.experiment.field_defaults import overridden_fields
from advisor.experiment.options import Option, find_options, find_settings
from advisor.experiment.positional import argv_names, declared_positionals
from advisor.experiment.signatures import given_parameters
from advisor.experiment.subcommands import drop_other_subcommands
from advisor.patterns import regex
from advisor.text import clean_line

MAX_MODULES = 40
"""Files of the user's own that a script may draw in and that are looked at."""

ASSIGNMENT = regex(r"(?P<key>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)
# Options of the Python interpreter, and of `env`, that take the next word.
_PYTHON_TAKES_A_WORD = frozenset({"-W", "-X", "--check-hash-based-pycs"})
_ENV_TAKES_A_WORD = frozenset({"-u", "--unset", "-C", "--chdir", "-S", "--split-string"})
_PYTHON = regex(r"(python|pypy)[0-9.]*(\.exe)?")


@dataclass(frozen=True, slots=True)
class Script:
    """What is known of the program that a command runs.

    Attributes:
        label: The file as the command names it; empty where it names no script that can be read.
        program: Index of the word that names the program, behind `env` and assignments.
        first_argument: Index of the first word of the command that belongs to the script.
        sources: The script, then the modules of the user's own that it imports.
        options: What they declare with argparse, click, absl, typer or fire.
        settings: Classes whose fields are read from the environment, and what its names begin with.
        problems: One sentence for each of those files that cannot be read.
        elsewhere: (label, line) of what declares options of subcommands that the command does not run.
        given: (function, parameter) of what every call of a function gives.
        words: Index in `sys.argv` and name of each word that the program takes from there itself.
        positionals: The arguments without dashes that it declares, in their order.
        overridden_fields: (class, field) of what the default of another field gives in place of its own.
    """

    label: str
    program: int
    first_argument: int
    sources: tuple[Document, ...] = ()
    options: tuple[Option, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    elsewhere: frozenset[tuple[str, int]] = frozenset()
    given: frozenset[tuple[str, str]] = frozenset()
    words: tuple[tuple[int, str], ...] = ()
    positionals: tuple[str, ...] = ()
    overridden_fields: frozenset[tuple[str, str]] = frozenset()

    def option(self, name: str) -> Option | None:
        """The declared option with this spelling, or the only one that begins like it, as for argparse."""
        exact = next((o for o in self.options if name in o.names or name in o.negatives), None)
        if exact is not None or not name.startswith("--") or len(name) < 4:
            return exact
        begun = [o for o in self.options if any(n.startswith(name) for n in o.names)]
        return begun[0] if len(begun) == 1 else None


def find_script(command: Sequence[str], folder: Path) -> Script:
    """The script of a command (`python -u train.py ...`, `torchrun train.py ...`, `env A=1 ./train.py`)."""
    program = program_index(command)
    python, first, position = False, program + 1, program
    while position < len(command):
        word = command[position]
        if _PYTHON.fullmatch(PurePath(word).name):
            python = True
        elif python and word == "-m" and position + 1 < len(command):
            module = _module_file(command[position + 1], folder)
            if module is not None:
                return _read(folder, module, program, command, position + 2)
            # A launcher (`python -m torch.distributed.run train.py`): its own script may follow.
            python, first = False, position + 2
            position += 1
        elif word.endswith(".py") and (folder / word).is_file():
            return _read(folder, word, program, command, position + 1)
        elif python and word == "-c":
            return Script("", program, position + 2)
        elif python and not word.startswith("-"):
            break
        position += 2 if python and word in _PYTHON_TAKES_A_WORD else 1
    return Script("", program, first)


def program_index(command: Sequence[str]) -> int:
    """Index of the word that names the program: behind `env`, its options, and assignments (`LR=0.1`)."""
    position = 0
    if command and PurePath(command[0]).name == "env":
        position = 1
        while position < len(command) and command[position].startswith("-"):
            position += 2 if command[position] in _ENV_TAKES_A_WORD else 1
    while position < len(command) and ASSIGNMENT.fullmatch(command[position]):
        position += 1
    return position


def _module_file(name: str, folder: Path) -> str | None:
    base = name.replace(".", "/")
    candidates = (f"{base}.py", f"{base}/__main__.py")
    return next((label for label in candidates if (folder / label).is_file()), None)


def _read(folder: Path, label: str, program: int, command: Sequence[str], first_argument: int) -> Script:
    problems: list[str] = []
    sources = tuple(_sources(folder, label, problems))
    trees = [ast.parse(source.text) for source in sources]
    elsewhere = frozenset(
        (source.label, line)
        for source, tree in zip(sources, trees, strict=True)
        for line in drop_other_subcommands(tree, command[first_argument:])
    )
    options = tuple(option for tree in trees for option in find_options(tree))
    settings = {name: prefix for tree in trees for name, prefix in find_settings(tree).items()}
    return Script(
        label, program, first_argument, sources, options, settings, tuple(problems), elsewhere,
        given_parameters(trees), tuple(argv_names(trees).items()), declared_positionals(trees),
        overridden_fields(trees),
    )  # fmt: skip


def _sources(folder: Path, label: str, problems: list[str]) -> Iterator[Document]:
    """A script and the modules that it imports from its own folder or from where the command runs."""
    waiting, seen = [Path(label)], set[Path]()
    roots = list(dict.fromkeys((Path(label).parent, Path())))
    while waiting and len(seen) < MAX_MODULES:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        try:
            source = read_document(folder / path, str(path))
        except DocumentError as error:
            problems.append(f"{clean_line(str(path))} {error}.")
            continue
        yield source
        waiting += _imported(ast.parse(source.text), folder, path, roots)


def _imported(tree: ast.Module, folder: Path, path: Path, roots: list[Path]) -> Iterator[Path]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files_of(alias.name, folder, roots)
        elif isinstance(node, ast.ImportFrom):
            above = [path.parents[node.level - 1]] if 0 < node.level <= len(path.parents) else roots
            module = node.module or ""
            yield from _files_of(module, folder, above)
            for alias in node.names:
                yield from _files_of(f"{module}.{alias.name}".strip("."), folder, above)


def _files_of(module: str, folder: Path, roots: list[Path]) -> Iterator[Path]:
    if not module:
        return
    base = module.replace(".", "/")
    for root in roots:
        for candidate in (root / f"{base}.py", root / base / "__init__.py"):
            if (folder / candidate).is_file():
                yield candidate
                return
