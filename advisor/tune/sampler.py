"""The recommender as an Optuna sampler."""

import threading
from collections.abc import Sequence
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from advisor.tune.advisor import Advisor
from advisor.tune.evidence import Mode

CURVES = "curves"
"""User attribute of a trial that may hold its curves: a dictionary of lists by name."""

REASON = "reason"
"""User attribute that says why a trial was proposed."""

ROLES = "roles"
"""User attribute of a study: what parameters are for, by name, where the names do not say it."""

STATED = "stated"
"""User attribute of a study: what else is known of its trainings, by name."""

INTERRUPTED = "interrupted"
"""User attribute of a trial that was broken off, so that it says nothing of its configuration."""


class AdvisorSampler(BaseSampler):
    """Samples what `Advisor` recommends, for all parameters of the study together.

    Everything is read from the study, so that it works in parallel and resumed studies. A finished trial's
    curves are the user attribute `curves` (a dictionary of lists) where that is set, else its intermediate
    values (`trial.report`), taken as a validation curve. Failed trials count as failed runs; trials that
    are running are not proposed a second time. A parameter that no earlier trial has, and every parameter of
    the first trial, is drawn at random; enqueue a trial to start from a configuration of your own.

    Args:
        seed: Makes every answer repeatable, given the same trials.

    Raises:
        ValueError: the study has more than one objective (when it is used).
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        self._independent = RandomSampler(seed=seed)

    def reseed_rng(self) -> None:
        """Give the random draws a new seed, as Optuna asks for in each worker."""
        self._independent.reseed_rng()

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """The parameters that all earlier trials share; those that failed count where no other ended."""
        trials = _finished(study.get_trials(deepcopy=False))
        ended = [t for t in trials if t.state != TrialState.FAIL] or trials
        shared = dict(ended[0].distributions) if ended else {}
        for done in ended[1:]:
            shared = {n: d for n, d in shared.items() if done.distributions.get(n) == d}
        return {name: d for name, d in sorted(shared.items()) if not d.single()}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """A whole configuration; empty where nothing is shared by all trials.

        Raises:
            ValueError: the study has several objectives.
        """
        if not search_space:
            return {}
        if len(study.directions) > 1:
            raise ValueError("AdvisorSampler serves studies with one objective.")
        # Threads take turns, so that none is given what another was given a moment ago.
        with _LOCK:
            return self._claimed(study, trial, search_space)

    def _claimed(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """The next configuration, noted as given to this trial."""
        mode: Mode = "min" if study.direction == StudyDirection.MINIMIZE else "max"
        advisor = Advisor(search_space, mode, self._seed or 0, study.user_attrs.get(ROLES))
        stated = study.user_attrs.get(STATED, {})
        trials = study.get_trials(deepcopy=False)
        for done in _finished(trials):
            failed = done.state != TrialState.COMPLETE
            advisor.tell({**stated, **done.params}, None if failed else done.value, _curves(done, mode))
        others = [t for t in trials if t.state == TrialState.RUNNING and t.number != trial.number]
        pending = [given for t in others if (given := t.system_attrs.get(_CLAIM) or t.params)]
        advice = advisor.advise(pending)
        # A trial that is being sampled is written to through the storage, as Optuna's own samplers do.
        study._storage.set_trial_system_attr(trial._trial_id, _CLAIM, advice.config)
        study._storage.set_trial_user_attr(trial._trial_id, REASON, advice.reason)
        return advice.config

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """A random value, for a parameter that no earlier trial has."""
        return self._independent.sample_independent(study, trial, param_name, param_distribution)


_CLAIM = "advisor:proposed"
_LOCK = threading.Lock()


def _finished(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """Trials that ended, in the order of their numbers; those that failed before they had values left out."""
    ended = (TrialState.COMPLETE, TrialState.FAIL, TrialState.PRUNED)
    return [t for t in trials if t.state in ended and t.params and not t.user_attrs.get(INTERRUPTED)]


def _curves(trial: FrozenTrial, mode: str) -> dict[str, list[float]] | None:
    told = trial.user_attrs.get(CURVES)
    if isinstance(told, dict):
        return told
    if trial.intermediate_values:
        return {
            "val_loss" if mode == "min" else "val_accuracy": [
                v for _, v in sorted(trial.intermediate_values.items())
            ]
        }
    return None
