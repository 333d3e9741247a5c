"""Every problem of the union table is found by a rule, or it is said why by none."""

from pathlib import Path

import pytest
import yaml

from advisor.diagnosis import load_rulebook

UNION = yaml.safe_load((Path(__file__).parent / "union.yaml").read_text("utf-8"))


def gaps(union, status):
    """What is wrong with a table: a code that no rule has, a row with neither a stable rule nor a reason."""
    unknown = [(name, code) for name, row in union.items() for code in row["rules"] if code not in status]
    bare = [
        name
        for name, row in union.items()
        if "stable" not in {status.get(code) for code in row["rules"]} and not row.get("why")
    ]
    return unknown + bare


@pytest.fixture(scope="module")
def status():
    return {rule.code: rule.status for rule in load_rulebook().rules}


def test_every_problem_has_a_rule_or_a_reason(status):
    assert len(UNION) >= 44
    assert not gaps(UNION, status)


def test_a_gap_is_noticed(status):
    assert gaps({"a": {"rules": []}, "b": {"rules": ["XXX999"]}, "c": {"rules": ["GRD301"]}}, status) == [
        ("b", "XXX999"),
        "a",
        "b",
        "c",
    ]


def test_every_stable_rule_stands_for_a_problem_or_for_what_is_no_problem_of_a_training(status):
    named = {code for row in UNION.values() for code in row["rules"]}
    apart = {"LIM301", "PRB703", "CNV203", "CNV204", "GEN202", "GRD401", "PRB502"}
    probes = {code for code in status if code.startswith("PRB")}
    others = {code for code in status if code[:3] in {"PRG", "PRC", "ADV"}}
    stable = {code for code, now in status.items() if now == "stable"}
    assert stable - named - apart - probes - others == set()
