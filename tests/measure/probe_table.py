"""The learning rates that probes and other finders take: how figures are kept, and how they are printed."""

import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

MEASURED = Path(__file__).with_name("probe_rates.json")
OURS = "advisor"
PER_DECADE = 6
NEAR = 0.05
_FAR = 0.20


@dataclass(frozen=True)
class Cell:
    """One model with one seed.

    Attributes:
        model: Its name.
        seed: Of its weights and its order.
        grid: Best validation loss of a full training at 10^(k / 6), by k.
        rates: What each finder takes; None where it suggests nothing.
        losses: Best validation loss of a full training there; infinite where there is none.
        interval: Of the probe.
        elsewhere: Loss at the rate that is best with another seed; None where no other seed was trained.
    """

    model: str
    seed: int
    grid: dict[int, float]
    rates: dict[str, float | None]
    losses: dict[str, float]
    interval: tuple[float, float]
    elsewhere: float | None = None

    @property
    def best(self) -> float:
        """The lowest loss of the grid."""
        return min(self.grid.values())

    def excess(self, loss: float) -> float:
        """How far a loss lies above the best of the grid, as a share of that."""
        return loss / self.best - 1

    def within(self, low: float, high: float) -> float:
        """The excess of the best rate of the grid between two rates; infinite where none lies there."""
        held = [loss for k, loss in self.grid.items() if low / 1.01 <= 10 ** (k / PER_DECADE) <= high * 1.01]
        return self.excess(min(held, default=math.inf))

    def interval_about(self, arm: str) -> float:
        """The excess of the best rate in an interval as wide as the probe's about the rate of `arm`."""
        rate, half = self.rates.get(arm), math.sqrt(self.interval[1] / self.interval[0])
        if arm == OURS:
            return min(self.within(*self.interval), self.excess(self.losses[OURS]))
        return (
            math.inf
            if rate is None
            else min(self.within(rate / half, rate * half), self.excess(self.losses[arm]))
        )

    def line(self) -> str:
        """The cell in one line."""
        top = min(self.grid, key=self.grid.__getitem__)
        told = "  ".join(
            f"{arm} {'nothing' if rate is None else f'{rate:.2g}'} {self.excess(self.losses[arm]):+.0%}"
            for arm, rate in self.rates.items()
        )
        low, high = self.interval
        return (
            f"{self.model:22} seed {self.seed}  best {self.best:.4g} at {10 ** (top / PER_DECADE):.2g}"
            f"  {told}  [{low:.2g} to {high:.2g}] {self.interval_about(OURS):+.0%}"
        )


def table(cells: Sequence[Cell]) -> str:
    """A Markdown table: one rate of each finder, an interval about it, and what luck leaves possible."""
    models = {cell.model for cell in cells}
    rows = [
        f"| {len(models)} models, {len(cells)} trainings | within 5 % | within 20 % | median excess | "
        "an interval as wide as the probe's: within 5 % |",
        "|---|---|---|---|---|",
    ]
    for arm in dict.fromkeys(arm for cell in cells for arm in cell.rates):
        have = [cell for cell in cells if arm in cell.rates]
        single = _shares(cell.excess(cell.losses[arm]) for cell in have)
        rows.append(f"| {arm} | {single} | {_count(have, lambda c, arm=arm: c.interval_about(arm))} |")
    # What is left between two seeds of one training is luck, which no finder can know.
    if lucky := [cell.excess(cell.elsewhere) for cell in cells if cell.elsewhere is not None]:
        rows.append(f"| the best rate of another seed's grid | {_shares(lucky)} | - |")
    return "\n".join(rows)


def _shares(excesses: Iterable[float]) -> str:
    found = list(excesses)
    near, far = (sum(e <= limit for e in found) for limit in (NEAR, _FAR))
    middle = statistics.median(found)
    return f"{near} of {len(found)} | {far} of {len(found)} | {middle:.0%}"


def _count(cells: Sequence[Cell], excess: Callable[[Cell], float]) -> str:
    return f"{sum(excess(cell) <= NEAR for cell in cells)} of {len(cells)}"


def write(cells: Sequence[Cell]) -> None:
    """Keep what was measured; a cell that was measured before is replaced, the others stay."""
    known = {(cell.model, cell.seed): cell for cell in (*kept(), *cells)}
    MEASURED.write_text(json.dumps([asdict(cell) for cell in known.values()], indent=1) + "\n", "utf-8")


def kept() -> list[Cell]:
    """What was measured last; nothing where nothing was."""
    if not MEASURED.is_file():
        return []
    rows = json.loads(MEASURED.read_text("utf-8"))
    return [
        Cell(
            **{**row, "grid": {int(k): v for k, v in row["grid"].items()}, "interval": tuple(row["interval"])}
        )
        for row in rows
    ]
