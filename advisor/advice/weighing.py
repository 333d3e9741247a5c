"""Proposed changes in the light of what the same changes brought to the trainings of the corpus.

The rules name the cause and propose. The effect model orders what they propose for findings of one severity,
and may add one change that no rule proposed. Where a run states too little, or is too unlike the corpus, all
stays as the rules have it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from advisor.advice.change import UNLIKELY, Change, Learned
from advisor.advice.recommendation import current, opposite
from advisor.advice.rounding import as_number, tidy
from advisor.diagnosis.finding import Finding, Severity
from advisor.learned.candidates import candidates
from advisor.learned.effect import Effect, EffectModel, shipped_effect_model
from advisor.learned.hyper import ROLES, moves, stated
from advisor.learned.own import Outcome, adapted, refuted
from advisor.learned.similar import Similar, similar_runs
from advisor.run import Run, Scalar
from advisor.signals import Signals
from advisor.text import Bilingual
from advisor.vocabulary.lengths import LENGTHS

STATED = frozenset({"learning_rate"})
"""Without it the model has nothing to go by; it was fitted on logs of which the rest was hidden by turns."""
SEEN = 0.5
"""Share of the model's signals that have to be known."""
CLEARLY = 0.02
"""By how much of the score a change has to promise more than what the rules propose before it."""
MORE_LIKELY_THAN_NOT = 0.5
"""Chance to help from which a change is added where nothing is wrong."""
FARTHEST = {"weight_decay": 1.0, "dropout": 0.8, "momentum": 0.99, "warmup_ratio": 0.7}
"""Bounds of the corpus (`advisor.corpus.starts`): what leaving a larger value brings is not told."""
LATEST = 2
"""Place, from 0, behind which an added change would not be seen among the proposals."""

_ADDED = Bilingual(
    en="no rule proposes it, but of the changes tried on the trainings of the corpus it promises most here.",
    zh="没有规则建议它，但在语料训练中试过的修改里，它对这样的训练最有希望。",
)


def weighed(
    run: Run,
    findings: Sequence[Finding],
    changes: Sequence[Change],
    signals: Signals,
    kept: Set[str] = frozenset(),
    own: Sequence[Outcome] = (),
) -> tuple[Change, ...]:
    """The changes with what they promise, in the order of it, and at most one more.

    Args:
        run: The run that was diagnosed.
        findings: What was found, most important first.
        changes: What the rules propose, best first.
        signals: What was measured on the run.
        kept: Roles that the user wants left as they are; no change to these is added.
        own: What changes brought in this project before.

    Returns:
        Changes numbered from 1; those of the rules as they were where the run cannot be judged.
    """
    model, now = shipped_effect_model(), stated_values(run)
    if model is None or not findings or not can_judge(model, signals, now):
        return tuple(changes)
    judge = _Judge(model, signals, now, own)
    told = judge.told(changes)
    added = _addition(run, findings[0], told, judge, kept)
    ordered = _likely_first(_with(added, _ordered(told)) if added is not None else _ordered(told))
    return tuple(
        _with_evidence(replace(change, number=number), signals, now)
        for number, change in enumerate(ordered, start=1)
    )


def was_added(change: Change) -> bool:
    """Whether no rule proposed it: it is what the effect model expects most of."""
    return change.reason == _ADDED


def nearest(run: Run, signals: Signals, change: Change, most: int) -> tuple[Similar, ...]:
    """What a change brought to the corpus runs most like a run, nearest first."""
    now = stated_values(run)
    return similar_runs(signals, now, _after(now, change), most)


def stated_values(run: Run) -> dict[str, Scalar]:
    """What a run states of the roles that can be judged; a learning rate that it only logs counts too."""
    now, rate = stated(run), as_number(current(run, "learning_rate").value)
    return now if rate is None else {"learning_rate": rate, **now}


def can_judge(model: EffectModel, signals: Signals, now: Mapping[str, Scalar]) -> bool:
    """Whether the model was fitted on runs of which as much was known: `now` is what a run states."""
    known = sum(name in signals for name in model.signals)
    if "run.boosting" in signals:  # the corpus is of nets
        return False
    return now.keys() >= STATED and known >= SEEN * len(model.signals)


@dataclass(frozen=True)
class _Judge:
    """What a change promises to one run: by the effect model, and by what the user's own changes brought."""

    model: EffectModel
    signals: Signals
    now: Mapping[str, Scalar]
    own: Sequence[Outcome]

    def learned(self, changes: Sequence[Change]) -> list[Learned]:
        """What each change promises; all are of roles that the model knows."""
        effects = self.model.judge(self.signals, self.now, [_after(self.now, change) for change in changes])
        return [self._adapted(*pair) for pair in zip(changes, effects, strict=True)]

    def told(self, changes: Sequence[Change]) -> list[Change]:
        """The changes; those that can be judged with what they promise."""
        known = [change for change in changes if _aims_at_the_end(change) and self._moves(change)]
        learned = dict(zip((change.number for change in known), self.learned(known), strict=True))
        return [replace(change, learned=learned.get(change.number)) for change in changes]

    def _moves(self, change: Change) -> bool:
        """Whether it is known what the change moves: not where the present value is not, or is unheard of."""
        role = change.hyperparameter or ""
        before = as_number(self.now.get(role))
        if before is not None and before > FARTHEST.get(role, before):
            return False
        return bool(moves(self.now, _after(self.now, change)).any())

    def _adapted(self, change: Change, effect: Effect) -> Learned:
        role = change.hyperparameter or ""
        before = self.now.get(role) if change.before is None else change.before
        effect = replace(effect, probability=with_reruns(effect.probability, change.raised))
        effect, counted = adapted(effect, role, before, change.after, self.own)
        return Learned(effect, own=counted)


def with_reruns(chance: float, raised: tuple[int, int] | None) -> float:
    """The mean of the model's chance and of the reruns of the very remedy for its finding.

    The corpus has few runs as far gone as those that a rule speaks of. The reruns count by Laplace's rule of
    succession.
    """
    if raised is None:
        return chance
    rose, tried = raised
    return (chance + (rose + 1) / (tried + 2)) / 2


def _aims_at_the_end(change: Change) -> bool:
    """Whether the model can judge a change: a shorter run is to keep its best epoch, not to end better."""
    if change.hyperparameter not in ROLES or change.after is None:
        return False
    return not (change.hyperparameter in LENGTHS and change.cost < 1)


def _after(now: Mapping[str, Scalar], change: Change) -> dict[str, Scalar]:
    assert change.hyperparameter is not None
    return {**now, change.hyperparameter: change.after}


def _ordered(changes: Sequence[Change]) -> list[Change]:
    """What can be judged by its promise, in the places of what can be judged, severity by severity."""
    ordered = list(changes)
    for severity in Severity:
        places = [
            at
            for at, change in enumerate(changes)
            if change.learned is not None and change.finding.severity is severity
        ]
        for at, change in zip(places, _clearly_best_first([changes[at] for at in places]), strict=True):
            ordered[at] = change
    return ordered


def _clearly_best_first(changes: Sequence[Change]) -> list[Change]:
    """What promises clearly more than the rules' own first stands before it, and so for each place."""
    waiting, ordered = list(changes), []
    while waiting:
        best = max(waiting, key=_gain)
        first = waiting[0]
        ordered.append(best if _gain(best) > _gain(first) + CLEARLY else first)
        waiting.remove(ordered[-1])
    return ordered


def _likely_first(changes: Iterable[Change]) -> list[Change]:
    """Of what is for no problem, what hardly has a chance or cannot be judged behind what has one."""
    changes = list(changes)
    promising = [
        change
        for change in changes
        if change.finding.severity > Severity.INFO or (change.learned is not None and not change.is_unlikely)
    ]
    rest = [change for change in changes if change not in promising]
    return [*promising, *rest] if any(change.is_unlikely for change in changes) else changes


def _gain(change: Change) -> float:
    return 0.0 if change.learned is None else change.learned.effect.gain


def _addition(
    run: Run,
    finding: Finding,
    told: Sequence[Change],
    judge: _Judge,
    kept: Set[str],
) -> Change | None:
    """The change that promises clearly more than all that were told; None where there is none."""
    taken = {change.hyperparameter for change in told} | kept
    possible = [
        change
        for role, value in candidates(_numbers(judge.now))
        if role not in taken and (change := _made(run, finding, role, value)) is not None
        if not any(opposite(change, other) for other in told)
        and not refuted(role, change.before, change.after, judge.own)
    ]
    promising = (replace(c, learned=one) for c, one in zip(possible, judge.learned(possible), strict=True))
    found = max(promising, key=_gain, default=None)
    if found is None or _gain(found) <= max(map(_gain, told), default=0.0) + CLEARLY:
        return None
    return found if _worth_saying(finding, found) else None


def _worth_saying(finding: Finding, change: Change) -> bool:
    least = UNLIKELY if finding.severity > Severity.INFO else MORE_LIKELY_THAN_NOT
    return (change.probability or 0.0) >= least


def _numbers(now: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {role: as_number(value) for role, value in now.items()}


def _made(run: Run, finding: Finding, role: str, value: float) -> Change | None:
    """The change in the user's own name; None where rounding leaves nothing of it."""
    known = current(run, role)
    before, after = as_number(known.value), tidy(value, role, known.value)
    if before is None or after == before:
        return None
    return Change(
        number=0,
        hyperparameter=role,
        name=known.name,
        before=known.value,
        after=after,
        factor=after / before if before else None,
        do=None,
        reason=_ADDED,
        helped=None,
        cost=after / before if role in LENGTHS and before else 1.0,
        risk=None,
        finding=finding,
    )


def _with(added: Change, ordered: Sequence[Change]) -> Iterator[Change]:
    """The added change before the first that is no likelier to help, behind what the model cannot judge."""
    chance = added.probability or 0.0
    judged = [change.learned is not None and (change.probability or 0.0) <= chance for change in ordered]
    place = judged.index(True) if True in judged else len(ordered)
    place = min(place, LATEST)
    yield from (*ordered[:place], added, *ordered[place:])


def _with_evidence(change: Change, signals: Signals, now: Mapping[str, Scalar]) -> Change:
    if change.learned is None:
        return change
    similar = similar_runs(signals, now, _after(now, change))
    helped = sum(one.helped for one in similar)
    return replace(
        change, learned=replace(change.learned, similar=(helped, len(similar)) if similar else None)
    )
