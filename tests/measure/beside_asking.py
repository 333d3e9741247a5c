"""Puts a run to every tool and says what each named: published packages, AUTOTRAINER's conditions, ours."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from advisor.advice import assess
from advisor.diagnosis import Rulebook
from advisor.diagnosis.finding import Severity
from advisor.run import Floats, Role, Run, Series
from tests.measure.autotrainer import conditions
from tests.measure.beside_names import ALARMS, TOOLS

OURS, AUTOTRAINER = "advisor", "AUTOTRAINER"
WORKER = Path(__file__).with_name("beside_worker.py")
ROLES = (
    Role.TRAIN_LOSS,
    Role.VAL_LOSS,
    Role.TRAIN_METRIC,
    Role.VAL_METRIC,
    Role.LEARNING_RATE,
    Role.GRAD_NORM,
)
FEWEST_EPOCHS = 4

Said = tuple[frozenset[str], bool] | None
"""What a tool names, and whether any of its findings is an alarm; None where it refuses the run."""


def main_curves(run: Run) -> dict[Role, Series]:
    """The main curve of each role that the run has."""
    return {role: one for role in ROLES if (one := run.main(role)) is not None and len(one)}


def by_epoch(curves: dict[Role, Series]) -> dict[Role, Floats]:
    """Losses and metrics with one value an epoch, as tools take them that are called once an epoch.

    An epoch ends where the validation loss (else the validation metric, else the training loss) has a point;
    a curve with several points in it gives their mean, one without any there is left out.
    """
    clock = next((curves[r] for r in (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS) if r in curves), None)
    if clock is None:
        return {}
    found = {role: _means(curves[role], clock) for role in ROLES[:4] if role in curves}
    return {role: values for role, values in found.items() if values is not None}


def _means(series: Series, clock: Series) -> Floats | None:
    if series is clock or (len(series) == len(clock) and np.array_equal(series.at, clock.at)):
        return series.y
    if len(series) == len(clock):
        return series.y
    ends = np.searchsorted(series.at, clock.at, side="right")
    starts = np.concatenate(([0], ends[:-1]))
    if (ends <= starts).any():
        return None
    return np.array([series.y[a:b].mean() for a, b in zip(starts, ends, strict=True)])


def ours(run: Run, rulebook: Rulebook) -> Said:
    """What the diagnosis names."""
    answer = assess(run, rulebook)
    return frozenset(f.problem.value for f in answer.findings), answer.severity >= Severity.WARNING


def autotrainer(run: Run) -> Said:
    """AUTOTRAINER's conditions; it needs both losses and both accuracies."""
    epochs = by_epoch(main_curves(run))
    if not set(ROLES[:4]) <= epochs.keys() or len(epochs[Role.VAL_METRIC]) < FEWEST_EPOCHS:
        return None
    accuracies = [_share(epochs[role]) for role in (Role.TRAIN_METRIC, Role.VAL_METRIC)]
    if any(one is None for one in accuracies):
        return None
    losses = (epochs[role].tolist() for role in (Role.TRAIN_LOSS, Role.VAL_LOSS))
    flagged = conditions(accuracies[0], accuracies[1], *losses)
    return frozenset().union(*(TOOLS[AUTOTRAINER][name] for name in flagged)), bool(flagged)


def _share(values: Floats) -> Floats | None:
    """An accuracy from 0 to 1; None for a metric that is none."""
    finite = values[np.isfinite(values)]
    if not finite.size or finite.min() < 0 or finite.max() > 100:
        return None
    return values / 100 if finite.max() > 1 else values


def packages(python: str, runs: Sequence[Run]) -> Iterator[dict[str, Said]]:
    """What each published package names, run by run, asked in the interpreter `python`.

    Raises:
        SystemExit: The interpreter lacks one of the packages, or one of them failed.
    """
    with subprocess.Popen(
        [python, str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        for run in runs:
            worker.stdin.write(json.dumps(_as_asked(run)) + "\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
            if not line:
                raise SystemExit(
                    f"{python} could not ask the packages about {run.source}; its error is above."
                )
            yield {tool: _said(tool, named) for tool, named in json.loads(line).items()}
        worker.stdin.close()


def _as_asked(run: Run) -> dict[str, object]:
    curves = main_curves(run)
    return {
        "curves": {
            role.value: list(zip(s.at.tolist(), s.y.tolist(), strict=True)) for role, s in curves.items()
        },
        "epochs": {role.value: values.tolist() for role, values in by_epoch(curves).items()},
    }


def _said(tool: str, named: list[list[str]] | None) -> Said:
    if named is None:
        return None
    problems = (TOOLS[tool].get(name, frozenset()) for name, _ in named)
    return frozenset().union(*problems), any(severity.lower() in ALARMS for _, severity in named)
