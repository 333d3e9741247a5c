"""Which faults of `tests/faults/catalogue.yaml` are provoked by a test, as a table for the README."""

import ast
from collections import defaultdict
from pathlib import Path

import yaml

TESTS = Path(__file__).resolve().parents[1]


def catalogue() -> dict[str, dict[str, str]]:
    """The faults by section, and by code within a section."""
    return yaml.safe_load((TESTS / "faults" / "catalogue.yaml").read_text("utf-8"))


def provocations() -> dict[str, list[str]]:
    """The tests that are marked with a code, as pytest names them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for code in _codes(node):
                    found[code].append(f"{path.relative_to(TESTS.parent)}::{node.name}")
    return found


def _codes(test: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    marks = [mark for mark in test.decorator_list if isinstance(mark, ast.Call)]
    marks = [mark for mark in marks if ast.unparse(mark.func) == "pytest.mark.fault"]
    return [ast.literal_eval(code) for mark in marks for code in mark.args]


def faults() -> str:
    """A row for each section: how many faults there are, how many are provoked, and which are not yet."""
    found = provocations()
    rows = ["| where | faults | provoked by tests | tests | not tried yet |", "|---|---|---|---|---|"]
    for section, entries in catalogue().items():
        tried = [code for code in entries if code in found]
        tests = {test for code in tried for test in found[code]}
        open_ = "; ".join(f"{code} {entries[code]}" for code in entries if code not in found) or "-"
        rows.append(f"| {section} | {len(entries)} | {len(tried)} | {len(tests)} | {open_} |")
    return "\n".join(rows)
