"""One base for everything that can go wrong and be told to a user in a sentence."""

from collections.abc import Sequence

INTERRUPTED = 130
"""The exit code of what the user ended, as shells give it."""


class AdvisorError(Exception):
    """A fault that is told, never shown as a traceback.

    Args:
        what: One sentence: what was wrong and where (file, line).
        hint: What to do about it; may be empty.
        because: The faults that it sums up; what was wrong in each of them follows in `what`.

    Attributes:
        language: In which it was asked to be told; None for the one of the environment.
    """

    exit_code = 2
    language: str | None = None

    def __init__(self, what: str, hint: str = "", because: Sequence["AdvisorError"] = ()) -> None:
        self.what: str = " ".join([what, *(fault.what for fault in because)])
        super().__init__(self.what)
        self.hint = hint
        self._own, self._because = what, tuple(because)

    def __str__(self) -> str:
        return f"{self.what} {self.hint}".rstrip()

    def parts_in(self, language: str) -> tuple[str, str]:
        """What was wrong and what to do about it, in `en` or `zh`; English where no Chinese is kept."""
        if language != "zh":
            return self.what, self.hint
        from advisor.translation import chinese

        what = chinese(self._own) + "".join(fault.parts_in(language)[0] for fault in self._because)
        return what, chinese(self.hint)

    def in_(self, language: str) -> str:
        """Both parts as one text."""
        what, hint = self.parts_in(language)
        return what + hint if what.endswith("。") else f"{what} {hint}".rstrip()


class UsageError(AdvisorError):
    """The request cannot be understood or cannot be carried out as asked."""


class UnreadableError(AdvisorError):
    """The input holds no training log that can be read."""

    exit_code = 3


class RuleError(AdvisorError):
    """A rule file is wrong; `what` names the file and the place."""


class EditError(AdvisorError):
    """A configuration cannot be edited safely; nothing was written."""
