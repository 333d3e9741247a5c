"""The JSON schema of a rule file, for editors that check and complete YAML.

It is made from the types that rules are read with (`Rule`), less what a user's own rule may leave out.
`rule.schema.json` beside this file is its output; `advisor rules schema` prints it.
"""

import json
from inspect import cleandoc
from typing import Any

import msgspec

from advisor.diagnosis.problem import Problem
from advisor.diagnosis.rule import Rule
from advisor.run import Role
from advisor.vocabulary import hyperparameter_roles

_BILINGUAL = {"$ref": "#/$defs/Bilingual"}


def rule_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12), with every public problem, role and curve listed."""
    (root,), definitions = msgspec.json.schema_components([Rule], ref_template="#/$defs/{name}")
    rule = definitions["Rule"]
    rule["required"] = ["title", "when"]
    rule["properties"]["problem"] = {"enum": [problem.value for problem in Problem]}
    rule["properties"]["series"]["items"] = {"enum": [role.value for role in Role]}
    change = definitions["ProposedChange"]
    change["required"] = []
    change["properties"]["hyperparameter"] = {"enum": [*sorted(hyperparameter_roles()), None]}
    shared = {name: _once_or_twice(part) for name, part in definitions.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule of advisor",
        **root,
        "$defs": shared,
    }


def rule_schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(rule_schema(), indent=1, ensure_ascii=False) + "\n"


def _once_or_twice(part: Any) -> Any:
    """The same part, where a text in two languages may also be given once for both."""
    if part == _BILINGUAL:
        return {"anyOf": [_BILINGUAL, {"type": "string"}]}
    if isinstance(part, dict):
        return {key: _once_or_twice(value) for key, value in _evenly(part).items()}
    return [_once_or_twice(value) for value in part] if isinstance(part, list) else part


def _evenly(part: dict[str, Any]) -> dict[str, Any]:
    """The same part, its description without the indentation that Python before 3.13 leaves in docstrings."""
    said = part.get("description")
    return {**part, "description": cleandoc(said)} if isinstance(said, str) else part
