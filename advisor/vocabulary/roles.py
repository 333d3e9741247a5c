"""Gives every curve of a run its role, by looking at all names of the run together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.arrays import distinct
from advisor.patterns import regex
from advisor.run import Integers, Role, Series
from advisor.vocabulary.bare_splits import with_quantities
from advisor.vocabulary.evaluated import with_evaluation
from advisor.vocabulary.initials import with_initials
from advisor.vocabulary.quantities import Meaning, Split, meaning, without_split
from advisor.vocabulary.side import side_quantity
from advisor.vocabulary.words import Words

_PART_BESIDE_TOTAL = 0.4
_PART = 0.7
_SINGLE_POINT = 0.3
_NO_QUANTITY = 0.3
# The targets of an agent's losses move with its policy: they often grow while the reward does.
_OF_AN_AGENT = "the loss of an agent that learns from rewards: the reward says how it does"
_OF_TWO_NETS = "one of two losses that work against each other: neither says how the training does"
_OF_A_CRITIC = frozenset({"reward", "value_loss"})
_ADVERSARIES = frozenset({"discriminator_loss", "generator_loss"})
_HELD_OUT: tuple[Split, ...] = ("validation", "test")
_TRAIN: tuple[Split, ...] = ("train",)
_FAR_FEWER = 3
_FINAL = ("final",)
_SAID_ONCE_A_SPLIT = 2
_FIRST_SET = regex(r"\b(validation_)0(?![0-9])")
_FIRST_OF_SETS = "the first of the numbered evaluation sets: taken for the training data"


@dataclass(frozen=True, slots=True)
class _Verdict:
    role: Role
    lower_is_better: bool | None = None
    certainty: float = 1.0
    because: str = ""


@dataclass(frozen=True, slots=True)
class _Context:
    """What the names of a run say together."""

    names: frozenset[tuple[Split | None, str, tuple[str, ...]]]
    has_validation: bool
    has_train_loss: bool
    has_loss: bool
    losses_are_split: bool
    after_validation: frozenset[str]
    after_training: frozenset[str]
    held_out_names: frozenset[Words]
    plain_losses: frozenset[Split | None]
    total_losses: frozenset[Split | None]
    train_rows: Integers
    validation_rows: Integers
    evaluation_rows: Integers
    knows_direction: bool
    of_episodes: bool
    is_adversarial: bool


_OTHER = _Verdict(Role.OTHER)


def _rows(series: Iterable[Series]) -> Integers:
    """The rows of the log on which any of the curves has a point, sorted."""
    # Curves that were logged together share one array; in long logs the sorting would cost more than reading.
    rows = list({id(curve.at): curve.at for curve in series}.values())
    if len(rows) == 1 and (rows[0][1:] > rows[0][:-1]).all():
        return rows[0]
    return distinct(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int64)


def _meet(some: Integers, others: Integers) -> bool:
    return (some is others and some.size > 0) or bool(np.isin(some, others).any())


def _key(said: Meaning) -> tuple[str, tuple[str, ...]]:
    """What makes two names of different splits twins: `acc` and `val_acc`, but not `r2` and `val_mse`."""
    if said.quantity is None:
        return "", said.qualifier
    direction = said.quantity.better if said.quantity.kind == "metric" else None
    return f"{said.quantity.kind} {direction or ''}", said.qualifier


def _context(series: Sequence[Series], said: Sequence[Meaning]) -> _Context:
    pairs = list(zip(series, said, strict=True))
    speaking = [(c, m) for c, m in pairs if m.is_result]
    losses = [(c, m) for c, m in pairs if m.measures("loss")]
    return _Context(
        names=frozenset((m.split, *_key(m)) for _, m in speaking),
        has_validation=any(m.split == "validation" for m in said if m.is_split_alone or m.is_result),
        has_train_loss=any(m.split == "train" for _, m in losses),
        has_loss=bool(losses),
        losses_are_split=all(m.split for _, m in losses)
        and any(m.split == "train" for _, m in losses)
        and any(m.split != "train" for _, m in losses),
        after_validation=_after_loss(pairs, _HELD_OUT),
        after_training=_after_loss(pairs, _TRAIN),
        held_out_names=frozenset(without_split(c.name) for c, m in speaking if m.split in _HELD_OUT),
        plain_losses=frozenset(
            m.split
            for _, m in losses
            if m.quantity and m.quantity.main and not m.qualifier and not m.smoothed
        ),
        total_losses=frozenset(
            m.split
            for _, m in losses
            if m.quantity and m.quantity.total and not m.qualifier and not m.smoothed
        ),
        train_rows=_rows(c for c, m in losses if m.split in (None, "train")),
        validation_rows=_rows(c for c, m in speaking if m.split == "validation"),
        evaluation_rows=_rows(
            c for c, m in speaking if m.split is None and m.quantity and m.quantity.evaluated
        ),
        knows_direction=any(m.quantity and m.quantity.better for _, m in speaking),
        of_episodes=any(m.quantity and m.quantity.of_episodes for _, m in speaking)
        or {side_quantity(c.name) for c, _ in speaking} >= _OF_A_CRITIC,
        is_adversarial={side_quantity(c.name) for c, _ in losses} >= _ADVERSARIES,
    )


def _after_loss(pairs: Sequence[tuple[Series, Meaning]], splits: Collection[Split]) -> frozenset[str]:
    """The metrics without a split named after a loss of one (`loss 2.3 val loss 2.2 acc 0.1`)."""
    found, of_split = [], False
    has_loss = any(said.measures("loss") for _, said in pairs)
    for curve, said in pairs:
        if said.measures("loss") or (not has_loss and said.stands_for_loss):
            of_split = said.split in splits
        elif of_split and said.is_result and said.split is None:
            found.append(curve.name)
    return frozenset(found)


def _loss(said: Meaning, context: _Context, because: str = "") -> _Verdict:
    """A loss: of which split, and whether it speaks for the run or is only a part."""
    if said.derived:
        return replace(_OTHER, because="repeats or sums up another curve")
    if context.of_episodes:
        return replace(_OTHER, lower_is_better=True, because=_OF_AN_AGENT)
    if context.is_adversarial and said.split not in context.total_losses:
        return replace(_OTHER, because=_OF_TWO_NETS)
    if said.smoothed and said.split in context.plain_losses:
        return replace(_OTHER, because="smooths another curve")
    certainty = 1.0
    if said.split is None and not because:
        twin = ("validation", *_key(said)) in context.names
        if context.has_train_loss or not twin:
            certainty, because = 0.9, "the name has no split: taken as the training loss"
    if said.granular:
        certainty = min(certainty, 0.95)
    whole = said.quantity is not None and (said.quantity.main or said.quantity.stands_for_loss)
    qualifier = [] if said.smoothed else said.qualifier
    # `ctc_loss` speaks for a run where no `loss` does.
    named = said.quantity is not None and not said.quantity.total and said.split in context.total_losses
    if qualifier or not whole or named:
        beside = said.split in context.plain_losses
        certainty = min(certainty, _PART_BESIDE_TOTAL if beside else _PART)
        because = (
            "one part of the loss beside the total" if beside else "one part of a loss that has no total"
        )
    return _of_split(
        Role.TRAIN_LOSS,
        Role.VAL_LOSS,
        said.split or "train",
        _Verdict(Role.OTHER, True, certainty, because),
        context,
    )


def _of_split(train: Role, validation: Role, split: Split, verdict: _Verdict, context: _Context) -> _Verdict:
    if split == "train":
        return replace(verdict, role=train)
    if split == "validation":
        return replace(verdict, role=validation)
    if context.has_validation:
        return replace(
            _OTHER, lower_is_better=verdict.lower_is_better, because="a test curve beside a validation curve"
        )
    return replace(
        verdict,
        role=validation,
        certainty=min(verdict.certainty, 0.8),
        because="no validation curve: the test curve is taken for it",
    )


def _unsplit_metric(curve: Series, said: Meaning, context: _Context) -> tuple[Split, float, str]:
    """Where a metric without a split word comes from: its twin, or the rows it stands on."""
    own_twin = without_split(curve.name) in context.held_out_names
    twin = ("validation", *_key(said)) in context.names or ("test", *_key(said)) in context.names
    if own_twin or (twin and curve.name not in context.after_validation):
        return "train", 1.0, ""
    if said.quantity and said.quantity.evaluated:
        return "validation", 0.8, "the name has no split: such a metric comes from an evaluation"
    rows = _rows([curve])
    if rows is context.evaluation_rows or np.array_equal(rows, context.evaluation_rows):
        return "validation", 0.7, "the name has no split: it stands beside metrics of an evaluation"
    if _meet(rows, context.validation_rows) and not _meet(rows, context.train_rows):
        return "validation", 0.8, "the name has no split: it stands beside the validation curves"
    if curve.name in context.after_training and context.losses_are_split and context.after_validation:
        return "train", 0.7, "the name has no split: the log names it after the training loss"
    if context.losses_are_split and _meet(rows, context.validation_rows):
        return (
            "validation",
            0.7,
            "the name has no split, though the losses have: metrics come from evaluations",
        )
    if curve.name in context.after_validation:
        return "validation", 0.7, "the name has no split: the log names it after a held-out loss"
    if context.train_rows.size and not _meet(rows, context.train_rows):
        return "validation", 0.7, "the name has no split: it does not stand beside the training loss"
    if _FAR_FEWER * len(curve) <= context.train_rows.size:
        return (
            "validation",
            0.6,
            "the name has no split: it is logged much more seldom than the training loss",
        )
    return (
        "train",
        0.7,
        "the name has no split: it stands beside the training loss"
        if context.train_rows.size
        else ("the name has no split"),
    )


def _metric(curve: Series, said: Meaning, context: _Context) -> _Verdict:
    assert said.quantity is not None
    if said.derived:
        return replace(_OTHER, because="repeats or sums up another curve")
    better = said.quantity.better
    lower = None if better is None else better == "lower"
    if said.quantity.stands_for_loss and not context.has_loss:
        return _loss(said, context, because="no loss is logged: this error stands for it")
    split, certainty, because = said.split, 1.0, ""
    if split is None:
        split, certainty, because = _unsplit_metric(curve, said, context)
    if lower is None and context.knows_direction:
        return replace(_OTHER, because="the name does not say whether higher is better")
    if lower is None:
        certainty, because = min(certainty, 0.5), "the name does not say whether higher is better"
    if said.qualifier:
        certainty = min(certainty, 0.9)
    return _of_split(
        Role.TRAIN_METRIC, Role.VAL_METRIC, split, _Verdict(Role.OTHER, lower, certainty, because), context
    )


def _judge(curve: Series, said: Meaning, context: _Context) -> _Verdict:
    if said.quantity is None:
        if not said.is_split_alone or said.split is None:
            return _OTHER
        verdict = _Verdict(Role.OTHER, None, _NO_QUANTITY, "the log names a split and no quantity")
        return _of_split(Role.TRAIN_METRIC, Role.VAL_METRIC, said.split, verdict, context)
    match said.quantity.kind:
        case "loss":
            return _loss(said, context)
        case "metric":
            return _metric(curve, said, context)
        case "learning_rate":
            return _Verdict(Role.LEARNING_RATE, None, 0.9 if said.qualifier else 1.0)
        case "grad_norm":
            return _Verdict(Role.GRAD_NORM, None, 0.7 if said.qualifier else 1.0)
        case "throughput":
            return _Verdict(Role.THROUGHPUT, False, 0.9 if said.qualifier else 1.0)
        case _:
            return _OTHER


def _doubt_single_points(series: Sequence[Series]) -> tuple[Series, ...]:
    """One point beside longer curves of its role is a summary (a Trainer's last `train_loss`)."""
    longest: dict[Role, int] = {}
    for curve in series:
        longest[curve.role] = max(longest.get(curve.role, 0), len(curve))
    return tuple(
        replace(
            curve,
            certainty=min(curve.certainty, _SINGLE_POINT),
            because="a single value beside longer curves",
        )
        if curve.role != Role.OTHER and len(curve) == 1 and longest[curve.role] > 2
        else curve
        for curve in series
    )


def _with_training_sets(
    curves: Sequence[Series], said: Sequence[Meaning]
) -> tuple[list[Meaning], dict[str, str]]:
    """Takes the first of XGBoost's numbered sets for the training data where it is followed by a second.

    Its scikit-learn interface names what `eval_set` lists `validation_0`, `validation_1`, whatever it is; the
    habit, as in its documentation, is `eval_set=[(x_train, y_train), (x_test, y_test)]`.
    """
    names = {curve.name for curve in curves}
    first = {name for name in names if _FIRST_SET.search(name) and _FIRST_SET.sub(r"\g<1>1", name) in names}
    if not first or any(what.split == "train" for what in said):
        return list(said), {}
    pairs = zip(curves, said, strict=True)
    told = [replace(m, split="train", qualifier=()) if c.name in first else m for c, m in pairs]
    return told, dict.fromkeys(first, _FIRST_OF_SETS)


def _of_each_epoch(curves: Sequence[Series], said: Sequence[Meaning]) -> list[Meaning]:
    """Takes `Final loss` for the loss where it is told again and again and no other loss is."""
    losses = [m for m in said if m.quantity and m.quantity.kind == "loss"]
    if not all(m.qualifier == _FINAL for m in losses):
        return list(said)
    return [
        replace(m, qualifier=(), derived=False) if m in losses and len(c) > _SAID_ONCE_A_SPLIT else m
        for c, m in zip(curves, said, strict=True)
    ]


def assign_roles(series: Iterable[Series]) -> tuple[Series, ...]:
    """The same curves with role, direction, certainty and the reason for it.

    A name is read by the words in it (`series.yaml`), then in the light of the others: `loss` beside
    `val_loss` is the training loss, a test curve counts as validation only where no validation curve is
    logged, a part of a loss gives way to the total, and a metric without a split word belongs to the rows
    on which it stands.
    """
    curves = list(series)
    said, guessed = _with_training_sets(curves, [meaning(curve.name) for curve in curves])
    said, read = with_initials(curves, said)
    said, shown = with_quantities(curves, _of_each_epoch(curves, said))
    said, placed = with_evaluation(curves, said)
    guessed |= read | shown | placed
    context = _context(curves, said)
    judged = []
    for curve, what in zip(curves, said, strict=True):
        verdict = _judge(curve, what, context)
        if curve.name in guessed and verdict.role != Role.OTHER:
            verdict = replace(verdict, certainty=min(verdict.certainty, _PART), because=guessed[curve.name])
        judged.append(
            replace(
                curve,
                role=verdict.role,
                lower_is_better=verdict.lower_is_better,
                certainty=verdict.certainty,
                because=verdict.because,
            )
        )
    return _doubt_single_points(judged)
