"""Rule files in, a rulebook out; every fault with its file and line."""

import os
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import msgspec

from advisor.diagnosis.causes import learned_names
from advisor.diagnosis.compiled import CompiledRule, compile_rule, trusted_rule
from advisor.diagnosis.document import Document, read_document, read_shipped_documents
from advisor.diagnosis.engine import Rulebook
from advisor.diagnosis.expression import Macro, Names, compile_condition
from advisor.diagnosis.measured import shipped_measurements
from advisor.diagnosis.own_rules import completed
from advisor.diagnosis.rule import Rule
from advisor.errors import RuleError
from advisor.kept import config_folder
from advisor.resources import shipped
from advisor.signals import GLOSSARY
from advisor.vocabulary import hyperparameter_roles

MACROS = "_macros.yaml"


def load_rulebook(project: Path | None = None) -> Rulebook:
    """The shipped rules, then the user's own.

    The user's own rules stand in `<project>/.advisor/rules/` and in the folder `rules` of the user's
    configuration. One that is wrong is left out and told in `Rulebook.problems`.

    Args:
        project: The folder that the user works in; None reads the shipped rules alone.

    Raises:
        RuleError: a shipped rule is wrong.
    """
    base = _shipped_rules()
    if project is None:
        return base.rulebook()
    book = _Shelf(base.names, dict(base.rules), dict(base.files), own=True)
    for folder in (project / ".advisor" / "rules", user_rules_folder()):
        book.read_folder(folder)
    return book.rulebook()


def user_rules_folder() -> Path:
    """Where a user's own rules for every project stand."""
    return config_folder() / "rules"


def read_rules(folder: Path, problems: list[RuleError]) -> tuple[CompiledRule, ...]:
    """The rules of one folder, checked as shipped rules are; faults are added to `problems`."""
    shelf = _Shelf(glossary_names())
    shelf.read_folder(folder)
    problems.extend(shelf.problems)
    return tuple(shelf.rules.values())


def check_own_rules(path: Path) -> tuple[tuple[CompiledRule, ...], tuple[RuleError, ...]]:
    """A user's own rule file, or a folder of them: the rules, and what is wrong with the others."""
    base = _shipped_rules()
    shelf = _Shelf(base.names, own=True)
    if path.is_dir():
        shelf.read_folder(path)
    else:
        shelf.read(path)
    return tuple(shelf.rules.values()), tuple(shelf.problems)


@cache
def glossary_names() -> Names:
    """Every signal that a rule may use, the learned ones among them, without macros."""
    flags = frozenset(name for name, entry in GLOSSARY.items() if entry.unit == "flag")
    return Names(frozenset(GLOSSARY) | learned_names(), flags)


@cache
def _roles() -> frozenset[str]:
    return frozenset(hyperparameter_roles())


@cache
def _shipped_rules() -> "_Shelf":
    # The tests check the shipped rules as a user's own are checked; a start has no time for it.
    shelf = _Shelf(glossary_names(), trusted=True)
    for document in read_shipped_documents(_rule_files(shipped("rules"))):
        shelf.add(document)
    if shelf.problems:
        raise RuleError("\n".join(str(problem) for problem in shelf.problems))
    return shelf


def _rule_files(folder: Path) -> list[Path]:
    """The macros of a folder, then every rule in it and below it, in the order of their paths."""
    found = os.walk(folder)
    files = sorted(Path(top, name) for top, _, names in found for name in names if name.endswith(".yaml"))
    return sorted(files, key=lambda path: path.name != MACROS)


@dataclass(slots=True)
class _Shelf:
    """Rules as they are read, by code."""

    names: Names
    rules: dict[str, CompiledRule] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    problems: list[RuleError] = field(default_factory=list)
    own: bool = False
    """Whether the files are a user's own: what they leave out is filled in, and tests are not asked for."""
    trusted: bool = False
    """Whether the files were checked before, so that only their conditions are compiled."""

    def rulebook(self) -> Rulebook:
        return Rulebook(tuple(self.rules.values()), shipped_measurements(), tuple(self.problems), self.names)

    def read_folder(self, folder: Path) -> None:
        for path in _rule_files(folder):
            self.read(path)

    def read(self, path: Path) -> None:
        """Reads a rule, or the macros of a folder."""
        try:
            document = read_document(path)
        except RuleError as error:
            self.problems.append(error)
            return
        self.add(document)

    def add(self, document: Document) -> None:
        """Takes in what was read from one file."""
        if document.path.name == MACROS:
            self.add_macros(document)
        else:
            self.add_rule(document)

    def add_macros(self, document: Document) -> None:
        try:
            texts = msgspec.convert(document.data or {}, dict[str, str])
        except msgspec.ValidationError as error:
            self.problems.append(RuleError(f"{document.path}: {error}."))
            return
        for name, text in texts.items():
            self.add_macro(document, name, text)

    def add_macro(self, document: Document, name: str, text: str) -> None:
        place = f"$.{name}"
        if not name.isidentifier() or name in self.names.macros:
            self.report(document, place, RuleError(f"'{name}' is no new name for a condition."))
            return
        try:
            macro = Macro(text, compile_condition(text, self.names))
        except RuleError as error:
            self.report(document, place, error)
            return
        macros = {**self.names.macros, name: macro}
        self.names = Names(self.names.signals, self.names.flags, macros)

    def add_rule(self, document: Document) -> None:
        try:
            data = completed(document.data, document.path) if self.own else document.data
            rule = msgspec.convert(data, Rule)
        except RuleError as error:
            self.problems.append(error)
            return
        except msgspec.ValidationError as error:
            message, _, place = str(error).partition(" - at `")
            self.report(document, place.rstrip("`") or "$", RuleError(f"{message}."))
            return
        for other in self.rules.values():
            for what, mine, theirs in (
                ("code", rule.code, other.rule.code),
                ("name", rule.name, other.rule.name),
            ):
                if mine == theirs:
                    where = self.files[other.rule.code]
                    taken = RuleError(f"The {what} {mine} is taken by {where}.", "Choose another.")
                    self.report(document, f"$.{what}", taken)
                    return
        compiled = self.compiled(document, rule)
        if compiled is not None:
            self.rules[rule.code] = compiled
            self.files[rule.code] = document.path

    def compiled(self, document: Document, rule: Rule) -> CompiledRule | None:
        if not self.trusted:
            faults = partial(self.report, document)
            return compile_rule(rule, self.names, _roles(), faults, own=self.own)
        try:
            return trusted_rule(rule, self.names)
        except RuleError as error:
            self.report(document, "$.when", error)
            return None

    def report(self, document: Document, place: str, error: RuleError) -> None:
        self.problems.append(RuleError(f"{document.path}:{document.line(place)}: {error.what}", error.hint))
