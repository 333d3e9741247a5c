"""What a hyperparameter is by the names beside it: `gamma` discounts rewards, prunes trees, decays a rate."""

import re
from collections.abc import Sequence, Set

from advisor.patterns import regex
from advisor.vocabulary.words import split_words

_OF_REWARDS = frozenset(
    {"gae", "discount", "episode", "episodes", "replay", "rollout", "rollouts", "exploration", "ent", "vf",
     "reward", "rewards"}
)  # fmt: skip
_OF_TREES = frozenset({"colsample", "bagging", "leaf", "leaves", "border"})
_TREES = frozenset({"min_child_weight", "subsample"})
_NETS = frozenset({"hidden_units", "momentum", "dropout"})
_OF_A_SCHEDULE = regex(r"lr|sched|decay|step|optim|adam|rms|sgd", re.IGNORECASE)
_LENGTHS = frozenset({"epochs", "max_steps"})
_AS_AN_AGENT = {
    "gamma": (frozenset({"scheduler_gamma"}), None),
    "epsilon": (frozenset({"epsilon"}), None),
    "eps": (frozenset({"epsilon"}), None),
    "n_steps": (frozenset({"max_steps"}), None),
    "num_steps": (frozenset({"max_steps"}), None),
    "timesteps": (frozenset({None}), "max_steps"),
    "num_timesteps": (frozenset({None}), "max_steps"),
}
"""By the name alone: the roles that it has elsewhere, and the one beside settings of an agent."""
_AS_TREES = {
    "gamma": (frozenset({"scheduler_gamma"}), None),
    "depth": (frozenset({"layers"}), "max_depth"),
}


_AS_KERNELS = {"gamma": (frozenset({"scheduler_gamma"}), None)}
"""Of a support vector machine, beside its `C`."""


def roles_in_company(named: Sequence[tuple[str, str | None]]) -> list[str | None]:
    """The roles of names that are settings of one program, where the others tell what one means.

    An agent's `gamma` discounts rewards, and its `n_steps` are those of one rollout; boosted trees have a
    `gamma` for pruning and a `depth`; rounds beside epochs are no length.

    Args:
        named: Names, dotted or not, and the role that each has by itself.

    Returns:
        The role of each, in their order.
    """
    said = [split_words(name) for name, _ in named]
    words = frozenset(word for name in said for word in name)
    known = frozenset(role for _, role in named if role is not None)
    other = dict(_AS_AN_AGENT) if words & _OF_REWARDS else {}
    if _are_trees(words, known):
        other |= _AS_TREES
    ends = ["_".join(split_words(name.replace("__", ".").rpartition(".")[2])) for name, _ in named]
    if "c" in ends:
        other |= _AS_KERNELS
    found = []
    for (name, role), end in zip(named, ends, strict=True):
        elsewhere, here = other.get(end, (frozenset(), None))
        owned = _OF_A_SCHEDULE.search(name.rpartition(".")[0]) is not None or (
            role == "scheduler_gamma" and "scheduler_step" in known
        )
        if role in elsewhere and not owned:
            role = here
        is_no_length = role == "rounds" and not known.isdisjoint(_LENGTHS)
        found.append(None if is_no_length else role)
    return found


def _are_trees(words: Set[str], roles: Set[str]) -> bool:
    told = not words.isdisjoint(_OF_TREES) or not roles.isdisjoint(_TREES)
    return told and roles.isdisjoint(_NETS - ({"hidden_units"} if "leaves" in words else set()))
