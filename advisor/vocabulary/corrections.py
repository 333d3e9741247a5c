"""What the user says of a curve: which role it has, and whether higher is better. The user's word counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from advisor.errors import UsageError
from advisor.patterns import regex
from advisor.run import Role, Run, Series
from advisor.text import clean_line

_BECAUSE = "you said so"
# A curve that only a rule of names gave the role must not outweigh the one that the user named.
_BESIDE_THE_USERS_WORD = 0.89
_NEAR = 0.4
_SHOWN = 60
_NO_LETTER = regex(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Correction:
    """The user's word on one curve.

    Attributes:
        name: Of the curve, as logged; letter case and punctuation do not matter where only one curve fits.
        role: What it is, or None where nothing was said of that.
        lower_is_better: Its direction, or None where nothing was said of that.
    """

    name: str
    role: Role | None = None
    lower_is_better: bool | None = None

    def joined(self, later: "Correction") -> "Correction":
        """Both words on a curve, the later one first."""
        direction = self.lower_is_better if later.lower_is_better is None else later.lower_is_better
        return Correction(self.name, later.role or self.role, direction)


def find_curve(name: str, names: Iterable[str]) -> str | None:
    """The curve that a user means by `name`: exactly that, else the only one that reads alike; or None."""
    known = list(dict.fromkeys(names))
    if name in known:
        return name
    alike = [other for other in known if _plain(other) == _plain(name)]
    return alike[0] if len(alike) == 1 else None


def nearest_curves(name: str, names: Iterable[str], count: int = 3) -> list[str]:
    """Names that a misspelt one may have meant, nearest first."""
    import difflib

    plain: dict[str, str] = {}
    for other in names:
        plain.setdefault(_plain(other), other)
    return [plain[n] for n in difflib.get_close_matches(_plain(name), plain, n=count, cutoff=_NEAR)]


def with_word(known: Sequence[Correction], told: Iterable[Correction]) -> tuple[Correction, ...]:
    """What is known with what was told later; of one role, the curve that was named last has it."""
    joined = {item.name: item for item in known}
    for item in told:
        if item.role is not None:
            joined = {n: c for n, c in joined.items() if c.role != item.role or n == item.name}
        joined[item.name] = joined[item.name].joined(item) if item.name in joined else item
    return tuple(joined.values())


def words_on(known: Sequence[Correction], name: str | None) -> tuple[Correction, ...]:
    """What was said of one curve, or of all where no name is given.

    Raises:
        UsageError: nothing was said of a curve of that name.
    """
    if name is None:
        return tuple(known)
    names = [item.name for item in known]
    found = find_curve(name, names)
    if found is None:
        hint = f"You said something of {_listed(names)}." if names else "Nothing was said of any curve."
        raise UsageError(f"Nothing was said of a curve '{clean_line(name, _SHOWN)}'.", hint)
    return tuple(item for item in known if item.name == found)


def check_curve(name: str, runs: Sequence[Run]) -> None:
    """Raises unless some run has the curve that a user means by `name`.

    Raises:
        UsageError: none has; it names the nearest ones.
    """
    if any(find_curve(name, [series.name for series in run]) for run in runs):
        return
    names = list(dict.fromkeys(series.name for run in runs for series in run))
    near = nearest_curves(name, names)
    hint = f"Near to it: {_listed(near)}." if near else f"There are {_listed(names[:8])}."
    raise UsageError(f"The log has no curve '{clean_line(name, _SHOWN)}'.", hint)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{clean_line(name, _SHOWN)}'" for name in names)


def corrected(run: Run, corrections: Sequence[Correction]) -> Run:
    """The run with the user's word on its curves in the place of what their names say.

    Every curve is judged by its name first, so that a correction that was taken back leaves no trace.
    """
    names = [series.name for series in run.series]
    told = {find_curve(item.name, names): item for item in corrections}
    told.pop(None, None)
    judged = any(series.because == _BECAUSE for series in run.series)
    if not told and not judged:
        return run
    series = run.series
    if judged:
        from advisor.vocabulary.roles import assign_roles

        series = assign_roles(run.series)
    taken = {item.role for item in told.values() if item.role is not None}
    return replace(run, series=tuple(_one(curve, told.get(curve.name), taken) for curve in series))


def _one(curve: Series, told: Correction | None, taken: set[Role]) -> Series:
    if told is None:
        beside = curve.role in taken
        return replace(curve, certainty=min(curve.certainty, _BESIDE_THE_USERS_WORD)) if beside else curve
    role = told.role or curve.role
    loss = told.role in (Role.TRAIN_LOSS, Role.VAL_LOSS)
    known = True if loss else curve.lower_is_better
    lower = known if told.lower_is_better is None else told.lower_is_better
    sure = 1.0 if told.role is not None else curve.certainty
    return replace(curve, role=role, lower_is_better=lower, certainty=sure, because=_BECAUSE)


def _plain(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())
