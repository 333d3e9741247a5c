"""Everything that a reader says of a log, so that two ways of reading it can be compared to the bit."""

from advisor.errors import UnreadableError
from advisor.readers import Source
from advisor.readers.base import Reader


def as_read(reader: Reader, name: str, data: bytes) -> str | list[tuple[object, ...]]:
    """The curves, events and settings of each run; where there is none, why."""
    try:
        runs = reader.read(Source(name, content=data))
    except UnreadableError as error:
        return str(error)
    return [
        (
            [(c.name, c.y.tobytes(), c.x.tobytes(), c.at.tobytes(), c.x_kind, c.role) for c in run.series],
            run.events,
            run.hyperparameters,
        )
        for run in runs
    ]
