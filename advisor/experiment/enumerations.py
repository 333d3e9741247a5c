"""Classes whose members are the values that a setting may be; they are no settings themselves."""

import ast

MEMBER = "names a member of a class. Edit it by hand."
"""Why a value that is written so is not edited."""

_BASES = frozenset({"Enum", "StrEnum", "IntEnum"})


def is_enumeration(node: ast.AST) -> bool:
    """Whether it is a class such as `class Opt(str, Enum)`."""
    return isinstance(node, ast.ClassDef) and any(
        (base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")) in _BASES
        for base in node.bases
    )


def members_of(tree: ast.Module) -> dict[tuple[str, str], str | int]:
    """The words and whole numbers of each enumeration in a program, by (class, member)."""
    return {
        (node.name, target.id): item.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and is_enumeration(node)
        for item in node.body
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
        for target in item.targets
        if isinstance(target, ast.Name) and isinstance(item.value.value, str | int)
    }


def member_name(node: ast.expr) -> tuple[str, str]:
    """(class, member) of `Opt.adam` or `Opt.adam.value`; empty words for anything else."""
    if isinstance(node, ast.Attribute) and node.attr == "value":
        node = node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id, node.attr
    return "", ""
