"""What rules alone, the learned part alone and both together are worth on the thirteen planted situations.

Printed for each kind of log: F1 of each situation by what each arm names first (of the answers that a
situation accepts each counts as the plainest one), its macro mean, how often an arm names the right one, and
the expected calibration error (Naeini et al., 2015) of the learned probabilities, each cause by itself. In
the tuning half each data set is judged by a learned part that was fitted without it; the held-out half by the
shipped one. Last, where they are at hand, the real logs with hand labels: F1 of each label by what each arm
says (see `labels`), and how many of the healthy ones each holds for ill. The learned part knows the planted
situations alone, and real logs are of other kinds.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from sklearn.metrics import f1_score

from advisor.diagnosis import Rulebook, load_rulebook
from advisor.diagnosis.causes import CAUSES_KNOWN, judge_of, learned
from advisor.diagnosis.finding import Severity
from advisor.diagnosis.problem import Problem
from advisor.run import Run
from advisor.signals import Signals, measure
from tests.measure import causes, labels
from tests.measure.reading import LOGS
from tests.measure.shares import share
from tests.measure.thirteen_cases import CACHE, Log, as_run, cases, in_other_hands, logs
from tests.measure.thirteen_trainer import Trainings

ARMS = ("rules alone", "learned alone", "combined")


@dataclass(frozen=True)
class Named:
    """One log: what was planted, what each arm names first, and the learned probabilities."""

    kind: str
    planted: str
    said: dict[str, str]
    probabilities: Mapping[str, float]


def name(log: Log, run: Run, rulebook: Rulebook) -> Named:
    """What each arm says of one log."""
    signals = measure(run)
    probabilities = learned(signals)
    answers = log.case.situation.answers
    likeliest = max(probabilities, key=probabilities.__getitem__, default=NOTHING)
    said = {
        "rules alone": _first(rulebook, run, signals, learned_too=False),
        "learned alone": likeliest,
        "combined": _first(rulebook, run, signals, learned_too=True),
    }
    plain = {arm: answers[0] if told in answers else told for arm, told in said.items()}
    return Named(log.kind, answers[0], plain, probabilities)


def _first(rulebook: Rulebook, run: Run, signals: Signals, learned_too: bool) -> str:
    """The first problem; `healthy` where nothing is as much as a warning and no cause leads.

    A loss that rose from its best is named as overfitting unless the run is called healthy as well.
    """
    findings = rulebook.diagnose(run, signals, learned=learned_too).findings
    if not findings:
        return NOTHING
    well = any(one.problem is Problem.HEALTHY for one in findings)
    quiet = max(one.severity for one in findings) < Severity.WARNING
    leading = findings[0].problem.value
    named = leading in CAUSES_TOLD or (leading == Problem.OVERFITTING and not well)
    return "healthy" if quiet and not named else leading


SURE = 0.9
NOTHING = "nothing"
QUIET = frozenset({NOTHING, "healthy"})
CAUSES_TOLD = frozenset(CAUSES_KNOWN) - {Problem.HEALTHY, Problem.OVERFITTING}


def calibration_error(named: Sequence[Named]) -> float:
    """Expected calibration error over every probability of every cause, in ten equal bins."""
    pairs = [(p, cause == one.planted) for one in named for cause, p in one.probabilities.items()]
    if not pairs:
        return float("nan")
    stated, true = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    tenth = np.minimum(9, (10 * stated).astype(int))
    bins = [tenth == one for one in range(10) if (tenth == one).any()]
    return float(sum(abs(stated[b].mean() - true[b].mean()) * b.mean() for b in bins))


def table(named: Sequence[Named]) -> Iterator[str]:
    """For each kind of log the F1 of each situation by arm, its macro mean, and how often an arm is right."""
    for kind in ("step", "epoch"):
        rows = [one for one in named if one.kind == kind]
        truth = [one.planted for one in rows]
        labels = sorted(set(truth))
        said = {arm: [one.said[arm] for one in rows] for arm in ARMS}
        f1 = {
            arm: f1_score(truth, told, labels=labels, average=None, zero_division=0)
            for arm, told in said.items()
        }
        yield f"{f'{kind} logs ({len(rows)}), F1':28}" + "".join(f"{arm:>15}" for arm in ARMS)
        for place, label in enumerate(labels):
            yield f"{label:28}" + "".join(f"{f1[arm][place]:15.3f}" for arm in ARMS)
        yield f"{'macro-F1':28}" + "".join(f"{f1[arm].mean():15.3f}" for arm in ARMS)
        right = [np.mean([a == b for a, b in zip(truth, said[arm], strict=True)]) for arm in ARMS]
        yield f"{'right first':28}" + "".join(f"{share:15.1%}" for share in right)
        yield f"calibration error of the learned probabilities {calibration_error(rows):.3f}"
        yield ""


def judged(
    half: str, trainings: Trainings, models: Mapping[str, causes.Judges] | None, hands: int = 0
) -> Iterator[Named]:
    """Every log of one half.

    Args:
        half: `tuning` or `held-out`.
        trainings: The curves.
        models: By data set, instead of the shipped one.
        hands: 0 for the plain logs; else how many logs of each kind other scripts would write of a training.
    """
    rulebook = load_rulebook()
    for case in cases(half, trainings)[0]:
        asked = models[case.training.shape.data].get if models else judge_of
        with patch("advisor.diagnosis.causes.judge_of", asked):
            for log in in_other_hands(case, trainings[case.training], hands) if hands else logs(case):
                yield name(log, as_run(log, trainings[case.training]), rulebook)


def on_real(folder: Path) -> Iterator[str]:
    """F1 of each hand label of the real logs by arm, and how many of the healthy ones each holds for ill.

    The learned part says one thing of a log, and nothing where it does not judge; quiet counts as healthy, as
    it does of rules.
    """
    rulebook = load_rulebook()
    truth: dict[str, list[bool]] = {}
    said: dict[tuple[str, str], list[bool]] = {}
    for one in labelled(folder):
        if one.run is None:
            continue
        answers = _answers(one, rulebook)
        for label in (label for label in (*labels.SAYS, "healthy") if labels.decided(one, label)):
            truth.setdefault(label, []).append(one.case["label"][label] == "yes")
            for arm in ARMS:
                said.setdefault((arm, label), []).append(answers[arm](label))
    yield f"{'real logs, F1':28}" + "".join(f"{arm:>15}" for arm in ARMS)
    f1 = {key: float(f1_score(truth[key[1]], told, zero_division=0)) for key, told in said.items()}
    for label in truth:
        yield f"{label:28}" + "".join(f"{f1[arm, label]:15.3f}" for arm in ARMS)
    yield f"{'macro-F1':28}" + "".join(f"{np.mean([f1[arm, one] for one in truth]):15.3f}" for arm in ARMS)
    well = np.array(truth["healthy"])
    ill = {arm: int((well & ~np.array(said[arm, "healthy"])).sum()) for arm in ARMS}
    yield f"{'healthy ones, held ill':28}" + "".join(
        f"{share(ill[arm], int(well.sum())):>15}" for arm in ARMS
    )


def _answers(one: labels.Judged, rulebook: Rulebook) -> dict[str, Callable[[str], bool]]:
    """For each arm whether it says a label of a log."""
    assert one.run is not None
    signals = measure(one.run)
    chances = learned(signals)
    likeliest = max(chances, key=chances.__getitem__, default=NOTHING)
    told = {
        arm: labels.Judged(one.case, one.run, rulebook.diagnose(one.run, signals, learned=learned_too)).says
        for arm, learned_too in (("rules alone", False), ("combined", True))
    }
    return told | {"learned alone": lambda label: likeliest in labels.SAYS.get(label, QUIET)}


def leaks(named: Sequence[Named], folder: Path) -> str:
    """How often the learned part is sure of a leak: where one was planted, and in real logs it judges."""
    planted = [one.probabilities for one in named if one.planted == Problem.VALIDATION_LEAKAGE]
    real = [learned(measure(one.run)) for one in labelled(folder) if one.run is not None]
    real = [chances for chances in real if chances]
    sure = [
        sum(chances.get(Problem.VALIDATION_LEAKAGE, 0) > SURE for chances in group)
        for group in (planted, real)
    ]
    return (
        f"sure of a leak (above {SURE}): {share(sure[0], len(planted))} planted, "
        f"{share(sure[1], len(real))} real logs, of none of which a leak is known"
    )


def labelled(folder: Path) -> Iterator[labels.Judged]:
    """Every real log with labels, judged."""
    rulebook = load_rulebook()
    for entry in json.loads((folder / "manifest.json").read_text("utf-8")):
        yield labels.judge(entry, folder, rulebook)


def main(arguments: list[str]) -> int:
    """Runs the measurement; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure arms", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for curves (default: %(default)s)")
    parser.add_argument("--half", choices=["tuning", "held-out"], default="tuning")
    parser.add_argument("--logs", type=Path, default=LOGS, help="folder of the labelled real logs")
    parser.add_argument("--hands", type=int, default=0, help="logs as so many other scripts would write them")
    options = parser.parse_args(arguments)
    trainings = Trainings(options.cache)
    models = causes.crossed(trainings) if options.half == "tuning" else None
    named = list(judged(options.half, trainings, models, options.hands))
    print(*table(named), sep="\n")
    if (options.logs / "manifest.json").is_file():
        print(*on_real(options.logs), sep="\n")
        print(leaks(named, options.logs))
    return 0
