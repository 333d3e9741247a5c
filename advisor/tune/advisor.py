"""The recommender: told runs in, the next configuration out."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from advisor.tune.coded import Coding
from advisor.tune.evidence import Curves, Mode, Reading, read
from advisor.tune.gaussian import Knowledge, propose
from advisor.tune.moves import Move, moves_from, overfits, pushed
from advisor.tune.opening import brackets, opening, untrained_loss
from advisor.tune.profile import as_it_was, idle, safe_profile
from advisor.tune.space import Config, Space, Value
from advisor.vocabulary.lengths import LENGTHS

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution


_CLEARLY = 0.05
_LARGEST = 1e100
_LEAST_LACK = 1e-3
_FEW = 5
"""So many runs tell too little for more than steps from the best, where it is known what values are for."""


@dataclass(frozen=True)
class Told:
    """One run: its configuration, its cost (lower is better, infinite where it failed), its reading."""

    config: Config
    cost: float
    reading: Reading

    @property
    def potential(self) -> float:
        """What it would have come to had it ended at its best: a run that overfits is one change from it."""
        reading = self.reading
        if reading.by_last and reading.reached is not None:
            return min(self.cost, reading.reached)
        return self.cost


@dataclass(frozen=True)
class Advice:
    """A whole configuration, and why.

    Attributes:
        config: What to run next.
        reason: Why, in a few words.
        changed: Names that differ from the best run so far.
    """

    config: Config
    reason: str
    changed: tuple[str, ...]


class Advisor:
    """Recommends the next configuration from all runs so far.

    The first proposal is a safe profile for this kind of training, since starts are mostly far off; it stays
    nearer to a start that learned well (`opening`). After it, what memorised and is judged by its end is
    ended where it was best, which is a sure gain. Else a Gaussian process proposes moves about the best run.
    What that run's curves speak for, what helped and is pushed further, and where the safe profile stands is
    its mean (`Knowledge`); what did not help it learns from the runs themselves.

    Args:
        space: Optuna distributions by name. Names are read as people write them (`lr`, `optim.lr`,
            `batch_size`, `wd`); an unknown name is a plain dimension.
        mode: Whether the told value is better small ("min") or large ("max").
        seed: Makes every answer repeatable.
        roles: What dimensions are for (`learning_rate`, `batch_size`), where their names do not say it.

    Raises:
        ValueError: `mode` is neither, or the space is empty.
    """

    def __init__(
        self,
        space: "Mapping[str, BaseDistribution]",
        mode: Mode = "min",
        seed: int = 0,
        roles: Mapping[str, str] | None = None,
    ) -> None:
        if mode not in ("min", "max"):
            raise ValueError(f"mode is {mode!r}; it must be 'min' or 'max'.")
        if not space:
            raise ValueError("The space is empty; name at least one dimension.")
        self._coding = Coding.of(space)
        self.space = Space.of(self._coding.meant(), {**self._coding.role_names(), **(roles or {})})
        self.mode: Mode = mode
        self.seed = 0 if seed is None else seed
        self.told: list[Told] = []

    def tell(self, config: Mapping[str, Value], value: float | None, curves: Curves | None = None) -> None:
        """Take one run into account.

        Args:
            config: Its configuration; what the space does not name is used to understand it.
            value: What it came to; None (or a non-finite number) where it failed.
            curves: Its curves, one value per logged point, by any name a log would give them.
        """
        config = self._coding.decoded(config)
        reading = read(config, value, curves, self.mode)
        finite = value is not None and math.isfinite(value)
        cost = math.inf
        if finite and value is not None:
            cost = min(max(float(value) if self.mode == "min" else -float(value), -_LARGEST), _LARGEST)
        self.told.append(Told(config, cost, reading))

    def ask(self, pending: Sequence[Mapping[str, Value]] = ()) -> Config:
        """The next configuration: every name of the space, inside its bounds, not run before where possible.

        Args:
            pending: Configurations that are being run now and should not be proposed again.
        """
        return self.advise(pending).config

    def advise(self, pending: Sequence[Mapping[str, Value]] = ()) -> Advice:
        """`ask`, with the reason."""
        advice = self._advise([self._coding.decoded(config) for config in pending])
        return replace(advice, config=self._coding.encoded(advice.config))

    def _advise(self, pending: Sequence[Config]) -> Advice:
        tried = {self.space.key(t.config) for t in self.told} | {self.space.key(p) for p in pending}
        if not self.told:
            middle = {
                d.name: d.at(0.5) if d.ordered else (d.choices or (None,))[0] for d in self.space.dimensions
            }
            profile = safe_profile(self.space, middle, scored=self._scored)
            first = [(profile, "a safe profile"), *brackets(self.space, profile)]
            return self._fresh(first, tried, profile)
        start = self.told[0]
        best = self._best()
        here = self.space.mended(best.config, self._profile(best.config))
        # What is known beside the space tells the kind of training.
        whole = {**best.config, **here}
        moves = self._moves(best, here)
        options: list[tuple[Config, str]] = []
        if len(self.told) == 1:
            opened, reason = opening(self.space, whole, start.reading, self._scored)
            opened = as_it_was(self.space, opened, here)
            options.append((opened, reason))
            if self.space.key(opened) in {self.space.key(p) for p in pending}:
                options += brackets(self.space, opened)
                here, moves = opened, []
        else:
            options += self._sure(here)
            memorised = overfits(best.reading, self._prone())
            known = Knowledge(self._profile(whole), here, moves, memorised, wide=self._looks_far())
            seen, foreseen = self._seen()
            found = propose(self.space, known, seen, tried, self.seed + len(tried), foreseen)
            if found is not None:
                options.append((found, self._reason(found, here, moves)))
        options += [({**here, m.name: m.value}, m.reason) for m in moves]
        return self._fresh(options, tried, here)

    def _sure(self, otherwise: Config) -> Iterator[tuple[Config, str]]:
        """The run that only went on for too long, ended where it was best, if that beats all that was run."""
        runs = self._runs(otherwise)
        reached = min(cost for _, cost in runs)
        for config, cost in sorted(self._foreseen(runs), key=lambda run: run[1])[:1]:
            if cost < reached:
                yield config, "it was best earlier"

    def _looks_far(self) -> bool:
        """Whether draws from the whole space are worth a look: runs enough, or nothing better is known."""
        return len(self.told) > _FEW or any(d.role is None for d in self.space.dimensions if not d.single)

    def _reason(self, config: Config, here: Config, moves: Sequence[Move]) -> str:
        """What the curves say for a proposal of the Gaussian process, where they say anything."""
        for move in moves:
            d = self.space[move.name]
            if config[d.name] == move.value or (
                d.ordered and move.up is not None and config[d.name] != here[d.name]
                and (config[d.name] > here[d.name]) == move.up
            ):  # fmt: skip
                return move.reason
        return "a small move by a Gaussian process"

    def _best(self) -> Told:
        return min(self.told, key=lambda t: (t.potential, t.cost))

    def _profile(self, config: Config) -> Config:
        """The safe profile, with the first loss that a run told of."""
        began = (untrained_loss(self.space, told.config, told.reading, self._scored) for told in self.told)
        first = next((b for b in began if b is not None), None)
        return safe_profile(self.space, config, first, scored=self._scored)

    @property
    def _scored(self) -> bool:
        return self.mode == "max"

    def _runs(self, otherwise: Config) -> list[tuple[Config, float]]:
        """Every run as a point of the space, with its cost; what it did not state is as `otherwise`."""
        return [(self.space.mended(told.config, otherwise), told.cost) for told in self.told]

    def _seen(self) -> tuple[list[tuple[Config, float]], list[tuple[Config, float]]]:
        """Every run, and every foreseen one, with a robust cost; failures count as the worst."""
        runs = self._runs(self._profile(self._best().config))
        every = [*runs, *self._foreseen(runs)]
        costs = _robust([cost for _, cost in every])
        robust = [(config, cost) for (config, _), cost in zip(every, costs, strict=True)]
        return robust[: len(runs)], robust[len(runs) :]

    def _foreseen(self, runs: Sequence[tuple[Config, float]]) -> Iterator[tuple[Config, float]]:
        """What the runs that overfitted would have come to, had they ended where they were best."""
        known = {self.space.key(config) for config, _ in runs}
        for (config, cost), told in zip(runs, self.told, strict=True):
            reading = told.reading
            if not (reading.overfit and reading.by_last and math.isfinite(cost)):
                continue
            for d in self.space.lengths:
                length = float(config[d.name])
                shorter = {**config, d.name: d.nearest(reading.best_at * length)}
                if self.space.key(shorter) not in known:
                    known.add(self.space.key(shorter))
                    yield shorter, reading.at(float(shorter[d.name]) / length)

    def _moves(self, best: Told, here: Config) -> list[Move]:
        """What the best run's curves speak for, without what was refused, with what helped pushed further."""
        refused: set[tuple[str, bool | None]] = set()
        pushes: list[Move] = []
        for index, told in enumerate(self.told[1:], start=1):
            parent = min(self.told[:index], key=lambda t: t.cost)
            changed = [
                d
                for d in self.space.dimensions
                if d.name in told.config
                and d.name in parent.config
                and told.config[d.name] != parent.config[d.name]
            ]
            if len(changed) != 1:
                continue
            (d,) = changed
            before, after = parent.config[d.name], told.config[d.name]
            up = after > before if d.ordered else None
            if told.cost < parent.cost:
                # The first rerun is a profile, not a step: it says nothing of directions.
                if index == 1:
                    continue
                refused.discard((d.name, up))
                refused.add((d.name, None if up is None else not up))
                if told is best and (up or d.role not in LENGTHS):
                    further = pushed(d, before, after)
                    if further != after:
                        pushes.append(Move(d.name, further, up, 1.05, "it helped, further"))
            else:
                refused.add((d.name, up))
        reading = replace(best.reading, stuck=best.reading.stuck and not self._got_away(best))
        unused = idle(self.space, here)
        moves = [
            m
            for m in moves_from(self.space, here, reading, self._prone())
            if (m.name, m.up) not in refused and m.name not in unused
        ]
        names = {(p.name, p.up) for p in pushes}
        return sorted([*pushes, *(m for m in moves if (m.name, m.up) not in names)], key=lambda m: -m.weight)

    def _got_away(self, best: Told) -> bool:
        """Whether another run ended so much worse that the best one, however flat, has learned."""
        margin = _CLEARLY * abs(best.cost)
        return any(math.isfinite(t.cost) and t.cost > best.cost + margin for t in self.told)

    def _prone(self) -> bool:
        """Whether a rerun overfitted, no longer than the best run: more capacity is not what is lacking then.

        Where the best run is shorter it was cured of that, and would learn too little with less capacity.
        """
        best = self._best()
        return any(told.reading.overfit and not self._is_shorter(best, told) for told in self.told[1:])

    def _is_shorter(self, one: Told, other: Told) -> bool:
        names = [d.name for d in self.space.lengths]
        return any(one.config.get(n, math.inf) < other.config.get(n, -math.inf) for n in names)

    def _fresh(
        self, options: Sequence[tuple[Config, str]], tried: set[tuple[str, ...]], here: Config
    ) -> Advice:
        """The first option that was not tried; a small draw around the best run where all were."""
        for config, reason in options:
            if self.space.key(config) not in tried:
                return self._advice(config, reason, here)
        import random

        draw = random.Random(f"{self.seed}/{len(tried)}")
        config = dict(here)
        for spread in (0.05, 0.1, 0.2, 0.4, 0.8):
            for _ in range(20):
                config = {
                    d.name: d.at(d.unit(here[d.name]) + draw.gauss(0, spread))
                    if d.ordered
                    else draw.choice(d.choices or (here[d.name],))
                    if draw.random() < spread
                    else here[d.name]
                    for d in self.space.dimensions
                }
                if self.space.key(config) not in tried:
                    return self._advice(config, "a draw near the best run", here)
        return self._advice(config, "everything near the best run was tried", here)

    def _advice(self, config: Config, reason: str, here: Config) -> Advice:
        return Advice(config, reason, tuple(n for n in config if config[n] != here.get(n)))


def _robust(costs: Sequence[float]) -> list[float]:
    """Costs on the scale of `_scaled`, none so far from the best that it alone sets the scale."""
    finite = [cost for cost in costs if math.isfinite(cost)]
    if not finite:
        return [0.0] * len(costs)
    scaled = _scaled(finite)
    best, middle = min(scaled), sorted(scaled)[len(scaled) // 2]
    cap = best + max(2.0 * (middle - best), 0.5)
    rest = iter(scaled)
    return [min(next(rest), cap) if math.isfinite(cost) else cap for cost in costs]


def _scaled(costs: Sequence[float]) -> list[float]:
    """Finite costs on a scale on which one step matters as much as the next.

    Logarithms of what is positive, and of what a share such as an accuracy lacks to 1; all others counted in
    how far the middle one lies above the best.
    """
    if min(costs) > 0:
        return [math.log(cost) for cost in costs]
    if min(costs) >= -1 and max(costs) <= 0:
        return [math.log(max(1 + cost, _LEAST_LACK)) for cost in costs]
    best = min(costs)
    unit = sorted(costs)[len(costs) // 2] - best or max(costs) - best or 1.0
    return [(cost - best) / unit for cost in costs]
