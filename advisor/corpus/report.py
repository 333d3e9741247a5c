"""What the learned effect model is worth on data sets and architectures that it never saw."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from advisor.advice.weighing import CLEARLY
from advisor.corpus.fit import fit_head, inputs_of, of_validation, signals_of
from advisor.corpus.policies import Case, always, at_random, cases_of, textbook
from advisor.corpus.table import JUDGED_SEED, SMALLEST, Table

FOLDS, RESAMPLES, TOP = 5, 2_000, 3
FIXABLE = 0.03
"""Best change's gain from which a base counts as fixable."""
BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """One case and what each policy's choice brought to it.

    Attributes:
        case: The base and its changes.
        best: The gain of the best change in hindsight, 0 where none helped.
        best_apart: That of the change that is best by one seed, counted by the other.
        noise: The gain beyond which a change is no noise.
        gains: By policy.
        apart: By policy; of several changes tried the one that is best by one seed, counted by the other.
        stated: Stated probability that each single change helps, in the order of `case.rows`.
        band: Quantiles .1 and .9 of each one's relative effect, (changes, 2); empty where not asked for.
    """

    case: Case
    best: float
    best_apart: float
    noise: float
    gains: Mapping[str, float]
    apart: Mapping[str, float]
    stated: Floats
    band: Floats


def judge(table: Table, groups: NDArray[np.str_], folds: int, heads: Sequence[str]) -> list[Judged]:
    """Every case by models that saw nothing of its group.

    Args:
        table: The corpus.
        groups: What each base belongs to (its data set, or its kind of net), shape (bases,).
        folds: Parts into which the groups are divided.
        heads: What is fitted; `gain` and `helps` at least.
    """
    cases = cases_of(table)
    judged: list[Judged] = []
    for held in _folds(groups, folds):
        train = np.flatnonzero(~np.isin(groups[table.base], held))
        signals = signals_of(table, train)
        models = {head: fit_head(table, train, head, signals) for head in heads}
        average = _averages(table, train)
        mine = [case for case in cases if groups[case.base] in held]
        judged += [_judged(table, case, models, signals, average) for case in mine]
    return judged


def _folds(groups: NDArray[np.str_], folds: int) -> Iterator[list[str]]:
    """Groups dealt out at random, the same at every call."""
    names = np.random.default_rng(0).permutation(np.unique(groups))
    for fold in range(folds):
        yield [str(name) for name in names[fold::folds]]


def _averages(table: Table, changes: NDArray[np.intp]) -> Mapping[str, float]:
    """Mean gain of each change over all bases: all that a model knows whose outcomes were shuffled."""
    names = table.change[changes]
    return {str(name): float(table.gain[changes[names == name]].mean()) for name in np.unique(names)}


def _judged(
    table: Table,
    case: Case,
    models: Mapping[str, object],
    signals: NDArray[np.intp],
    average: Mapping[str, float],
) -> Judged:
    x, which = inputs_of(table, case.rows, (JUDGED_SEED,), signals)
    bare, _ = inputs_of(table, case.rows, (JUDGED_SEED,), signals, hidden=1.0)
    said = {name: _predicted(model, x) for name, model in models.items()}
    gain, first = (gains[which].astype(float) for gains in (table.gain, table.gain_first))
    order = np.argsort(-said["gain"], kind="stable")
    names = [str(name) for name in table.change[which]]
    top, at = order[:TOP], int(_predicted(models["gain"], bare).argmax())
    held_out = int(_predicted(models["gain"], of_validation(table, x, signals)).argmax())
    promised = _promised(table, case, models["gain"], signals)
    clearly = float(said["gain"][order[0]]) > max(0.0, promised) + CLEARLY
    gains = {
        "random change": at_random(case),
        "always lr / 3": always("lr_d3")(case),
        "textbook rules": textbook(case),
        "shipped rules": case.advised,
        "corpus averages": float(gain[int(np.argmax([average.get(name, 0.0) for name in names]))]),
        "learned, only the rate stated": float(gain[at]),
        "learned, only the validation's curves": float(gain[held_out]),
        "learned": float(gain[order[0]]),
        "rules and learned together": float(gain[order[0]]) if clearly else case.advised,
        "best of learned top 3": max(0.0, float(gain[top].max())),
    }
    bands = [said[head] for head in ("low", "high") if head in said]
    return Judged(
        case,
        max(0.0, float(gain.max())),
        apart(first, 2 * gain - first),
        float(table.noise[case.base]),
        gains,
        gains | {"best of learned top 3": apart(first[top], (2 * gain - first)[top])},
        said["helps"],
        np.sort(np.stack(bands, 1), axis=1) if bands else np.empty((0, 2)),
    )


def _promised(table: Table, case: Case, model: object, signals: NDArray[np.intp]) -> float:
    """What the model expects of the rules' own first change; 0 where they propose none."""
    if case.advised_row is None:
        return 0.0
    x, _ = inputs_of(table, np.array([case.advised_row]), (JUDGED_SEED,), signals)
    return float(_predicted(model, x)[0])


def apart(first: Floats, second: Floats) -> float:
    """What the change that is best by one seed brought by the other, mean of both ways.

    Nothing is changed where none rose. The luck of a seed is not counted as gain; but the change so chosen
    is not always the best, so that this is at most what the best one brings.
    """
    ways = ((first, second), (second, first))
    gains = [float(other[one.argmax()]) if one.max() > 0 else 0.0 for one, other in ways]
    return sum(gains) / len(ways)


def _predicted(model: object, x: NDArray[np.float32]) -> Floats:
    if hasattr(model, "predict_proba"):
        chance: Floats = model.predict_proba(x)[:, 1]
        return chance
    values: Floats = model.predict(x)  # type: ignore[attr-defined]
    return values


def share_of_best(judged: Sequence[Judged], policy: str) -> float:
    """What a policy's choices brought, as a share of what the best changes would have."""
    best = sum(one.best for one in judged)
    return sum(one.gains[policy] for one in judged) / best if best else 0.0


def share_apart(judged: Sequence[Judged], policy: str) -> float:
    """The same, the luck of a seed counted neither for the policy nor for the best change."""
    best = sum(one.best_apart for one in judged)
    return sum(one.apart[policy] for one in judged) / best if best else 0.0


def interval(judged: Sequence[Judged], table: Table, policy: str, less: str = "") -> tuple[float, float]:
    """95 % bootstrap interval of a share, or of its lead over another policy's; data sets are drawn whole."""
    return _drawn(
        judged, table, [(o.gains[policy] - (o.gains[less] if less else 0.0), o.best) for o in judged]
    )


def interval_apart(judged: Sequence[Judged], table: Table, policy: str) -> tuple[float, float]:
    """The same for `share_apart`."""
    return _drawn(judged, table, [(o.apart[policy], o.best_apart) for o in judged])


def _drawn(
    judged: Sequence[Judged], table: Table, pairs: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """95 % bootstrap interval of a ratio of two sums over cases; data sets are drawn whole."""
    by_data: dict[str, list[tuple[float, float]]] = {}
    for one, pair in zip(judged, pairs, strict=True):
        by_data.setdefault(str(table.data[one.case.base]), []).append(pair)
    sums = np.array([np.sum(part, axis=0) for part in by_data.values()])
    drawn = np.random.default_rng(0).integers(len(sums), size=(RESAMPLES, len(sums)))
    totals = sums[drawn].sum(axis=1)
    low, high = np.quantile(totals[:, 0] / totals[:, 1], [0.025, 0.975])
    return float(low), float(high)


def policies_table(judged: Sequence[Judged], table: Table) -> list[str]:
    """One line for each policy, as a Markdown table."""
    lines = [
        "| policy | share of the best change's gain | the same, luck of seeds not counted | helps | hurts |",
        "|---|---|---|---|---|",
    ]
    for policy in judged[0].gains:
        helps = np.mean([o.gains[policy] > o.noise for o in judged])
        hurts = np.mean([o.gains[policy] < -o.noise for o in judged])
        both = (
            (share_of_best(judged, policy), interval(judged, table, policy)),
            (share_apart(judged, policy), interval_apart(judged, table, policy)),
        )
        shares = " | ".join(f"{share:.2f} ({low:.2f} to {high:.2f})" for share, (low, high) in both)
        lines.append(f"| {policy} | {shares} | {helps:.0%} | {hurts:.0%} |")
    return lines


def calibration(judged: Sequence[Judged], table: Table) -> tuple[float, list[str]]:
    """Expected calibration error of 'helps beyond noise' over all single changes, and the table of it."""
    stated = np.concatenate([one.stated for one in judged])
    true = np.concatenate([table.helped[one.case.rows] for one in judged])
    bins = np.minimum((stated * BINS).astype(int), BINS - 1)
    error, lines = 0.0, ["| stated | true | changes |", "|---|---|---|"]
    for at in np.unique(bins):
        mine = bins == at
        said, was = float(stated[mine].mean()), float(true[mine].mean())
        error += abs(said - was) * float(mine.mean())
        lines.append(f"| {said:.2f} | {was:.2f} | {int(mine.sum())} |")
    return error, lines


def coverage(judged: Sequence[Judged], table: Table) -> float:
    """Share of the relative effects that lie in their 80 % interval."""
    band = np.concatenate([one.band for one in judged])
    true = np.concatenate([table.relative[one.case.rows] for one in judged])
    return float(np.mean((true >= band[:, 0]) & (true <= band[:, 1])))


def ahead_on(judged: Sequence[Judged], table: Table, policy: str, other: str) -> tuple[int, int]:
    """On how many data sets a policy's choices brought more than another's, of how many."""
    lead: dict[str, float] = {}
    for one in judged:
        name = str(table.data[one.case.base])
        lead[name] = lead.get(name, 0.0) + one.gains[policy] - one.gains[other]
    return sum(value > 0 for value in lead.values()), len(lead)


def report(table: Table) -> Iterator[str]:
    """Every figure, line by line, as Markdown."""
    from advisor.corpus.adapting import adapting_lines

    judged = judge(table, table.data, FOLDS, ("gain", "helps", "low", "high"))
    fixable = sum(one.best > FIXABLE for one in judged)
    yield f"Held-out data sets ({FOLDS} folds), {len(judged)} bases, {fixable} of them fixable:"
    yield ""
    yield from policies_table(judged, table)
    yield ""
    yield from _beside(judged, table)
    error, lines = calibration(judged, table)
    yield f"- 'Will help beyond noise': expected calibration error {error:.3f}."
    yield f"- The 80 % interval of the relative effect holds {coverage(judged, table):.0%}."
    yield ""
    yield from lines
    yield ""
    yield from adapting_lines(table, judged)
    yield ""
    yield "Held-out kinds of net (mlp, conv, gru, attention, each in turn):"
    yield ""
    judged = judge(table, table.net, len(np.unique(table.net)), ("gain", "helps"))
    yield from policies_table(judged, table)
    error, _ = calibration(judged, table)
    yield ""
    yield f"- 'Will help beyond noise': expected calibration error {error:.3f}."


def _beside(judged: Sequence[Judged], table: Table) -> Iterable[str]:
    pairs = [("learned", other) for other in ("textbook rules", "shipped rules", "corpus averages")]
    for policy, other in (*pairs, ("rules and learned together", "shipped rules")):
        low, high = interval(judged, table, policy, other)
        ahead, of = ahead_on(judged, table, policy, other)
        lead = f"{policy[0].upper()}{policy[1:]} less {other}: {low:.2f} to {high:.2f} (95 %)"
        yield f"- {lead}; ahead on {ahead} of {of} data sets."
    beyond = f"by more than the noise between seeds, and than {SMALLEST} of the score"
    yield f"- 'Helps' and 'hurts' mean {beyond}."
