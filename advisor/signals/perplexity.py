"""The loss behind a perplexity: a language model's log may show nothing else."""

from dataclasses import replace

import numpy as np

from advisor.run import Role, Run, Series
from advisor.vocabulary.quantities import is_perplexity

_LOSS_OF = {Role.TRAIN_METRIC: Role.TRAIN_LOSS, Role.VAL_METRIC: Role.VAL_LOSS}


def with_losses(run: Run) -> Run:
    """The run with `ln(ppl)` beside each perplexity whose split has no loss; the run itself where none lacks.

    A perplexity is the exponential of the cross-entropy, so its logarithm is the loss in nats, on which rules
    know what a guess, a gap and a plateau look like.
    """
    made: dict[Role, Series] = {}
    for series in run.series:
        role = _LOSS_OF.get(series.role)
        if role is not None and role not in made and run.main(role) is None and is_perplexity(series.name):
            made[role] = _loss(series, role)
    return replace(run, series=(*run.series, *made.values())) if made else run


def _loss(series: Series, role: Role) -> Series:
    """NaN where the perplexity is no positive number; infinite where that is."""
    y = np.full(series.y.shape, np.nan)
    np.log(series.y, out=y, where=series.y > 0)
    because = f"the logarithm of {series.name}"
    return replace(series, name=f"ln({series.name})", y=y, role=role, lower_is_better=True, because=because)
