"""AllenNLP: `metrics_epoch_N.json` of each epoch in the serialization folder, the settings in `config.json`.

Layout: allennlp/training/gradient_descent_trainer.py. `metrics.json` says the last and the best epoch again.
"""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.columns import Columns
from advisor.readers.decode import looks_binary, read_text
from advisor.readers.json_values import BadJsonError, numbers, parse_json
from advisor.run import EventKind, LogEvent, Run
from advisor.text import clean_line

_FILE = re.compile(r"metrics_epoch_(\d{1,9})\.json")
_MOST_EPOCHS = 100_000


class AllenNlpReader:
    """Reads the epochs of a run as one run, from the file of any of them."""

    name = "allennlp"
    title = "AllenNLP folders (metrics_epoch_N.json)"
    most_sure = 0.985

    def home(self, path: Path) -> Path | None:
        """The folder of the run, for the file of an epoch and for the summary beside it."""
        if _FILE.fullmatch(path.name):
            return path.parent
        return path.parent if path.name == "metrics.json" and _epochs(path.parent) else None

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure by the name of the file, as far as it is a JSON object."""
        if looks_binary(head) or not head.lstrip().startswith(b"{"):
            return 0.0
        return self.most_sure if self.home(Path(path)) is not None else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The run; an epoch whose file is damaged is left out and told.

        Raises:
            UnreadableError: no epoch can be read.
        """
        home = None if source.path is None else self.home(source.path.absolute())
        columns = Columns()
        events: list[LogEvent] = []
        for epoch, part in _epochs(home) if home is not None else [(_epoch_of(source.name), source)]:
            try:
                record = parse_json(read_text(part).text)
            except BadJsonError:
                record = None
            if not isinstance(record, dict):
                note = f"{part.name.name} is cut off or damaged and was left out."
                events.append(LogEvent(EventKind.UNREADABLE, note))
                continue
            found = {**numbers(record), "epoch": float(epoch)}
            columns.add(epoch + 1, found, found.values())
        runs = [part for part in columns.runs(keep_x=False) if part.series]
        if not runs:
            raise UnreadableError(
                f"'{clean_line(source.label)}' belongs to an AllenNLP run without an epoch that can be read.",
                "A file for each epoch is written when the epoch is over.",
            )
        return [Run(source.label, p.series, "", self.name, events=(*events, *p.events)) for p in runs]


def _epoch_of(path: PurePath) -> int:
    match = _FILE.fullmatch(path.name)
    return int(match[1]) if match else 0


def _epochs(home: Path) -> list[tuple[int, Source]]:
    """The epochs of a run that have a file, in their order."""
    paths = [path for path in home.glob("metrics_epoch_*.json") if _FILE.fullmatch(path.name)]
    found = [(_epoch_of(path), Source(str(path), path)) for path in paths if path.is_file()]
    return sorted(found, key=lambda pair: pair[0])[:_MOST_EPOCHS]


READER = AllenNlpReader()
