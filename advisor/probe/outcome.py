"""What a probe came to: what was measured, as words and as data, and the run that it is diagnosed as."""

from dataclasses import dataclass, field

from advisor.probe.as_run import as_run
from advisor.probe.told import Told
from advisor.run import Run, Scalar


@dataclass(slots=True)
class Outcome:
    """Everything that a probe told, gathered.

    Attributes:
        target: What was probed, as the user named it.
        told: All but the counting of steps, in order.
        done: Training steps made.
        of: Training steps of the budget.
    """

    target: str
    told: list[Told] = field(default_factory=list)
    done: int = 0
    of: int = 0

    def take(self, told: Told) -> None:
        """Add one thing that was told."""
        self.done, self.of = max(self.done, told.done), max(self.of, told.of)
        if told.kind not in ("steps", "begins"):
            self.told.append(told)

    @property
    def settings(self) -> dict[str, Scalar]:
        """The hyperparameters of what was probed."""
        return {name: value for told in self.told for name, value in told.settings.items()}

    @property
    def figures(self) -> dict[str, float]:
        """Every figure by its name."""
        return {name: value for told in self.told for name, value in told.figures.items()}

    @property
    def unfinished(self) -> list[Told]:
        """Checks that were skipped or failed, and limits that were reached."""
        return [t for t in self.told if t.kind in ("skipped", "failed", "out_of_memory", "stopped")]

    def run(self) -> Run:
        """The probe as a run."""
        return as_run(self.target, self.told)
