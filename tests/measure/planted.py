"""Real trainings with planted faults: how often the rules are right, and how often their changes help.

Trains several hundred tiny nets (minutes the first time, seconds after that: curves are kept in a cache
folder), assesses each as if its log had been read, and compares what is found with what was planted. The
figures are those of the held-out tasks; `--half tuning` shows the others, on which thresholds may be looked
at. With `--write` they go into advisor/diagnosis/measured.json, from which the probabilities of findings and
changes are computed.

A problem is right where it follows from what was planted or is a plain fact on the test set
(`planted_cases.holds`); for some there is neither (`planted_situations.UNJUDGED`): their probability stays
unknown.
"""

import argparse
import json
from pathlib import Path

import platformdirs

from advisor.advice import assess
from advisor.diagnosis import Rulebook, load_rulebook
from advisor.diagnosis.rule import ProposedChange
from tests.measure.planted_cases import Case, holds, planted_cases
from tests.measure.planted_chances import Tried, chance_table
from tests.measure.planted_changes import sample, train_all, trials, what_came_of
from tests.measure.planted_log import as_run
from tests.measure.planted_scoring import (
    Judged,
    Tally,
    change_table,
    recall_table,
    rule_table,
    situation_table,
    tally,
)
from tests.measure.planted_situations import HELD_OUT, TUNING, UNJUDGED
from tests.measure.planted_store import Store

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ROOT / "advisor" / "diagnosis" / "measured.json"


def main(arguments: list[str]) -> int:
    """Runs the measurement; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure planted", description=__doc__)
    cache = platformdirs.user_cache_path("tuning-advisor") / "planted"
    parser.add_argument("--cache", type=Path, default=cache, help="folder for curves (default: %(default)s)")
    parser.add_argument("--half", choices=["held-out", "tuning"], default="held-out")
    parser.add_argument("--no-changes", action="store_true", help="judge findings only, train nothing again")
    parser.add_argument("--trials", type=int, default=12, help="most reruns of each change (default: 12)")
    parser.add_argument("--write", action="store_true", help=f"write {MEASURED.relative_to(ROOT)}")
    parser.add_argument(
        "--list", metavar="SITUATION", help="print each run of a situation and what was found"
    )
    options = parser.parse_args(arguments)
    if options.write and (options.half == "tuning" or options.no_changes):
        parser.error("only the held-out half, with its changes, is written")
    store = Store(options.cache)
    rulebook = load_rulebook()
    kept, dropped = planted_cases(HELD_OUT if options.half == "held-out" else TUNING, store)
    print(
        f"{options.half} half: {len(kept)} runs; {len(dropped)} more were dropped, their fault cost nothing\n"
    )
    judged = [judge(case, store, rulebook) for case in kept]
    if options.list:
        print_runs(judged, options.list)
        return 0
    counts = tally(judged)
    print(f"{rule_table(counts)}\n\n{recall_table(judged)}\n\n{situation_table(judged)}")
    if not options.no_changes:
        tried = try_changes(judged, counts, store, options.trials)
        print(f"\n{change_table(counts, change_names(rulebook))}\n\n{chance_table(tried)}")
    if options.write:
        MEASURED.write_text(as_json(counts, len(kept), len(dropped)), "utf-8")
    return 0


def judge(case: Case, store: Store, rulebook: Rulebook) -> Judged:
    """Assesses one training as if its log had been read, and says what is true of it."""
    assessment = assess(as_run(case.setting, store[case.setting]), rulebook)
    facts = {f.problem for f in assessment.findings if holds(f.problem, case, store)}
    return Judged(case, assessment, case.situation.right | facts)


def try_changes(judged: list[Judged], counts: dict[str, Tally], store: Store, most: int) -> list[Tried]:
    """Trains with changes of the findings that were made, and notes in `counts` what came of them."""
    made = {
        trial: one.assessment
        for one in judged
        for finding in one.assessment.findings
        for trial in trials(one.case.setting, one.assessment.run, finding, one.assessment.signals)
    }
    chosen = sample(made, most)
    train_all(chosen, store)
    tried = [Tried(trial, made[trial], what_came_of(trial, store)) for trial in chosen]
    for trial, _, came in tried:
        counts[trial.code].changes[trial.index].append(came)
    return tried


def change_names(rulebook: Rulebook) -> dict[tuple[str, int], str]:
    """What each change of each rule does, in short."""
    return {(r.code, i): _name(c) for r in rulebook.rules for i, c in enumerate(r.changes)}


def _name(change: ProposedChange) -> str:
    if change.hyperparameter is None:
        return "advice in words"
    if change.multiply is not None:
        return f"{change.hyperparameter} x {change.multiply:g}"
    value = f"{change.set:g}" if isinstance(change.set, float) else change.set
    return f"{change.hyperparameter} = {value}"


def as_json(counts: dict[str, Tally], kept: int, dropped: int) -> str:
    """The counts as `advisor.diagnosis.measured` reads them; how often right only where that was judged."""
    made_by = {"command": "python -m tests.measure planted --write", "runs": kept, "dropped": dropped}
    rules = {
        code: {
            **({} if count.problem in UNJUDGED else {"fired": count.fired, "right": count.right}),
            "changes": {
                str(index): {
                    "tried": len(results),
                    "helped": sum(one.helped for one in results),
                    "raised": sum(one.raised for one in results),
                }
                for index, results in sorted(count.changes.items())
            },
        }
        for code, count in counts.items()
    }
    return json.dumps({"_made_by": made_by, **rules}, indent=1) + "\n"


def print_runs(judged: list[Judged], situation: str) -> None:
    """Each run of one situation: its setting, its curves in short, what was found."""
    for one in judged:
        case, assessment = one.case, one.assessment
        if case.situation.name == situation:
            print(assessment.run.source, f"lr {case.setting.learning_rate:g} epochs {case.setting.epochs}")
            for series in assessment.run:
                step = max(1, len(series) // 10)
                print(f"   {series.name:15}", *(f"{value:.4g}" for value in series.y[::step]))
            print("   ->", ", ".join(f"{f.code} {f.problem}" for f in assessment.findings) or "nothing")
