"""What every kept log is read as, whole and damaged; `python -m tests.readers.recorded` writes it to a file.

The tests beside this one hold single things: a value, a role, a sentence. `recorded.txt` holds everything
that a reading says of the logs that programs wrote (sample logs, files of the frameworks, formats that a few
lines stand for) and of small odd ones (`odd_documents`, `odd_tables`, `odd_stores`), and in short what it
says of each cut off, written twice over, or with foreign lines in it, and of consoles that were drawn. How
sure each reader is of the small ones is held too.
`small_logs.jsonl` has consoles of the tests here, and such consoles with lines changed at random, each kept
because it comes to lines of the readers that few others come to. Odd as they are, nobody says that their
readings are the best ones; but none changes unseen.
Whoever changes a reader writes it anew and looks at what changed.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import yaml

from advisor.errors import UnreadableError
from advisor.readers import Source, all_readers, read_paths, read_source
from advisor.readers.base import Reader
from advisor.run import Run, Series
from tests.readers.drawn_consoles import consoles
from tests.readers.odd_documents import documents
from tests.readers.odd_stores import FOLDERS, stores
from tests.readers.odd_tables import embedded, tables
from tests.readers.test_every_reader import NAMES, WRITTEN

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("recorded.txt")
SMALL = Path(__file__).with_name("small_logs.jsonl")
LARGEST = 1 << 13
DRAWN = 150
FOREIGN = b"INFO: cache warmed up in 3.2 s (worker 7)\n"


def record() -> str:
    """A block for each log and each damage done to it; paths are those below the checkout."""
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        blocks = [*_of_paths(), *_of_texts(), *_of_odd_ones(), *_of_folders(), *_of_small_logs()]
    finally:
        os.chdir(before)
    return "\n".join(blocks) + "\n"


def _logs() -> Iterator[Path]:
    """The logs of the samples and the frameworks, by their path from the checkout."""
    for file in sorted(Path("sample_logs").glob("*/expected.yaml")):
        yield file.parent / yaml.safe_load(file.read_text("utf-8"))["log"]
    for file in sorted(Path("tests/readers/frameworks/kept").glob("*/truth.json")):
        yield file.parent / json.loads(file.read_text("utf-8"))["log"]
    yield from sorted(Path("tests/readers/frameworks").glob("*.log"))


def _of_paths() -> Iterator[str]:
    for path in _logs():
        yield _said(str(path), partial(read_paths, [str(path)]))


def _of_texts() -> Iterator[str]:
    """Small logs that are one file, as they are and damaged, read from memory."""
    texts = {NAMES.get(name, f"{name}.log"): text for name, text in sorted(WRITTEN.items())}
    for name, text in texts.items():
        yield _said(name, partial(read_source, Source(name, content=text)))
    for name, text in consoles(DRAWN).items():
        yield _said(name, partial(read_source, Source(name, content=text)), in_short=True)
    for path in _logs():
        if path.is_file() and path.stat().st_size <= LARGEST:
            texts[str(path)] = path.read_bytes()
    for name, text in texts.items():
        lines = text.splitlines(keepends=True)
        foreign = b"".join(line + FOREIGN * (turn % 5 == 2) for turn, line in enumerate(lines))
        for how, damaged in (("cut", text[: len(text) * 3 // 5]), ("twice", text * 2), ("foreign", foreign)):
            yield _said(f"{name}, {how}", partial(read_source, Source(name, content=damaged)), in_short=True)


def _of_odd_ones() -> Iterator[str]:
    by_suffix = {f"{name}{suffix}": text for name, text in tables().items() for suffix in (".csv", ".txt")}
    for name, text in {**documents(), **embedded(), **stores(), **by_suffix}.items():
        source = Source(name, content=text)
        yield _said(name, partial(read_source, source), in_short=name.endswith(".txt"))
        yield _sure(source)


def _of_folders() -> Iterator[str]:
    """Folders whose files belong together, by the folder and by each of its files."""
    with tempfile.TemporaryDirectory() as home:
        os.chdir(home)
        for name, files in FOLDERS.items():
            for file, text in files.items():
                path = Path(name, file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            yield _said(name, partial(read_paths, [name]))
            for file in files:
                yield _said(f"{name}/{file}", partial(read_paths, [f"{name}/{file}"]), in_short=True)
        os.chdir(ROOT)


def small_logs() -> Iterator[tuple[Reader, Source]]:
    """Each small log, and the reader that it is kept for."""
    readers = {reader.name: reader for reader in all_readers()}
    for line in SMALL.read_text("utf-8").split("\n")[:-1]:
        log = json.loads(line)
        yield readers[log["reader"]], Source(log["name"], content=log["text"].encode())


def _of_small_logs() -> Iterator[str]:
    for number, (reader, source) in enumerate(small_logs(), 1):
        yield _said(f"small log {number} ({source.label})", partial(reader.read, source))
        yield _sure(source)


def _sure(source: Source) -> str:
    """How sure each reader is that a log is its own."""
    sures = ((reader.name, reader.sniff(source.head, source.name)) for reader in all_readers())
    return "  sure: " + ", ".join(f"{reader} {sure:.6g}" for reader, sure in sures if sure)


def _said(title: str, read: Callable[[], Sequence[Run]], in_short: bool = False) -> str:
    try:
        runs = read()
    except UnreadableError as error:
        # Every format is named behind that, also one that comes later.
        return f"== {title}\n{str(error).partition(' Looked for')[0]}"
    # Which of a folder's logs is newest is no matter of the reading, and new in every checkout.
    return "\n".join([f"== {title}", *sorted("\n".join(_run(run, in_short)) for run in runs)])


def _run(run: Run, in_short: bool) -> Iterator[str]:
    yield f"run {run.name!r} by {run.reader}"
    for series in run.series:
        yield "  " + (_in_short(series) if in_short else _series(series))
    for one in run.hyperparameters[: 1 if in_short else None]:
        yield f"  {one.name} = {one.value!r} ({one.role}; {one.source}; {one.trust})"
    most = 1 if in_short else 4
    for event in run.events[:most]:
        yield f"  {event.kind} line {event.line} x {event.count}: {event.text[:90]!r}"
    if len(run.events) > most:
        yield "  events: " + ", ".join(f"{e.kind} {e.line} x {e.count}" for e in run.events)


def _in_short(series: Series) -> str:
    known = series.y[np.isfinite(series.y)]
    return f"{series.name!r} {series.role}: {len(series)}, sum {known.sum():.6g}, {_sums(series)}"


def _sums(series: Series) -> str:
    return f"x {series.x.sum():.6g} at {int(series.at.sum())}"


def _series(series: Series) -> str:
    direction = {True: "lower", False: "higher", None: "either"}[series.lower_is_better]
    known = series.y[np.isfinite(series.y)]
    because = f" ({series.because})" if series.because else ""
    about = f"{series.role} {direction} by {series.x_kind}, {series.certainty:.3g}{because}"
    ends = f"{series.y[0]:.6g} to {series.y[-1]:.6g}, sum {known.sum():.6g}"
    places = f"x {series.x[0]:.6g} to {series.x[-1]:.6g}, at {series.at[0]} to {series.at[-1]}"
    timed = "" if series.wall_time is None else f", {np.ptp(series.wall_time):.6g} s"
    return f"{series.name!r} {about}: {len(series)} of {ends}; {places}; sums {_sums(series)}{timed}"


def main() -> None:
    RECORD.write_text(record(), "utf-8")


if __name__ == "__main__":
    main()
