"""Which configuration files a command reads, and which ones they draw in."""

import ast
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.experiment.documents import FORMATS, Document, Leaf
from advisor.experiment.options import called_name, declared_default, is_declaration
from advisor.experiment.script import Script
from advisor.patterns import regex
from advisor.text import clean_line

_DATA_FORMATS = frozenset(FORMATS) - {".py"}
# A program writes such files, and would else be believed to read them.
_RESULTS = regex(
    r"metrics|histor|result|log|output|summary|stat|checkpoint|progress|eval|report|predict|package",
    re.IGNORECASE,
)
_WRITING = frozenset({"dump", "to_json", "to_csv", "write_text", "savefig", "save"})
# Keys by which configuration files draw in others: mmcv, Detectron2, Hydra, transformers, and hand-made ones.
_INCLUDES = frozenset(
    {
        "_base_",
        "base",
        "include",
        "includes",
        "inherit",
        "inherits",
        "extends",
        "import",
        "imports",
        "defaults",
        "__base__",
    }
)


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A configuration file of a command.

    Attributes:
        label: Its name, relative to where the command runs.
        prefix: What its keys stand under (a group of Hydra: `optim`).
    """

    label: str
    prefix: tuple[str, ...] = ()


def find_config_files(command: Sequence[str], folder: Path, script: Script) -> list[ConfigFile]:
    """Configuration files that exist: those that the command names, else those that its script names."""
    values = [word.partition("=")[2] or word for word in command[script.first_argument :]]
    named = [ConfigFile(value) for value in values if is_config_file(value, folder)]
    mentioned = [] if named else [ConfigFile(_plain(label, folder)) for label in _mentioned(folder, script)]
    whole = [*named, *_of_hydra(command, folder, script), *mentioned]
    groups = (group for one in whole for group in _groups(command, folder, one))
    return list(dict.fromkeys([*whole, *groups]))


def _plain(label: str, folder: Path) -> str:
    """A name without steps back (`code/../a.yaml`), where it then means the same file."""
    plain = os.path.normpath(label)
    is_same = is_config_file(plain, folder) and (folder / plain).samefile(folder / label)
    return plain if is_same else label


def is_config_file(value: str, folder: Path) -> bool:
    """Whether a word names an existing file of a format that is searched."""
    try:
        path = Path(value)
        known = path.suffix.lower() in FORMATS or path.name in FORMATS
        return known and (folder / value).is_file()
    except (OSError, ValueError):
        return False


def drawn_in(document: Document, config: ConfigFile, folder: Path) -> tuple[list[ConfigFile], list[str]]:
    """The files that a configuration file is made upon, the one that wins first, and what was not followed.

    Followed are files that exist beside it or where the command runs; what a program makes of another
    reference cannot be known. One sentence for each of those.
    """
    found: list[ConfigFile] = []
    unread: list[tuple[int, str]] = []
    for leaf in filter(_is_include, document.leaves):
        if _is_group(leaf) and is_config_file(
            _group_file(document.label, leaf.keys[2], str(leaf.value)), folder
        ):
            continue
        value, under = _included(leaf)
        label = _existing(value, document.label, folder)
        if label:
            found.insert(0, ConfigFile(label, (*config.prefix, *under)))
        else:
            unread.append((leaf.line, leaf.text))
    for line, value in _bases(ast.parse(document.text)) if document.format == "python" else ():
        beside = os.path.normpath(Path(document.label).parent / value)
        if is_config_file(beside, folder):
            found.insert(0, ConfigFile(beside, config.prefix))
        else:
            unread.append((line, value))
    name = clean_line(document.label)
    return found, [
        f"{name} line {n} draws in {clean_line(what, 60)}, which was not searched." for n, what in unread
    ]


def replaced(document: Document) -> tuple[str, ...]:
    """Names of the tables of which nothing is taken from a base: `dict(_delete_=True, type="Adam")`."""
    marks = (leaf.keys for leaf in document.leaves if leaf.keys[-1:] == ("_delete_",) and leaf.value is True)
    return tuple(".".join(keys[:-1]) for keys in marks)


def _included(leaf: Leaf) -> tuple[str, tuple[str, ...]]:
    """The file that a value draws in, and the keys that its own stand under."""
    if "!include" in leaf.fixed:
        return leaf.text.removeprefix("!include").strip().strip("'\""), leaf.keys
    return str(leaf.value), ()


def _existing(value: str, label: str, folder: Path) -> str:
    """Name of a file that is drawn in, beside the one that does or where the command runs; empty for none."""
    for name in (os.path.normpath(Path(label).parent / value), os.path.normpath(value)):
        if Path(name).suffix in _DATA_FORMATS and is_config_file(name, folder):
            return name
    return ""


def _bases(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, file) of what a Python configuration is made upon: `_base_ = ["a.py", "b.py"]`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") in _INCLUDES for t in node.targets):
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and Path(str(part.value)).suffix.lower() in FORMATS:
                    yield part.lineno, str(part.value)


def _is_include(leaf: Leaf) -> bool:
    names_a_file = isinstance(leaf.value, str) and Path(leaf.value).suffix.lower() in FORMATS
    by_key = any(key.lower() in _INCLUDES for key in leaf.keys) and leaf.value not in ("", "_self_")
    return "!include" in leaf.fixed or (names_a_file and by_key)


def _mentioned(folder: Path, script: Script) -> Iterator[str]:
    """Files that the program names in its text and does not seem to write."""
    for source in script.sources:
        tree = ast.parse(source.text)
        joined = _joined_words(tree)
        written = {word for node in ast.walk(tree) for word in _written_words(node)}
        defaults = {word for node in ast.walk(tree) for word in _default_file(node)}
        stated = {word for node in ast.walk(tree) for word in _defaults_of(node)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or node.value in written:
                continue
            word = node.value
            suffix = Path(word).suffix or Path(word).name  # a name with nothing before its dot: `.env`
            # A program in Python is a configuration only where it is said to be one.
            formats = FORMATS if word in defaults else _DATA_FORMATS
            if suffix.lower() not in formats or len(word) > 200 or "\n" in word:
                continue
            if _RESULTS.search(Path(word).stem) and word not in stated:
                continue
            for label in _candidates(word, joined.get(word, word), Path(source.label).parent):
                if is_config_file(label, folder):
                    yield label
                    break


def _joined_words(tree: ast.Module) -> dict[str, str]:
    """Names of files with the folders that they are joined to: `here / "conf" / "a.yaml"`, `os.path.join`."""
    found: dict[str, str] = {}
    folders: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            folders[node.targets[0].id] = _joined_parts(node.value, {})
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.Call) and len(parts := _joined_parts(node, folders)) > 1:
            found.setdefault(parts[-1], "/".join(parts))
    return found


def _joined_parts(node: ast.expr, folders: Mapping[str, list[str]]) -> list[str]:
    """The names that an expression joins to a path; a variable stands for the folder that it was set to."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Name):
        return folders.get(node.id, [])
    joined: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        joined = [node.left, node.right]
    elif isinstance(node, ast.Call) and called_name(node) in ("join", "joinpath", "Path"):
        joined = [*([node.func.value] if isinstance(node.func, ast.Attribute) else []), *node.args]
    parts: list[str] = []
    for one in joined:
        known = _joined_parts(one, folders)
        parts = [*parts, *known] if known else []  # what stands before an unknown folder is of no use
    return parts


def _candidates(word: str, joined: str, beside: Path) -> Iterator[str]:
    """Where a file may be that a program names: from where it runs, from its own folder or one above that."""
    roots = [Path(), beside, *beside.parents]
    yield from dict.fromkeys(str(root / name) for name in (joined, word) for root in roots)


def _written_words(node: ast.AST) -> Iterator[str]:
    """Words in a call that writes a file: `open("a.json", "w")`, `Path("a.json").write_text(...)`."""
    if not isinstance(node, ast.Call):
        return
    opens = called_name(node) == "open" and any(
        isinstance(arg, ast.Constant)
        and isinstance(arg.value, str)
        and re.fullmatch(r"[wax]b?\+?t?", arg.value)
        for arg in (*node.args, *(keyword.value for keyword in node.keywords))
    )
    if opens or called_name(node) in _WRITING:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def _default_file(node: ast.AST) -> Iterator[str]:
    """The default of `config_flags.DEFINE_config_file("config", "default.py")`, of ml_collections."""
    if isinstance(node, ast.Call) and called_name(node) == "DEFINE_config_file":
        given = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "default")]
        yield from (a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str))


def _defaults_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and is_declaration(node):
        default = declared_default(node)[1]
        if isinstance(default, ast.Constant) and isinstance(default.value, str):
            yield default.value


def _of_hydra(command: Sequence[str], folder: Path, script: Script) -> Iterator[ConfigFile]:
    """The configuration that `@hydra.main(config_path=..., config_name=...)` names, and its groups."""
    for source in script.sources[:1]:
        for node in ast.walk(ast.parse(source.text)):
            if (
                isinstance(node, ast.Call)
                and called_name(node) == "main"
                and "config_name" in _keywords(node)
            ):
                given = _keywords(node)
                base = Path(source.label).parent / (given.get("config_path") or ".")
                name = given["config_name"]
                label = str(base / (name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"))
                if is_config_file(label, folder):
                    yield ConfigFile(label)


def _groups(command: Sequence[str], folder: Path, whole: ConfigFile) -> Iterator[ConfigFile]:
    """The files of a `defaults` list (`- optim: sgd` is `optim/sgd.yaml`), as Hydra reads it."""
    from advisor.experiment.documents import DocumentError, read_document

    if not whole.label.lower().endswith((".yaml", ".yml")):
        return
    try:
        document = read_document(folder / whole.label, whole.label)
    except DocumentError:
        return
    words = (re.fullmatch(r"\+?([\w/]+)=([\w/.-]+)", word) for word in command)
    chosen = {word[1]: word[2] for word in words if word is not None}
    for leaf in document.leaves:
        if _is_group(leaf):
            path = _group_file(whole.label, leaf.keys[2], chosen.get(leaf.keys[2], str(leaf.value)))
            if is_config_file(path, folder):
                yield ConfigFile(path, tuple(leaf.keys[2].split("/")))


def _is_group(leaf: Leaf) -> bool:
    return leaf.keys[0] == "defaults" and len(leaf.keys) == 3 and isinstance(leaf.value, str)


def _group_file(whole: str, group: str, name: str) -> str:
    return str(Path(whole).parent / group / f"{name}.yaml")


def _keywords(node: ast.Call) -> dict[str, str]:
    return {
        keyword.arg: keyword.value.value
        for keyword in node.keywords
        if keyword.arg and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
    }
