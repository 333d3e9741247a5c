"""What the surroundings of a value tell of it: the type of the object that it belongs to, a help text."""

import re
from collections.abc import Sequence

from advisor.experiment.documents import Leaf
from advisor.experiment.names import role_of
from advisor.experiment.options import Option
from advisor.experiment.python_calls import known_role
from advisor.patterns import regex

_TYPE_KEYS = frozenset({"type", "name", "class", "class_name", "class_path", "_target_", "target"})
_DISCOUNT = regex(r"\bdiscount|折扣", re.IGNORECASE)


def role_of_option(option: Option, *spellings: str) -> str | None:
    """The role of an option by its names; empty for one that discounts rewards, None where no name has one.

    Args:
        option: As the program declares it.
        spellings: Names that it was given elsewhere, which come first.
    """
    names = (*spellings, *option.names, option.variable)
    role = next((role for name in names if (role := role_of(name))), None)
    return "" if role == "scheduler_gamma" and _DISCOUNT.search(option.said) else role


def roles_by_type(leaves: Sequence[Leaf]) -> dict[tuple[str, ...], str]:
    """Roles, by their keys, of what a file gives to an object whose type it names.

    `{type: LinearLR, total_iters: 20}` is a warm-up of 20, as `LinearLR(total_iters=20)` is.
    """
    types = {
        leaf.keys[:-1]: leaf.value.rpartition(".")[2]
        for leaf in leaves
        if leaf.keys and leaf.keys[-1] in _TYPE_KEYS and isinstance(leaf.value, str)
    }
    names: dict[tuple[str, ...], list[str]] = {}
    for leaf in leaves:
        names.setdefault(leaf.keys[:-1], []).append(leaf.keys[-1] if leaf.keys else "")
    found = {}
    for leaf in leaves:
        owner = leaf.keys[:-1]
        if owner in types and (role := known_role(types[owner], leaf.keys[-1], names[owner])):
            found[leaf.keys] = role
    return found
