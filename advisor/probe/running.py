"""Runs checks one after the other, within a budget of steps, and tells what happens as it happens."""

import math
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from advisor.errors import UsageError
from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Result
from advisor.probe.state import unchanged
from advisor.probe.target import Probe
from advisor.probe.told import Kind, Told
from advisor.run import Scalar
from advisor.text import Bilingual

Tell = Callable[[Told], None]
_NOTHING = Bilingual("", "")


def run_checks(probe: Probe, checks: Sequence[Check], budget: int, seed: int, tell: Tell) -> None:
    """Run `checks` in order; each starts from the training as it was given, and it ends as it was given.

    Args:
        probe: The training; afterwards its weights, buffers, optimizer, modes and random numbers are as
            before, bit for bit, also where a check fails or is interrupted.
        checks: What to look at.
        budget: Training steps in all; a check that needs more than is left is skipped.
        seed: Of everything random that the checks do themselves.
        tell: Told of everything that happens.

    Raises:
        UsageError: there is no batch to train on.
    """
    given = probe.optimizer
    try:
        with unchanged(probe):
            torch.manual_seed(seed)
            bench = Bench(probe, seed)
            tell(Told("made", of=budget, settings=_settings(bench)))
            _require_batches(bench)
            for check in checks:
                _run_one(bench, check, budget, tell, last=check is checks[-1])
    finally:
        probe.optimizer = given
    tell(Told("end", done=bench.steps_done, of=budget))


def _require_batches(bench: Bench) -> None:
    """See that there is a batch that the loss can be computed of.

    Raises:
        UsageError: there is none; says what came instead.
    """
    if not (given := bench.train_batches(1)):
        raise UsageError("train_loader yields no batch.", "Look at its data, and at drop_last.")
    first = given[0]
    if bench.probe.loss is not None and batches.target(first) is None:
        kind = type(first).__name__
        raise UsageError(
            f"A batch of train_loader is a {kind} of {len(first)} parts; the loss needs (inputs, target)."
            if isinstance(first, list | tuple | dict)
            else f"A batch of train_loader is a {kind}; the loss needs (inputs, target).",
            "Yield pairs, whose inputs may hold several tensors, or let the model compute its own loss.",
        )


def _run_one(bench: Bench, check: Check, budget: int, tell: Tell, *, last: bool) -> None:
    left = budget - bench.steps_done
    cost = check.cost(left)

    def say(kind: Kind, text: str = "", words: Bilingual = _NOTHING) -> None:
        tell(Told(kind, check.name, check.title, words, bench.steps_done, budget, text))

    if cost > left:
        words = _too_dear(cost, max(0, left), budget, check.name)
        say("skipped", words.en, words)
        return
    say("begins")
    bench.on_step = lambda: say("steps")
    try:
        result = check.run(bench, left if last else cost)
    except (torch.OutOfMemoryError, MemoryError) as error:
        say("out_of_memory", str(error))
    except Exception as error:
        say("failed", where(error))
    else:
        tell(_measured(check, result, bench.steps_done, budget))
    finally:
        bench.start.restore()


def _too_dear(cost: int, left: int, budget: int, name: str) -> Bilingual:
    alone = f"--only {name}" if cost <= budget else f"--only {name} --budget {cost}"
    return Bilingual(
        en=f"needs {cost} steps, {left} are left; a larger --budget, or {alone}",
        zh=f"需要 {cost} 步，只剩 {left} 步；可增大 --budget，或用 {alone}",
    )


def _measured(check: Check, result: Result, done: int, of: int) -> Told:
    # A number of NumPy's own would not go through the pipe.
    figures = {name: float(value) for name, value in result.figures.items() if math.isfinite(value)}
    curves = tuple((c.name, tuple(map(float, c.x)), tuple(map(float, c.y)), c.x_name) for c in result.curves)
    words, notes = check.words(figures), tuple(result.notes)
    return Told(
        "measured", check.name, check.title, words, done, of, figures=figures, curves=curves, notes=notes
    )


def _settings(bench: Bench) -> dict[str, Scalar]:
    """What the training was made with, and what its optimizer says of itself."""
    group = bench.optimizer.param_groups[0]
    stated: dict[str, Scalar] = {"optimizer": type(bench.optimizer).__name__.lower()}
    for name in ("lr", "momentum", "weight_decay"):
        if isinstance(value := group.get(name), int | float | torch.Tensor):
            stated[name] = float(value)
    return {**stated, **bench.probe.settings}


def where(error: Exception) -> str:
    """An error of the user's code in a sentence: what, in which file and line."""
    frames = traceback.extract_tb(error.__traceback__)
    own = Path(__file__).parent
    foreign = [f for f in frames if own not in Path(f.filename).parents and "site-packages" not in f.filename]
    place = f" ({foreign[-1].filename}, line {foreign[-1].lineno})" if foreign else ""
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}{place}"
