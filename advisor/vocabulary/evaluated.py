"""Takes `loss` beside `train_loss` for that of an evaluation, where its metrics follow it without a split."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from advisor.run import Series
from advisor.vocabulary.quantities import Meaning

_FOLLOWS = "the name has no split: it follows the training loss, with the metrics of an evaluation"
_FEWEST_POINTS = 2


def with_evaluation(
    curves: Sequence[Series], said: Sequence[Meaning]
) -> tuple[list[Meaning], dict[str, str]]:
    """Gives the loss of an evaluation its split where only that of the training is named.

    A loop that puts what its evaluation returns into the record of an epoch, `{"train_loss": 1.2, **scores}`,
    names the training loss, then `loss` and `f1`. A running average of the training loss (`loss=1.2` of a
    progress bar) has no metrics behind it.

    Args:
        curves: All of a run, in the order in which the log names them.
        said: What each name says.

    Returns:
        What each curve measures, and by name the reasons for what was added.
    """
    held_out = any(what.is_result and what.split in ("validation", "test") for what in said)
    bare = [i for i, what in enumerate(said) if _is_loss(what) and what.split is None]
    if held_out or len(bare) != 1:
        return list(said), {}
    place, evaluated = bare[0], curves[bare[0]]
    before = [c for c, what in zip(curves[:place], said[:place], strict=True) if _is_training_loss(what)]
    behind = [c for c, what in zip(curves[place:], said[place:], strict=True) if _is_bare_metric(what)]
    if len(evaluated) < _FEWEST_POINTS or not all(_stands_on(some, evaluated) for some in (before, behind)):
        return list(said), {}
    told = [replace(what, split="validation") if i == place else what for i, what in enumerate(said)]
    return told, {evaluated.name: _FOLLOWS}


def _is_loss(said: Meaning) -> bool:
    main = said.quantity is not None and said.quantity.main
    return main and said.measures("loss") and not said.qualifier and not said.granular


def _is_training_loss(said: Meaning) -> bool:
    return _is_loss(said) and said.split == "train"


def _is_bare_metric(said: Meaning) -> bool:
    return said.measures("metric") and said.split is None


def _stands_on(some: Sequence[Series], rows: Series) -> bool:
    return any(np.array_equal(curve.at, rows.at) for curve in some)
