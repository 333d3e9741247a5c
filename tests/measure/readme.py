"""Writes the generated parts of the README (commands, rules, ...); `--check` only compares them."""

import argparse
import re
import sys
from pathlib import Path

from advisor.cli.commands import cli
from advisor.diagnosis import load_rulebook
from advisor.readers import all_readers
from advisor.tui.actions import ACTIONS
from advisor.tui.widgets.status import key_name
from tests.benchmarks.__main__ import kept, table
from tests.measure import beside_table, probe_table
from tests.measure.faults import faults

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


def commands() -> str:
    rows = ["| command | what it does |", "|---|---|"]
    for name, command in sorted(cli.commands.items()):
        if not command.hidden:
            rows.append(f"| `advisor {name}` | {command.help.strip().splitlines()[0]} |")
    return "\n".join(rows)


def rules() -> str:
    rulebook = load_rulebook()
    rows = ["| code | problem | severity | right | what it finds |", "|---|---|---|---|---|"]
    for rule in sorted(rulebook.rules, key=lambda rule: rule.code):
        if rule.status != "stable":
            continue
        probability = rulebook.measured.probability(rule.code)
        right = "-" if probability is None else f"{probability:.0%}"
        rows.append(f"| {rule.code} | `{rule.problem}` | {rule.severity} | {right} | {rule.title.en} |")
    return "\n".join(rows)


def readers() -> str:
    rows = ["| reader | what it reads |", "|---|---|"]
    rows += [
        f"| `{reader.name}` | {reader.title} |" for reader in sorted(all_readers(), key=lambda r: r.name)
    ]
    return "\n".join(rows)


def learned() -> str:
    return (ROOT / "advisor" / "learned" / "report.md").read_text("utf-8").rstrip()


def forecast() -> str:
    return (ROOT / "advisor" / "learned" / "forecast.md").read_text("utf-8").rstrip()


def benchmarks() -> str:
    return table(kept())


def beside() -> str:
    return beside_table.table(beside_table.kept())


def probe_rates() -> str:
    return probe_table.table(probe_table.kept())


def repair() -> str:
    return (ROOT / "tests" / "measure" / "repair.md").read_text("utf-8").rstrip()


def repair_held_out() -> str:
    return (ROOT / "tests" / "measure" / "repair_held_out.md").read_text("utf-8").rstrip()


def actions() -> str:
    rows = ["| command | keys | id | what it does |", "|---|---|---|---|"]
    for action in ACTIONS:
        usage = f"`{action.usage('en')}`" if action.slash else ""
        keys = [key_name(key) for key in action.keys]
        keys += [f"{key_name(key)} (chart)" for key in action.chart_keys]
        shown = ", ".join(keys).replace("|", "\\|")
        rows.append(f"| {usage} | {shown} | `{action.id}` | {action.help.en} |")
    return "\n".join(rows)


PARTS = {
    "commands": commands,
    "actions": actions,
    "rules": rules,
    "readers": readers,
    "benchmarks": benchmarks,
    "beside": beside,
    "probe_rates": probe_rates,
    "repair": repair,
    "repair_held_out": repair_held_out,
    "faults": faults,
    "learned": learned,
    "forecast": forecast,
}


def replace_part(text: str, name: str, body: str) -> str:
    """`text` with what stands between the marks of one part replaced."""
    marks = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not marks.search(text):
        raise SystemExit(f"The README has no part '{name}'.")
    return marks.sub(lambda found: f"{found[1]}{body}\n{found[2]}", text)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure readme", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit with 1 where a part is stale"
    )
    options = parser.parse_args(arguments)
    before = after = README.read_text("utf-8")
    for name, make in PARTS.items():
        after = replace_part(after, name, make())
    if options.check:
        if before != after:
            print("README.md is stale: run 'python -m tests.measure readme'.", file=sys.stderr)
        return int(before != after)
    README.write_text(after, "utf-8")
    return 0
