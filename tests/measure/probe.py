"""What probes find: planted faults on two models each, and what they say of the unbroken ones.

    python -m tests.measure probe                      every planted fault on the two models of the design
    python -m tests.measure probe --held-out           faults that no check was designed on
    python -m tests.measure probe --rules [--write]    how often each rule is right, on ten held-out models
    python -m tests.measure probe --unbroken           what is said of the unbroken models of probe_rates

Every check is asked of the unbroken models and of the held-out faults; of the others those checks that train
nothing, or those that train where only they can find the fault. A finding is right where it names the fault
or what follows from it (`probe_faults.py`), one about the learning rate where a training at the advised rate
ends lower; of an unbroken model every other warning is wrong. With `--rules`, `--write` keeps the counts in
advisor/diagnosis/measured_probe.json, from which the probabilities of findings are made.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from advisor.advice.assessment import Assessment, assess
from advisor.diagnosis import load_rulebook
from advisor.diagnosis.finding import Finding, Severity
from advisor.probe import Probe
from advisor.probe.bench import Bench
from advisor.probe.check import chosen_checks
from advisor.probe.outcome import Outcome
from advisor.probe.running import run_checks
from tests.measure import probe_held_out, probe_rates
from tests.measure.probe_faults import CONSEQUENCES, FAULTS, MODELS, Setting

BUDGET = 1000
MEASURED = Path(__file__).parents[2] / "advisor" / "diagnosis" / "measured_probe.json"
CHEAP = (
    "data-audit",
    "initial-loss",
    "loss-setup",
    "layer-scale",
    "dependence",
    "training-step",
    "update-ratio",
)
TRAINED = {
    "labels_shuffled": ("initial-loss", "one-batch", "learning-rate", "label-signal"),
    "rate_100_times_too_high": ("learning-rate",),
    "rate_300_times_too_low": ("learning-rate",),
}
"""The checks that can find a fault, where the cheap ones cannot."""
_RATE = {"lr_too_high", "lr_too_low"}
_NOT_JUDGED = {"healthy"}
_STEPS = 300
_BRIEF = 700
_LOWER = 0.95

Fault = Callable[[Setting], Setting]
Make = Callable[[], Probe]


def assessed(probe: Probe, only: Sequence[str] = (), budget: int = BUDGET) -> Assessment:
    """What the rules make of a probe."""
    outcome = Outcome("planted")
    run_checks(probe, chosen_checks(only), budget, 0, outcome.take)
    return assess(outcome.run(), load_rulebook())


def found(probe: Probe, only: Sequence[str] = (), budget: int = BUDGET) -> dict[str, Severity]:
    """The problems that a probe names, and how severe it calls them."""
    return {f.problem.value: f.severity for f in assessed(probe, only, budget).findings}


def main(arguments: list[str]) -> int:
    import torch

    parser = argparse.ArgumentParser(prog="python -m tests.measure probe")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--unbroken", action="store_true")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    if chosen.rules:
        counts = _rule_counts()
        if chosen.write:
            MEASURED.write_text(json.dumps(counts, indent=1) + "\n", "utf-8")
    elif chosen.unbroken:
        _false_alarms()
    elif chosen.held_out:
        _recall(probe_held_out.FAULT_MODELS, probe_held_out.FAULTS, every=True)
    else:
        _recall(MODELS, FAULTS, every=False)
    return 0


def _recall(
    models: Mapping[str, Callable[[], Setting]], faults: Mapping[Fault, set[str]], *, every: bool
) -> None:
    right = tried = false = 0
    for name, make in models.items():
        wrong = _wrong_warnings(lambda make=make: make().probe())
        false += len(wrong)
        _say(name, "unbroken", not wrong, wrong)
        for fault, wanted in faults.items():
            named = found(fault(make()).probe(), () if every else TRAINED.get(fault.__name__, CHEAP))
            hit = bool(wanted & named.keys())
            right, tried = right + hit, tried + 1
            _say(name, fault.__name__, hit, named)
    print(f"\nplanted faults found: {right} of {tried} ({right / tried:.0%})")
    print(f"false warnings on {len(models)} unbroken models: {false}")


def _false_alarms() -> None:
    false = 0
    for name in probe_rates.MODELS:
        wrong = _wrong_warnings(lambda name=name: probe_rates.made(name, 0))
        false += len(wrong)
        _say(name, "unbroken", not wrong, wrong)
    print(f"\nfalse warnings on {len(probe_rates.MODELS)} unbroken models: {false}")


def _wrong_warnings(make: Make) -> list[str]:
    """The warnings about an unbroken model that are wrong."""
    assessment = assessed(make())
    return [
        f"{finding.code} {finding.problem.value}"
        for finding in assessment.findings
        if finding.severity >= Severity.WARNING and not _holds(finding, set(), make, assessment)
    ]


def _holds(finding: Finding, true: set[str], make: Make, assessment: Assessment) -> bool:
    """Whether a finding is right of a training of which the problems `true` are."""
    problem = finding.problem.value
    return _rate_helps(make(), assessment) if problem in _RATE else problem in true


def _rule_counts() -> dict[str, dict[str, int]]:
    """Firings of each rule on the held-out models, and how many were right."""
    fired: Counter[str] = Counter()
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for name, make in probe_held_out.MODELS.items():
        for fault, wanted in {_unbroken: set(), **FAULTS}.items():
            assessment = _asked(fault, make)
            true = wanted | CONSEQUENCES.get(fault, set())
            judged = [f for f in assessment.findings if f.problem.value not in _NOT_JUDGED]
            wrong = []
            for finding in judged:
                holds = _holds(
                    finding, true, lambda make=make, fault=fault: fault(make()).probe(), assessment
                )
                fired[finding.code] += 1
                right[finding.code] += holds
                wrong += [] if holds else [f"{finding.code} {finding.problem.value}"]
            hit = not wanted or any(f.problem.value in wanted for f in judged)
            missed[fault.__name__] += not hit
            if wrong or not hit:
                _say(name, fault.__name__, hit, wrong)
    for code in sorted(fired):
        print(f"{code}  fired {fired[code]:3}  right {right[code]:3}")
    print("missed:", ", ".join(f"{fault} {n}" for fault, n in missed.items() if n) or "nothing")
    return {code: {"fired": fired[code], "right": right[code]} for code in sorted(fired)}


def _unbroken(setting: Setting) -> Setting:
    return setting


def _asked(fault: Fault, make: Callable[[], Setting]) -> Assessment:
    only = TRAINED.get(fault.__name__, CHEAP)
    if fault is _unbroken:
        only = (*CHEAP, "one-batch", "learning-rate", "label-signal")
    return assessed(fault(make()).probe(), only, _BRIEF)


def _rate_helps(probe: Probe, assessment: Assessment) -> bool:
    """Whether the advised rate ends clearly lower than the one as it stands, after as many steps."""
    bench = Bench(probe)
    ends = []
    for name in ("probe.lr_best", "probe.lr_now"):
        bench.start.restore()
        bench.train(_STEPS, assessment.signals[name])
        ends.append(bench.evaluate(bench.held_out()))
    advised, now = ends
    return advised <= _LOWER * now or (now != now and advised == advised)


def _say(model: str, fault: str, right: bool, named: Iterable[str]) -> None:
    print(f"{model:20}  {fault:32}  {' ' if right else '!'} {', '.join(named) or 'nothing'}", flush=True)
