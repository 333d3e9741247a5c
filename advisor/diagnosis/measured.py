"""How often each rule was right, and each remedy helped, on trainings that set none of their thresholds.

`measured.json` is generated (`python -m tests.measure planted --write`), and so is `measured_probe.json` for
the rules of probes (`python -m tests.measure probe --rules --write`); nothing in them is typed in by hand:
`{code: {"fired": n, "right": k, "changes": {"0": {"tried": n, "helped": k, "raised": r}}}}`.
"""

from functools import cache
from importlib.resources import files

import msgspec

FEWEST_FIRINGS = 8
"""With fewer, a share of right firings says next to nothing (Wilson's 95 % interval of 1 right of 5 goes from
4 to 62 %), and none is claimed."""


class _Remedy(msgspec.Struct, frozen=True):
    tried: int
    helped: int
    raised: int | None = None


class _Rule(msgspec.Struct, frozen=True):
    fired: int = 0
    right: int = 0
    changes: dict[str, _Remedy] = {}


class Measured:
    """The counts, rule by rule.

    Args:
        texts: The content of each JSON file; none, or empty ones, where nothing was measured.

    Raises:
        msgspec.MsgspecError: a file is not of the form above.
    """

    def __init__(self, *texts: bytes) -> None:
        self._rules: dict[str, _Rule] = {}
        for text in filter(None, texts):
            self._rules |= msgspec.json.decode(text, type=dict[str, _Rule])

    def probability(self, code: str) -> float | None:
        """The chance that a firing of this rule is right; None where it hardly fired or was not judged."""
        known = self._rules.get(code, _Rule()).fired >= FEWEST_FIRINGS
        return self.expected(code) if known else None

    def expected(self, code: str) -> float:
        """The same however little is known, to compare rules by: one half where it never fired.

        Laplace's rule of succession, (right + 1) / (fired + 2): a rule that was right 5 times of 5 is not
        certain, and one that was right once of four times is no better than its record.
        """
        rule = self._rules.get(code, _Rule())
        return (rule.right + 1) / (rule.fired + 2)

    def helped(self, code: str, change: int) -> tuple[int, int] | None:
        """(helped, tried) of a rule's change by its index; None where it was never tried."""
        remedy = self._remedy(code, change)
        return None if remedy is None else (remedy.helped, remedy.tried)

    def raised(self, code: str, change: int) -> tuple[int, int] | None:
        """(raised, tried): how often it raised the final score beyond noise; None where not judged."""
        remedy = self._remedy(code, change)
        return None if remedy is None or remedy.raised is None else (remedy.raised, remedy.tried)

    def _remedy(self, code: str, change: int) -> _Remedy | None:
        rule = self._rules.get(code)
        remedy = rule.changes.get(str(change)) if rule else None
        return remedy if remedy and remedy.tried else None


@cache
def shipped_measurements() -> Measured:
    """The counts that travel with the program; empty where none do."""
    named = [files("advisor.diagnosis") / name for name in ("measured.json", "measured_probe.json")]
    return Measured(*(file.read_bytes() for file in named if file.is_file()))


def helped_counts(code: str, change: int) -> tuple[int, int] | None:
    """(helped, tried) of a rule's change by its index, in the measured reruns; None where never tried."""
    return shipped_measurements().helped(code, change)


def raised_counts(code: str, change: int) -> tuple[int, int] | None:
    """(raised, tried) of a rule's change: how often the final score rose beyond noise; None where unknown."""
    return shipped_measurements().raised(code, change)
