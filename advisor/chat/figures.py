"""Figures of the user's own run for the examples of concepts: each one is computed when asked, or absent."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.run import Role, Run, Series
from advisor.text import Language, short_number

Figure = Callable[[Run, Language], str | None]


def figures(item: Assessment, language: Language) -> Mapping[str, str]:
    """Every figure that the run has, by name."""
    found = {name: figure(item.run, language) for name, figure in _FIGURES.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(role: str) -> Figure:
    def figure(run: Run, language: Language) -> str | None:
        known = facts.known(run, role)
        return None if known is None else known.value

    return figure


def _number(run: Run, role: str) -> float | None:
    known = facts.known(run, role)
    return None if known is None else known.number


def _effective_rate(run: Run, language: Language) -> str | None:
    rate, momentum = _number(run, "learning_rate"), _number(run, "momentum")
    if rate is None or momentum is None or not 0 < momentum < 1:
        return None
    return short_number(rate / (1 - momentum))


def _steps_per_epoch(run: Run, language: Language) -> str | None:
    size, batch = _number(run, "train_size"), _number(run, "batch_size")
    return None if not size or not batch or batch < 1 else short_number(math.ceil(size / batch))


def _effective_batch(run: Run, language: Language) -> str | None:
    batch, accumulate = _number(run, "batch_size"), _number(run, "gradient_accumulation")
    return (
        None if batch is None or accumulate is None or accumulate <= 1 else short_number(batch * accumulate)
    )


def _memory_steps(run: Run, language: Language) -> str | None:
    momentum = _number(run, "momentum")
    return None if momentum is None or not 0 < momentum < 1 else short_number(1 / (1 - momentum))


def _first_step(run: Run, language: Language) -> str | None:
    rate, norm = _number(run, "learning_rate"), run.main(Role.GRAD_NORM)
    if rate is None or norm is None or not len(norm) or not math.isfinite(float(norm.y[0])):
        return None
    return short_number(rate * float(norm.y[0]))


def _of_series(role: Role, which: str, part: str) -> Figure:
    """The `value` or the `place` of the first, best or last point of the main curve of a role."""

    def figure(run: Run, language: Language) -> str | None:
        series = run.main(role)
        if series is None or not len(series):
            return None
        index = _index(series, which)
        if index is None:
            return None
        if part == "place":
            return facts.place(series, index, language)
        return facts.name(series) if part == "name" else short_number(float(series.y[index]))

    return figure


def _index(series: Series, which: str) -> int | None:
    if which == "best":
        return facts.best_index(series)
    if which == "first":
        # Where the only value is the last one, nothing went from one to the other.
        return 0 if len(series) > 1 else None
    return len(series) - 1


def _gap(run: Run, language: Language) -> str | None:
    train, val = run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)
    if train is None or val is None or not len(train) or not len(val):
        return None
    difference = float(val.y[-1]) - float(train.y[-1])
    return short_number(difference) if math.isfinite(difference) else None


def _since_best(run: Run, language: Language) -> str | None:
    """Evaluations after the best one; absent where the best is the last."""
    series = run.main(Role.VAL_LOSS)
    best = None if series is None or not len(series) else facts.best_index(series)
    since = 0 if series is None or best is None else len(series) - 1 - best
    return short_number(since) if since else None


def _share_after_best(run: Run, language: Language) -> str | None:
    series = run.main(Role.VAL_LOSS)
    best = None if series is None or not len(series) else facts.best_index(series)
    since = 0 if series is None or best is None else len(series) - 1 - best
    return f"{since / len(series):.0%}" if series is not None and since else None


def _chance_loss(run: Run, language: Language) -> str | None:
    classes = _number(run, "classes")
    return None if classes is None or classes < 2 else short_number(math.log(classes))


def _perplexity(run: Run, language: Language) -> str | None:
    series = run.main(Role.VAL_LOSS) or run.main(Role.TRAIN_LOSS)
    if series is None or not len(series) or not 0 < float(series.y[-1]) < 50:
        return None
    return short_number(math.exp(float(series.y[-1])))


def _root_of_first_loss(run: Run, language: Language) -> str | None:
    series = run.main(Role.TRAIN_LOSS)
    named = facts.known(run, "loss")
    if (
        series is None
        or not len(series)
        or named is None
        or "mse" not in named.value.lower()
        or float(series.y[0]) < 0
    ):
        return None
    return short_number(math.sqrt(float(series.y[0])))


def _root_of_last_loss(run: Run, language: Language) -> str | None:
    series = run.main(Role.TRAIN_LOSS)
    last = None if series is None or not len(series) else float(series.y[-1])
    return None if last is None or not 0 <= last < math.inf else short_number(math.sqrt(last))


def _named(word: str, part: str) -> Figure:
    """The last `value`, its `place` or the `name` of the first curve whose name holds a word."""

    def figure(run: Run, language: Language) -> str | None:
        series = facts.find_series(run, word)
        if series is None:
            return None
        last = len(series) - 1
        if part == "place":
            return facts.place(series, last, language)
        return facts.name(series) if part == "name" else short_number(float(series.y[last]))

    return figure


def _f1(run: Run, language: Language) -> str | None:
    precision, recall = facts.find_series(run, "precision"), facts.find_series(run, "recall")
    if precision is None or recall is None:
        return None
    p, r = float(precision.y[-1]), float(recall.y[-1])
    if not (math.isfinite(p) and math.isfinite(r)):
        return None
    return short_number(0.0 if p + r == 0 else 2 * p * r / (p + r))


def _jumps(run: Run, language: Language) -> str | None:
    """How many steps of the validation (else training) loss rise by more than 20 %."""
    series = run.main(Role.VAL_LOSS) or run.main(Role.TRAIN_LOSS)
    if series is None or len(series) < 2:
        return None
    before, after = series.y[:-1], series.y[1:]
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        rises = (before > 0) & (after > 1.2 * before)
    return short_number(int(rises.sum()))


def _evaluations(run: Run, language: Language) -> str | None:
    series = run.main(Role.VAL_LOSS)
    return None if series is None or not len(series) else short_number(len(series))


def _validation_interval(run: Run, language: Language) -> str | None:
    from advisor.chat.intents.evaluate_model import wilson

    series, size = facts.find_series(run, "val_acc"), _number(run, "val_size")
    if series is None or not size or size < 1 or not 0 <= float(series.y[-1]) <= 1:
        return None
    low, high = wilson(float(series.y[-1]), size)
    return f"{low:.1%} - {high:.1%}"


def _right_answers(run: Run, language: Language) -> str | None:
    """How many validation samples the last accuracy amounts to."""
    series, size = facts.find_series(run, "val_acc"), _number(run, "val_size")
    if series is None or not size or size < 1 or not 0 <= float(series.y[-1]) <= 1:
        return None
    return short_number(round(float(series.y[-1]) * size))


def _slope(run: Run, language: Language) -> str | None:
    """Change of the curve that the run is judged by, per epoch or step, over its last quarter."""
    series = facts.verdict_series(run)
    slope = None if series is None else facts.recent_slope(series)
    return None if slope is None else short_number(slope)


_FIGURES: dict[str, Figure] = {
    **{
        role: _value(role)
        for role in (
            "learning_rate",
            "batch_size",
            "momentum",
            "weight_decay",
            "dropout",
            "optimizer",
            "epochs",
            "train_size",
            "val_size",
            "seed",
            "hidden_units",
            "layers",
            "activation",
            "scheduler",
            "warmup_steps",
            "gradient_clipping",
            "label_smoothing",
            "classes",
            "beta1",
            "beta2",
            "patience",
            "gradient_accumulation",
        )
    },
    "effective_rate": _effective_rate,
    "steps_per_epoch": _steps_per_epoch,
    "effective_batch": _effective_batch,
    "momentum_memory": _memory_steps,
    "first_step_length": _first_step,
    "slope": _slope,
    "right_answers": _right_answers,
    "gap": _gap,
    "since_best": _since_best,
    "share_after_best": _share_after_best,
    "chance_loss": _chance_loss,
    "perplexity": _perplexity,
    "root_of_first_loss": _root_of_first_loss,
    "root_of_last_loss": _root_of_last_loss,
    "f1": _f1,
    "jumps": _jumps,
    "evaluations": _evaluations,
    "accuracy_interval": _validation_interval,
    **{
        f"{role.value}_{which}{'' if part == 'value' else '_' + part}": _of_series(role, which, part)
        for role in (Role.TRAIN_LOSS, Role.VAL_LOSS, Role.TRAIN_METRIC, Role.VAL_METRIC, Role.GRAD_NORM)
        for which in ("first", "best", "last")
        for part in ("value", "place", "name")
    },
    **{
        f"{name}_last{'' if part == 'value' else '_' + part}": _named(word, part)
        for name, word in (("val_acc", "val_acc"), ("recall", "recall"), ("precision", "precision"))
        for part in ("value", "place", "name")
    },
}

FIGURE_NAMES = frozenset(_FIGURES)
"""Every figure that an example may name."""
