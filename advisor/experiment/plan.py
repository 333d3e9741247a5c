"""What a change would edit, shown before anything is written."""

import difflib
import hashlib
import itertools
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.advice.change import Change
from advisor.advice.rounding import as_number, tidy
from advisor.errors import EditError, UsageError
from advisor.experiment.names import ends_with_name, role_of, same_name
from advisor.experiment.options import Option
from advisor.experiment.place import Argument, Place
from advisor.experiment.places import Search, search
from advisor.experiment.scalars import parse_scalar, plain_text, same_value, typed_like, wished_value
from advisor.experiment.script import program_index
from advisor.experiment.words import new_word_index
from advisor.redact import command_line
from advisor.run import Scalar, Trust
from advisor.text import clean, clean_line


@dataclass(frozen=True, slots=True)
class FileEdit:
    """New bytes for one file.

    Attributes:
        path: The file; a link is followed when it is written.
        label: Its name as the command gives it.
        before: Its bytes when the plan was made.
        after: Its bytes once it is applied.
    """

    path: Path
    label: str
    before: bytes
    after: bytes

    @property
    def before_hash(self) -> str:
        """SHA-256 of the bytes that the plan was made on."""
        return hashlib.sha256(self.before).hexdigest()


@dataclass(frozen=True, slots=True)
class Plan:
    """One value, changed in one place: a word of the command, or a file.

    Attributes:
        name: The user's own name for what is changed.
        role: The field's name for it; None where it is unknown.
        before: The value that stands there; None where the flag is new.
        after: The value that will stand there.
        place: Where, for the user.
        command_before: The command before the change.
        command_after: The command after it; the same where a file is edited.
        edits: The files that change.
    """

    name: str
    role: str | None
    before: Scalar
    after: Scalar
    place: str
    command_before: tuple[str, ...]
    command_after: tuple[str, ...]
    edits: tuple[FileEdit, ...] = ()

    @property
    def headline(self) -> str:
        """The change in one line, in the user's own names: `--lr 0.1 -> 0.03 (command line)`."""
        before = "" if self.before is None else f"{clean_line(plain_text(self.before))} -> "
        return f"{clean_line(self.name)} {before}{clean_line(plain_text(self.after))} ({self.place})"

    @property
    def diff(self) -> str:
        """A unified diff of each file, and the command before and after; safe to show."""
        parts = [_file_diff(edit) for edit in self.edits]
        if self.command_before != self.command_after:
            parts.append(f"- {_shown(self.command_before)}\n+ {_shown(self.command_after)}\n")
        return "".join(parts)


MOST_CHOICES = 9
"""Places that are listed, so that one key names one."""

Chooser = Callable[[Sequence[Place]], Place]
"""Says which of several places is meant."""


class AmbiguousError(EditError):
    """Several places could be meant, and nothing says which one the program takes."""


def plan_change(change: Change, command: Sequence[str], folder: Path, choose: Chooser | None = None) -> Plan:
    """What a proposed change would edit; nothing is written.

    Args:
        change: The proposal.
        command: The training command.
        folder: Where the command runs.
        choose: Asked where several places could be meant; without it they are refused.

    Raises:
        AmbiguousError: several places could be meant.
        EditError: the hyperparameter stands nowhere that can be edited, or not with the value that the run
            had; says what to do by hand.
        UsageError: the new value is no value for it.
    """
    if change.hyperparameter is None:
        what = change.do.en if change.do is not None else change.reason.en
        raise EditError("This change is no hyperparameter that could be set.", f"By hand: {what}")
    found = search(command, folder)
    place = _choose(found, change.name, change.hyperparameter, change.before, choose)
    if place is None:
        return _plan_new(found, change.hyperparameter, change.name, change.after, command)
    return _plan_place(found, place, _wanted(change, place), command)


def plan_value(
    name: str, value: str | float, command: Sequence[str], folder: Path, choose: Chooser | None = None
) -> Plan:
    """What setting `name` to `value` would edit; nothing is written.

    Args:
        name: The user's name for it (`--lr`, `optim.lr`) or any name of its role (`learning rate`). A value
            that other settings share through an anchor is only set where it is named in full.
        value: The new value; text is read as a command line would read it.
        command: The training command.
        folder: Where the command runs.
        choose: Asked where several places could be meant; without it they are refused.

    Raises:
        AmbiguousError: several places could be meant.
        EditError: the hyperparameter stands nowhere that can be edited; says what to do by hand.
        UsageError: `value` is no value for it.
    """
    found = search(command, folder)
    role = role_of(name)
    place = _choose(found, name, role, None, choose)
    if place is None:
        return _plan_new(found, role, name, wished_value(name, value, None), command)
    in_full = "." in name and (place.location == name or same_name(place.name, name))
    return _plan_place(found, place, wished_value(name, value, place.value), command, shared=in_full)


def _choose(
    found: Search, name: str, role: str | None, before: Scalar, choose: Chooser | None
) -> Place | None:
    """The one place that a change means, or None where there is none.

    A place named in full (`optim.lr`, `--lr`, `train.py:12`) is meant. Else, of all of that name or role,
    those count that a program resolves first: the command before files, files before the program's own
    values. Of several, the one of that very name is meant; else only one that has the run's own value is
    certain; else the user is asked.
    """
    everything = (*found.places, *found.minor)
    candidates = [p for p in everything if p.location == name or _is_in_full(name, p)]
    if not candidates:
        candidates = [p for p in everything if ends_with_name(p.name, name) or (role and p.role == role)]
        first = min((place.tier for place in candidates), default=0)
        candidates = [place for place in candidates if place.tier == first]
        named = [place for place in candidates if same_name(place.name, name)]
        candidates = named or [p for p in candidates if ends_with_name(p.name, name)] or candidates
    narrowings: list[Callable[[Place], bool]] = [
        lambda place: not place.fixed,
        lambda place: before is not None and same_value(as_number(place.value), as_number(before)),
        lambda place: same_name(place.name, role or ""),
    ]
    for wanted in narrowings:
        if len(candidates) > 1:
            candidates = [place for place in candidates if wanted(place)] or candidates
    if len(candidates) > 1:
        if choose is None:
            raise _ambiguous(candidates)
        return choose(candidates)
    return candidates[0] if candidates else None


def _is_in_full(name: str, place: Place) -> bool:
    """Whether a name can mean this place alone, however many others have its role."""
    return same_name(place.name, name) if "." in name else name.startswith("--") and place.name == name


def place_line(place: Place) -> str:
    """A place with what stands there: `optim.lr = 0.1 (conf.yaml line 3)`; safe to show."""
    return f"{clean_line(place.name, 60)} = {clean_line(place.text, 40)} ({place.source})"


def _ambiguous(candidates: Sequence[Place]) -> AmbiguousError:
    listed = ", ".join(place_line(place) for place in candidates[:MOST_CHOICES])
    more = len(candidates) - MOST_CHOICES
    one = candidates[0]
    alone = sum(same_name(one.name, place.name) for place in candidates) == 1
    return AmbiguousError(
        f"More than one setting could be meant: {listed}{f' and {more} more' if more > 0 else ''}.",
        f"Say which, for example: advisor set {clean_line(one.name) if alone else one.location} VALUE.",
    )


def _wanted(change: Change, place: Place) -> Scalar:
    """The new value, held against what stands there now."""
    here = f"{clean_line(place.name)} ({place.source})"
    if change.after is None:
        number = as_number(place.value)
        if change.factor is None or number is None:
            raise EditError(
                f"The change names no value for {here}.",
                f"Set one: advisor set {clean_line(place.name)} VALUE.",
            )
        return tidy(number * change.factor, change.hyperparameter, place.value)
    now, before, after = (_number_or_text(value) for value in (place.value, change.before, change.after))
    if same_value(now, after):
        raise EditError(
            f"{here} is {plain_text(change.after)} already.", "Run 'advisor rerun' to see what it does."
        )
    if change.before is not None and not same_value(now, before):
        wish = f"advisor set {clean_line(place.name)} {clean_line(plain_text(change.after))}"
        raise EditError(
            f"The run had {plain_text(change.before)} for {clean_line(change.name)}, but {here} says"
            f" {clean_line(place.text)}.",
            f"To set it all the same: {wish}.",
        )
    return change.after


def _number_or_text(value: Scalar) -> Scalar:
    number = as_number(value)
    return value if number is None else number


def _plan_place(
    found: Search, place: Place, value: Scalar, command: Sequence[str], shared: bool = False
) -> Plan:
    if place.kind in ("option", "variable"):
        return _plan_default(found, place, value, command)
    if place.fixed and place.trust is Trust.COMMAND_LINE:
        name, where = clean_line(place.name), place.where
        raise EditError(
            f"{name} on the command line {place.fixed}"
            if isinstance(where, Argument)
            else f"{clean_line(where.label)} line {where.line}: {name} {place.fixed}"
        )
    after = typed_like(value, place.value)
    before = tuple(command)
    if place.kind == "switch":
        changed = _switched(found, place, after, before)
        plan = Plan(place.name, place.role, place.value, after, place.source, before, changed)
    elif isinstance(place.where, Argument):
        changed = _with_argument(before, place.where, _argument_text(after, place.text))
        plan = Plan(place.name, place.role, place.value, after, place.source, before, changed)
    else:
        path, start = place.where.path, place.where.start
        document = next(d for d in found.documents if d.path == path)
        leaf = next(x for x in document.effective() if document.byte_span(x)[0] == start)
        edit = FileEdit(path, document.label, document.data, document.with_value(leaf, after, shared))
        source = f"{place.source}, shared through an anchor" if leaf.shared else place.source
        plan = Plan(place.name, place.role, place.value, after, source, before, before, (edit,))
    if plan.command_before == plan.command_after and all(edit.before == edit.after for edit in plan.edits):
        raise EditError(f"{clean_line(place.name)} ({place.source}) is {clean_line(place.text)} already.", "")
    return plan


def _with_argument(command: tuple[str, ...], where: Argument, written: str) -> tuple[str, ...]:
    """The command with one value replaced; one inside a script of a shell must need no marks there."""
    word = command[where.index]
    if where.end is not None and shlex.quote(written) != written:
        raise EditError(
            f"'{clean_line(written)}' would mean something else to the shell.", "Edit it by hand."
        )
    rest = "" if where.end is None else word[where.end :]
    return (*command[: where.index], word[: where.start] + written + rest, *command[where.index + 1 :])


def _switched(found: Search, place: Place, value: Scalar, command: tuple[str, ...]) -> tuple[str, ...]:
    """The command with a switch turned: taken away, or put in its other spelling."""
    assert isinstance(place.where, Argument)
    if not isinstance(value, bool):
        raise UsageError(f"{clean_line(place.name)} is a switch.", "Give true or false.")
    if value == place.value:
        return command
    option = found.script.option(place.name)
    index = place.where.index
    turned: tuple[str, ...] = ()
    if option is not None and option.negatives:
        turned = (option.long_name if value else option.negatives[0],)
    return (*command[:index], *turned, *command[index + 1 :])


def _plan_default(found: Search, place: Place, value: Scalar, command: Sequence[str]) -> Plan:
    """A default of the program's own is left as it is: the command is given the new value instead."""
    before = tuple(command)
    after = typed_like(value, parse_scalar(place.text.strip("\"'")))
    if same_value(after, place.value):
        raise EditError(f"{clean_line(place.name)} is {plain_text(after)} already, by default.", "")
    if place.kind == "variable":
        assigned = (f"{place.name}={plain_text(after)}",)
        at = program_index(before)
        changed = (*before[:at], *assigned, *before[at:]) if at else ("env", *assigned, *before)
        return Plan(place.name, place.role, place.value, after, "environment, new variable", before, changed)
    option = found.script.option(place.name)
    assert option is not None
    return _plan_flag(found, option, place.role, place.value, after, before)


def _plan_flag(
    found: Search, option: Option, role: str | None, before: Scalar, after: Scalar, command: tuple[str, ...]
) -> Plan:
    """A new flag at the end of the command, or of the one in the shell script that it runs."""
    words, name, shell = _option_words(option, after), option.long_name, found.shell
    if shell is not None and shell.document is not None:
        document = shell.document
        data = document.prefix + shell.with_words(words).encode()
        edit = FileEdit(document.path, document.label, document.data, data)
        where = f"{clean_line(document.label)}, new flag"
        return Plan(name, role, before, after, where, command, command, (edit,))
    if shell is not None:
        changed = (*command[: shell.index], shell.with_words(words), *command[shell.index + 1 :])
        return Plan(name, role, before, after, "command line, new flag", command, changed)
    at = new_word_index(command, found.script)
    changed = (*command[:at], *words, *command[at:])
    return Plan(name, role, before, after, "command line, new flag", command, changed)


def _option_words(option: Option, value: Scalar) -> tuple[str, ...]:
    """A new flag with its value, or the spelling of a switch."""
    if option.takes_many:
        raise EditError(f"{option.long_name} takes several values.", "Edit the command by hand.")
    if option.takes_value:
        return (option.long_name, _argument_text(value, "True"))
    if value is True:
        return (option.long_name,)
    if value is False and option.negatives:
        return (option.negatives[0],)
    raise EditError(f"{option.long_name} is a switch and is off.", "Set it to true, or leave it.")


def _argument_text(value: Scalar, like: str) -> str:
    """A value as a word of a command: a truth value as the word before it was written."""
    if isinstance(value, bool) and like in ("True", "False"):
        return str(value)
    return plain_text(value)


def _plan_new(found: Search, role: str | None, name: str, value: Scalar, command: Sequence[str]) -> Plan:
    """A flag that the script declares without a default that is known, and that the command does not give."""
    option = next((o for o in found.script.options if any(same_name(n, name) for n in o.names)), None)
    if option is None and role is not None:
        option = next((o for o in found.script.options if any(role_of(n) == role for n in o.names)), None)
    if option is None:
        raise _nowhere(found, role, name, value)
    if value is None:
        raise EditError(
            f"The command leaves {option.long_name} at its default, which is not known.",
            f"Set a value: advisor set {option.long_name} VALUE.",
        )
    return _plan_flag(found, option, role, None, value, tuple(command))


def _nowhere(found: Search, role: str | None, name: str, value: Scalar) -> EditError:
    """Says where was looked, and what to do by hand."""
    shown = clean_line(name or role or "it")
    wish = "the new value" if value is None else clean_line(plain_text(value))
    searched = ["the command", *(clean_line(document.label) for document in found.documents)]
    hint = f"Add it to the command or set it to {wish} by hand where the script defines it."
    problems = "".join(f" {problem}" for problem in found.problems)
    return EditError(f"{shown} is not set in {' or in '.join(searched)}.{problems}", hint)


def _shown(command: Sequence[str]) -> str:
    joined = command_line(command)
    return clean(joined, max(len(joined), 1)).replace("\n", "\\n")


def text_diff(name: str, old: bytes, new: bytes, limit: int | None = None) -> str:
    """A unified diff, safe to show; of a long one the first `limit` lines."""
    before, after = (data.decode(errors="replace") for data in (old, new))
    lines = difflib.unified_diff(_lines(before), _lines(after), name, name)
    return "".join(_diff_line(line) for line in itertools.islice(lines, limit))


def _file_diff(edit: FileEdit) -> str:
    return text_diff(clean_line(edit.label), edit.before, edit.after)


def _lines(text: str) -> list[str]:
    return re.split(r"(?<=\n)", text)[: -1 if text.endswith("\n") or not text else None]


def _diff_line(line: str) -> str:
    """A line made safe to show; one without a line end says so, as `diff` does."""
    body = line.rstrip("\r\n")
    marked = "" if line.endswith("\n") else "\\ No newline at end of file\n"
    return clean(body, max(len(body), 1)) + "\n" + marked
