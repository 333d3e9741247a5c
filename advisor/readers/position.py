"""Where a record stands in the training: the x of its points, from the counters that the log prints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from advisor.readers.names import Use
from advisor.run import XKind

# The key of the steps that lines of their own name; no record has it.
_HEADINGS = "headings"


class Counted(NamedTuple):
    """The counters of one record.

    Attributes:
        epoch: As printed, or None.
        inner: The step or the batch, or None.
        inner_total: What `inner` is out of, or None.
        inner_use: Which of the two `inner` is.
        key: Tells counters of different name and split apart.
        both: Whether the record counts steps and, beside them, batches.
    """

    epoch: float | None
    inner: float | None
    inner_total: float | None
    inner_use: Use | None
    key: str
    both: bool = False


class Place(NamedTuple):
    """The x of a record, what it counts, and how it was told (records told alike make one curve)."""

    x: float
    kind: XKind
    told: str


@dataclass
class Inside:
    """The last step or batch under one key, its epoch, and how many steps the epochs before it had.

    Attributes:
        family: Of the record that stood there last.
        first: The first step or batch of that epoch; a batch that is back there was begun anew.
    """

    last: float
    epoch: float | None
    family: object
    offset: float = 0.0
    first: float = 0.0


@dataclass
class Clock:
    """The counters of one run as its log goes on.

    A step that starts again in every epoch is counted through: epochs that are over add their length.

    Attributes:
        first_epoch: The first that the run printed.
        epoch: The last.
        counted_through: Whether a step had to be.
        points: How many records were placed.
        epochs, inside: The last epoch, and the last step or batch, by the key of the counters.
        last: The last x of each kind.
        latest: The kind of the last record that counts.
        inherited: What the x of records without a counter counts, by family.
    """

    first_epoch: float | None = None
    epoch: float | None = None
    counted_through: bool = False
    points: int = 0
    epochs: dict[str, float] = field(default_factory=dict)
    inside: dict[str, Inside] = field(default_factory=dict)
    last: dict[XKind, float] = field(default_factory=dict)
    latest: XKind = "index"
    inherited: dict[object, XKind] = field(default_factory=dict)

    def goes_back(self, counted: Counted) -> tuple[float, float] | None:
        """The counter before and after where a record's counters go back, else None."""
        if counted.epoch is not None:
            before = self.epochs.get(counted.key)
            if before is not None and counted.epoch < before:
                return before, counted.epoch
        inner = self.inside.get(counted.key)
        if inner is None or counted.inner is None or counted.inner >= inner.last:
            return None
        if counted.epoch is not None:
            # Where a later epoch starts again, a session was resumed from its checkpoint.
            anew = counted.inner <= inner.first and counted.epoch == self.first_epoch
            same = (
                inner.epoch == counted.epoch
                and counted.inner_use == "batch"
                and (counted.inner_total is not None or anew)
            )
            return (inner.last, counted.inner) if same else None
        if self.epoch is not None or counted.inner_use == "batch":
            return None
        return inner.last, counted.inner

    def stands_again(self, counted: Counted) -> tuple[float, float] | None:
        """The first and the last step of a run without epochs, where a record stands at the last one."""
        inner = self.inside.get(counted.key)
        if inner is None or counted.epoch is not None or self.epoch is not None:
            return None
        return (inner.first, inner.last) if counted.inner == inner.last != inner.first else None

    def stands_still(self, counted: Counted) -> bool:
        """Whether a record is of the same epoch as the one before and no further inside it."""
        inner = self.inside.get(counted.key)
        no_further = counted.inner is None or (
            inner is not None and counted.inner == inner.last and counted.epoch == self.first_epoch
        )
        return counted.epoch is not None and no_further and counted.epoch == self.epochs.get(counted.key)

    def place(self, counted: Counted, family: object) -> Place:
        """The x of a record; moves the clock on."""
        self.points += 1
        if counted.epoch is not None:
            if self.first_epoch is None:
                self.first_epoch = counted.epoch
            self.epoch = counted.epoch
            self.epochs[counted.key] = counted.epoch
        if counted.inner is not None:
            x = self._through(counted, counted.inner, family)
            epoch, batch = "" if counted.epoch is None else "epoch+", "+batch" if counted.both else ""
            told = f"{epoch}{counted.inner_use}{batch}"
            return self._at(Place(x, "step", told))
        if counted.epoch is not None:
            return self._at(Place(counted.epoch, "epoch", "epoch"))
        kind = self.inherited.setdefault(family, self.latest)
        return Place(self.last.get(kind, 0.0), kind, "none")

    def stands_at(self, kind: XKind, value: float) -> None:
        """A line that only names the epoch or the step."""
        if kind == "epoch":
            if self.first_epoch is None:
                self.first_epoch = value
            self.epoch = value
            self.epochs[""] = value
        elif self.epoch is not None:
            # `Epoch 2` on one line and `Step 10` on the next: the step may start over with the epoch.
            value = self._through(Counted(None, value, None, "step", _HEADINGS), value, _HEADINGS)
        self.last[kind] = value
        self.latest = kind

    def _at(self, place: Place) -> Place:
        self.last[place.kind] = place.x
        self.latest = place.kind
        return place

    def _through(self, counted: Counted, inner: float, family: object) -> float:
        epoch = self.epoch if counted.epoch is None else counted.epoch
        state = self.inside.get(counted.key)
        if state is None:
            state = self.inside[counted.key] = Inside(inner, epoch, family, first=inner)
        known = counted.inner_total is not None and counted.inner_use == "batch" and epoch is not None
        if known and epoch is not None and counted.inner_total is not None:
            base = 0.0 if self.first_epoch == 0 else 1.0
            self.counted_through = True
            state.offset = (epoch - base) * counted.inner_total
        elif (
            # A validation that stands at the last step is of the same epoch as the step.
            inner < state.last or (inner == state.last == counted.inner_total and family == state.family)
        ) and (epoch is None or epoch != state.epoch):
            self.counted_through = True
            # Where the first step is 0, an epoch has one step more than the number of its last.
            state.offset += counted.inner_total or state.last + (inner == 0)
        if epoch != state.epoch:
            state.first = inner
        state.last, state.epoch, state.family = inner, epoch, family
        return state.offset + inner


def counters_of(values: Mapping[Use, tuple[float, float | None]], key: str) -> Counted:
    """The counters of a record from its fields by use: the value and what it is out of."""
    epoch = values.get("epoch")
    use: Use = "step" if "step" in values else "batch"
    inner = values.get(use)
    return Counted(
        epoch=epoch[0] if epoch else None,
        inner=inner[0] if inner else None,
        inner_total=inner[1] if inner else None,
        inner_use=use if inner else None,
        key=key,
        both="step" in values and "batch" in values,
    )
