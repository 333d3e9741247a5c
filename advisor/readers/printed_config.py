"""Reads the hyperparameters that a program prints into its log before it trains.

Known forms: `Namespace(lr=0.1, ...)` with what is nested in it, a dictionary dump, several on one line
(`lr=0.1 batch_size=32`, `lr: 0.1, batch size: 32`), one on a line (`lr: 0.1`, `lr = 0.1`, `| lr | 0.1 |`),
the command line itself (`$ python train.py --lr 0.1 optim.momentum=0.9`), `Training for 30 epochs`,
`max: 30 epochs`.
Nothing is evaluated.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from advisor.patterns import regex
from advisor.readers.lines import Line
from advisor.readers.names import counter, is_metric
from advisor.readers.spelling import half_width
from advisor.run import Hyperparameter, Scalar, Trust
from advisor.text import clean_line
from advisor.vocabulary import hyperparameter_role

_LONGEST = 50_000
_MOST_VALUES = 400
# A log says most of its lines again and again.
_REMEMBERED = 1_000
_VALUE = r"'[^']*'|\"[^\"]*\"|\[[^\[\]]*\]|\([^()]*\)|[^\s,;{}()\[\]#]+"
_NAMESPACE = regex(
    r"\b(?:Namespace|\w{0,40}Config|\w{0,40}Args|\w{0,40}Arguments|Params|HParams|Hyperparameters)\("
)
# A name of the field in English or Chinese.
_LETTER = r"[A-Za-z_\u4e00-\u9fff]"
_ASSIGNED = regex(rf"(?<![\w.])({_LETTER}[\w.]*) ?= ?({_VALUE})")
_LISTED = regex(
    rf"(?:^|[,;|:]\s+|(?<=[,;]))({_LETTER}[\w.-]*(?: [A-Za-z]\w*){{0,2}}): *({_VALUE})(?=\s*(?:[,;|]|$))"
)
# OpenMMLab: `workflow: [('train', 1)], max: 12 epochs`
_FOR_EPOCHS = regex(r"\b(?:train(?:ing)?(?: \w+)? for|max:) (\d+) epochs?\b", re.IGNORECASE)
_DICT_ENTRY = regex(rf"['\"]([A-Za-z_][\w. /-]*)['\"] ?: ?({_VALUE})")
_SECTION_OR_ENTRY = regex(rf"(?:['\"]([A-Za-z_][\w. /-]*)['\"] ?: ?)?{{|}}|{_DICT_ENTRY.pattern}")
_COMMAND = regex(
    r"(?:^|[\s$#>])(?:python[\d.]*|torchrun|accelerate launch|deepspeed|horovodrun|srun|th|lua|yolo|"
    r"fairseq-\w+)"
    r"\s+[^|;]*"
)
_PROGRAM = regex(r"\.(?:py|lua)\b|\s-m\s+(?!pip\b|venv\b)[\w.]+|^\s*(?:yolo|fairseq-)")
_CONTINUED = regex(r"^\s*--[A-Za-z][\w.-]*[ =]\S.*(?:\\|--\w.*)$")
_FLAG = regex(r"(?:^|\s)--?([A-Za-z][\w.-]+)(?:=|\s+)((?!--?[A-Za-z])[^\s'\"]+|'[^']*'|\"[^\"]*\")")
_OVERRIDE = regex(r"(?:^|\s)([A-Za-z_][\w.]*)=([^\s=]+)(?=\s|$)")
_SINGLE = regex(
    rf"^(?:[\s|*>+ℹ-]|[^\x00-\x7f\w])*(?:--)?['\"]?({_LETTER}[\w.-]*(?: [A-Za-z_][\w-]*){{0,2}})['\"]?\s*"
    rf"(?:: ?\w+ ?=|[:=|]|\.{{3,}}|\s{{2,}})\s*({_VALUE})"
    r"\s*[|,;]?\s*(?:#.*)?$"
)
# Roles that the measurements of a step have too.
_MEASURED_TOO = frozenset({"learning_rate", "loss", "epochs", "gradient_clipping"})
# What a schedule may change from step to step beside the rate.
_SCHEDULED = frozenset({"momentum", "beta1", "beta2", "weight_decay", "dropout"})
# `optimizer = optim.SGD(model.parameters(), lr=0.1)`, in a program that stands above its output.
_OPTIMIZER_MADE = regex(r"\boptim(?:izers?)?\.([A-Z]\w*)\(((?:[^()]|\([^()]*\))*)\)")
# And so it stands in the model card that the Trainer writes.
_OPTIMIZER_OF_CARD = regex(r"^\W*optimizer: (?:Use )?(\w+) with betas=")
_OTHER_OBJECT = regex(r"self\.|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$")
# absl prints each of its flags on a line.
_FLAG_LINE = regex(r"^(?:[IWE]\d{4} [^\]]*\] )?--[A-Za-z][\w.-]*=\S+$")
# Two settings beside each other, in columns: `  Train Epochs:    10          Batch Size:    16`.
_IN_COLUMN = regex(rf"({_LETTER}[\w.-]*(?: [A-Za-z][\w-]*){{0,3}}):\s{{2,}}({_VALUE})(?:\s{{2,}}|\s*$)")
_LOG_PREFIX = regex(
    r"^.*?\b(?:DEBUG|INFO|WARNING)\b(?::[\w.]*)?\s*[:\]-]*\s*|^[IWE]\d{4} [\d:.]+ +\d+ [\w.]+:\d+\] "
)
# `Training with batch size: 256`, nanoGPT's `Overriding: batch_size = 12`
_LED_BY = regex(r"^(?:(?:training |running )?(?:with|using)|overrid(?:e|ing):?) (?=\w)", re.IGNORECASE)
# In a program that is printed before its log, what a function takes is nothing that was set.
_DEFINITION = regex(r"\s*(?:async )?def \w+\(")
_NUMBER = regex(r"[-+]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LIST_OF_ONE = regex(r"\[\s*([-+\d.eE]+)\s*\]")


def printed_hyperparameters(line: Line) -> Iterator[Hyperparameter]:
    """Every hyperparameter that a line sets, with `log line N` as its source.

    A line on its own (`dropout: 0.1`) counts only where the name is one of the field's; a namespace, a
    dictionary or a command is taken whole.
    """
    text = half_width(line.text[:_LONGEST])
    for name, word in _entries(text)[:_MOST_VALUES]:
        value = scalar(word)
        if value is not None:
            role = hyperparameter_role(name)
            yield Hyperparameter(clean_line(name), value, role, f"log line {line.number}", Trust.PRINTED)


def scalar(word: str) -> Scalar:
    """The value that a word spells: a number, a truth value, None or text. Never evaluated."""
    bare = word.strip()
    if len(bare) > 1 and bare[0] in "'\"" and bare[-1] == bare[0]:
        return clean_line(bare[1:-1])
    if bare in {"None", "null", "none", "nil", ""}:
        return None
    if bare.lower() in {"true", "false"}:
        return bare.lower() == "true"
    if listed := _LIST_OF_ONE.fullmatch(bare):
        return scalar(listed[1])
    if _NUMBER.fullmatch(bare):
        try:
            return int(bare)
        except ValueError:
            return float(bare)
    return clean_line(bare)


def is_configuration(text: str) -> bool:
    """Whether a line is a dump of a configuration, whose numbers are no points of curves."""
    text = half_width(text[:_LONGEST])
    if _NAMESPACE.search(text) or _command(text) or _FLAG_LINE.match(text):
        return True
    if "{" in text:
        return _is_settings(_DICT_ENTRY.findall(text))
    return bool(_pairs(text))


def starts_program(text: str) -> bool:
    """Whether a line is a command that starts a program: settings printed before it belong to another one."""
    return "." in text and _CONTINUED.match(text) is None and _command(text) is not None


@lru_cache(_REMEMBERED)
def _entries(text: str) -> list[tuple[str, str]]:
    if _DEFINITION.match(text):
        return []
    namespace = _NAMESPACE.search(text)
    if namespace:
        return _assigned(text, namespace.end())
    command = _command(text)
    if command:
        return [*_FLAG.findall(command), *_OVERRIDE.findall(command)]
    made = _OPTIMIZER_MADE.search(text) if "optim" in text else None
    if made:
        told = [entry for entry in _ASSIGNED.findall(made.group(2)) if _NUMBER.fullmatch(entry[1])]
        return [("optimizer", made.group(1)), *told]
    card = _OPTIMIZER_OF_CARD.match(text)
    if card:
        return [("optimizer", card.group(1))]
    if "{" in text:
        entries = _of_sections(text)
        if len(entries) > 1:
            return entries if _is_settings(entries) else []
    listed = _pairs(text)
    if listed:
        return listed
    planned = _FOR_EPOCHS.search(text)
    if planned:
        return [("epochs", planned.group(1))]
    bare = _LED_BY.sub("", _LOG_PREFIX.sub("", text))
    singles = filter(None, map(_SINGLE.match, dict.fromkeys((text, bare))))
    name, value = next((s.groups() for s in singles if hyperparameter_role(s.group(1))), ("", ""))
    if not name:
        return []
    if hyperparameter_role(name) == "loss" and _NUMBER.fullmatch(value):
        return []
    code = name.startswith("self.") or ("=" in text and _OTHER_OBJECT.match(value))
    return [] if code else [(name, value)]


def _assigned(text: str, start: int) -> list[tuple[str, str]]:
    """What a namespace sets, and the objects in it; of `optimizer=OptimizerConfig(name='adamw'` the name."""
    entries = []
    owner = ""
    for match in _ASSIGNED.finditer(text, start):
        name, value = match.groups()
        if text.startswith("(", match.end()):
            owner = name
            continue
        entries.append((owner if owner and name == "name" else name, value))
        owner = ""
    return entries


def _of_sections(text: str) -> list[tuple[str, str]]:
    """The entries of a printed dictionary; those named alike by their sections (`training.epochs`)."""
    counts = Counter(name for name, _ in _DICT_ENTRY.findall(text))
    entries: list[tuple[str, str]] = []
    sections: list[str] = []
    for match in _SECTION_OR_ENTRY.finditer(text):
        opened, name, value = match.groups()
        if name is not None:
            section = sections[-1] if sections else ""
            entries.append((f"{section}.{name}" if section and counts[name] > 1 else name, value))
        elif match.group() != "}":
            sections.append(opened or "")
        elif sections:
            sections.pop()
    return entries


def _pairs(text: str) -> list[tuple[str, str]]:
    """The settings of a line that lists several (`lr=0.1 batch_size=32`); none where it measures too."""
    text = _LOG_PREFIX.sub("", text)
    entries = _ASSIGNED.findall(text)
    if len(entries) < 2:
        entries = _LISTED.findall(text)
    if len(entries) < 2 or not (_is_settings(entries) or _sets_nothing_but(text, entries)):
        return _columns(text)
    measured = any(hyperparameter_role(name) is None and is_metric(name) for name, _ in entries)
    return [] if measured else entries


def _columns(text: str) -> list[tuple[str, str]]:
    """The settings of a line that has them in columns and nothing else; none where it counts or measures."""
    if ":  " not in text:
        return []
    entries = _IN_COLUMN.findall(text)
    roles = {hyperparameter_role(name) for name, _ in entries} - {None}
    if len(entries) < 2 or "loss" in roles or roles <= _MEASURED_TOO | _SCHEDULED:
        return []
    counts = any(counter(name) is not None and not name.lower().endswith("s") for name, _ in entries)
    measures = any(hyperparameter_role(name) is None and is_metric(name) for name, _ in entries)
    return [] if counts or measures or _IN_COLUMN.sub("", text).strip() else entries


def _is_settings(entries: list[tuple[str, str]]) -> bool:
    """Whether entries are settings: two at least that are never measured, or one of three."""
    roles = {hyperparameter_role(name) for name, _ in entries} - {None}
    enough = 1 if len(roles) > 2 and "loss" not in roles else 2
    return len(roles - _MEASURED_TOO) >= enough


def _sets_nothing_but(text: str, entries: list[tuple[str, str]]) -> bool:
    """Whether all of a line are settings, one of which no step measures: `lr=1e-5 batch_size=16`."""
    roles = {hyperparameter_role(name) for name, _ in entries}
    if None in roles or "loss" in roles or roles <= _MEASURED_TOO | _SCHEDULED:
        return False
    return not _ASSIGNED.sub("", text).strip(" ,;|") or not _LISTED.sub("", text).strip(" ,;|")


@lru_cache(_REMEMBERED)
def _command(text: str) -> str | None:
    if _CONTINUED.match(text):
        return text
    match = _COMMAND.search(text)
    return match.group() if match and _PROGRAM.search(match.group()) else None
