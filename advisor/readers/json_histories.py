"""Whose training curves a JSON document holds: one history or several, and what was set for each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from advisor.readers.beside import as_hyperparameters
from advisor.readers.json_columns import (
    Cells,
    Record,
    bad_cells,
    column,
    records_by_key,
    records_by_row,
    records_by_step,
    states_steps,
)
from advisor.readers.json_labels import (
    belongs_to_split,
    by_model,
    is_loss,
    is_of_quantity,
    label,
    may_be_run,
    names_split,
    speaks,
    split_label,
)
from advisor.readers.json_values import flat, numbers
from advisor.readers.names import names_a_place
from advisor.run import EventKind, Hyperparameter, LogEvent, Trust
from advisor.vocabulary import hyperparameter_role, is_result, x_rank

CONFIG_KEYS = ("config", "cfg", "args", "hparams", "hyperparameters", "hyperparams", "params", "options")
_NAMING_KEYS = ("name", "model", "model_name", "run", "run_name", "fold", "seed", "id", "optimizer")
_DEEPEST = 6
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers that stand side by side: columns, or records; `prefix` belongs before their names."""

    columns: Mapping[str, Cells] | None = None
    records: Sequence[Record] = ()
    prefix: str = ""

    def names(self) -> list[str]:
        """The names of its numbers, of records those of the first ones."""
        if self.columns is not None:
            return list(self.columns)
        return list(dict.fromkeys(name for record in self.records[:_LOOKED_AT] for name in numbers(record)))

    def full_names(self) -> list[str]:
        """The names with what belongs before them; what counts is of all parts."""
        return [name if x_rank(name) else self.prefix + name for name in self.names()]


@dataclass(frozen=True, slots=True)
class History:
    """The curves of one training, in tables of which each may have its own length."""

    tables: tuple[Table, ...]
    name: str = ""
    settings: tuple[Hyperparameter, ...] = ()
    notes: tuple[LogEvent, ...] = ()

    def names(self) -> list[str]:
        """The names of all its curves."""
        return [name for table in self.tables for name in table.full_names()]


def histories(document: Any) -> list[History]:
    """Every training in a document, in its order; none where it holds no list of numbers or records.

    Keys above the columns are the names of runs (`{"LSTM": {"loss": [...], "val_loss": [...]}}`), of data
    sets (`{"train": {...}, "val": {...}}`), of quantities (`{"loss": {"train": [...]}}`), or say nothing
    (`{"history": {...}}`): which of them, the names of the columns tell. Where no column is known, any
    numbers are taken.
    """
    seen: Counter[str] = Counter()
    found = _in(document, True, 0) or _in(document, False, 0)
    if len(found) == 1:
        return [replace(found[0], name="")]
    for place, history in enumerate(found):
        seen[history.name] += 1
        count = seen[history.name]
        found[place] = replace(history, name=f"{history.name}#{count}") if count > 1 else history
    return found


def _in(node: Any, known: bool, depth: int) -> list[History]:
    if depth > _DEEPEST:
        return []
    if isinstance(node, list):
        return _in_list(node, known, depth)
    return _in_dict(node, known, depth) if isinstance(node, dict) else []


def _in_list(node: Sequence[Any], known: bool, depth: int) -> list[History]:
    records = [entry for entry in node if isinstance(entry, dict)]
    if not records:
        lists = [entry for entry in node if isinstance(entry, list)]
        parts = {str(i): _in(entry, known, depth + 1) for i, entry in enumerate(lists, 1)}
        return _apart({key: found for key, found in parts.items() if found})
    if are_histories(records):
        several = [_in(entry, known, depth + 1) for entry in records]
        return _apart({key: found for key, found in zip(_names_of(records), several, strict=True) if found})
    table = Table(records=records)
    return [History((table,))] if _speaks(table.names(), known) else []


def are_histories(entries: Sequence[Record]) -> bool:
    """Whether each entry of a list is a whole history, not the record of one step.

    A record may hold lists too (`"per_class_acc": [...]`), but states its loss as one number, or counts.
    """
    found = _in(entries[0], True, _DEEPEST - 2) if any(map(_holds_lists, entries[:1])) else []
    tables = [table for history in found for table in history.tables]
    columns = [cells for table in tables for cells in (table.columns or {}).values()]
    several = any(table.records for table in tables) or any(len(cells) > 1 for cells in columns)
    if not found or not several or _count_up(entries):
        return False
    names = [name for history in found for name in history.names()]
    return any(map(is_loss, names)) or not any(map(is_result, numbers(entries[0])))


def _holds_lists(entry: Any) -> bool:
    return any(isinstance(value, list | dict) for value in entry.values())


def _count_up(entries: Sequence[Record]) -> bool:
    """Whether a count in the entries grows from each to the next."""
    first, *others = [{n: v for n, v in numbers(e).items() if x_rank(n)} for e in entries[:_LOOKED_AT]]
    for name, value in first.items():
        counts = [value, *(found.get(name, value) for found in others)]
        if others and all(a < b for a, b in pairwise(counts)):
            return True
    return False


def _names_of(entries: Sequence[Record]) -> list[str]:
    """What tells the entries of a list apart: a name or a number that each has, else its place."""
    for key in _NAMING_KEYS:
        values = [entry.get(key) for entry in entries]
        if all(isinstance(v, str | int | float) for v in values) and len(set(values)) == len(values):
            return [value if isinstance(value, str) else f"{key} {value}" for value in values]
    return [f"run {i} of {len(entries)}" for i in range(1, len(entries) + 1)]


def _in_dict(node: Record, known: bool, depth: int) -> list[History]:
    records = records_by_key(node) or records_by_row(node)
    if records and _speaks(Table(records=records).names(), known):
        return _in_list(records, known, depth)
    node = _turned(node) or node
    own, taken = _own(node, known)
    children: dict[str, list[History]] = {}
    for key, value in node.items():
        # Below the name of a quantity, what the columns are called says of what.
        found = [] if key in taken else _in(value, known and not is_result(label(key)), depth + 1)
        if found:
            children[key] = found
    stated = _stated({key: value for key, value in node.items() if key not in taken and key not in children})
    return [replace(h, settings=(*h.settings, *stated)) for h in _combined(own, children, known)]


def _turned(node: Record) -> Record:
    """`{"loss": {"sgd": [...], "adam": [...]}}` by its runs; nothing where the inner keys are no runs."""
    inner = {key: value for key, value in node.items() if isinstance(value, dict)}
    names = list(next(iter(inner.values()), ()))
    if len(names) < 2 or any(set(value) != set(names) for value in inner.values()):
        return {}
    listed = all(isinstance(cells, list) for value in inner.values() for cells in value.values())
    if not listed or not all(speaks(key) or hyperparameter_role(key) for key in inner):
        return {}
    if not any(map(speaks, inner)) or any(states_steps(value) for value in inner.values()):
        return {}
    if not all(map(may_be_run, names)):
        return {}
    by_run = {name: {key: value[name] for key, value in inner.items()} for name in names}
    return {**{key: value for key, value in node.items() if key not in inner}, **by_run}


def _own(node: Record, known: bool) -> tuple[list[History], set[str]]:
    """The histories whose columns stand in a dict itself, and the keys of these columns."""
    records, stepped = records_by_step(node)
    columns = {
        name: cells for name, value in node.items() if name not in stepped and (cells := column(name, value))
    }
    tables = [Table(records=records)] if records else []
    taken = {*columns, *stepped}
    notes = _bad(node, columns)
    models = by_model(columns)
    if models and not tables:
        return [History((Table(found),), name, (), notes) for name, found in models.items()], taken
    tables += [Table(columns)] if columns else []
    if not _speaks([name for table in tables for name in table.names()], known) and not columns:
        return [], set()
    return ([History(tuple(tables), notes=notes)] if tables else []), taken


def _bad(node: Record, columns: Mapping[str, Cells]) -> tuple[LogEvent, ...]:
    counts = {name: bad_cells(node[name], cells) for name, cells in columns.items()}
    return tuple(
        LogEvent(EventKind.UNREADABLE, f"Values of '{name}' are no numbers and were left out.", count=count)
        for name, count in counts.items()
        if count
    )


def _speaks(names: Iterable[str], known: bool) -> bool:
    return any(map(speaks, names)) if known else any(True for _ in names)


def _combined(own: list[History], children: dict[str, list[History]], known: bool) -> list[History]:
    """The histories in a dict, from its own columns and from what its keys hold."""
    joined = {key: found[0] for key, found in children.items() if _joins(key, found)}
    apart = {key: found for key, found in children.items() if key not in joined}
    if any(map(split_label, joined)) and all(_has_no_split(found) for found in apart.values()):
        # One of them is the training data: the others are further data sets.
        joined, apart = {key: found[0] for key, found in children.items()}, {}
    if _collide(joined):
        joined, apart = {}, children
    speaking = [history for history in own if _speaks(history.names(), known)]
    silent = [table for history in own if history not in speaking for table in history.tables]
    if len(speaking) > 1 or (speaking and not joined):
        whole = speaking
    else:
        whole = _joined(joined, [*speaking, *(h for h in own if h not in speaking and joined)])
        silent = [] if joined else silent
    if not whole and not apart:
        return [] if known else own
    runs = [*whole, *_apart(apart)]
    return _with_losses([replace(run, tables=(*run.tables, *_shared(silent, run))) for run in runs])


def _joins(key: str, found: Sequence[History]) -> bool:
    """Whether a key names a part of one history, not a history of its own."""
    names = found[0].names()
    if len(found) > 1:
        return False
    return not label(key) or belongs_to_split(key, names) or is_of_quantity(key, names)


def _has_no_split(found: Sequence[History]) -> bool:
    return len(found) == 1 and not any(map(names_split, found[0].names()))


def _collide(parts: Mapping[str, History]) -> bool:
    """Whether parts that would become one history say the same twice."""
    named = [name for key, part in parts.items() for name in set(_behind(key, part).names())]
    return any(count > 1 for name, count in Counter(named).items() if not x_rank(name))


def _behind(key: str, part: History) -> History:
    """A part of a history with what its key says before its names."""
    before = f"{label(key)}/" if label(key) else ""
    return replace(part, tables=tuple(replace(t, prefix=before + t.prefix) for t in part.tables))


def _joined(parts: Mapping[str, History], own: Sequence[History]) -> list[History]:
    """One history of several parts, their names behind what the keys say."""
    whole = [*own, *(_behind(key, part) for key, part in parts.items())]
    tables = tuple(table for part in whole for table in part.tables)
    settings = tuple(setting for part in whole for setting in part.settings)
    notes = tuple(note for part in whole for note in part.notes)
    return [History(tables, "", settings, notes)] if tables else []


def _apart(parts: Mapping[str, list[History]]) -> list[History]:
    """The histories of several keys, each named by its own."""
    return [
        replace(
            history, name="/".join(filter(None, [key if len(parts) > 1 or label(key) else "", history.name]))
        )
        for key, found in parts.items()
        for history in found
    ]


def _shared(silent: Iterable[Table], run: History) -> list[Table]:
    """Columns that stand above several runs (`epochs`) and are as long as theirs."""
    lengths = {len(cells) for table in run.tables for cells in (table.columns or {}).values()}
    names = set(run.names())
    found = [
        {name: cells for name, cells in (table.columns or {}).items() if len(cells) in lengths}
        for table in silent
    ]
    return [Table({n: c for n, c in columns.items() if n not in names}) for columns in found if columns]


def _with_losses(runs: list[History]) -> list[History]:
    """The runs that have a loss, where any has; lists of other results beside them are no trainings."""
    kept = [run for run in runs if any(map(is_loss, run.names()))]
    left = [run.name for run in runs if run not in kept]
    if not kept or not left:
        return runs
    note = f"Lists of results that have no loss were left out: {', '.join(left)}."
    return [
        replace(kept[0], notes=(*kept[0].notes, LogEvent(EventKind.NOTE, note, count=len(left)))),
        *kept[1:],
    ]


def _stated(rest: Record) -> tuple[Hyperparameter, ...]:
    """The settings beside curves: all of a configuration, elsewhere what the field calls a hyperparameter.

    Results (`best_val_loss`, `{"best": {"epoch": 9, "val_loss": 0.2}}`) are none.
    """
    found: list[Hyperparameter] = []
    beside: Record = {}
    for key, value in rest.items():
        if isinstance(value, dict) and (key.lower() in CONFIG_KEYS or _is_configuration(key)):
            found += as_hyperparameters(value, f"'{key}' in the log", Trust.PRINTED)
        elif not isinstance(value, list) and not _is_of_results(value):
            beside[key] = value
    stated = as_hyperparameters(beside, "beside the curves in the log", Trust.PRINTED)
    return (*found, *(h for h in stated if h.role is not None and _is_set(h)))


def _is_of_results(value: Any) -> bool:
    return isinstance(value, dict) and any(is_result(name) for name, _ in flat(value))


def _is_configuration(key: str) -> bool:
    return any(word in CONFIG_KEYS or word == "settings" for word in label(key).split())


def _is_set(setting: Hyperparameter) -> bool:
    """Whether it was set before the training: `epoch: 12` is where it stood, or the best of its epochs."""
    last = setting.name.rpartition(".")[2]
    counts = x_rank(last) is not None and names_a_place(last)
    return not counts and not is_result(last)
