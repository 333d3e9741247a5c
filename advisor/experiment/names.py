"""Names of settings as people and programs spell them."""

import re

from advisor.vocabulary import hyperparameter_role


def role_of(name: str) -> str | None:
    """The role of a name as written: dashes in front do not count, a dotted name may be known by its end."""
    parts = re.split(r"[./]", name.lstrip("-+"))
    ends = (".".join(parts[start:]) for start in range(len(parts)))
    return next((role for end in ends if (role := hyperparameter_role(end))), None)


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: `--weight-decay` and `weight_decay`."""
    return plain_name(one) == plain_name(other)


def plain_name(name: str) -> str:
    """A name without what spellings differ in: dashes in front, small and capital letters, `-` and `_`."""
    return name.lstrip("-+").replace("-", "_").replace("/", ".").casefold()


def ends_with_name(name: str, end: str) -> bool:
    """Whether a dotted name ends with another (`optim.lr` with `lr`), or is it."""
    whole, part = plain_name(name), plain_name(end)
    return whole == part or whole.endswith("." + part)
