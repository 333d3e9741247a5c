"""How often the diagnosis agrees with the hand labels of the real logs.

    python -m tests.measure labels [--logs DIR] [--list] [--case ID]

Only what a hand labelled yes or no counts; unsure and not decidable are left out. Of each file the run is
taken that matches most of the manifest's series. A log that no reader reads counts with what is said of it,
which is nothing: the figures are those of the whole chain, from the file on. The second table leaves out logs
whose labelled training or validation curve was not read exactly, and so speaks of the rules. The thresholds
were set while looking at these very logs: the figures show the fit, not what to expect on others.

What counts as agreement with a label:
    overfitting             overfitting found (past_best alone says only where the best point stands)
    oscillating             oscillating found
    diverged_or_nan         non_finite or diverged found
    plateau                 plateau, underfitting or not_learning found: the last two are plateaus too high up
    slow_convergence        slow_convergence or lr_too_low found
    underfitting            underfitting, not_learning, diverged or non_finite found: none of them fitted
    still_improving_at_end  still_improving, slow_convergence or lr_too_low found: these imply it
    healthy                 yes: no finding at warning or above; no: one at least
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from advisor.diagnosis import Diagnosis, Rulebook, load_rulebook
from advisor.diagnosis.finding import Severity
from advisor.errors import UnreadableError
from advisor.readers import read_paths
from advisor.run import Run
from advisor.signals import measure
from tests.measure.reading import LOGS, exact, matched, same_name

SAYS = {
    "overfitting": {"overfitting"},
    "oscillating": {"oscillating"},
    "diverged_or_nan": {"non_finite", "diverged"},
    "plateau": {"plateau", "underfitting", "not_learning"},
    "slow_convergence": {"slow_convergence", "lr_too_low"},
    "underfitting": {"underfitting", "not_learning", "diverged", "non_finite"},
    "still_improving_at_end": {"still_improving", "slow_convergence", "lr_too_low"},
}


@dataclass(frozen=True)
class Judged:
    """One case of the manifest with what is said of it."""

    case: dict
    run: Run | None
    diagnosis: Diagnosis | None

    @property
    def problems(self) -> set[str]:
        return {finding.problem.value for finding in self.diagnosis.findings} if self.diagnosis else set()

    @property
    def alarms(self) -> list[str]:
        findings = self.diagnosis.findings if self.diagnosis else ()
        return [finding.problem.value for finding in findings if finding.severity >= Severity.WARNING]

    def says(self, label: str) -> bool:
        return not self.alarms if label == "healthy" else bool(self.problems & SAYS[label])

    @property
    def well_read(self) -> bool:
        """Whether the curves that the hand looked at were read exactly."""
        truth = self.case["truth"]["series"]
        names = [self.case["label"].get(key) for key in ("train_series", "best_of")]
        wanted = [name for name in dict.fromkeys(names) if name in truth]
        series = self.run.series if self.run else ()
        return bool(wanted) and all(
            any(same_name(s.name, name) and exact(s, truth[name]) for s in series) for name in wanted
        )


def judge(case: dict, logs: Path, rulebook: Rulebook) -> Judged:
    try:
        runs = read_paths([str(logs / case["id"] / case["log"])])
    except UnreadableError:
        return Judged(case, None, None)
    run = max(runs, key=lambda run: len(matched(run, case["truth"]["series"])))
    return Judged(case, run, rulebook.diagnose(run, measure(run)))


def table(judged: list[Judged]) -> Iterator[str]:
    right = asked = 0
    yield f"{'label':24}{'yes: found':>14}{'no: quiet':>14}{'agree':>9}"
    for label in (*SAYS, "healthy"):
        known = [(j.case["label"][label] == "yes", j.says(label)) for j in judged if decided(j, label)]
        yes = [said for truth, said in known if truth]
        no = [said for truth, said in known if not truth]
        agree = sum(yes) + len(no) - sum(no)
        right, asked = right + agree, asked + len(known)
        shares = f"{sum(yes)} of {len(yes)}", f"{len(no) - sum(no)} of {len(no)}"
        yield f"{label:24}{shares[0]:>14}{shares[1]:>14}{agree / max(1, len(known)):>9.1%}"
    yield f"{'together':52}{right / max(1, asked):>9.1%}  ({right} of {asked})"


def decided(judged: Judged, label: str) -> bool:
    return judged.case["label"][label] in ("yes", "no")


def disagreements(judged: list[Judged]) -> Iterator[str]:
    for one in judged:
        label = one.case["label"]
        wrong = [
            f"{k}={label[k]}"
            for k in (*SAYS, "healthy")
            if decided(one, k) and one.says(k) != (label[k] == "yes")
        ]
        if wrong:
            found = " ".join(sorted(one.problems)) or "nothing"
            note = "" if one.well_read else " (its curves are not read exactly)"
            yield f"{one.case['id']}{note}: {', '.join(wrong)}; found {found}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="labels", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--logs", type=Path, default=LOGS)
    parser.add_argument("--list", action="store_true", help="name each log on which hand and rules disagree")
    parser.add_argument("--case", help="judge one log only, and show the traces of its findings")
    options = parser.parse_args(arguments)
    manifest = options.logs / "manifest.json"
    if not manifest.is_file():
        print(f"no manifest.json in {options.logs}: there are no labels to compare with", file=sys.stderr)
        return 0
    cases = json.loads(manifest.read_text("utf-8"))
    rulebook = load_rulebook()
    judged = [judge(case, options.logs, rulebook) for case in cases if options.case in (None, case["id"])]
    if options.case:
        print(*(trace for one in judged for trace in traces(one)), sep="\n")
        return 0
    if options.list:
        print(*disagreements(judged), "", sep="\n")
    print(f"all {len(judged)} logs", *table(judged), "", sep="\n")
    well_read = [one for one in judged if one.well_read]
    print(
        f"the {len(well_read)} logs whose labelled curves are read exactly", *table(well_read), "", sep="\n"
    )
    healthy = [one for one in judged if one.case["label"]["healthy"] == "yes"]
    alarmed = [f"{one.case['id']} ({', '.join(one.alarms)})" for one in healthy if one.alarms]
    print(f"healthy logs with a warning or worse: {len(alarmed)} of {len(healthy)}", *alarmed, sep="\n  ")
    return 0


def traces(one: Judged) -> Iterator[str]:
    for series in one.run.series if one.run else ():
        yield f"{series.name}: {series.role.value}, {len(series)} points"
    for finding in one.diagnosis.findings if one.diagnosis else ():
        yield f"{finding.code} {finding.problem.value}"
        yield from (f"    {e.sentence.en}" for e in finding.evidence)
        yield from (f"    {clause.holds!s:6} {clause.text} {clause.values}" for clause in finding.trace)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
