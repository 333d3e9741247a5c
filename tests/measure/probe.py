"""What probes find: planted faults on two models each, and what they say of the unbroken ones.

python -m tests.measure probe
"""

from collections.abc import Iterable, Sequence

from advisor.advice.assessment import assess
from advisor.diagnosis import load_rulebook
from advisor.diagnosis.finding import Severity
from advisor.probe import Probe
from advisor.probe.check import chosen_checks
from advisor.probe.outcome import Outcome
from advisor.probe.running import run_checks
from tests.measure.probe_faults import FAULTS, MODELS

BUDGET = 1000


def found(probe: Probe, only: Sequence[str] = (), budget: int = BUDGET) -> dict[str, Severity]:
    """The problems that a probe names, and how severe it calls them."""
    outcome = Outcome("planted")
    run_checks(probe, chosen_checks(only), budget, 0, outcome.take)
    assessment = assess(outcome.run(), load_rulebook())
    return {finding.problem.value: finding.severity for finding in assessment.findings}


def _say(model: str, fault: str, right: bool, named: Iterable[str]) -> None:
    print(f"{model:14}  {fault:32}  {' ' if right else '!'} {', '.join(named) or 'nothing'}", flush=True)


def main(_arguments: list[str]) -> int:
    import torch

    torch.set_num_threads(1)
    right = tried = false = 0
    for name, make in MODELS.items():
        problems = [p for p, s in found(make().probe()).items() if s >= Severity.WARNING]
        false += len(problems)
        _say(name, "unbroken", not problems, problems)
        for fault, wanted in FAULTS.items():
            named = found(fault(make()).probe())
            hit = bool(wanted & named.keys())
            right, tried = right + hit, tried + 1
            _say(name, fault.__name__, hit, named)
    print(f"\nplanted faults found: {right} of {tried} ({right / tried:.0%})")
    print(f"false warnings on {len(MODELS)} unbroken models: {false}")
    return 0
