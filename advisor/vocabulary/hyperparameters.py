"""Looks up which hyperparameter a name is."""

from functools import cache

import msgspec

from advisor.text import Bilingual
from advisor.vocabulary.data import load
from advisor.vocabulary.parts import (
    is_about_something_else,
    may_belong_to_part,
    shape_of_part,
    whole_before_part,
)
from advisor.vocabulary.words import Words, split_words

_NO_ROLE = "none"


class RoleEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One role in `hyperparameters.yaml`."""

    title: Bilingual
    names: tuple[str, ...]
    endings: tuple[str, ...] = ()


def hyperparameter_roles() -> dict[str, RoleEntry]:
    """Every hyperparameter role by its id."""
    return {role: entry for role, entry in _entries().items() if role != _NO_ROLE}


def _entries() -> dict[str, RoleEntry]:
    data: dict[str, RoleEntry] = load("hyperparameters.yaml", dict[str, RoleEntry])
    return data


@cache
def _index() -> tuple[dict[Words, str], dict[Words, str]]:
    names: dict[Words, str] = {}
    endings: dict[Words, str] = {}
    for role, entry in _entries().items():
        for name in entry.names:
            names.setdefault(split_words(name), role)
        for ending in entry.endings:
            endings.setdefault(split_words(ending), role)
    return names, endings


@cache
def hyperparameter_role(name: str) -> str | None:
    """The field's name for a hyperparameter (`--lr`, `optim.lr0` and `学习率` are `learning_rate`), or None.

    The whole name counts first, then its last dotted part, then its ending, then what is left without the
    part of a net that it is about (`lr_g`, `num_rnn_layers`).
    """
    names, _ = _index()
    # The steps of a scikit-learn pipeline are parted by two underscores.
    plain = name.strip().lstrip("-").split("=")[0].replace("__", ".")
    whole = split_words(plain)
    if whole in names:
        return _public(names[whole])
    parts = [part for part in plain.replace("/", ".").split(".") if part]
    last = split_words(parts[-1]) if parts else ()
    role = names.get(last) or _by_ending(whole) or _of_part(last)
    return None if role is None or is_about_something_else(role, whole) else _public(role)


def _by_ending(words: Words) -> str | None:
    _, endings = _index()
    return next((endings[words[at:]] for at in range(1, len(words)) if words[at:] in endings), None)


def _of_part(words: Words) -> str | None:
    names, _ = _index()
    for rest, numbered in whole_before_part(words):
        role = names.get(rest) or _by_ending(rest)
        if role is not None and may_belong_to_part(role, numbered):
            return role
    return shape_of_part(words)


def _public(role: str) -> str | None:
    return None if role == _NO_ROLE else role


def role_title(role: str) -> Bilingual:
    """What a role is called in a sentence; the id itself where it is not known."""
    entry = hyperparameter_roles().get(role)
    return (
        entry.title if entry is not None else Bilingual(en=role.replace("_", " "), zh=role.replace("_", " "))
    )
