"""Times loading and evaluating the whole rulebook, beside plain `eval` of the same conditions.

Run by hand: `python tests/benchmarks/bench_rules.py`. Plain Python's `eval` is the floor for speed: it knows
two values instead of three, keeps no trace, and runs whatever a rule file says. Every figure printed is the
median CPU time of repeated calls in this process; none is asserted.
"""

import re
import statistics
import time
from collections.abc import Callable
from types import CodeType

import numpy as np
from measuring import table_row

from advisor.diagnosis import load_rulebook
from advisor.diagnosis.causes import with_learned
from advisor.diagnosis.compiled import CompiledRule
from advisor.diagnosis.expression import compile_condition
from advisor.diagnosis.loader import read_rules
from advisor.resources import shipped
from advisor.run import Hyperparameter, Role, Run, Series
from advisor.signals import Signals, measure

LOWER = {Role.TRAIN_METRIC: False, Role.VAL_METRIC: False, Role.LEARNING_RATE: None, Role.GRAD_NORM: None}
FUNCTIONS = {"abs": abs, "min": min, "max": max, "between": lambda x, low, high: low <= x <= high}


def make_run(points: int = 200) -> Run:
    """A run that logs everything a rule may ask for."""
    rng = np.random.default_rng(0)
    x = np.arange(points, dtype=np.float64)
    series = []
    for role in list(Role)[:6]:
        y = np.exp(-4 * x / points) + 0.02 * rng.normal(size=points)
        y = 1 - y if LOWER.get(role) is False else y
        series.append(Series(role.value, y, x, x.astype(np.int64), "epoch", role, LOWER.get(role, True)))
    settings = {
        "learning_rate": 0.001,
        "optimizer": "adam",
        "batch_size": 32,
        "epochs": points,
        "dropout": 0.1,
    }
    stated = tuple(Hyperparameter(name, value, name, "bench") for name, value in settings.items())
    return Run("bench", tuple(series), hyperparameters=stated)


def milliseconds(work: Callable[[], object], repeats: int = 51) -> float:
    """Median CPU time of one call."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return 1_000 * statistics.median(times)


def plain_conditions(
    rules: tuple[CompiledRule, ...], macros: dict[str, str], known: frozenset[str]
) -> list[CodeType]:
    """The conditions as Python code over flat names, macros written out."""
    codes = []
    for one in rules:
        text = " ".join(one.when.text.split())
        while (found := re.search(rf"(?<![\w.])({'|'.join(macros)})(?![\w.(])", text)) is not None:
            text = text[: found.start()] + f"({macros[found[0]]})" + text[found.end() :]
        text = re.sub(r"\bknown\(([\w.]+)\)", lambda m: f"({m[1]} is not None)", text)
        names = sorted((name for name in known if name in text), key=len, reverse=True)
        for name in names:
            text = text.replace(name, name.replace(".", "__"))
        codes.append(compile(text, one.rule.code, "eval"))
    return codes


def evaluate_plain(codes: list[CodeType], signals: Signals, known: frozenset[str]) -> int:
    values = {name.replace(".", "__"): signals.get(name) for name in known}
    fired = 0
    for code in codes:
        try:
            fired += bool(eval(code, FUNCTIONS, values))  # the floor that the language is compared with
        except TypeError:
            continue  # an absent signal: plain eval has no third value
    return fired


def main() -> None:
    rulebook, run = load_rulebook(), make_run()
    signals = with_learned(measure(run))
    rules = rulebook.compiled
    macros = {name: " ".join(macro.text.split()) for name, macro in rulebook.names.macros.items()}
    known = rulebook.names.signals
    codes = plain_conditions(rules, macros, known)
    texts = [one.when.text for one in rules]
    comparisons = sum(one.when.size for one in rules)
    timed: dict[str, Callable[[], object]] = {
        "load all rule files": lambda: read_rules(shipped("rules"), []),
        "compile the conditions": lambda: [compile_condition(text, rulebook.names) for text in texts],
        "compile them as Python": lambda: plain_conditions(rules, macros, known),
        "evaluate, verdicts alone": lambda: [one.when.holds(signals) for one in rules],
        "evaluate, with traces": lambda: [one.when(signals) for one in rules],
        "evaluate by plain eval": lambda: evaluate_plain(codes, signals, known),
        "diagnose, evidence and all": lambda: rulebook.diagnose(run, signals),
    }
    print(
        f"{len(rules)} rules, {comparisons} comparisons with macros written out, {len(signals)} signals known"
    )
    taken = {}
    for what, work in timed.items():
        taken[what] = milliseconds(work)
        print(f"{what:28}{taken[what]:8.3f} ms")
    ours, plain = taken["evaluate, verdicts alone"], taken["evaluate by plain eval"]
    goal = f"{len(rules) / 60:.1f} ms (1 ms for 60)"
    table_row(
        f"{len(rules)} rules, evaluated once",
        f"{ours:.2f} ms",
        f"plain eval, {plain:.2f} ms",
        f"{ours / plain:.2f}",
        goal,
    )
    table_row(f"{len(rules)} rules, evidence and all", f"{taken['diagnose, evidence and all']:.2f} ms")


if __name__ == "__main__":
    main()
