"""A concrete change: one hyperparameter, from a value to a value, and why."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.diagnosis.finding import Finding
from advisor.run import Scalar
from advisor.text import Bilingual

if TYPE_CHECKING:
    from advisor.learned.effect import Effect
    from advisor.learned.own import Counted


UNLIKELY = 0.1
"""Chance below which a change is said to be unlikely to help, and is not offered before others."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a change when it was made before.

    Attributes:
        run: Number of the run with it.
        verdict: `better`, `worse` or `cannot tell`.
        relative: The difference as a share of the value before; None where it is unknown.
    """

    run: int
    verdict: str
    relative: float | None


@dataclass(frozen=True, slots=True)
class Learned:
    """What the effect model, fitted on counterfactual trainings, expects of a change; own outcomes count.

    Attributes:
        effect: The chance that it helps beyond noise, the expected gain, quantiles of the relative effect.
            Where the remedy was tried in reruns, the chance is the mean of the model's and of theirs.
        similar: (helped, of): how many of the most similar corpus runs such a change helped beyond noise;
            None where too few saw one.
        own: What like changes brought in this project, where the chance takes that into account.
    """

    effect: "Effect"
    similar: tuple[int, int] | None = None
    own: "Counted | None" = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a user can apply.

    Attributes:
        number: What `apply N` takes; 1 is the best.
        hyperparameter: Its role (`learning_rate`); None for a remedy that no hyperparameter holds.
        name: The user's own name for it (`--lr`, `optim.lr`), the role's title where that is unknown.
        before: The current value; None where it is unknown.
        after: The new value; None where it is unknown because `before` is.
        factor: `after / before` where the change is relative, else None.
        do: What to do where no hyperparameter holds the remedy.
        reason: Why it should help.
        helped: (helped, tried): how often this remedy, applied for this finding, improved the held-out
            loss beyond noise in the measured reruns; None where it was never measured.
        cost: Training time after the change as a multiple of the time before.
        risk: What may go wrong; None where nothing is known.
        finding: What it is first of all a remedy for.
        also_for: Codes of further findings that propose the same change.
        past: What came of the very same change in this project; None where it was never tried.
        raised: (raised, tried): the same of how often it raised the final score (accuracy, or share of the
            variance explained) beyond noise.
        learned: What the effect model expects of it; None where the run or the change is none it can judge.
    """

    number: int
    hyperparameter: str | None
    name: str
    before: Scalar
    after: Scalar
    factor: float | None
    do: Bilingual | None
    reason: Bilingual
    helped: tuple[int, int] | None
    cost: float
    risk: Bilingual | None
    finding: Finding
    also_for: tuple[str, ...] = ()
    past: Tried | None = None
    raised: tuple[int, int] | None = None
    learned: Learned | None = None

    def serves(self, code: str) -> bool:
        """Whether it is a remedy for the finding with this code."""
        return code == self.finding.code or code in self.also_for

    @property
    def is_unlikely(self) -> bool:
        """Whether the effect model gives it hardly a chance; False where it was not asked."""
        return self.learned is not None and self.learned.effect.probability < UNLIKELY

    @property
    def probability(self) -> float | None:
        """The chance that it helps: the effect model's, else Laplace's rule of succession on the reruns."""
        if self.learned is not None:
            return self.learned.effect.probability
        if self.helped is None:
            return None
        helped, tried = self.helped
        return (helped + 1) / (tried + 2)
