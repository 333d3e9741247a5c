"""What a draft becomes: the curves, the settings and the events of a run."""

from collections.abc import Sequence, Set

import numpy as np

from advisor.readers.drafts import BAR, Draft
from advisor.readers.names import Use, counter
from advisor.readers.records import Findings
from advisor.run import EventKind, Hyperparameter, LogEvent, Series, Trust
from advisor.vocabulary import hyperparameter_role

# Printed between two runs, these speak of the one before.
_ENDS = frozenset({EventKind.EARLY_STOP, EventKind.CHECKPOINT, EventKind.LEARNING_RATE, EventKind.NON_FINITE})
# What is added to the name of a curve where another of that name is counted differently.
_TOLD = {"none": "result", "epoch+step": "epoch end"}
_ROUND = 5
_PLANNED: dict[Use, str] = {"epoch": "epochs", "step": "max_steps"}


def is_curved(draft: Draft) -> bool:
    """Whether a run has more than its counters to show, and more than results that are said once.

    Results that are said once after `epoch: 20` are those of the end, however that number was meant.
    """
    shown = [(how, len(c.y)) for (name, how), c in draft.curves.items() if counter(name) is None and len(c.y)]
    if any(size > 1 or how != "none" for how, size in shown):
        return True
    last = draft.clock.last.values()
    return bool(shown and last) and (bool(draft.planned) or max(last) <= 1)


def _is_counted(draft: Draft) -> bool:
    return bool(draft.clock.last) or any(how != "none" for _, how in draft.curves)


def curves_of(draft: Draft) -> list[Series]:
    """The curves of a run; one of a name that is counted in several ways says how."""
    names: dict[tuple[str, str], str] = {}
    for name, how in sorted(draft.curves, key=lambda told: told[1] == BAR):
        names[name, how] = f"{name} ({_TOLD.get(how, how)})" if name in names.values() else name
    counted = _is_counted(draft)
    return [
        Series(
            name=names[name, how],
            y=curve.y.whole(),
            x=curve.x.whole() if counted else np.arange(len(curve.y), dtype=np.float64),
            at=curve.at.whole(),
            x_kind=curve.kind if counted else "index",
        )
        for (name, how), curve in draft.curves.items()
        if len(curve.y)
    ]


def events_between(found: Sequence[LogEvent], before: int, start: int, until: int) -> list[LogEvent]:
    """What was noticed in a run and since the run before it; how that one ended is not told again."""
    return [
        event
        for event in found
        if before < event.place < until and (event.place >= start or event.kind not in _ENDS)
    ]


def settings_between(found: Findings, after: int, before: int) -> list[Hyperparameter]:
    """What was printed between two runs, since the last program was started; of one name, the last."""
    start = max((line for line in found.programs if line <= before), default=after)
    printed = [s.hyperparameter for s in found.settings if after < s.line and start <= s.line < before]
    return list({hyperparameter.name: hyperparameter for hyperparameter in printed}.values())


def hyperparameters_of(
    draft: Draft, printed: list[Hyperparameter], earlier: tuple[Hyperparameter, ...]
) -> tuple[Hyperparameter, ...]:
    """What the log prints before a run, or else before the run before it; and how long it planned to be."""
    found = printed or [h for h in earlier if h.role not in _PLANNED.values()]
    known = {h.role for h in found}
    for use, role in _PLANNED.items():
        if use not in draft.planned or role in known or (use == "step" and draft.clock.epoch is not None):
            continue
        total, line = draft.planned[use]
        value = int(total) + int(use == "epoch" and _names_the_last(draft, total))
        found = [*found, Hyperparameter(role, value, role, f"log line {line}", Trust.PRINTED)]
    return (*found, *_told_each_step(draft, known))


def _names_the_last(draft: Draft, total: float) -> bool:
    """Whether the number behind an epoch is that of the last one, counted from 0, not how many there are.

    `0/24` to `24/24` are 25 epochs; `0/1000` to `1000/1000` were asked for as 1000. Before the end is seen,
    `0/24` is taken for one of 25 too.
    """
    if draft.clock.first_epoch != 0:
        return False
    rounds, left = divmod(total, _ROUND)
    one_less_than_round = bool(rounds) and left == _ROUND - 1
    return one_less_than_round or (draft.clock.epoch == total and bool(left))


def _told_each_step(draft: Draft, known: Set[str | None]) -> list[Hyperparameter]:
    """The batch size, where nothing but the lines of the steps themselves says it, each time the same."""
    found = []
    for (name, _), curve in draft.curves.items():
        if "batch_size" in known or hyperparameter_role(name) != "batch_size":
            continue
        values = curve.y.whole()
        if values.size > 1 and (values == values[0]).all() and values[0] == int(values[0]):
            place = f"log line {int(curve.at.whole()[0])}"
            found.append(Hyperparameter(name, int(values[0]), "batch_size", place, Trust.PRINTED))
    return found[:1]


def events_of(draft: Draft, found: list[LogEvent]) -> tuple[LogEvent, ...]:
    """What was noticed in a run and what was decided about it, by line."""
    events = [*found, *draft.events]
    if draft.clock.counted_through:
        words = "The position inside the epoch is counted through the epochs, so that x always goes up."
        events.append(LogEvent(EventKind.NOTE, words, draft.first_line))
    if draft.repeated:
        words = "Lines that say again what an earlier line said, or look back at it, were left out."
        events.append(LogEvent(EventKind.NOTE, words, draft.repeated[0], len(draft.repeated)))
    planned = draft.planned.get("epoch")
    if planned is not None and draft.clock.epoch is not None and draft.clock.epoch < planned[0] - 1:
        words = f"The log of this run ends at epoch {draft.clock.epoch:g} of {planned[0]:g} planned."
        events.append(LogEvent(EventKind.NOTE, words, draft.last_line))
    return tuple(sorted(events, key=lambda event: event.place))
