"""One training of a round as a record that any engine can run, on this machine or on another."""

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from advisor.errors import AdvisorError, UsageError
from advisor.experiment.logs import last_words
from advisor.journal import Journal
from advisor.run import Run, Scalar
from advisor.session import Session
from advisor.tune.early import Watcher
from advisor.tune.metric import Metric
from advisor.tune.mirror import make_mirror, set_values

_TABLES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".log", ".txt"})

Output = Callable[[bytes], None]


@dataclass(frozen=True)
class Job:
    """One training. Its paths mean the same on every machine that may run it (a shared disk).

    Attributes:
        folder: Where the command runs as it stands; it is copied, never written to.
        mirror: Where the copy is made, in a folder of its own that is gone when the job is over.
        command: The command as it stands.
        values: What to set in the copy.
        seed: Added to the command's seed.
        metric: What is judged, where that is known.
        best: The judged curve of the best run so far; empty where there is none to hold this one against.
        stretch: How many times as long as the best run this one is planned to be.
    """

    folder: str
    mirror: str
    command: tuple[str, ...]
    values: dict[str, Scalar] = field(default_factory=dict)
    seed: int = 0
    metric: Metric | None = None
    best: tuple[float, ...] = ()
    stretch: float = 1.0


@dataclass(frozen=True)
class Trained:
    """What a job came to: the run, the command with its values, and whether it was stopped as hopeless."""

    run: Run
    words: tuple[str, ...]
    early: bool


def run_job(
    job: Job, journal: Journal, on_output: Output | None = None, stop: threading.Event | None = None
) -> Trained:
    """Train in a copy of the folder, to its end or until it is hopeless.

    Args:
        job: What to train.
        journal: Where the run is remembered.
        on_output: Given the output as it comes.
        stop: Asks it to end; see `run_command`.

    Raises:
        AdvisorError: the values cannot be set, the training failed, or it logged no curve.
    """
    mirror = Path(job.mirror)
    shutil.rmtree(mirror, ignore_errors=True)
    try:
        make_mirror(Path(job.folder), mirror, job.command)
        words = set_values(job.values, job.command, mirror)
        seeded = _with_seed(words, mirror, job.seed) if job.seed else words
        run, early = _train(job, seeded, journal, on_output, stop or threading.Event())
    finally:
        shutil.rmtree(mirror.parent, ignore_errors=True)
    return Trained(run, words, early)


def _train(
    job: Job, words: tuple[str, ...], journal: Journal, on_output: Output | None, stop: threading.Event
) -> tuple[Run, bool]:
    session = Session(Path(job.folder), journal)
    session.folder, session.in_a_copy = Path(job.mirror).resolve(), True
    live = _Live(Path(job.mirror), on_output)
    watcher = None
    if job.metric is not None and job.best:
        watcher = Watcher(live.logs, job.best, job.metric, job.stretch, stop)
        watcher.start()
    try:
        assessment = session.run(words, live.take, stop)
    finally:
        if watcher is not None:
            watcher.finish()
        # The session remembers the round's command; the project's own stays what the user runs.
        journal.set_command(str(session.project), job.command)
    early = watcher is not None and watcher.stopped
    if session.finished is not None and session.finished.failed and not early:
        said = last_words(session.finished.output)
        raise AdvisorError(f"The training ended with {session.finished.ending.en}. {said}")
    return assessment.run, early


class _Live:
    """What a round has logged so far: its output, and tables in its folder."""

    def __init__(self, mirror: Path, on_output: Output | None) -> None:
        self._mirror, self._on_output = mirror, on_output
        self._output = mirror.parent / "output.txt"
        self._started = time.time() - 1

    def take(self, data: bytes) -> None:
        with self._output.open("ab") as stream:
            stream.write(data)
        if self._on_output is not None:
            self._on_output(data)

    def logs(self) -> list[Path]:
        written = [
            p for p in self._mirror.iterdir() if p.suffix in _TABLES and p.is_file() and not p.is_symlink()
        ]
        changed = [p for p in written if p.stat().st_mtime >= self._started]
        return [*([self._output] if self._output.exists() else []), *changed]


def _with_seed(words: tuple[str, ...], mirror: Path, seed: int) -> tuple[str, ...]:
    name, value = seed_of(words, mirror)
    return set_values({name: value + seed}, words, mirror)


def seed_of(words: Sequence[str], folder: Path) -> tuple[str, int]:
    """Name and value of the seed that a command takes.

    Raises:
        UsageError: it takes none that can be set.
    """
    from advisor.experiment.places import search

    found = (p for p in search(words, folder).places if p.role == "seed" and not p.fixed)
    for place in found:
        if isinstance(place.value, int):
            return place.name, place.value
    raise UsageError(
        "--seeds needs a seed that can be set; the command has none.", "Give it one, as in --seed 0."
    )
