"""Where the hyperparameters of a command live: in its own words, in files, in the program itself."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from advisor.experiment.choices import role_of_word
from advisor.experiment.configs import ConfigFile, drawn_in, find_config_files, is_config_file, replaced
from advisor.experiment.documents import Document, DocumentError, Leaf, read_document
from advisor.experiment.enumerations import MEMBER
from advisor.experiment.names import ends_with_name, plain_name, role_of, same_name
from advisor.experiment.options import Option
from advisor.experiment.place import Argument, FileSpan, Kind, Place
from advisor.experiment.scalars import parse_scalar
from advisor.experiment.script import Script, find_script, program_index
from advisor.experiment.shell_script import ShellScript, find_shell_script, inline_index
from advisor.experiment.told import role_of_option, roles_by_type
from advisor.experiment.usage import roles_by_use
from advisor.experiment.words import deleted_names, stated_places
from advisor.patterns import regex
from advisor.run import Scalar
from advisor.text import clean_line
from advisor.vocabulary.company import roles_in_company

__all__ = [
    "Argument",
    "FileSpan",
    "Kind",
    "Place",
    "Search",
    "find_places",
    "role_of",
    "same_name",
    "search",
    "settings_of_run",
]

# What share of the columns a boosted tree sees: a setting to tune by hand, of no role.
_OF_COLUMNS = regex(r"feature_fraction(_bynode)?|colsample_by(tree|level|node)|rsm")
_SETTING_DEFAULTS = "set_defaults"
# Roles whose values are words; for any other, a word in a program is no hyperparameter.
_WORD_ROLES = frozenset(
    {
        "optimizer", "scheduler", "activation", "loss", "initialisation", "normalisation", "precision",
        "data_augmentation",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that was looked at for a command.

    Attributes:
        places: What was found and counts, in the order in which a program resolves it: the command, the
            files, the defaults of options, the program's own values.
        documents: The files in which they stand.
        problems: One sentence for each file that could not be searched.
        script: What the program says of its own options.
        overridden: Pairs of a place that does not count and the place that overrides it.
        minor: Values in the program that no role is known of; found where their name is asked for.
        shell: The shell script that starts the program, where the command runs one.
    """

    places: tuple[Place, ...]
    documents: tuple[Document, ...]
    problems: tuple[str, ...]
    script: Script
    overridden: tuple[tuple[Place, Place], ...] = ()
    minor: tuple[Place, ...] = ()
    shell: ShellScript | None = None


def find_places(command: Sequence[str], folder: Path) -> list[Place]:
    """Every value that a command states in its own words, in files, or in the program that it runs.

    Files: YAML, JSON, TOML, INI and Python configuration files that the command names, else those that its
    script names. The program: the script and the modules of the user's own that it imports; the defaults of
    its options (argparse, click, typer, absl, fire, dataclasses), constants, fields, dictionaries, arguments
    of calls.

    Of a flag given twice the last counts, as for argparse; of a key given twice in a file likewise. A value
    that another place overrides for certain, since both have one name, is left out: a flag overrides a file,
    a file the default of an option, that a constant.

    Args:
        command: The words of the command.
        folder: Where it runs; relative file names begin there.

    Returns:
        What counts, in the order in which a program resolves it.
    """
    return list(search(command, folder).places)


def settings_of_run(command: Sequence[str], folder: Path) -> list[Place]:
    """The values that a run of the command may be said to have: those of the command and of its files, and of
    the program's own those that nothing else of their role rivals.
    """  # noqa: D205
    places = find_places(command, folder)

    def is_certain(place: Place) -> bool:
        rivals = [other for other in places if other.role == place.role and other.tier <= place.tier]
        return place.tier < 3 or (place.role is not None and not place.fixed and rivals == [place])

    return [place for place in places if is_certain(place)]


def search(command: Sequence[str], folder: Path) -> Search:
    """`find_places`, with the files that were read and what could not be searched."""
    shell, unread = _shell_script(command, folder)
    command = command if shell is None else shell.words
    script = find_script(command, folder)
    # The words of a shell are no settings of what it starts.
    known = stated_places(command, script) if shell is not None or inline_index(command) is None else []
    stated = [p for p in known if not is_config_file(p.text, folder)]
    if shell is not None:
        stated = [shell.placed(place) for place in stated]
    problems = [*unread, *script.problems]
    if command and not (script.label or unread):
        problems.append(_without_program(command))
    own = {source.label for source in script.sources}
    files = _Files(folder, own)
    files.read(find_config_files(command, folder, script))
    problems += files.problems
    written, documents = files.places, list(files.documents)
    if shell is not None and shell.document is not None:
        documents.insert(0, shell.document)
    in_program = [place for source in script.sources for place in _in_program(source, script)]
    everything = sorted([*stated, *written, *in_program], key=lambda p: (p.tier, p.kind != "argument"))
    counting, overridden = _resolve(everything, script, deleted_names(command, script))
    counting = _told_by_use(counting, script)
    return Search(
        places=tuple(place for place in counting if _matters(place)),
        documents=(*documents, *(source for source in script.sources if source.label in own)),
        problems=tuple(problems),
        script=script,
        overridden=(*files.overridden, *overridden),
        minor=tuple(place for place in counting if not _matters(place)),
        shell=shell,
    )


class _Files:
    """The configuration files of a command, with those that they draw in.

    Attributes:
        documents: What was read.
        places: The values that stand there.
        overridden: Values of files that are drawn in, with what overrides them.
        problems: What could not be searched.
    """

    def __init__(self, folder: Path, own: set[str]) -> None:
        self._folder = folder
        self._own = own
        self._seen: set[ConfigFile] = set()
        self._replaced: tuple[str, ...] = ()
        self.documents: list[Document] = []
        self.places: list[Place] = []
        self.overridden: list[tuple[Place, Place]] = []
        self.problems: list[str] = []

    def read(self, configs: Sequence[ConfigFile]) -> None:
        """Read files, each once, and then what they draw in."""
        for config in configs:
            self._read(config, (), self._own)

    def _read(self, config: ConfigFile, above: Sequence[Place], chain: set[str]) -> None:
        """Read one file that `above` overrides, and that the files in `chain` draw in."""
        if config in self._seen or config.label in chain:
            return
        self._seen.add(config)
        try:
            document = read_document(self._folder / config.label, config.label)
        except DocumentError as error:
            self.problems.append(f"{clean_line(config.label)} {error}.")
            return
        self.documents.append(document)
        below, unread = drawn_in(document, config, self._folder)
        self.problems += unread
        mine = list(_in_file(document, config))
        for place in mine:
            if any(place.name.startswith(f"{table}.") for table in self._replaced):
                continue
            over = next((other for other in above if other.name == place.name), None)
            if over is None:
                self.places.append(place)
            else:
                self.overridden.append((place, over))
        above = [*above, *mine]
        outer, self._replaced = self._replaced, (*self._replaced, *replaced(document))
        for file in below:
            before = len(self.places)
            self._read(file, above, {*chain, config.label})
            above = [*above, *self.places[before:]]
        self._replaced = outer


def _shell_script(command: Sequence[str], folder: Path) -> tuple[ShellScript | None, list[str]]:
    """The shell script that a command runs, if it is one to look into, and why it could not be read."""
    try:
        return find_shell_script(command, folder), []
    except DocumentError as error:
        return None, [f"The shell script of the command {error}."]


def _without_program(command: Sequence[str]) -> str:
    at = program_index(command)
    name = clean_line(PurePath(command[at]).name, 40) if at < len(command) else "the command"
    return (
        f"No single Python program of yours was found behind '{name}', so that no program was searched; to"
        " have one searched, give the command that starts it, as in 'python train.py --lr 0.1'."
    )


def _resolve(
    places: Sequence[Place], script: Script, deleted: Sequence[str]
) -> tuple[list[Place], list[tuple[Place, Place]]]:
    """The places that count, and those that another one overrides for certain, by their names."""
    counting: list[Place] = []
    overridden: list[tuple[Place, Place]] = []
    for place in places:
        over = next((other for other in counting if _overrides(other, place, script)), None)
        if over is not None:
            overridden.append((place, over))
        elif place.kind == "parameter" and tuple(place.name.split(".")) in script.given:
            continue
        elif not any(place.tier == 2 and ends_with_name(place.name, name) for name in deleted):
            counting.append(place)
    return counting, overridden


def _told_by_use(places: Sequence[Place], script: Script) -> list[Place]:
    """The places, those without a role with the one that the program uses their value for."""
    roles = roles_by_use([ast.parse(source.text) for source in script.sources])
    if not any(place.role == "learning_rate" for place in places):
        roles.setdefault("rate", "learning_rate")
    ends = [plain_name(place.name).rpartition(".")[2] for place in places]

    def role(place: Place, end: str) -> str | None:
        option = script.option(place.name)
        variable = plain_name(option.variable) if option is not None and option.variable else end
        found = roles.get(variable, roles.get(end))
        if ends.count(end) > 1 or not _fits(found, place.value):
            return None
        return found

    used = [
        place if place.role is not None else replace(place, role=role(place, end))
        for place, end in zip(places, ends, strict=True)
    ]
    told = roles_in_company([(place.name, place.role) for place in used])
    return [
        place if place.role == said else replace(place, role=said)
        for place, said in zip(used, told, strict=True)
    ]


def _overrides(over: Place, place: Place, script: Script) -> bool:
    """Whether `over` gives the value that `place` gives too, and wins."""
    if over.kind == "argument" and place.kind == "constant":
        return over.name == place.name  # `Options(epochs=8)` beside the field of the class
    if over.tier >= place.tier:
        return False
    if place.kind == "option":
        option = script.option(place.name)
        if over.kind in ("flag", "switch") and option is not None and script.option(over.name) is option:
            return True
        return ends_with_name(over.name, place.name)
    if place.kind == "variable" or (place.kind == "ini" and _is_environment_file(place)):
        is_given = over.kind == "environment" or (over.kind == "ini" and _is_environment_file(over))
        return is_given and same_name(over.name, place.name)
    if over.kind == "environment":
        return False  # what a program makes of a variable that it does not read by name cannot be known
    if place.kind in ("argument", "parameter") and over.tier < 4:
        # `Adam(lr=1e-4)` beside `--lr`: a second optimizer, as likely as not. But a flag that the program
        # does not declare is what a library has made of a parameter.
        is_made = place.kind == "parameter" and over.kind == "flag" and script.option(over.name) is None
        return is_made and bool(script.label) and ends_with_name(place.name, over.name)
    declared = script.option(over.name) if over.kind in ("flag", "switch") else None
    named = (over.name, declared.variable) if declared is not None and declared.variable else (over.name,)
    return any(ends_with_name(place.name, name) for name in named)


def _is_environment_file(place: Place) -> bool:
    """Whether a file's lines stand for environment variables that are not set."""
    return isinstance(place.where, FileSpan) and place.where.path.name.startswith(".env")


def _in_file(document: Document, config: ConfigFile) -> Iterator[Place]:
    assert document.format != "shell"
    leaves = document.effective()
    roles = roles_by_type(leaves)
    for leaf in leaves:
        if leaf.value == "" and leaf.fixed:
            continue  # an empty list or table holds no value
        named = replace(leaf, keys=(*config.prefix, *leaf.keys), role=roles.get(leaf.keys, leaf.role))
        yield _place(document, named, document.format, _span(document, leaf))


def _in_program(source: Document, script: Script) -> Iterator[Place]:
    again = {
        o for leaf in source.leaves if leaf.keys[0] == _SETTING_DEFAULTS and (o := _option_of(leaf, script))
    }
    for leaf in source.leaves:
        if (source.label, leaf.line) in script.elsewhere:
            continue
        span = _span(source, leaf)
        option = _option_of(leaf, script)
        if option in again and leaf.origin == "option":
            continue  # `parser.set_defaults(lr=0.1)` says it anew
        if option is not None and leaf.origin == "constant" and _is_given_once(leaf, option, script):
            continue  # `optim: OptimConfig = OptimConfig(lr=2.0)` says it anew
        if option is not None:
            fixed = "" if leaf.fixed == MEMBER else leaf.fixed  # the flag takes the member's own word
            named = replace(leaf, keys=(option.long_name,), role=role_of_option(option), fixed=fixed)
            yield _place(source, named, "option", span)
        elif leaf.origin == "constant" and len(leaf.keys) == 2 and leaf.keys[0] in script.settings:
            owner, name = leaf.keys
            variable = f"{script.settings[owner]}{name}".upper()
            yield _place(source, replace(leaf, keys=(variable,), role=role_of(name)), "variable", span)
        elif leaf.origin == "variable":
            value = parse_scalar(leaf.value) if isinstance(leaf.value, str) else leaf.value
            yield _place(source, replace(leaf, value=value), leaf.origin, span)
        elif leaf.origin != "file":
            yield _place(source, leaf, leaf.origin, span)


def _is_given_once(leaf: Leaf, option: Option, script: Script) -> bool:
    """Whether the default of a field never counts, since the only option of it has another."""
    name = leaf.keys[-1]
    alike = [o for o in script.options if o.owner == option.owner and ends_with_name(o.variable, name)]
    return leaf.keys in script.overridden_fields and alike == [option]


def _option_of(leaf: Leaf, script: Script) -> Option | None:
    """The option of the command line whose default a value is."""
    if leaf.origin == "option":
        return script.option(leaf.keys[0])
    if leaf.origin == "constant" and len(leaf.keys) == 1:
        return next((o for o in script.options if o.constant == leaf.keys[0]), None)
    if len(leaf.keys) != 2:
        return None
    owner, name = leaf.keys
    declared = (o for o in script.options if any(ends_with_name(n, name) for n in (*o.names, o.variable)))
    return next((o for o in declared if owner in (o.owner, _SETTING_DEFAULTS)), None)


def _place(document: Document, leaf: Leaf, kind: Kind, where: FileSpan) -> Place:
    role = role_of(leaf.name) or role_of_word(leaf.value) if leaf.role is None else leaf.role or None
    if kind not in ("yaml", "json", "toml", "ini") and not (leaf.fixed or _fits(role, leaf.value)):
        role = None
    return Place(leaf.name, role, leaf.value, leaf.text, kind, where, leaf.fixed)


def _fits(role: str | None, value: Scalar) -> bool:
    """Whether a value in a program can be one of a role: `batch = "first"` is no batch size."""
    if role in _WORD_ROLES:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool)


def _matters(place: Place) -> bool:
    """Whether a place is listed: all but values of a program that neither a role nor their form commends."""
    if place.tier < 3 or place.role is not None or _OF_COLUMNS.fullmatch(place.name.rpartition(".")[2]):
        return True
    is_number = isinstance(place.value, int | float) and not isinstance(place.value, bool)
    if place.kind == "option":
        return is_number or isinstance(place.value, bool)
    return place.kind == "constant" and is_number and place.name.isupper() and not place.fixed


def _span(document: Document, leaf: Leaf) -> FileSpan:
    start, end = document.byte_span(leaf)
    return FileSpan(document.path, document.label, leaf.line, start, end)
