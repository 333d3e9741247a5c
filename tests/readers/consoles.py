"""What the console reader makes of a text."""

from advisor.readers.base import Source
from advisor.readers.formats.console_text import READER
from advisor.run import Run, Series


def read(text: str) -> list[Run]:
    return list(READER.read(Source("train.log", content=text.encode())))


def one(text: str) -> dict[str, Series]:
    runs = read(text)
    assert len(runs) == 1, [run.name for run in runs]
    return {series.name: series for series in runs[0].series}


def values(text: str) -> dict[str, list[float]]:
    return {name: series.y.tolist() for name, series in one(text).items()}
