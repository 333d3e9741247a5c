"""Which folders of event files are one run, and how their curves are called then.

Some writers give each split a folder of its own and log the same tags into both: Keras's `TensorBoard`
callback (`train`, `validation`), CatBoost (`learn`, `test`), TensorFlow's estimators (`eval` below the
training's own files). torch's `add_scalars("loss", {"train": ..., "val": ...})` makes `loss_train` and
`loss_val` below its folder, and its `add_hparams` a folder that is named by the time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from advisor.patterns import regex
from advisor.vocabulary import split_of

_MADE_BY_ADD_HPARAMS = regex(r"\d{10}\.\d+")


def homes(folders: Collection[Path]) -> dict[Path, Path]:
    """For each folder with event files the folder of the run that they belong to (often itself)."""
    below: dict[Path, list[Path]] = defaultdict(list)
    for folder in folders:
        below[folder.parent].append(folder)
    found = {folder: folder for folder in folders}
    for parent, children in below.items():
        own = parent in found
        for child in _of_one_run(children, own):
            found[child] = parent
    return found


def _of_one_run(children: Iterable[Path], own: bool) -> list[Path]:
    """The folders below one folder that belong to one run; `own`: that folder has event files too."""
    by_split = {child: split_of(child.name) for child in children}
    splits = set(by_split.values()) - {None}
    named = [child for child, split in by_split.items() if split]
    whole = (
        {"train", "validation"} <= splits or {"train", "test"} <= splits or (own and "train" not in splits)
    )
    taken = named if whole else []
    if own:
        by_tag: dict[str, list[Path]] = defaultdict(list)
        for child in children:
            tag, _, word = child.name.rpartition("_")
            if tag and split_of(word):
                by_tag[tag].append(child)
            elif _MADE_BY_ADD_HPARAMS.fullmatch(child.name):
                taken.append(child)
        taken += [child for group in by_tag.values() if len(group) > 1 for child in group]
    return taken


def curve_name(tag: str, folder: str) -> str:
    """The name of a curve whose file stands in a folder of its own below that of its run.

    Args:
        tag: As written.
        folder: Name of the folder; empty for the run's own.
    """
    if not folder or _MADE_BY_ADD_HPARAMS.fullmatch(folder):
        return tag
    start = tag.replace("/", "_") + "_"
    return f"{tag}/{folder.removeprefix(start)}" if folder.startswith(start) else f"{folder}/{tag}"
