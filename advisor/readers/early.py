"""What stands in a log before the first line that counts: settings, and an evaluation before the training."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from advisor.readers.bars import counters
from advisor.readers.records import Record

_BESIDE = 2
_SETTINGS_BESIDE = 2
_TRAINING = (None, "train", "训练")


class Early:
    """Keeps such lines until the log shows what they were.

    Args:
        settings: The lines that print settings, in their order.

    Attributes:
        lines: Those that were taken for settings.
        planned: How many epochs a line among settings says there are to be, and its line.
    """

    def __init__(self, settings: Sequence[int]) -> None:
        self._settings = settings
        self.lines: list[int] = []
        self.planned: tuple[float, int] | None = None
        self._evaluations: dict[tuple[str, ...], Record | None] = {}

    def note(self, record: Record) -> None:
        """A line with values before all that counts."""
        self.lines.append(record.line)
        family = record.template.family
        first = record.template.split not in _TRAINING and family not in self._evaluations
        self._evaluations[family] = record if first else None

    def evaluation(self, family: tuple[str, ...]) -> Record | None:
        """The one early line of a kind that comes again: what an untrained network gave."""
        found = self._evaluations.pop(family, None)
        if found is not None:
            self.lines.remove(found.line)
        return found

    def plans(self, record: Record) -> bool:
        """Whether `epoch : 1000` stands among settings, and so says how many there are to be."""
        epoch = record.template.counters.get("epoch")
        if epoch is None or not epoch.explicit or epoch.total is not None:
            return False
        value = counters(record)["epoch"][0]
        after = bisect_right(self._settings, record.line + _BESIDE)
        if (
            after - bisect_left(self._settings, record.line - _BESIDE) < _SETTINGS_BESIDE
            or not 1 < value < math.inf
        ):
            return False
        self.planned = value, record.line
        return True
