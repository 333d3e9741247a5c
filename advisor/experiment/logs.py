"""Which files a training left its curves in."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from advisor.experiment.runner import Finished
from advisor.patterns import regex
from advisor.text import clean_line

MAX_ENTRIES = 20_000
"""Entries that are looked at; a folder with more is searched in part, the nearest first."""
MAX_CANDIDATES = 50
_FRAME = "│┃║╭╮╰╯─━═ "
"""Lines that programs draw around what they say."""
# What launchers print behind the traceback of a process of theirs is longer than a terminal is high.
_LAST_BYTES = 32_768
_TRACEBACK = "Traceback (most recent call last):"
# torchrun and its processes write whose line it is before each: `[rank0]: `, `[default0]:`.
_RANK = regex(r"^\[\w+\]:\s?")
_RAISED = regex(r"([^\W\d]\w*(?:\.\w+)*)(?::|$)")
# They say that a process failed, not why.
_OF_LAUNCHERS = frozenset(
    {"ChildFailedError", "CalledProcessError", "ProcessExitedException", "ProcessRaisedException"}
)

_SKIPPED = frozenset(
    {
        ".git", ".hg", ".svn", ".advisor", ".venv", "venv", ".tox", ".nox", "node_modules", "site-packages",
        "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".ipynb_checkpoints",
    }
)  # fmt: skip
# In the order in which they are tried: files made to hold curves before those that may hold anything.
_SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".log", ".out", ".txt")
# Clocks of file systems lag behind the clock by a few milliseconds.
_CLOCK_SLACK = 0.1


def find_log(finished: Finished, changed_since: float, folder: Path) -> list[str]:
    """Paths that may hold the curves of a training: what it printed, then what it wrote.

    Args:
        finished: The training.
        changed_since: When it was started, in seconds since the epoch.
        folder: Where it ran; searched with its subfolders, links not followed.

    Returns:
        The captured output (where there is any) first, then the folder of several event files,
        event files, tables and logs that were changed, at most `MAX_CANDIDATES`.
    """
    printed = [str(finished.output)] if _size(finished.output) else []
    since = changed_since - _CLOCK_SLACK
    written = sorted(
        (rank, -entry.stat().st_mtime, entry.path)
        for entry in _files(folder)
        if (rank := _rank(entry.name)) is not None and _changed(entry, since)
    )
    paths = [path for _, _, path in written if not _same(path, finished.output)]
    return [*printed, *_folder_of_events(paths, folder), *paths[:MAX_CANDIDATES]]


def _folder_of_events(paths: Sequence[str], folder: Path) -> list[str]:
    """The folder of one training that wrote several event files (`add_scalars` gives each curve its own)."""
    events = [os.path.dirname(path) for path in paths if ".tfevents." in path]  # noqa: PTH120 - names only
    if len(events) < 2:
        return []
    common = os.path.commonpath(events)
    return [] if Path(common) == folder else [common]


def _rank(name: str) -> int | None:
    if ".tfevents." in name or name == "trainer_state.json" or name.endswith(".wandb"):
        return 0
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - names only, twenty thousand of them
    return 1 + _SUFFIXES.index(suffix) if suffix in _SUFFIXES else None


def _files(folder: Path) -> Iterator["os.DirEntry[str]"]:
    """Files below a folder, level by level."""
    waiting = deque([str(folder)])
    left = MAX_ENTRIES
    while waiting and left > 0:
        try:
            with os.scandir(waiting.popleft()) as entries:
                found = list(entries)
        except OSError:
            continue
        if any(entry.name == "pyvenv.cfg" for entry in found):
            continue
        for entry in sorted(found, key=lambda e: e.name)[:left]:
            left -= 1
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED:
                    waiting.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry


def _changed(entry: "os.DirEntry[str]", since: float) -> bool:
    try:
        found = entry.stat()
    except OSError:
        return False
    return found.st_size > 0 and found.st_mtime >= since


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _same(path: str, other: Path) -> bool:
    try:
        return Path(path).samefile(other)
    except OSError:
        return False


def last_words(output: Path) -> str:
    """The reason why a command ended as it tells it: the exception of its traceback, else its last words."""
    with output.open("rb") as stream:
        stream.seek(max(0, output.stat().st_size - _LAST_BYTES))
        lines = stream.read().decode("utf-8", "replace").splitlines()
    last = _exception(lines) or next((line for line in reversed(lines) if any(map(str.isalnum, line))), "")
    last = clean_line(last)
    return f"It last said: {last.strip(_FRAME).rstrip('.')}." if last else "It printed nothing."


def _exception(lines: Sequence[str]) -> str:
    """The exception that ends the last traceback which is not a launcher's; empty where there is none."""
    found = ""
    within = False
    for line in lines:
        bare = _RANK.sub("", line)
        if _TRACEBACK in bare:
            within = True
        elif within and (named := _RAISED.match(bare)):
            within = False
            found = found if named.group(1).rpartition(".")[2] in _OF_LAUNCHERS else bare
    return found
