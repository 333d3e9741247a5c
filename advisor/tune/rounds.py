"""The rounds of a tuning, kept in an Optuna journal file as they happen."""

import os
import socket
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.errors import UsageError
from advisor.run import Scalar
from advisor.tune.limits import Tunable
from advisor.tune.metric import Metric

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

FOLDER = Path(".advisor") / "tune"
"""Where the journal file of a project's last tuning stands."""
_FILE, _STUDY, _CONTEXT, _ROUND = "rounds.log", "tune", "context", "round"


@dataclass(frozen=True)
class Context:
    """What a tuning was started with.

    Attributes:
        command: The training command.
        folder: Where it runs.
        rounds: How many reruns were asked for.
        metric: Name of the curve, empty until the first run has shown which.
        mode: `min` or `max`, likewise empty.
        target: Value to stop at, or None.
        patience: Rounds without progress to stop after, or None.
        seeds: Trainings per round.
        left_out: Settings that are left as they are, and why.
        kept: Values that are set in every round.
        journal: File of the journal that the rounds are remembered in; empty for the user's own.
        engine: What runs the trainings: `local` or `ray`.
    """

    command: tuple[str, ...]
    folder: str
    rounds: int
    metric: str = ""
    mode: str = ""
    target: float | None = None
    patience: int | None = None
    seeds: int = 1
    left_out: tuple[str, ...] = ()
    kept: dict[str, Scalar] = field(default_factory=dict)
    journal: str = ""
    engine: str = "local"


class Rounds:
    """The journal file of one tuning; several workers, also on other machines, may use it at once."""

    def __init__(self, study: "Study", folder: Path) -> None:
        self.study = study
        self.folder = folder

    @classmethod
    def start(cls, folder: Path, context: Context, found: Tunable) -> "Rounds":
        """A new journal file; an older one in the folder is kept beside it under another name."""
        from optuna.distributions import distribution_to_json

        from advisor.tune.sampler import ROLES, STATED

        folder.mkdir(parents=True, exist_ok=True)
        _set_aside(folder / _FILE)
        rounds = cls(_study(folder, context.mode or "min"), folder)
        rounds.study.set_user_attr("space", {n: distribution_to_json(d) for n, d in found.space.items()})
        rounds.study.set_user_attr(ROLES, found.roles)
        rounds.study.set_user_attr(STATED, found.stated)
        rounds.save(context)
        rounds.study.enqueue_trial(dict(found.start), user_attrs={"reason": "the others are measured by it"})
        return rounds

    @classmethod
    def resume(cls, folder: Path) -> "Rounds":
        """The journal file of an earlier tuning; rounds whose process is gone are put in line again.

        Raises:
            UsageError: there is none.
        """
        if not (folder / _FILE).is_file():
            raise UsageError(
                "No tuning was started in this project.", "Start one: advisor tune --rounds 5 -- COMMAND"
            )
        rounds = cls(_study(folder, None), folder)
        rounds._requeue_abandoned()
        return rounds

    @classmethod
    def standing(cls, project: Path) -> "tuple[int, int] | None":
        """How many reruns of a project's last tuning are done, and of how many; None where there was none."""
        folder = project / FOLDER
        if not (folder / _FILE).is_file():
            return None
        rounds = cls(_study(folder, None), folder)
        return max(len(rounds.done()) - 1, 0), rounds.context.rounds

    @property
    def context(self) -> Context:
        """What the tuning was started with."""
        kept = dict(self.study.user_attrs[_CONTEXT])
        kept["command"], kept["left_out"] = tuple(kept["command"]), tuple(kept["left_out"])
        return Context(**kept)

    def save(self, context: Context) -> None:
        """Write what has become known of the tuning."""
        self.study.set_user_attr(_CONTEXT, asdict(context))

    @property
    def space(self) -> "dict[str, BaseDistribution]":
        """A distribution for each setting."""
        from optuna.distributions import json_to_distribution

        return {n: json_to_distribution(text) for n, text in self.study.user_attrs["space"].items()}

    def ask(self) -> "Trial":
        """The next round, marked as running in this process."""
        with warnings.catch_warnings():
            # The command as it stands may lie outside the user's bounds; it is tried all the same.
            warnings.filterwarnings("ignore", "Fixed parameter", UserWarning)
            trial = self.study.ask(fixed_distributions=self.space)
        if _ROUND not in trial.user_attrs:
            trials = self.study.get_trials(deepcopy=False)
            others = [_number(t, trials) for t in trials if t.number != trial.number and not _is_broken(t)]
            trial.set_user_attr(_ROUND, max(others, default=-1) + 1)
        trial.set_user_attr("process", [socket.gethostname(), os.getpid()])
        return trial

    def done(self) -> "list[FrozenTrial]":
        """Every round that ended by itself, in the order of their numbers."""
        from optuna.trial import TrialState

        trials = self.study.get_trials(deepcopy=False)
        ended = [t for t in trials if t.state in (TrialState.COMPLETE, TrialState.FAIL)]
        return sorted((t for t in ended if not _is_broken(t)), key=lambda t: _number(t, trials))

    def reason(self, trial_number: int) -> str:
        """Why a round was proposed."""
        trials = self.study.get_trials(deepcopy=False)
        return next((str(t.user_attrs.get("reason", "")) for t in trials if t.number == trial_number), "")

    def number_of(self, trial_number: int) -> int:
        """The number of a round as a person counts them; one that is repeated keeps it."""
        trials = self.study.get_trials(deepcopy=False)
        return next(_number(t, trials) for t in trials if t.number == trial_number)

    def tell(self, trial: "Trial", metric: Metric | None, value: float | None, **facts: Any) -> None:
        """What a round came to; None where it failed."""
        from optuna.trial import TrialState

        for name, fact in facts.items():
            trial.set_user_attr(name, fact)
        if value is None:
            self.study.tell(trial, state=TrialState.FAIL)
        else:
            # The journal minimises, since the direction is only known once the first round has run.
            self.study.tell(trial, value if metric is None or metric.mode == "min" else -value)

    def interrupted(self, trial: "Trial") -> None:
        """Put a round that was broken off in line again."""
        self._requeue(trial.number, trial._trial_id)

    def _requeue_abandoned(self) -> None:
        from optuna.trial import TrialState

        for trial in self.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            host, pid = trial.user_attrs.get("process", (None, None))
            if host in (None, socket.gethostname()) and not _is_alive(pid):
                self._requeue(trial.number, trial._trial_id)

    def _requeue(self, number: int, trial_id: int) -> None:
        from optuna.trial import TrialState

        from advisor.tune.sampler import INTERRUPTED

        trial = next(t for t in self.study.get_trials(deepcopy=False) if t.number == number)
        reason = trial.user_attrs.get("reason", "")
        self.study._storage.set_trial_user_attr(trial_id, INTERRUPTED, True)
        self.study.tell(number, state=TrialState.FAIL)
        if trial.params:
            kept = {_ROUND: trial.user_attrs[_ROUND]} if _ROUND in trial.user_attrs else {}
            self.study.enqueue_trial(trial.params, user_attrs={"reason": reason, **kept})


def _number(trial: "FrozenTrial", trials: "Sequence[FrozenTrial]") -> int:
    """The number that it was given; in a file of an earlier version, of those before it that count."""
    given = trial.user_attrs.get(_ROUND)
    if given is not None:
        return int(given)
    return sum(t.number < trial.number and not _is_broken(t) for t in trials)


def _is_broken(trial: "FrozenTrial") -> bool:
    from advisor.tune.sampler import INTERRUPTED

    return bool(trial.user_attrs.get(INTERRUPTED))


def _study(folder: Path, mode: str | None) -> "Study":
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

    from advisor.tune.sampler import AdvisorSampler

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    path = str(folder / _FILE)
    storage = JournalStorage(JournalFileBackend(path, lock_obj=JournalFileOpenLock(path)))
    sampler = AdvisorSampler(seed=0)
    if mode is None:
        return optuna.load_study(study_name=_STUDY, storage=storage, sampler=sampler)
    return optuna.create_study(study_name=_STUDY, storage=storage, sampler=sampler)


def _set_aside(path: Path) -> None:
    if path.exists():
        number = 1
        while (aside := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
            number += 1
        path.rename(aside)


def _is_alive(pid: object) -> bool:
    if not isinstance(pid, int):
        return False
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
