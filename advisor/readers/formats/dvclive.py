"""DVCLive: one TSV a metric below `plots/metrics`, the settings in `params.yaml`.

Layout: https://dvc.org/doc/dvclive/how-it-works. A file has the columns `step` and the metric, older ones a
`timestamp` in milliseconds as well; the folders of a file are the beginning of its metric's name.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.beside import hyperparameters_beside
from advisor.readers.decode import read_text
from advisor.readers.numbers import parse_number
from advisor.readers.opening import beginning
from advisor.readers.points import MAX_CURVES, Points, curves, restart
from advisor.run import EventKind, LogEvent, Run
from advisor.text import clean_line
from advisor.vocabulary import assign_roles

_METRICS = ("metrics", "scalars")
_HEADER_BYTES = 1_024


class DvcliveReader:
    """Reads all metrics of a run as one run, from any of its files."""

    name = "dvclive"
    title = "DVCLive folders (dvclive/plots/metrics/**.tsv)"
    most_sure = 0.99

    def home(self, path: Path) -> Path | None:
        """The folder of the run, for the files of its metrics and for its `metrics.json`."""
        if path.name == "metrics.json":
            return path.parent if _folder(path.parent) is not None else None
        if path.suffix != ".tsv" or not _is_metric(path):
            return None
        for folder in path.parents:
            if folder.name in _METRICS and folder.parent.name == "plots":
                return folder.parent.parent
        return path.parent

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the header of a TSV is `step` and the name of the file."""
        if path.name == "metrics.json":
            return 0.98 if _folder(Path(path.parent)) is not None else 0.0
        return self.most_sure if path.suffix == ".tsv" and _names_metric(head, path) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The run; a metric of which a line is damaged keeps its other points.

        Raises:
            UnreadableError: no metric has a value.
        """
        home = None if source.path is None else self.home(source.path.absolute())
        events: list[LogEvent] = []
        if home is None:
            found = {source.name.stem: _points(source, events)}
        else:
            found = {name: _points(Source(str(path), path), events) for name, path in _files(home)}
        series = assign_roles(curves(found))
        if not series:
            raise UnreadableError(
                f"'{clean_line(source.label)}' belongs to a DVCLive run without a value.",
                "The training has not logged anything yet.",
            )
        apart = home is not None and source.path is not None and source.path.absolute().parent != home
        settings = hyperparameters_beside(home / "metrics.json") if home is not None and apart else ()
        return [Run(source.label, series, "", self.name, settings, (*events, *restart(series)))]


def _folder(home: Path) -> Path | None:
    """The folder of the metrics of a run, or None where it has none."""
    return next((home / "plots" / name for name in _METRICS if (home / "plots" / name).is_dir()), None)


def _names_metric(head: bytes, path: PurePath) -> bool:
    header = head.partition(b"\n")[0].decode("utf-8", "replace").strip().split("\t")
    return header in (["step", path.stem], ["timestamp", "step", path.stem])


def _is_metric(path: Path) -> bool:
    return _names_metric(beginning(path, _HEADER_BYTES), path)


def _files(home: Path) -> Iterator[tuple[str, Path]]:
    """(name of the metric, its file) for each metric of a run."""
    folder = _folder(home)
    found = sorted(home.glob("*.tsv") if folder is None else folder.rglob("*.tsv"))
    for path in found[:MAX_CURVES]:
        if not path.is_symlink() and path.is_file() and _is_metric(path):
            yield path.relative_to(folder or home).with_suffix("").as_posix(), path


def _points(source: Source, events: list[LogEvent]) -> Points:
    lines = read_text(source).text.split("\n")
    width = len(lines[0].split("\t"))
    values: list[float] = []
    steps: list[float] = []
    times: list[float] = []
    bad: list[int] = []
    for number, line in enumerate(lines[1:-1], 2):
        cells = [parse_number(cell) for cell in line.split("\t")]
        known = [cell for cell in cells if cell is not None]
        if len(known) != width or width < 2:
            bad.append(number)
            continue
        times.append(known[0] / 1_000)
        steps.append(known[-2])
        values.append(known[-1])
    name = source.name.name
    if lines[-1]:
        note = f"The last line of {name} is not written to its end and was left out."
        events.append(LogEvent(EventKind.TRUNCATED, note, len(lines)))
    if bad:
        note = f"Lines of {name} do not fit its header and were left out."
        events.append(LogEvent(EventKind.UNREADABLE, note, bad[0], len(bad)))
    return Points.of(values, steps, times if width == 3 else None)


READER = DvcliveReader()
