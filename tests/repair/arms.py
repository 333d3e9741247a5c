"""What proposes the next configuration: the program's recommender, and what it is held against."""

import math
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.repair.cases import Case, Config
from tests.repair.trainings import Result

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler
    from optuna.study import Study

    from advisor.tune.space import Space

Told = list[tuple[Config, Result]]
Arm = Callable[[Case, Told], Config]

_DEFAULTS = {
    "batch_size": 32, "dropout": 0.1, "weight_decay": 1e-4, "l2": 1e-4, "hidden_units": 64, "layers": 2,
    "momentum": 0.9, "gradient_clipping": 1.0, "warmup_ratio": 0.05, "warmup_steps": 20, "epochs": math.inf,
    "max_steps": math.inf,
}  # fmt: skip
_CHOICES = ("adam", "relu", "cosine")


def advising(case: Case) -> Callable[[Config, Result], Config]:
    """The program's own recommender, which remembers what it is told; of curves the validation's alone."""
    from advisor.tune import Advisor

    asked = Advisor(case.space, "min", seed=0)

    def advise(config: Config, result: Result) -> Config:
        held_out = {n: c for n, c in result.curves.items() if "val" in n or "验证" in n}
        asked.tell(config, result.value, held_out)
        return asked.ask()

    return advise


def safe_default(case: Case) -> Config:
    """What a textbook would start from, the same for all scripts and set before any result was seen.

    Adam at 1e-3 (SGD: 0.05 with momentum 0.9), batches of 32, width 64, two layers, dropout 0.1, weight
    decay 1e-4, clipping at 1, a cosine schedule, and as long as the space allows; the middle of the range for
    all else.
    """
    from advisor.tune.space import Space

    return textbook(Space.of(case.space))


def textbook(space: "Space") -> Config:
    """`safe_default` in any space; the first choice where none of a kind's names is among them."""
    from advisor.tune.profile import kind_of

    default: Config = {}
    sgd = not kind_of(space, {}).adaptive
    for d in space.dimensions:
        if not d.ordered:
            choices = d.choices or ()
            default[d.name] = next((c for c in _CHOICES if c in choices), choices[0])
        elif d.role == "learning_rate":
            default[d.name] = d.nearest(0.05 if sgd else 1e-3)
        else:
            value = _DEFAULTS.get(d.role or "")
            default[d.name] = d.at(0.5) if value is None else d.nearest(min(value, d.high))
    return default


def sampler(name: str, seed: int) -> "BaseSampler":
    """One of Optuna's samplers."""
    from optuna.samplers import GPSampler, RandomSampler, TPESampler

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of experimental arguments
        if name == "gp":
            return GPSampler(seed=seed, n_startup_trials=1)
        if name == "tpe":
            return TPESampler(seed=seed, n_startup_trials=1)
        return RandomSampler(seed=seed)


def study_of(case: Case, told: Told, sampled_by: "BaseSampler") -> "Study":
    """An Optuna study that knows of these runs."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=sampled_by)
    for config, result in told:
        study.add_trial(
            optuna.create_trial(params=config, distributions=case.space, value=cost(case, result))
        )
    return study


def ask_optuna(name: str, case: Case, told: Told, seed: int | None = None) -> Config:
    """What a sampler of Optuna's proposes after these runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study = study_of(case, told, sampler(name, len(told) if seed is None else seed))
        return dict(study.ask(fixed_distributions=case.space).params)


def _optuna(name: str) -> Arm:
    return lambda case, told: ask_optuna(name, case, told)


def default_then_gp(case: Case, told: Told) -> Config:
    """A fixed safe default first, then the Gaussian process."""
    return safe_default(case) if len(told) == 1 else ask_optuna("gp", case, told)


RIVALS: dict[str, Arm] = {
    "default, then GP": default_then_gp,
    "random": _optuna("random"),
    "TPE": _optuna("tpe"),
    "GP": _optuna("gp"),
}


def cost(case: Case, result: Result) -> float:
    """What a run came to, at most the loss of a guess; a failed one came to that."""
    value = result.value
    return case.ceiling if value is None or not value < case.ceiling else value
