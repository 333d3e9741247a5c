"""How often the diagnosis is right, problem by problem, on every labelled set at hand.

The sets: the sample logs (their expected.yaml), the hand labels of the real logs where they are at hand,
and the thirteen planted situations (real trainings; the held-out half shares no data set and no seed with
the half on which thresholds are set; what counts as healthy is said in `thirteen_healthy`). Of every
planted training two logs are judged, one by step and one by epoch; a third of them show no accuracy and
half of them no hyperparameters. The first run trains for some minutes; the curves are kept in a cache
folder.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import yaml

from advisor.advice import assess
from advisor.diagnosis import Rulebook, load_rulebook
from advisor.diagnosis.causes import judge_of
from advisor.diagnosis.finding import Severity
from advisor.readers import read_paths
from advisor.run import Run
from advisor.signals import measure
from tests.measure import causes, labels
from tests.measure.clashes import clashes
from tests.measure.reading import LOGS
from tests.measure.shares import share
from tests.measure.thirteen_cases import CACHE, ROOT, Log, as_run, cases, logs
from tests.measure.thirteen_situations import SITUATIONS
from tests.measure.thirteen_trainer import Trainings


@dataclass(frozen=True)
class Judged:
    """One planted log with the problems that were found in it, most important first."""

    log: Log
    found: tuple[str, ...]
    alarmed: bool
    clashes: tuple[str, ...] = ()

    @property
    def situation(self) -> str:
        """What was planted."""
        return self.log.case.situation.name

    @property
    def right_first(self) -> bool:
        """Whether the first finding names what was planted; a healthy run must have no warning either."""
        if self.situation == "healthy":
            return not self.alarmed
        return self.found[:1] != () and self.found[0] in self.log.case.situation.answers


def judge(log: Log, run: Run, rulebook: Rulebook) -> Judged:
    """Diagnoses one planted log."""
    answer = assess(run, rulebook)
    found = tuple(finding.problem.value for finding in answer.findings)
    return Judged(log, found, answer.severity >= Severity.WARNING, tuple(clashes(answer)))


def planted(
    half: str,
    trainings: Trainings,
    rulebook: Rulebook,
    models: Mapping[str, causes.Judges] | None = None,
) -> tuple[list[Judged], int]:
    """Every log of one half, judged, and how many trainings were left out for lack of effect.

    Args:
        half: tuning or held-out.
        trainings: The curves.
        rulebook: What judges.
        models: The learned part to use for each data set, instead of the shipped one.
    """
    kept, dropped = cases(half, trainings)
    judged = []
    for case in kept:
        asked = models[case.training.shape.data].get if models else judge_of
        with patch("advisor.diagnosis.causes.judge_of", asked):
            judged += [judge(log, as_run(log, trainings[case.training]), rulebook) for log in logs(case)]
    return judged, len(dropped)


def situations(judged: Sequence[Judged]) -> Iterator[str]:
    """The thirteen situations: how often the right problem stood first, and what stood there instead."""
    yield f"{'situation':20}{'first right: step logs':>24}{'epoch logs':>20}  instead"
    for situation in SITUATIONS:
        rows = [one for one in judged if one.situation == situation.name]
        wrong = Counter((one.found or ("nothing",))[0] for one in rows if not one.right_first)
        kinds = [[one.right_first for one in rows if one.log.kind == kind] for kind in ("step", "epoch")]
        step, epoch = (share(sum(kind), len(kind)) for kind in kinds)
        instead = ", ".join(f"{name} {count}" for name, count in wrong.most_common(4))
        yield f"{situation.name:20}{step:>24}{epoch:>20}  {instead}"
    for kind in ("step", "epoch"):
        rows = [one for one in judged if one.log.kind == kind]
        ill = [one.right_first for one in rows if one.situation != "healthy"]
        flagged = [one.alarmed for one in rows if one.situation == "healthy"]
        yield (
            f"{kind} logs: right first {share(sum(one.right_first for one in rows), len(rows))}, "
            f"without the healthy {share(sum(ill), len(ill))}; "
            f"healthy with a warning or worse {share(sum(flagged), len(flagged))}"
        )


def contradictions(judged: Sequence[Judged]) -> Iterator[str]:
    """How many answers tell a problem twice or advise in opposite directions, and what the first ones say."""
    wrong = Counter(clash for one in judged for clash in one.clashes)
    told = sum(bool(one.clashes) for one in judged)
    yield f"answers that repeat or contradict themselves: {share(told, len(judged))}"
    yield from (f"  {count}: {clash}" for clash, count in wrong.most_common(5))


def problems(judged: Sequence[Judged]) -> Iterator[str]:
    """Each problem that names a situation: its recall, its precision, its alarms on healthy runs."""
    yield f"{'problem':22}{'found where planted':>22}{'right where found':>22}{'on healthy':>20}"
    names = dict.fromkeys(answer for situation in SITUATIONS for answer in situation.answers)
    healthy = [one for one in judged if one.situation == "healthy"]
    for name in names:
        there = [one for one in judged if one.log.case.situation.answers[0] == name]
        found = [one for one in judged if name in one.found]
        right = sum(name in one.log.case.situation.answers for one in found)
        recall = share(sum(name in one.found for one in there), len(there))
        alarms = share(sum(name in one.found for one in healthy), len(healthy))
        yield f"{name:22}{recall:>22}{share(right, len(found)):>22}{alarms:>20}"


def samples(rulebook: Rulebook) -> Iterator[str]:
    """The sample logs: each problem where it must be found, and where it must not."""
    wanted: dict[str, list[bool]] = defaultdict(list)
    refused: dict[str, list[bool]] = defaultdict(list)
    for file in sorted((ROOT / "sample_logs").glob("*/expected.yaml")):
        case = yaml.safe_load(file.read_text("utf-8"))
        (run,) = read_paths([str(file.parent / case["log"])])
        found = [f.problem.value for f in rulebook.diagnose(run, measure(run)).findings]
        for entry in case["must_fire"]:
            either = entry if isinstance(entry, list) else [entry]
            named = next((name for name in either if name in found), either[0])
            wanted[named].append(named in found)
        for name in case["must_stay_quiet"]:
            refused[name].append(name in found)
    yield f"{'problem':22}{'must fire: found':>22}{'must not: fired':>22}"
    for name in sorted(wanted | refused):
        yes, no = wanted[name], refused[name]
        yield f"{name:22}{share(sum(yes), len(yes)):>22}{share(sum(no), len(no)):>22}"


def real(folder: Path, rulebook: Rulebook) -> Iterator[str]:
    """The real logs: precision and recall of each hand label, and the alarms on healthy ones."""
    entries = json.loads((folder / "manifest.json").read_text("utf-8"))
    judged = [labels.judge(entry, folder, rulebook) for entry in entries]
    yield f"{'label':24}{'recall':>20}{'precision':>20}{'agreement':>20}"
    for label in labels.SAYS:
        known = [
            (one.case["label"][label] == "yes", one.says(label))
            for one in judged
            if labels.decided(one, label)
        ]
        right = sum(truth and said for truth, said in known)
        agree = sum(truth == said for truth, said in known)
        counts = [(right, sum(t for t, _ in known)), (right, sum(s for _, s in known)), (agree, len(known))]
        yield f"{label:24}" + "".join(f"{share(*count):>20}" for count in counts)
    healthy = [one for one in judged if one.case["label"]["healthy"] == "yes"]
    yield (
        "healthy real runs: of trainings that reach a good result, with a warning or worse: "
        + share(sum(bool(one.alarms) for one in healthy), len(healthy))
    )


def listed(judged: Iterable[Judged], situation: str) -> Iterator[str]:
    """Each log of one situation on which the first answer is wrong."""
    for one in judged:
        if one.situation == situation and not one.right_first:
            training = one.log.case.training
            yield f"{training} {one.log.kind} accuracy={one.log.accuracy} settings={one.log.settings}"
            yield f"    -> {', '.join(one.found) or 'nothing'}"


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.measure diagnosis", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for curves (default: %(default)s)")
    parser.add_argument("--logs", type=Path, default=LOGS, help="folder of the labelled real logs")
    parser.add_argument("--half", choices=["tuning", "held-out"], help="only this half of the planted runs")
    parser.add_argument("--list", metavar="SITUATION", help="name each planted log that is judged wrongly")
    parser.add_argument(
        "--crossed",
        action="store_true",
        help="the tuning half alone, each data set judged by a learned part that was fitted without it",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Runs the measurement; see the module's text."""
    options = _options(arguments)
    rulebook, trainings = load_rulebook(), Trainings(options.cache)
    if options.crossed:
        judged, _ = planted("tuning", trainings, rulebook, causes.crossed(trainings))
        print(
            "planted, tuning half, crossed",
            *situations(judged),
            *contradictions(judged),
            "",
            *problems(judged),
            sep="\n",
        )
        return 0
    for half in [options.half] if options.half else ["tuning", "held-out"]:
        judged, dropped = planted(half, trainings, rulebook)
        if options.list:
            print(*listed(judged, options.list), sep="\n")
            continue
        print(
            f"planted, {half} half: {len(judged)} logs; {dropped} trainings are left out, "
            "without effect or short of their good result",
            *situations(judged),
            *contradictions(judged),
            "",
            *problems(judged),
            "",
            sep="\n",
        )
    if options.half is None and not options.list:
        print("sample logs", *samples(rulebook), "", sep="\n")
        if (options.logs / "manifest.json").is_file():
            print("real logs with hand labels", *real(options.logs, rulebook), sep="\n")
    return 0
