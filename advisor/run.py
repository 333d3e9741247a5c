"""The words every room speaks: a run, its curves, its hyperparameters, its log events.

Everything here is immutable. A reader makes a `Run`; everyone else only looks at it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
else:
    # The words of a run are wanted where no array is yet: on the first picture of the screen.
    Floats = Integers = Any
Scalar = bool | int | float | str | None
XKind = Literal["step", "epoch", "index"]


class Role(StrEnum):
    """What a curve is, whatever it was called in the log."""

    TRAIN_LOSS = "train_loss"
    VAL_LOSS = "val_loss"
    TRAIN_METRIC = "train_metric"
    VAL_METRIC = "val_metric"
    LEARNING_RATE = "learning_rate"
    GRAD_NORM = "grad_norm"
    THROUGHPUT = "throughput"
    OTHER = "other"


class Trust(IntEnum):
    """How far a hyperparameter's source is believed; smaller is stronger.

    A command line comes before the config file that it names, since that is the order in which programs
    resolve the two.
    """

    OWN_RECORD = 0  # the tool's own record of the run: args.yaml, hparams.yaml, trainer_state.json
    COMMAND_LINE = 1
    CONFIG_FILE = 2
    PRINTED = 3  # the log says it
    CURVE = 4  # the curves show it
    SCRIPT = 5  # the program's text says it, which need not be what it was run with


class EventKind(StrEnum):
    """Why a line that is no metric was kept."""

    UNREADABLE = "unreadable"  # could not be understood; the text says what, `count` how often
    TRUNCATED = "truncated"  # the file ends in the middle of a record
    NON_FINITE = "non_finite"  # a NaN or Inf warning in words
    OUT_OF_MEMORY = "out_of_memory"
    TRACEBACK = "traceback"
    WARNING = "warning"  # a framework warning that matters (scheduler order, data loader, deprecations not)
    EARLY_STOP = "early_stop"
    LEARNING_RATE = "learning_rate"  # the log says that the learning rate was changed
    CHECKPOINT = "checkpoint"
    RESTART = "restart"
    NOTE = "note"  # something the reader decided and a user should know


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """A curve in eleven figures; the extremes are over finite values, `argmin` and `argmax` are indices."""

    n: int
    first: float
    last: float
    min: float
    argmin: int | None
    max: float
    argmax: int | None
    non_finite: int
    x_first: float
    x_last: float


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve.

    Attributes:
        name: As logged.
        y: Values, float64, shape (n,). May hold NaN and infinities; blank cells are absent, not NaN.
        x: Step or epoch as logged (the index where none was), float64, shape (n,). Need not be monotone.
        at: Position of each point in the log (line or record number), int64, shape (n,), not decreasing.
            It aligns curves of one run whose x differ.
        x_kind: What `x` counts.
        role: What the curve is.
        lower_is_better: None where it is unknown or has no meaning.
        certainty: How sure the role and direction are, 0 to 1.
        because: Why the role and direction were given, in a few words; empty where the name says it all.
        wall_time: Seconds since the epoch for each point, shape (n,), or None.
    """

    name: str
    y: Floats
    x: Floats
    at: Integers
    x_kind: XKind = "step"
    role: Role = Role.OTHER
    lower_is_better: bool | None = None
    certainty: float = 1.0
    because: str = ""
    wall_time: Floats | None = None

    def __len__(self) -> int:
        return int(self.y.size)

    def summary(self) -> SeriesSummary:
        """The curve in eleven figures. Extremes are NaN and None where no value is finite."""
        import numpy as np

        finite = np.isfinite(self.y)
        n = int(self.y.size)
        if n == 0:
            nan = float("nan")
            return SeriesSummary(0, nan, nan, nan, None, nan, None, 0, nan, nan)
        argmin = int(np.where(finite, self.y, np.inf).argmin()) if finite.any() else None
        argmax = int(np.where(finite, self.y, -np.inf).argmax()) if finite.any() else None
        return SeriesSummary(
            n=n,
            first=float(self.y[0]),
            last=float(self.y[-1]),
            min=float("nan") if argmin is None else float(self.y[argmin]),
            argmin=argmin,
            max=float("nan") if argmax is None else float(self.y[argmax]),
            argmax=argmax,
            non_finite=n - int(finite.sum()),
            x_first=float(self.x[0]),
            x_last=float(self.x[-1]),
        )


@dataclass(frozen=True, slots=True)
class Hyperparameter:
    """One value that the user chose.

    Attributes:
        name: As the user or the tool wrote it (`lr0`, `optim.lr`, `--lr`).
        value: As read; strings stay strings.
        role: The field's name for it (`learning_rate`, `batch_size`), or None where it is unknown.
        source: Where it was found, for the user: `command line`, `hparams.yaml`, `log line 3`.
        trust: How far the source is believed.
    """

    name: str
    value: Scalar
    role: str | None
    source: str
    trust: int = Trust.PRINTED


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A line that matters though it is no metric, or a place that could not be understood.

    Attributes:
        kind: Why it was kept.
        text: The line, or the reader's words; foreign text, to be cleaned before it is shown.
        line: 1-based line or record number; None where the file has none.
        count: How many such lines it stands for.
    """

    kind: EventKind
    text: str
    line: int | None = None
    count: int = 1

    @property
    def place(self) -> int:
        """Its line, so that events can be put in order; 0 for what holds for the whole log."""
        return self.line or 0


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One training: its curves, its hyperparameters, its events, and where it came from.

    Attributes:
        source: Path of the log as the user named it, `-` for standard input.
        name: What tells it from other runs of the same source (`run 2 of 3`, `fold 1`); may be empty.
        reader: Name of the reader that made it.
        series: Every curve, in the order in which the log shows them.
        hyperparameters: Every value found, most trusted first.
        events: In the order of the log.
    """

    source: str
    series: tuple[Series, ...]
    name: str = ""
    reader: str = ""
    hyperparameters: tuple[Hyperparameter, ...] = ()
    events: tuple[LogEvent, ...] = field(default=())

    def with_role(self, role: Role) -> list[Series]:
        """The curves of one role, the one that matters most first: surest role, then most points."""
        return sorted((s for s in self.series if s.role == role), key=lambda s: (-s.certainty, -len(s)))

    def main(self, role: Role) -> Series | None:
        """The curve that speaks for a role, or None where the log has none."""
        found = self.with_role(role)
        return found[0] if found else None

    def hyperparameter(self, role: str) -> Hyperparameter | None:
        """The most trusted value of one role, or None where it is unknown; a switch comes after values."""
        found = [h for h in self.hyperparameters if h.role == role and h.value is not None]
        return min(found, key=lambda h: (isinstance(h.value, bool), h.trust)) if found else None

    def number(self, role: str) -> float | None:
        """The most trusted value of one role as a number, or None."""
        found = self.hyperparameter(role)
        if found is None or isinstance(found.value, bool):
            return None
        try:
            return float(found.value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return None

    @property
    def damage(self) -> tuple[LogEvent, ...]:
        """What of the log could not be read; where there is any, what is said of the run rests on a part."""
        return tuple(e for e in self.events if e.kind in (EventKind.UNREADABLE, EventKind.TRUNCATED))

    def __iter__(self) -> Iterator[Series]:
        return iter(self.series)

    def frame(self) -> "pd.DataFrame":
        """All points as one long table with the columns series, role, x, y, at."""
        import pandas as pd

        parts = [
            pd.DataFrame({"series": s.name, "role": s.role.value, "x": s.x, "y": s.y, "at": s.at})
            for s in self.series
        ]
        columns = ["series", "role", "x", "y", "at"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def total_points(runs: Iterable[Run]) -> int:
    """How many values a reader found, over all runs and curves."""
    return sum(len(series) for run in runs for series in run.series)
