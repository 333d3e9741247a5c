"""Causes that the learned part names though no rule found them.

A rule on a cause asks for its probability and for marks of it in single signals; marks that a curve can lack.
Where the learned part, which weighs all signals together, is sure all the same, the rule speaks without them.
"""

from collections.abc import Sequence, Set

from advisor.diagnosis.causes import PREFIX, learned_names, where_leaks_are_rare
from advisor.diagnosis.compiled import CompiledRule
from advisor.diagnosis.problem import Problem
from advisor.signals import Signals

SURE = 0.9
"""The learned chance of a cause from which it is told without further marks.

From a half on the right cause stands first more often on planted trainings, but three sample logs and several
healthy real ones, which are of other kinds, are then told a wrong one."""


def sure_cause(rules: Sequence[CompiledRule], found: Set[str], signals: Signals) -> CompiledRule | None:
    """The rule that tells the cause of which the learned part is sure; None where it is not.

    Args:
        rules: Those that may speak of the run.
        found: The problems that rules found.
        signals: The run's signals, with `learned.*` where the learned part speaks.
    """
    said = {name.removeprefix(PREFIX): signals[name] for name in learned_names() if name in signals}
    if not said:
        return None
    cause, chance = max(where_leaks_are_rare(said).items(), key=lambda pair: pair[1])
    if chance < SURE or cause == Problem.HEALTHY or cause in found:
        return None
    asking = [one for one in rules if one.rule.problem == cause and PREFIX + cause in one.when.names]
    # Of two rules on one cause the more careful one claims no mark that it did not see.
    return min(asking, key=lambda one: one.rule.severity != "info", default=None)
