"""What the key of a part of a JSON document says: nothing (`history`), a split (`train`), or whose it is."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from advisor.readers.json_columns import Cells
from advisor.vocabulary import is_result, split_of, x_rank
from advisor.vocabulary.quantities import meaning
from advisor.vocabulary.words import split_words

# Words for a history as such, which say nothing of whose it is.
_SAYS_NOTHING = frozenset({
    "history", "histories", "hist", "log", "logs", "metric", "metrics", "record", "records", "result",
    "results", "data", "curve", "curves", "epoch", "epochs", "step", "steps", "iteration", "iterations",
    "output", "outputs", "scalars", "stats", "statistics", "per", "by", "all",
})  # fmt: skip
_SEPARATOR = re.compile(r"[_\-/. ]+")


def label(key: str) -> str:
    """A key less the words that say nothing: `train` is left of `train_history`, nothing of `log`."""
    return " ".join(word for word in split_words(key) if word not in _SAYS_NOTHING)


@cache
def split_label(key: str) -> str | None:
    """The split that a key names and nothing else (`train`, `valid_0`, `val_history`, `dtrain`), or None."""
    words = label(key).split()
    if len(words) == 2 and words[1].isdigit():
        words = words[:1]
    return split_of(words[0]) if len(words) == 1 else None


def speaks(name: str) -> bool:
    """Whether a column tells how a training went: a loss, a metric, or a split's only curve."""
    said = meaning(name)
    return said.is_result or said.is_split_alone


def names_split(name: str) -> bool:
    """Whether a split is in a name, alone or as a part."""
    return meaning(name).split is not None


def is_loss(name: str) -> bool:
    """Whether a name is that of a loss, or of a split's only curve."""
    said = meaning(name)
    return said.measures("loss") or said.stands_for_loss or said.is_split_alone


def belongs_to_split(key: str, names: Iterable[str]) -> bool:
    """Whether a key is the split of all these curves, none of which names another."""
    split = split_label(key)
    return split is not None and all(meaning(name).split in (None, split) for name in names)


def is_of_quantity(key: str, names: Iterable[str]) -> bool:
    """Whether a key is the quantity of curves that are named without it: `{"loss": {"train": [...]}}`.

    They may be named by their split, or by how they were gathered (`mean`, `std`).
    """
    bare = [name for name in names if x_rank(name) is None]
    return is_result(label(key)) and bool(bare) and not any(map(may_be_run, bare))


def may_be_run(name: str) -> bool:
    """Whether a key below the name of a quantity may be that of a run (`adam`): it says nothing else."""
    said = meaning(name)
    says = said.is_result or said.derived or said.granular or said.split is not None
    return not says and x_rank(name) is None and not name.isdigit()


def by_model(columns: Mapping[str, Cells]) -> dict[str, dict[str, Cells]]:
    """The columns of each model by its name, where every name begins with that of a model, else nothing.

    `lstm_loss, lstm_val_loss, gru_loss, gru_val_loss` are two histories in one dict. The heads of one model
    have names of this kind too (`cls_loss`, `reg_loss`): where the word before is that of a part of a
    loss, only unequal lengths show that they were trained apart.
    """
    counts = {name: cells for name, cells in columns.items() if x_rank(name) is not None}
    parts = {name: _model_and_rest(name) for name in columns if name not in counts}
    models: dict[str, dict[str, Cells]] = {}
    for name, (model, rest) in parts.items():
        models.setdefault(model, {})[rest] = columns[name]
    if len(models) < 2 or "" in models or not all(map(_is_history, models.values())):
        return {}
    lengths = [{len(cells) for cells in found.values()} for found in models.values()]
    unequal = all(len(found) == 1 for found in lengths) and len(set.union(*lengths)) > 1
    if not unequal and any(_is_part_of_a_loss(model) for model in models):
        return {}
    for found in models.values():
        size = max(map(len, found.values()))
        found.update({name: cells for name, cells in counts.items() if len(cells) == size})
    return models


def _model_and_rest(name: str) -> tuple[str, str]:
    """`lstm` and `val_loss` of `lstm_val_loss`; no model where the rest is not all known."""
    for cut in _SEPARATOR.finditer(name):
        model, rest = name[: cut.start()], name[cut.end() :]
        said = meaning(rest)
        if model and said.quantity is not None and not said.qualifier and not said.derived:
            return ("", name) if names_split(model) else (model, rest)
    return "", name


def _is_history(columns: Mapping[str, Any]) -> bool:
    """Whether columns are those of a whole training: a loss on its data and one on other data."""
    splits = {meaning(name).split for name in columns if meaning(name).measures("loss")}
    return bool(splits & {None, "train"}) and bool(splits & {"validation", "test"})


def _is_part_of_a_loss(model: str) -> bool:
    said = meaning(f"{model}_loss")
    return said.quantity is not None and not said.qualifier
