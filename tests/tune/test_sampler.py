"""The sampler works where Optuna's own do: resumed, in parallel, with trials that fail."""

import optuna
import pytest
from optuna.trial import TrialState

from advisor.tune import AdvisorSampler

optuna.logging.set_verbosity(optuna.logging.ERROR)


def objective(trial):
    lr = trial.suggest_float("lr", 1e-5, 1.0, log=True)
    hidden = trial.suggest_int("hidden", 8, 128)
    for step in range(8):
        trial.report((lr - 0.01) ** 2 + 1 / hidden + 1 / (step + 1), step)
    return (lr - 0.01) ** 2 + 1 / hidden


def test_it_starts_from_an_enqueued_trial():
    study = optuna.create_study(sampler=AdvisorSampler(seed=0))
    study.enqueue_trial({"lr": 0.9, "hidden": 8})
    study.optimize(objective, n_trials=5)
    assert study.trials[0].params == {"lr": 0.9, "hidden": 8}
    assert study.trials[1].params["lr"] < 0.02
    assert study.best_value < 0.02 < study.trials[0].value
    assert study.trials[1].user_attrs["reason"]


def test_a_failed_first_trial_is_told_too():
    study = optuna.create_study(sampler=AdvisorSampler(seed=0))
    study.enqueue_trial({"lr": 0.9, "hidden": 8})

    def failing(trial):
        value = objective(trial)
        return float("nan") if trial.number == 0 else value

    study.optimize(failing, n_trials=2)
    assert study.trials[0].state == TrialState.FAIL
    assert study.trials[1].params["lr"] < 0.02


def test_running_trials_are_not_proposed_again():
    study = optuna.create_study(sampler=AdvisorSampler(seed=0))
    study.enqueue_trial({"lr": 0.9, "hidden": 8})
    study.optimize(objective, n_trials=1)
    space = study.trials[0].distributions
    asked = [study.ask(fixed_distributions=space).params for _ in range(3)]
    assert len({tuple(params.items()) for params in asked}) == 3


def test_threads_share_a_study():
    study = optuna.create_study(sampler=AdvisorSampler(seed=0))
    study.optimize(objective, n_trials=8, n_jobs=4)
    assert len({tuple(t.params.items()) for t in study.trials}) == 8


def test_several_objectives_are_refused():
    study = optuna.create_study(directions=["minimize", "minimize"], sampler=AdvisorSampler())
    study.add_trial(
        optuna.create_trial(
            params={"lr": 0.1},
            distributions={"lr": optuna.distributions.FloatDistribution(0, 1)},
            values=[1, 1],
        )
    )
    with pytest.raises(ValueError, match="one objective"):
        study.ask({"lr": optuna.distributions.FloatDistribution(0, 1)})
