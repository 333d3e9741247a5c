"""Which hyperparameters differ between two runs."""

from dataclasses import dataclass

from advisor.advice.rounding import as_number
from advisor.experiment.names import ends_with_name, same_name
from advisor.experiment.scalars import same_value
from advisor.run import Hyperparameter, Run, Scalar, Trust
from advisor.vocabulary.lengths import LENGTHS


@dataclass(frozen=True, slots=True)
class Difference:
    """One hyperparameter that differs between two runs.

    Attributes:
        name: The user's name for it, in the second run where both have one.
        role: The field's name for it; None where it is unknown.
        before: Its value in the first run; None where it was not stated.
        after: Its value in the second run; None where it was not stated.
    """

    name: str
    role: str | None
    before: Scalar
    after: Scalar


def configuration_differences(before: Run, after: Run) -> tuple[Difference, ...]:
    """The hyperparameters that differ, by name, or by role where the names differ.

    One that only one run states counts where a command line or a config file states it: there it was added or
    taken away, while a log may just not have printed it. What a log only counts, as the length of a bar that
    `--epochs` sets, is told once, and so is what is recorded as `LR` and as `Config.LR`.
    """
    older, newer = _strongest(before), _strongest(after)
    found: list[Difference] = []
    for new in newer:
        old = _counterpart(new, older, newer)
        if old is not None:
            older.remove(old)
            if not _same(old.value, new.value):
                found.append(Difference(new.name, new.role, old.value, new.value))
        elif new.trust in (Trust.COMMAND_LINE, Trust.CONFIG_FILE):
            found.append(Difference(new.name, new.role, None, new.value))
    gone = [old for old in older if old.trust in (Trust.COMMAND_LINE, Trust.CONFIG_FILE)]
    printed = {new.name for new in newer if new.trust in (Trust.PRINTED, Trust.CURVE)}
    said = {(d.before, d.after) for d in found if d.name not in printed}
    found = [
        d for d in found if d.name not in printed or d.role not in LENGTHS or (d.before, d.after) not in said
    ]
    found += [Difference(old.name, old.role, old.value, None) for old in gone]
    return tuple(d for i, d in enumerate(found) if not any(_is_again(d, other) for other in found[:i]))


def _is_again(one: Difference, other: Difference) -> bool:
    """Whether two differences are one that two records name more or less fully: `LR` and `Config.LR`."""
    is_one_name = ends_with_name(one.name, other.name) or ends_with_name(other.name, one.name)
    return is_one_name and (one.before, one.after) == (other.before, other.after)


def _strongest(run: Run) -> list[Hyperparameter]:
    """Of each name the value that is trusted most."""
    found: list[Hyperparameter] = []
    for one in sorted(run.hyperparameters, key=lambda h: h.trust):
        if not any(same_name(one.name, other.name) for other in found):
            found.append(one)
    return found


def _counterpart(
    wanted: Hyperparameter, older: list[Hyperparameter], newer: list[Hyperparameter]
) -> Hyperparameter | None:
    by_name = next((old for old in older if same_name(old.name, wanted.name)), None)
    if by_name is not None or wanted.role is None:
        return by_name
    taken = [new.name for new in newer if new is not wanted]
    of_role = [
        o for o in older if o.role == wanted.role and not any(same_name(o.name, name) for name in taken)
    ]
    return of_role[0] if of_role else None


def _same(one: Scalar, other: Scalar) -> bool:
    numbers = as_number(one), as_number(other)
    return same_value(*numbers) if None not in numbers else one == other
